"""Stacked areas on Matplotlib axes, each part named in it, or where it ends."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.lib.stride_tricks import sliding_window_view

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
from lstm_viz.figure.style import BODY, legible
from lstm_viz.pictures import kinds as pictures


@height.register
def _(picture: pictures.Areas, sheet: Sheet, width: float) -> float:
    return height_of(picture)


@margins.register
def _(picture: pictures.Areas, sheet: Sheet) -> tuple[float, float]:
    return 0.7, max(label_room(picture.parts, sheet), sheet.length((picture.total,), BODY)) + 0.3


@build.register
def _(picture: pictures.Areas) -> object:
    names = tuple(part.name for part in picture.parts)
    ends = picture.low, picture.high
    return pictures.Areas, len(picture.x), names, *ends, picture.x_title, picture.total


MARGIN, HIGH = 0.16, 0.26  # inches around a name in its area; how high that must be
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
    names = _area_names(picture, sheet, plot, axes, colours)

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


def _area_names(
    picture: pictures.Areas, sheet: Sheet, plot: Area, axes: Axes, colours: list[str]
) -> Update:
    """Names in the areas that have room for them; else at the right, beside where they end.

    There too the sum's, where it has one.
    """
    x = plot.x + plot.width - plot.right + 0.14
    names, leaders = [], []
    called = [*(part.name for part in picture.parts), *[picture.total] * bool(picture.total.text)]
    for each in called:
        names.append(sheet.say(x, 0, (each,), BODY, "bold"))
        line = axes.plot([], [], color=sheet.ink.quiet, linewidth=0.7, clip_on=False)[0]
        leaders.append(line)
        sheet.moves(line, *names[-1])
    wide = [sheet.length((each,), BODY, "bold") for each in called]
    tints = [*(sheet.ink.colour(part.name.of) for part in picture.parts), sheet.ink.text]

    def update(other: pictures.Areas) -> None:
        stacked, whole = _stacked(other)
        inches = axes.transData.transform([(0, 0), (1, 1)]) / sheet.figure.dpi
        within = [
            _within(e, w, *(inches[1] - inches[0])) for e, w in zip(stacked, wide, strict=False)
        ]
        ends = [_end(edges) for edges in stacked]
        if len(called) > len(stacked):
            within, ends = [*within, None], [*ends, float(whole[-1])]
        points = axes.transData.transform([(other.x[-1], y) for y in ends]) / sheet.figure.dpi
        beside = [k for k, place in enumerate(within) if place is None]
        wanted = [float(np.clip(points[k][1], plot.y, plot.top)) for k in beside]
        middles = dict(
            zip(beside, spread(wanted, [0.25] * len(wanted), plot.y, plot.top), strict=True)
        )
        out = axes.transData.inverted()
        for k, (name, leader) in enumerate(zip(names, leaders, strict=True)):
            place, point, y = within[k], points[k], middles.get(k, 0.0)
            if place is None:
                at, tint = (x, y), tints[k]
            else:
                data = float(np.interp(place[0], range(len(other.x)), other.x)), place[1]
                centre = axes.transData.transform(data) / sheet.figure.dpi
                at, tint = (centre[0] - wide[k] / 2, centre[1]), legible(colours[k])
            for text in name:
                text.set(position=sheet.fraction(at[0], at[1] - 0.065), color=tint)
            way = np.array([point, (x - 0.04, y)]) * sheet.figure.dpi
            leader.set_data(*out.transform(way).T)
            thick = place is None and (k == len(stacked) or _ends_thick(stacked[k]))
            leader.set_visible(thick and abs(point[1] - y) > 0.05)

    update(picture)
    return update


def _within(edges: Edges, wide: float, across: float, up: float) -> tuple[float, float] | None:
    """Where a part is high enough for its name, at its highest: (step from 0, height), or None.

    `wide` is the name's width in inches; a step is so many inches `across`, 1 so many `up`.
    """
    steps = int(np.ceil((wide + MARGIN) / across)) + 1
    low, high, top, bottom = edges
    if steps > len(high):
        return None
    best: tuple[float, float, float] | None = None
    for lower, upper in ((low, high), (bottom, top)):
        floor = sliding_window_view(lower, steps).max(axis=1)
        ceiling = sliding_window_view(upper, steps).min(axis=1)
        k = int((ceiling - floor).argmax())
        free = float(ceiling[k] - floor[k]) * up
        if free > HIGH and (best is None or free > best[0]):
            best = free, k + (steps - 1) / 2, float(floor[k] + ceiling[k]) / 2
    return None if best is None else best[1:]


def _ends_thick(edges: Edges) -> bool:
    """Whether a part covers something at the last step, for a line to its name to lead to."""
    low, high, top, bottom = (float(edge[-1]) for edge in edges)
    return high > low or top > bottom


def _end(edges: Edges) -> float:
    """The middle of what a part covers at the last step."""
    low, high, top, bottom = (float(edge[-1]) for edge in edges)
    return (low + high if high > low else top + bottom) / 2
