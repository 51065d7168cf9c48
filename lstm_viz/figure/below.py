"""What is written below an axis of time: numbers of steps, or their names."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, Locator, MaxNLocator, NullLocator

from lstm_viz.figure.sheet import Area, Sheet, pieces, widest
from lstm_viz.figure.style import SMALL
from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.scales import ticked, ticks

APART = 0.3  # inches between two numbers below an axis, at least


def steps_below(x: np.ndarray, sheet: Sheet, plot: Area, axes: Axes) -> Locator:
    """Which steps have their numbers, the first and the last among them; of what is no step, few
    round numbers."""
    first, last = round(float(x[0])), round(float(x[-1]))
    if not np.array_equal(x, np.round(x)):
        return MaxNLocator(8, steps=[1, 2, 5, 10])
    return FixedLocator(ticks(first, last, room_for((str(last),), sheet, plot, axes)))


def room_for(names: Iterable[str], sheet: Sheet, plot: Area, axes: Axes) -> float:
    """How far apart such names must be below a plot, on its own axis."""
    low, high = axes.get_xlim()
    inner = plot.width - plot.left - plot.right
    return (widest(sheet.width(name, SMALL) for name in names) + APART) * (high - low) / inner


def names_below(picture: pictures.Curves, sheet: Sheet, plot: Area, axes: Axes) -> None:
    """Names instead of numbers, as many as there is room for."""
    axes.xaxis.set_major_locator(NullLocator())
    low, high = axes.get_xlim()
    inner = plot.width - plot.left - plot.right
    quiet = sheet.ink.quiet
    for k in ticked(picture.names, room_for(picture.names, sheet, plot, axes)):
        place = plot.x + plot.left + inner * (float(picture.x[k]) - low) / (high - low)
        name = pieces(picture.names[k])
        sheet.say(place, plot.y - 0.22, name, SMALL, colour=quiet, align="center")


def columns_below(picture: pictures.Grid, sheet: Sheet, plot: Area, axes: Axes) -> list[int]:
    """The columns that have their names: those that are marked, the ends, and some between.

    Of marked ones near each other the first has its name.
    """
    room, marked = room_for(picture.columns, sheet, plot, axes), list[int]()
    for k in sorted(picture.marks):
        if picture.columns[k] and (not marked or k - marked[-1] >= room):
            marked.append(k)
    between = [k for k in ticked(picture.columns, room) if picture.columns[k]]
    return [*marked, *(k for k in between if all(abs(k - mark) >= room for mark in marked))]
