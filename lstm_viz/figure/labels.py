"""Where the name and the number of a quantity stand beside its node: where nothing else is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from lstm_viz.figure.routes import Points, half
from lstm_viz.figure.sheet import Sheet
from lstm_viz.figure.style import BODY, SMALL
from lstm_viz.figure.style import math as mathematics
from lstm_viz.pictures.kinds import Node, Text, Wiring
from lstm_viz.pictures.numerals import numeral

LINE, ASIDE = 0.24, 0.04  # inches: how high a line of a label is, what stays free beside it
BETWEEN = 0.07  # inches between a name and its number on one line
LABEL = 0.3  # inches between nodes below each other
MARK = 0.1  # inches: half a mark
DIGITS = 3
ROUNDS = 4  # how often each label is placed, with the others where they are by then

Frame = tuple[float, float, float, float]  # left, low, right, high, in inches


class Spot(NamedTuple):
    """A place for a label: for the name and for the number x, y and how they are aligned."""

    name: tuple[float, float, str]
    number: tuple[float, float, str]
    frames: tuple[Frame, ...]


def spots(
    picture: Wiring,
    sheet: Sheet,
    size: Points,
    ways: Sequence[Points],
    marks: Sequence[Points] = (),
) -> dict[str, Spot]:
    """For each quantity that has a label beside its node the first place that is free, of wires,
    nodes and these marks too; where none is, the one in which it covers least."""
    keys = {node.key for node in picture.nodes}
    labelled = [
        n for n in picture.nodes if n.label.text and n.shape != "name" and n.key + "'" not in keys
    ]
    around = _Around(picture, size, ways)
    bodies, found = around.taken, dict[str, Spot]()
    bodies += [(x - MARK, y - MARK, x + MARK, y + MARK) for x, y in marks]
    tried = {n.key: list(_tried(n, picture.backward, sheet, size)) for n in labelled}
    for key in list(tried) * ROUNDS:
        others = [spot for other, spot in found.items() if other != key]
        around.taken = [*bodies, *(frame for spot in others for frame in spot.frames)]
        found[key] = min(
            tried[key], key=around.covered
        )  # of several that cover as little, the first
    return found


def _tried(node: Node, backward: bool, sheet: Sheet, size: Points) -> Iterator[Spot]:
    """The places where a label may stand, those that are read most easily first."""
    said = mathematics(("d" if backward else "") + node.label.text)
    name = sheet.length((Text(said),), BODY)
    numbers = [*node.room, *([] if node.value is None else [node.value])]
    written = [numeral(value, DIGITS) for value in numbers]
    number = max((sheet.length((Text(w),), SMALL) for w in written), default=0.0)
    (wide, high), x, y = half(node), node.x * float(size[0]), node.y * float(size[1])

    def two(x: float, y: float, align: str) -> Spot:
        """The number below the name, around a height."""
        long = max(name, number)
        left = {"left": x, "right": x - long, "center": x - long / 2}[align]
        frame = left, y - LINE, left + long, y + LINE
        return Spot((x, y + LINE / 2, align), (x, y - LINE / 2, align), (frame,))

    def one(left: float, y: float) -> Spot:
        """The number behind the name."""
        frame = left, y - LINE / 2, left + name + BETWEEN + number, y + LINE / 2
        return Spot((left, y, "left"), (left + name + BETWEEN, y - 0.02, "left"), (frame,))

    above, below, long = y + high + 0.15, y - high - 0.17, name + BETWEEN + number
    yield two(x + wide + 2 * ASIDE, y, "left")
    for line in (above, below):
        yield one(x - 0.05 - name, line)
        yield one(x + 0.12, line)
        yield one(x - 0.12 - long, line)
    yield two(x - wide - 2 * ASIDE, y, "right")
    for line in (above + LINE / 2, below - LINE / 2):
        yield two(x + 0.1, line, "left")
        yield two(x - 0.1, line, "right")
        yield two(x, line, "center")


class _Around:
    """What a label may cover: wires, nodes with what is said of them, and labels before it."""

    def __init__(self, picture: Wiring, size: Points, ways: Sequence[Points]) -> None:
        self.size, self.picture, self.ways = size, picture, ways
        self.taken: list[Frame] = [self._body(node) for node in picture.nodes]

    def _body(self, node: Node) -> Frame:
        wide, high = half(node)
        if node.shape == "name":
            wide, high = 0.42, 0.3
        x, y = node.x * float(self.size[0]), node.y * float(self.size[1])
        return x - wide, y - high, x + wide, y + high

    @cached_property
    def _pieces(self) -> list[Frame]:
        """The wires, piece by piece."""
        return [
            (min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
            for way in self.ways
            for a, b in pairwise(np.asarray(way).tolist())
        ]

    def covered(self, spot: Spot) -> int:
        """How much a label covers: wires, and what is worse, nodes, labels and the border."""
        found = 0
        for frame in spot.frames:
            left, low, right, high = frame
            found += 9 * (left < 0 or low < 0 or right > self.size[0] or high > self.size[1])
            apart = left - ASIDE, low, right + ASIDE, high
            found += 9 * sum(_overlap(apart, other) for other in self.taken)
            inner = left - 0.02, low + 0.04, right + 0.02, high - 0.04
            found += sum(_overlap(inner, piece) for piece in self._pieces)
        return found


def _overlap(one: Frame, other: Frame) -> bool:
    return not (
        one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    )


def crowding(picture: Wiring, size: Points, between: float) -> float:
    """How much of their size nodes can have so that none is nearer to another than that: 1 or
    less."""
    found = 1.0
    for k, one in enumerate(picture.nodes):
        for other in picture.nodes[:k]:
            (wide, high), (wider, higher) = half(one), half(other)
            across = abs(one.x - other.x) * float(size[0]) / (wide + wider + between)
            up = abs(one.y - other.y) * float(size[1]) / (high + higher + between)
            found = min(found, max(across, up))
    return max(found, 0.3) if math.isfinite(found) else 1.0


def room_below(picture: Wiring) -> float:
    """How many inches high a wiring is in which labels fit between nodes below each other."""
    pairs = [
        (half(one)[1] + half(other)[1] + LABEL, abs(one.y - other.y))
        for k, one in enumerate(picture.nodes)
        for other in picture.nodes[:k]
        if one.x == other.x and "name" not in (one.shape, other.shape)
    ]
    return max((room / apart for room, apart in pairs if apart > 0), default=0.0)
