"""Trees as expressions to draw: as symbols, and with the numbers of one step and one unit put in.

symbols(cell, tree)                      f * c_prev + i * g
numbers(cell, tree, values, unit=0)      0.982 · 0.905 + 0.047 · 0.000
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce

import numpy as np

from lstm_viz.equations.gates import kinds
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.text import number_text, text
from lstm_viz.equations.tree import (
    PREVIOUS,
    Call,
    Name,
    Negative,
    Number,
    Operation,
    Tree,
)
from lstm_viz.measures import SPELLED_OUT, complement, products
from lstm_viz.pictures.kinds import Expression, Text, Value
from lstm_viz.pictures.language import Language
from lstm_viz.pictures.numerals import NEAREST

# What stands in the node of a wiring.
SYMBOLS = {"sigmoid": "σ", "+": "+", "-": "+", "*": "×", "/": "÷", "**": "^", "@": "Σ"}
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

Values = Mapping[
    str, np.ndarray
]  # at one step: a vector a quantity, a matrix or vector a parameter


# ---------------------------------------------------------------------------- kinds


def kind(cell: Recurrence, name: str) -> str:
    """The kind of a quantity, a parameter, or a gradient (`dc`); empty for any other word."""
    known = kinds(cell)
    if name not in known and name[:1] == "d" and name[1:] in known:
        return "gradient"
    return known.get(name, "")


# ---------------------------------------------------------------------------- words


def title(cell: Recurrence, name: str, say: Language) -> str:
    """What a quantity, a state or a parameter is called; empty where the cell does not say."""
    if name.endswith(PREVIOUS):
        state = name.removesuffix(PREVIOUS)
        return say("{state} before").format(state=title(cell, state, say) or state)
    return say.known(cell.title(name))


def about(cell: Recurrence, name: str, sentence: str) -> str:
    """A sentence about a quantity: `the` stands before a title, not before a mere name."""
    if cell.title(name):
        return sentence
    return sentence.replace(" the {", " {").replace("The {", "{")


# ---------------------------------------------------------------------------- symbols


def named(cell: Recurrence, name: str) -> Text:
    """A quantity's name as a piece of text."""
    return Text(name, kind(cell, name))


def symbols(cell: Recurrence, tree: Tree | str) -> tuple[Text, ...]:
    """A tree, or any text with names in it, with each name as a piece of its own."""
    written = tree if isinstance(tree, str) else text(tree)
    return tuple(named(cell, part) for part in re.split(r"(\w+)", written) if part)


def formula(cell: Recurrence, tree: Tree | str) -> Expression:
    """The same as it is written by hand: ∂L/∂c for dc, and ² for ** 2."""
    found: list[Text] = []
    for piece in symbols(cell, tree):
        if piece.text == "2" and found and found[-1].text.endswith(" ** "):
            found[-1] = Text(found[-1].text.removesuffix(" ** ") + "²")
        else:
            found.append(
                Text(partial(piece.text[1:]), piece.of) if piece.of == "gradient" else piece
            )
    return tuple(found)


def partial(name: str) -> str:
    """∂L/∂c: how the loss changes with c."""
    return f"∂L/∂{name}"


# ---------------------------------------------------------------------------- numbers


@dataclass(frozen=True)
class _Written:
    """Pieces, and how tightly they bind: 1 a sum, 2 a product, 3 a sign, 4 a power, 5 the rest."""

    pieces: Expression
    strength: int = 5

    def inside(self, least: int) -> Expression:
        """The pieces, in parentheses where they bind less than is needed."""
        return _wrapped("", self.pieces) if self.strength < least else self.pieces

    @property
    def below_zero(self) -> bool:
        first = self.pieces[0]
        return isinstance(first, Value) and first.value < 0


def _wrapped(function: str, pieces: Expression) -> Expression:
    return (Text(f"{function}("), *pieces, Text(")"))


def numbers(
    cell: Recurrence, tree: Tree, values: Values, unit: int = 0, digits: int = 0
) -> Expression:
    """The tree with numbers put in, as it gives row `unit` of its result.

    `values` holds one step: (H,) a quantity, (H, I) a matrix. A product of a matrix with a vector
    is written term by term where there are few, and as `Σ₈(…)`, a sum of 8 products, where not.
    1 − f is written as what it comes to where f is nearly 1. At least so many `digits` are shown.
    """
    return _Numbers(kinds(cell), values, digits).write(tree, unit).pieces


@dataclass(frozen=True)
class _Numbers:
    kinds: Mapping[str, str]
    values: Values
    digits: int

    def value(self, number: float, of: str) -> _Written:
        """A number; what is written 1-9e-14 binds as a sum does."""
        number = float(number)
        nearly = NEAREST > 1 - abs(number) > 0
        strength = 1 if nearly else 3 if number < 0 else 5
        return _Written((Value(number, of, self.digits),), strength)

    def write(self, tree: Tree, row: int) -> _Written:
        match tree:
            case Number(value):
                return _Written((Text(number_text(value)),), 3 if value < 0 else 5)
            case Name(name):
                vector = self.values[name]
                return self.value(
                    vector[min(row, len(vector) - 1)], self.kinds.get(name, "gradient")
                )
            case Negative(of):
                written = self.write(of, row)
                return _Written((Text("-"), *written.inside(4 if written.below_zero else 3)), 3)
            case Call(function, arguments):
                given = _joined((self.write(each, row).pieces for each in arguments), ", ")
                return _Written(_wrapped(function, given))
            case Operation("@"):
                return self._product(tree, row)
            case Operation(operator, left, right):
                if (known := complement(tree, self.values, row)) is not None:
                    return self.value(known, "")
                return self._operation(operator, self.write(left, row), self.write(right, row))
        raise TypeError(f"no number stands for {tree!r}")

    def _operation(self, operator: str, left: _Written, right: _Written) -> _Written:
        if operator == "**":
            below = left.inside(5)
            if right.pieces == (Text("2"),):
                return _Written((*below, Text("²")), 4)
            return _Written((*below, Text(" ** "), *right.inside(5)), 4)
        if operator == "+":
            return _sum(left, right)
        own = 1 if operator == "-" else 2
        sign = " · " if operator == "*" else f" {operator} "
        least = 4 if right.below_zero else own + 1
        return _Written((*left.inside(own), Text(sign), *right.inside(least)), own)

    def _product(self, product: Operation, row: int) -> _Written:
        """Row `row` of matrix @ vector: its terms, or how many there are and what they come to."""
        found = products(product, self.values, row)
        if len(found.weights) > SPELLED_OUT:
            return _Written(
                _wrapped(sum_sign(len(found.weights)), self.value(found.total, "").pieces)
            )
        terms = [
            self._operation("*", self.value(weight, "weight"), self.write(product.right, k))
            for k, weight in enumerate(found.weights)
        ]
        return reduce(_sum, terms)


def sum_sign(count: int) -> str:
    """Σ₈ for a sum of 8."""
    return "Σ" + str(count).translate(_SUBSCRIPTS)


def _sum(left: _Written, right: _Written) -> _Written:
    """left + right; where right begins below zero, left - (the same without its sign)."""
    first = right.pieces[0]
    if isinstance(first, Value) and first.value < 0 and right.strength > 1:
        positive = Value(-first.value, first.of, first.digits)
        right_pieces: Expression = (Text(" - "), positive, *right.pieces[1:])
    else:
        right_pieces = (Text(" + "), *right.inside(2))
    return _Written((*left.pieces, *right_pieces), 1)


def _joined(parts: Iterable[Expression], between: str) -> Expression:
    found: list[Text | Value] = []
    for part in parts:
        found += [Text(between), *part] if found else part
    return tuple(found)
