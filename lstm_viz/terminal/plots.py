"""Curves in braille dots over one axis, labelled where they end."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from string import ascii_letters

import numpy as np

from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.scales import ends_nowhere, floored, on_floor
from lstm_viz.pictures.theme import colour_of
from lstm_viz.terminal.axes import Axes, Cell, bounds, framed, tick_text, under
from lstm_viz.terminal.labels import fitted
from lstm_viz.terminal.paper import Paper, lines, sides
from lstm_viz.terminal.rows import Row, clipped
from lstm_viz.terminal.text import hanging, wrapped

USUAL_HEIGHT = 12
BRAILLE = 0x2800
GAPS = {
    "solid": "x",
    "dashed": "xxxx  ",
    "dash-dot": "xxxx x ",
    "dotted": "x ",
    "long dashes": "xxxxxxxxxxx   ",
    "dash-dot-dot": "xxxxx x x ",
    "sparse dots": "x    ",
    "long and short": "xxxxxxxx  xxx  ",
    "band": "xxx   ",
}
FINE = 1000  # parts of a row, in which ends are told apart
NARROW = 8  # columns: a plot that is no wider has its names above it
NOTE, NO_NUMBER = 9, 10  # columns for 3.906e-18, and for `not finite`
NOTED = 70  # columns: on less paper curves have no notes
WEAK = 0.75  # curves of less strength are dim
WEIGHTS = {True: "dim", False: "bold"}
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # by row and column in a cell
LEADS = "╱", "╲"  # to a label above its curve's end, and to one below it


@lines.register
def _(picture: pictures.Curves, paper: Paper) -> Iterator[Row]:
    shown = [each for c in picture.curves for each in (c.values, c.low, c.high) if each is not None]
    low, high = bounds(shown, picture)
    marks = letters([curve.name.text for curve in picture.curves], paper)
    labels = {k: _named(curve, marks[k], paper) for k, curve in enumerate(picture.curves)}
    left, right = paper.sides or sides(picture, paper)
    above = list(heading(picture, paper))
    cramped = paper.sides is None and paper.width - left - right < NARROW
    if cramped:
        above += _legend(picture, labels, paper)
        left, right = (1, right) if picture.from_right else (left, 1)
    height = max((paper.height or USUAL_HEIGHT + 2) - len(above) - 2, 3)
    steps, count = np.asarray(picture.x, float), len(picture.x)
    width = max(paper.width - left - right, 8) if paper.sides is None else paper.across(count)
    whole = paper.sides is not None and count <= width
    names, floor = picture.names, floored(picture)
    axes = Axes(steps, low, high, width, height, picture.logarithmic, names, whole, floor)
    field = _draw_curves(picture, axes, marks, paper)
    yield from above
    ends, leads = ({}, {}) if cramped else _ends(picture, axes, labels, paper)
    if picture.now is not None and picture.now > steps[-1]:
        picture = replace(picture, now=None)
    to_left, border = picture.from_right, picture.border
    yield from framed(field, axes, picture.now, left, ends, paper, to_left, border, leads)
    between = picture.now is not None and picture.now % 1 == 0.5  # two steps: it has no number
    now = None if between and not picture.names else picture.now
    yield under(axes, picture.x_title, now, left, paper)


@sides.register
def _(picture: pictures.Curves, paper: Paper) -> tuple[int, int]:
    shown = [each for c in picture.curves for each in (c.values, c.low, c.high) if each is not None]
    low, high = bounds(shown, picture)
    left = max(len(tick_text(each, picture.logarithmic, paper)) for each in (low, high, -high)) + 1
    left += len(paper.spell("≤")) * floored(picture)
    marks = letters([curve.name.text for curve in picture.curves], paper)
    curves = picture.curves
    if picture.from_right:  # their notes grow as they are drawn
        curves = tuple(replace(c, note=_longest_note(c)) for c in curves)
    named = [_named(c, mark, paper).width for c, mark in zip(curves, marks, strict=True)]
    right = max(named, default=0) + 1
    return (right, left) if picture.from_right else (left, right)


def _longest_note(curve: pictures.Curve) -> str:
    if not np.isfinite(curve.values).all():
        return "x" * NO_NUMBER
    return "-" * NOTE if curve.note else ""


def heading(picture: pictures.Curves | pictures.Areas, paper: Paper) -> Iterator[Row]:
    if picture.title:
        yield from hanging(Row(), paper.row(picture.title, "bold"), 0, paper.width)
    if picture.y_title:
        yield clipped(Row(paper.spell(picture.y_title), "dim"), paper.width).stripped()


def _legend(picture: pictures.Curves, labels: Mapping[int, Row], paper: Paper) -> Iterator[Row]:
    """The curves' names after their strokes, where they have no room at the curves' ends.

    A name that the title has is not said again.
    """
    said, title = Row(), paper.row(picture.title).plain
    for curve, label in zip(picture.curves, labels.values(), strict=True):
        if curve.name.text in title:
            continue
        stroke = paper.spell("┄" if curve.dashed else "─") if is_fine(paper) else ""
        said += Row("  " * bool(said.width)) + Row(stroke, colour_of(curve.kind)) + label
    yield from wrapped(said, paper.width) if said.width else ()


def label_of(curve: pictures.Curve, paper: Paper) -> Row:
    words = curve.note[:1].isalpha()  # they say why there is no number
    note = f" {curve.note}" if curve.note and (words or paper.width >= NOTED) else ""
    return paper.row((curve.name,), "bold") + Row(paper.spell(note), "dim")


def _named(curve: pictures.Curve, mark: str, paper: Paper) -> Row:
    """Its name, after the letter that it is drawn in where that is not its first."""
    told = not is_fine(paper) and not paper.spell(curve.name.text).startswith(mark)
    return Row(f"{mark} " if told else "", colour_of(curve.name.of)) + label_of(curve, paper)


def letters(names: Sequence[str], paper: Paper) -> list[str]:
    """A letter for each name, no two the same: its first, else its last that is free, else any."""
    found: list[str] = []
    for name in names:
        plain = [letter for letter in paper.spell(name) if letter.isalnum()]
        wanted = [*plain[:1], *reversed(plain), *ascii_letters]
        found.append(next((letter for letter in wanted if letter not in found), "*"))
    return found


def is_fine(paper: Paper) -> bool:
    return paper.carries(chr(BRAILLE + 255))


def _draw_curves(
    picture: pictures.Curves, axes: Axes, marks: Sequence[str], paper: Paper
) -> list[list[Cell]]:
    fine = is_fine(paper)
    down, across = (4, 2) if fine else (1, 1)
    dots: dict[tuple[int, int], tuple[int, str, str]] = {}
    for curve, letter in zip(picture.curves, marks, strict=True):
        style = f"{WEIGHTS[curve.strength < WEAK]} {colour_of(curve.kind)}".strip()
        until = picture.now if picture.from_right else None
        drawn = replace(curve, values=on_floor(curve.values, picture))
        for row, column in _points(drawn, axes, down, across, until):
            place = (row // down, column // across)
            bits = dots.get(place, (0, "", ""))[0] | DOTS[row % down][column % across]
            dots[place] = bits, style, letter
    field = [[(" ", "")] * axes.width for _ in range(axes.height)]
    for (row, column), (bits, style, letter) in dots.items():
        field[row][column] = (chr(BRAILLE + bits) if fine else letter, style)
    return field


def _points(
    curve: pictures.Curve, axes: Axes, down: int, across: int, until: float | None
) -> Iterator[tuple[int, int]]:
    """The dots of a curve, joined from one number to the next, and of the edges of its band."""
    own = GAPS["dashed" if curve.dashed else curve.stroke]
    for values, gaps in (
        (curve.low, GAPS["band"]),
        (curve.high, GAPS["band"]),
        (curve.values, own),
    ):
        if values is None:
            continue
        before: tuple[int, int] | None = None
        for x, value in zip(axes.x, values, strict=True):
            row = axes.down(float(value), down)
            hidden = row is None or (until is not None and x < until)
            here = None if row is None or hidden else (row, axes.across(float(x), across))
            if here is not None:
                between = _joined(before or here, here)
                yield from (p for p in between if gaps[p[1] % len(gaps)] == "x")
            before = here


def _joined(start: tuple[int, int], end: tuple[int, int]) -> Iterator[tuple[int, int]]:
    steps = max(abs(end[0] - start[0]), abs(end[1] - start[1]), 1)
    for k in range(steps + 1):
        row, column = (round(a + (b - a) * k / steps) for a, b in zip(start, end, strict=True))
        yield row, column


def _ends(
    picture: pictures.Curves, axes: Axes, labels: dict[int, Row], paper: Paper
) -> tuple[dict[int, Row], dict[int, str]]:
    """Row → the label of the curve that ends there, or near it where several do, in their order;
    and row → a stroke towards that end where it is in another row. One that has no number at its
    end stands lowest, without a stroke.

    Where there are more than rows, one says how many are left out in its place.
    """
    wanted = []
    for k, curve in enumerate(picture.curves):
        now = picture.now if picture.from_right and picture.now is not None else -math.inf
        values = on_floor(curve.values, picture)
        there = [v for x, v in zip(axes.x, values, strict=True) if x >= now]
        rows = [row for v in there if (row := axes.down(float(v), FINE)) is not None]
        end = 0 if picture.from_right else -1
        if ends_nowhere(curve, picture):
            wanted.append((axes.height * FINE, k))
        elif rows or now == -math.inf:
            wanted.append((rows[end] if rows else axes.height * FINE - 1, k))
    order = sorted(wanted)
    rows, left_out = fitted([row / FINE for row, _ in order], axes.height)
    ends = [labels[k] for _, k in order]
    up, down = (LEADS[::-1] if picture.from_right else LEADS) if not left_out else ("", "")
    leads = {
        row: up if row < end // FINE else down
        for row, (end, _) in zip(rows, order, strict=False)
        if row != end // FINE < axes.height
    }
    if left_out:
        head = Row(f"{paper.spell('⋮')} {len(left_out)} ", "dim")
        ends[left_out.start : left_out.stop] = [head + paper.words("more")]
    return dict(zip(rows, ends, strict=True)), leads
