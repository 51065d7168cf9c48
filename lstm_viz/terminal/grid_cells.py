"""The cells of a grid: blocks of colour, numbers, or small columns.

From one frame to the next most cells stay as they are: each is drawn once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import pairwise

import numpy as np

from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.numerals import numeral
from lstm_viz.pictures.scales import has_come
from lstm_viz.pictures.theme import colour_of
from lstm_viz.terminal.axes import edges
from lstm_viz.terminal.heat import SHADES, bead_inks, halves, heat, signs
from lstm_viz.terminal.paper import Paper
from lstm_viz.terminal.rows import Row, Run

INFINITE = "x"  # also where there is only ASCII
HEIGHTS, HANGING = " ▁▂▃▄▅▆▇█", " ▔▀█"  # up from the foot of a line, down from its head
PLAIN = {HEIGHTS: " _.:-=+*#", HANGING: " '\"#"}
RAMP, RAMP_BELOW = " .:+oO@", " ,;-xX%"  # above and below zero, where there is no colour
SMOOTH = 0.5  # of a row's neighbours are alike


@dataclass(frozen=True)
class Cells:
    """Those columns of a grid that are drawn, from edge to edge, with room for numbers or not."""

    picture: pictures.Grid
    paper: Paper
    columns: range
    edges: tuple[int, ...]
    numbers: bool

    @classmethod
    def of(
        cls, picture: pictures.Grid, paper: Paper, columns: range, across: int, numbers: bool
    ) -> Cells:
        """They take so many columns of the paper together."""
        return cls(picture, paper, columns, edges(max(len(columns), 1), across), numbers)

    @cached_property
    def wide(self) -> list[int]:
        """How wide each column is."""
        return [end - start for start, end in pairwise(self.edges)]

    @property
    def signed(self) -> bool:
        """Whether the scale goes through zero."""
        return self.picture.low < 0 and not self.picture.logarithmic

    def rows(self) -> Iterator[list[Row]]:
        """The cells of every row, in as many lines as it is tall."""
        if self.picture.shown == "heights":
            yield from self._heights()
            return
        for row in self._flat():
            yield [row] * self.picture.tall

    def paired(self) -> Iterator[list[Row]]:
        """Two rows a line: the upper in the ink of half blocks, the lower in their background."""
        picture = self.picture
        values = picture.values[:, self.columns.start : self.columns.stop]
        parts = _parts(values, picture.low, picture.high, picture.logarithmic)
        shades = [self.tint(k / (SHADES - 1)) for k in range(SHADES)] + [""]
        which = np.where(np.isfinite(values), np.rint(parts * (SHADES - 1)), SHADES).astype(int)
        tints = [[shades[k] for k in row] for row in which.tolist()]
        for k in range(0, len(tints), 2):
            below = tints[k + 1] if k + 1 < len(tints) else [""] * len(tints[k])
            runs = [halves(*each) for each in zip(tints[k], below, self.wide, strict=True)]
            yield [Row.of(runs)]

    def tint(self, part: float) -> str:
        """The colour of a half block: what has a sign has two colours, and none in the middle."""
        part = round(part * (SHADES - 1)) / (SHADES - 1)
        return (
            signs(part, self.picture.of) if self.signed else heat(part, False, self.picture.of)[0]
        )

    def _flat(self) -> Iterator[Row]:
        picture = self.picture
        values = picture.values[:, self.columns.start : self.columns.stop]
        parts = _parts(values, picture.low, picture.high, picture.logarithmic)
        if picture.beads and self.paper.colours:
            yield from self._beads(values, parts)
            return
        if picture.shown == "colours" and self.paper.colours and not self.numbers:
            yield from self._shaded(values, parts)
            return
        draw = {"colours": self._blocks, "numbers": self._numbers}
        for k, (row, part) in enumerate(zip(values.tolist(), parts.tolist(), strict=True)):
            yield Row.of(draw[picture.shown](k, row, part))

    def _shaded(self, values: np.ndarray, parts: np.ndarray) -> Iterator[Row]:
        """Colours alone, all at once: `_block` finds the same for a single cell."""
        there = np.isfinite(values) & ((values != 0) | (not self.picture.logarithmic))
        below = SHADES * (values < 0) if self.signed else 0
        shades = np.where(there, np.rint(np.where(there, parts, 0) * (SHADES - 1)), -1).astype(int)
        shades = np.where(there, shades + below, np.where(np.isinf(values), -2, -1))
        of, widths = self.picture.of, range(max(self.wide) + 1)
        inks = [_inks(self.signed, wide, of) for wide in widths]
        alike = (shades[:, 1:] == shades[:, :-1]).sum(axis=1).tolist()
        for row, many in zip(shades.tolist(), alike, strict=True):
            runs = [inks[wide][k] for k, wide in zip(row, self.wide, strict=True)]
            # a smooth row is sent in fewer characters, a rough one is not worth the search
            yield Row.of(runs) if many > SMOOTH * len(row) else Row.exactly(runs, self.edges[-1])

    def _beads(self, values: np.ndarray, parts: np.ndarray) -> Iterator[Row]:
        """Beads on a dark background, bright by their numbers; what is not reached is a point."""
        shades = np.where(np.isfinite(values), np.rint(parts * (SHADES - 1)).astype(int), SHADES)
        shades = np.where(np.isinf(values), -1, shades)
        for row in shades.tolist():
            yield Row.of(
                infinite(wide) if shade < 0 else self._bead(shade, wide)
                for shade, wide in zip(row, self.wide, strict=True)
            )

    def _bead(self, shade: int, wide: int) -> Run:
        close = min(self.wide) == 1  # single beads would stand in groups
        return bead_inks(self.picture.of, wide, self.paper.encoding, close)[shade]

    def _blocks(self, k: int, values: list[float], parts: list[float]) -> list[Run]:
        """The cells one by one: with their numbers, or in characters where there is no colour."""
        picture = self.picture
        chosen = picture.chosen[1] - self.columns.start if picture.chosen[0] in (k, -1) else -1
        return [
            self.block(part, value, t == chosen, wide)
            if math.isfinite(value) and (value or not picture.logarithmic)
            else (infinite(wide) if math.isinf(value) else (" " * wide, ""))
            for t, (value, part, wide) in enumerate(zip(values, parts, self.wide, strict=True))
        ]

    def block(self, part: float, value: float, chosen: bool, wide: int = 1) -> Run:
        """A cell at this part of the scale, with its number where there is room for it."""
        if self.picture.beads and self.paper.colours:
            return self._bead(round(part * (SHADES - 1)), wide)
        text = numeral(value, self.paper.digits) if self.numbers else ""
        below = self.signed and value < 0
        of = self.picture.of
        return _block(part, self.signed, below, text, wide, self.paper.colours, chosen, of)

    def _numbers(self, k: int, values: list[float], parts: list[float]) -> list[Run]:
        """The cells' numbers; a dot where there is none yet."""
        wide, digits = self.wide[0], self.paper.digits
        colour = colour_of(self.picture.rows[k].of)
        bold, missing = f"bold {colour}".strip(), (self.paper.spell("·").rjust(wide), "dim")
        start, there = self.columns.start, has_come(self.picture)
        chosen = self.picture.chosen[1] - start
        return [
            (
                numeral(value, digits).rjust(wide),
                bold if t == chosen else colour if value else "dim",
            )
            if value == value or there[t + start]
            else missing
            for t, value in enumerate(values)
        ]

    def _heights(self) -> Iterator[list[Row]]:
        """The cells as small columns from low to high; below zero, down from a middle line."""
        picture, tall = self.picture, self.picture.tall
        values = picture.values[:, self.columns.start : self.columns.stop]
        low = 0.0 if self.signed else picture.low
        for k, row in enumerate(values):
            up = _parts(row[None], low, picture.high, picture.logarithmic)[0]
            lines = [self._level(k, row, up * tall - j, HEIGHTS, j) for j in reversed(range(tall))]
            if self.signed:
                down = _parts(-row[None], 0.0, -picture.low, False)[0]
                lines += [self._level(k, row, down * tall - j, HANGING) for j in range(tall)]
            yield lines

    def _level(
        self, k: int, values: np.ndarray, parts: np.ndarray, glyphs: str, height: int = 1
    ) -> Row:
        """One line of the small columns; in the lowest that goes up, 0 is seen too."""
        fine = self.paper.carries(HEIGHTS + HANGING)
        glyphs = glyphs if fine else PLAIN[glyphs]
        colour = colour_of(self.picture.rows[k].of)
        chosen, gap = self.picture.chosen[1] - self.columns.start, min(self.wide) > 1
        least, last = int(height == 0), len(glyphs) - 1
        return Row.of(
            (
                " " * gap + glyphs[min(max(math.ceil(part * last), least), last)] * (wide - gap),
                f"bold {colour}" if t == chosen else colour,
            )
            if math.isfinite(value)
            else (infinite(wide) if math.isinf(value) else (" " * wide, ""))
            for t, (value, part, wide) in enumerate(
                zip(values.tolist(), parts.tolist(), self.wide, strict=True)
            )
        )


def _parts(values: np.ndarray, low: float, high: float, logarithmic: bool) -> np.ndarray:
    """Where values lie between low and high, from 0 to 1; 0 for what is not a number."""
    known = np.where(np.isfinite(values), values, low)
    if logarithmic:
        low, high = (math.log(max(abs(end), 1e-300)) for end in (low, high))
        known = np.log(np.maximum(np.abs(known), 1e-300))
    if math.isinf(high - low):
        low, high, known = low / 2, high / 2, known / 2
    return np.clip((known - low) / (high - low), 0, 1) if high > low else 0.0 * known


@lru_cache(1 << 11)
def _block(
    part: float,
    signed: bool,
    below: bool,
    text: str,
    wide: int,
    colours: bool,
    chosen: bool,
    of: str,
) -> Run:
    """A cell in its colour, or in a character of the ramps; `below` zero it says so."""
    style = "bold underline" if chosen and text else ""
    if not colours:
        ramp = RAMP_BELOW if below else RAMP
        part = abs(2 * part - 1) if signed else part
        glyph = ramp[min(int(part * len(ramp)), len(ramp) - 1)]
        return text.rjust(wide) if text else glyph * wide, style
    colour, ink = heat(round(part * (SHADES - 1)) / (SHADES - 1), signed, of)
    text = text or "-" * below
    return f"{text} "[:wide].rjust(wide), f"{style} {ink} on {colour}".strip()


@cache
def _inks(signed: bool, wide: int, of: str) -> list[Run]:
    """The cells of each shade, of each shade below zero, and the empty one."""
    parts = [k / (SHADES - 1) for k in range(SHADES)]
    blocks = [
        _block(p, signed, below, "", wide, True, False, of)
        for below in (False, True)
        for p in parts
    ]
    return [*blocks, infinite(wide), (" " * wide, "")]


def infinite(wide: int) -> Run:
    """The cell of a number that is too large to be finite: a mark, on no colour of the scale."""
    return INFINITE.center(wide) if wide else "", "bold"
