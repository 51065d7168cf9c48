"""Heat maps, chains, curves, areas and bars on Matplotlib axes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import LogNorm, Normalize
from matplotlib.patches import Rectangle
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from lstm_viz import pictures
from lstm_viz.figure.ink import BODY, HEAD, SMALL, mixed
from lstm_viz.figure.sheet import Area, Sheet, Update, build, draw, height, margins, pieces, widest
from lstm_viz.numerals import numeral
from lstm_viz.pictures import Expression, Text

TITLE, TICKS, AXIS_TITLE, REST = 0.36, 0.3, 0.26, 0.14  # inches
FINE = 10.0  # points, for what is read last


def _head(title: Expression, sheet: Sheet, area: Area) -> tuple[Update, Area]:
    """The title of a plot, and the area below it."""
    if not title:
        return lambda other: None, area
    return sheet.line(area.x, area.top - 0.24, title, BODY, "bold"), area.below(TITLE)


def _inner(area: Area, *used: float) -> Area:
    """The area of the plot itself, above so much for ticks and titles."""
    foot = sum(used) + REST
    return Area(area.x, area.y + foot, area.width, area.height - foot, area.left, area.right)


def _said(value: float) -> str:
    return f"{value:g}" if 1e-3 <= abs(value) < 1e4 or value == 0 else f"{value:.0e}"


# ---------------------------------------------------------------------------- heat maps and chains


def _grid_rows(picture: pictures.Grid) -> float:
    rows = len(picture.values)
    if picture.beads:
        return 0.62 * rows
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
    head, below = _head(picture.title, sheet, area)
    feet = TICKS * bool(picture.columns), AXIS_TITLE * bool(picture.column_title)
    plot = _inner(below, *feet)
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
    sheet.moves(image)
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
    """A chain through time: a bead a step, bright by its number, with a glow around what is bright."""
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
        colours[np.ma.getmaskarray(values)] = [*_rgb(empty), 1.0]
        beads.set_array(None)
        beads.set_facecolors(colours)
        part = np.ma.filled(np.ma.asarray(heat.norm(values)), 0.0).astype(float)
        glow.set_facecolors(np.column_stack([colours[:, :3], 0.30 * part**2]))
        beads.lstm_viz_values = other.values  # what is drawn, for whoever asks

    update(picture)
    return update


def _rgb(colour: str) -> tuple[float, float, float]:
    from matplotlib.colors import to_rgb

    return to_rgb(colour)


def _chosen(picture: pictures.Grid, sheet: Sheet, axes: Axes) -> Update:
    """A frame around the chosen row, column or cell."""
    frame = axes.add_patch(
        Rectangle((0, 0), 1, 1, fill=False, edgecolor=sheet.ink.text, linewidth=1.8, zorder=5)
    )
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
        sheet.say(plot.x + plot.left - 0.14, y, (name,), size, weight, align="right")


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
    low = sheet.width(_said(picture.low), FINE) / 2
    ends = [(x, picture.low), (x + wide, picture.high)]
    if low + sheet.width(_said(picture.high), FINE) / 2 > wide - 0.1:
        ends = [(x + wide / 2, picture.high)]
    for place, value in ends:
        said = pieces(_said(value).replace("-", "−"))
        sheet.say(place, y - 0.18, said, FINE, colour=sheet.ink.quiet, align="center")


# ---------------------------------------------------------------------------- curves


def _curve_name(curve: pictures.Curve) -> Text:
    return curve.name


def _label_room(curves: Iterable[pictures.Curve], sheet: Sheet) -> float:
    return widest(
        max(sheet.length((c.name,), BODY, "bold"), sheet.width(c.note, SMALL) if c.note else 0.0)
        for c in curves
    )


@height.register(pictures.Curves)
@height.register(pictures.Areas)
def _(picture: pictures.Curves | pictures.Areas, sheet: Sheet, width: float) -> float:
    return 2.5 + TITLE * bool(picture.title) + TICKS + AXIS_TITLE * bool(picture.x_title) + REST


@margins.register
def _(picture: pictures.Curves, sheet: Sheet) -> tuple[float, float]:
    names, ticks = _label_room(picture.curves, sheet) + 0.3, 0.7
    return (names, ticks) if picture.from_right else (ticks, names)


@build.register
def _(picture: pictures.Curves) -> object:
    curves = tuple((c.name, c.low is None, c.dashed) for c in picture.curves)
    axes = picture.low, picture.high, picture.x_title, picture.y_title, picture.logarithmic
    return pictures.Curves, len(picture.x), curves, axes, picture.from_right


def _frame(
    picture: pictures.Curves | pictures.Areas, sheet: Sheet, area: Area, ticks_right: bool
) -> tuple[Update, Area, Axes]:
    """Axes with few, quiet ticks: x below, y at the side that has no labels."""
    head, below = _head(picture.title, sheet, area)
    plot = _inner(below, TICKS, AXIS_TITLE * bool(picture.x_title))
    said = AXIS_TITLE * bool(picture.y_title)
    plot = plot.below(said)
    axes = sheet.axes(plot, sheet.plain(picture.title))
    x = np.asarray(picture.x, dtype=float)
    pad = 0.5 if len(x) > 1 else 1.0
    axes.set_xlim(x[0] - pad * (x[1] - x[0] if len(x) > 1 else 1), x[-1] + pad)
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    axes.spines["bottom"].set(visible=True, color=sheet.ink.faint, linewidth=1.0)
    axes.grid(axis="y", color=sheet.ink.faint, linewidth=0.7, alpha=0.7)
    axes.set_axisbelow(True)
    if ticks_right:
        axes.yaxis.tick_right()
    quiet = sheet.ink.quiet
    if picture.y_title:
        place = plot.x + plot.left if not ticks_right else plot.x + plot.width - plot.right
        align = "right" if ticks_right else "left"
        sheet.say(place, plot.top + 0.1, pieces(picture.y_title), SMALL, "normal", quiet, align)
    if picture.x_title:
        x_end = plot.x + plot.width - plot.right
        title = pieces(picture.x_title)
        sheet.say(x_end, plot.y - TICKS - 0.2, title, SMALL, "normal", quiet, "right")
    return head, plot, axes


def _limits(values: Iterable[np.ndarray], logarithmic: bool) -> tuple[float, float]:
    found = np.concatenate([np.ravel(each) for each in values] or [np.zeros(1)])
    found = found[np.isfinite(found) & ((found > 0) | (not logarithmic))]
    if not len(found):
        return (0.1, 1.0) if logarithmic else (0.0, 1.0)
    low, high = float(found.min()), float(found.max())
    if logarithmic:
        room = max((high / low) ** 0.06, 1.3)
        return low / room, high * room
    room = 0.08 * (high - low) or 0.5
    return low - room, high + room


def _y_axis(axes: Axes, low: float, high: float, logarithmic: bool) -> None:
    if logarithmic:
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(numticks=6))
        axes.yaxis.set_minor_locator(NullLocator())
    else:
        axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.set_ylim(low, high)


@draw.register
def _(picture: pictures.Curves, sheet: Sheet, area: Area) -> Update:
    head, plot, axes = _frame(picture, sheet, area, picture.from_right)
    every = [v for c in picture.curves for v in (c.values, c.low, c.high) if v is not None]
    low, high = _limits(every, picture.logarithmic)
    low = low if picture.low is None else picture.low
    high = high if picture.high is None else picture.high
    _y_axis(axes, low, high, picture.logarithmic)
    parts = [_curve(c, picture, sheet, axes) for c in picture.curves]
    names = _CurveNames(picture, sheet, plot, axes)
    now = _now(picture, sheet, axes)

    def update(other: pictures.Curves) -> None:
        head(other.title)
        for part, curve in zip(parts, other.curves, strict=True):
            part(curve)
        names.put(other)
        now(other)

    return update


def _drawable(values: np.ndarray, logarithmic: bool) -> np.ndarray:
    values = np.array(values, dtype=float)
    if logarithmic:
        values[~(values > 0)] = np.nan
    return values


def _curve(curve: pictures.Curve, picture: pictures.Curves, sheet: Sheet, axes: Axes) -> Update:
    colour = sheet.ink.colour(curve.name.of)
    line = axes.plot(
        picture.x,
        _drawable(curve.values, picture.logarithmic),
        color=colour,
        linewidth=1.6 if curve.dashed else 2.8,
        linestyle=(0, (4, 2.5)) if curve.dashed else "solid",
        solid_capstyle="round",
        solid_joinstyle="round",
        label=curve.name.text,
        zorder=4,
    )[0]
    band = None
    if curve.low is not None:
        band = axes.add_collection(
            PolyCollection([], facecolors=colour, alpha=0.2, linewidths=0, zorder=2), autolim=False
        )
        sheet.moves(band)
    sheet.moves(line)

    def update(other: pictures.Curve) -> None:
        line.set_ydata(_drawable(other.values, picture.logarithmic))
        if band is not None and other.low is not None and other.high is not None:
            low, high = (_drawable(v, picture.logarithmic) for v in (other.low, other.high))
            band.set_verts(_between(picture.x, low, high))

    update(curve)
    return update


def _between(x: np.ndarray, low: np.ndarray, high: np.ndarray) -> list[np.ndarray]:
    """Polygons between two curves, wherever both have numbers."""
    good = np.isfinite(low) & np.isfinite(high)
    found, start = [], None
    for k in range(len(good) + 1):
        if k < len(good) and good[k]:
            start = k if start is None else start
        elif start is not None:
            part = slice(start, k)
            forth = np.column_stack([x[part], low[part]])
            found.append(np.concatenate([forth, np.column_stack([x[part], high[part]])[::-1]]))
            start = None
    return found


class _CurveNames:
    """Names beside the ends of their curves, kept apart; a thin line leads to one that was moved."""

    def __init__(self, picture: pictures.Curves, sheet: Sheet, plot: Area, axes: Axes) -> None:
        self.sheet, self.plot, self.axes = sheet, plot, axes
        self.left = picture.from_right
        inner = plot.width - plot.left - plot.right
        self.x = plot.x + plot.left - 0.16 if self.left else plot.x + plot.left + inner + 0.16
        align = "right" if self.left else "left"
        self.texts = []
        for curve in picture.curves:
            colour = sheet.ink.colour(curve.name.of)
            name = sheet.say(self.x, 0, (curve.name,), BODY, "bold", colour, align)
            note = sheet.say(self.x, 0, pieces(curve.note), SMALL, "normal", sheet.ink.quiet, align)
            self.texts.append((name, note))
            sheet.moves(*name, *note)
        self.leaders = [
            axes.plot([], [], color=sheet.ink.quiet, linewidth=0.7, clip_on=False)[0]
            for _ in picture.curves
        ]
        sheet.moves(*self.leaders)
        self.put(picture)

    def put(self, picture: pictures.Curves) -> None:
        ends = [self._end(picture, curve) for curve in picture.curves]
        heights = [0.42 if curve.note else 0.25 for curve in picture.curves]
        shown = [k for k, end in enumerate(ends) if end is not None]
        low, high = self.plot.y, self.plot.top
        places = dict(
            zip(shown, _spread([ends[k][1] for k in shown], [heights[k] for k in shown], low, high))  # type: ignore[index]
        )
        for k, (name, note) in enumerate(self.texts):
            for text in (*name, *note):
                text.set_visible(k in places)
            end = ends[k]
            if k not in places or end is None:
                self.leaders[k].set_data([], [])
                continue
            middle = places[k]
            top = middle + 0.1 if picture.curves[k].note else middle
            for text in name:
                text.set_y(self.sheet.fraction(0, top - 0.065)[1])
            for text in note:
                text.set_y(self.sheet.fraction(0, top - 0.25)[1])
            self._lead(k, end, middle)

    def _end(self, picture: pictures.Curves, curve: pictures.Curve) -> tuple[float, float] | None:
        """Where a curve ends, in inches; None where nothing of it is drawn."""
        values = _drawable(curve.values, picture.logarithmic)
        good = np.flatnonzero(np.isfinite(values))
        if not len(good):
            return None
        k = good[0] if self.left else good[-1]
        place = self.axes.transData.transform((picture.x[k], values[k])) / self.sheet.figure.dpi
        return float(place[0]), float(np.clip(place[1], self.plot.y, self.plot.top))

    def _lead(self, k: int, end: tuple[float, float], middle: float) -> None:
        if abs(end[1] - middle) < 0.06:
            self.leaders[k].set_data([], [])
            return
        near = self.x + (0.05 if self.left else -0.05)
        out = self.axes.transData.inverted()
        points = np.array([end, (near, middle)]) * self.sheet.figure.dpi
        self.leaders[k].set_data(*out.transform(points).T)


def _spread(
    wanted: Sequence[float], heights: Sequence[float], low: float, high: float
) -> list[float]:
    """Middles near the wanted ones whose labels do not overlap, within low … high."""
    order = sorted(range(len(wanted)), key=lambda k: wanted[k])
    places = list(wanted)
    for _ in range(60):
        moved = False
        for a, b in pairwise(order):
            gap = (heights[a] + heights[b]) / 2 - (places[b] - places[a])
            if gap > 1e-4:
                places[a] -= gap / 2
                places[b] += gap / 2
                moved = True
        for k in order:
            places[k] = min(max(places[k], low + heights[k] / 4), high - heights[k] / 4)
        if not moved:
            break
    return places


def _now(picture: pictures.Curves | pictures.Areas, sheet: Sheet, axes: Axes) -> Update:
    line = axes.axvline(picture.x[0], color=sheet.ink.quiet, linewidth=1.2, zorder=3)
    sheet.moves(line)

    def update(other: pictures.Curves | pictures.Areas) -> None:
        line.set_visible(other.now is not None)
        if other.now is not None:
            line.set_xdata([other.now, other.now])

    update(picture)
    return update


# ---------------------------------------------------------------------------- areas


@margins.register
def _(picture: pictures.Areas, sheet: Sheet) -> tuple[float, float]:
    return 0.7, _label_room(picture.parts, sheet) + 0.3


@build.register
def _(picture: pictures.Areas) -> object:
    names = tuple(part.name for part in picture.parts)
    return pictures.Areas, len(picture.x), names, picture.low, picture.high, picture.x_title


def _stacked(picture: pictures.Areas) -> tuple[list[tuple[np.ndarray, np.ndarray]], np.ndarray]:
    """Lower and upper edge of each part, and the sum of all."""
    above = np.zeros(len(picture.x))
    below = np.zeros(len(picture.x))
    edges = []
    for part in picture.parts:
        values = np.nan_to_num(np.asarray(part.values, dtype=float))
        up, down = np.maximum(values, 0), np.minimum(values, 0)
        start = np.where(values >= 0, above, below)
        edges.append((start, start + values))
        above, below = above + up, below + down
    return edges, above + below


def shades(picture: pictures.Areas, sheet: Sheet) -> list[str]:
    """A colour a part: its quantity's; where several share one, from strong to pale."""
    kinds = [part.name.of for part in picture.parts]
    found = []
    for k, kind in enumerate(kinds):
        same = [j for j, other in enumerate(kinds) if other == kind]
        part = same.index(k) / max(len(same) - 1, 1) if len(same) > 1 else 0.0
        strong = sheet.ink.colour(kind or "memory")
        found.append(mixed(strong, sheet.ink.ground, 0.08 + 0.68 * part))
    return found


@draw.register
def _(picture: pictures.Areas, sheet: Sheet, area: Area) -> Update:
    head, plot, axes = _frame(picture, sheet, area, False)
    edges, total = _stacked(picture)
    low, high = _limits([total, *(e for pair in edges for e in pair)], False)
    low = low if picture.low is None else picture.low
    high = high if picture.high is None else picture.high
    _y_axis(
        axes,
        min(low, 0.0) if low > 0 or picture.low is None and low > -0.1 * high else low,
        high,
        False,
    )
    colours = shades(picture, sheet)
    bodies = [
        axes.add_collection(
            PolyCollection(
                [], facecolors=c, edgecolors=sheet.ink.ground, linewidths=0.8, label=p.name.text
            ),
            autolim=False,
        )
        for c, p in zip(colours, picture.parts, strict=True)
    ]
    line = axes.plot(picture.x, total, color=sheet.ink.text, linewidth=1.6, label="sum", zorder=4)[
        0
    ]
    sheet.moves(*bodies, line)
    now = _now(picture, sheet, axes)
    _area_names(picture, sheet, plot, axes, edges)

    def update(other: pictures.Areas) -> None:
        head(other.title)
        found, whole = _stacked(other)
        for body, (lower, upper) in zip(bodies, found, strict=True):
            body.set_verts(_between(np.asarray(other.x, dtype=float), lower, upper))
        line.set_ydata(whole)
        now(other)

    update(picture)
    return update


def _area_names(
    picture: pictures.Areas,
    sheet: Sheet,
    plot: Area,
    axes: Axes,
    edges: Sequence[tuple[np.ndarray, np.ndarray]],
) -> None:
    """Names at the right, beside where each area ends, kept apart."""
    x = plot.x + plot.width - plot.right + 0.14
    middles = [float(lower[-1] + upper[-1]) / 2 for lower, upper in edges]
    points = axes.transData.transform([(picture.x[-1], y) for y in middles]) / sheet.figure.dpi
    places = _spread([float(p[1]) for p in points], [0.25] * len(points), plot.y, plot.top)
    out = axes.transData.inverted()
    for part, point, y in zip(picture.parts, points, places, strict=True):
        name = Text(part.name.text, part.name.of)
        sheet.say(x, y - 0.065, (name,), BODY, "bold", sheet.ink.colour(part.name.of))
        line = np.array([point, (x - 0.04, y)]) * sheet.figure.dpi
        if abs(point[1] - y) > 0.05:
            axes.plot(*out.transform(line).T, color=sheet.ink.quiet, linewidth=0.7, clip_on=False)


# ---------------------------------------------------------------------------- bars


@height.register
def _(picture: pictures.Bars, sheet: Sheet, width: float) -> float:
    return 0.36 * len(picture.bars) + TITLE * bool(picture.title) + REST


@margins.register
def _(picture: pictures.Bars, sheet: Sheet) -> tuple[float, float]:
    left = widest(sheet.length((bar.name,), BODY, "bold") for bar in picture.bars) + 0.2
    note = widest(sheet.length(bar.note, SMALL) for bar in picture.bars)
    return left, 0.95 + note


@build.register
def _(picture: pictures.Bars) -> object:
    return pictures.Bars, tuple((bar.name, bar.low, bar.high) for bar in picture.bars)


@draw.register
def _(picture: pictures.Bars, sheet: Sheet, area: Area) -> Update:
    head, below = _head(picture.title, sheet, area)
    plot = _inner(below)
    axes = sheet.axes(plot, sheet.plain(picture.title))
    low = min((bar.low for bar in picture.bars), default=0.0)
    high = max((bar.high for bar in picture.bars), default=1.0)
    count = len(picture.bars)
    axes.set(xlim=(low, high if high > low else low + 1), ylim=(count - 0.5, -0.5))
    if low <= 0 <= high:
        axes.axvline(0, color=sheet.ink.faint, linewidth=1)
    inner = plot.height / max(count, 1)
    updates = []
    for k, bar in enumerate(picture.bars):
        y = plot.top - (k + 0.5) * inner - 0.065
        sheet.say(plot.x + plot.left - 0.14, y, (bar.name,), BODY, "bold", align="right")
        updates.append(_bar(k, bar, sheet, axes))
        x = plot.x + plot.width - plot.right + 0.14
        number = (pictures.Value(bar.value), *(Text("  "),) * bool(bar.note), *bar.note)
        updates.append(_number_of(sheet.line(x, y, number)))

    def update(other: pictures.Bars) -> None:
        head(other.title)
        for j, put in enumerate(updates):
            put(other.bars[j // 2])

    return update


def _number_of(line: Update) -> Update:
    def update(bar: pictures.Bar) -> None:
        line((pictures.Value(bar.value), *(Text("  "),) * bool(bar.note), *bar.note))

    return update


def _bar(k: int, bar: pictures.Bar, sheet: Sheet, axes: Axes) -> Update:
    colour = sheet.ink.colour(bar.name.of)
    pale = mixed(sheet.ink.ground, colour, 0.14)
    axes.barh(k, bar.high - bar.low, left=bar.low, height=0.62, color=pale)
    body = axes.barh(k, 0, height=0.62, color=colour)[0]
    sheet.moves(body)

    def update(other: pictures.Bar) -> None:
        start = max(0.0, other.low)
        end = (
            float(np.clip(other.value, other.low, other.high))
            if other.value == other.value
            else start
        )
        body.set_x(min(start, end))
        body.set_width(abs(end - start))

    update(bar)
    return update
