"""Grids on Matplotlib axes: what stands around the cells."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from lstm_viz.figure.axes import AXIS_TITLE, FINE, REST, TICKS, TITLE, head_of, inner_of
from lstm_viz.figure.below import columns_below
from lstm_viz.figure.cell_marks import explained
from lstm_viz.figure.grid_cells import CELLS, Heat, beads
from lstm_viz.figure.grid_scale import ends_of, said
from lstm_viz.figure.sheet import (
    Area,
    Sheet,
    Update,
    build,
    draw,
    frame,
    height,
    margins,
    pieces,
    widest,
)
from lstm_viz.figure.style import BODY, SMALL, legible
from lstm_viz.pictures import kinds as pictures

GAP, WIDE = 0.2, 0.7  # inches from the cells to the scale, and of its bar
BEADS = "≤ 1e−6 … ≥ 1"  # the longest ends of a chain: a film has them from its first frame on
ALL_NAMED = 12  # rows: of more, some have no name where there is no room


def _grid_rows(picture: pictures.Grid) -> float:
    rows = len(picture.values)
    if picture.beads:
        return min(0.8 * rows, 2.6)
    return picture.tall * (0.34 * rows if rows <= 6 else min(max(0.16 * rows, 1.9), 3.4))


@height.register
def _(picture: pictures.Grid, sheet: Sheet, width: float) -> float:
    return _grid_rows(picture) + frame(picture)


@frame.register
def _(picture: pictures.Grid) -> float:
    used = TITLE * bool(picture.title) + TICKS * bool(picture.columns)
    return used + AXIS_TITLE * bool(picture.column_title) + REST


@margins.register
def _(picture: pictures.Grid, sheet: Sheet) -> tuple[float, float]:
    size = BODY
    weight = "bold" if picture.beads else "normal"
    left = widest(sheet.length((row,), size, weight) for row in picture.rows)
    ends = pieces(BEADS) if picture.beads else ends_of(picture, True)
    return left + 0.18 * bool(left), max(1.0, GAP + sheet.length(ends, FINE, "normal"))


@build.register
def _(picture: pictures.Grid) -> object:
    rows = tuple((row.text, row.of) for row in picture.rows)
    own = picture.low, picture.high, picture.of, picture.logarithmic
    scale = () if picture.beads else own  # beads take those of the forward and of the backward pass
    looks = picture.beads, picture.shown, picture.chosen[1] >= 0, picture.marks
    return pictures.Grid, picture.values.shape, rows, picture.columns, scale, looks


@draw.register
def _(picture: pictures.Grid, sheet: Sheet, area: Area) -> Update:
    head, below = head_of(picture.title, sheet, area)
    feet = TICKS * bool(picture.columns), AXIS_TITLE * bool(picture.column_title)
    plot = inner_of(below, *feet)
    axes = sheet.axes(plot, sheet.plain(picture.title))
    rows, columns = picture.values.shape
    axes.set(xlim=(-0.5, columns - 0.5), ylim=(rows - 0.5, -0.5))
    heat = Heat(picture, sheet.ink)
    draw_cells = beads if picture.beads else CELLS[picture.shown]
    body = draw_cells(picture, sheet, plot, axes, heat)
    mark = _chosen(picture, sheet, axes)
    _marks(picture, sheet, axes)
    _row_names(picture, sheet, plot)
    _column_names(picture, sheet, plot, axes)
    scale = SCALES.get(picture.shown, _no_scale)(picture, sheet, plot)
    endless = explained(picture, sheet, plot)

    def update(other: pictures.Grid) -> None:
        head(other.title)
        body(other)
        mark(other)
        scale(other)
        endless(other)

    return update


def _chosen(picture: pictures.Grid, sheet: Sheet, axes: Axes) -> Update:
    """A frame around the chosen row, column or cell."""
    frame = Rectangle((0, 0), 1, 1, fill=False, edgecolor=sheet.ink.text, linewidth=1.8, zorder=5)
    axes.add_patch(frame)
    frame.set_clip_on(False)
    sheet.moves(frame)

    def update(other: pictures.Grid) -> None:
        (row, column), (rows, columns) = other.chosen, other.values.shape
        frame.set_visible((row >= 0 or column >= 0) and not other.beads)
        frame.set_xy((column - 0.5 if column >= 0 else -0.5, row - 0.5 if row >= 0 else -0.5))
        frame.set_width(1 if column >= 0 else columns)
        frame.set_height(1 if row >= 0 else rows)

    update(picture)
    return update


def _marks(picture: pictures.Grid, sheet: Sheet, axes: Axes) -> None:
    """A fine line through each marked column."""
    for column in picture.marks:
        line = axes.axvline(column, color=sheet.ink.text, linewidth=1.1, ls=(0, (1, 1.5)), zorder=4)
        sheet.moves(line)


def _row_names(picture: pictures.Grid, sheet: Sheet, plot: Area) -> None:
    rows = len(picture.values)
    each = plot.height / rows
    numbered = all(name.text.isdigit() and not name.of for name in picture.rows)
    few = rows <= ALL_NAMED and not numbered  # of those that count on, every so many are enough
    stride = 1 if few else max(1, int(np.ceil(0.24 / each)))
    small = min(each / 0.24, 1.0) if stride == 1 else 1.0
    for k, name in list(enumerate(picture.rows))[::stride]:
        y = plot.top - (k + 0.5) * each - 0.07 * small
        weight = "bold" if picture.beads else "normal"
        quiet = "" if name.of or picture.beads else sheet.ink.quiet
        own = small * (BODY if name.of or picture.beads else SMALL)
        sheet.say(plot.x + plot.left - 0.14, y, (name,), own, weight, quiet, "right")


def _column_names(picture: pictures.Grid, sheet: Sheet, plot: Area, axes: Axes) -> None:
    columns, inner = picture.values.shape[1], plot.width - plot.left - plot.right
    middle = 0.0 if len(picture.columns) > columns else 0.5
    if picture.columns:
        for k in columns_below(picture, sheet, plot, axes):
            x = plot.x + plot.left + (k + middle) * inner / columns
            name = pieces(picture.columns[k])
            sheet.say(x, plot.y - 0.22, name, SMALL, colour=sheet.ink.quiet, align="center")
    if picture.column_title:
        y = plot.y - 0.2 - TICKS * bool(picture.columns)
        x = plot.x + plot.left + inner
        title = pieces(picture.column_title)
        sheet.say(x, y, title, SMALL, colour=sheet.ink.quiet, align="right")


def _unmoved(picture: pictures.Grid) -> None:
    """The update of what stays."""


def _no_scale(picture: pictures.Grid, sheet: Sheet, plot: Area) -> Update:
    return _unmoved


def _full_height(picture: pictures.Grid, sheet: Sheet, plot: Area) -> Update:
    """Beside the uppermost row, which number a column of full height is; where no number stands."""
    if picture.chosen[1] >= 0:
        return _unmoved
    x = plot.x + plot.width - plot.right + 0.14
    top, each = plot.top, plot.height / len(picture.values)
    if each < 2 * 0.12:  # no room for two lines
        ends = pieces(f"{said(picture.low)} … {said(picture.high)}")
        sheet.say(x, top - each / 2 - 0.05, ends, FINE, "normal", sheet.ink.quiet)
        return _unmoved
    for y, end in ((top - 0.12, picture.high), (top - each, picture.low)):
        sheet.say(x, y, pieces(said(end)), FINE, "normal", sheet.ink.quiet)
    return _unmoved


def _scale(picture: pictures.Grid, sheet: Sheet, plot: Area) -> Update:
    """A small bar in the right margin: which colour is which number."""
    if plot.right < 0.8:
        return _unmoved
    x, y = plot.x + plot.width - plot.right + GAP, plot.y + plot.height / 2
    bar = sheet.axes(Area(x, y, WIDE, 0.09), "scale")
    ramp = np.linspace(0, 1, 64)[None]
    image = bar.imshow(ramp, cmap=Heat(picture, sheet.ink).map, aspect="auto", extent=(0, 1, 0, 1))
    bar.spines[:].set(visible=True, color=sheet.ink.faint, linewidth=0.6)
    if picture.low < 0 and not picture.logarithmic and not picture.beads:
        on = legible(Heat(picture, sheet.ink).map(0.15)[:3])
        bar.plot([0.08, 0.22], [0.5, 0.5], color=on, linewidth=1.1)  # as in cells
        bar.set(xlim=(0, 1), ylim=(0, 1))
    put = sheet.line(x, y - 0.18, ends_of(picture), FINE, "normal", sheet.ink.quiet)
    if picture.beads:
        sheet.moves(image)

    def update(other: pictures.Grid) -> None:
        image.set_cmap(Heat(other, sheet.ink).map)
        put(ends_of(other))

    return update


SCALES = {"colours": _scale, "heights": _full_height}
