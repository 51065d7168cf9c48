"""The wires of a wiring: their ways, as wide as their numbers, with an arrow at the end."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection

from lstm_viz.figure.sheet import Sheet, Update
from lstm_viz.figure.style import mixed
from lstm_viz.pictures.kinds import Node, Wire, Wiring

DOT, GATE, BOX = 0.19, 0.26, (0.32, 0.19)  # inches: radii, and half the sides of a box
THIN, THICK = 1.1, 6.5  # points
CORNER = 0.14  # inches

Points = np.ndarray


# ---------------------------------------------------------------------------- the way of a wire


def half(node: Node) -> tuple[float, float]:
    """Half the width and height that a node covers, in inches."""
    return {"box": BOX, "gate": (GATE, GATE), "dot": (DOT, DOT), "name": (0.27, 0.2)}[node.shape]


def route(wire: Wire, nodes: dict[str, Node], size: Points) -> tuple[Points, Points]:
    """The shared part of a wire and its own, in inches, trimmed where its nodes begin."""
    start, end = nodes[wire.start], nodes[wire.end]
    corners = np.array([(start.x, start.y), *wire.bends, (end.x, end.y)]) * size
    if (
        not wire.trunk
        and any(_slanted(a, b) for a, b in pairwise(corners))
        and not _meets_beside(corners)
    ):
        middle = corners.copy()
        corners[0] = middle[0] + _port(start, middle[1] - middle[0])
        corners[-1] = middle[-1] + _port(end, middle[-2] - middle[-1])
        return corners[:0], _waves(corners)
    if wire.bends and abs(corners[-1][0] - corners[-2][0]) < DOT:  # beside each other, straight up
        corners[-1] = _beside(corners[-1], corners[-2])
    else:
        corners[-1] = _trimmed(corners[-1], corners[-2], end)
    corners[0] = _trimmed(corners[0], corners[1], start)
    if not wire.trunk:
        return corners[:0], _rounded(corners)
    return corners[: wire.trunk + 1], corners[wire.trunk :]


def _slanted(a: Points, b: Points) -> bool:
    return bool(np.abs(a - b).min() > 0.03)


def _meets_beside(corners: Points) -> bool:
    """Whether a line goes level and upright, and meets its last node beside its middle."""
    slants = [_slanted(a, b) for a, b in pairwise(corners)]
    return not any(slants[:-1]) and len(slants) > 1 and abs(corners[-1][0] - corners[-2][0]) < DOT


def _port(node: Node, way: Points) -> Points:
    """Where a wave leaves or enters a node: left or right, a little towards the other end."""
    wide, high = half(node)
    lift = float(np.clip(0.35 * way[1] / max(abs(way[0]), 1e-9), -0.6, 0.6)) * high
    if node.shape in ("dot", "gate"):
        wide = float(np.sqrt(max(wide**2 - lift**2, 0.0)))
    return np.array([np.copysign(wide, way[0]), lift if node.shape != "name" else 0.0])


def _beside(point: Points, before: Points) -> Points:
    """Where a line straight up or down meets a dot, off its middle."""
    off = before[0] - point[0]
    rise = float(np.sqrt(max(DOT**2 - off**2, 0.0)))
    return np.array([before[0], point[1] - np.copysign(rise, point[1] - before[1])])


def _trimmed(point: Points, towards: Points, node: Node) -> Points:
    """The point on a node's border on the way to another."""
    way = towards - point
    distance = float(np.hypot(*way)) or 1.0
    way = way / distance
    wide, high = half(node)
    if node.shape in ("gate", "dot"):
        return np.asarray(point + way * wide)
    if node.shape == "name":
        high = 0.3 if way[1] > 0 else 0.42
    reach = min(
        w / abs(v) if abs(v) > 1e-9 else np.inf for w, v in zip((wide, high), way, strict=True)
    )
    return np.asarray(point + way * min(reach, distance))


def _rounded(corners: Points) -> Points:
    """A line through corners, each replaced by a small curve."""
    found = [corners[:1]]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        inward, outward = before - corner, after - corner
        reach = min(CORNER, np.hypot(*inward) / 2, np.hypot(*outward) / 2)
        a = corner + inward / np.hypot(*inward) * reach
        b = corner + outward / np.hypot(*outward) * reach
        t = np.linspace(0, 1, 9)[:, None]
        found.append((1 - t) ** 2 * a + 2 * t * (1 - t) * corner + t**2 * b)
    return np.concatenate([*found, corners[-1:]])


def _waves(corners: Points) -> Points:
    """A smooth line that leaves and enters each point level."""
    t = np.linspace(0, 1, 25)[:, None]
    found = []
    for a, b in pairwise(corners):
        reach = np.array([(b[0] - a[0]) / 2, 0.0])
        p, q = a + reach, b - reach
        found.append(
            (1 - t) ** 3 * a + 3 * t * (1 - t) ** 2 * p + 3 * t**2 * (1 - t) * q + t**3 * b
        )
    return np.concatenate(found)


# ---------------------------------------------------------------------------- wires


def thickness(value: float | None, full: float) -> float:
    """A wire's width in points, from the size of its number."""
    part = min(abs(value) / full, 1.0) if value is not None and value == value else 0.0
    return THIN + (THICK - THIN) * part


def draw_wires(
    picture: Wiring, sheet: Sheet, axes: Axes, routes: Sequence[tuple[Points, Points]]
) -> Update:
    shared = [k for k, (trunk, _) in enumerate(routes) if len(trunk)]
    trunks = LineCollection([_rounded(routes[k][0]) for k in shared], zorder=1, capstyle="butt")
    own = LineCollection([way for _, way in routes], zorder=2, capstyle="butt", joinstyle="round")
    heads = PolyCollection([], zorder=3, linewidths=0)
    joints = axes.scatter(*_joints(routes), s=22, color=sheet.ink.quiet, zorder=3, linewidths=0)
    for each in (trunks, own, heads):
        axes.add_collection(each, autolim=False)
    sheet.moves(trunks, own, heads, joints)

    def update(other: Wiring) -> None:
        values = [wire.value if wire.value is not None else 0.0 for wire in other.wires]
        widths = [thickness(value, other.full) for value in values]
        colours = [sheet.ink.sign(value, other.backward) for value in values]
        own.set(linewidths=widths, colors=colours)
        own.set_array(None)
        starts = {node.key: node.value for node in other.nodes}
        carried = [starts[other.wires[k].start] or 0.0 for k in shared]
        tints = [sheet.ink.sign(value, other.backward) for value in carried]
        trunks.set(
            linewidths=[thickness(value, other.full) for value in carried],
            colors=[mixed(sheet.ink.ground, tint, 0.55) for tint in tints],
        )
        heads.set_verts(
            [_head(way, w, other.backward) for (_, way), w in zip(routes, widths, strict=True)]
        )
        heads.set_facecolor(colours)

    update(picture)
    return update


def _joints(routes: Sequence[tuple[Points, Points]]) -> tuple[list[float], list[float]]:
    """Where a wire leaves a line that others share: not at that line's end."""
    leaving = [(trunk[-1], way) for trunk, way in routes if len(trunk)]
    points = [
        p
        for p, _ in leaving
        if any(_passes(trunk, p) for trunk, _ in routes if len(trunk))
        or any(_passes(way, p) for _, way in routes)
    ]
    return [float(p[0]) for p in points], [float(p[1]) for p in points]


def _passes(way: Points, point: Points) -> bool:
    """Whether a line goes through a point, not only to its ends."""
    for a, b in pairwise(way):
        along = b - a
        length = float(np.hypot(*along))
        if length < 1e-6:
            continue
        t = float((point - a) @ along) / length
        off = abs(float(along[0] * (point - a)[1] - along[1] * (point - a)[0])) / length
        if off < 0.02 and 0.03 < t < length - 0.03:
            return True
    return False


def _head(way: Points, width: float, backward: bool) -> Points:
    """An arrow's head at the end of a wire (at its start for a gradient)."""
    if backward:
        way = way[::-1]
    tip = way[-1]
    before = next((p for p in way[::-1] if np.hypot(*(tip - p)) > 0.05), way[0])
    along = (tip - before) / (np.hypot(*(tip - before)) or 1.0)
    across = np.array([-along[1], along[0]])
    half, length = 0.045 + 0.75 * width / 72, 0.11 + 0.7 * width / 72
    base = tip - along * length
    return np.array([tip + along * 0.01, base + across * half, base - across * half])
