"""What one row of matrix @ vector is the sum of, and how large the parts of any sum are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeGuard

import numpy as np

from lstm_viz.equations.tree import Name, Operation, Transposed, Tree, walk
from lstm_viz.kernels.evaluate import evaluate
from lstm_viz.trace.records import Gradients, Trace


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


def largest_product(
    record: Trace, trees: Iterable[Tree], row: int, gradients: Gradients | None = None
) -> float:
    """The size of the largest product in a row of the products in `trees`, over all steps."""
    found = [part for tree in trees for part in walk(tree) if _is_product(part)]
    most = 0.0
    for t in range(len(record)):
        values = {**record.weights, **{name: record[name][t] for name in record.names}}
        if gradients is not None:
            values |= {"d" + name: gradients.passing(name)[t] for name in gradients.names}
        for each in found:
            sizes = np.abs(products(each, values, row).products)
            most = max(most, float(sizes[np.isfinite(sizes)].max(initial=0.0)))
    return most


def _is_product(tree: Tree) -> TypeGuard[Operation]:
    return isinstance(tree, Operation) and tree.operator == "@"


def parts(summands: Mapping[str, float]) -> dict[str, float]:
    """Each summand as a fraction of their sum; not a number where that is 0."""
    total = sum(summands.values())
    return {name: value / total if total else math.nan for name, value in summands.items()}
