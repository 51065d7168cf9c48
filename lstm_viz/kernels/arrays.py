"""Running the generated functions over arrays, chunk by chunk of what stays in cache."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.tree import PREVIOUS
from lstm_viz.kernels.backward import BackwardPlan, backward_plan
from lstm_viz.kernels.emit import Binder
from lstm_viz.kernels.forward import ForwardPlan, forward_plan
from lstm_viz.kernels.machine import Arena, Machine
from lstm_viz.kernels.pool import take
from lstm_viz.kernels.products import WeightProducts
from lstm_viz.kernels.system import System, system

CACHE_ONE, CACHE_BATCH = 256 * 1024, 4 * 1024 * 1024  # bytes of a chunk
FEW = 32  # units for which a diagonal matrix in a product is cheaper than two calls
Arrays = Mapping[str, np.ndarray]
Size = tuple[tuple[tuple[str, int], ...], int, np.dtype, int]  # letters, batch, dtype, steps


class CompiledPlan:
    """A plan at one size: where every block lies, and machines that go through time."""

    def __init__(self, plan: Any, own: str, others: Mapping[str, Arena], size: Size) -> None:
        letters, self.batch, dtype, steps = size
        sizes = dict(letters)
        binder = Binder(plan.system, sizes, self.batch, dtype)
        binder.arenas = {**others, **{k: _arena(plan, k, sizes) for k in (own, "S")}}
        self.arena = binder.arenas[own]
        self.longest = chunk_length(self.arena.total, self.batch, dtype.itemsize, steps)
        what = f"{plan.system.cell.name} {type(plan).__name__}"
        self._make = binder.compiled(plan.source(binder, self.longest), what)
        self._spare: list[Machine] = []
        self.places = {
            name: (place.later, self.rows(place.block))
            for name in plan.system.cell.names
            if (place := plan.place(name)).block in self.arena.start
        }

    def rows(self, block: str) -> slice:
        start = self.arena.start[block]
        return slice(start, start + self.arena.rows[block])

    def empty(self, steps: int, dtype: Any) -> np.ndarray:
        tail = (self.batch,) if self.batch else ()
        return take((steps + 1, self.arena.total, *tail), dtype)

    def views(self, array: np.ndarray) -> dict[str, np.ndarray]:
        """Name → (T, rows[, B]) for everything that the cell records."""
        steps = len(array) - 1
        return {
            name: array[later : later + steps, rows] for name, (later, rows) in self.places.items()
        }

    @contextmanager
    def loaded(self, weights: Arrays) -> Iterator[Machine]:
        """A machine that has these weights in it and that no other thread uses."""
        try:
            machine = self._spare.pop()
        except IndexError:
            machine = self._make()
        machine.load(weights)
        with np.errstate(all="ignore"):
            yield machine
        self._spare.append(machine)


@dataclass
class ArrayRecord:
    """What a run leaves for going back: the arena A, (T + 1, rows[, B]), and what is where."""

    cell: Recurrence
    system: System
    weights: Arrays
    size: Size
    compiled: CompiledPlan
    A: np.ndarray
    values: dict[str, np.ndarray] = field(default_factory=dict)


def forward(
    cell: Recurrence, weights: Arrays, x: np.ndarray, states: Arrays, sizes: Mapping[str, int]
) -> ArrayRecord:
    """Run over x, (T, I) or feature-major (T, I, B), and record."""
    s, steps = system(cell), len(x)
    size = (tuple(sizes.items()), x.shape[2] if x.ndim == 3 else 0, x.dtype, steps)
    compiled = _compiled_forward(s, size)
    A = compiled.empty(steps, x.dtype)
    A[:, compiled.arena.start["1"]] = 1
    with compiled.loaded(weights) as machine:
        _go_forward(compiled, machine, A, x, {name: states[name] for name in s.states})
    return ArrayRecord(cell, s, weights, size, compiled, A, compiled.views(A))


def _go_forward(
    compiled: CompiledPlan, machine: Machine, A: np.ndarray, x: np.ndarray, states: Arrays
) -> None:
    A[:-1, compiled.rows("x")] = x
    for name, state in states.items():
        A[0, compiled.rows(name + PREVIOUS)] = state
    steps, longest = len(x), compiled.longest
    for t0 in range(0, steps, longest):
        machine.go(A, t0, min(steps, t0 + longest))


def backward(recorded: ArrayRecord, given: Arrays) -> tuple[dict[str, Any], dict[str, Any]]:
    """Go back: (gradients by name, (T, rows[, B]); gradients by weight).

    `given` is ∂L/∂q, (T, rows[, B]), for any quantities q of the cell.
    """
    r = recorded
    # a loss by a state at the last step only is the gradient that comes in from beyond the end
    last = {n: g[-1] for n, g in given.items() if n in r.system.states and not g[:-1].any()}
    every = {n: g for n, g in given.items() if n not in last}
    compiled = _compiled_backward(r.system, frozenset(every), r.size)
    D = compiled.empty(len(r.A) - 1, r.A.dtype)
    totals = compiled.totals(r.weights)
    with compiled.loaded(r.weights) as machine:
        _go_back(compiled, machine, r.A, D, every, last, totals)
    return compiled.views(D), {name: totals[name] for name in r.weights}


class CompiledBackward(CompiledPlan):
    """Also: which blocks must be cleared, and the products that make the weights' gradients."""

    def __init__(self, s: System, every: frozenset[str], size: Size, lean: bool = False) -> None:
        plan, ahead = backward_plan(s, every, size[1] > 0, lean), _compiled_forward(s, size, lean)
        super().__init__(plan, "D", {"A": ahead.arena}, size)
        self.cleared = [
            (plan.adjoint[name].later, self.rows(plan.adjoint[name].block))
            for name in sorted(set(plan.outside) - every)
        ]
        self.states = s.states
        self.products = WeightProducts(plan, forward_plan(s), self.arena, ahead.arena, self.batch)

    def totals(self, weights: Arrays) -> dict[str, np.ndarray]:
        """Zeros for the gradients of the weights that no product will make."""
        return {
            name: np.zeros_like(weight)
            for name, weight in weights.items()
            if name not in self.products.weights
        }


def _go_back(
    compiled: CompiledBackward,
    machine: Machine,
    A: np.ndarray,
    D: np.ndarray,
    every: Arrays,
    last: Arrays,
    totals: dict[str, np.ndarray],
) -> None:
    steps, longest = len(A) - 1, compiled.longest
    for later, rows in compiled.cleared:
        D[later : later + steps, rows] = 0
    for name in compiled.states:
        D[-1, compiled.rows(name + PREVIOUS)] = last.get(name, 0)
    for name, gradient in every.items():
        D[:-1, compiled.rows(name)] = gradient
    for t1 in range(steps, 0, -longest):
        t0 = max(0, t1 - longest)
        machine.go(A, D, t0, t1, totals)
        if compiled.batch:
            compiled.products.add(A, D, t0, t1, totals)
    if not compiled.batch:
        compiled.products.add(A, D, 0, steps, totals)


class Runner:
    """A cell at one size, to be run again and again: everything is allocated once.

    `sizes` is the size of each letter (`cell.sizes`), `batch` 0 for one sequence; `every` names
    what the loss is given by at each step, beside the states by which it is given at the last one.
    A `lean` one is for learning: the gradients of gates are left out, and sums that only a sigmoid
    reads are left scaled.
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
        lean: bool = False,
    ) -> None:
        s, size = system(cell), (tuple(sizes.items()), batch, np.dtype(dtype), steps)
        self._ahead = _compiled_forward(s, size, lean)
        self._back = _compiled_backward(s, every, size, lean)
        self._forward, self._backward = self._ahead._make(), self._back._make()
        self.A, self.D = self._ahead.empty(steps, dtype), self._back.empty(steps, dtype)
        self.A[:, self._ahead.arena.start["1"]] = 1
        self.values, self.gradients = self._ahead.views(self.A), self._back.views(self.D)
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
            _go_forward(self._ahead, self._forward, self.A, x, {**self._zeros, **(states or {})})
        return self.values

    def backward(
        self, every: Arrays, last: Arrays, totals: dict[str, np.ndarray] | None = None
    ) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
        """Go back over what `forward` left: (gradients by name, gradients by weight).

        `every` is ∂L/∂q, (T, rows[, B]), `last` that at the last step, (rows[, B]), of states.
        Weights' gradients are added to `totals` where that is given.
        """
        if totals is None:
            totals = self._back.totals(self._weights)
        self._backward.load(self._weights)
        with np.errstate(all="ignore"):
            _go_back(self._back, self._backward, self.A, self.D, every, last, totals)
        return self.gradients, totals


def chunk_length(rows: int, batch: int, itemsize: int, steps: int) -> int:
    """How many steps fit in cache."""
    room = CACHE_BATCH if batch else CACHE_ONE
    return max(1, min(steps, room // (rows * max(1, batch) * itemsize)))


@lru_cache(maxsize=128)
def _compiled_forward(s: System, size: Size, lean: bool = False) -> CompiledPlan:
    letters, batch, _, _ = size
    few = not batch and max(rows for _, rows in letters) <= FEW
    return CompiledPlan(forward_plan(s, few, lean), "A", {}, size)


@lru_cache(maxsize=128)
def _compiled_backward(
    s: System, every: frozenset[str], size: Size, lean: bool = False
) -> CompiledBackward:
    return CompiledBackward(s, every, size, lean)


def _arena(plan: ForwardPlan | BackwardPlan, kind: str, sizes: Mapping[str, int]) -> Arena:
    letters = {block: letter for (arena, block), letter in plan.letters.items() if arena == kind}
    return Arena(plan.orders.get(kind, []), letters, sizes)
