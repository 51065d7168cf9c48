"""The NumPy names that generated source may call."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

UFUNCS = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "**": "power"}


DIRECT = {
    "abs": "absolute",
    **{n: n for n in ("tanh", "exp", "log", "log1p", "expm1", "maximum", "minimum", "sign")},
}


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
