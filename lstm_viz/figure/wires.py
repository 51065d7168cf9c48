"""The wires of a wiring: as wide as their numbers, broken below zero, with an arrow at the end.

In a film a wire is drawn as far as its number has come along it, with a bead in front.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection, PolyCollection
from matplotlib.patheffects import withStroke

from lstm_viz.figure.fonts import USUAL
from lstm_viz.figure.routes import Points, beside_end, between, joints, length, rounded
from lstm_viz.figure.sheet import Sheet, Update
from lstm_viz.figure.style import HEAD, mixed
from lstm_viz.pictures.kinds import Wiring
from lstm_viz.pictures.scales import part_of, way_done

THIN, THICK = 1.1, 6.5  # points
FAINT, BRIGHT = 0.25, 0.12  # how strong a wire of 0 is; from which part of the scale on it is whole
SOLID: tuple[float, Any] = (0.0, None)
DASH, GAP = 1.7, 0.9  # times its width: of a broken wire
FINEST = 0.2  # times these: the dashes of a wire that is too short for two of them
NOWHERE = np.zeros((0, 2))


def thickness(value: float | None, full: float, low: float = 0.0) -> float:
    """A wire's width in points, from the size of its number."""
    return THIN + (THICK - THIN) * part_of(value, full, low)


def strength(value: float | None, full: float, low: float = 0.0) -> float:
    """How much of its colour a wire has: little where its number is near 0."""
    return FAINT + (1 - FAINT) * min(part_of(value, full, low) / BRIGHT, 1.0)


@dataclass(frozen=True)
class Strokes:
    """How lines are drawn."""

    widths: list[float]
    colours: list[str]
    breaks: list[tuple[float, Any]]

    def put(self, lines: LineCollection, scale: float) -> None:
        """Draw these lines so, so much thinner."""
        widths = [scale * width for width in self.widths]
        lines.set(linewidths=widths, colors=self.colours, linestyles=self.breaks)


def broken(width: float, seen: float) -> tuple[float, Any]:
    """The dashes of a wire of which so many points are seen beside its arrow: two at least."""
    part = min(max(seen / ((2 * DASH + GAP) * width), FINEST), 1.0)
    return 0.0, (part * DASH, part * GAP)


def strokes(
    sheet: Sheet,
    picture: Wiring,
    numbers: Sequence[tuple[float | None, str]],
    long: Sequence[float] = (),
) -> Strokes:
    """How lines that carry these numbers, of these kinds, are drawn; `long` are their inches."""
    scale, ground = (picture.full, picture.low), sheet.ink.ground
    widths = [thickness(value, *scale) for value, _ in numbers]
    heads = [_head_length(width) for width in widths]
    seen = [72 * (inches - head) for inches, head in zip(long, heads, strict=False)]
    seen = seen or [math.inf] * len(widths)
    return Strokes(
        widths,
        [mixed(ground, sheet.ink.colour(of), strength(v, *scale)) for v, of in numbers],
        [
            broken(width, points) if (value or 0.0) < 0 else SOLID
            for (value, _), width, points in zip(numbers, widths, seen, strict=True)
        ],
    )


@dataclass(frozen=True)
class _Artists:
    """What is drawn of all wires: lines that are shared, what is their own, arrows, beads."""

    scale: float
    trunks: LineCollection
    own: LineCollection
    heads: PolyCollection
    beads: PathCollection


def draw_wires(
    picture: Wiring,
    sheet: Sheet,
    axes: Axes,
    routes: Sequence[tuple[Points, Points]],
    scale: float,
) -> Update:
    """All wires, with lines so much thinner than usual."""
    lines = [(rounded(trunk) if len(trunk) else trunk, way) for trunk, way in routes]
    shared = [k for k, (trunk, _) in enumerate(lines) if len(trunk)]
    if math.isfinite(picture.lit):
        ways = [line for both in lines for line in both if len(line)]
        still = LineCollection(ways, zorder=0.5, colors=sheet.ink.faint, linewidths=THIN * scale)
        axes.add_collection(still, autolim=False)
    drawn = _Artists(
        scale,
        LineCollection([lines[k][0] for k in shared], zorder=1, capstyle="butt", gid="trunks"),
        LineCollection(
            [way for _, way in lines], zorder=2, capstyle="butt", joinstyle="round", gid="wires"
        ),
        PolyCollection([], zorder=3, linewidths=0, gid="arrows"),
        axes.scatter([], [], zorder=3.5, linewidths=0, gid="beads"),
    )
    dots = axes.scatter(
        *joints(routes), s=26 * scale**2, color=sheet.ink.quiet, zorder=3, linewidths=0
    )
    for wire, (_, way) in zip(picture.wires, lines, strict=True):
        if wire.mark:
            _mark(wire.mark, way, sheet, axes, scale)
    for each in (drawn.trunks, drawn.own, drawn.heads):
        axes.add_collection(each, autolim=False)
    sheet.moves(drawn.trunks, drawn.own, drawn.heads, drawn.beads, dots)

    def update(other: Wiring) -> None:
        _show(other, sheet, drawn, lines, shared)

    update(picture)
    return update


def _mark(mark: str, way: Points, sheet: Sheet, axes: Axes, scale: float) -> None:
    """What is done with a wire's number, beside its end."""
    x, y = beside_end(way)
    style = {"ha": "center", "va": "center_baseline", "family": USUAL, "gid": "mark"}
    drawn = axes.text(x, y, mark, size=HEAD * scale, color=sheet.ink.text, zorder=7, **style)  # type: ignore[arg-type]
    drawn.set_path_effects([withStroke(linewidth=2, foreground=sheet.ink.ground)])


def _show(
    picture: Wiring,
    sheet: Sheet,
    drawn: _Artists,
    lines: Sequence[tuple[Points, Points]],
    shared: Sequence[int],
) -> None:
    """Put a wiring's numbers into the artists."""
    nodes = {node.key: node for node in picture.nodes}
    long = [length(way) for _, way in lines]
    own = strokes(sheet, picture, [(wire.value, wire.of) for wire in picture.wires], long)
    own.put(drawn.own, drawn.scale)
    starts = [(picture.wires[k], nodes[picture.wires[k].start]) for k in shared]
    back = "gradient" if picture.backward else ""
    carried = [(node.value, back or node.label.of or wire.of) for wire, node in starts]
    strokes(sheet, picture, carried).put(drawn.trunks, drawn.scale)
    done = [way_done(picture, nodes[wire.start], nodes[wire.end]) for wire in picture.wires]
    if math.isfinite(picture.lit):
        parts = [_reached(*line, d, picture.backward) for line, d in zip(lines, done, strict=True)]
        drawn.trunks.set_segments([parts[k][0] for k in shared])
        drawn.own.set_segments([part[1] for part in parts])
        _beads(drawn.beads, [part[2] for part in parts], own, done, drawn.scale)
    ends = zip(lines, own.widths, done, strict=True)
    drawn.heads.set_verts(
        [_head(way, w, picture.backward) if d == 1 else NOWHERE for (_, way), w, d in ends]
    )
    drawn.heads.set_facecolor(own.colours)


def _reached(
    trunk: Points, way: Points, part: float, backward: bool
) -> tuple[Points, Points, Points]:
    """How far a number has come: on the shared line, on its own, and the place where it is."""
    if part in (0.0, 1.0):
        here = NOWHERE
        return (trunk, way, here) if part else (NOWHERE, NOWHERE, here)
    first, second = length(trunk), length(way)
    at = part * (first + second)
    if backward:
        left = first + second - at
        own = between(way, max(left - first, 0.0), second)
        common = between(trunk, left, first) if left < first else NOWHERE
        return common, own, (common if len(common) else own)[:1]
    common = between(trunk, 0.0, min(at, first)) if first else NOWHERE
    own = between(way, 0.0, at - first) if at > first else NOWHERE
    return common, own, (own if len(own) else common)[-1:]


def _beads(
    beads: PathCollection,
    places: Sequence[Points],
    own: Strokes,
    done: Sequence[float],
    scale: float,
) -> None:
    """A bead on each wire along which a number is on its way."""
    moving = [k for k, part in enumerate(done) if 0 < part < 1]
    beads.set_offsets(np.concatenate([NOWHERE, *(places[k] for k in moving)]))
    beads.set_facecolor([own.colours[k] for k in moving])
    beads.set_sizes([(scale * (4.0 + 1.6 * own.widths[k])) ** 2 for k in moving])


def _head_length(width: float) -> float:
    """In inches, of a wire so many points wide."""
    return 0.11 + 0.7 * width / 72


def _head(way: Points, width: float, backward: bool) -> Points:
    """An arrow's head at the end of a wire (at its start for a gradient)."""
    if backward:
        way = way[::-1]
    tip = way[-1]
    before = next((p for p in way[::-1] if np.hypot(*(tip - p)) > 0.05), way[0])
    along = (tip - before) / (np.hypot(*(tip - before)) or 1.0)
    across = np.array([-along[1], along[0]])
    half = 0.045 + 0.75 * width / 72
    base = tip - along * _head_length(width)
    return np.array([tip + along * 0.01, base + across * half, base - across * half])
