"""What a cell computes with one mistake in it, beside the numbers that somebody was given."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from types import SimpleNamespace
from typing import Any

import numpy as np

from lstm_viz.equations.derivative import Edge, derive, leading_to
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.tree import PREVIOUS, Equation
from lstm_viz.kernels import interpreter
from lstm_viz.kernels.evaluate import evaluate
from lstm_viz.kernels.weights import Weights
from lstm_viz.measures.edits import Edit, forward_edits
from lstm_viz.measures.edits_back import backward_edits
from lstm_viz.measures.edits_carried import carried_edits

MOST = 12  # mistakes that are handed out
SECONDS = 20.0  # that a search takes at most; an LSTM of four steps takes one
LOSS = "loss"
Names = tuple[str, ...]
Values = dict[str, np.ndarray]  # (T, rows) by name; gradients of weights in their own shape
Seeds = Mapping[str, Any] | Callable[[Values], Mapping[str, Any]]  # ∂L by quantities, or from them


@dataclass(frozen=True)
class Asked:
    """One thing that was given: a name, a step from 1 or none, and its numbers."""

    name: str
    step: int
    numbers: np.ndarray
    key: str = field(compare=False)

    @property
    def backward(self) -> bool:
        """Whether it is a gradient."""
        return self.key.startswith("d") and self.name != self.key.partition("@")[0]

    def of(self, values: Values) -> np.ndarray:
        """The numbers of a run in its place; what a step adds to a weight has one of its own."""
        if self.key in values:
            return values[self.key]
        whole = values[self.key.partition("@")[0]]
        return whole[self.step - 1] if self.step else whole


def agree(each: Asked, values: Values, tolerance: float) -> bool:
    """Whether all that was given is so near to a run's numbers."""
    apart = np.abs(each.of(values) - each.numbers)
    known = ~np.isnan(each.numbers)
    return bool((apart[known] <= tolerance).all())


class Runs:
    """The runs with one mistake each; what was not asked for is not computed."""

    def __init__(
        self,
        trace: Any,
        seeds: Seeds,
        asked: list[Asked],
        tolerance: float,
        loss: Callable[[Values], float] | None = None,
    ) -> None:
        self.tolerance = tolerance
        self.ended = False  # the search, before all was tried
        self.trace, self.cell, self.seeds = trace, trace.cell, seeds
        self.asked = asked
        self.weights = dict(trace.weights)
        self.backward_too = any(each.backward for each in asked)
        self.loss = loss
        self.truth: Values = self._with_loss({name: trace[name] for name in self.cell.names})
        back = [each for each in asked if each.backward and each.name in self.cell.names]
        self.latest = max((each.step or len(trace) for each in back), default=0)
        self.late = [each for each in back if each.step in (0, self.latest)]
        gradients = {each.name for each in asked if each.backward}
        self.wanted = gradients or {*self.cell.names, *self.cell.parameters}

    def found(self) -> tuple[Edit, ...]:
        """The mistakes that give the numbers; those with a name where there are any.

        Those that change least come first.
        """
        end = time.monotonic() + SECONDS
        with np.errstate(all="ignore"):
            for stage in self._stages():
                found = []
                for edit, values in stage:
                    if values is not None and self._fits(values):
                        found.append(edit)
                    if time.monotonic() > end:
                        self.ended = not found
                        break
                if found or self.ended:
                    return tuple(sorted(found, key=lambda edit: edit.changes)[:MOST])
        return ()

    def _fits(self, values: Values) -> bool:
        return all(agree(each, values, self.tolerance) for each in self.asked)

    def _stages(self) -> Iterator[Iterator[tuple[Edit, Values | None]]]:
        """What has a name first: in the backward pass where all else is right; then equations."""
        forward = [each for each in self.asked if not each.backward]
        straight = all(agree(each, self.truth, self.tolerance) for each in forward)
        back = backward_edits(self.cell) if self.backward_too and straight else ()
        edits = _edits(self.cell)
        for named in (True, False):
            chosen = [edit for edit in back if bool(edit.name) == named]
            yield ((e, self._fitting(e, e.edges, self.truth)) for e in chosen)
            more = carried_edits(self.cell) if back and named else ()
            yield ((e, self._fitting(e, e.edges, self.truth)) for e in more)
            chosen = [edit for edit in edits if bool(edit.name) == named]
            yield ((e, self._and_back(e, self._forward(e))) for e in chosen)

    def _and_back(self, edit: Edit, values: Values | None) -> Values | None:
        if values is None or not self.backward_too:
            return values
        return self._fitting(edit, _derived(edit.equations), values)

    def _fitting(self, edit: Edit, edges: tuple[Edge, ...], values: Values) -> Values | None:
        """The values with their gradients; None where a matrix has no such rows, or columns.

        None, too, where the latest gradients are not those given: they are computed first.
        """
        try:
            if self.latest > 1 and not self._so_late(edit, edges, values):
                return None
            return values | self._back(edit, edges, values)
        except ValueError:
            return None

    def _forward(self, edit: Edit) -> Values | None:
        """What the edited equations compute; None where they cannot, or differ from the given."""
        cell, x = self.cell, self.truth["x"]
        known: dict[str, Any] = dict(self.weights)
        rows: dict[str, list[np.ndarray]] = {name: [] for name in cell.names}
        now = {s + PREVIOUS: self.truth[s + PREVIOUS][0] for s in cell.states}
        for t in range(len(x)):
            for state in (*edit.forgets, *(edit.ignores if t == 0 else ())):
                now[state + PREVIOUS] = np.zeros_like(now[state + PREVIOUS])
            step = known | now | {"x": x[t]}
            if not _step(edit.equations, step, self.truth):
                return None
            for name in cell.names:
                rows[name].append(step[name])
            if not self._so_far(step, t + 1):
                return None
            now = {s + PREVIOUS: step[s] for s in cell.states}
        return self._with_loss({name: np.array(row) for name, row in rows.items()})

    def _with_loss(self, values: Values) -> Values:
        return values if self.loss is None else values | {LOSS: np.array([self.loss(values)])}

    def _so_far(self, step: Mapping[str, Any], t: int) -> bool:
        for each in self.asked:
            if each.backward or each.key == LOSS:
                continue
            numbers = each.numbers if each.step else each.numbers[t - 1]
            if each.step in (0, t) and (np.abs(step[each.name] - numbers) > self.tolerance).any():
                return False
        return True

    def _so_late(self, edit: Edit, edges: tuple[Edge, ...], values: Values) -> bool:
        first = self.latest - 1
        end = self._back(replace(edit, alone=()), edges, values, first)
        for each in self.late:
            numbers = each.numbers if each.step else each.numbers[first]
            if (np.abs(end[f"d{each.name}"][0] - numbers) > self.tolerance).any():
                return False
        return True

    def _back(self, edit: Edit, edges: tuple[Edge, ...], values: Values, first: int = 0) -> Values:
        """The gradients that are wanted, from the last step to the `first`."""
        cell = self.cell
        kept = tuple(s for s in cell.states if s not in edit.forgets)
        stand_in: Any = SimpleNamespace(names=cell.names, backward=edges, states=kept)
        columns = {name: values[name][first:, ..., None] for name in cell.names}
        given = self.seeds(values) if callable(self.seeds) else self.seeds
        for state in (*edit.ignores, *edit.wraps) if not first else ():
            before = columns[state + PREVIOUS] = columns[state + PREVIOUS].copy()
            before[0] = columns[state][-1] if state in edit.wraps else 0.0
        seeds = {n: np.asarray(a, float)[first:, ..., None] for n, a in given.items()}
        only = leading_to(self.wanted, edges, kept)
        found, totals = interpreter.backward(stand_in, self.weights, columns, seeds, {}, only)
        gradients = {f"d{name}": array[..., 0] for name, array in found.items()}
        own = partial(self._added, edges, columns, found)
        if edit.alone:
            one = own(edit.alone, edit.step)
            totals = Weights.of_arrays({**totals, **{name: one[name] for name in edit.alone}})
        for each in self.asked if not first else ():
            if each.backward and each.step and each.name in cell.parameters:
                gradients[each.key] = own((each.name,), each.step - 1)[each.name]
        return gradients | {f"d{name}": total for name, total in totals.items()}

    def _added(
        self, edges: tuple[Edge, ...], columns: Values, found: Values, names: Names, t: int
    ) -> Weights:
        """What one step alone adds to the gradients of these weights."""
        chosen = tuple(edge for edge in edges if edge.target in names)
        stand_in: Any = SimpleNamespace(names=self.cell.names, backward=chosen, states=())
        one = slice(t, t + 1 or None)
        there = {name: array[one] for name, array in columns.items()}
        given = {name: array[one] for name, array in found.items()}
        return interpreter.backward(stand_in, self.weights, there, given, {})[1]


@lru_cache(16)
def _edits(cell: Recurrence) -> tuple[Edit, ...]:
    return tuple(forward_edits(cell))


@lru_cache(4096)
def _derived(equations: tuple[Equation, ...]) -> tuple[Edge, ...]:
    return derive(equations)


def _step(equations: tuple[Equation, ...], step: dict[str, Any], truth: Values) -> bool:
    for each in equations:
        try:
            value = np.asarray(evaluate(each.tree, step))
        except (ValueError, KeyError):  # of sizes that do not fit, or of what comes later
            return False
        shape = truth[each.target][0].shape
        if value.shape not in ((), shape):
            return False
        step[each.target] = value if value.shape == shape else np.broadcast_to(value, shape)
    return True
