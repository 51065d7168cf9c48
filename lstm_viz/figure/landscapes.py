"""Landscapes on Matplotlib axes: a heat map with a number at each end of its scale, and ways."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from lstm_viz.figure.axes import AXIS_TITLE, FINE, REST, TICKS, TITLE, head_of, inner_of, power
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
from lstm_viz.figure.style import BODY, SMALL
from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.scales import beyond, largest

CELLS = 160  # each way, at most: a cliff that is one place wide is seen
LOOKS = (("-", "o"), ("-", "^"), (":", "s"), ("-.", "D"))  # a line, and the mark where it ends


@height.register
def _(picture: pictures.Landscape, sheet: Sheet, width: float) -> float:
    return 4.2 + frame(picture)


@frame.register
def _(picture: pictures.Landscape) -> float:
    return TITLE * bool(picture.title) + TICKS + 2 * AXIS_TITLE + REST


@margins.register
def _(picture: pictures.Landscape, sheet: Sheet) -> tuple[float, float]:
    names = widest(sheet.length((way.name,), BODY, "bold") for way in picture.ways)
    return 0.7, max(names + 0.65, 1.2)


@build.register
def _(picture: pictures.Landscape) -> object:
    names = tuple(way.name.text for way in picture.ways)
    ends = tuple(float(axis[k]) for axis in (picture.x, picture.y) for k in (0, -1))
    axes = picture.x_title, picture.y_title, picture.low, picture.high, picture.of
    return pictures.Landscape, picture.values.shape, names, ends, axes


@draw.register
def _(picture: pictures.Landscape, sheet: Sheet, area: Area) -> Update:
    head, below = head_of(picture.title, sheet, area)
    plot = inner_of(below, TICKS, AXIS_TITLE).below(AXIS_TITLE)
    axes = sheet.axes(plot, sheet.plain(picture.title))
    ink, x, y = sheet.ink, picture.x, picture.y
    dx, dy = (x[1] - x[0]) / 2, (y[1] - y[0]) / 2
    box = float(x[0] - dx), float(x[-1] + dx), float(y[0] - dy), float(y[-1] + dy)
    colours: dict[str, Any] = {
        "cmap": ink.ramp(picture.of),
        "norm": LogNorm(picture.low, picture.high, clip=True),
    }
    image = axes.imshow(
        _cells(picture),
        origin="lower",
        extent=box,
        aspect="auto",
        interpolation="nearest",
        **colours,
    )
    sheet.moves(image)
    axes.set(xlim=box[:2], ylim=box[2:])
    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.yaxis.set_major_locator(MaxNLocator(6))
    sheet.say(plot.x + plot.left, plot.top + 0.1, pieces(picture.y_title), SMALL, colour=ink.quiet)
    end = plot.x + plot.width - plot.right
    foot = plot.y - TICKS - 0.2
    sheet.say(end, foot, pieces(picture.x_title), SMALL, colour=ink.quiet, align="right")
    ways = []
    for k, way in enumerate(picture.ways):
        ways.append(_way(sheet, axes, k))
        _key(sheet, Area(end + 0.16, plot.top - 0.35 - 0.34 * k, 0.4, 0.2), way, k)
    _scale(picture, sheet, plot, colours)

    def update(other: pictures.Landscape) -> None:
        head(other.title)
        image.set_data(_cells(other))
        for put, way in zip(ways, other.ways, strict=True):
            put(way)

    update(picture)
    return update


def _cells(picture: pictures.Landscape) -> np.ma.MaskedArray[Any, Any]:
    """The largest number of each cell; what is 0 or not finite stays blank."""
    rows, columns = (min(many, CELLS) for many in picture.values.shape)
    known = np.where(np.isfinite(picture.values), picture.values, np.nan)
    found = largest(known, rows, columns)
    return np.ma.masked_less_equal(np.ma.masked_invalid(found), 0)


def _drawn_as(sheet: Sheet, k: int) -> dict[str, Any]:
    """Dark with a light edge, then light with a dark one: told apart on any ground, and in grey."""
    inks = sheet.ink.text, sheet.ink.ground
    own, edge = inks if k % 2 == 0 else inks[::-1]
    halo = [withStroke(linewidth=1.8 + 2 * (k % 2), foreground=edge)]
    dots = {"markeredgecolor": edge, "markeredgewidth": 0.8}
    return {"color": own, "path_effects": halo, "linewidth": 1.4} | dots


def _way(sheet: Sheet, axes: Axes, k: int) -> Update:
    """A dot a place, joined, and a mark on the last one."""
    (line, mark), style = LOOKS[k % len(LOOKS)], _drawn_as(sheet, k)
    (body,) = axes.plot([], [], line, **style)
    (dots,) = axes.plot([], [], "o", markersize=3.4, **style | {"path_effects": []})
    (last,) = axes.plot([], [], mark, markersize=9, **style | {"path_effects": []})
    sheet.moves(body, dots, last)

    def update(way: pictures.Way) -> None:
        for each in (body, dots):
            each.set_data(way.x, way.y)
        last.set_data(way.x[-1:], way.y[-1:])

    return update


def _key(sheet: Sheet, area: Area, way: pictures.Way, k: int) -> None:
    """A piece of the way's line, the mark of its last place, and its name."""
    (line, mark), style = LOOKS[k % len(LOOKS)], _drawn_as(sheet, k)
    box = sheet.axes(area, way.name.text)
    box.set(xlim=(0, 1), ylim=(-1, 1))
    box.plot([0, 0.75], [0, 0], line, **style)
    box.plot([0.75], [0], mark, markersize=6, **style | {"path_effects": []})
    sheet.say(area.x + 0.46, area.y + 0.04, (way.name,), BODY, "bold")


def _scale(picture: pictures.Landscape, sheet: Sheet, plot: Area, colours: dict[str, Any]) -> None:
    """Which colour is which number."""
    x = plot.x + plot.width - plot.right + 0.2
    bar = sheet.axes(Area(x, plot.y + 0.2, 0.8, 0.1), "scale")
    ramp = np.geomspace(picture.low, picture.high, 64)[None]
    bar.imshow(ramp, aspect="auto", extent=(0, 1, 0, 1), **colours)
    bar.spines[:].set(visible=True, color=sheet.ink.faint, linewidth=0.6)
    below, above = (f"{each} " * bool(each) for each in beyond(picture))
    said = f"{below}{power(picture.low)} … {above}{power(picture.high)}"
    sheet.say(x, plot.y, pieces(said), FINE, colour=sheet.ink.quiet)
