"""Numbers as text: rounded, never cut, and short where they are tiny or huge."""

from __future__ import annotations

import math
from functools import lru_cache

LEAST, MOST = 1e-3, 1e7  # sizes that are written without an exponent


@lru_cache(1 << 10)
def numeral(value: float, digits: int = 3) -> str:
    """A number with so many decimals; `3.40e-7` where it is tiny or huge, with as many digits.

    What is tiny does not hang on the digits, so that more of them never show less. A zero is
    written as zero only if it is one.
    """
    if not math.isfinite(value):
        return str(value)
    if value == 0:
        return f"{0:.{digits}f}"
    if LEAST <= abs(value) < MOST:
        shown = (f"{value:.{k}f}" for k in range(digits, digits + 4))
        return next(each for each in shown if each.strip("-0."))
    mantissa, _, exponent = f"{value:.{max(digits - 1, 0)}e}".partition("e")
    return f"{mantissa}e{int(exponent)}"


def power_of_ten(value: float) -> str:
    """`1e-6`, the power of ten nearest to a number above 0; 1 for 1e0."""
    return f"1e{round(math.log10(value))}".removesuffix("e0")


def point(written: str) -> int:
    """How many characters stand before the decimal point (or before the end, or the e)."""
    found = [place for place in (written.find("."), written.find("e")) if place >= 0]
    return min(found, default=len(written))
