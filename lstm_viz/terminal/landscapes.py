"""Landscapes as fields of colour, or of characters, with the places of each way on them."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.numerals import numeral
from lstm_viz.pictures.scales import beyond, largest
from lstm_viz.terminal.axes import Axes, Cell, framed, tick_text, under
from lstm_viz.terminal.grid_cells import RAMP
from lstm_viz.terminal.heat import heat
from lstm_viz.terminal.paper import Paper, lines
from lstm_viz.terminal.rows import Row
from lstm_viz.terminal.text import hanging

USUAL_HEIGHT = 16
LEGEND = 9  # cells


@lines.register
def _(picture: pictures.Landscape, paper: Paper) -> Iterator[Row]:
    title = paper.row(picture.title, "bold")
    head = [*hanging(Row(), title, 0, paper.width)] if title.runs else []
    named = [Row(f"{way.mark} ", "bold") + paper.row((way.name,)) for way in picture.ways]
    ends = [float(each) for axis in (picture.x, picture.y) for each in (axis[0], axis[-1])]
    left = max(len(numeral(each, paper.digits)) for each in ends) + 1
    right = max((row.width for row in named), default=0) + 1
    height = max((paper.height or USUAL_HEIGHT + 4) - len(head) - 4, 4)
    width = max(paper.width - left - right, 8)
    low, high = float(picture.y[0]), float(picture.y[-1])
    axes = Axes(np.asarray(picture.x, float), low, high, width, height)
    yield from head
    yield _legend(picture, paper)
    yield Row(paper.spell(picture.y_title).rjust(left - 1), "dim")
    yield from framed(_field(picture, axes, paper), axes, None, left, dict(enumerate(named)), paper)
    yield under(axes, picture.x_title, None, left, paper)


def _field(picture: pictures.Landscape, axes: Axes, paper: Paper) -> list[list[Cell]]:
    """The largest number of each cell's places, and on them the ways, later ones on top."""
    parts = largest(_parts(picture), axes.height, axes.width)
    field = [[_block(part, picture.of, paper) for part in row] for row in parts[::-1].tolist()]
    (left, right), (low, high) = (each[[0, -1]] for each in (picture.x, picture.y))
    for way in picture.ways:
        for x, y in zip(way.x.tolist(), way.y.tolist(), strict=True):
            row = axes.down(y)
            if row is not None and left <= x <= right and low <= y <= high:
                column = axes.across(x)
                _, style = field[row][column]
                field[row][column] = way.mark, f"bold {style}".strip()
    return field


def _parts(picture: pictures.Landscape) -> np.ndarray:
    """From 0 to 1 of the scale; not-a-number for what is blank."""
    low, high = math.log(picture.low), math.log(picture.high)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = (np.log(picture.values) - low) / (high - low)
    blank = ~np.isfinite(picture.values) | (picture.values <= 0)
    return np.where(blank, np.nan, np.clip(found, 0, 1))


def _block(part: float, of: str, paper: Paper) -> Cell:
    if math.isnan(part):
        return " ", ""
    if not paper.colours:
        return RAMP[min(int(part * len(RAMP)), len(RAMP) - 1)], ""
    colour, ink = heat(round(32 * part) / 32, False, of)
    return " ", f"{ink} on {colour}"


def _legend(picture: pictures.Landscape, paper: Paper) -> Row:
    below, above = (paper.spell(each) for each in beyond(picture))
    row = Row(f"{below}{tick_text(picture.low, True, paper)} ", "dim")
    for k in range(LEGEND):
        row += Row(*_block(k / (LEGEND - 1), picture.of, paper))
    return row + Row(f" {above}{tick_text(picture.high, True, paper)}", "dim")
