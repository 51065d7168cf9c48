"""A cell's wiring: wires as wide as their numbers, gates as meters, and the scale below it."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.collections import LineCollection

from lstm_viz.figure import meters, nodes
from lstm_viz.figure.labels import crowding, room_below, spots
from lstm_viz.figure.nodes import Around
from lstm_viz.figure.routes import beside_end, route
from lstm_viz.figure.sheet import Area, Sheet, Update, build, draw, height
from lstm_viz.figure.style import HEAD, SMALL
from lstm_viz.figure.wires import draw_wires, strokes
from lstm_viz.pictures.kinds import Text, Wiring

TITLE, KEY = 0.42, 0.44  # inches
BETWEEN = 0.2  # inches: from one node to the next, at least
HIGHEST = 0.68  # of its width
SAMPLE, SPACE = 0.5, 0.28  # inches: a wire of the key, and what is free after its number
DRAW = {
    "name": nodes.quantity,
    "box": nodes.box,
    "dot": nodes.dot,
    "bar": nodes.bar,
    "gate": meters.gate,
}


@height.register
def _(picture: Wiring, sheet: Sheet, width: float) -> float:
    part = 0.52 if len(picture.nodes) <= 20 else 0.62
    high = min(max(part * width, room_below(picture)), HIGHEST * width)
    return high + TITLE * bool(picture.title) + KEY


@build.register
def _(picture: Wiring) -> object:
    nodes = tuple((n.key, n.label, n.x, n.y, n.shape, n.turn) for n in picture.nodes)
    symbols = tuple(n.symbol for n in picture.nodes if n.shape != "gate")
    wires = tuple((w.start, w.end, w.bends) for w in picture.wires)
    moves = math.isfinite(picture.lit)
    return Wiring, nodes, symbols, wires, picture.backward, picture.full, picture.low, moves


@draw.register
def _(picture: Wiring, sheet: Sheet, area: Area) -> Update:
    title = sheet.line(area.x, area.top - 0.26, picture.title, HEAD, "bold")
    high = area.height - TITLE * bool(picture.title) - KEY
    room = Area(area.x, area.y + KEY, area.width, high)
    axes = sheet.axes(room, "wiring")
    size = np.array([room.width, room.height])
    scale = crowding(picture, size, BETWEEN)
    size = size / scale
    axes.set(xlim=(0, size[0]), ylim=(0, size[1]))
    known = {node.key: node for node in picture.nodes}
    ways = [route(w, known, size) for w in picture.wires]
    wires = draw_wires(picture, sheet, axes, ways, scale)
    lines = [part for both in ways for part in both if len(part)]
    marks = [beside_end(own) for w, (_, own) in zip(picture.wires, ways, strict=True) if w.mark]
    labels = spots(picture, sheet, size, lines, marks)
    around = Around(picture, sheet, axes, size, scale, labels)
    bodies = [DRAW[node.shape](node, around) for node in picture.nodes]
    _key(picture, sheet, Area(area.x, area.y, area.width, KEY / 2), scale)

    def update(other: Wiring) -> None:
        title(other.title)
        wires(other)
        for body, node in zip(bodies, other.nodes, strict=True):
            body(node, other)

    return update


# ---------------------------------------------------------------------------- the scale


def samples(picture: Wiring) -> list[tuple[float, str]]:
    """The numbers whose wires the key shows, with what is written beside each."""
    full, low = picture.full, picture.low
    if low > 0:
        middle = 10 ** round((math.log10(low) + math.log10(full)) / 2)
        values = [(low, f"≤ {_short(low)}"), (middle, _short(middle)), (full, _short(full))]
    else:
        middle, beyond = full / 3, "" if picture.backward else "≥ "
        values = [(middle, _short(middle)), (full, f"{beyond}{_short(full)}")]
    return [*values, (-middle, "< 0")]


def _short(value: float) -> str:
    """1e-6, 0.5, 1.5."""
    return f"{value:.3g}".replace("e-0", "e-")


def _key(picture: Wiring, sheet: Sheet, area: Area, scale: float) -> None:
    """How wide the wires of some numbers are, and how what is below zero is drawn."""
    of = "gradient" if picture.backward else ""
    found = samples(picture)
    axes = sheet.axes(area, "key")
    axes.set(xlim=(0, area.width), ylim=(0, area.height))
    places, x = [], 0.02
    for _, said in found:
        places.append(((x, area.height / 2), (x + SAMPLE, area.height / 2)))
        written = (Text(said.replace("-", "−")),)
        y = area.y + area.height / 2 - 0.055
        sheet.say(area.x + x + SAMPLE + 0.1, y, written, SMALL, colour=sheet.ink.quiet)
        x += SAMPLE + 0.1 + sheet.length(written, SMALL) + SPACE
    lines = LineCollection(places, capstyle="butt")
    strokes(sheet, picture, [(value, of) for value, _ in found]).put(lines, scale)
    axes.add_collection(lines, autolim=False)
