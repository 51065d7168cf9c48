"""The ways of wires: through their bends, trimmed where their nodes begin, in inches."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from lstm_viz.pictures.kinds import Node, Wire

DOT, GATE, BOX, BAR = 0.19, 0.26, (0.32, 0.19), (0.46, 0.19)  # inches: radii, and half sides
BESIDE = 0.2  # inches: a mark from the wire at whose end it stands
CORNER = 0.14  # inches
USUAL_WIDTH = 9.3  # inches of a wiring: wires beside each other are as far apart in all others

Points = np.ndarray


def half(node: Node) -> tuple[float, float]:
    """Half the width and height that a node covers, in inches."""
    round_ones = {"gate": (GATE, GATE), "dot": (DOT, DOT)}
    return {"box": BOX, "bar": BAR, "name": (0.27, 0.2), **round_ones}[node.shape]


def route(wire: Wire, nodes: dict[str, Node], size: Points) -> tuple[Points, Points]:
    """The shared part of a wire and its own, in inches, trimmed where its nodes begin."""
    start, end = nodes[wire.start], nodes[wire.end]
    corners = np.array([(start.x, start.y), *wire.bends, (end.x, end.y)]) * size
    if wire.bends and wire.bends[-1][1] != end.y:  # straight up or down, perhaps beside others
        corners[-2][0] = corners[-1][0] + (wire.bends[-1][0] - end.x) * USUAL_WIDTH
        corners[-1] = _beside(corners[-1], corners[-2], end)
    else:
        corners[-1] = _trimmed(corners[-1], corners[-2], end)
    corners[0] = _trimmed(corners[0], corners[1], start)
    if not wire.trunk:
        return corners[:0], rounded(corners)
    return corners[: wire.trunk + 1], corners[wire.trunk :]


def _beside(point: Points, before: Points, node: Node) -> Points:
    """Where a line straight up or down meets a node, off its middle."""
    off, (wide, high) = before[0] - point[0], half(node)
    rise = high if node.shape in ("box", "bar") else float(np.sqrt(max(wide**2 - off**2, 0.0)))
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


def rounded(corners: Points) -> Points:
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


def beside_end(way: Points) -> Points:
    """Where a mark stands that belongs to the end of a wire: above it, or right of it."""
    along = (way[-1] - way[-2]) / (np.hypot(*(way[-1] - way[-2])) or 1.0)
    return np.asarray(way[-1] - 0.1 * along + BESIDE * np.abs(along[::-1]))


def length(way: Points) -> float:
    """How long a line is, in inches."""
    return float(np.hypot(*np.diff(way, axis=0).T).sum()) if len(way) else 0.0


def between(way: Points, first: float, last: float) -> Points:
    """The part of a line from one place on it to another, in inches along it."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(way, axis=0).T))])
    inner = way[(along > first) & (along < last)]
    ends = [[np.interp(at, along, axis) for axis in way.T] for at in (first, last)]
    return np.array([ends[0], *inner, ends[1]])


def joints(routes: Sequence[tuple[Points, Points]]) -> tuple[list[float], list[float]]:
    """Where a wire leaves a line that others share: not at that line's end, but where it splits."""
    ends = [trunk[-1] for trunk, _ in routes if len(trunk)]
    points = [
        p
        for k, p in enumerate(ends)
        if any(_passes(trunk, p) for trunk, _ in routes if len(trunk))
        or any(_passes(way, p) for _, way in routes)
        or any(np.hypot(*(p - other)) < 0.02 for other in ends[:k])
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
