"""Numbers alone: what a tree without names comes to, and which such trees have no value."""

from __future__ import annotations

import math
from collections.abc import Callable

from lstm_viz.equations.tree import Negative, Number, Operation, Tree


def _constant(tree: Tree) -> float | None:
    """The value of a tree of numbers alone; None for any other, and for functions of numbers."""
    match tree:
        case Number(value):
            return value
        case Negative(of):
            inside = _constant(of)
            return None if inside is None else -inside
        case Operation(operator, left, right):
            a, b = _constant(left), _constant(right)
            return None if a is None or b is None else _ARITHMETIC[operator](a, b)
    return None


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": math.pow,
    "@": lambda a, b: 0.0,  # refused elsewhere
}


def no_number(tree: Operation) -> str:
    """What is wrong with a division or a power that has no value; empty if nothing is."""
    try:
        value = _constant(tree)
        left, right = _constant(tree.left), _constant(tree.right)
    except (ArithmeticError, ValueError):
        return "this is not a finite number"
    if value is not None and not math.isfinite(value):
        return "this is not a finite number"
    if tree.operator == "/" and right == 0:
        return "this divides by zero"
    if tree.operator == "**" and left is not None and left <= 0 and right is None:
        return "a variable exponent needs a base above zero"
    return ""
