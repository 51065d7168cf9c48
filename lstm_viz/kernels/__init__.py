"""Equations into fast functions through time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_viz.cell import Cell
from lstm_viz.kernels import plain


@dataclass
class Recorded:
    cell: Cell
    weights: Mapping[str, np.ndarray]
    values: dict[str, np.ndarray]


def forward(cell: Cell, weights: Any, x: np.ndarray, states: Any, sizes: Any, floats: bool | None = None) -> Recorded:
    batch = x.ndim == 3
    col = (lambda a: a) if batch else (lambda a: a[..., None])
    return Recorded(cell, weights, plain.forward(cell, weights, col(x), {k: col(v) for k, v in states.items()}))


def backward(recorded: Recorded, given: Any) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    given = {k: v.reshape(recorded.values[k].shape) for k, v in given.items()}
    return plain.backward(recorded.cell, recorded.weights, recorded.values, given)
