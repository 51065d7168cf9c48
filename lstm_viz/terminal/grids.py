"""Grids over time: which of their cells are drawn, and what stands around them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.numerals import in_room, numeral
from lstm_viz.pictures.scales import has_come, sampled
from lstm_viz.terminal.grid_cells import Cells, infinite
from lstm_viz.terminal.grid_words import header, labelled, scale_end
from lstm_viz.terminal.heat import UPPER
from lstm_viz.terminal.paper import WIDEST, Paper, lines, sides, with_number
from lstm_viz.terminal.rows import Row, clipped
from lstm_viz.terminal.text import hanging

TICK = "┊"  # over a marked column
LABEL = 8  # columns for the names of a grid's rows, at least
LEGEND, LEAST_LEGEND = 9, 5  # cells of the legend
FEW, USUAL = 12, 9  # steps that have their numbers whatever the room is; columns of a number


@lines.register
def _(picture: pictures.Grid, paper: Paper) -> Iterator[Row]:
    asked = picture
    if picture.lit is not None and picture.shown != "numbers":
        known = np.where(np.isfinite(picture.values), picture.values, np.inf)
        picture = replace(picture, values=np.where(has_come(picture), known, np.nan))
    layout = _Layout.of(picture, paper)
    if layout.present is not None:
        at = asked.chosen[1]
        layout = replace(layout, present=asked.values[:, at], came=bool(has_come(asked)[at]))
    legend = layout.legend() if picture.shown != "numbers" else Row()  # its head has the scale
    if legend.width > paper.width:  # its ends are numbers, which are never cut
        legend = layout.legend(max(LEGEND - (legend.width - paper.width), 2))
    title = paper.row(picture.title, "bold")
    if title.runs and 0 < title.width + 3 + legend.width - paper.width <= LEGEND - LEAST_LEGEND:
        legend = layout.legend(LEAST_LEGEND)  # a row of its own is dear
    if title.runs and title.width + 3 + legend.width <= paper.width:
        title, legend = title + Row("   " * bool(legend.runs)) + legend, Row()
    if title.runs:
        *rows, last = hanging(Row(), title, 0, paper.width)
        yield from (*rows, *layout.marked(last))
    if picture.columns or picture.column_title:
        yield layout.head()
    every = layout.cells.paired() if layout.pairs else layout.cells.rows()
    for k, cells in enumerate(every):
        yield from layout.row(k * (1 + layout.pairs), cells)
    if legend.runs:
        yield clipped(legend, paper.width).stripped()


@sides.register
def _(picture: pictures.Grid, paper: Paper) -> tuple[int, int]:
    names = max((paper.wide((each,)) for each in picture.rows), default=0)
    number = picture.shown != "colours" and picture.chosen[1] >= 0
    named = max(names, len(paper.spell(picture.column_title))) + 2 * (picture.chosen[0] >= 0)
    return named + 2, paper.digits + 6 if number else 0


@with_number.register
def _(picture: pictures.Grid, paper: Paper) -> int:
    if picture.shown != "numbers":
        return 0
    left, _ = paper.sides or (0, 0)
    count, room = picture.values.shape[1], paper.width - left
    return _number_width(picture, paper, room) if count <= max(FEW, room // USUAL) else 0


@dataclass(frozen=True)
class _Layout:
    """A grid's cells after labels of one width; `present` are the chosen column's numbers."""

    picture: pictures.Grid
    paper: Paper
    label: int
    cells: Cells
    present: np.ndarray | None = None
    came: bool = False

    @property
    def pairs(self) -> bool:
        """Whether two rows share a line."""
        can = self.paper.colours and self.paper.carries(UPPER) and not self.cells.numbers
        return self.picture.paired and self.picture.shown == "colours" and can

    def marked(self, row: Row) -> Iterator[Row]:
        """A line over the cells with a tick over each marked column, or on one below it."""
        places = [
            self.label + self.cells.edges[mark - self.cells.columns.start]
            for mark in self.picture.marks
            if mark in self.cells.columns
        ]
        places = [at for at in places if at < self.paper.width]
        if min(places, default=row.width + 1) <= row.width:
            yield row
            row = Row()
        for at in sorted(places):
            row = row.padded(at) + Row(self.paper.spell(TICK), "bold")
        yield row

    @classmethod
    def of(cls, picture: pictures.Grid, paper: Paper) -> _Layout:
        if paper.sides is not None:
            return cls.in_step(picture, paper, paper.sides[0])
        names = [paper.wide((each,)) for each in picture.rows]
        if picture.columns or picture.column_title:
            names.append(len(paper.spell(picture.column_title)))
        label = max(LABEL, *names) + 2 if names else LABEL
        count = picture.values.shape[1]
        room = paper.width - label - (paper.digits + 6 if picture.shown == "heights" else 0)
        number = _number_width(picture, paper, room)
        fits = count * number <= room
        numbers = picture.shown == "numbers" or (picture.shown == "colours" and fits)
        widest = number if fits else WIDEST
        fitting = max(room // number if numbers else room, 1)
        at = picture.chosen[1] if picture.chosen[1] >= 0 else 0
        first = max(0, min(at - fitting // 2, count - fitting))
        shown = range(first, min(first + fitting, count))
        across = number * len(shown) if numbers else min(room, widest * len(shown))
        own = picture.shown == "heights" and picture.chosen[1] >= 0
        present = picture.values[:, picture.chosen[1]] if own else None
        return cls(picture, paper, label, Cells.of(picture, paper, shown, across, numbers), present)

    @classmethod
    def in_step(cls, picture: pictures.Grid, paper: Paper, label: int) -> _Layout:
        """On the axis of time of others: where there are more steps than columns, some of them.

        Where others have numbers, those around the present one.
        """
        present = picture.values[:, picture.chosen[1]] if picture.chosen[1] >= 0 else None
        count = picture.values.shape[1]
        if paper.step:
            fitting = max((paper.width - label) // paper.step, 1)
            first = max(0, min(picture.chosen[1] - fitting // 2, count - fitting))
            shown = range(first, min(first + fitting, count))
            across = paper.step * len(shown)
            cells = Cells.of(picture, paper, shown, across, picture.shown != "heights")
            own = present if picture.shown == "heights" else None
            return cls(picture, paper, label, cells, own)
        wide = paper.across(count)
        row, column = picture.chosen
        at = sampled(count, wide, (*picture.marks, *([column] if column >= 0 else [])))
        marks = tuple(at.index(mark) for mark in picture.marks if mark in at)
        chosen = row, -1 if column < 0 else bisect_left(at, column)
        names = tuple(picture.columns[k] for k in at) if picture.columns else ()
        some = replace(
            picture, values=picture.values[:, at], columns=names, chosen=chosen, marks=marks
        )
        if picture.shown == "numbers":
            some = replace(some, shown="colours")
        cells = Cells.of(some, paper, range(len(at)), wide, False)
        return cls(some, paper, label, cells, present if picture.shown != "colours" else None)

    def head(self) -> Row:
        """The columns' names, the chosen one in brackets; left out where they do not fit."""
        picture, paper, cells = self.picture, self.paper, self.cells
        names = picture.columns[cells.columns.start : cells.columns.stop]
        title = paper.spell(picture.column_title)
        at = picture.chosen[1] - cells.columns.start
        scaled = self.present is not None and picture.shown == "colours"
        wide = self.label + cells.edges[-1] if scaled else paper.width  # a scale never moves
        row = header(names, at, title, self.label, cells.edges, cells.numbers, wide)
        last = picture.columns[cells.columns.stop : cells.columns.stop + 1]
        if last and cells.columns.stop == picture.values.shape[1]:  # of edges between columns
            row = row.padded(self.label + cells.edges[-1]) + Row(last[0], "dim")
            row = clipped(row, paper.width)
        if not scaled:
            return row
        return row.padded(wide) + Row(f"  {self.scale(paper.width - wide - 2)}", "dim")

    def scale(self, room: int) -> str:
        """The ends of the scale in so many columns; nothing where they are not enough."""
        picture, paper = self.picture, self.paper
        if not picture.logarithmic:
            sign = paper.spell("±")
            high = in_room(picture.high, paper.digits, room - len(sign))
            return sign * bool(high) + high
        low, high = (scale_end(each, picture, paper) for each in (picture.low, picture.high))
        both = paper.spell(f"{low}…{high}")
        return both if len(both) <= room else ""

    def row(self, k: int, cells: list[Row]) -> Iterator[Row]:
        """One row, as tall as it is: in its middle its name and, if it has one, its number."""
        picture, paper = self.picture, self.paper
        marked = (picture.chosen[0] == k) + (picture.chosen[0] >= 0)
        name = labelled(picture.rows[k], marked, self.label, paper.encoding)
        beside = Row()
        if self.present is not None:
            now = float(self.present[k])
            known = (
                Row(paper.spell("·"), "dim") if now != now and not self.came else paper.number(now)
            )
            beside = Row("  ") + known
        if name.width + cells[0].width + beside.width > paper.width:
            beside = Row()
        middle = (len(cells) - 1) // 2
        for j, each in enumerate(cells):
            yield name + each + beside if j == middle else Row(" " * name.width) + each

    def legend(self, count: int = LEGEND) -> Row:
        """From the lowest to the highest, as the cells are drawn."""
        picture, paper = self.picture, self.paper
        low, high = picture.low, picture.high
        if picture.shown != "colours":
            told = picture.shown == "heights" and picture.chosen[1] < 0  # else there is a number
            full = f"{paper.spell('█')} = {scale_end(high, picture, paper)}"
            return Row(full, "dim") + self._endless() if told else Row()
        cells = replace(self.cells, numbers=False)
        sizes = np.abs(picture.values) if picture.logarithmic else picture.values
        sizes = sizes[np.isfinite(sizes)]
        floor = paper.spell("≤") if (sizes < low - 1e-9 * abs(low)).any() else ""
        beyond = paper.spell("≥") if (sizes > high * (1 + 1e-9)).any() else ""
        row = Row(f"{floor}{scale_end(low, picture, paper)} ", "dim")
        for k in range(count):
            part = k / (count - 1)
            plain = cells.block(part, low + (high - low) * part, False)
            row += Row(" ", f"on {cells.tint(part)}") if self.pairs else Row(*plain)
        row += Row(f" {beyond}{scale_end(high, picture, paper)}", "dim")
        return row + self._endless()

    def _endless(self) -> Row:
        """What its mark means, where there is one."""
        if not np.isinf(self.picture.values).any():
            return Row()
        return Row("  ") + Row(*infinite(1)) + Row(" ") + self.paper.words("not finite")


def _number_width(picture: pictures.Grid, paper: Paper, room: int) -> int:
    """How wide a number's cell is: as a rule wide enough for 1.22e-16, wider where one is wider."""
    usual = paper.digits + 6
    if picture.shown == "heights":
        return usual
    if picture.room:
        return max(usual, max(len(numeral(v, paper.digits)) for v in picture.room) + 1)
    if picture.shown != "numbers" and picture.values.shape[1] * usual > room:
        return usual  # there is no room for numbers
    at, around = max(picture.chosen[1], 0), room // usual
    near = picture.values[:, max(at - around, 0) : at + around + 1]
    widest = [len(numeral(v, paper.digits)) for v in near.ravel()[:400].tolist()]
    return max(usual, max(widest, default=0) + 1)
