"""Which mistake gives these numbers? Somebody's values and gradients beside those of a cell.

    judged = mistakes(LSTM, weights, inputs, {"c@1": 0.25, "h@1": 0.31}, seeds={"h": dh})
    judged.right, judged.first, judged.found          # found: the mistakes that give just these

A mistake is a text with one edit (`edits`): the named ones are tried first, then every single edit
of the equations; for gradients, every single edit of the backward pass. A search is ended after
`mistaken.SECONDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.measures.edits import Edit
from lstm_viz.measures.mistaken import LOSS, Asked, Runs, Seeds, Values, agree
from lstm_viz.trace.records import Gradients
from lstm_viz.trace.run import backpropagate, run
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import nearest
from lstm_viz.validation.numbers import as_numbers

TOLERANCE = 5e-4  # half a unit of the third decimal


@dataclass(frozen=True)
class Difference:
    """The first number that is not right: its name, its step from 1 (0: of all steps), its unit.

    Of a matrix the unit is the row, and there is a column, too.
    """

    name: str
    step: int
    unit: int
    given: float
    backward: bool
    column: int | None = None


@dataclass(frozen=True)
class Judged:
    """`right`, or where the numbers first differ and the mistakes that give just these numbers.

    `found` holds the mistakes with a name where there are any; several are a tie. `ended`: none was
    found in the time that a search may take.
    """

    right: bool
    largest: float
    first: Difference | None = None
    found: tuple[Edit, ...] = ()
    ended: bool = False


def mistakes(
    cell: Recurrence,
    weights: Mapping[str, Any],
    inputs: Any,
    given: Mapping[str, Any],
    *,
    states: Mapping[str, Any] | None = None,
    seeds: Seeds | None = None,
    loss: Callable[[Values], float] | None = None,
    tolerance: float = TOLERANCE,
) -> Judged:
    """Judge numbers that were computed for a cell on one sequence of inputs, (T, I).

    `given` maps names to numbers: `h`, (T,) or (T, rows), `h@3` (at step 3), `dz_f@2` (∂L/∂z_f),
    `dW_i` (∂L/∂W_i), `dW_i@2` (what step 2 alone adds to it); a NaN is not judged. `seeds` is ∂L by
    quantities, as for `backpropagate`, and is needed for gradients; it may be a function of the
    values, as `loss` is, which `loss` in `given` needs: a mistake in the values is then one in
    these, too. A number is right within `tolerance`, absolute.

    Raises `InputError` for names, shapes and steps that the cell's run has not.
    """
    trace = run(cell, weights, inputs, states)
    truth: Values = {name: trace[name] for name in cell.names}
    if loss is not None:
        truth[LOSS] = np.array([loss(truth)])
    if seeds is not None:
        gradients = backpropagate(trace, seeds(truth) if callable(seeds) else seeds)
        truth |= {key: a for key in given for a in _added(gradients, key)}
        truth |= {f"d{name}": gradients[name] for name in cell.names}
        truth |= {f"d{name}": array for name, array in gradients.weights.items()}
    asked = [_asked(cell, truth, key, value) for key, value in given.items()]
    wrong = [each for each in asked if not agree(each, truth, tolerance)]
    largest = max((_apart(each, truth) for each in asked), default=0.0)
    if not wrong:
        return Judged(True, largest)
    runs = Runs(trace, seeds or {}, asked, tolerance, loss)
    found = runs.found()
    return Judged(False, largest, _first(cell, wrong, truth, tolerance), found, runs.ended)


def _asked(cell: Recurrence, truth: Values, key: str, value: Any) -> Asked:
    name, _, step = key.partition("@")
    if name not in truth:
        hint = nearest(name, list(truth))
        more = "; a gradient needs the loss" if name[:1] == "d" and name[1:] in cell.names else ""
        raise InputError(f"{key!r} is not computed here: {hint}{more}")
    whole, steps = truth[name], len(truth["x"])
    if step and not (step.isascii() and step.isdigit() and 1 <= int(step) <= steps):
        raise InputError(f"{key}: there are steps 1 to {steps}")
    added = key in truth  # by one step, to the gradient of a weight
    wanted = whole[int(step) - 1].shape if step and not added else whole.shape
    numbers = np.asarray(np.ma.filled(value, np.nan), dtype=float)
    if numbers.size != int(np.prod(wanted)):
        raise InputError(f"{key}: {numbers.shape} was given, {wanted} is expected")
    if np.isinf(numbers).any():
        as_numbers(numbers, key)
    plain = name if name in (*cell.names, *cell.parameters, LOSS) else name[1:]
    return Asked(plain, int(step or 0), numbers.reshape(wanted), key)


def _added(gradients: Gradients, key: str) -> Iterator[np.ndarray]:
    """What a step alone adds to the gradient of a weight, if this is what a key asks for."""
    name, at, step = key.partition("@")
    steps = len(gradients.trace)
    weight = name[1:] if at and name.startswith("d") else ""
    if weight in gradients.weights and step.isdecimal() and 1 <= int(step) <= steps:
        yield gradients.weights_at(int(step) - 1)[weight]


def _apart(each: Asked, values: Values) -> float:
    apart = np.abs(each.of(values) - each.numbers)
    return float(np.nanmax(apart)) if np.isfinite(apart).any() else 0.0


def _first(
    cell: Recurrence, wrong: list[Asked], truth: Values, tolerance: float
) -> Difference | None:
    """Forward the earliest step and equation; of gradients the latest, as they are computed."""
    order = {name: k for k, name in enumerate((*cell.names, LOSS, *cell.parameters))}
    found = []
    for each in wrong:
        apart = np.abs(each.of(truth) - each.numbers) > tolerance
        whole = each.step or each.name not in cell.names
        steps = [each.step] if whole else [t + 1 for t in range(len(apart)) if apart[t].any()]
        t = steps[-1] if each.backward else steps[0]
        row = apart if whole else apart[t - 1]
        numbers = each.numbers if whole else each.numbers[t - 1]
        place = np.unravel_index(int(np.argmax(row)), row.shape)
        unit = int(place[0]) if place else 0
        column = int(place[1]) if len(place) > 1 else None
        rank = (
            each.backward,
            -t if each.backward else t,
            order[each.name] * (1 - 2 * each.backward),
        )
        given = float(numbers[place])
        where = Difference(each.name, t, unit, given, each.backward, column)
        found.append((rank, where))
    return min(found, key=lambda pair: pair[0])[1]
