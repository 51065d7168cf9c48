"""Numbers as bars below each other, on Matplotlib axes."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from lstm_viz.figure.axes import REST, TITLE, head_of, inner_of
from lstm_viz.figure.sheet import Area, Sheet, Update, build, draw, height, margins, widest
from lstm_viz.figure.style import BODY, mixed
from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.kinds import Expression, Text, Value


@height.register
def _(picture: pictures.Bars, sheet: Sheet, width: float) -> float:
    return 0.36 * len(picture.bars) + TITLE * bool(picture.title) + REST


@margins.register
def _(picture: pictures.Bars, sheet: Sheet) -> tuple[float, float]:
    left = widest(sheet.length((bar.name,), BODY, "bold") for bar in picture.bars) + 0.2
    note = widest(sheet.length(bar.note) for bar in picture.bars)
    return left, 0.95 + note


@build.register
def _(picture: pictures.Bars) -> object:
    return pictures.Bars, tuple((bar.name, bar.low, bar.high) for bar in picture.bars)


@draw.register
def _(picture: pictures.Bars, sheet: Sheet, area: Area) -> Update:
    head, below = head_of(picture.title, sheet, area)
    plot = inner_of(below)
    axes = sheet.axes(plot, sheet.plain(picture.title))
    low = min((bar.low for bar in picture.bars), default=0.0)
    high = max((bar.high for bar in picture.bars), default=1.0)
    count = len(picture.bars)
    by_size = picture.logarithmic and 0 < low < high
    axes.set(xlim=(low, high if high > low else low + 1), ylim=(count - 0.5, -0.5))
    axes.set_xscale("log" if by_size else "linear")
    if low <= 0 <= high:
        axes.axvline(0, color=sheet.ink.faint, linewidth=1)
    inner = plot.height / max(count, 1)
    updates = []
    for k, bar in enumerate(picture.bars):
        y = plot.top - (k + 0.5) * inner - 0.065
        sheet.say(plot.x + plot.left - 0.14, y, (bar.name,), BODY, "bold", align="right")
        updates.append(_bar(k, bar, sheet, axes, by_size))
        x = plot.x + plot.width - plot.right + 0.14
        updates.append(_number_of(sheet.line(x, y, _said(bar))))

    def update(other: pictures.Bars) -> None:
        head(other.title)
        for j, put in enumerate(updates):
            put(other.bars[j // 2])

    return update


def _number_of(line: Update) -> Update:
    def update(bar: pictures.Bar) -> None:
        line(_said(bar))

    return update


def _said(bar: pictures.Bar) -> Expression:
    number = Text("?") if bar.hidden else Value(bar.value)
    return (number, *(Text("  "),) * bool(bar.note), *bar.note)


def _bar(k: int, bar: pictures.Bar, sheet: Sheet, axes: Axes, by_size: bool) -> Update:
    colour = sheet.ink.colour(bar.name.of)
    pale = mixed(sheet.ink.ground, colour, 0.14)
    axes.barh(k, bar.high - bar.low, left=bar.low, height=0.62, color=pale)
    body = axes.barh(k, 0, height=0.62, color=colour)[0]
    sheet.moves(body)

    def update(other: pictures.Bar) -> None:
        start = max(0.0, other.low)
        unknown = other.hidden or other.value != other.value
        value = abs(other.value) if by_size else other.value
        end = start if unknown else float(np.clip(value, other.low, other.high))
        body.set_x(min(start, end))
        body.set_width(abs(end - start))

    update(bar)
    return update
