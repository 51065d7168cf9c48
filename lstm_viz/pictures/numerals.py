"""Numbers as text: rounded, never cut, and short where they are tiny or huge."""

from __future__ import annotations

import math
from functools import lru_cache


@lru_cache(1 << 10)
def numeral(value: float, digits: int = 3) -> str:
    """A number with so many decimals; `3.40e-7` where they would show only zeros, or far too many.

    A zero is written as zero only if it is one.
    """
    if not math.isfinite(value):
        return str(value)
    fixed = f"{value:.{digits}f}"
    if value == 0:
        return fixed.lstrip("-")
    if abs(value) < 1e7 and fixed.strip("-0."):
        return fixed
    mantissa, _, exponent = f"{value:.{max(digits - 1, 0)}e}".partition("e")
    return f"{mantissa}e{int(exponent)}"


def point(written: str) -> int:
    """How many characters stand before the decimal point (or before the end, or the e)."""
    found = [place for place in (written.find("."), written.find("e")) if place >= 0]
    return min(found, default=len(written))
