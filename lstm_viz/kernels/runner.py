"""A cell at one size, run again and again into the same memory: what training stands on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.kernels.arrays import (
    USUAL,
    Arrays,
    compiled_backward,
    compiled_forward,
    go_back,
    go_forward,
)
from lstm_viz.kernels.options import PlanOptions
from lstm_viz.kernels.system import system


class Runner:
    """A cell at one size, to be run again and again: everything is allocated once.

    `sizes` is the size of each letter (`cell.sizes`), `batch` 0 for one sequence; `every` names
    what the loss is given by at each step, beside the states by which it is given at the last one.
    What `forward` and `backward` hand out are views that the next call fills anew.
    """

    def __init__(
        self,
        cell: Recurrence,
        sizes: Mapping[str, int],
        steps: int,
        batch: int = 0,
        dtype: Any = np.float64,
        every: frozenset[str] = frozenset(),
        options: PlanOptions = USUAL,
    ) -> None:
        s, size = system(cell), (tuple(sizes.items()), batch, np.dtype(dtype), steps)
        self.ahead = compiled_forward(s, size, options)
        self.back = compiled_backward(s, every, size, options)
        self._forward, self._backward = self.ahead.machine(), self.back.machine()
        self.A, self.D = self.ahead.empty(steps, dtype), self.back.empty(steps, dtype)
        self.A[:, self.ahead.arena.start["1"]] = 1
        self.values, self.gradients = self.ahead.views(self.A), self.back.views(self.D)
        tail = (batch,) if batch else ()
        self._zeros = {n: np.zeros((sizes[cell.letters(n)], *tail), dtype) for n in s.states}
        self._weights: Arrays = {}

    def forward(
        self, weights: Arrays, x: np.ndarray, states: Arrays | None = None
    ) -> dict[str, np.ndarray]:
        """Run over x, (T, I) or (T, I, B): everything recorded by name, (T, rows[, B])."""
        self._weights = weights
        self._forward.load(weights)
        with np.errstate(all="ignore"):
            go_forward(self.ahead, self._forward, self.A, x, {**self._zeros, **(states or {})})
        return self.values

    def backward(
        self, every: Arrays, last: Arrays, totals: dict[str, np.ndarray] | None = None
    ) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
        """Go back over what `forward` left: (gradients by name, gradients by weight).

        `every` is ∂L/∂q, (T, rows[, B]), `last` that at the last step, (rows[, B]), of states.
        Weights' gradients are added to `totals` where that is given.
        """
        if totals is None:
            totals = self.back.totals(self._weights)
        self._backward.load(self._weights)
        with np.errstate(all="ignore"):
            go_back(self.back, self._backward, self.A, self.D, every, last, totals)
        return self.gradients, totals
