"""Batches out of arrays: batch-first outside, feature-major inside."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lstm_viz.validation.errors import InputError

Array = np.ndarray


def turn(values: Array) -> Array:
    """(N, T, K) → (T, K, N), (N, K) → (K, N), (N,) as it is."""
    return np.moveaxis(values, 0, -1)


def turn_back(values: Array) -> Array:
    """(T, K, N) → (N, T, K), (K, N) → (N, K)."""
    return np.moveaxis(values, -1, 0)


def cut(
    x: Array, y: Array, order: Array, batch: int, truncate: int
) -> Iterator[tuple[Array, Array]]:
    """Feature-major (inputs, targets), `batch` sequences each in this order, at the end fewer.

    With `truncate` each comes in pieces of so many steps; its targets then need one a step.
    """
    if batch < 1 or truncate < 0:
        raise InputError("a batch holds at least one sequence, a piece at least one step")
    if truncate and (y.ndim < 2 or y.shape[1] != x.shape[1]):
        raise InputError("truncated backpropagation needs a target at every step")
    for start in range(0, len(order), batch):
        rows = order[start : start + batch]
        part, answer = turn(x[rows]), turn(y[rows])
        if not truncate:
            yield part, answer
        else:
            for t in range(0, len(part), truncate):
                yield part[t : t + truncate], answer[t : t + truncate]
