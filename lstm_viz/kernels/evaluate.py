"""The value of a tree over arrays, as it stands: what measures and views ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from lstm_viz.equations.derivative import body
from lstm_viz.equations.functions import FUNCTIONS
from lstm_viz.equations.tree import Call, Name, Negative, Number, Operation, Transposed, Tree

PRIMITIVES: dict[str, Callable[..., Any]] = {
    name: eval(f"lambda {', '.join(known.arguments)}: {known.numpy.format(*known.arguments)}")
    if not known.ufunc
    else getattr(np, known.ufunc)
    for name, known in FUNCTIONS.items()
    if known.numpy
}

_BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "@": lambda a, b: a @ b,
    "**": lambda a, b: a**b,
}


def evaluate(
    tree: Tree, values: Mapping[str, Any], primitives: Mapping[str, Callable[..., Any]] = PRIMITIVES
) -> Any:
    """The value of a tree: `values` for its names, `primitives` for functions without a body."""
    match tree:
        case Number(value):
            return value
        case Name(name):
            return values[name]
        case Negative(of):
            return -1.0 * evaluate(
                of, values, primitives
            )  # NumPy 2.4 negates some strided views wrongly
        case Transposed(of):
            return np.swapaxes(evaluate(of, values, primitives), -1, -2)
        case Operation(operator, left, right):
            return _BINARY[operator](
                evaluate(left, values, primitives), evaluate(right, values, primitives)
            )
        case Call(function, arguments):
            given = [evaluate(each, values, primitives) for each in arguments]
            if (inner := body(function)) is None:
                return primitives[function](*given)
            return evaluate(
                inner, dict(zip(FUNCTIONS[function].arguments, given, strict=True)), primitives
            )
    raise TypeError(f"not a tree: {tree!r}")
