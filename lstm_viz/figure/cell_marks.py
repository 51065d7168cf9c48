"""What no colour says in a cell: a dash is a number below zero, a cross one without end.

In grey, and for whoever does not tell the colours apart, both sides of zero would look alike, and
what is infinite is as empty as what is not there.
"""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import Colormap, Normalize

from lstm_viz.figure.sheet import Area, Sheet, Update
from lstm_viz.figure.style import mixed
from lstm_viz.pictures import kinds as pictures

NARROW, LOW = 0.06, 0.09  # inches: in a smaller cell no dash is seen
LONG = 0.32  # of a cell's width, at most
LONGEST = 0.12  # inches
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
    dark, pale = sheet.ink.text, sheet.ink.ground
    if sheet.ink.name == "dark":
        dark, pale = pale, dark

    def ink_on(value: float) -> str:
        red, green, blue = (float(each) for each in tones(norm(value))[:3])
        light = 0.3 * red + 0.59 * green + 0.11 * blue > 0.5
        fill = "#{:02x}{:02x}{:02x}".format(*(round(255 * v) for v in (red, green, blue)))
        return mixed(fill, dark if light else pale, 0.45)

    def update(other: pictures.Grid) -> None:
        values = np.nan_to_num(other.values)
        places = np.argwhere(values < SEEN * other.low).tolist()
        lines.set_segments([[(c - half, r), (c + half, r)] for r, c in places])
        lines.set_color([ink_on(values[r, c]) for r, c in places])

    update(picture)
    return update
