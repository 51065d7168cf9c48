"""All that a view can draw, as plain frozen data: no colours, no back end, no clock.

It is one file, long as it is, because it is the vocabulary that views and back ends share.

A view yields one picture a frame, most often a `Stack` of others. Text that holds quantities or
numbers is an `Expression`, a tuple of pieces, so that a back end can colour the names and round
the numbers: `f * c_prev` with 0.98 put in for f is `(Value(0.98, "forget gate"), Text(" · "), …)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of text; `of` is the kind of quantity (see `theme`) that it names, if any."""

    text: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """A number, in full; `of` is the kind of quantity whose number it is.

    It is written in at least so many significant `digits`, where arithmetic needs them.
    """

    value: float
    of: str = ""
    digits: int = 0


Expression = tuple[Text | Value, ...]
Tone = Literal["plain", "strong", "quiet", "warning", "headline"]


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence, or a few; what is quiet is said aside.

    `room` is a longer text that will stand here, for which room is kept from the beginning, as it
    is for so many `rows`. `typed` is said instead where all is drawn with characters.
    """

    text: Expression
    tone: Tone = "plain"
    room: Expression = ()
    rows: int = 1
    typed: Expression | None = None


@dataclass(frozen=True, slots=True)
class Title:
    """What stands above everything: the name, and what is said of it in lines of (label, text)."""

    name: str
    what: str
    facts: tuple[tuple[str, Expression], ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """The head of a section: what it is, and what belongs beside it."""

    text: str
    beside: Expression = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One equation: a quantity by name and title, its symbols, the numbers put in, the result.

    `low` and `high` are the ends of the result's bar, where it has one (low < high); what is
    `hidden` is still to be computed by whoever looks, and drawn as a question mark. What has
    `changed` since something was held has a star after it. `room` are the symbols and numbers of
    another step, for which room is kept where something is held.
    """

    name: Text
    title: str
    symbols: Expression
    numbers: Expression
    result: float
    low: float = 0.0
    high: float = 0.0
    hidden: bool = False
    changed: bool = False
    room: tuple[Expression, Expression] = ((), ())


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Equations below each other, results in one column; the chosen one, if any, with numbers.

    The column has `room` for these numbers too, so that it is as wide in every frame.
    """

    lines: tuple[Line, ...]
    chosen: int = -1
    room: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """What one edge adds to a gradient: where it comes from, symbols, numbers, the share.

    `part` is the share over the gradient: all parts add up to 1, one that works against the rest
    is below 0. Not a number where the gradient is 0. One that there is not at this step is
    `absent`: room is kept for it.
    """

    source: Expression
    symbols: Expression
    numbers: Expression
    value: float
    part: float
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Gradient:
    """A quantity's value and gradient side by side, and the shares that sum to the gradient.

    A gradient that has `changed` since something was held has a star after it. It and its shares
    are written in at least so many significant `digits`, where the sum needs them.
    """

    name: Text
    title: str
    value: float
    gradient: float
    shares: tuple[Share, ...]
    hidden: bool = False
    changed: bool = False
    digits: int = 0


@dataclass(frozen=True, slots=True)
class Sweep:
    """Gradients in the order they were computed in; the chosen one, if any, with its shares.

    On a screen they are bars by the logarithms of their sizes, from `low` to `high`, and none where
    those are the same. The columns have `room` for these numbers too.
    """

    gradients: tuple[Gradient, ...]
    chosen: int = -1
    low: float = 0.0
    high: float = 0.0
    room: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text below column heads; the last column takes the room that is left."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Expression, ...], ...]
    right: tuple[int, ...] = ()  # the columns that are numbers


@dataclass(frozen=True, slots=True)
class Bar:
    """One number as a bar from 0 within low … high; as a number alone where those are the same."""

    name: Text
    value: float
    low: float = -1.0
    high: float = 1.0
    note: Expression = ()
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """Numbers as bars below each other, each on its own scale; in a figure on one axis.

    The columns have `room` for these numbers too, and for these `notes`.
    Where it is `logarithmic`, a bar is as long as the logarithm of its number's size.
    """

    title: Expression
    bars: tuple[Bar, ...]
    logarithmic: bool = False
    room: tuple[float, ...] = ()
    notes: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """A heat map of `values`, (rows, columns); strip charts are grids of few rows.

    Colour and character ramp go from `low` to `high` (through 0 in the middle where low < 0); with
    `logarithmic` they go by the logarithm, and what is 0 is drawn empty. Not-a-number is left
    blank, what is infinite has a mark. `chosen` marks a row, a column or both (−1: none). `shown`
    is how a cell is drawn: as a block of "colours", as "numbers", or as "heights" of small columns,
    down from the middle where they are below zero. `lit` are the first and the last column that
    have been reached: what lies beyond stays dark, and a fraction is half lit. A row is so `tall`,
    and its numbers have `room` for these too. `marks` are columns that are pointed out. On a screen
    with colours two rows that are `paired` share a line. One name more than there are `columns`
    names the edges between them.
    """

    title: Expression
    values: np.ndarray
    rows: tuple[Text, ...]
    columns: tuple[str, ...] = ()
    column_title: str = ""
    low: float = 0.0
    high: float = 1.0
    of: str = ""
    logarithmic: bool = False
    chosen: tuple[int, int] = (-1, -1)
    beads: bool = False
    shown: Literal["colours", "numbers", "heights"] = "colours"
    lit: tuple[float, float] | None = None
    tall: int = 1
    room: tuple[float, ...] = ()
    marks: tuple[int, ...] = ()
    paired: bool = False


Stroke = Literal[
    "solid", "dashed", "dotted", "dash-dot",
    "long dashes", "dash-dot-dot", "sparse dots", "long and short",
]  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """One curve, labelled where it ends; `low` and `high` bound its band; `dashed` for a bound.

    `of` is the kind of quantity that it is of, where its name is no quantity's; then curves of one
    kind are told apart by `stroke`, and by `strength` from 0 (pale) to 1.
    """

    name: Text
    values: np.ndarray
    low: np.ndarray | None = None
    high: np.ndarray | None = None
    dashed: bool = False
    note: str = ""
    of: str = ""
    stroke: Stroke = "solid"
    strength: float = 1.0

    @property
    def kind(self) -> str:
        """The kind of quantity whose colour it has."""
        return self.of or self.name.of


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """Curves over one axis; `now` marks a place on it, dashed where it is a `border`.

    `low` and `high` are the ends of the other axis where the curves do not say them, as in a film
    that draws them bit by bit; not-a-number is not drawn. `from_right`: they run to the left, as
    gradients do, are labelled there, and are drawn as far as `now`. `names` stand at the places of
    x instead of its numbers.
    """

    title: Expression
    x: np.ndarray
    curves: tuple[Curve, ...]
    x_title: str = ""
    y_title: str = ""
    logarithmic: bool = False
    now: float | None = None
    low: float | None = None
    high: float | None = None
    from_right: bool = False
    border: bool = False
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Areas:
    """Signed parts stacked over one axis, those above 0 and those below it, and their sum.

    `total` is what the sum is called. `low` and `high` are the ends of the other axis, if the
    parts do not say them.
    """

    title: Expression
    x: np.ndarray
    parts: tuple[Curve, ...]
    x_title: str = ""
    y_title: str = ""
    now: float | None = None
    low: float | None = None
    high: float | None = None
    total: Text = Text("")


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """Places on a landscape, from the first to the last; `mark` is one letter for a place."""

    name: Text
    x: np.ndarray
    y: np.ndarray
    mark: str


@dataclass(frozen=True, slots=True, eq=False)
class Landscape:
    """A number over each place of a plane, and ways through it.

    `values` is (rows, columns), over `y` upwards and `x` to the right, each evenly spaced. Colours
    go by the logarithm from `low` to `high`; not-a-number and what is 0 are left blank. What of a
    way lies outside is not drawn.
    """

    title: Expression
    x: np.ndarray
    y: np.ndarray
    values: np.ndarray
    ways: tuple[Way, ...] = ()
    x_title: str = ""
    y_title: str = ""
    low: float = 0.1
    high: float = 1.0
    of: str = ""


Shape = Literal["box", "dot", "bar", "name", "gate"]


@dataclass(frozen=True, slots=True)
class Node:
    """A quantity or an operation in a wiring, at (x, y) in a unit square, y upwards.

    `label` is the quantity's name, empty for a step on the way to one; `symbol` is what is done
    there: tanh, +, ×. A box is a function, a dot an operation, a bar one that
    many wires come into, a gate a product that is also a
    meter of `opening`, its gate's value. `turn` is how many operations must be done before. There
    is `room` for these numbers too, so that nothing moves from step to step.
    """

    key: str
    label: Text
    x: float
    y: float
    shape: Shape
    value: float | None = None
    symbol: str = ""
    opening: float | None = None
    turn: int = 0
    room: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Wire:
    """From one node to another through `bends`, carrying a number.

    The first `trunk` bends lie on a line shared with other wires that begin at the same node.
    At its end stands a `mark`, if any: ÷ where the node divides by its number.
    """

    start: str
    end: str
    value: float | None = None
    of: str = ""
    bends: tuple[tuple[float, float], ...] = ()
    trunk: int = 0
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Wiring:
    """The graph of a cell's equations with live values; `backward`: gradients, along the arrows.

    A wire is as wide as its number's size, or, where `low` is not 0, as its logarithm: from `low`
    up to `full`, the same over a whole run. `lit` is how far a film has come: a node has its number
    once it has reached its `turn`, and between two turns it is on its way along the wires.
    """

    title: Expression
    nodes: tuple[Node, ...]
    wires: tuple[Wire, ...]
    backward: bool = False
    full: float = 1.0
    low: float = 0.0
    lit: float = float("inf")


@dataclass(frozen=True, slots=True)
class Stack:
    """Pictures below each other; where they are `in_step`, time is one axis for all of them."""

    parts: tuple[Picture, ...]
    in_step: bool = False


@dataclass(frozen=True, slots=True)
class Beside:
    """Pictures next to each other, in the proportion of `widths` (all the same if empty)."""

    parts: tuple[Picture, ...]
    widths: tuple[int, ...] = ()


Picture = (
    Words
    | Title
    | Rule
    | Arithmetic
    | Sweep
    | Table
    | Bars
    | Grid
    | Curves
    | Areas
    | Landscape
    | Wiring
    | Stack
    | Beside
)
