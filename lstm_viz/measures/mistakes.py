"""Which mistake gives these numbers? Somebody's values and gradients beside those of a cell.

    judged = mistakes(LSTM, weights, inputs, {"c@1": 0.25, "h@1": 0.31}, seeds={"h": dh})
    judged.right, judged.first, judged.found          # found: the mistakes that give just these

A mistake is a text with one edit (`edits`): the named ones are tried first, then every single edit
of the equations; for gradients, every single edit of the way back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np

from lstm_viz.equations.derivative import derive
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.tree import PREVIOUS, Equation
from lstm_viz.kernels import interpreter
from lstm_viz.kernels.evaluate import evaluate
from lstm_viz.measures.edits import Edit, backward_edits, forward_edits
from lstm_viz.trace.run import backpropagate, run
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import nearest
from lstm_viz.validation.numbers import as_numbers

TOLERANCE = 5e-4  # half a unit of the third decimal
MOST = 12  # mistakes that are handed out

Values = dict[str, np.ndarray]  # (T, rows) by name; gradients of weights in their own shape


@dataclass(frozen=True)
class Difference:
    """The first number that is not right: its name, its step from 1 (0: of all steps), its unit."""

    name: str
    step: int
    unit: int
    given: float
    backward: bool


@dataclass(frozen=True)
class Judged:
    """`right`, or where the numbers first differ and the mistakes that give just these numbers.

    `found` holds the mistakes with a name where there are any; several are a tie.
    """

    right: bool
    largest: float
    first: Difference | None = None
    found: tuple[Edit, ...] = ()


@dataclass(frozen=True)
class _Asked:
    """One thing that was given: a name, a step from 1 or none, and its numbers."""

    name: str
    step: int
    numbers: np.ndarray
    key: str = field(compare=False)

    @property
    def backward(self) -> bool:
        return self.key.startswith("d") and self.name != self.key.partition("@")[0]

    def of(self, values: Values) -> np.ndarray:
        whole = values[self.key.partition("@")[0]]
        return whole[self.step - 1] if self.step else whole


def mistakes(
    cell: Recurrence,
    weights: Mapping[str, Any],
    inputs: Any,
    given: Mapping[str, Any],
    *,
    states: Mapping[str, Any] | None = None,
    seeds: Mapping[str, Any] | None = None,
    tolerance: float = TOLERANCE,
) -> Judged:
    """Judge numbers that were computed for a cell on one sequence of inputs, (T, I).

    `given` maps names to numbers: `h`, (T,) or (T, rows), `h@3` (at step 3), `dz_f@2` (∂L/∂z_f),
    `dW_i` (∂L/∂W_i); a NaN is not judged. `seeds` is ∂L by quantities, as for `backpropagate`, and
    is needed for gradients. A number is right within `tolerance`, absolute.

    Raises `InputError` for names, shapes and steps that the cell's run has not.
    """
    trace = run(cell, weights, inputs, states)
    truth: Values = {name: trace[name] for name in cell.names}
    if seeds is not None:
        gradients = backpropagate(trace, seeds)
        truth |= {f"d{name}": gradients[name] for name in cell.names}
        truth |= {f"d{name}": array for name, array in gradients.weights.items()}
    asked = [_asked(cell, truth, key, value) for key, value in given.items()]
    wrong = [each for each in asked if not _agree(each, truth, tolerance)]
    largest = max((_apart(each, truth) for each in asked), default=0.0)
    if not wrong:
        return Judged(True, largest)
    found = _Runs(trace, seeds or {}, asked, tolerance).found()
    return Judged(False, largest, _first(cell, wrong, truth, tolerance), found)


def _asked(cell: Recurrence, truth: Values, key: str, value: Any) -> _Asked:
    name, _, step = key.partition("@")
    if name not in truth:
        hint = nearest(name, list(truth))
        more = "; a gradient needs the loss" if name[:1] == "d" and name[1:] in cell.names else ""
        raise InputError(f"{key!r} is not computed here: {hint}{more}")
    whole = truth[name]
    if step and not (step.isascii() and step.isdigit() and 1 <= int(step) <= len(whole)):
        raise InputError(f"{key}: there are steps 1 to {len(whole)}")
    wanted = whole[int(step) - 1].shape if step else whole.shape
    numbers = np.asarray(np.ma.filled(value, np.nan), dtype=float)
    if numbers.size != int(np.prod(wanted)):
        raise InputError(f"{key}: {numbers.shape} was given, {wanted} is asked for")
    if np.isinf(numbers).any():
        as_numbers(numbers, key)
    plain = name if name in cell.names or name in cell.parameters else name[1:]
    return _Asked(plain, int(step or 0), numbers.reshape(wanted), key)


def _apart(each: _Asked, values: Values) -> float:
    apart = np.abs(each.of(values) - each.numbers)
    return float(np.nanmax(apart)) if np.isfinite(apart).any() else 0.0


def _agree(each: _Asked, values: Values, tolerance: float) -> bool:
    apart = np.abs(each.of(values) - each.numbers)
    known = ~np.isnan(each.numbers)
    return bool((apart[known] <= tolerance).all())


def _first(
    cell: Recurrence, wrong: list[_Asked], truth: Values, tolerance: float
) -> Difference | None:
    """Forward the earliest step and equation; of gradients the latest, as they are computed."""
    order = {name: k for k, name in enumerate((*cell.names, *cell.parameters))}
    found = []
    for each in wrong:
        apart = np.abs(each.of(truth) - each.numbers) > tolerance
        whole = each.step or each.name in cell.parameters
        steps = [each.step] if whole else [t + 1 for t in range(len(apart)) if apart[t].any()]
        t = steps[-1] if each.backward else steps[0]
        row = apart if whole else apart[t - 1]
        numbers = each.numbers if whole else each.numbers[t - 1]
        unit = int(np.argmax(row.ravel()))
        rank = (
            each.backward,
            -t if each.backward else t,
            order[each.name] * (1 - 2 * each.backward),
        )
        where = Difference(each.name, t, unit, float(numbers.ravel()[unit]), each.backward)
        found.append((rank, where))
    return min(found, key=lambda pair: pair[0])[1]


class _Runs:
    """The runs with one mistake each; what was not asked for is not computed."""

    def __init__(
        self, trace: Any, seeds: Mapping[str, Any], asked: list[_Asked], tolerance: float
    ) -> None:
        self.tolerance = tolerance
        self.trace, self.cell, self.seeds = trace, trace.cell, seeds
        self.asked = asked
        self.weights = dict(trace.weights)
        self.forward_too = any(not each.backward for each in asked)
        self.backward_too = any(each.backward for each in asked)
        self.truth: Values = {name: trace[name] for name in self.cell.names}

    def found(self) -> tuple[Edit, ...]:
        """The mistakes that give the numbers; those with a name where there are any."""
        with np.errstate(all="ignore"):
            for stage in self._stages():
                found = [edit for edit, values in stage if self._fits(values)]
                if found:
                    return tuple(found[:MOST])
        return ()

    def _fits(self, values: Values) -> bool:
        return all(_agree(each, values, self.tolerance) for each in self.asked)

    def _stages(self) -> Iterator[Iterator[tuple[Edit, Values]]]:
        """First what has a name: of the way back where all else is right, then of the equations."""
        forward = [each for each in self.asked if not each.backward]
        straight = all(_agree(each, self.truth, self.tolerance) for each in forward)
        back = list(backward_edits(self.cell)) if self.backward_too and straight else []
        edits = list(forward_edits(self.cell))
        for named in (True, False):
            chosen = [edit for edit in back if bool(edit.name) == named]
            yield ((e, self.truth | self._back(e.edges, self.truth)) for e in chosen)
            chosen = [edit for edit in edits if bool(edit.name) == named]
            runs = ((edit, self._forward(edit)) for edit in chosen)
            yield ((e, self._and_back(e, values)) for e, values in runs if values is not None)

    def _and_back(self, edit: Edit, values: Values) -> Values:
        if not self.backward_too:
            return values
        return values | self._back(derive(edit.equations), values, edit.forgets)

    def _forward(self, edit: Edit) -> Values | None:
        """What the edited equations compute; None where they cannot, or differ from the given."""
        cell, x = self.cell, self.truth["x"]
        known: dict[str, Any] = dict(self.weights)
        rows: dict[str, list[np.ndarray]] = {name: [] for name in cell.names}
        now = {s + PREVIOUS: self.truth[s + PREVIOUS][0] for s in cell.states}
        for t in range(len(x)):
            for state in edit.forgets:
                now[state + PREVIOUS] = np.zeros_like(now[state + PREVIOUS])
            step = known | now | {"x": x[t]}
            if not _step(edit.equations, step, self.truth):
                return None
            for name in cell.names:
                rows[name].append(step[name])
            if not self._so_far(step, t + 1):
                return None
            now = {s + PREVIOUS: step[s] for s in cell.states}
        return {name: np.array(row) for name, row in rows.items()}

    def _so_far(self, step: Mapping[str, Any], t: int) -> bool:
        for each in self.asked:
            if each.backward:
                continue
            numbers = each.numbers if each.step else each.numbers[t - 1]
            if each.step in (0, t) and (np.abs(step[each.name] - numbers) > self.tolerance).any():
                return False
        return True

    def _back(
        self, edges: tuple[Any, ...], values: Values, forgets: tuple[str, ...] = ()
    ) -> Values:
        cell = self.cell
        kept = tuple(s for s in cell.states if s not in forgets)
        stand_in: Any = SimpleNamespace(names=cell.names, backward=edges, states=kept)
        columns = {name: array[..., None] for name, array in values.items()}
        seeds = {name: np.asarray(array, float)[..., None] for name, array in self.seeds.items()}
        found, totals = interpreter.backward(stand_in, self.weights, columns, seeds, {})
        gradients = {f"d{name}": array[..., 0] for name, array in found.items()}
        return gradients | {f"d{name}": total for name, total in totals.items()}


def _step(equations: tuple[Equation, ...], step: dict[str, Any], truth: Values) -> bool:
    for each in equations:
        try:
            value = np.asarray(evaluate(each.tree, step))
        except (ValueError, KeyError):  # of sizes that do not fit, or of what comes later
            return False
        shape = truth[each.target][0].shape
        if value.shape not in ((), shape):
            return False
        step[each.target] = np.broadcast_to(value, shape)
    return True
