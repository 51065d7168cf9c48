"""Heat maps, and chains of beads, on Matplotlib axes."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize, to_rgb
from matplotlib.patches import Rectangle

from lstm_viz.figure.axes import AXIS_TITLE, FINE, REST, TICKS, TITLE, head_of, inner_of
from lstm_viz.figure.sheet import Area, Sheet, Update, build, draw, height, margins, pieces, widest
from lstm_viz.figure.style import BODY, HEAD, SMALL, mixed
from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.numerals import numeral


def _said(value: float) -> str:
    return f"{value:.2g}" if 1e-3 <= abs(value) < 1e4 or value == 0 else f"{value:.0e}"


def _grid_rows(picture: pictures.Grid) -> float:
    rows = len(picture.values)
    if picture.beads:
        return 0.5 * rows
    return 0.34 * rows if rows <= 6 else min(max(0.16 * rows, 1.9), 3.4)


@height.register
def _(picture: pictures.Grid, sheet: Sheet, width: float) -> float:
    used = TITLE * bool(picture.title) + TICKS * bool(picture.columns)
    return _grid_rows(picture) + used + AXIS_TITLE * bool(picture.column_title) + REST


@margins.register
def _(picture: pictures.Grid, sheet: Sheet) -> tuple[float, float]:
    size = HEAD if picture.beads else BODY
    left = widest(sheet.length((row,), size) for row in picture.rows)
    return left + 0.18 * bool(left), 0.25 if picture.beads else 1.0


@build.register
def _(picture: pictures.Grid) -> object:
    rows = tuple((row.text, row.of) for row in picture.rows)
    scale = picture.low, picture.high, picture.of, picture.logarithmic
    return pictures.Grid, picture.values.shape, rows, picture.columns, scale


class _Heat:
    """From numbers to colours."""

    def __init__(self, picture: pictures.Grid, sheet: Sheet) -> None:
        low, high = picture.low, max(picture.high, picture.low + 1e-300)
        self.norm: Normalize
        if picture.logarithmic:
            self.norm = LogNorm(max(low, 1e-300), max(high, low * 10), clip=True)
        else:
            self.norm = Normalize(low, high if high > low else low + 1, clip=True)
        ink = sheet.ink
        self.map = ink.signs(picture.of) if low < 0 else ink.ramp(picture.of)
        self.logarithmic = picture.logarithmic

    def masked(self, values: np.ndarray) -> np.ma.MaskedArray[Any, Any]:
        """The numbers that can be drawn; the others stay empty."""
        bad = ~np.isfinite(values)
        if self.logarithmic:
            bad = bad | (np.nan_to_num(values) <= 0)
        return np.ma.masked_array(values, bad)


@draw.register
def _(picture: pictures.Grid, sheet: Sheet, area: Area) -> Update:
    head, below = head_of(picture.title, sheet, area)
    feet = TICKS * bool(picture.columns), AXIS_TITLE * bool(picture.column_title)
    plot = inner_of(below, *feet)
    axes = sheet.axes(plot, sheet.plain(picture.title))
    rows, columns = picture.values.shape
    axes.set(xlim=(-0.5, columns - 0.5), ylim=(rows - 0.5, -0.5))
    heat = _Heat(picture, sheet)
    body = (_beads if picture.beads else _cells)(picture, sheet, plot, axes, heat)
    mark = _chosen(picture, sheet, axes)
    _row_names(picture, sheet, plot)
    _column_names(picture, sheet, plot, axes)
    if not picture.beads:
        _scale(picture, sheet, plot, heat)

    def update(other: pictures.Grid) -> None:
        head(other.title)
        body(other)
        mark(other)

    return update


def _cells(picture: pictures.Grid, sheet: Sheet, plot: Area, axes: Axes, heat: _Heat) -> Update:
    image = axes.imshow(
        heat.masked(picture.values),
        norm=heat.norm,
        cmap=heat.map,
        aspect="auto",
        interpolation="nearest",
        extent=(-0.5, picture.values.shape[1] - 0.5, picture.values.shape[0] - 0.5, -0.5),
    )
    axes.spines[:].set(visible=True, color=sheet.ink.faint, linewidth=0.8)
    sheet.moves(image, *axes.spines.values())  # the frame lies over the cells
    numbers = _numbers(picture, sheet, plot, axes, heat)

    def update(other: pictures.Grid) -> None:
        image.set_data(heat.masked(other.values))
        numbers(other)

    return update


def _numbers(picture: pictures.Grid, sheet: Sheet, plot: Area, axes: Axes, heat: _Heat) -> Update:
    """Each cell's number in it, where there is room for that."""
    rows, columns = picture.values.shape
    wide = (plot.width - plot.left - plot.right) / columns
    if wide < 0.5 or plot.height / rows < 0.25 or rows * columns > 150:
        return lambda other: None
    digits = 2 if wide < 0.75 else 3
    texts = {
        (r, c): axes.text(c, r, "", ha="center", va="center_baseline", size=SMALL, parse_math=False)
        for r in range(rows)
        for c in range(columns)
    }
    sheet.moves(*texts.values())

    def update(other: pictures.Grid) -> None:
        for place, text in texts.items():
            value = float(other.values[place])
            text.set_text(numeral(value, digits).replace("-", "−") if np.isfinite(value) else "")
            red, green, blue, _ = heat.map(heat.norm(value))
            bright = 0.3 * red + 0.59 * green + 0.11 * blue
            text.set_color("#101418" if bright > 0.5 else "#ffffff")

    update(picture)
    return update


def _beads(picture: pictures.Grid, sheet: Sheet, plot: Area, axes: Axes, heat: _Heat) -> Update:
    """A chain through time: a bead a step, bright by its number, the brightest with a glow."""
    rows, columns = picture.values.shape
    pitch = min((plot.width - plot.left - plot.right) / columns, plot.height / rows)
    size = (0.66 * pitch * 72) ** 2
    x, y = (each.ravel() for each in np.meshgrid(np.arange(columns), np.arange(rows)))
    ink = sheet.ink
    for row in range(rows):
        axes.plot([-0.5, columns - 0.5], [row, row], color=ink.faint, linewidth=2.2, zorder=1)
    empty = mixed(ink.ground, ink.faint, 0.35)
    glow = axes.scatter(x, y, s=size * 2.6, linewidths=0, zorder=2)
    beads = axes.scatter(x, y, s=size, linewidths=1.1, edgecolors=ink.faint, zorder=3)
    for each in (glow, beads):
        each.set_clip_on(False)
    sheet.moves(glow, beads)

    def update(other: pictures.Grid) -> None:
        values = heat.masked(other.values).ravel()
        colours = heat.map(heat.norm(values))
        colours[np.ma.getmaskarray(values)] = [*to_rgb(empty), 1.0]
        beads.set_array(None)
        beads.set(facecolors=colours)
        part = np.ma.filled(np.ma.asarray(heat.norm(values)), 0.0).astype(float)
        glow.set(facecolors=np.column_stack([colours[:, :3], 0.30 * part**2]))

    update(picture)
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


def _row_names(picture: pictures.Grid, sheet: Sheet, plot: Area) -> None:
    rows = len(picture.values)
    each = plot.height / rows
    stride = max(1, int(np.ceil(0.24 / each)))
    size = HEAD if picture.beads else BODY
    for k, name in list(enumerate(picture.rows))[::stride]:
        y = plot.top - (k + 0.5) * each - 0.07
        weight = "bold" if picture.beads else "normal"
        quiet = "" if name.of else sheet.ink.quiet
        own = size if name.of else SMALL
        sheet.say(plot.x + plot.left - 0.14, y, (name,), own, weight, quiet, "right")


def _column_names(picture: pictures.Grid, sheet: Sheet, plot: Area, axes: Axes) -> None:
    columns, inner = picture.values.shape[1], plot.width - plot.left - plot.right
    if picture.columns:
        room = widest(sheet.width(name, SMALL) for name in picture.columns if name) + 0.14
        stride = _nice_stride(columns, max(1, int(inner // room)))
        for k in range(columns):
            numbered = picture.columns[k].isdigit() and int(picture.columns[k]) % stride == 0
            if numbered or (not picture.columns[k].isdigit() and k % stride == 0):
                x = plot.x + plot.left + (k + 0.5) * inner / columns
                name = pieces(picture.columns[k])
                sheet.say(x, plot.y - 0.22, name, SMALL, colour=sheet.ink.quiet, align="center")
    if picture.column_title:
        y = plot.y - 0.2 - TICKS * bool(picture.columns)
        x = plot.x + plot.left + inner
        title = pieces(picture.column_title)
        sheet.say(x, y, title, SMALL, colour=sheet.ink.quiet, align="right")


def _nice_stride(count: int, most: int) -> int:
    return next(
        s for s in (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000, 10**9) if count / s <= most
    )


def _scale(picture: pictures.Grid, sheet: Sheet, plot: Area, heat: _Heat) -> None:
    """A small bar in the right margin: which colour is which number."""
    if plot.right < 0.8:
        return
    x, wide = plot.x + plot.width - plot.right + 0.2, 0.7
    y = plot.y + plot.height / 2
    bar = sheet.axes(Area(x, y, wide, 0.09), "scale")
    bar.imshow(np.linspace(0, 1, 64)[None], cmap=heat.map, aspect="auto", extent=(0, 1, 0, 1))
    bar.spines[:].set(visible=True, color=sheet.ink.faint, linewidth=0.6)
    ends = [_said(end).replace("-", "−") for end in (picture.low, picture.high)]
    quiet = sheet.ink.quiet
    if sum(sheet.width(end, FINE) for end in ends) < wide - 0.1:
        sheet.say(x, y - 0.18, pieces(ends[0]), FINE, colour=quiet)
        sheet.say(x + wide, y - 0.18, pieces(ends[1]), FINE, colour=quiet, align="right")
        return
    both = f"±{ends[1]}" if picture.low == -picture.high else " … ".join(ends)
    sheet.say(x + wide / 2, y - 0.18, pieces(both), FINE, colour=quiet, align="center")
