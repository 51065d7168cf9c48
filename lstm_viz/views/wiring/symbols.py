"""What is written in the node of an operation: its symbol, with the constants that it says."""

from __future__ import annotations

from collections.abc import Callable

from lstm_viz.equations.tree import (
    Call,
    Negative,
    Number,
    Operation,
    Tree,
    factors,
    plus,
    terms,
    walk,
)
from lstm_viz.pictures.kinds import Shape
from lstm_viz.views.expressions import SYMBOLS

Depends = Callable[[Tree], bool]


def look(tree: Tree, depends: Depends) -> tuple[Shape, str]:
    """Shape and symbol of an operation's node; what does not depend on the step is constant."""
    match tree:
        case Call(function, arguments):
            numbers = [f" {each.value:g}" for each in arguments if isinstance(each, Number)]
            return "box", SYMBOLS.get(function, function) + "".join(numbers)
        case Operation("-", Number(value)):
            return "box", f"{value:g}−"
        case Operation("+" | "-"):
            return _sum(tree, depends)
        case Operation("/", Number(value)):
            return "box", f"{value:g}÷"
        case Operation("**", _, Number(value)):
            return "box", f"^{value:g}"
        case Operation("**", Number(value)):
            return "box", f"{value:g}^"
        case Operation("*") if depends(tree) and len(set(parts := factors(tree))) == 1:
            return "box", f"^{len(parts)}"
        case Operation(operator):
            return "dot", SYMBOLS[operator]
        case Negative():  # of a parameter: nothing comes in
            return "box", "−"
    raise TypeError(f"no operation: {tree!r}")


def _sum(tree: Tree, depends: Depends) -> tuple[Shape, str]:
    """+ or, of what is weighted or has a bias, Σ, with the number that is added."""
    parts = list(terms(tree))
    number = sum(sign * part.value for sign, part in parts if isinstance(part, Number))
    constant = [part for _, part in parts if not depends(part) and not isinstance(part, Number)]
    weighted = any(isinstance(t, Operation) and t.operator == "@" for t in walk(tree))
    symbol = SYMBOLS["@" if weighted or constant else "+"]
    if not number:
        return "dot", symbol
    said = f"{number:+g}".replace("-", "−")
    wires = sum(depends(part) for _, part in parts)
    if symbol == SYMBOLS["+"]:
        return ("box" if wires == 1 else "bar"), said
    return "bar", symbol + said


def together(tree: Tree, one: Tree, other: Tree) -> Tree | None:
    """What one wire brings to an operation that stands for two from the same node; None where it
    cannot: of two numbers that are neither added nor multiplied."""
    match tree:
        case Operation("+" | "-"):
            return plus(one, other)
        case Operation("*") if len(set(factors(tree))) == 1:
            return one  # to be squared there
        case Operation("*"):
            return Operation("*", one, other)
    return None


def call_in(tree: Tree) -> Tree | None:
    """The function in a tree that is one with nothing but numbers around it; else None."""
    match tree:
        case Call():
            return tree
        case Operation("+" | "*", Number(), rest) | Operation(
            "+" | "-" | "*" | "/", rest, Number()
        ):
            return call_in(rest)
    return None


def scaled(whole: Tree, inner: Tree, symbol: str) -> str:
    """`4σ−2` for `4 * sigmoid(z) - 2`: a function with the constants that its wire goes through.

    The symbol alone where there is anything else: a sign, a weight.
    """
    if whole == inner or call_in(whole) != inner:
        return symbol
    match whole:
        case Operation("*", Number(factor), rest) | Operation("*", rest, Number(factor)):
            said = scaled(rest, inner, symbol)
            return f"{factor:g}{said}" if rest == inner else f"{factor:g}({said})"
        case Operation("/", rest, Number(factor)):
            said = scaled(rest, inner, symbol)
            return f"{said}/{factor:g}" if rest == inner else f"({said})/{factor:g}"
        case Operation("+", Number(term), rest):
            return f"{scaled(rest, inner, symbol)}+{term:g}"
        case Operation("+" | "-" as operator, rest, Number(term)):
            sign = "+" if operator == "+" else "−"
            return f"{scaled(rest, inner, symbol)}{sign}{term:g}"
    return symbol
