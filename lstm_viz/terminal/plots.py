"""Curves in braille dots, and stacked areas in blocks, over one axis, labelled where they end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from string import ascii_letters

import numpy as np

from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.theme import colour_of
from lstm_viz.terminal.axes import Axes, Cell, bounds, framed, tick_text, under
from lstm_viz.terminal.paper import Paper, lines
from lstm_viz.terminal.rows import Row, clipped
from lstm_viz.terminal.text import hanging

USUAL_HEIGHT = 12
BRAILLE = 0x2800
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # by row and column in a cell
FILLS = "█▓▒░"


# ---------------------------------------------------------------------------- curves


@lines.register
def _(picture: pictures.Curves, paper: Paper) -> Iterator[Row]:
    shown = [each for c in picture.curves for each in (c.values, c.low, c.high) if each is not None]
    low, high = bounds(shown, picture)
    marks = _marks([curve.name.text for curve in picture.curves], paper)
    labels = {k: _named(curve, marks[k], paper) for k, curve in enumerate(picture.curves)}
    left = max(len(tick_text(each, picture.logarithmic, paper)) for each in (low, high, -high)) + 1
    right = max((row.width for row in labels.values()), default=0) + 1
    if picture.from_right:
        left, right = right, left
    above = list(_above(picture, paper))
    height = max((paper.height or USUAL_HEIGHT + 2) - len(above) - 2, 3)
    width = max(paper.width - left - right, 8)
    x = np.asarray(picture.x, float)
    axes = Axes(x, low, high, width, height, picture.logarithmic, picture.names)
    field = _draw_curves(picture, axes, marks, paper)
    yield from above
    ends = _ends(picture, axes, labels)
    to_left, border = picture.from_right, picture.border
    yield from framed(field, axes, picture.now, left, ends, paper, to_left, border)
    yield under(axes, picture.x_title, picture.now, left, paper)


def _above(picture: pictures.Curves | pictures.Areas, paper: Paper) -> Iterator[Row]:
    if picture.title:
        yield from hanging(Row(), paper.row(picture.title, "bold"), 0, paper.width)
    if picture.y_title:
        yield clipped(Row(paper.spell(picture.y_title), "dim"), paper.width).stripped()


def _label(curve: pictures.Curve, paper: Paper) -> Row:
    note = f" {curve.note}" if curve.note else ""
    return paper.row((curve.name,), "bold") + Row(paper.spell(note), "dim")


def _named(curve: pictures.Curve, mark: str, paper: Paper) -> Row:
    """Its name, behind the letter that it is drawn in where that is not its first."""
    told = not _is_fine(paper) and not paper.spell(curve.name.text).startswith(mark)
    return Row(f"{mark} " if told else "", colour_of(curve.name.of)) + _label(curve, paper)


def _marks(names: Sequence[str], paper: Paper) -> list[str]:
    """A letter for each name, no two the same: its first, else its last that is free, else any."""
    found: list[str] = []
    for name in names:
        plain = [letter for letter in paper.spell(name) if letter.isalnum()]
        wanted = [*plain[:1], *reversed(plain), *ascii_letters]
        found.append(next((letter for letter in wanted if letter not in found), "*"))
    return found


def _is_fine(paper: Paper) -> bool:
    return paper.carries(chr(BRAILLE + 255))


def _draw_curves(
    picture: pictures.Curves, axes: Axes, marks: Sequence[str], paper: Paper
) -> list[list[Cell]]:
    fine = _is_fine(paper)
    down, across = (4, 2) if fine else (1, 1)
    dots: dict[tuple[int, int], tuple[int, str, str]] = {}
    for curve, letter in zip(picture.curves, marks, strict=True):
        style = colour_of(curve.name.of)
        for row, column in _points(curve, axes, down, across):
            place = (row // down, column // across)
            bits = dots.get(place, (0, "", ""))[0] | DOTS[row % down][column % across]
            dots[place] = bits, style, letter
    field = [[(" ", "")] * axes.width for _ in range(axes.height)]
    for (row, column), (bits, style, letter) in dots.items():
        field[row][column] = (chr(BRAILLE + bits) if fine else letter, style)
    return field


def _points(curve: pictures.Curve, axes: Axes, down: int, across: int) -> Iterator[tuple[int, int]]:
    """The dots of a curve, joined from one number to the next, and of the edges of its band."""
    for values, gaps in ((curve.low, 3), (curve.high, 3), (curve.values, 2 * curve.dashed)):
        if values is None:
            continue
        before: tuple[int, int] | None = None
        for x, value in zip(axes.x, values, strict=True):
            row = axes.down(float(value), down)
            here = None if row is None else (row, axes.across(float(x), across))
            if here is not None:
                between = _joined(before or here, here)
                yield from (p for p in between if not gaps or p[1] // gaps % 2 == 0)
            before = here


def _joined(start: tuple[int, int], end: tuple[int, int]) -> Iterator[tuple[int, int]]:
    steps = max(abs(end[0] - start[0]), abs(end[1] - start[1]), 1)
    for k in range(steps + 1):
        row, column = (round(a + (b - a) * k / steps) for a, b in zip(start, end, strict=True))
        yield row, column


def _ends(picture: pictures.Curves, axes: Axes, labels: dict[int, Row]) -> dict[int, Row]:
    """Row → the label of the curve that ends there, or nearby where several do."""
    found: dict[int, Row] = {}
    wanted = []
    for k, curve in enumerate(picture.curves):
        rows = [row for v in curve.values if (row := axes.down(float(v))) is not None]
        end = 0 if picture.from_right else -1
        wanted.append((rows[end] if rows else axes.height - 1, k))
    for row, k in sorted(wanted):
        free = [r for r in range(axes.height) if r not in found]
        if free:
            found[min(free, key=lambda r: (abs(r - row), r))] = labels[k]
    return found


# ---------------------------------------------------------------------------- areas


@lines.register
def _(picture: pictures.Areas, paper: Paper) -> Iterator[Row]:
    parts = np.array([np.asarray(part.values, float) for part in picture.parts])
    parts = np.where(np.isfinite(parts), parts, 0.0)
    above, below = np.maximum(parts, 0).sum(axis=0), np.minimum(parts, 0).sum(axis=0)
    low, high = bounds([above, below, np.zeros(1)], picture)
    fills = _fills(picture, paper)
    labels = [
        Row(fill, colour_of(part.name.of)) + Row(" ") + _label(part, paper)
        for fill, part in zip(fills, picture.parts, strict=True)
    ]
    left = max(len(tick_text(each, False, paper)) for each in (low, high)) + 1
    right = max((row.width for row in labels), default=0) + 1
    head = list(_above(picture, paper))
    height = max((paper.height or USUAL_HEIGHT + 2) - len(head) - 2, 3, len(labels))
    axes = Axes(np.asarray(picture.x, float), low, high, max(paper.width - left - right, 8), height)
    yield from head
    field = _draw_areas(picture, parts, axes, fills, paper)
    yield from framed(field, axes, picture.now, left, dict(enumerate(labels)), paper)
    yield under(axes, picture.x_title, picture.now, left, paper)


def _fills(picture: pictures.Areas, paper: Paper) -> list[str]:
    if paper.carries(FILLS):
        return [FILLS[k % 4] for k in range(len(picture.parts))]
    return _marks([part.name.text for part in picture.parts], paper)


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
            field[total][column] = (paper.spell("•"), "bold")
    return field
