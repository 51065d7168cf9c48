"""From a tree to its text, with as few parentheses as possible."""

from __future__ import annotations

from collections.abc import Callable

from lstm_viz.equations.tree import (
    Call,
    Equation,
    Name,
    Negative,
    Number,
    Operation,
    Transposed,
    Tree,
)

_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2, "@": 2, "**": 4}


def strength(tree: Tree) -> int:
    """How tightly a tree binds: 1 sums, 2 products, 3 signs, 4 powers, 5 all else."""
    match tree:
        case Operation(operator, _, _):
            return _STRENGTH[operator]
        case Negative():
            return 3
        case Number(value) if value < 0:
            return 3
    return 5


def number_text(value: float) -> str:
    """A number as one would write it: 1, 0.5, 1e-06."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def text(tree: Tree, leaf: Callable[[Tree], str | None] | None = None) -> str:
    """The tree as text with as few parentheses as possible.

    `leaf` may give the text of any sub-tree (numbers in the place of names, say); where it gives
    None the tree is written as usual.
    """
    if leaf is not None and (given := leaf(tree)) is not None:
        return given

    def inside(part: Tree, least: int) -> str:
        written = text(part, leaf)
        return f"({written})" if strength(part) < least else written

    match tree:
        case Number(value):
            return number_text(value)
        case Name(name):
            return name
        case Negative(of):
            return "-" + inside(of, 3)
        case Transposed(of):
            return inside(of, 5) + ".T"
        case Call(function, arguments):
            return f"{function}({', '.join(text(each, leaf) for each in arguments)})"
        case Operation("**", left, right):
            return f"{inside(left, 5)} ** {inside(right, 3)}"
        case Operation(operator, left, right):
            own = _STRENGTH[operator]
            # a * b @ c is (a * b) @ c in Python too, but nobody should have to know
            mixed = isinstance(left, Operation) and (operator == "@") != (left.operator == "@")
            before = inside(left, own + 1 if mixed and own == 2 else own)
            return f"{before} {operator} {inside(right, own + 1)}"
    raise TypeError(f"not a tree: {tree!r}")


def equation_text(equation: Equation) -> str:
    """`c = f * c_prev + i * g`."""
    return f"{equation.target} = {text(equation.tree)}"
