"""A cell's wiring: a wire's width is its number's size, its colour the sign; gates are valves."""

from __future__ import annotations

import numpy as np

from lstm_viz.figure import nodes, valves
from lstm_viz.figure.nodes import Around
from lstm_viz.figure.sheet import Area, Sheet, Update, build, draw, height
from lstm_viz.figure.style import HEAD
from lstm_viz.figure.wires import draw_wires, route
from lstm_viz.pictures.kinds import Wiring

TITLE = 0.42  # inches
DRAW = {"name": nodes.quantity, "box": nodes.box, "dot": nodes.dot, "gate": valves.gate}


@height.register
def _(picture: Wiring, sheet: Sheet, width: float) -> float:
    part = 0.52 if len(picture.nodes) <= 20 else 0.62
    return part * width + TITLE * bool(picture.title)


@build.register
def _(picture: Wiring) -> object:
    nodes = tuple((n.key, n.label, n.x, n.y, n.shape, n.symbol) for n in picture.nodes)
    wires = tuple((w.start, w.end, w.bends) for w in picture.wires)
    return Wiring, nodes, wires, picture.backward


@draw.register
def _(picture: Wiring, sheet: Sheet, area: Area) -> Update:
    title = sheet.line(area.x, area.top - 0.26, picture.title, HEAD, "bold")
    room = Area(area.x, area.y, area.width, area.height - TITLE * bool(picture.title))
    axes = sheet.axes(room, "wiring")
    axes.set(xlim=(0, room.width), ylim=(0, room.height))
    size = np.array([room.width, room.height])
    known = {node.key: node for node in picture.nodes}
    routes = [route(wire, known, size) for wire in picture.wires]
    wires = draw_wires(picture, sheet, axes, routes)
    around = Around(picture, sheet, axes, size)
    bodies = [DRAW[node.shape](node, around) for node in picture.nodes]

    def update(other: Wiring) -> None:
        title(other.title)
        wires(other)
        for body, node in zip(bodies, other.nodes, strict=True):
            body(node, other)

    return update
