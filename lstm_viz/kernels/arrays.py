"""Running the generated functions over arrays, chunk by chunk of what stays in cache."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.tree import PREVIOUS
from lstm_viz.kernels.backward import BackwardPlan, backward_plan
from lstm_viz.kernels.backward_source import backward_source
from lstm_viz.kernels.emit import Binder
from lstm_viz.kernels.forward import ForwardPlan, forward_plan, forward_source
from lstm_viz.kernels.machine import Arena, Machine
from lstm_viz.kernels.options import PlanOptions
from lstm_viz.kernels.pool import take
from lstm_viz.kernels.products import WeightProducts
from lstm_viz.kernels.system import System, system

CACHE_ONE, CACHE_BATCH = 256 * 1024, 4 * 1024 * 1024  # bytes of a chunk
USUAL = PlanOptions()
FEW = 32  # units for which a diagonal matrix in a product is cheaper than two calls
Arrays = Mapping[str, np.ndarray]
Size = tuple[tuple[tuple[str, int], ...], int, np.dtype, int]  # letters, batch, dtype, steps


class CompiledPlan:
    """A plan at one size: where every block lies, and machines that go through time."""

    def __init__(
        self,
        plan: Any,
        write: Callable[[Any, Binder, int], str],
        arenas: Mapping[str, Arena],
        size: Size,
        small: int,
    ) -> None:
        letters, self.batch, dtype, steps = size
        *_, self.arena = arenas.values()
        every = {**arenas, "S": _arena(plan, "S", size)}
        binder = Binder(plan.system, every, dict(letters), self.batch, dtype, small)
        self.longest = chunk_length(self.arena.total, self.batch, dtype.itemsize, steps)
        self.source = write(plan, binder, self.longest)
        what = f"{plan.system.cell.name} {type(plan).__name__}"
        self.machine = binder.compiled(self.source, what)
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
            machine = self.machine()
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
    A: np.ndarray
    values: dict[str, np.ndarray]


def forward(
    cell: Recurrence, weights: Arrays, x: np.ndarray, states: Arrays, sizes: Mapping[str, int]
) -> ArrayRecord:
    """Run over x, (T, I) or feature-major (T, I, B), and record."""
    s, steps = system(cell), len(x)
    size = (tuple(sizes.items()), x.shape[2] if x.ndim == 3 else 0, x.dtype, steps)
    compiled = compiled_forward(s, size)
    A = compiled.empty(steps, x.dtype)
    A[:, compiled.arena.start["1"]] = 1
    with compiled.loaded(weights) as machine:
        go_forward(compiled, machine, A, x, {name: states[name] for name in s.states})
    return ArrayRecord(cell, s, weights, size, A, compiled.views(A))


def go_forward(
    compiled: CompiledPlan, machine: Machine, A: np.ndarray, x: np.ndarray, states: Arrays
) -> None:
    """Fill the arena A from the inputs and the states before the first step."""
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
    compiled = compiled_backward(r.system, frozenset(every), r.size)
    D = compiled.empty(len(r.A) - 1, r.A.dtype)
    totals = compiled.totals(r.weights)
    with compiled.loaded(r.weights) as machine:
        go_back(compiled, machine, r.A, D, every, last, totals)
    return compiled.views(D), {name: totals[name] for name in r.weights}


class CompiledBackward(CompiledPlan):
    """Also: which blocks must be cleared, and the products that make the weights' gradients."""

    def __init__(self, s: System, every: frozenset[str], size: Size, options: PlanOptions) -> None:
        plan = backward_plan(s, every, replace(options, batched=size[1] > 0))
        recorded, gradients = compiled_forward(s, size, options).arena, _arena(plan, "D", size)
        arenas = {"A": recorded, "D": gradients}
        super().__init__(plan, backward_source, arenas, size, options.small)
        self.cleared = [
            (plan.adjoint[name].later, self.rows(plan.adjoint[name].block))
            for name in sorted(set(plan.outside) - every)
        ]
        self.states = s.states
        self.products = WeightProducts(plan, gradients, recorded, self.batch)

    def totals(self, weights: Arrays) -> dict[str, np.ndarray]:
        """Zeros for the gradients of the weights that no product will make."""
        return {
            name: np.zeros_like(weight)
            for name, weight in weights.items()
            if name not in self.products.weights
        }


def go_back(
    compiled: CompiledBackward,
    machine: Machine,
    A: np.ndarray,
    D: np.ndarray,
    every: Arrays,
    last: Arrays,
    totals: dict[str, np.ndarray],
) -> None:
    """Fill the arena D and add to `totals`; `every` and `last` are what the loss is given by."""
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


def chunk_length(rows: int, batch: int, itemsize: int, steps: int) -> int:
    """How many steps fit in cache."""
    room = CACHE_BATCH if batch else CACHE_ONE
    return max(1, min(steps, room // (rows * max(1, batch) * itemsize)))


@lru_cache(maxsize=128)
def compiled_forward(s: System, size: Size, options: PlanOptions = USUAL) -> CompiledPlan:
    letters, batch, _, _ = size
    few = not batch and max(rows for _, rows in letters) <= FEW
    plan = forward_plan(s, replace(options, dense=few))
    return CompiledPlan(plan, forward_source, {"A": _arena(plan, "A", size)}, size, options.small)


@lru_cache(maxsize=128)
def compiled_backward(
    s: System, every: frozenset[str], size: Size, options: PlanOptions = USUAL
) -> CompiledBackward:
    return CompiledBackward(s, every, size, options)


def _arena(plan: ForwardPlan | BackwardPlan, kind: str, size: Size) -> Arena:
    letters = {block: letter for (arena, block), letter in plan.letters.items() if arena == kind}
    return Arena(plan.orders.get(kind, []), letters, dict(size[0]))
