"""Gates in a wiring: valves on what flows through them, open as far as the gate is."""

from __future__ import annotations

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patches import Circle, PathPatch
from matplotlib.path import Path

from lstm_viz.figure.nodes import Around, NodeUpdate, add, label_of
from lstm_viz.figure.wires import GATE, Points, thickness
from lstm_viz.pictures.kinds import Node, Wire, Wiring


def gate(node: Node, around: Around) -> NodeUpdate:
    """Two shutters that leave open the part of the circle that the gate lets through."""
    (x, y), picture, sheet, axes = around.point(node), around.picture, around.sheet, around.axes
    add(Circle((x, y), GATE, facecolor=sheet.ink.ground), node, around)
    out = next((k for k, wire in enumerate(picture.wires) if wire.start == node.key), -1)
    upright = out >= 0 and _goes_upright(picture.wires[out], around)
    colour = sheet.ink.colour(_gate_of(node, around))
    shutters = PathPatch(Path([(0, 0)]), facecolor=colour, linewidth=0, zorder=5)
    ring = Circle((x, y), GATE, fill=False, edgecolor=colour, linewidth=2.2, zorder=6)
    through = LineCollection([_through(node, around)], zorder=4.5, capstyle="butt")
    axes.add_patch(shutters)
    axes.add_patch(ring)
    axes.add_collection(through, autolim=False)
    sheet.moves(through, shutters, ring)
    label = label_of(node, around)

    def update(other: Node, whole: Wiring) -> None:
        value = whole.wires[out].value if out >= 0 else None
        colours = [sheet.ink.sign(value or 0.0, whole.backward)]
        through.set(linewidths=[thickness(value, whole.full)], colors=colours)
        opening = 0.0 if other.opening is None else min(max(other.opening, 0.0), 1.0)
        shutters.set_path(_shutters(x, y, GATE, opening, upright))
        label(other)

    update(node, picture)
    return update


def _through(node: Node, around: Around) -> Points:
    """The way through a valve: from where the wire comes in that is not the gate's, and out."""
    coming = [wire for wire in around.picture.wires if wire.end == node.key]
    gates = _gate_nodes(node, around)
    flow = next((w for w in coming if w.start not in gates), coming[0] if coming else None)
    out = next((w for w in around.picture.wires if w.start == node.key), None)
    middle = np.array(around.point(node))
    return np.array([_rim(flow, -2, middle, around), middle, _rim(out, 1, middle, around)])


def _rim(wire: Wire | None, beside: int, middle: Points, around: Around) -> Points:
    """Where a wire crosses the circle around a valve, seen from the next place on its way."""
    if wire is None:
        return middle
    way = [around.places[wire.start], *wire.bends, around.places[wire.end]]
    along = np.array(way[beside]) * around.size - middle
    if abs(along).min() > 0.1:  # a wave, which comes in level
        along = np.array([along[0], 0.0])
    return np.asarray(middle + along / (np.hypot(*along) or 1.0) * GATE)


def _gate_nodes(node: Node, around: Around) -> set[str]:
    """The nodes from which a valve is moved: its gate, or what is made of it."""
    coming = [wire.start for wire in around.picture.wires if wire.end == node.key]
    found = {key for key in coming if around.kinds[key].startswith("gate")}
    return found or {key for key in coming if not around.kinds[key]}


def _gate_of(node: Node, around: Around) -> str:
    """The kind of the gate that moves a valve."""
    kinds, wires = around.kinds, around.picture.wires
    coming = [wire.start for wire in wires if wire.end == node.key]
    coming += [wire.start for wire in wires if wire.end in coming and not kinds[wire.end]]
    found = [kinds[key] for key in coming if kinds[key]]
    return next((of for of in found if of.startswith("gate")), found[0] if found else "")


def _goes_upright(wire: Wire, around: Around) -> bool:
    """Whether a wire begins up or down."""
    x, _ = wire.bends[0] if wire.bends else around.places[wire.end]
    return abs(x - around.places[wire.start][0]) < 0.01


def _shutters(x: float, y: float, radius: float, opening: float, upright: bool) -> Path:
    """Two segments of a circle, from both sides towards the middle; all of it when closed."""
    angle = np.arcsin(min(opening, 1.0))
    t = np.linspace(angle, np.pi - angle, 33)
    upper = np.column_stack([np.cos(t), np.sin(t)]) * radius
    lower = upper * [1, -1]
    if upright:
        upper, lower = upper[:, ::-1], lower[:, ::-1]
    middle = np.array([x, y])
    parts = [np.concatenate([p, p[:1]]) + middle for p in (upper, lower)]
    codes = [Path.MOVETO, *[Path.LINETO] * (len(t) - 1), Path.CLOSEPOLY]
    return Path(np.concatenate(parts), codes * 2)
