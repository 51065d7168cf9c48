"""The NumPy names that generated source may call."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from lstm_viz.equations.functions import FUNCTIONS

UFUNCS = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "**": "power"}


# The functions that NumPy has as they stand, by its own names.
DIRECT = {name: known.ufunc for name, known in FUNCTIONS.items() if known.ufunc}


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
