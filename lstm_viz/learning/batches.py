"""Batches out of arrays: batch-first outside, feature-major inside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from lstm_viz.learning.losses import Loss
from lstm_viz.network.layers import Embedding
from lstm_viz.network.network import Network
from lstm_viz.validation.errors import InputError

Array = np.ndarray


def turn(values: Array) -> Array:
    """(N, T, K) → (T, K, N), (N, K) → (K, N), (N,) as it is."""
    return np.moveaxis(values, 0, -1)


def turn_back(values: Array) -> Array:
    """(T, K, N) → (N, T, K), (K, N) → (N, K)."""
    return np.moveaxis(values, -1, 0)


def inputs_for(network: Network, inputs: Any) -> Array:
    """(N, T, features) in the network's type, or (N, T) of integers; refuses all else."""
    x, words = np.asarray(inputs), isinstance(network.layers[0], Embedding)
    if x.ndim != (2 if words else 3) or not x.size:
        wanted = "(N, T) of integers" if words else "(N, T, features)"
        raise InputError(f"inputs have shape {x.shape}: they should be {wanted}")
    if not np.isfinite(x).all():
        raise InputError("the inputs hold a number that is not finite")
    return x.astype(np.int64 if words else network.dtype)


def pairs_for(network: Network, loss: Loss, inputs: Any, targets: Any) -> tuple[Array, Array]:
    """Inputs, and as many targets as the loss wants them; (N,) of numbers become (N, 1)."""
    x, y = inputs_for(network, inputs), np.asarray(targets)
    if not np.isfinite(y).all():
        raise InputError("the targets hold a number that is not finite")
    if len(x) != len(y):
        raise InputError(f"{len(x)} sequences, but {len(y)} targets")
    y = y.astype(np.int64 if loss.classes else network.dtype)
    return x, y if loss.classes or y.ndim > 1 else y[:, None]


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
