"""Grids of cells over time: blocks of colour, numbers, or small columns."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.numerals import numeral
from lstm_viz.pictures.theme import BELOW_ZERO, HEAT, LOOKS
from lstm_viz.terminal.paper import Paper, lines
from lstm_viz.terminal.rows import Row, Run, clipped, rgb
from lstm_viz.terminal.text import hanging

HEIGHTS, PLAIN_HEIGHTS = "▁▂▃▄▅▆▇█", "_.:-=+*#"
RAMP, RAMP_BELOW = " .:+oO@", " ,;-xX%"  # above and below zero, where there is no colour
Scale = tuple[float, float, bool]  # low, high, by the logarithm
LABEL = 8  # columns for the names of a grid's rows, at least
WIDEST_CELL = 6
LEGEND = 9  # cells of the legend


@lines.register
def _(picture: pictures.Grid, paper: Paper) -> Iterator[Row]:
    layout = _Cells.of(picture, paper)
    legend = layout.legend() if picture.shown == "colours" else Row()
    title = paper.row(picture.title, "bold")
    if title.runs and title.width + 3 + legend.width <= paper.width:
        title, legend = title + Row("   " * bool(legend.runs)) + legend, Row()
    if title.runs:
        yield from hanging(Row(), title, 0, paper.width)
    if picture.columns or picture.column_title:
        yield layout.head()
    for k, cells in zip(range(len(picture.rows)), layout.cells(), strict=True):
        yield layout.row(k, cells)
    if legend.runs:
        yield clipped(legend, paper.width).stripped()


@dataclass(frozen=True)
class _Cells:
    """Which columns of a grid are drawn, and how wide each of them is."""

    picture: pictures.Grid
    paper: Paper
    label: int
    cell: int
    columns: range
    numbers: bool  # each cell has room for its number

    @classmethod
    def of(cls, picture: pictures.Grid, paper: Paper) -> _Cells:
        names = [paper.wide((each,)) for each in picture.rows]
        if picture.columns or picture.column_title:
            names.append(len(paper.spell(picture.column_title)))
        label = max(LABEL, *names) + 2 if names else LABEL
        count = picture.values.shape[1]
        room = paper.width - label - (paper.digits + 6 if picture.shown == "heights" else 0)
        number = _number_width(picture, paper, room)
        fits = count * number <= room
        numbers = picture.shown == "numbers" or (picture.shown == "colours" and fits)
        widest = number if fits else WIDEST_CELL
        cell = number if numbers else max(1, min(widest, room // max(count, 1)))
        fitting = max(room // cell, 1)
        at = picture.chosen[1] if picture.chosen[1] >= 0 else 0
        first = max(0, min(at - fitting // 2, count - fitting))
        shown = range(first, min(first + fitting, count))
        return cls(picture, paper, label, cell, shown, numbers)

    @property
    def fine(self) -> bool:
        """Whether there are blocks to draw with."""
        return self.paper.carries(HEIGHTS)

    def head(self) -> Row:
        """The columns' names, the chosen one in brackets; left out where they do not fit."""
        picture, paper, shown = self.picture, self.paper, self.columns
        names = picture.columns[shown.start : shown.stop]
        title = paper.spell(picture.column_title)
        at = picture.chosen[1] - shown.start
        return _head(names, at, title, self.label, self.cell, self.numbers, paper.width)

    def row(self, k: int, cells: Row) -> Row:
        """One row: its name, and its cells."""
        picture, paper = self.picture, self.paper
        marked = (picture.chosen[0] == k) + (picture.chosen[0] >= 0)
        row = _label(picture.rows[k], marked, self.label, paper.encoding) + cells
        if picture.shown == "heights" and picture.chosen[1] >= 0:
            row += Row("  ") + paper.number(float(picture.values[k, picture.chosen[1]]))
        return row

    def cells(self) -> Iterator[Row]:
        """The cells of every row."""
        picture, wide = self.picture, self.cell
        values = picture.values[:, self.columns.start : self.columns.stop]
        if picture.shown == "colours" and self.paper.colours and not self.numbers:
            signed = self.scale[0] < 0 and not self.scale[2]
            inks, shades = _inks(signed, wide), _shades(values, self.scale)
            alike = (shades[:, 1:] == shades[:, :-1]).sum(axis=1).tolist()
            for row, many in zip(shades.tolist(), alike, strict=True):
                runs = [inks[k] for k in row]
                # a smooth row is sent in fewer characters, a rough one is not worth the search
                yield (
                    Row.of(runs) if many > SMOOTH * len(row) else Row.exactly(runs, len(row) * wide)
                )
            return
        draw = {"numbers": self.numerals, "heights": self.heights}.get(picture.shown, self.blocks)
        for k, row in enumerate(values.tolist()):
            yield Row.of(draw(k, row))

    def numerals(self, k: int, values: list[float]) -> list[Run]:
        """The cells' numbers; a dot where there is none yet."""
        of, wide, digits = self.picture.rows[k].of, self.cell, self.paper.digits
        colour = LOOKS[of].colour if of else ""
        bold, missing = f"bold {colour}".strip(), (self.paper.spell("·").rjust(wide), "dim")
        chosen = self.picture.chosen[1] - self.columns.start
        return [
            (
                numeral(value, digits).rjust(wide),
                bold if t == chosen else colour if value else "dim",
            )
            if value == value
            else missing
            for t, value in enumerate(values)
        ]

    def heights(self, k: int, values: list[float]) -> list[Run]:
        """The cells as small columns between low and high."""
        scale, wide, fine, of = self.scale, self.cell, self.fine, self.picture.rows[k].of
        empty, chosen = (" " * wide, ""), self.picture.chosen[1] - self.columns.start
        return [
            _height(value, scale, wide, fine, of, t == chosen) if math.isfinite(value) else empty
            for t, value in enumerate(values)
        ]

    def blocks(self, k: int, values: list[float]) -> list[Run]:
        """The cells one by one: with their numbers, or in characters where there is no colour."""
        picture, scale, wide, colours = self.picture, self.scale, self.cell, self.paper.colours
        empty, digits = (" " * wide, ""), self.paper.digits if self.numbers else -1
        chosen = picture.chosen[1] - self.columns.start if picture.chosen[0] in (k, -1) else -1
        return [
            _block(value, scale, wide, digits, colours, t == chosen)
            if math.isfinite(value) and (value or not picture.logarithmic)
            else empty
            for t, value in enumerate(values)
        ]

    @property
    def scale(self) -> Scale:
        """What a value's place depends on."""
        return self.picture.low, self.picture.high, self.picture.logarithmic

    def legend(self) -> Row:
        """From the lowest to the highest, as the cells are drawn."""
        picture, paper = self.picture, self.paper
        low, high = picture.low, picture.high
        row = Row(_end(low, picture, paper) + " ", "dim")
        scale, colours = self.scale, paper.colours
        for k in range(LEGEND):
            part = k / (LEGEND - 1)
            value = low + (high - low) * part
            if picture.logarithmic:
                value = low * (high / low) ** part
            row += Row(*_block(value, scale, 1, -1, colours, False))
        return row + Row(" " + _end(high, picture, paper), "dim")


@lru_cache(64)
def _head(
    names: tuple[str, ...], chosen: int, title: str, label: int, cell: int, right: bool, width: int
) -> Row:
    """The names above the cells; `chosen` is the place of one of them."""
    runs = [*Row(title, "dim").padded(label).runs]
    k = 0
    while k < len(names):
        name = f"[{names[k]}]" if k == chosen else names[k]
        span = 1 if cell >= 5 else max(1, -(-5 // cell))
        if k < chosen < k + span:
            runs.append((" " * cell, ""))
            k += 1
            continue
        span = min(span, len(names) - k)
        room = cell * span
        text = name.rjust(room) if right else name.ljust(room)
        fits = len(name) <= room or k == chosen
        runs.append((text if fits else " " * room, "bold" if k == chosen else "dim"))
        k += span
    return clipped(Row.of(runs), width).stripped()


@lru_cache(256)
def _label(name: pictures.Text, marked: int, width: int, encoding: str) -> Row:
    """A row's name; marked 2 with an arrow, 1 with room for one."""
    paper = Paper(encoding=encoding)
    mark = Row(paper.spell("▸ "), "bold") if marked == 2 else Row("  " * marked)
    return (mark + paper.row((name,), "bold")).padded(width)


def _end(value: float, picture: pictures.Grid, paper: Paper) -> str:
    """An end of the scale, a power of ten as such."""
    power = round(math.log10(value)) if value > 0 else 0
    if picture.logarithmic and math.isclose(value, 10.0**power, rel_tol=1e-9):
        return f"1e{power}"
    return numeral(value, paper.digits)


def _number_width(picture: pictures.Grid, paper: Paper, room: int) -> int:
    """How wide a number's cell is: as a rule wide enough for 1.22e-16, wider where one is wider."""
    usual = paper.digits + 6
    if picture.shown == "heights":
        return usual
    if picture.shown != "numbers" and picture.values.shape[1] * usual > room:
        return usual  # there is no room for numbers
    at, around = max(picture.chosen[1], 0), room // usual
    near = picture.values[:, max(at - around, 0) : at + around + 1]
    widest = [len(numeral(v, paper.digits)) for v in near.ravel()[:400].tolist()]
    return max(usual, max(widest, default=0) + 1)


# From one frame to the next most cells stay as they are: each is drawn once.


@lru_cache(1 << 11)
def _block(value: float, scale: Scale, cell: int, digits: int, colours: bool, chosen: bool) -> Run:
    """A cell in the colour of its value, with its number where digits >= 0."""
    low, _, logarithmic = scale
    text = numeral(value, digits) if digits >= 0 else ""
    style = "bold underline" if chosen and text else ""
    part, signed = level(value, scale), low < 0 and not logarithmic
    if not colours:
        ramp = RAMP_BELOW if signed and value < 0 else RAMP
        part = abs(2 * part - 1) if signed else part
        glyph = ramp[min(int(part * len(ramp)), len(ramp) - 1)]
        return (text.rjust(cell) if text else glyph * cell, style)
    colour, ink = heat(round(part * 32) / 32, signed)
    text = text or ("-" if value < 0 and signed else "")
    return (f"{text} "[:cell].rjust(cell), f"{style} {ink} on {colour}".strip())


SHADES = 33
SMOOTH = 0.5  # of a row's neighbours are alike


def _shades(given: np.ndarray, scale: Scale) -> np.ndarray:
    """Which of the scale's colours each value has, all at once; SHADES more below zero, −1: none.

    The same as `_block` finds for a single cell.
    """
    low, high, logarithmic = scale
    there = np.isfinite(given) & ((given != 0) | (not logarithmic))
    place = np.where(there, given, 1.0)
    if logarithmic:
        low, high = math.log(max(abs(low), 1e-300)), math.log(max(abs(high), 1e-300))
        place = np.log(np.maximum(np.abs(place), 1e-300))
    part = np.clip((place - low) / (high - low), 0, 1) if high > low else 0.0 * place
    shade = np.rint(part * (SHADES - 1)).astype(int)
    if scale[0] < 0 and not logarithmic:
        shade += SHADES * (given < 0)
    return np.where(there, shade, -1)


@cache
def _inks(signed: bool, cell: int) -> list[Run]:
    """The cells of each shade, of each shade below zero, and the empty one."""
    found = []
    for sign in ("", "-"):
        for k in range(SHADES):
            colour, ink = heat(k / (SHADES - 1), signed)
            found.append((f"{sign} "[:cell].rjust(cell), f"{ink} on {colour}"))
    return [*found, (" " * cell, "")]


@lru_cache(1 << 11)
def _height(value: float, scale: Scale, cell: int, fine: bool, of: str, chosen: bool) -> Run:
    """A cell as a small column."""
    glyph = (HEIGHTS if fine else PLAIN_HEIGHTS)[min(int(level(value, scale) * 8), 7)]
    style = LOOKS[of].colour if of else ""
    wide = glyph * max(cell - 1, 1) + " " * (cell > 1)
    return (wide, f"bold {style}" if chosen else style)


def level(value: float, scale: Scale) -> float:
    """Where a value lies between low and high, from 0 to 1."""
    low, high, logarithmic = scale
    if logarithmic:
        low, high, value = (math.log(max(abs(v), 1e-300)) for v in (low, high, value))
    return min(max((value - low) / (high - low), 0.0), 1.0) if high > low else 0.0


@cache
def heat(part: float, signed: bool) -> tuple[str, str]:
    """The colour of a cell, 0 … 1 of the scale, and black or white, whichever is read on it."""
    anchors = (*BELOW_ZERO, *HEAT[1]) if signed else HEAT[0]
    place = part * (len(anchors) - 1)
    k = min(int(place), len(anchors) - 2)
    mixed = [
        round(a + (b - a) * (place - k))
        for a, b in zip(rgb(anchors[k]), rgb(anchors[k + 1]), strict=True)
    ]
    light = 0.3 * mixed[0] + 0.59 * mixed[1] + 0.11 * mixed[2] > 140
    return "#{:02x}{:02x}{:02x}".format(*mixed), "#000000" if light else "#ffffff"
