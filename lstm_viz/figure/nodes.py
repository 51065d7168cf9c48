"""The nodes of a wiring: quantities, functions and operations, each with its name and number.

Each is drawn by a function of its shape, which gives what takes the same node of another wiring.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyBboxPatch, Patch
from matplotlib.patheffects import withStroke
from matplotlib.text import Text as Drawn

from lstm_viz.figure.fonts import USUAL
from lstm_viz.figure.labels import Spot
from lstm_viz.figure.routes import BAR, BOX, DOT, Points, half
from lstm_viz.figure.sheet import Sheet
from lstm_viz.figure.style import BODY, HEAD, SMALL, mixed
from lstm_viz.figure.style import math as mathematics
from lstm_viz.pictures.kinds import Node, Text, Wiring
from lstm_viz.pictures.numerals import numeral

SHORT = {
    "maximum": "max",
    "minimum": "min",
    "softplus": "s⁺",
    "hard_sigmoid": "σ",
    "hard_sigmoid_keras2": "σ",
}

INNER = 0.05  # inches: from a node's border to what is written in it
DIM = 0.4  # of an operation whose turn has not come yet

NodeUpdate = Callable[[Node, Wiring], None]


@dataclass(frozen=True)
class Around:
    """What a node is drawn in: the whole wiring, and axes of this size, in inches for a `scale`
    of 1: type and lines are drawn so much smaller. `spots` are the places of labels."""

    picture: Wiring
    sheet: Sheet
    axes: Axes
    size: Points
    scale: float
    spots: dict[str, Spot]

    @cached_property
    def kinds(self) -> dict[str, str]:
        """The kind of quantity that every node is."""
        return {node.key: node.label.of for node in self.picture.nodes}

    def point(self, node: Node) -> tuple[float, float]:
        """Where a node is, in inches."""
        return node.x * float(self.size[0]), node.y * float(self.size[1])

    def named(self, node: Node) -> tuple[str, str]:
        """A quantity's name, or its gradient's, as mathematics; and its colour."""
        if self.picture.backward:
            return mathematics("d" + node.label.text), self.sheet.ink.colour("gradient")
        return mathematics(node.label.text), self.sheet.ink.colour(node.label.of)

    def number(self, x: float, y: float, **style: object) -> tuple[Drawn, NodeUpdate]:
        """A text for a node's number, and what puts it there once it is known."""
        ink = self.sheet.ink.text
        text = self.axes.text(x, y, "", size=SMALL * self.scale, color=ink, zorder=7, **style)  # type: ignore[arg-type]
        text.set_parse_math(False)
        self.sheet.moves(text)
        digits = min(self.sheet.digits, 3)
        return text, lambda node, whole: text.set_text(_number(node, whole, digits))


def _number(node: Node, whole: Wiring, digits: int) -> str:
    if node.value is None or node.turn > whole.lit:
        return ""
    return numeral(node.value, digits).replace("-", "−")


def quantity(node: Node, around: Around) -> NodeUpdate:
    """A quantity that comes in or goes out: its name, its number below."""
    x, y = around.point(node)
    said, colour = around.named(node)
    size, up = (BODY, 0.2) if around.picture.backward else (HEAD + 2, 0.15)  # over an arrow's head
    around.axes.text(
        x, y + up, said, size=size * around.scale, color=colour, zorder=7, ha="center", va="center"
    )
    number, update = around.number(x, y - 0.17, ha="center", va="center")
    if math.isinf(around.picture.lit):
        number.set_path_effects([withStroke(linewidth=3, foreground=around.sheet.ink.ground)])
    update(node, around.picture)
    return update


def box(node: Node, around: Around) -> NodeUpdate:
    x, y = around.point(node)
    wide, high = BOX
    body = FancyBboxPatch(
        (x - wide + 0.05, y - high + 0.05),
        2 * wide - 0.1,
        2 * high - 0.1,
        boxstyle="round,pad=0.05,rounding_size=0.08",
        facecolor=mixed(around.sheet.ink.ground, _edge(node, around), 0.16),
    )
    return _operation(node, around, body)


def dot(node: Node, around: Around) -> NodeUpdate:
    body = Circle(around.point(node), DOT, facecolor=around.sheet.ink.ground)
    return _operation(node, around, body)


def bar(node: Node, around: Around) -> NodeUpdate:
    """A dot that is wide enough for many wires beside each other."""
    x, y = around.point(node)
    (wide, _), style = BAR, f"round,pad={DOT},rounding_size={DOT}"
    low, long = (x - wide + DOT, y - 0.005), 2 * (wide - DOT)
    ground = around.sheet.ink.ground
    body = FancyBboxPatch(low, long, 0.01, boxstyle=style, facecolor=ground)
    return _operation(node, around, body)


def short(symbol: str) -> str:
    """A symbol as it is written in a node."""
    return " ".join(SHORT.get(word, word) for word in symbol.split(" "))


def _operation(node: Node, around: Around, body: Patch) -> NodeUpdate:
    """What is done there, in its body; beside it the quantity that comes of it."""
    add(body, node, around)
    said, ink = short(node.symbol), around.sheet.ink.text
    wide = around.sheet.length((Text(said),), BODY)
    size = BODY * around.scale * min(1.0, 2 * (half(node)[0] - INNER) / wide)
    centred = {"ha": "center", "va": "center_baseline", "family": USUAL, "size": size}
    symbol = around.axes.text(*around.point(node), said, color=ink, zorder=6, **centred)  # type: ignore[arg-type]
    return together(label_of(node, around), lights(node, around, body, symbol))


def lights(node: Node, around: Around, *artists: Artist) -> NodeUpdate:
    """In a film: these are dim until the node's turn has come."""
    if not math.isfinite(around.picture.lit):
        return lambda other, whole: None
    around.sheet.moves(*artists)

    def update(other: Node, whole: Wiring) -> None:
        for each in artists:
            each.set_alpha(1.0 if other.turn <= whole.lit else DIM)

    update(node, around.picture)
    return update


def together(*updates: NodeUpdate) -> NodeUpdate:
    """One update of several."""

    def update(other: Node, whole: Wiring) -> None:
        for each in updates:
            each(other, whole)

    return update


def _edge(node: Node, around: Around) -> str:
    ink = around.sheet.ink
    return ink.colour(node.label.of) if node.label.of else ink.quiet


def add(body: Patch, node: Node, around: Around) -> None:
    body.set(edgecolor=_edge(node, around), linewidth=1.8 * around.scale, zorder=4)
    around.axes.add_patch(body)


def label_of(node: Node, around: Around) -> NodeUpdate:
    """A quantity's name and number beside its node; nothing for a step on the way."""
    if node.key not in around.spots:
        return lambda other, whole: None
    picture, ground, (said, colour) = around.picture, around.sheet.ink.ground, around.named(node)
    (x, y, align), (to_x, to_y, to), _ = around.spots[node.key]
    name = around.axes.text(x, y, said, ha=align, va="center")
    number, update = around.number(to_x, to_y, ha=to, va="center")
    name.set(size=BODY * around.scale, color=colour, zorder=7)
    if math.isinf(picture.lit):  # in a film this would take time at each frame
        name.set_path_effects([withStroke(linewidth=3, foreground=ground)])
        number.set_bbox({"facecolor": ground, "edgecolor": "none", "pad": 0.6})
    update(node, picture)
    return update
