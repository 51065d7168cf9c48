"""Plans at one size, compiled: they go through time chunk by chunk of what stays in cache.

What is not finite is there to be seen: who runs them tells NumPy not to warn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

import numpy as np

from lstm_viz.equations.tree import PREVIOUS
from lstm_viz.kernels import machine as machines
from lstm_viz.kernels.backward import BackwardPlan, backward_plan
from lstm_viz.kernels.backward_source import backward_source
from lstm_viz.kernels.between import BETWEEN
from lstm_viz.kernels.emit import NARROW, Binder
from lstm_viz.kernels.forward import ForwardPlan, forward_plan, forward_source
from lstm_viz.kernels.machine import Arena, Machine
from lstm_viz.kernels.options import PlanOptions
from lstm_viz.kernels.pool import Shelf, take
from lstm_viz.kernels.products import WeightProducts
from lstm_viz.kernels.system import System

CACHE_ONE, CACHE_BATCH = 256 * 1024, 4 * 1024 * 1024  # bytes of a chunk
CACHE_LEAN = 1024 * 1024  # of one whose gradients are soon written over
USUAL = PlanOptions()
FEW = 32  # units for which a diagonal matrix in a product is cheaper than two calls
Arrays = Mapping[str, np.ndarray]
Size = tuple[tuple[tuple[str, int], ...], int, np.dtype]  # letters, batch, dtype

_spare = Shelf[Machine](times=2)  # machines that no thread uses, by their plans: there and back


class CompiledPlan:
    """A plan at one size: where every block lies, and machines that go through any time."""

    def __init__(
        self,
        plan: Any,
        write: Callable[[Any, Binder, int], str],
        arenas: Mapping[str, Arena],
        size: Size,
        options: PlanOptions,
    ) -> None:
        letters, self.batch, dtype = size
        *_, self.arena = arenas.values()
        every = {**arenas, "S": _arena(plan, "S", size)}
        binder = Binder(plan.system, every, dict(letters), self.batch, dtype, options.small)
        self.longest = chunk_length(self.arena.total, self.batch, dtype.itemsize, options.lean)
        self.source = write(plan, binder, self.longest)
        what = f"{plan.system.cell.name} {type(plan).__name__}"
        self.machine = binder.compiled(self.source, what)
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

    def borrowed(self) -> Machine:
        """A machine that no other thread uses, to be given back."""
        return _spare.take(self) or self.machine()


class CompiledForward(CompiledPlan):
    """Forward over the arena A; `exactly` is the same with no sigmoid by tanh."""

    def __init__(self, s: System, size: Size, options: PlanOptions) -> None:
        few = not size[1] and max(rows for _, rows in size[0]) <= FEW
        plan = forward_plan(s, replace(options, dense=few, exact=False))
        write = partial(forward_source, exact=options.exact)
        super().__init__(plan, write, {"A": _arena(plan, "A", size)}, size, options)
        self.exactly = partial(compiled_forward, s, size, replace(options, exact=True))

    def run(
        self,
        weights: Arrays,
        A: np.ndarray,
        x: np.ndarray,
        states: Arrays,
        own: Machine | None = None,
    ) -> None:
        """Fill A from the inputs and the states before the first step."""
        A[:-1, self.rows("x")] = x
        for name, state in states.items():
            A[0, self.rows(name + PREVIOUS)] = state
        self._fill(weights, A, 0, own)

    def _fill(self, weights: Arrays, A: np.ndarray, start: int, own: Machine | None = None) -> None:
        """The steps from `start` on; exactly from the chunk on in which a gate is nearly shut."""
        steps, small = len(A) - 1, False
        machine = own or self.borrowed()
        machine.load(weights)
        while start < steps and not small:
            BETWEEN.ask()
            done, start = start, start + self.longest
            small = machine.go(A, done, min(steps, start))
        if own is None:
            _spare.put(self, machine)
        if small:
            self.exactly()._fill(weights, A, done)


class CompiledBackward(CompiledPlan):
    """Back over the arenas A and D; `every` names what the loss is given by at each step."""

    def __init__(self, s: System, every: frozenset[str], size: Size, options: PlanOptions) -> None:
        batched = size[1] > 0 and not _will_be_cut(s, size, options.small)
        plan = backward_plan(s, every, replace(options, batched=batched))
        recorded, gradients = compiled_forward(s, size, options).arena, _arena(plan, "D", size)
        arenas = {"A": recorded, "D": gradients}
        super().__init__(plan, backward_source, arenas, size, options)
        self.cleared = [
            (plan.adjoint[name].later, self.rows(plan.adjoint[name].block))
            for name in sorted(set(plan.outside) - every)
        ]
        self.states = s.states
        self.products = WeightProducts(plan, gradients, recorded, self.batch)

    def totals(self, weights: Arrays) -> dict[str, np.ndarray]:
        """Zeros for the gradients of the weights that no product will make."""
        made = self.products.weights
        return {name: np.zeros_like(w) for name, w in weights.items() if name not in made}

    def run(
        self,
        weights: Arrays,
        A: np.ndarray,
        D: np.ndarray,
        every: Arrays,
        last: Arrays,
        totals: dict[str, np.ndarray],
        own: Machine | None = None,
        kept: Arrays | None = None,
    ) -> None:
        """Fill D and add to `totals`; `last` is what a state is given by at the last step.

        D may be as short as a chunk (`room_for`): then each chunk writes over the one before, and
        what is wanted of it goes to the arrays of `kept`, (T, rows[, B]) by name.
        """
        steps, longest = len(A) - 1, self.longest
        coming: Mapping[str, Any] = last
        sums: list[np.ndarray] = []
        machine = own or self.borrowed()
        machine.load(weights)
        for t1 in range(steps, 0, -longest):
            BETWEEN.ask()
            t0 = max(0, t1 - longest)
            part = D[t0 : t1 + 1] if len(D) > steps else D[: t1 - t0 + 1]
            self._begin(part, {name: g[t0:t1] for name, g in every.items()}, coming)
            machine.go(A, part, t0, t1, totals)
            coming = {name: part[0, self.rows(name + PREVIOUS)].copy() for name in self.states}
            if self.batch:
                BETWEEN.ask()
                self.products.add(A[t0 : t1 + 1], part, sums)
            for name, whole in (kept or {}).items():
                later, rows = self.places[name]
                whole[t0:t1] = part[later : later + t1 - t0, rows]
        if not self.batch:
            self.products.add(A, D, sums)
        self.products.share(sums, totals)
        if own is None:
            _spare.put(self, machine)

    def _begin(self, part: np.ndarray, every: Arrays, coming: Mapping[str, Any]) -> None:
        """Put what is known into a chunk: gradients of the loss, and what comes in from later."""
        for later, rows in self.cleared:
            part[later : later + len(part) - 1, rows] = 0
        for name in self.states:
            part[-1, self.rows(name + PREVIOUS)] = coming.get(name, 0)
        for name, gradient in every.items():
            part[:-1, self.rows(name)] = gradient

    def room_for(self, steps: int) -> int:
        """Of how many steps D must be."""
        return min(steps, self.longest) if self.batch else steps


@lru_cache(maxsize=128)
def compiled_forward(s: System, size: Size, options: PlanOptions = USUAL) -> CompiledForward:
    """The plan of a cell at one size, made once."""
    return CompiledForward(s, size, options)


@lru_cache(maxsize=128)
def compiled_backward(
    s: System, every: frozenset[str], size: Size, options: PlanOptions = USUAL
) -> CompiledBackward:
    """The same for the backward pass."""
    return CompiledBackward(s, every, size, options)


def _will_be_cut(s: System, size: Size, small: int) -> bool:
    """Whether the product that goes back is cut into equal parts: then ∂x would only disturb."""
    letters, batch, _ = size
    sizes = dict(letters)
    work = sum(
        machines.rows(shape[0], sizes) * machines.rows(shape[1], sizes)
        for shape in s.parameters.values()
        if len(shape) > 1 and shape[1] != s.letter["x"]
    )
    return batch <= NARROW and work * batch > small


def chunk_length(rows: int, batch: int, itemsize: int, lean: bool = False) -> int:
    """How many steps fit in cache."""
    room = (CACHE_LEAN if lean else CACHE_BATCH) if batch else CACHE_ONE
    return max(1, room // (rows * max(1, batch) * itemsize))


def _arena(plan: ForwardPlan | BackwardPlan, kind: str, size: Size) -> Arena:
    letters = {block: letter for (arena, block), letter in plan.letters.items() if arena == kind}
    return Arena(plan.orders.get(kind, []), letters, dict(size[0]))
