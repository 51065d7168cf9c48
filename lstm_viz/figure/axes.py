"""What all plots share: heads, axes with few and quiet ticks, labels kept apart."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.ticker import (
    EngFormatter,
    FixedLocator,
    FuncFormatter,
    MaxNLocator,
    NullLocator,
)

from lstm_viz.figure.below import names_below, steps_below
from lstm_viz.figure.sheet import Area, Sheet, Update, frame, pieces, widest
from lstm_viz.figure.style import BODY, SMALL, mixed
from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.kinds import Expression

TITLE, TICKS, AXIS_TITLE, REST = 0.36, 0.3, 0.26, 0.14  # inches
STEPS = 1, 2, 3, 5, 10, 20, 50, 100, 200  # powers of ten from number to number at an axis
TICK_ROOM = 0.34  # inches for a number beside an axis
MANY = 1e5  # from here on numbers at an axis are written with k, M or G
FINE = 10.0  # points, for what is read last


def head_of(title: Expression, sheet: Sheet, area: Area) -> tuple[Update, Area]:
    """The title of a plot, and the area below it."""
    if not title:
        return lambda other: None, area
    return sheet.line(area.x, area.top - 0.24, title, BODY, "bold"), area.below(TITLE)


def inner_of(area: Area, *used: float) -> Area:
    """The area of the plot itself, above so much for ticks and titles."""
    foot = sum(used) + REST
    return Area(area.x, area.y + foot, area.width, area.height - foot, area.left, area.right)


def height_of(picture: pictures.Curves | pictures.Areas) -> float:
    """How high a plot would like to be, in inches."""
    return 2.5 + frame(picture)


@frame.register
def _(picture: pictures.Curves) -> float:
    said = AXIS_TITLE * bool(picture.x_title and not picture.from_right)
    return TITLE * bool(picture.title) + TICKS + said + AXIS_TITLE * bool(picture.y_title) + REST


@frame.register
def _(picture: pictures.Areas) -> float:
    said = AXIS_TITLE * (bool(picture.x_title) + bool(picture.y_title))
    return TITLE * bool(picture.title) + TICKS + said + REST


def frame_of(
    picture: pictures.Curves | pictures.Areas, sheet: Sheet, area: Area, ticks_right: bool
) -> tuple[Update, Area, Axes]:
    """Axes with few, quiet ticks: x below, y at the side that has no labels."""
    head, below = head_of(picture.title, sheet, area)
    plot = inner_of(below, TICKS, AXIS_TITLE * bool(picture.x_title and not ticks_right))
    said = AXIS_TITLE * bool(picture.y_title)
    plot = plot.below(said)
    axes = sheet.axes(plot, sheet.plain(picture.title))
    x = np.asarray(picture.x, dtype=float)
    pad = 0.5 if len(x) > 1 else 1.0
    axes.set_xlim(x[0] - pad * (x[1] - x[0] if len(x) > 1 else 1), x[-1] + pad)
    axes.xaxis.set_major_locator(steps_below(x, sheet, plot, axes))
    if isinstance(picture, pictures.Curves) and picture.names:
        names_below(picture, sheet, plot, axes)
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
    if picture.x_title and ticks_right:  # below the numbers beside the axis there is room
        x_end = plot.x + plot.width - plot.right + 0.3
        title = pieces(picture.x_title)
        sheet.say(x_end, plot.y - 0.22, title, SMALL, "normal", quiet)
    elif picture.x_title:
        x_end = plot.x + plot.width - plot.right
        title = pieces(picture.x_title)
        sheet.say(x_end, plot.y - TICKS - 0.2, title, SMALL, "normal", quiet, "right")
    return head, plot, axes


def ends_of(
    picture: pictures.Curves | pictures.Areas, low: float, high: float
) -> tuple[float, float]:
    """The ends of an axis: those that the picture names, else these."""
    return (
        low if picture.low is None else picture.low,
        high if picture.high is None else picture.high,
    )


def limits(values: Iterable[np.ndarray], logarithmic: bool) -> tuple[float, float]:
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


def y_axis(axes: Axes, low: float, high: float, logarithmic: bool, floor: bool = False) -> None:
    """Few numbers beside the axis; the lowest says so where it is a floor."""
    if logarithmic:
        axes.set_yscale("log")
        box = axes.get_window_extent()
        most = max(2, min(6, int(box.height / axes.figure.dpi / TICK_ROOM)))
        axes.yaxis.set_major_locator(FixedLocator(_powers(low, high, most, floor)))
        said = lambda v, _: f"{'≤ ' if floor and v < low * 1.01 else ''}{power(v)}"  # noqa: E731
        axes.yaxis.set_major_formatter(FuncFormatter(said))
        axes.yaxis.set_minor_locator(NullLocator())
    else:
        axes.yaxis.set_major_locator(MaxNLocator(4))
        if max(abs(low), abs(high)) >= MANY:
            axes.yaxis.set_major_formatter(EngFormatter(sep=""))  # 4M: no power above the axis
    axes.set_ylim(low, high)


def _powers(low: float, high: float, most: int, floor: bool) -> list[float]:
    """Powers of ten within low … high, about so many, evenly apart; a floor is among them."""
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    step = next((n for n in STEPS if last - first <= n * most), last - first)
    there = [k for k in range(last, first - 1, -1) if k % step == 0]
    found = [k for k in there if not floor or k - first > step / 2]
    return [10.0**k for k in (*found, *([first] if floor else []))] or [low, high]


def power(value: float) -> str:
    """A power of ten as numbers are written: 1e−5; any other number with two digits."""
    exponent = round(math.log10(value))
    if not math.isclose(value, 10.0**exponent, rel_tol=1e-9):
        return f"{value:.2g}"
    return f"1e{exponent}".replace("-", "−") if exponent else "1"


def between(x: np.ndarray, low: np.ndarray, high: np.ndarray) -> list[np.ndarray]:
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


def spread(
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
            places[k] = min(max(places[k], low + heights[k] / 4), high - heights[k] / 2)
        if not moved:
            break
    return places


def now_line(picture: pictures.Curves | pictures.Areas, sheet: Sheet, axes: Axes) -> Update:
    """The line at `now`, if that is on the axis."""
    dashes = "--" if getattr(picture, "border", False) else "-"
    line = axes.axvline(picture.x[0], color=sheet.ink.quiet, linewidth=1.2, ls=dashes, zorder=3)
    sheet.moves(line)

    def update(other: pictures.Curves | pictures.Areas) -> None:
        line.set_visible(other.now is not None and other.now <= other.x[-1])
        if other.now is not None:
            line.set_xdata([other.now, other.now])

    update(picture)
    return update


def label_room(curves: Iterable[pictures.Curve], sheet: Sheet) -> float:
    return widest(
        max(
            sheet.length((c.name,), BODY, "bold"),
            max(sheet.width(c.note, SMALL), 0.6) if c.note else 0.6,
        )
        for c in curves
    )


def shades(parts: Sequence[pictures.Curve], sheet: Sheet, palest: float = 0.76) -> list[str]:
    """A colour a part: its quantity's; where several share one, from strong to pale."""
    kinds = [(part.kind, part.dashed) for part in parts]
    found = []
    for k, kind in enumerate(kinds):
        if parts[k].of:
            pale = palest * (1 - parts[k].strength)
            found.append(mixed(sheet.ink.colour(kind[0]), sheet.ink.ground, pale))
            continue
        same = [j for j, other in enumerate(kinds) if other == kind]
        part = same.index(k) / max(len(same) - 1, 1) if len(same) > 1 else 0.0
        found.append(mixed(sheet.ink.colour(kind[0] or "memory"), sheet.ink.ground, palest * part))
    return found


def polygons(axes: Axes, colour: str, **style: Any) -> PolyCollection:
    """An empty collection of filled polygons on some axes."""
    body = PolyCollection([], facecolors=colour, **style)
    axes.add_collection(body, autolim=False)
    return body
