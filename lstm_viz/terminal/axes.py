"""Where numbers lie on a field of characters, and the frame around it: ticks, labels, the axis."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np

from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.numerals import numeral, power_of_ten
from lstm_viz.terminal.paper import Paper
from lstm_viz.terminal.rows import Row, clipped

Cell = tuple[str, str]
STRIDES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)


@cache
def edges(count: int, width: int) -> tuple[int, ...]:
    """Where each of so many steps begins on so many columns, and where the last one ends.

    All columns are used: where they cannot all be as wide, some are wider than others by one.
    """
    return tuple(k * width // count for k in range(count + 1))


@dataclass(frozen=True)
class Axes:
    """Where numbers lie on a field of so many columns and rows of characters.

    Where they are `whole`, a step has columns to itself (see `edges`), and lies in their middle.
    `floor` says that some numbers lie below the low end.
    """

    x: np.ndarray
    low: float
    high: float
    width: int
    height: int
    logarithmic: bool = False
    names: tuple[str, ...] = ()
    whole: bool = False
    floor: bool = False

    def name(self, x: float) -> str:
        """What is written at a place on the axis: its name, or its number."""
        if not self.names:
            return f"{round(x) if self.whole else x:g}"
        return self.names[int(np.argmin(np.abs(self.x - x)))]

    def across(self, x: float, fine: int = 1) -> int:
        """The column (of `fine` in a character) of a place on the axis."""
        first, last, most = float(self.x[0]), float(self.x[-1]), self.width * fine - 1
        if self.whole:
            ends = edges(len(self.x), self.width)
            step = min(max(int(x - first + 0.5), 0), len(self.x) - 1)
            part = min(max(x - first + 0.5 - step, 0.0), 1.0)
            return min(int((ends[step] + part * (ends[step + 1] - ends[step])) * fine), most)
        part = (x - first) / (last - first) if last > first else 0.0
        return min(max(round(part * most), 0), most)

    def down(self, value: float, fine: int = 1) -> int | None:
        """The row (of `fine` in a character) of a number, from the top; None where it has none."""
        if not math.isfinite(value) or (self.logarithmic and value <= 0):
            return None
        low, high = self.low, self.high
        if self.logarithmic:
            low, high, value = math.log(low), math.log(high), math.log(value)
        part = (value - low) / (high - low) if high > low else 0.5
        return round((1 - min(max(part, 0.0), 1.0)) * (self.height * fine - 1))

    def ticks(self) -> dict[int, float]:
        """Row → the number written beside it."""
        if self.logarithmic:
            first, last = math.ceil(math.log10(self.low)), math.floor(math.log10(self.high))
            step = max(1, -(-(last - first) // max(self.height // 2, 1)))
            wanted = [10.0**k for k in range(last, first - 1, -step)] or [self.low, self.high]
        else:
            wanted = [self.low, self.high, *([0.0] if self.low < 0 < self.high else [])]
        return {row: v for v in reversed(wanted) if (row := self.down(v)) is not None}


def bounds(
    values: list[np.ndarray], picture: pictures.Curves | pictures.Areas
) -> tuple[float, float]:
    """The ends of the axis: those that the picture names, else the least and largest number."""
    low, high = _range(values, isinstance(picture, pictures.Curves) and picture.logarithmic)
    return (
        low if picture.low is None else picture.low,
        high if picture.high is None else picture.high,
    )


def _range(values: list[np.ndarray], logarithmic: bool) -> tuple[float, float]:
    """The least and the largest finite number; on a logarithmic axis, of those above 0."""
    known = np.concatenate([np.ravel(each) for each in values]) if values else np.zeros(0)
    known = known[np.isfinite(known) & ((known > 0) if logarithmic else True)]
    if not len(known):
        return (0.1, 1.0) if logarithmic else (0.0, 1.0)
    low, high = float(known.min()), float(known.max())
    if low == high:
        return (low / 2, high * 2) if logarithmic else (min(low, 0.0), max(high, 0.0) or 1.0)
    return low, high


def framed(
    field: list[list[Cell]],
    axes: Axes,
    now: float | None,
    left: int,
    labels: dict[int, Row],
    paper: Paper,
    from_right: bool = False,
    border: bool = False,
    leads: Mapping[int, str] = MappingProxyType({}),
) -> Iterator[Row]:
    mark = paper.spell("╎" if border else "│")
    ticks, bar = axes.ticks(), paper.spell("│")
    at = None if now is None else axes.across(now)
    for k, cells in enumerate(field):
        if at is not None and cells[at][0] == " ":
            cells[at] = (mark, "bold")
        tick = tick_text(ticks[k], axes.logarithmic, paper) if k in ticks else ""
        if axes.floor and k in ticks and ticks[k] < axes.low * 1.01:
            tick = paper.spell("≤") + tick
        lead = Row(paper.spell(leads.get(k, "")) or " ", "dim")
        if from_right:
            named = labels.get(k, Row()).padded(left - 1) + lead
            row = named + Row.of(cells) + Row(bar, "dim")
            yield (row + Row(tick, "dim")).stripped()
            continue
        row = Row(tick.rjust(left - 1), "dim") + Row(bar, "dim") + Row.of(cells)
        yield (row + lead + labels.get(k, Row())).stripped()


def _round_steps(axes: Axes) -> list[tuple[int, float]]:
    """Columns of round numbers of steps, with room between them."""
    count = len(axes.x)
    room = max(map(len, axes.names)) + 2 if axes.names else 8
    every = next((n for n in STRIDES if axes.width * n >= room * count), count)
    middle = [x for x in axes.x[1:-1] if x % every == 0]
    ends = axes.across(float(axes.x[0])) + 4, axes.across(float(axes.x[-1])) - 4
    return [(at, x) for x in middle if ends[0] <= (at := axes.across(float(x))) <= ends[1]]


def tick_text(value: float, logarithmic: bool, paper: Paper) -> str:
    if logarithmic:
        return power_of_ten(value) if value > 0 else ""
    return numeral(value, paper.digits)


def _free(cells: list[str], start: int, text: str) -> bool:
    """Whether there is room for the text, and air around it."""
    around = "".join(cells[max(start - 1, 0) : start + len(text) + 1])
    return start + len(text) <= len(cells) and not around.strip()


def under(axes: Axes, title: str, now: float | None, left: int, paper: Paper) -> Row:
    """The present place, the ends of the axis and what lies between, where there is room, and what
    the axis is."""
    cells = [" "] * max(axes.width + 1, paper.width - left)
    places = [(0, axes.x[0]), (axes.width, axes.x[-1])]
    if paper.sides is not None:
        places = [*((axes.across(x), x) for x in (axes.x[0], axes.x[-1])), *_round_steps(axes)]
        here = -9 if now is None else axes.across(now)
        places = [(column, x) for column, x in places if abs(column - here) > 4]
    for column, x in (*([(axes.across(now), now)] if now is not None else []), *places):
        text = paper.spell(axes.name(x))
        start = max(min(column - len(text) // 2, axes.width + 1 - len(text)), 0)
        if column == axes.width and not _free(cells, start, text):  # then below the names
            start = len("".join(cells).rstrip()) + 2
        if _free(cells, start, text):
            cells[start : start + len(text)] = text
    written = "".join(cells[: axes.width + 1]) + "".join(cells[axes.width + 1 :]).rstrip()
    title = paper.spell(title)
    gap = written.find(" " * (len(title) + 4))
    if title and gap >= 0:
        written = written[: gap + 2] + title + written[gap + 2 + len(title) :]
    return clipped(Row(" " * left) + Row(written, "dim"), paper.width).stripped()
