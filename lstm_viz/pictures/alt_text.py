"""A picture in words, for those who cannot see it: written into every file."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

import numpy as np

from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.kinds import Expression, Text
from lstm_viz.pictures.numerals import DIGITS, numeral


def plain(expression: Expression) -> str:
    """An expression as text."""
    return "".join(
        p.text if isinstance(p, Text) else numeral(p.value, max(DIGITS, p.digits))
        for p in expression
    )


@singledispatch
def describe(picture: Any) -> str:
    """What a picture shows, in a sentence or a few; every kind has its own function."""
    raise TypeError(f"no words for a {type(picture).__name__}")


def _joined(parts: list[str]) -> str:
    return " ".join(part if part[-1] in ".:!?" else part + "." for part in parts if part)


@describe.register(pictures.Stack)
@describe.register(pictures.Beside)
def _(picture: pictures.Stack | pictures.Beside) -> str:
    return _joined([describe(part) for part in picture.parts])


@describe.register
def _(picture: pictures.Words) -> str:
    return plain(picture.text)


@describe.register
def _(picture: pictures.Title) -> str:
    facts = [f"{label}: {plain(text)}" for label, text in picture.facts]
    return "; ".join([f"{picture.name}, {picture.what}", *facts])


@describe.register
def _(picture: pictures.Rule) -> str:
    return " ".join(part for part in (picture.text, plain(picture.beside)) if part)


@describe.register
def _(picture: pictures.Arithmetic) -> str:
    return "; ".join(
        f"{line.name.text} = {plain(line.symbols)} = {_unless(line.hidden, line.result)}"
        for line in picture.lines
    )


@describe.register
def _(picture: pictures.Sweep) -> str:
    return "; ".join(
        f"{each.name.text}: value {numeral(each.value)},"
        f" gradient {_unless(each.hidden, each.gradient)}"
        for each in picture.gradients
    )


@describe.register
def _(picture: pictures.Table) -> str:
    return "; ".join(", ".join(plain(cell) for cell in row) for row in picture.rows)


@describe.register
def _(picture: pictures.Bars) -> str:
    bars = ", ".join(f"{bar.name.text} {_unless(bar.hidden, bar.value)}" for bar in picture.bars)
    return _headed(picture.title, f"bars: {bars}")


@describe.register
def _(picture: pictures.Grid) -> str:
    rows, columns = picture.values.shape
    return _headed(picture.title, f"heat map of {rows} × {columns} numbers{_range(picture.values)}")


@describe.register
def _(picture: pictures.Curves) -> str:
    said = [f"{c.name.text}{_from_to(c.values)}" for c in picture.curves]
    scale = " on a logarithmic scale" if picture.logarithmic else ""
    return _headed(picture.title, f"curves{scale}: {'; '.join(said)}")


@describe.register
def _(picture: pictures.Areas) -> str:
    said = [f"{part.name.text}{_from_to(part.values)}" for part in picture.parts]
    return _headed(picture.title, f"stacked areas: {'; '.join(said)}")


@describe.register
def _(picture: pictures.Landscape) -> str:
    rows, columns = picture.values.shape
    ways = "".join(f"; {w.name.text} from {_place(w, 0)} to {_place(w, -1)}" for w in picture.ways)
    said = f"heat map of {rows} × {columns} numbers{_range(picture.values)}"
    return _headed(picture.title, f"{said} over {picture.x_title} and {picture.y_title}{ways}")


def _place(way: pictures.Way, k: int) -> str:
    return f"({numeral(float(way.x[k]))}, {numeral(float(way.y[k]))})"


@describe.register
def _(picture: pictures.Wiring) -> str:
    way = "gradients" if picture.backward else "values"
    said = [
        f"{node.label.text} {numeral(node.value)}"
        for node in picture.nodes
        if node.label.text and node.value is not None and not node.key.endswith("'")
    ]
    return _headed(picture.title, f"wiring of the cell with its {way}: {', '.join(said)}")


def _headed(title: Expression, text: str) -> str:
    head = plain(title)
    return f"{head}: {text}" if head else text[0].upper() + text[1:]


def _unless(hidden: bool, value: float) -> str:
    return "?" if hidden else numeral(value)


def _range(values: np.ndarray) -> str:
    good = np.asarray(values)[np.isfinite(values)]
    return (
        f" from {numeral(float(good.min()))} to {numeral(float(good.max()))}" if len(good) else ""
    )


def _from_to(values: np.ndarray) -> str:
    good = np.asarray(values)[np.isfinite(values)]
    return f" from {numeral(float(good[0]))} to {numeral(float(good[-1]))}" if len(good) else ""
