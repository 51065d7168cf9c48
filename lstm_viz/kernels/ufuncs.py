"""The NumPy names that generated source may call."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any

import numpy as np

from lstm_viz.equations.functions import FUNCTIONS
from lstm_viz.equations.tree import Call, Negative, Number, Operation, Tree

UFUNCS = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "**": "power"}


# The functions that NumPy has as they stand, by its own names.
DIRECT = {name: known.ufunc for name, known in FUNCTIONS.items() if known.ufunc}


def call_of(tree: Tree) -> tuple[str, tuple[Tree, ...]] | None:
    """The one call that a node is: its name and its arguments; None where it takes several."""
    match tree:
        case Negative(of):
            return "multiply", (of, Number(-1.0))
        case Operation("**", left, Number(2.0)):
            return "square", (left,)
        case Operation(operator, left, right) if operator in UFUNCS:
            return UFUNCS[operator], (left, right)
        case Call("step", (inside,)):
            return "heaviside", (inside, Number(0.0))
        case Call(function, arguments) if function in DIRECT:
            return DIRECT[function], arguments
    return None


def call_source(ufunc: str, operands: Sequence[str], out: str) -> str:
    """A call as source. An output by its place is quicker; of these two NumPy 2.4 warns of it."""
    by_name = "out=" if ufunc in ("maximum", "minimum") else ""
    return f"{ufunc}({', '.join(operands)}, {by_name}{out})"


# np.negative is not among them: NumPy 2.4 gets it wrong for some strided views (−x is x · −1 here).
NUMPY_NAMES: dict[str, Any] = {"__builtins__": builtins} | {
    name: getattr(np, name)
    for name in (
        *UFUNCS.values(),
        *DIRECT.values(),
        "positive",
        "square",
        "reciprocal",
        "matmul",
        "einsum",
        "copyto",
        "heaviside",
    )
}
