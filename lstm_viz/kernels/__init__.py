"""Equations into fast functions through time: over arrays, or over plain floats for one unit."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.kernels import arrays, floats, interpreter
from lstm_viz.validation.errors import InputError

Arrays = Mapping[str, np.ndarray]


def forward(
    cell: Recurrence,
    weights: Arrays,
    x: np.ndarray,
    states: Arrays,
    sizes: Mapping[str, int],
    plain: bool | None = None,
) -> arrays.Recorded | floats.Recorded:
    """Run a cell over x, (T, I) or feature-major (T, I, B); states are (rows,) or (rows, B).

    `plain` asks for plain floats (True) or arrays (False); None takes floats wherever they will do.
    """
    fits = x.ndim == 2 and x.dtype == np.float64 and set(sizes.values()) == {1}
    if plain and not fits:
        raise InputError("plain floats are for one unit with one input, one sequence, in float64")
    singles = floats.Singles.of(weights) if fits and plain is not False else None
    if singles is not None:
        try:
            return floats.forward(cell, singles, x, states)
        except (ArithmeticError, ValueError):
            pass  # an overflow or a division by zero: the arrays answer inf or nan
    return arrays.forward(cell, weights, x, states, sizes)


def backward(recorded: arrays.Recorded | floats.Recorded, given: Arrays) -> tuple[Arrays, Arrays]:
    """Go back from ∂L/∂q for any quantities q: (gradients by name, gradients by weight)."""
    if recorded.cell.cut:
        return edge_by_edge(recorded.cell, recorded, given)
    if isinstance(recorded, arrays.Recorded):
        return arrays.backward(recorded, given)
    try:
        return floats.backward(recorded, given)
    except (ArithmeticError, ValueError):
        r, first = recorded, recorded.cell.states
        states = {state: r.values[state + "_prev"][0] for state in first}
        sizes = r.cell.sizes(r.weights, 1)
        return arrays.backward(
            arrays.forward(r.cell, r.weights, r.values["x"], states, sizes), given
        )


def edge_by_edge(
    cell: Recurrence, recorded: arrays.Recorded | floats.Recorded, given: Arrays
) -> tuple[Arrays, Arrays]:
    """As `backward`, slowly, by the edges that `cell` has: the fast functions know no cut ones."""
    batched = recorded.values["x"].ndim == 3
    values, seeds = (
        {name: array if batched else array[..., None] for name, array in arrays_.items()}
        for arrays_ in (recorded.values, given)
    )
    found, weights = interpreter.backward(cell, recorded.weights, values, seeds)
    return {n: array if batched else array[..., 0] for n, array in found.items()}, weights
