"""A cell's wiring: a wire's width is its number's size, its colour the sign; gates are valves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.patches import Circle, FancyBboxPatch, PathPatch
from matplotlib.path import Path
from matplotlib.patheffects import AbstractPathEffect, withStroke
from matplotlib.text import Text as Drawn

from lstm_viz.figure.sheet import Area, Sheet, Update, build, draw, height
from lstm_viz.figure.style import BODY, HEAD, SMALL, math, mixed
from lstm_viz.pictures.kinds import Node, Wire
from lstm_viz.pictures.kinds import Wiring as Picture
from lstm_viz.pictures.numerals import numeral

TITLE = 0.42
DOT, GATE, BOX = 0.19, 0.26, (0.32, 0.19)  # inches: radii, and half the sides of a box
THIN, THICK = 1.1, 6.5  # points
CORNER = 0.14  # inches
SHORT = {
    "maximum": "max",
    "minimum": "min",
    "softplus": "s⁺",
    "hard_sigmoid": "σ",
    "hard_sigmoid_keras2": "σ",
}

Points = np.ndarray


@height.register
def _(picture: Picture, sheet: Sheet, width: float) -> float:
    part = 0.52 if len(picture.nodes) <= 20 else 0.62
    return part * width + TITLE * bool(picture.title)


@build.register
def _(picture: Picture) -> object:
    nodes = tuple((n.key, n.label, n.x, n.y, n.shape, n.symbol) for n in picture.nodes)
    wires = tuple((w.start, w.end, w.bends) for w in picture.wires)
    return Picture, nodes, wires, picture.backward


@draw.register
def _(picture: Picture, sheet: Sheet, area: Area) -> Update:
    title = sheet.line(area.x, area.top - 0.26, picture.title, HEAD, "bold")
    room = Area(area.x, area.y, area.width, area.height - TITLE * bool(picture.title))
    axes = sheet.axes(room, "wiring")
    axes.set(xlim=(0, room.width), ylim=(0, room.height))
    size = np.array([room.width, room.height])
    nodes = {node.key: node for node in picture.nodes}
    routes = [_route(wire, nodes, size) for wire in picture.wires]
    wires = _wires(picture, sheet, axes, routes)
    bodies: list[Callable[[Node, Picture], None]] = [
        _node(node, picture, sheet, axes, size) for node in picture.nodes
    ]

    def update(other: Picture) -> None:
        title(other.title)
        wires(other)
        for body, node in zip(bodies, other.nodes, strict=True):
            body(node, other)

    return update


# ---------------------------------------------------------------------------- the way of a wire


def _half(node: Node) -> tuple[float, float]:
    """Half the width and height that a node covers, in inches."""
    if node.shape == "box":
        return BOX
    radius = {"gate": GATE, "dot": DOT}.get(node.shape, 0.27)
    return radius, radius if node.shape != "name" else 0.2


def _route(wire: Wire, nodes: dict[str, Node], size: Points) -> tuple[Points, Points]:
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
    wide, high = _half(node)
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
    wide, high = _half(node)
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


def _wires(
    picture: Picture, sheet: Sheet, axes: Axes, routes: Sequence[tuple[Points, Points]]
) -> Update:
    shared = [k for k, (trunk, _) in enumerate(routes) if len(trunk)]
    trunks = LineCollection([_rounded(routes[k][0]) for k in shared], zorder=1, capstyle="butt")
    own = LineCollection([way for _, way in routes], zorder=2, capstyle="butt", joinstyle="round")
    heads = PolyCollection([], zorder=3, linewidths=0)
    joints = axes.scatter(*_joints(routes), s=22, color=sheet.ink.quiet, zorder=3, linewidths=0)
    for each in (trunks, own, heads):
        axes.add_collection(each, autolim=False)
    sheet.moves(trunks, own, heads, joints)

    def update(other: Picture) -> None:
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


# ---------------------------------------------------------------------------- nodes


def _node(
    node: Node, picture: Picture, sheet: Sheet, axes: Axes, size: Points
) -> Callable[[Node, Picture], None]:
    x, y = node.x * size[0], node.y * size[1]
    if node.shape == "name":
        name = _name(node, sheet, axes, x, y, picture.backward)
        return lambda other, whole: name(other)
    ink, colour = sheet.ink, sheet.ink.colour(node.label.of) if node.label.of else sheet.ink.quiet
    if node.shape == "box":
        wide, high = BOX
        body = FancyBboxPatch(
            (x - wide + 0.05, y - high + 0.05),
            2 * wide - 0.1,
            2 * high - 0.1,
            boxstyle="round,pad=0.05,rounding_size=0.08",
            facecolor=mixed(ink.ground, colour, 0.16),
        )
    else:
        radius = GATE if node.shape == "gate" else DOT
        body = Circle((x, y), radius, facecolor=ink.ground)  # type: ignore[assignment]
    body.set(edgecolor=colour, linewidth=1.8, zorder=4)
    axes.add_patch(body)
    valve = _valve(node, picture, sheet, axes, x, y, size) if node.shape == "gate" else None
    if valve is None:
        symbol = SHORT.get(node.symbol, node.symbol)
        axes.text(x, y, symbol, size=BODY, color=ink.text, zorder=6, **_CENTRED)
    label = _label(node, picture, sheet, axes, x, y)

    def update(other: Node, whole: Picture) -> None:
        if valve is not None:
            valve(other, whole)
        label(other)

    return update


_CENTRED: dict[str, Any] = {"ha": "center", "va": "center_baseline", "family": "DejaVu Sans"}


def _number(value: float | None, sheet: Sheet) -> str:
    return "" if value is None else numeral(value, min(sheet.digits, 3)).replace("-", "−")


def _moving_number(
    sheet: Sheet, axes: Axes, x: float, y: float, size: float = SMALL, **style: object
) -> Drawn:
    text = axes.text(x, y, "", size=size, color=sheet.ink.text, zorder=7, **style)  # type: ignore[arg-type]
    text.set_parse_math(False)
    sheet.moves(text)
    return text


def _name(node: Node, sheet: Sheet, axes: Axes, x: float, y: float, backward: bool) -> Update:
    """A quantity that comes in or goes out: its name, its number below."""
    said = math("d" + node.label.text if backward else node.label.text)
    colour = sheet.ink.gradient_above if backward else sheet.ink.colour(node.label.of)
    name = axes.text(x, y + 0.15, said, size=BODY if backward else HEAD + 2, color=colour, zorder=7)
    name.set(ha="center", va="center")
    number = _moving_number(sheet, axes, x, y - 0.17, ha="center", va="center")

    def update(other: Node) -> None:
        number.set_text(_number(other.value, sheet))

    update(node)
    return update


def _label(node: Node, picture: Picture, sheet: Sheet, axes: Axes, x: float, y: float) -> Update:
    """A quantity's name and number beside its node; nothing for a step on the way."""
    if not node.label.text or any(each.key == node.key + "'" for each in picture.nodes):
        return lambda other: None
    backward = picture.backward
    said = math("d" + node.label.text if backward else node.label.text)
    colour = sheet.ink.gradient_above if backward else sheet.ink.colour(node.label.of)
    wide, high = _half(node)
    halo: list[AbstractPathEffect] = [withStroke(linewidth=3, foreground=sheet.ink.ground)]
    if _leaves_right(node, picture):  # then there is room above, not beside
        name = axes.text(x - 0.05, y + high + 0.15, said, ha="right", va="center")
        number = _moving_number(sheet, axes, x + 0.02, y + high + 0.13, ha="left", va="center")
    else:
        side = x + wide + 0.07
        name = axes.text(side, y + 0.12, said, ha="left", va="center")
        number = _moving_number(sheet, axes, side, y - 0.12, ha="left", va="center")
    name.set(size=BODY, color=colour, zorder=7)
    if any(w.bends and not w.trunk and _slanted_wire(w, picture) for w in picture.wires):
        name.set_path_effects(halo)  # waves may pass below
        number.set_bbox({"facecolor": sheet.ink.ground, "edgecolor": "none", "pad": 0.6})

    def update(other: Node) -> None:
        number.set_text(_number(other.value, sheet))

    update(node)
    return update


def _slanted_wire(wire: Wire, picture: Picture) -> bool:
    places = {each.key: (each.x, each.y) for each in picture.nodes}
    way = [places[wire.start], *wire.bends]
    return any(min(abs(a[0] - b[0]), abs(a[1] - b[1])) > 0.01 for a, b in pairwise(way))


def _leaves_right(node: Node, picture: Picture) -> bool:
    """Whether a wire leaves a node to the right, where its label would stand."""
    places = {each.key: (each.x, each.y) for each in picture.nodes}
    for wire in picture.wires:
        if wire.start == node.key:
            x, y = wire.bends[0] if wire.bends else places[wire.end]
            if x - node.x > abs(y - node.y) / 2:
                return True
    return False


# ---------------------------------------------------------------------------- valves


def _valve(
    node: Node, picture: Picture, sheet: Sheet, axes: Axes, x: float, y: float, size: Points
) -> Callable[[Node, Picture], None]:
    """Two shutters that leave open the part of the circle that the gate lets through."""
    upright = _flows_upright(node, picture)
    colour = sheet.ink.colour(_gate_of(node, picture))
    shutters = PathPatch(Path([(0, 0)]), facecolor=colour, linewidth=0, zorder=5)
    axes.add_patch(shutters)
    ring = Circle((x, y), GATE, fill=False, edgecolor=colour, linewidth=2.2, zorder=6)
    axes.add_patch(ring)
    through = axes.add_collection(
        LineCollection([_through(node, picture, size)], zorder=4.5, capstyle="butt"), autolim=False
    )
    sheet.moves(through, shutters, ring)
    leaving = next((k for k, wire in enumerate(picture.wires) if wire.start == node.key), -1)

    def update(other: Node, all_of: Picture) -> None:
        value = all_of.wires[leaving].value if leaving >= 0 else None
        through.set(
            linewidths=[thickness(value, all_of.full)],
            colors=[sheet.ink.sign(value or 0.0, all_of.backward)],
        )
        opening = 0.0 if other.opening is None else min(max(other.opening, 0.0), 1.0)
        shutters.set_path(_shutters(x, y, GATE, opening, upright))

    update(node, picture)
    return update


def _through(node: Node, picture: Picture, size: Points) -> Points:
    """The way through a valve: from where the wire comes in that is not the gate's, and out."""
    places = {each.key: (each.x, each.y) for each in picture.nodes}
    middle = np.array([node.x, node.y])
    coming = [wire for wire in picture.wires if wire.end == node.key]
    gates = _gate_wires(node, picture)
    flow = next((w for w in coming if w.start not in gates), coming[0] if coming else None)
    out = next((w for w in picture.wires if w.start == node.key), None)
    ends = []
    for wire, inward in ((flow, True), (out, False)):
        if wire is None:
            ends.append(middle * size)
            continue
        way = [places[wire.start], *wire.bends, places[wire.end]]
        other = np.array(way[-2] if inward else way[1])
        along = (other - middle) * size
        if abs(along).min() > 0.1:  # a wave, which comes in level
            along = np.array([along[0], 0.0])
        ends.append(middle * size + along / (np.hypot(*along) or 1.0) * GATE)
    return np.array([ends[0], middle * size, ends[1]])


def _gate_wires(node: Node, picture: Picture) -> set[str]:
    """The nodes from which a valve is moved: its gate, or what is made of it."""
    labels = {each.key: each.label.of for each in picture.nodes}
    coming = [wire.start for wire in picture.wires if wire.end == node.key]
    found = {key for key in coming if labels[key].endswith("gate")}
    return found or {key for key in coming if not labels[key]}


def _gate_of(node: Node, picture: Picture) -> str:
    labels = {each.key: each.label.of for each in picture.nodes}
    coming = [wire.start for wire in picture.wires if wire.end == node.key]
    coming += [wire.start for wire in picture.wires if wire.end in coming and not labels[wire.end]]
    kinds = [labels[key] for key in coming if labels[key]]
    return next((of for of in kinds if of.endswith("gate")), kinds[0] if kinds else "")


def _flows_upright(node: Node, picture: Picture) -> bool:
    """Whether what leaves a valve goes up or down."""
    out = next((wire for wire in picture.wires if wire.start == node.key), None)
    if out is None:
        return False
    places = {each.key: (each.x, each.y) for each in picture.nodes}
    x, _ = out.bends[0] if out.bends else places[out.end]
    return abs(x - node.x) < 0.01


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
