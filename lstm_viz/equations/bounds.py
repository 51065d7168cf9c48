"""Between which numbers a tree lies by construction, whatever the weights and the inputs are."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import inf, isnan

from lstm_viz.equations.derivative import slope
from lstm_viz.equations.functions import FUNCTIONS
from lstm_viz.equations.tree import Call, Name, Negative, Number, Operation, Tree

Bounds = tuple[float, float]


def bounds(tree: Tree, known: Mapping[str, Bounds]) -> Bounds:
    """(low, high) of a tree, given those of names."""
    match tree:
        case Number(value):
            return value, value
        case Name(name):
            return known.get(name, (-inf, inf))
        case Negative(of):
            low, high = bounds(of, known)
            return -high, -low
        case Call(function, _):
            return FUNCTIONS[function].range
        case Operation("/", part, Operation("+", a, b)) if part in (a, b):
            least = min(bounds(a, known)[0], bounds(b, known)[0])
            return (0.0, 1.0) if least >= 0 else (-inf, inf)
        case Operation("+" | "-" | "*" | "/" as operator, left, right):
            return _combined(operator, bounds(left, known), bounds(right, known))
    return -inf, inf


def _combined(operator: str, left: Bounds, right: Bounds) -> Bounds:
    (a, b), (c, d) = left, right
    if operator == "+":
        return a + c, b + d
    if operator == "-":
        return a - d, b - c
    if operator == "*":
        corners = [0.0 if isnan(each) else each for each in (a * c, a * d, b * c, b * d)]
        return min(corners), max(corners)
    return (0.0 if a >= 0 and c >= 0 else -inf), inf


@cache
def rises(function: str) -> bool:
    """Whether a function of one argument that is never negative rises with it, and smoothly."""
    known = FUNCTIONS[function]
    low, high = bounds(slope(function, 0), {"y": known.range})
    return len(known.arguments) == 1 and known.range[0] >= 0 and low >= 0 and high > 0
