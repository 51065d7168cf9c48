"""What no colour says in a cell: a dash is a number below zero, a cross one that is not finite.

In grey, and for whoever does not tell the colours apart, both sides of zero would look alike, and
what is not finite is as empty as what is not there.
"""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import Colormap, Normalize, to_rgb

from lstm_viz.figure.sheet import Area, Sheet, Update
from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.scales import reached

NARROW, LOW = 0.06, 0.09  # inches: in a smaller cell no dash is seen
LONG = 0.32  # of a cell's width, at most
LONGEST = 0.12  # inches
LIGHTNESS = np.array([0.3, 0.59, 0.11])  # of red, green and blue
MARGIN = 0.8  # inches: in a narrower one nothing is said
FINE, CROSS = 10.0, "× inf, nan"
SEEN = 0.04  # of the scale: what is nearer to zero looks empty


def crosses(sheet: Sheet, axes: Axes) -> Update:
    """A cross where a number is infinite."""
    found = axes.scatter([], [], marker="x", s=30, color=sheet.ink.text, linewidths=1.6, zorder=4)
    sheet.moves(found)

    def update(other: pictures.Grid) -> None:
        places = np.argwhere(np.isinf(other.values))
        found.set_offsets(places[:, ::-1])
        found.set_visible(len(places) > 0)

    return update


def explained(picture: pictures.Grid, sheet: Sheet, plot: Area) -> Update:
    """What a cross is, over the scale in the right margin, where there is one."""
    if picture.shown == "numbers" or plot.right < MARGIN:
        return lambda other: None
    place = plot.x + plot.width - plot.right + 0.2, plot.y + plot.height / 2 + 0.15
    said = sheet.line(*place, (), FINE, "normal", sheet.ink.quiet)

    def update(other: pictures.Grid) -> None:
        there = np.isinf(other.values).any(axis=0) & (reached(other.values.shape[1], other.lit) > 0)
        said((pictures.Text(CROSS),) if there.any() else ())

    update(picture)
    return update


def dashes(
    picture: pictures.Grid, sheet: Sheet, plot: Area, axes: Axes, norm: Normalize, tones: Colormap
) -> Update:
    """A dash in each cell below zero, where a cell has room for it."""
    rows, columns = picture.values.shape
    wide = (plot.width - plot.left - plot.right) / columns
    if picture.low >= 0 or picture.logarithmic or wide < NARROW or plot.height / rows < LOW:
        return lambda other: None
    lines = LineCollection([], linewidths=1.1, zorder=3)
    axes.add_collection(lines, autolim=False)
    sheet.moves(lines)
    half = min(LONG, LONGEST / wide) / 2
    dark, pale = (np.array(to_rgb(each)) for each in (sheet.ink.text, sheet.ink.ground))
    if sheet.ink.name == "dark":
        dark, pale = pale, dark

    def update(other: pictures.Grid) -> None:
        values = np.nan_to_num(other.values)
        below = values < SEEN * other.low
        rows, columns = np.nonzero(below)
        fill = tones(norm(values[below]))[:, :3]
        ink = np.where((fill @ LIGHTNESS > 0.5)[:, None], dark, pale)
        ends = np.stack([columns - half, rows, columns + half, rows], axis=-1)
        lines.set_segments(list(ends.reshape(-1, 2, 2)))
        lines.set_color(fill + (ink - fill) * 0.45)

    update(picture)
    return update
