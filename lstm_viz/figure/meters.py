"""Gates in a wiring: products that are meters too, filled as far as the gate is open."""

from __future__ import annotations

import numpy as np
from matplotlib.patches import Circle, PathPatch
from matplotlib.path import Path
from matplotlib.patheffects import withStroke

from lstm_viz.figure.fonts import USUAL
from lstm_viz.figure.nodes import Around, NodeUpdate, label_of, lights, together
from lstm_viz.figure.routes import GATE
from lstm_viz.figure.style import HEAD, mixed
from lstm_viz.pictures.kinds import Node, Wiring

FILL = 0.72  # of the gate's colour: what stands on it can be read


def gate(node: Node, around: Around) -> NodeUpdate:
    """A circle in the gate's colour around its operation, filled up to the gate's value."""
    (x, y), sheet, axes = around.point(node), around.sheet, around.axes
    colour, ground = sheet.ink.colour(_gate_of(node, around)), sheet.ink.ground
    axes.add_patch(Circle((x, y), GATE, facecolor=ground, linewidth=0, zorder=4))
    fill = mixed(ground, colour, FILL)
    level = PathPatch(Path([(0, 0)]), facecolor=fill, linewidth=0, zorder=5)
    ring = Circle(
        (x, y), GATE, fill=False, edgecolor=colour, linewidth=2.4 * around.scale, zorder=6
    )
    axes.add_patch(level)
    axes.add_patch(ring)
    centred = {"ha": "center", "va": "center", "family": USUAL, "size": (HEAD + 2) * around.scale}
    symbol = axes.text(x, y, "", color=sheet.ink.text, zorder=7, **centred)  # type: ignore[arg-type]
    symbol.set_path_effects([withStroke(linewidth=1.6, foreground=ground)])
    sheet.moves(level, ring, symbol)
    others = together(label_of(node, around), lights(node, around, ring, symbol))

    def update(other: Node, whole: Wiring) -> None:
        level.set_path(_filled(x, y, GATE, _opening(other, whole)))
        symbol.set_text(other.symbol)
        others(other, whole)

    update(node, around.picture)
    return update


def _opening(node: Node, whole: Wiring) -> float:
    """How far a gate is open, 0 to 1; in a film it fills while its numbers arrive."""
    arrived = min(max(whole.lit - node.turn + 1, 0.0), 1.0)
    return min(max(node.opening or 0.0, 0.0), 1.0) * arrived


def _gate_of(node: Node, around: Around) -> str:
    """The kind of the gate whose meter this is."""
    kinds, wires = around.kinds, around.picture.wires
    coming = [wire.start for wire in wires if wire.end == node.key]
    coming += [wire.start for wire in wires if wire.end in coming and not kinds[wire.end]]
    found = [kinds[key] for key in coming if kinds[key]]
    return next((of for of in found if of.endswith("gate")), found[0] if found else "")


def _filled(x: float, y: float, radius: float, opening: float) -> Path:
    """The part of a circle below a level: none of it at 0, all of it at 1."""
    half = np.arccos(1 - 2 * opening)  # of the arc, from the lowest point on
    t = np.linspace(-half, half, 49) - np.pi / 2
    arc = np.column_stack([np.cos(t), np.sin(t)]) * radius + (x, y)
    return Path(np.concatenate([arc, arc[:1]]), closed=True)
