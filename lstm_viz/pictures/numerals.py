"""Numbers as text, in significant digits: rounded, never cut, and short where tiny or huge.

0.9820, 12.00, 0.001310, 6.380e-5; what is nearly 1, but is not, is written so: 0.99999, 1-9e-14.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache

DIGITS = 4  # significant ones, unless others are asked for
NEAREST = 1e-6  # what is nearer to 1 than this is written as 1 without the rest


@lru_cache(1 << 10)
def numeral(value: float, digits: int = DIGITS) -> str:
    """A number in so many significant digits; `3.400e-7` below a thousandth, and from 1e7 on.

    A zero is written as zero only if it is one, and so is a one if what is lacking is below it.
    """
    if not math.isfinite(value):
        return str(value)
    if value == 0:
        return f"{0:.{digits - 1}f}"
    if _would_be_one(value, digits):
        return _nearly_one(value, digits)
    mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
    power = int(exponent)
    if -4 < power < 7:
        return f"{value:.{max(digits - 1 - power, 0)}f}"
    return f"{mantissa}e{power}"


def in_room(value: float, digits: int, room: int) -> str:
    """A number in as many of these digits as so many columns have room for; '' where in none.

    `123456`, `1.2e5`: with fewer digits, or as a power of ten, and never cut.
    """
    for fewer in range(digits, 0, -1):
        for written in (numeral(value, fewer), _scientific(value, fewer)):
            if len(written) <= room:
                return written
    return ""


def short(value: float, digits: int = 3) -> str:
    """A number in at most so many digits, without zeros at its end: `1`, `120`, `1.46e7`."""
    rounded = float(f"{value:.{digits}g}")
    if not math.isfinite(value) or value == 0 or 1e-3 <= abs(rounded) < 1e4:
        return f"{rounded:.{digits + 4}g}"
    mantissa, _, power = _scientific(rounded, digits).partition("e")
    return (mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa) + "e" + power


def _scientific(value: float, digits: int) -> str:
    """`1.2e5`; what is no finite number as such."""
    mantissa, _, power = f"{value:.{digits - 1}e}".partition("e")
    return f"{mantissa}e{int(power)}" if power else mantissa


def _would_be_one(value: float, digits: int) -> bool:
    return 0.5 < abs(value) < 1 and float(f"{abs(value):.{digits}f}") == 1


def _nearly_one(value: float, digits: int) -> str:
    lacking = 1 - abs(value)
    if lacking >= NEAREST:
        return numeral(value, digits + 1)
    sign, less = ("-", "+") if value < 0 else ("", "-")
    mantissa, _, exponent = f"{lacking:.0e}".partition("e")
    return f"{sign}1{less}{mantissa}e{int(exponent)}"


def read(value: float, digits: int) -> tuple[float, float]:
    """The number that is read where this one is printed, and what its last digit counts."""
    written = numeral(value, digits)
    if not math.isfinite(value):
        return value, 0.0
    one, rest = re.fullmatch(r"(-?1(?=[+-]))?(.*)", written).groups()  # type: ignore[union-attr]
    mantissa, _, power = rest.partition("e")
    decimals = len(mantissa.partition(".")[2])
    return float(one or 0) + float(rest), 10.0 ** (int(power or 0) - decimals)


def percentage(part: float) -> str:
    """`88 %`, `-0.3 %`, `≈ 0 %`, and `0 %` only for 0; nothing for a part that is many times the
    whole, as where shares cancel.
    """
    if not abs(part) < 10:
        return ""
    if part == 0 or abs(part) >= 0.005:
        return f"{round(100 * part)} %"
    return f"{100 * part:.1f} %" if abs(part) >= 0.0005 else "≈ 0 %"


def times(value: float) -> str:
    """By what something is multiplied, in four digits, with commas: `2.500`, `12,530`."""
    return f"{float(f'{value:.4g}'):,.0f}" if 1e4 <= value < 1e7 else numeral(value)


def duration(steps: float) -> str:
    """A number of steps in three digits: `1.43`, `313`, `15,800`; from 1e7 on `2.51e7`."""
    return f"{float(f'{steps:.3g}'):,.12g}" if steps < 1e7 else numeral(steps, 3)


def from_logarithm(logarithm: float) -> str:
    """The number that has this natural logarithm, `2.513e868`, however large or small it is."""
    power = math.floor(logarithm / math.log(10))
    mantissa = math.exp(logarithm - power * math.log(10))
    if round(mantissa, DIGITS - 1) >= 10:
        mantissa, power = mantissa / 10, power + 1
    return f"{mantissa:.{DIGITS - 1}f}e{power}"


def power_of_ten(value: float) -> str:
    """`1e-6`, the power of ten nearest to a number above 0; 1 for 1e0."""
    return f"1e{round(math.log10(value))}".removesuffix("e0")


def point(written: str) -> int:
    """How many characters stand before the decimal point (or before what stands in its place)."""
    found = re.search(r"[.]|(?<=\d)[e+-]", written)
    return found.start() if found else len(written)


def in_column(written: Sequence[str]) -> list[str]:
    """Numbers as wide as each other, their points below each other."""
    before = max(map(point, written), default=0)
    moved = [" " * (before - point(each)) + each for each in written]
    width = max(map(len, moved), default=0)
    return [each.ljust(width) for each in moved]
