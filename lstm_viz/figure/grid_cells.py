"""The cells of a grid: colours, numbers, small columns, or beads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import LogNorm, Normalize, to_rgb
from matplotlib.image import PcolorImage
from matplotlib.path import Path

from lstm_viz.figure.cell_marks import crosses, dashes
from lstm_viz.figure.sheet import Area, Sheet, Update, widest
from lstm_viz.figure.style import GREY, SMALL, Ink, legible, mixed
from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.numerals import numeral
from lstm_viz.pictures.scales import reached, sampled

FEW = 8  # rows whose numbers, or signs, are seen
MOST_BEADS = 150  # of a row, on a page
MOST_TALL = 4.5  # times as high as it is wide: a bead of a long chain
BETWEEN, LEAST = 0.08, 0.6  # inches between two numbers; of the usual size that they may have
FOOT = 0.05  # of a row: how high the lowest column is


class Heat:
    """From numbers to colours."""

    def __init__(self, picture: pictures.Grid, ink: Ink) -> None:
        low, high = picture.low, max(picture.high, picture.low + 1e-300)
        self.norm: Normalize
        if picture.logarithmic:
            self.norm = LogNorm(max(low, 1e-300), max(high, low * 10), clip=True)
        else:
            self.norm = Normalize(low, high if high > low else low + 1, clip=True)
        signed = ink.tones if picture.of in GREY and len(picture.values) > FEW else ink.signs
        self.map = signed(picture.of) if low < 0 else ink.ramp(picture.of)
        self.logarithmic = picture.logarithmic

    def masked(self, values: np.ndarray) -> np.ma.MaskedArray[Any, Any]:
        """The numbers that can be drawn (of a logarithm, their sizes); the others stay empty."""
        bad = ~np.isfinite(values)
        if self.logarithmic:
            bad = bad | (np.nan_to_num(values) == 0)
            values = np.abs(values)
        return np.ma.masked_array(values, bad)


def _lit(picture: pictures.Grid) -> np.ndarray:
    """The numbers of what has been reached."""
    there = reached(picture.values.shape[1], picture.lit) > 0
    return np.where(there, picture.values, np.nan)


def _number(value: float, digits: int) -> str:
    return numeral(value, digits).replace("-", "−")


def _colours(picture: pictures.Grid, sheet: Sheet, plot: Area, axes: Axes, heat: Heat) -> Update:
    rows, columns = picture.values.shape
    down, along = np.arange(rows + 1) - 0.5, np.arange(columns + 1) - 0.5
    # it looks up each pixel's cell; `imshow` interpolates, which takes most of a film's frame
    image = PcolorImage(axes, along, down, cmap=heat.map, norm=heat.norm)
    axes.add_image(image)
    axes.set(xlim=along[[0, -1]], ylim=down[[-1, 0]])
    axes.spines[:].set(visible=True, color=sheet.ink.faint, linewidth=0.8)
    sheet.moves(image, *axes.spines.values())  # the frame lies over the cells
    written = _numbers_on_colours(picture, sheet, plot, axes, heat)
    signed = written or dashes(picture, sheet, plot, axes, heat.norm, heat.map)
    endless = crosses(sheet, axes)

    def update(other: pictures.Grid) -> None:
        shown = _lit(other)
        image.set_data(along, down, heat.masked(shown))
        signed(replace(other, values=shown))
        endless(replace(other, values=shown))

    update(picture)
    return update


def _numbers_on_colours(
    picture: pictures.Grid, sheet: Sheet, plot: Area, axes: Axes, heat: Heat
) -> Update | None:
    """Each cell's number in it; None where there is no room for that."""
    rows, columns = picture.values.shape
    wide = (plot.width - plot.left - plot.right) / columns
    if wide < 0.5 or plot.height / rows < 0.25 or rows * columns > 150:
        return None
    digits = 2 if wide < 0.75 else 3
    known = picture.values[np.isfinite(picture.values)].tolist()
    widest_one = widest((sheet.width(_number(each, digits), SMALL) for each in known), 0.1)
    part = min((wide - BETWEEN) / widest_one, 1.0)
    if part < LEAST:
        return None
    texts = {
        (r, c): axes.text(
            c, r, "", ha="center", va="center_baseline", size=SMALL * part, parse_math=False
        )
        for r in range(rows)
        for c in range(columns)
    }
    sheet.moves(*texts.values())

    def update(other: pictures.Grid) -> None:
        values = np.asarray(other.values, float)
        sizes = np.abs(values) if heat.logarithmic else values
        drawn = np.isfinite(values) & ~(heat.logarithmic & (values == 0))
        colours = heat.map(heat.norm(np.where(drawn, sizes, 1.0)))
        for place, text in texts.items():
            value = float(values[place])
            text.set_text(_number(value, digits) if np.isfinite(value) else "")
            colour = legible(colours[place][:3] if drawn[place] else sheet.ink.ground)
            if text.get_color() != colour:  # to set the same one, too, has it drawn anew
                text.set_color(colour)

    update(picture)
    return update


def beads(picture: pictures.Grid, sheet: Sheet, plot: Area, axes: Axes, heat: Heat) -> Update:
    """A chain through time: a bead a step, bright by its number, the brightest with a glow.

    Of many steps there are as many beads as can be told apart.
    """
    rows, columns = picture.values.shape
    steps = sampled(columns, MOST_BEADS)
    wide, high = (plot.width - plot.left - plot.right) / len(steps), plot.height / rows
    tall = min(0.45 * high, MOST_TALL * 0.72 * wide)
    size = (tall * 72) ** 2
    x, y = (each.ravel() for each in np.meshgrid(steps, np.arange(rows)))
    ink, shape = sheet.ink, _capsule(min(0.72 * wide / tall, 1.0))
    for row in range(rows):
        axes.plot([-0.5, columns - 0.5], [row, row], color=ink.faint, linewidth=2.2, zorder=1)
    empty = mixed(ink.ground, ink.faint, 0.35)
    glow = axes.scatter(x, y, s=size * 1.7, marker=shape, linewidths=0, zorder=2)
    beads = axes.scatter(x, y, s=size, marker=shape, linewidths=0.8, edgecolors=ink.faint, zorder=3)
    for each in (glow, beads):
        each.set_clip_on(False)
    sheet.moves(glow, beads)
    endless = crosses(sheet, axes)

    def update(other: pictures.Grid) -> None:
        scale = heat if _scale_of(other) == _scale_of(picture) else Heat(other, sheet.ink)
        values = scale.masked(other.values[:, steps]).ravel()
        colours = scale.map(scale.norm(values))
        off = np.array([*to_rgb(empty), 1.0])
        there = reached(columns, other.lit)
        lit = np.tile(there[steps], rows) * ~np.ma.getmaskarray(values)
        colours = off + (colours - off) * lit[:, None]
        beads.set_array(None)
        beads.set(facecolors=colours)
        part = np.ma.filled(np.ma.asarray(scale.norm(values)), 0.0).astype(float) * lit
        glow.set(facecolors=np.column_stack([colours[:, :3], 0.30 * part**2]))
        seen = np.full(other.values.shape, np.nan)
        seen[:, steps] = np.where(there[steps] > 0, other.values[:, steps], np.nan)
        endless(replace(other, values=seen))

    update(picture)
    return update


def _scale_of(picture: pictures.Grid) -> tuple[float, float, str, bool]:
    return picture.low, picture.high, picture.of, picture.logarithmic


def _capsule(narrow: float) -> Path:
    """A bead, so many times as wide as it is high."""
    circle = Path.unit_circle()
    x, y = np.asarray(circle.vertices).T * narrow
    y += np.where(y >= 0, 1 - narrow, narrow - 1)
    return Path(np.column_stack([x, y]), circle.codes)


def _numbers(picture: pictures.Grid, sheet: Sheet, plot: Area, axes: Axes, heat: Heat) -> Update:
    """Each cell's number in the colour of its row, a dot where there is none."""
    rows, columns = picture.values.shape
    wide = (plot.width - plot.left - plot.right) / columns
    colours = [sheet.ink.colour(row.of) for row in picture.rows]
    texts = {
        (r, c): axes.text(c, r, "", ha="center", va="center_baseline", parse_math=False)
        for r in range(rows)
        for c in range(columns)
    }
    sheet.moves(*texts.values())

    def update(other: pictures.Grid) -> None:
        said = {place: _number(float(other.values[place]), sheet.digits) for place in texts}
        room = widest((sheet.width(each, SMALL) for each in said.values()), 0.1) + 0.08
        for (r, c), text in texts.items():
            there = not np.isnan(other.values[r, c])
            text.set(
                text=said[r, c] if there else "·",
                color=colours[r] if there else sheet.ink.quiet,
                size=SMALL * min(wide / room, 1.0),
                weight="bold" if c == other.chosen[1] else "normal",
            )

    update(picture)
    return update


def _heights(picture: pictures.Grid, sheet: Sheet, plot: Area, axes: Axes, heat: Heat) -> Update:
    """Each cell as a small column from low to high; the chosen one's number at the right."""
    rows, columns = picture.values.shape
    place = [(r, c) for r in range(rows) for c in range(columns)]
    tints = [sheet.ink.colour(picture.rows[r].of or picture.of) for r, _ in place]
    body = PolyCollection([], facecolors=tints, linewidths=0)
    axes.add_collection(body, autolim=False)
    sheet.moves(body)
    x = plot.x + plot.width - plot.right + 0.14
    y = [plot.top - (r + 0.5) * plot.height / rows - 0.065 for r in range(rows)]
    numbers = [sheet.line(x, each, ()) for each in y if picture.chosen[1] >= 0]
    endless = crosses(sheet, axes)

    def update(other: pictures.Grid) -> None:
        values = heat.masked(_lit(other))
        part = np.ma.filled(np.ma.asarray(heat.norm(values)), np.nan)
        base = float(np.clip(heat.norm(0.0), 0, 1)) if picture.low < 0 else 0.0
        size = np.clip(part, 0, 1) - base
        size = np.where(np.abs(size) < FOOT, np.copysign(FOOT, size), size) * 0.86
        body.set_verts([_column(r, c, 0.86 * base, size[r, c]) for r, c in place])
        endless(replace(other, values=_lit(other)))
        for put, row in zip(numbers, other.values, strict=False):
            put((pictures.Value(float(row[other.chosen[1]])),))

    update(picture)
    return update


def _column(row: int, column: int, base: float, high: float) -> np.ndarray:
    """A column up, or down, from its base; nothing where its height is not a number."""
    left, right, foot = column - 0.42, column + 0.42, row + 0.43 - base
    top = foot - np.nan_to_num(high)
    return np.array([(left, foot), (left, top), (right, top), (right, foot)])


CELLS: dict[str, Callable[[pictures.Grid, Sheet, Area, Axes, Heat], Update]] = {
    "colours": _colours,
    "numbers": _numbers,
    "heights": _heights,
}
