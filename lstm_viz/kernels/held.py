"""A run in which quantities are held: their given values take the place of what they would be.

The equations are evaluated as they stand, step by step; the fast functions know nothing of this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.tree import PREVIOUS
from lstm_viz.kernels.evaluate import evaluate
from lstm_viz.kernels.weights import Weights

Arrays = Mapping[str, np.ndarray]


@dataclass
class HeldRecord:
    """What such a run leaves; `held` is name → (T, rows[, B]), not-a-number where it is free."""

    cell: Recurrence
    weights: Weights
    values: dict[str, np.ndarray]
    held: Arrays


def forward(
    cell: Recurrence,
    weights: Weights,
    x: np.ndarray,
    states: Arrays,
    sizes: Mapping[str, int],
    held: Arrays,
) -> HeldRecord:
    """Run over x, (T, I) or (T, I, B), and record; states are (rows,) or (rows, B)."""
    steps, wide = len(x), x.shape[2] if x.ndim == 3 else 1
    values = {n: np.empty((steps, sizes[cell.letters(n)], wide), x.dtype) for n in cell.names}
    holds = {name: array.reshape(values[name].shape) for name, array in held.items()}
    known: dict[str, Any] = {n: w if w.ndim == 2 else w[:, None] for n, w in weights.items()}
    carried = {state: array.reshape(-1, wide) for state, array in states.items()}
    with np.errstate(all="ignore"):
        for t in range(steps):
            put = _Step(t, values, holds, known)
            put("x", x[t].reshape(-1, wide))
            for state in cell.states:
                put(state + PREVIOUS, carried[state])
            for equation in cell.equations:
                put(equation.target, evaluate(equation.tree, known))
            carried = {state: known[state] for state in cell.states}
    given_out = {name: array if x.ndim == 3 else array[..., 0] for name, array in values.items()}
    return HeldRecord(cell, weights, given_out, held)


@dataclass
class _Step:
    """Where the values of one step go, the held ones in the place of others."""

    t: int
    values: dict[str, np.ndarray]
    holds: Arrays
    known: dict[str, Any]

    def __call__(self, name: str, value: Any) -> None:
        place = self.known[name] = self.values[name][self.t]
        place[...] = value
        if name in self.holds:
            held = self.holds[name][self.t]
            np.copyto(place, held, where=~np.isnan(held))


def passing(held: Arrays, name: str, gradient: np.ndarray) -> np.ndarray:
    """What of a gradient goes on through the quantity's own equation: nothing where it is held."""
    if name not in held:
        return gradient
    return np.where(np.isnan(held[name].reshape(gradient.shape)), gradient, 0)
