"""Dates as tables have them: which column holds them, which day is meant, what came before what."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise

from lstm_viz.inputs.cells import Row, is_missing
from lstm_viz.inputs.date_forms import (
    CLOCK,
    CLOCK_ALONE,
    COMPACT,
    DAYS,
    EPOCH,
    MONTHS,
    SERIAL,
    YEAR,
    is_day,
    with_clock,
)
from lstm_viz.inputs.heads import is_date, plain
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import short

# Which of a/b/c are month, day and year.
ORDERS = {"month first": "abc", "day first": "bac", "year first": "bca"}


@dataclass(frozen=True)
class Dates:
    """When each row was; `columns` hold it, `words` say what was decided on the way.

    `moments` is empty where no row tells day and month apart, though both ways have one order;
    `backwards` says whether the last row comes first, None where the rows stand in no order.
    """

    columns: tuple[int, ...]
    moments: tuple[datetime, ...]
    written: tuple[str, ...]
    backwards: bool | None
    words: str = ""

    @cached_property
    def stamps(self) -> tuple[str, ...]:
        """Each date as 2019-02-05, and the time where there is one; else as it is written."""
        if not self.moments:
            return self.written
        seconds = any(each.second for each in self.moments)
        clock = seconds or any(each.hour or each.minute for each in self.moments)
        return tuple(
            each.isoformat(" ")[: 19 if seconds else 16 if clock else 10] for each in self.moments
        )

    def order(self) -> list[int]:
        """The rows from the oldest to the newest; those of one moment as they stand."""
        rows = list(range(len(self.written)))
        if self.backwards is None:
            return sorted(rows, key=lambda k: self.moments[k])
        return rows[::-1] if self.backwards else rows

    def of(self, rows: Iterable[int]) -> Dates:
        """Those of some rows, which stand in order now."""
        kept = list(rows)
        moments = tuple(self.moments[k] for k in kept) if self.moments else ()
        return Dates(self.columns, moments, tuple(self.written[k] for k in kept), False, self.words)


def find(path: str, names: list[str], body: list[Row]) -> Dates | None:
    """The dates of a table, if a column holds them: one called so, or else another of text.

    Numbers are dates only where their column is called so. Raises `InputError` for a cell of such a
    column that is no date, and where no row tells day and month apart and the order hangs on it.
    """
    named = [k for k in range(len(names)) if is_date(names[k])]
    rest = [k for k in range(len(names)) if k not in named]
    for columns, days in ((named, DAYS), (rest, DAYS), (named, (COMPACT, EPOCH, SERIAL))):
        for k in columns:
            if pattern := _pattern(path, names[k], body, k, days):
                return _Column(path, names, body, k, pattern).dates()
    for k in named:
        if plain(names[k]) in ("year", "年份") and (
            p := _pattern(path, names[k], body, k, (YEAR,))
        ):
            return _Column(path, names, body, k, p).dates()
    return None


def are_numbers(name: str, body: list[Row], k: int) -> bool:
    """Whether a column that is called so holds dates as numbers, 20190205 or seconds from 1970."""
    numbers = re.compile(f"{COMPACT}|{EPOCH}|{SERIAL}", re.A)
    return is_date(name) and all(numbers.fullmatch(cells[k]) for _, cells in body)


def _pattern(
    path: str, name: str, body: list[Row], k: int, days: tuple[str, ...]
) -> re.Pattern[str] | None:
    """How the dates of a column are written, if it is one of dates."""
    first = next((cells[k] for _, cells in body if not is_missing(cells[k])), "")
    alone = days != DAYS  # numbers have no time after them
    for day in days:
        pattern = re.compile(day, re.I | re.A) if alone else with_clock(day)
        if not pattern.fullmatch(first):
            continue
        others = [(line, cells[k]) for line, cells in body if not pattern.fullmatch(cells[k])]
        if not others:
            return pattern
        if is_date(name) and (2 * len(others) < len(body) or all(is_day(c) for _, c in others)):
            line, cell = others[0]
            said = f"{short(cell)!r} is not a date" if cell else "the date is missing"
            raise InputError(
                f"{path}, line {line}, column {short(name)}: {said} as {short(first)!r} is: mend"
                " it, or take the row out"
            )
    return None


class _Column:
    """A column of dates, and that of the time of day beside it."""

    def __init__(
        self, path: str, names: list[str], body: list[Row], k: int, pattern: re.Pattern[str]
    ) -> None:
        self.body, self.pattern = body, pattern
        self.place = f"column {short(names[k])}"
        self.path, self.written = path, [cells[k] for _, cells in body]
        self.columns: tuple[int, ...] = (k,)
        clock = next((j for j in range(len(names)) if _is_clock(body, j)), None)
        if clock is not None and not any(":" in each for each in self.written):
            self.columns = (k, clock)
            self.written = [f"{cells[k]} {cells[clock]}" for _, cells in body]
            self.pattern = re.compile(pattern.pattern.replace(COMPACT, COMPACT + CLOCK), re.I)

    def dates(self) -> Dates:
        """The dates, in the way in which alone they can be, or alone are in order."""
        read = {how: self._moments(ORDERS.get(how, "")) for how in self._ways()}
        valid = {how: moments for how, (moments, _) in read.items() if moments}
        if not valid:
            row = max(bad for _, bad in read.values())
            raise InputError(
                f"{self.path}, line {self.body[row][0]}, {self.place}: there is no day"
                f" {short(self.written[row])!r}: mend it, or take the row out"
            )
        ordered = {how: each for how, each in valid.items() if backwards(each) is not None}
        if len(valid) == 1 or len(ordered) == 1:
            how, moments = next(iter((ordered or valid).items()))
            words = f"dates read {how}" * (len(read) > 1 or how.startswith("as"))
            return self._dates(tuple(moments), backwards(moments), words)
        directions = {backwards(each) for each in ordered.values()}
        if len(directions) != 1:
            raise InputError(
                f"{self.path}, line {self.body[0][0]}, {self.place}: {short(self.written[0])!r} may"
                f" be written {' or '.join(valid)}, and no row tells: write dates as 2019-02-05"
            )
        words = f"dates as they are written: {' or '.join(ordered)}, no row tells"
        return self._dates((), directions.pop(), words)

    def _dates(self, moments: tuple[datetime, ...], backwards: bool | None, words: str) -> Dates:
        if "zone" in self.pattern.groupindex and any(m.hour or m.minute for m in moments):
            zones = (self.pattern.fullmatch(each) for each in self.written)
            if any(match and match["zone"] for match in zones):
                words = ", ".join(filter(None, (words, "times in UTC")))
        return Dates(self.columns, moments, tuple(self.written), backwards, words)

    def _ways(self) -> tuple[str, ...]:
        """The ways in which the column may be read."""
        match = self.pattern.fullmatch(self.written[0])
        if "serial" in self.pattern.groupindex:
            return ("as days from 1899-12-30",)
        if not match or "a" not in self.pattern.groupindex:
            return ("",)
        if match["by"] == ".":
            return ("day first",)
        return tuple(ORDERS)[: 3 if len(match["c"]) == 2 else 2]

    def _moments(self, order: str) -> tuple[list[datetime], int]:
        """The moments; or none, and the first row that has none in this order."""
        moments = []
        for row, cell in enumerate(self.written):
            moment = None if order else _plain(cell)
            if moment is None and (match := self.pattern.fullmatch(cell)):
                moment = _moment(match, order)
            if moment is None:
                return [], row
            moments.append(moment)
        return moments, 0


def _is_clock(body: list[Row], k: int) -> bool:
    return all(CLOCK_ALONE.fullmatch(cells[k]) for _, cells in body)


def _plain(cell: str) -> datetime | None:
    """2019-02-05 or 2019-02-05 09:30:00, which Python reads ten times as fast."""
    if len(cell) == 10 or (len(cell) == 19 and cell[10] in " T"):
        with suppress(ValueError):
            return datetime.fromisoformat(cell)
    return None


def _moment(match: re.Match[str], order: str) -> datetime | None:
    parts = {key: value for key, value in match.groupdict().items() if value}
    with suppress(ValueError, OverflowError):
        if digits := parts.get("epoch"):
            return datetime(1970, 1, 1) + timedelta(seconds=int(digits) / 10 ** (len(digits) - 10))
        if days := parts.get("serial"):
            return datetime(1899, 12, 30) + timedelta(days=int(days))
        if order:
            parts["m"], parts["d"], parts["y"] = (parts[group] for group in order)
        if month := parts.get("month"):
            parts["m"] = str(MONTHS.index(month[:3].lower()) + 1)
        year = int(parts["y"])
        year += (2000 if year < 70 else 1900) * (year < 100)
        day = datetime(year, int(parts.get("m", 1)), int(parts.get("d", 1)))
        return day + _clock(parts)
    return None


def _clock(parts: dict[str, str]) -> timedelta:
    """The time of a day, in UTC where its zone is written; midnight is the day itself."""
    hour, minute, second = (int(parts.get(each, 0)) for each in ("h", "min", "s"))
    if half := parts.get("half"):
        hour = hour % 12 + 12 * (half.upper() == "PM")
    if hour > 24 or minute > 59 or second > 60:
        raise ValueError
    time = timedelta(hours=hour, minutes=minute, seconds=second)
    zone = parts.get("zone", "+0000").replace(":", "")
    ahead = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:]))
    return time and time + (ahead if zone[0] == "-" else -ahead)


def backwards(moments: Iterable[datetime]) -> bool | None:
    """False where time runs forwards, True where it runs backwards, None where it does neither."""
    steps = list(pairwise(moments))
    if all(a <= b for a, b in steps):
        return False
    return True if all(a >= b for a, b in steps) else None
