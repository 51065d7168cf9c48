"""Curves on Matplotlib axes, each named where it ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Text as Drawn

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
from lstm_viz.figure.curve_points import before, drawable, tip_of
from lstm_viz.figure.fonts import family, shown
from lstm_viz.figure.sheet import Area, Sheet, Update, build, draw, height, margins
from lstm_viz.figure.style import BODY, SMALL
from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.scales import ends_nowhere, floored

NAMED, NOTED = 0.25, 0.42  # inches for a name, and for one with a note
STROKES: dict[str, Any] = {
    "solid": "solid",
    "dashed": (0, (4, 2.5)),
    "dash-dot": (0, (5, 2, 1, 2)),
    "dotted": (0, (1, 1.6)),
    "long dashes": (0, (11, 3)),
    "dash-dot-dot": (0, (5, 1.6, 1, 1.6, 1, 1.6)),
    "sparse dots": (0, (1, 4.5)),
    "long and short": (0, (9, 2, 3, 2)),
}


@height.register
def _(picture: pictures.Curves, sheet: Sheet, width: float) -> float:
    return height_of(picture)


@margins.register
def _(picture: pictures.Curves, sheet: Sheet) -> tuple[float, float]:
    names, ticks = label_room(picture.curves, sheet) + 0.3, 0.7
    return (names, ticks) if picture.from_right else (ticks, names)


@build.register
def _(picture: pictures.Curves) -> object:
    curves = tuple((c.name, c.low is None, c.dashed, c.kind, c.stroke) for c in picture.curves)
    axes = picture.low, picture.high, picture.x_title, picture.y_title, picture.logarithmic
    return pictures.Curves, len(picture.x), curves, axes, picture.from_right, picture.names


@draw.register
def _(picture: pictures.Curves, sheet: Sheet, area: Area) -> Update:
    head, plot, axes = frame_of(picture, sheet, area, picture.from_right)
    every = [v for c in picture.curves for v in (c.values, c.low, c.high) if v is not None]
    low, high = ends_of(picture, *limits(every, picture.logarithmic))
    head_room = (high / low) ** 0.02 if picture.logarithmic and picture.from_right else 1.0
    y_axis(axes, low, high * head_room, picture.logarithmic, floored(picture))
    tints = shades(picture.curves, sheet, 0.55)
    parts = [
        _curve(c, tint if c.kind else sheet.ink.text, picture, sheet, axes)
        for c, tint in zip(picture.curves, tints, strict=True)
    ]
    names = _CurveNames(picture, sheet, plot, axes)
    now = now_line(picture, sheet, axes)

    def update(other: pictures.Curves) -> None:
        head(other.title)
        for part, curve in zip(parts, other.curves, strict=True):
            part(curve, other)
        names.put(other)
        now(other)

    return update


def _curve(
    curve: pictures.Curve, colour: str, picture: pictures.Curves, sheet: Sheet, axes: Axes
) -> Callable[[pictures.Curve, pictures.Curves], None]:
    line = axes.plot(
        picture.x,
        drawable(curve.values, picture),
        color=colour,
        linewidth=1.6 if curve.dashed else 2.8,
        linestyle=STROKES["dashed" if curve.dashed else curve.stroke],
        solid_capstyle="round",
        solid_joinstyle="round",
        label=curve.name.text,
        zorder=4,
    )[0]
    band = None
    if curve.low is not None:
        band = polygons(axes, colour, alpha=0.2, linewidths=0, zorder=2)
        sheet.moves(band)
    sheet.moves(line)

    def update(other: pictures.Curve, whole: pictures.Curves) -> None:
        x, y = np.asarray(whole.x, float), drawable(other.values, whole)
        if (tip := tip_of(other.values, whole)) is not None:
            k = int(before(whole).sum()) - 1
            x, y = x.copy(), y.copy()
            x[k], y[k] = tip
        line.set_data(x, y)
        if band is not None and other.low is not None and other.high is not None:
            low, high = (drawable(v, whole) for v in (other.low, other.high))
            band.set_verts(between(whole.x, low, high))

    update(curve, picture)
    return update


def _note(curve: pictures.Curve) -> str:
    return shown(curve.note.replace("e-", "e−"))


FAR = 0.5  # inches from the last step: what ends so early is named there


class _CurveNames:
    """Names beside the ends of their curves, kept apart; a thin line leads to those moved.

    One that has no number at its end stands lowest, and no line leads to it.
    """

    def __init__(self, picture: pictures.Curves, sheet: Sheet, plot: Area, axes: Axes) -> None:
        self.sheet, self.plot, self.axes = sheet, plot, axes
        self.left = picture.from_right
        inner = plot.width - plot.left - plot.right
        self.x = self.edge = plot.x + plot.left + (0.0 if self.left else inner)
        align = "right" if self.left else "left"
        heights = [NOTED if curve.note else NAMED for curve in picture.curves]
        self.noted = sum(heights) <= plot.height  # where there is little room, names alone
        self.small = min(plot.height / (NAMED * max(len(heights), 1)), 1.0)
        self.texts = []
        for curve in picture.curves:
            colour = sheet.ink.colour(curve.name.of)
            name = sheet.say(self.x, 0, (curve.name,), BODY * self.small, "bold", colour, align)
            note = [self._note(curve)]
            self.texts.append((name, note))
            sheet.moves(*name, *note)
        self.leaders = [
            axes.plot([], [], color=sheet.ink.quiet, linewidth=0.7, clip_on=False)[0]
            for _ in picture.curves
        ]
        sheet.moves(*self.leaders)
        self.put(picture)

    def _note(self, curve: pictures.Curve) -> Drawn:
        place = self.sheet.fraction(self.x, 0)
        text = self.sheet.figure.text(*place, _note(curve), size=SMALL, parse_math=False)
        text.set(color=self.sheet.ink.quiet, ha="right" if self.left else "left")
        text.set_fontfamily(family(curve.note))
        return text

    def put(self, picture: pictures.Curves) -> None:
        ends = [self._end(picture, curve) for curve in picture.curves]
        heights = [self._height(curve, picture) for curve in picture.curves]
        there = {k: end for k, end in enumerate(ends) if end is not None}
        wanted = [end[1] for end in there.values()]
        tips = [end[0] for end in there.values()]  # names go along with what is being drawn
        self.x = min(tips) - 0.16 if self.left and tips else self.edge + 0.16
        middles = spread(wanted, [heights[k] for k in there], self.plot.y, self.plot.top)
        places = dict(zip(there, middles, strict=True))
        for k, (name, note) in enumerate(self.texts):
            for text in note:
                text.set_text(_note(picture.curves[k]) if heights[k] == NOTED else "")
            for text in (*name, *note):
                text.set_visible(k in places)
            self.leaders[k].set_visible(False)
            if k not in places:
                continue
            middle = places[k]
            top = middle + 0.1 if heights[k] == NOTED else middle
            early = not self.left and self.edge - there[k][0] > FAR and len(name) == 1
            here = there[k][0] + 0.1 if early else self.x
            across = self.sheet.fraction(here, 0)[0]
            for text in name:
                if not self.left and len(name) == 1:
                    text.set_x(across)
                text.set_y(self.sheet.fraction(0, top - 0.065)[1])
                if self.left and len(name) == 1:
                    text.set(x=across, ha="right")
            for text in note:
                text.set_position(self.sheet.fraction(here, top - 0.25))
            if not early and not ends_nowhere(picture.curves[k], picture):
                self._lead(k, there[k], middle)

    def _height(self, curve: pictures.Curve, picture: pictures.Curves) -> float:
        """How high a name stands, in inches; where there is room with its note, and always with
        one that says why no curve ends there."""
        noted = curve.note and (self.noted or ends_nowhere(curve, picture))
        return NOTED if noted else NAMED * self.small

    def _end(self, picture: pictures.Curves, curve: pictures.Curve) -> tuple[float, float] | None:
        """Where a curve ends, in inches; None where nothing of it is drawn."""
        values = drawable(curve.values, picture)
        good = np.flatnonzero(np.isfinite(values))
        if not len(good):
            return None
        if ends_nowhere(curve, picture):
            return self._reached(picture), self.plot.y
        k = good[0] if self.left else good[-1]
        end = tip_of(curve.values, picture) or (picture.x[k], values[k])
        place = self.axes.transData.transform(end) / self.sheet.figure.dpi
        return float(place[0]), float(np.clip(place[1], self.plot.y, self.plot.top))

    def _reached(self, picture: pictures.Curves) -> float:
        """How far to the left it is drawn, in inches."""
        x = picture.x[0] if picture.now is None else max(picture.now, picture.x[0])
        return float(self.axes.transData.transform((x, 1.0))[0]) / self.sheet.figure.dpi

    def _lead(self, k: int, end: tuple[float, float], middle: float) -> None:
        if abs(end[1] - middle) < 0.06:
            return
        self.leaders[k].set_visible(True)
        near = self.x + (0.05 if self.left else -0.05)
        out = self.axes.transData.inverted()
        points = np.array([end, (near, middle)]) * self.sheet.figure.dpi
        self.leaders[k].set_data(*out.transform(points).T)
