"""A cell run over arrays, forward and back: once, or again and again into the same memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.kernels.compiled import USUAL, Arrays, Size, compiled_backward, compiled_forward
from lstm_viz.kernels.options import PlanOptions
from lstm_viz.kernels.system import System, system


@dataclass
class ArrayRecord:
    """What a run leaves for going back: the arena A, (T + 1, rows[, B]), and what is where."""

    cell: Recurrence
    system: System
    weights: Arrays
    size: Size
    A: np.ndarray
    values: dict[str, np.ndarray]

    def __reduce__(self) -> tuple[Any, ...]:
        return _record, (self.cell, self.weights, self.size, self.A)


def _record(cell: Recurrence, weights: Arrays, size: Size, A: np.ndarray) -> ArrayRecord:
    s = system(cell)
    return ArrayRecord(cell, s, weights, size, A, compiled_forward(s, size).views(A))


def forward(
    cell: Recurrence, weights: Arrays, x: np.ndarray, states: Arrays, sizes: Mapping[str, int]
) -> ArrayRecord:
    """Run over x, (T, I) or feature-major (T, I, B), and record."""
    s, steps = system(cell), len(x)
    size = (tuple(sizes.items()), x.shape[2] if x.ndim == 3 else 0, x.dtype)
    compiled = compiled_forward(s, size)
    A = compiled.empty(steps, x.dtype)
    A[:, compiled.arena.start["1"]] = 1
    with np.errstate(all="ignore"):
        compiled.run(weights, A, x, {name: states[name] for name in s.states})
    return ArrayRecord(cell, s, weights, size, A, compiled.views(A))


def backward(recorded: ArrayRecord, given: Arrays) -> tuple[dict[str, Any], dict[str, Any]]:
    """Go back: (gradients by name, (T, rows[, B]); gradients by weight).

    `given` is ∂L/∂q, (T, rows[, B]), for any quantities q of the cell.
    """
    r = recorded
    # a loss by a state at the last step only is the gradient that comes in from beyond the end
    last = {n: g[-1] for n, g in given.items() if n in r.system.states and not g[:-1].any()}
    every = {n: g for n, g in given.items() if n not in last}
    compiled = compiled_backward(r.system, frozenset(every), r.size)
    D = compiled.empty(len(r.A) - 1, r.A.dtype)
    totals = compiled.totals(r.weights)
    with np.errstate(all="ignore"):
        compiled.run(r.weights, r.A, D, every, last, totals)
    return compiled.views(D), {name: totals[name] for name in r.weights}


class Runner:
    """A cell at one size, to be run again and again: all that it hands out is allocated once.

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
        s, size = system(cell), (tuple(sizes.items()), batch, np.dtype(dtype))
        self.ahead = compiled_forward(s, size, options)
        self.back = compiled_backward(s, every, size, options)
        room = self.back.room_for(steps) if options.lean else steps
        self.A, self.D = self.ahead.empty(steps, dtype), self.back.empty(room, dtype)
        self.A[:, self.ahead.arena.start["1"]] = 1
        self.values, self.gradients = self.ahead.views(self.A), self.back.views(self.D)
        tail = (batch,) if batch else ()
        if room < steps:
            kept = {"x"} & self.gradients.keys()
            self.gradients = {
                n: np.empty((steps, *self.gradients[n].shape[1:]), dtype) for n in kept
            }
        self._kept = self.gradients if room < steps else None
        self._zeros = {n: np.zeros((sizes[cell.letters(n)], *tail), dtype) for n in s.states}
        self._weights: Arrays = {}
        self._machines = self.ahead.borrowed(), self.back.borrowed()
        for machine in self._machines:
            machine.steps.kept = True

    @property
    def nbytes(self) -> int:
        """How much memory it holds, its copies of the weights with it."""
        return self.A.nbytes + self.D.nbytes + sum(each.nbytes for each in self._machines)

    def forward(
        self, weights: Arrays, x: np.ndarray, states: Arrays | None = None
    ) -> dict[str, np.ndarray]:
        """Run over x, (T, I) or (T, I, B): everything recorded by name, (T, rows[, B])."""
        self._weights = weights
        self.ahead.run(weights, self.A, x, {**self._zeros, **(states or {})}, self._machines[0])
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
        own = self._machines[1]
        self.back.run(self._weights, self.A, self.D, every, last, totals, own, self._kept)
        return self.gradients, totals
