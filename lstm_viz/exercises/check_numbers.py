"""Numbers of somebody's own in a file: values and gradients by name, beside those of our run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lstm_viz.cells.cell import Cell
from lstm_viz.exercises.check_cells import without_biases
from lstm_viz.exercises.check_report import EXACT, SINGLE, Report, judged, orders_of
from lstm_viz.exercises.check_shapes import (
    START,
    all_fitted,
    fitted,
    is_gradient,
    known_names,
)
from lstm_viz.exercises.layouts import Blocks
from lstm_viz.trace.run import run
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import nearest
from lstm_viz.validation.numbers import typed_numbers

SEEDS = "dL_d"


def check_numbers(path: str, cell: Cell, given: Mapping[str, Any]) -> Report:
    arrays = {name: typed_numbers(value, f"{path}: {name}") for name, value in given.items()}
    if "x" not in arrays:
        raise InputError(f"{path}: x is missing: the inputs, a row for each step")
    x = arrays.pop("x")
    x = x[:, None] if x.ndim == 1 else x[:, 0] if x.ndim == 3 and x.shape[1] == 1 else x
    blocks, own, seeds, states, values, left = Blocks(cell), {}, {}, {}, {}, []
    for name, array in arrays.items():
        if name in cell.parameters or blocks.is_block(name):
            own[name] = array
        elif name.startswith(SEEDS) and name.removeprefix(SEEDS) in cell.quantities:
            seeds[name.removeprefix(SEEDS)] = array
        elif name.endswith(START) and name.removesuffix(START) in cell.states:
            column = array.ndim > 1 and array.size == max(array.shape)
            states[name.removesuffix(START)] = array.ravel() if column else array
        else:
            values[name] = array
    known = known_names(cell, blocks)
    left = [name for name in values if name.partition("@")[0] not in known]
    values = {name: array for name, array in values.items() if name not in left}
    if not values:
        hint = nearest(left[0], sorted(known)) if left else f"such as {cell.output}"
        raise InputError(f"{path}: there is nothing to compare: {hint}")
    single = any(np.asarray(v).dtype == np.float32 for v in given.values())
    tolerance = SINGLE if single else _tolerance(given[name] for name in values)
    forward = {n: a for n, a in values.items() if not is_gradient(cell, blocks, n)}
    back = {n: a for n, a in values.items() if n not in forward}
    in_blocks = any(map(blocks.is_block, own))
    zeros = without_biases(cell, blocks.split(own, blocks.gates))
    own |= zeros
    matching = orders_of(blocks, own, x, states, forward, tolerance) if in_blocks else ()
    order = matching[0] if matching else blocks.gates
    weights = blocks.split(own, order)
    if back and not seeds:
        raise InputError(f"{path}: gradients need {SEEDS}{cell.output}, the loss's gradient by it")
    trace = run(cell, weights, x, states)
    seeds = {n: fitted(path, f"{SEEDS}{n}", a, trace[n].shape) for n, a in seeds.items()}
    forward = all_fitted(path, trace, forward)
    back = all_fitted(path, trace, blocks.split(back, order, "d"))
    return Report(
        path, cell, tolerance,
        layouts=matching, in_blocks=in_blocks, left=tuple(left), zeros=tuple(zeros),
        forward=judged(cell, weights, x, states, {}, forward, tolerance),
        backward=judged(cell, weights, x, states, seeds, back, tolerance),
    )  # fmt: skip


def _tolerance(given: Any) -> float:
    """A unit of the last decimal that is written."""
    digits = 0
    for value in given:
        for number in np.ravel(np.asarray(value, float)):
            digits = max(digits, len(repr(float(number)).partition(".")[2].partition("e")[0]))
    return max(10.0**-digits, EXACT)
