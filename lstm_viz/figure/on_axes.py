"""Curves or a heat map on axes that somebody else has made: nothing else of them is touched."""

from __future__ import annotations

from functools import singledispatch

import numpy as np
from matplotlib.axes import Axes

from lstm_viz.figure.grid_cells import Heat
from lstm_viz.figure.style import THEMES, Ink, math
from lstm_viz.pictures.kinds import Curves, Expression, Grid, Picture, Text
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import look_up


def put_on(axes: Axes, picture: Picture, theme: str = "light") -> Axes:
    """Draw on axes that are there, and give them back; `InputError` where they are none."""
    ink = look_up(theme, THEMES, "theme")
    if not isinstance(axes, Axes):
        raise InputError(f"ax is {type(axes).__name__}: it takes Matplotlib axes")
    _put(picture, axes, ink)
    return axes


@singledispatch
def _put(picture: Picture, axes: Axes, ink: Ink) -> None:
    raise TypeError(f"no way to draw a {type(picture).__name__} on axes")


@_put.register
def _(picture: Curves, axes: Axes, ink: Ink) -> None:
    for curve in picture.curves:
        colour = ink.colour(curve.kind)
        axes.plot(picture.x, curve.values, color=colour, label=math(curve.name.text))
    axes.set_xlabel(picture.x_title)
    if len(picture.curves) > 1:
        axes.legend()
    else:
        axes.set_ylabel(math(picture.curves[0].name.text))


@_put.register
def _(picture: Grid, axes: Axes, ink: Ink) -> None:
    rows, columns = picture.values.shape
    heat = Heat(picture, ink)
    axes.imshow(
        heat.masked(picture.values),
        cmap=heat.map,
        norm=heat.norm,
        aspect="auto",
        interpolation="nearest",
        extent=(0.5, columns + 0.5, rows - 0.5, -0.5),
    )
    axes.set_xlabel(picture.column_title)
    axes.set_ylabel("unit")
    axes.set_title(_plain(picture.title))
    axes.set_yticks(np.unique(np.linspace(0, rows - 1, min(rows, 9)).round()))


def _plain(expression: Expression) -> str:
    return "".join(math(p.text) if p.of else p.text for p in expression if isinstance(p, Text))
