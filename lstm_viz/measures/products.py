"""What one row of matrix @ vector is the sum of, and how large the parts of any sum are."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lstm_viz.equations.tree import Name, Operation, Transposed
from lstm_viz.kernels.evaluate import evaluate


@dataclass(frozen=True, eq=False)
class Products:
    """One row of matrix @ vector: weights, what each is multiplied by, the products, their sum."""

    matrix: str
    transposed: bool
    weights: np.ndarray
    values: np.ndarray
    products: np.ndarray
    total: float


def products(product: Operation, values: Mapping[str, np.ndarray], row: int) -> Products:
    """The products of a row of `product`, a matrix (or its transpose) @ a vector; the last row
    where there are fewer."""
    transposed = isinstance(product.left, Transposed)
    left = product.left.of if isinstance(product.left, Transposed) else product.left
    assert isinstance(left, Name)
    matrix = values[left.name].T if transposed else values[left.name]
    weights = matrix[min(row, len(matrix) - 1)]
    vector = np.broadcast_to(evaluate(product.right, values), weights.shape)
    total = float(weights @ vector)
    return Products(left.name, transposed, weights, vector, weights * vector, total)


def parts(summands: Mapping[str, float]) -> dict[str, float]:
    """Each summand as a fraction of their sum; not a number where that is 0."""
    total = sum(summands.values())
    return {name: value / total if total else math.nan for name, value in summands.items()}
