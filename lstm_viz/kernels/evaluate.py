"""The value of a tree over arrays, as it stands: what measures and views ask for."""

from __future__ import annotations

import operator
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
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "@": operator.matmul,
    "**": operator.pow,
}


Values = Mapping[str, Any]
Primitives = Mapping[str, Callable[..., Any]]


def evaluate(tree: Tree, values: Values, primitives: Primitives = PRIMITIVES) -> Any:
    """The value of a tree: `values` for its names, `primitives` for functions without a body."""
    return _KINDS[type(tree)](tree, values, primitives)


# A table of kinds takes half the time of a `match`: where mistakes are looked for, most of it.


def _operation(tree: Operation, values: Values, primitives: Primitives) -> Any:
    left, right = tree.left, tree.right
    return _BINARY[tree.operator](
        _KINDS[type(left)](left, values, primitives),
        _KINDS[type(right)](right, values, primitives),
    )


def _negative(tree: Negative, values: Values, primitives: Primitives) -> Any:
    value = evaluate(tree.of, values, primitives)
    return -1.0 * value  # NumPy 2.4 negates some strided views wrongly


def _call(tree: Call, values: Values, primitives: Primitives) -> Any:
    given = [evaluate(each, values, primitives) for each in tree.arguments]
    if (inner := body(tree.function)) is None:
        return primitives[tree.function](*given)
    known = dict(zip(FUNCTIONS[tree.function].arguments, given, strict=True))
    return evaluate(inner, known, primitives)


_KINDS: dict[type, Callable[[Any, Values, Primitives], Any]] = {
    Number: lambda tree, _, __: tree.value,
    Name: lambda tree, values, _: values[tree.name],
    Negative: _negative,
    Transposed: lambda tree, *known: evaluate(tree.of, *known).swapaxes(-1, -2),
    Operation: _operation,
    Call: _call,
}
