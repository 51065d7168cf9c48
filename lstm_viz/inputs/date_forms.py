"""The forms in which tables write a day, a moment or a time, as regular expressions."""

from __future__ import annotations

import re
from functools import cache

CLOCK = (
    r"(?:[T ,]+(?P<h>\d{1,2})(?::(?P<min>\d{2})(?::(?P<s>\d{2})(?:\.\d+)?)?)?"
    r"(?:[ -]?(?P<half>[AP]M))?)?"
)
ZONE = r" ?(?:UTC|GMT|Z)?(?P<zone>[+-]\d{2}:?\d{2})?"
WEEKDAY = r"(?:[,， ]*(?:周|星期)?[一二三四五六日])?"
DAYS = (
    r"(?P<y>[12]\d{3})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?",
    r"(?P<y>[12]\d{3})[-/年](?P<m>\d{1,2})月?",
    r"(?P<a>\d{1,2})(?P<by>[-/.])(?P<b>\d{1,2})(?P=by)(?P<c>\d{4}|\d{2})",
    r"(?:[A-Z]{3,9},? )?(?P<month>[A-Z]{3,9})\.?[ -](?P<d>\d{1,2}),?[ -](?P<y>\d{4})",
    r"(?P<month>[A-Z]{3,9})[ -](?P<y>\d{4})",
    r"(?:[A-Z]{3,9},? )?(?P<d>\d{1,2})[ -](?P<month>[A-Z]{3})[A-Z]*\.?[ ,-]+(?P<y>\d{4}|\d{2})",
)
COMPACT = r"(?P<y>[12]\d{3})(?P<m>\d{2})(?P<d>\d{2})"
EPOCH = r"(?P<epoch>\d{10}|\d{13}|\d{16})(?:\.\d+)?"
SERIAL = r"(?P<serial>[1-6]\d{4})(?:\.\d+)?"  # days, as a spreadsheet counts them
YEAR = r"(?P<y>[12]\d{3})"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
CLOCK_ALONE = re.compile(r"\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AP]M)?", re.I)


@cache
def with_clock(day: str) -> re.Pattern[str]:
    """A day in this form, and perhaps a time, its zone and a weekday after it."""
    return re.compile(day + CLOCK + ZONE + WEEKDAY, re.I | re.A)


def is_day(cell: str) -> bool:
    """Whether it is a day in any of the forms."""
    return any(with_clock(day).fullmatch(cell) for day in DAYS)
