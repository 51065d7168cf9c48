"""The rows of a table from the oldest to the newest, and what is to be known of their dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from lstm_viz.inputs import dates
from lstm_viz.inputs.cells import Row, is_missing, is_written, is_zero
from lstm_viz.inputs.date_forms import is_day
from lstm_viz.inputs.dates import Dates
from lstm_viz.inputs.heads import is_date, means
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import count, short

# A step of time is a gap where it is longer than nine in ten steps by this: with and without
# weekends and holidays between the rows.
REGULAR, USUAL = 1.5, 4.0
MANY = 20  # steps that tell whether they are alike


@dataclass(frozen=True)
class Rows:
    """Rows in the order of time, if their dates are known, and notes on what was done."""

    body: list[Row]
    dates: Dates | None
    notes: tuple[str, ...] = ()

    def of(self, kept: list[int], *notes: str) -> Rows:
        """Some of them."""
        when = self.dates.of(kept) if self.dates else None
        return Rows([self.body[k] for k in kept], when, (*self.notes, *filter(None, notes)))


def in_time(path: str, names: list[str], body: list[Row]) -> Rows:
    """The rows by their dates; those that say the same twice once.

    Raises `InputError` where the rows of several shares or places stand in one table of prices.
    """
    when = dates.find(path, names, body)
    if when is None or len(when.columns) == len(names):
        return Rows(body, None, tuple(filter(None, (_mostly_missing(names, body),))))
    rows = Rows(body, when).of(when.order(), _turned(when, names))
    return _once(path, names, rows)


def _mostly_missing(names: list[str], body: list[Row]) -> str:
    """What is said of a column of dates that is empty in most rows, and so tells nothing."""
    for k in (k for k in range(len(names)) if is_date(names[k])):
        there = [cells[k] for _, cells in body if not is_missing(cells[k])]
        if there and 2 * len(there) <= len(body) and all(map(is_day, there)):
            return (
                f"column {short(names[k])}: a date in {len(there):,} of {len(body):,} rows only, so"
                " the rows stay in the order of the file"
            )
    return ""


def _turned(when: Dates, names: list[str]) -> str:
    if when.backwards:
        return "newest row first in the file: reversed"
    name = short(names[when.columns[0]]) or "date"
    return f"rows in no order in the file: sorted by {name}" if when.backwards is None else ""


def _once(path: str, names: list[str], rows: Rows) -> Rows:
    """Without rows that repeat the one before; several numbers for one moment are said."""
    assert rows.dates
    same, other = set(), []
    stamps = rows.dates.stamps
    moments = rows.dates.moments or stamps
    for k, ((_, one), (_, two)) in enumerate(pairwise(rows.body), 1):
        if moments[k] == moments[k - 1]:
            if one == two:
                same.add(k)
            else:
                _refuse_several(path, names, rows.body[k - 1], rows.body[k], stamps[k])
                other.append(stamps[k])
    twice = list(dict.fromkeys(other))
    said = f"{twice[0]} stands twice, with other numbers" if twice else ""
    if len(twice) > 1:
        said = f"{len(twice):,} dates stand twice, with other numbers, as {twice[0]} does"
    repeated = f"{count(len(same), 'row')} left out (the same as another)" if same else ""
    kept = [k for k in range(len(rows.body)) if k not in same]
    return rows.of(kept, repeated, said)


def _refuse_several(path: str, names: list[str], one: Row, two: Row, stamp: str) -> None:
    if not any(means(name) == "close" for name in names):
        return
    for name, a, b in zip(names, one[1], two[1], strict=True):
        if a != b and not any(is_written(c) or is_missing(c) for c in (a, b)):
            raise InputError(
                f"{path}, lines {one[0]} and {two[0]}, column {short(name)}: {short(a)} and"
                f" {short(b)} both have a row of {stamp}: a sequence is of one, so save its rows"
                " alone"
            )


def traded(names: list[str], rows: Rows) -> Rows:
    """Without the dates of a table of prices on which nothing was traded.

    There all prices are missing, or those of the day are 0.
    """
    prices = [k for k, name in enumerate(names) if means(name) not in ("", "volume")]
    of_day = [k for k in prices if means(names[k]) in ("open", "high", "low")]
    if not rows.dates or len(prices) < 2:
        return rows
    full = [
        k
        for k, (_, cells) in enumerate(rows.body)
        if not all(is_missing(cells[j]) for j in prices)
        and not (len(of_day) == 3 and all(map(is_zero, (cells[j] for j in of_day))))
    ]
    gone = len(rows.body) - len(full)
    return rows.of(full, f"{count(gone, 'row')} left out (a date without prices)" * bool(gone))


def span(when: Dates) -> list[str]:
    """`2018-01-01 to 2019-02-04`, what was decided of the dates, and their gaps."""
    said = [f"{when.stamps[0]} to {when.stamps[-1]}", when.words, gaps(when)]
    return [each for each in said if each]


def gaps(when: Dates) -> str:
    """`2 gaps, the longest of 25 days after 2018-03-02`, or nothing.

    A gap is longer than nine in ten steps: by half where these are alike (hours, days), four times
    where they are not (trading days, between which weekends and holidays lie).
    """
    steps = [later - earlier for earlier, later in pairwise(when.moments)]
    if not any(steps):
        return ""
    usual = sorted(steps)[int(0.9 * (len(steps) - 1))]
    least = sorted(steps)[int(0.1 * (len(steps) - 1))]
    alike = len(steps) >= MANY and usual <= 1.2 * least
    most = usual * (REGULAR if alike else USUAL)
    found = [(step, k) for k, step in enumerate(steps) if usual and step > most]
    if not found:
        return ""
    longest, k = max(found, key=lambda each: each[0])
    several = f"{len(found):,} gaps, the longest" if len(found) > 1 else "a gap"
    return f"{several} of {_long(longest)} after {when.stamps[k]}"


def _long(step: timedelta) -> str:
    """`25 days`, `3 hours`."""
    for unit, one in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if step.total_seconds() >= one:
            return count(round(step.total_seconds() / one), unit)
    return count(round(step.total_seconds()), "second")
