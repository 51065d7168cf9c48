"""All that a view can draw, as plain frozen data: no colours, no back end, no clock.

A view yields one picture a frame, most often a `Stack` of others. Text that holds quantities or
numbers is an `Expression`, a tuple of pieces, so that a back end can colour the names and round
the numbers: `f * c_prev` with 0.98 put in for f is `(Value(0.98, "gate 2"), Text(" · "), …)`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of text; `of` is the kind of quantity (see `theme`) that it names, if any."""

    text: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """A number, in full; `of` is the kind of quantity whose number it is."""

    value: float
    of: str = ""


Expression = tuple[Text | Value, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence, or a few: `tone` is plain, quiet (said aside) or warning."""

    text: Expression
    tone: str = "plain"


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
    """One equation: a quantity by name and title, its symbols, the numbers put in, the result."""

    name: Text
    title: str
    symbols: Expression
    numbers: Expression
    result: float


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Equations below each other, results in one column."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """What one edge adds to a gradient: where it comes from, symbols, numbers, the share.

    `part` is its size as a fraction of the sum of all absolute shares.
    """

    source: Expression
    symbols: Expression
    numbers: Expression
    value: float
    part: float


@dataclass(frozen=True, slots=True)
class Gradient:
    """A quantity's value and gradient side by side, and the shares that sum to the gradient."""

    name: Text
    title: str
    value: float
    gradient: float
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Sweep:
    """Gradients below each other, in the order in which they were computed."""

    gradients: tuple[Gradient, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text below column heads; the last column takes the room that is left."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Expression, ...], ...]
    right: tuple[int, ...] = ()  # the columns that are numbers


@dataclass(frozen=True, slots=True)
class Stack:
    """Pictures below each other."""

    parts: tuple[Picture, ...]


Picture = Words | Title | Rule | Arithmetic | Sweep | Table | Stack
