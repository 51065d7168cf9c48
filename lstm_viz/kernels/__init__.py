"""Equations into fast functions through time: over arrays, or over plain floats for one unit."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.kernels import arrays, floats, held, interpreter
from lstm_viz.kernels.weights import Weights
from lstm_viz.validation.errors import InputError

Arrays = Mapping[str, np.ndarray]
Recorded = arrays.ArrayRecord | floats.FloatRecord | held.HeldRecord


def forward(
    cell: Recurrence,
    weights: Weights,
    x: np.ndarray,
    states: Arrays,
    sizes: Mapping[str, int],
    plain: bool | None = None,
    holds: Arrays | None = None,
) -> Recorded:
    """Run a cell over x, (T, I) or feature-major (T, I, B); states are (rows,) or (rows, B).

    `plain` asks for plain floats (True) or arrays (False); None takes floats wherever they will do.
    `holds` are values, (T, rows[, B]), that quantities have instead; not-a-number leaves one free.
    """
    fits = x.ndim == 2 and x.dtype == np.float64 and set(sizes.values()) == {1}
    if plain and not fits:
        raise InputError("plain floats are for one unit with one input, one sequence, in float64")
    if holds:
        return held.forward(cell, weights, x, states, sizes, holds)
    if fits and plain is not False and weights.plain is not None:
        try:
            return floats.forward(cell, weights, weights.plain, x, states)
        except (ArithmeticError, ValueError):
            pass  # an overflow or a division by zero: the arrays answer inf or nan
    return arrays.forward(cell, weights.arrays, x, states, sizes)


def backward(recorded: Recorded, given: Arrays) -> tuple[Arrays, Weights]:
    """Go back from ∂L/∂q for any quantities q: (gradients by name, gradients by weight)."""
    if recorded.cell.cut or isinstance(recorded, held.HeldRecord):
        return edge_by_edge(recorded.cell, recorded, given)
    if isinstance(recorded, floats.FloatRecord):
        try:
            return floats.backward(recorded, given)
        except (ArithmeticError, ValueError):
            recorded = _over_arrays(recorded)
    gradients, weights = arrays.backward(recorded, given)
    return gradients, Weights.of_arrays(weights)


def _over_arrays(r: floats.FloatRecord) -> arrays.ArrayRecord:
    states = {state: r.values[state + "_prev"][0] for state in r.cell.states}
    sizes = r.cell.sizes(r.weights, 1)
    return arrays.forward(r.cell, r.weights.arrays, r.values["x"], states, sizes)


def edge_by_edge(cell: Recurrence, recorded: Recorded, given: Arrays) -> tuple[Arrays, Weights]:
    """As `backward`, slowly, by the edges that `cell` has: the fast functions know no cut ones."""
    batched = recorded.values["x"].ndim == 3
    holds = recorded.held if isinstance(recorded, held.HeldRecord) else {}
    values, seeds, still = (
        {name: array if batched else array[..., None] for name, array in arrays_.items()}
        for arrays_ in (recorded.values, given, holds)
    )
    found, weights = interpreter.backward(cell, recorded.weights, values, seeds, still)
    return {n: array if batched else array[..., 0] for n, array in found.items()}, weights
