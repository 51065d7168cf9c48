"""Stacked areas on Matplotlib axes, each part named where it ends."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from lstm_viz.figure.axes import (
    between,
    ends_of,
    frame_of,
    height_of,
    label_room,
    limits,
    now_line,
    polygons,
    shades,
    spread,
    y_axis,
)
from lstm_viz.figure.sheet import Area, Sheet, Update, build, draw, height, margins
from lstm_viz.figure.style import BODY
from lstm_viz.pictures import kinds as pictures


@height.register
def _(picture: pictures.Areas, sheet: Sheet, width: float) -> float:
    return height_of(picture)


@margins.register
def _(picture: pictures.Areas, sheet: Sheet) -> tuple[float, float]:
    return 0.7, label_room(picture.parts, sheet) + 0.3


@build.register
def _(picture: pictures.Areas) -> object:
    names = tuple(part.name for part in picture.parts)
    return pictures.Areas, len(picture.x), names, picture.low, picture.high, picture.x_title


Edges = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def _stacked(picture: pictures.Areas) -> tuple[list[Edges], np.ndarray]:
    """Of each part its edges above 0 and below 0, from the axis outwards; and the sum of all."""
    above = np.zeros(len(picture.x))
    below = np.zeros(len(picture.x))
    edges = []
    for part in picture.parts:
        values = np.nan_to_num(np.asarray(part.values, dtype=float))
        up, down = np.maximum(values, 0), np.minimum(values, 0)
        edges.append((above, above + up, below, below + down))
        above, below = above + up, below + down
    return edges, above + below


def _layers(x: np.ndarray, edges: Edges) -> list[np.ndarray]:
    """The polygons of one part: above the axis and below it, where it has any height."""
    from_, to, top, bottom = edges
    found = []
    for one, other in ((from_, to), (bottom, top)):
        thick = one != other
        near = thick | np.append(thick[1:], False) | np.insert(thick[:-1], 0, False)
        found += between(x, np.where(near, one, np.nan), other)
    return found


@draw.register
def _(picture: pictures.Areas, sheet: Sheet, area: Area) -> Update:
    head, plot, axes = frame_of(picture, sheet, area, False)
    edges, total = _stacked(picture)
    low, high = limits([total, *(e for part in edges for e in part)], False)
    low = 0.0 if all((edge >= 0).all() for part in edges for edge in part) else low
    y_axis(axes, *ends_of(picture, low, high), False)
    colours = shades(picture.parts, sheet)
    edge = {"edgecolors": sheet.ink.ground, "linewidths": 0.8}
    bodies = [
        polygons(axes, colour, label=part.name.text, **edge)
        for colour, part in zip(colours, picture.parts, strict=True)
    ]
    axes.axhline(0, color=sheet.ink.quiet, linewidth=0.9, zorder=3)
    (line,) = axes.plot(
        picture.x, total, color=sheet.ink.text, linewidth=1.6, label="sum", zorder=4
    )
    sheet.moves(*bodies, line)
    now = now_line(picture, sheet, axes)
    names = _area_names(picture, sheet, plot, axes)

    def update(other: pictures.Areas) -> None:
        head(other.title)
        found, whole = _stacked(other)
        for body, edges in zip(bodies, found, strict=True):
            body.set_verts(_layers(np.asarray(other.x, dtype=float), edges))
        line.set_ydata(whole)
        names(other)
        now(other)

    update(picture)
    return update


def _area_names(picture: pictures.Areas, sheet: Sheet, plot: Area, axes: Axes) -> Update:
    """Names at the right, beside where each area ends, kept apart."""
    x = plot.x + plot.width - plot.right + 0.14
    names, leaders = [], []
    for part in picture.parts:
        colour = sheet.ink.colour(part.name.of)
        names.append(sheet.say(x, 0, (part.name,), BODY, "bold", colour))
        line = axes.plot([], [], color=sheet.ink.quiet, linewidth=0.7, clip_on=False)[0]
        leaders.append(line)
        sheet.moves(line, *names[-1])

    def update(other: pictures.Areas) -> None:
        stacked = _stacked(other)[0]
        ends = [_end(edges) for edges in stacked]
        points = axes.transData.transform([(other.x[-1], y) for y in ends]) / sheet.figure.dpi
        wanted = [float(np.clip(point[1], plot.y, plot.top)) for point in points]
        out = axes.transData.inverted()
        middles = spread(wanted, [0.25] * len(wanted), plot.y, plot.top)
        for k, (name, leader) in enumerate(zip(names, leaders, strict=True)):
            point, y = points[k], middles[k]
            for text in name:
                text.set_y(sheet.fraction(0, y - 0.065)[1])
            way = np.array([point, (x - 0.04, y)]) * sheet.figure.dpi
            leader.set_data(*out.transform(way).T)
            leader.set_visible(_ends_thick(stacked[k]) and abs(point[1] - y) > 0.05)

    update(picture)
    return update


def _ends_thick(edges: Edges) -> bool:
    """Whether a part covers something at the last step, for a line to its name to lead to."""
    low, high, top, bottom = (float(edge[-1]) for edge in edges)
    return high > low or top > bottom


def _end(edges: Edges) -> float:
    """The middle of what a part covers at the last step."""
    low, high, top, bottom = (float(edge[-1]) for edge in edges)
    return (low + high if high > low else top + bottom) / 2
