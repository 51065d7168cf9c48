"""Stacked areas in blocks over one axis, each with a fill of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.theme import colour_of
from lstm_viz.terminal.axes import Axes, Cell, bounds, framed, tick_text, under
from lstm_viz.terminal.paper import Paper, lines
from lstm_viz.terminal.plots import USUAL_HEIGHT, heading, label_of, letters
from lstm_viz.terminal.rows import Row

FILLS = "█▓▒░▞#+:"  # no two parts have the same
TOTAL = "•"  # the sum of all areas


@lines.register
def _(picture: pictures.Areas, paper: Paper) -> Iterator[Row]:
    parts = np.array([np.asarray(part.values, float) for part in picture.parts])
    parts = np.where(np.isfinite(parts), parts, 0.0)
    above, below = np.maximum(parts, 0).sum(axis=0), np.minimum(parts, 0).sum(axis=0)
    low, high = bounds([above, below, np.zeros(1)], picture)
    fills = _fills(picture, paper)
    labels = [
        Row(fill, colour_of(part.name.of)) + Row(" ") + label_of(part, paper)
        for fill, part in zip(fills, picture.parts, strict=True)
    ]
    total = Row(paper.spell(TOTAL), "bold") + Row(" ") + paper.row((picture.total,))
    left = max(len(tick_text(each, False, paper)) for each in (low, high)) + 1
    named = [total] if picture.total.text else []
    right = max((row.width for row in (*labels, *named)), default=0) + 1
    head = list(heading(picture, paper))
    height = max((paper.height or USUAL_HEIGHT + 2) - len(head) - 2, 3, len(labels))
    fits = height > len(labels)
    axes = Axes(np.asarray(picture.x, float), low, high, max(paper.width - left - right, 8), height)
    yield from head
    field = _draw_areas(picture, parts, axes, fills, paper)
    ends = dict(enumerate([*labels, *named] if fits else labels))
    yield from framed(field, axes, picture.now, left, ends, paper)
    last = under(axes, picture.x_title, picture.now, left, paper)
    yield last if fits or not named else last.padded(left + axes.width + 1) + total


def _fills(picture: pictures.Areas, paper: Paper) -> list[str]:
    if paper.carries(FILLS) and len(picture.parts) <= len(FILLS):
        return list(FILLS[: len(picture.parts)])
    return letters([part.name.text for part in picture.parts], paper)


def _draw_areas(
    picture: pictures.Areas, parts: np.ndarray, axes: Axes, fills: Sequence[str], paper: Paper
) -> list[list[Cell]]:
    field = [[(" ", "")] * axes.width for _ in range(axes.height)]
    count = parts.shape[1]
    zero = axes.down(0.0) or 0
    for column in range(axes.width):
        t = round(column / max(axes.width - 1, 1) * (count - 1))
        for sign in (1, -1):
            base = 0.0
            for k, part in enumerate(picture.parts):
                if (value := parts[k, t]) * sign <= 0:
                    continue
                start, end = sorted((axes.down(base) or 0, axes.down(base + value) or 0))
                base += value
                style = colour_of(part.name.of)
                for row in range(start, end):
                    field[row + (sign < 0)][column] = (fills[k], style)
        total = axes.down(float(parts[:, t].sum()))
        field[zero][column] = (paper.spell("─"), "dim")
        if total is not None:
            field[total][column] = (paper.spell(TOTAL), "bold")
    return field
