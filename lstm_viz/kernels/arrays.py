"""Running the generated functions over arrays: arenas, chunks that stay in cache, weights at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from lstm_viz.cell import PREVIOUS, Cell
from lstm_viz.kernels.backward import BackwardPlan, backward_plan
from lstm_viz.kernels.emit import Arena, Binder
from lstm_viz.kernels.forward import ForwardPlan, forward_plan
from lstm_viz.kernels.layout import Ref
from lstm_viz.kernels.system import System, system

CACHE_ONE, CACHE_BATCH = 256 * 1024, 4 * 1024 * 1024  # bytes of a chunk


@dataclass
class Recorded:
    """What a run leaves for going back: the arena A, (T + 1, rows[, B]), and where everything is."""

    cell: Cell
    system: System
    weights: Mapping[str, np.ndarray]
    sizes: Mapping[str, int]
    steps: int
    batch: int  # 0 for one sequence
    arena: Arena
    A: np.ndarray
    plan: ForwardPlan
    values: dict[str, np.ndarray] = field(default_factory=dict)

    def view(self, array: np.ndarray, arena: Arena, ref: Ref) -> np.ndarray:
        """A block over all steps."""
        start = arena.start[ref.block]
        return array[ref.later : ref.later + self.steps, start : start + arena.rows[ref.block]]


def forward(
    cell: Cell,
    weights: Mapping[str, np.ndarray],
    x: np.ndarray,
    states: Mapping[str, np.ndarray],
    sizes: Mapping[str, int],
) -> Recorded:
    """Run over x, (T, I) or feature-major (T, I, B), and record."""
    s = system(cell)
    plan = forward_plan(s)
    steps, batch = len(x), x.shape[2] if x.ndim == 3 else 0
    a, longest, program = _forward_program(s, tuple(sizes.items()), batch, x.dtype, steps)
    A = np.empty((steps + 1, a.total, *((batch,) if batch else ())), x.dtype)
    A[:-1, a.start["x"] : a.start["x"] + a.rows["x"]] = x
    A[:, a.start["1"]] = 1
    for state in s.states:
        first = a.start[state + PREVIOUS]
        A[0, first : first + a.rows[state + PREVIOUS]] = states[state]
    go = program(weights)
    with np.errstate(all="ignore"):
        for t0 in range(0, steps, longest):
            go(A, t0, min(steps, t0 + longest))
    recorded = Recorded(cell, s, weights, sizes, steps, batch, a, A, plan)
    recorded.values = {name: recorded.view(A, a, plan.place(name)) for name in cell.names}
    return recorded


def backward(
    recorded: Recorded, given: Mapping[str, np.ndarray]
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Go back: (gradients by name, (T, rows[, B]); gradients by weight).

    `given` is ∂L/∂q, (T, rows[, B]), for any quantities q of the cell.
    """
    r, s = recorded, recorded.system
    # a loss by a state at the last step only is the gradient that comes in from beyond the end
    last = {n for n, g in given.items() if n in s.states and not g[:-1].any()}
    plan = backward_plan(s, frozenset(given) - last)
    dtype, tail = r.A.dtype, (r.batch,) if r.batch else ()
    arena, longest, program = _backward_program(
        plan, tuple(r.sizes.items()), r.batch, dtype, r.steps
    )
    D = np.empty((r.steps + 1, arena.total, *tail), dtype)
    for name in (*s.previous, *plan.outside, *(n for n in given if n not in last)):
        r.view(D, arena, Ref("D", name))[...] = 0
    for name in s.states:
        rows = slice(
            arena.start[name + PREVIOUS], arena.start[name + PREVIOUS] + arena.rows[name + PREVIOUS]
        )
        D[-1, rows] = given[name][-1] if name in last else 0
    for name in given:
        if name not in last:
            r.view(D, arena, Ref("D", name))[...] = given[name]
    totals = {name: np.zeros_like(weight) for name, weight in r.weights.items()}
    go = program(r.weights)
    weights = _WeightProducts(r, plan, arena, D, totals)
    with np.errstate(all="ignore"):
        for t1 in range(r.steps, 0, -longest):
            t0 = max(0, t1 - longest)
            go(r.A, D, t0, t1, totals)
            if r.batch:
                weights.add(t0, t1)
        if not r.batch:
            weights.add(0, r.steps)
    places = {name: plan.adjoint.get(name) or plan.state_place(name) for name in s.cell.names}
    return {name: r.view(D, arena, place) for name, place in places.items()}, totals


class _WeightProducts:
    """∂L/∂M = Σ dz vᵀ for all matrices: one product for each run of neighbouring rows and vectors."""

    def __init__(
        self,
        r: Recorded,
        plan: BackwardPlan,
        arena: Arena,
        D: np.ndarray,
        totals: dict[str, np.ndarray],
    ) -> None:
        self.r, self.D, self.totals = r, D, totals
        uses: dict[str, tuple[str, ...]] = {}
        self.signs: dict[tuple[str, str], list[tuple[float, str]]] = {}
        for name in r.system.trees:
            if (whole := r.system.sum_of(name)) and not (
                name in plan.outer and name not in plan.active
            ):
                for sign, matrix, vector in whole.products:
                    self.signs.setdefault((name, vector), []).append((sign, matrix))
                uses[name] = tuple(sorted({v for _, _, v in whole.products}))
        places = {name: plan.adjoint.get(name) or plan.state_place(name) for name in uses}
        vectors = {v: r.plan.place(v) for vs in uses.values() for v in vs}
        self.jobs = []
        for group in dict.fromkeys(uses.values()):
            rows = _runs([n for n in uses if uses[n] == group], places, arena)
            for columns in _runs(list(group), vectors, r.arena):
                self.jobs += [
                    (
                        run,
                        self._slice(run, places, arena),
                        columns,
                        self._slice(columns, vectors, r.arena),
                    )
                    for run in rows
                ]

    @staticmethod
    def _slice(
        run: list[str], places: Mapping[str, Ref], arena: Arena
    ) -> tuple[int, slice, list[int]]:
        first, last = places[run[0]].block, places[run[-1]].block
        edges = [arena.start[places[n].block] - arena.start[first] for n in run] + [
            arena.start[last] + arena.rows[last] - arena.start[first]
        ]
        return (
            places[run[0]].later,
            slice(arena.start[first], arena.start[first] + edges[-1]),
            edges,
        )

    def add(self, t0: int, t1: int) -> None:
        """Add what the steps t0 … t1 − 1 contribute."""
        for run, (later, rows, tops), columns, (ahead, width, lefts) in self.jobs:
            dz = self.D[t0 + later : t1 + later, rows]
            v = self.r.A[t0 + ahead : t1 + ahead, width]
            if self.r.batch:  # (steps, rows, B) → (rows, steps · B)
                dz = dz.transpose(0, 2, 1).reshape(-1, tops[-1])
                v = v.transpose(0, 2, 1).reshape(-1, lefts[-1])
            whole = dz.T @ v
            for i, name in enumerate(run):
                for j, vector in enumerate(columns):
                    part = whole[tops[i] : tops[i + 1], lefts[j] : lefts[j + 1]]
                    for sign, matrix in self.signs[name, vector]:
                        self.totals[matrix] += sign * part


def _runs(names: list[str], places: Mapping[str, Ref], arena: Arena) -> list[list[str]]:
    """Names in runs whose blocks lie side by side."""
    found: list[list[str]] = []
    end = None
    for name in sorted(names, key=lambda n: (places[n].later, arena.start[places[n].block])):
        place = places[name]
        if end == (place.later, arena.start[place.block]):
            found[-1].append(name)
        else:
            found.append([name])
        end = (place.later, arena.start[place.block] + arena.rows[place.block])
    return found


def chunk_length(rows: int, batch: int, itemsize: int, steps: int) -> int:
    """How many steps fit in cache."""
    room = CACHE_BATCH if batch else CACHE_ONE
    return max(1, min(steps, room // (rows * max(1, batch) * itemsize)))


Program = tuple[Arena, int, Callable[[Mapping[str, np.ndarray]], Any]]


@lru_cache(maxsize=128)
def _forward_program(
    s: System, sizes: tuple[tuple[str, int], ...], batch: int, dtype: np.dtype, steps: int
) -> Program:
    """The arena, the length of a chunk, and the compiled function, made once for each size."""
    plan, binder = forward_plan(s), Binder(s, dict(sizes), batch, dtype)
    binder.arenas = _arenas(plan, dict(sizes), "AS")
    longest = chunk_length(binder.arenas["A"].total, batch, dtype.itemsize, steps)
    program = binder.compiled(plan.source(binder, longest), f"{s.cell.name} forward")
    return binder.arenas["A"], longest, program


@lru_cache(maxsize=128)
def _backward_program(
    plan: BackwardPlan, sizes: tuple[tuple[str, int], ...], batch: int, dtype: np.dtype, steps: int
) -> Program:
    s = plan.system
    binder = Binder(s, dict(sizes), batch, dtype)
    binder.arenas = _arenas(forward_plan(s), dict(sizes), "A") | _arenas(plan, dict(sizes), "DS")
    longest = chunk_length(binder.arenas["D"].total, batch, dtype.itemsize, steps)
    program = binder.compiled(plan.source(binder, longest), f"{s.cell.name} backward")
    return binder.arenas["D"], longest, program


def _arenas(
    plan: ForwardPlan | BackwardPlan, sizes: Mapping[str, int], kinds: str
) -> dict[str, Arena]:
    return {k: Arena(plan.orders.get(k, []), _blocks(plan.letters, k), sizes) for k in kinds}


def _blocks(letters: Mapping[tuple[str, str], str], arena: str) -> dict[str, str]:
    return {block: letter for (kind, block), letter in letters.items() if kind == arena}


__all__: list[Any] = ["Recorded", "backward", "chunk_length", "forward"]
