"""Runs to measure: every built-in cell with weights that keep its values small."""

from __future__ import annotations

from functools import cache

import numpy as np
from reference import Example, Point, Values, example, slopes

from lstm_viz import CELLS, Gradients, Trace, backpropagate, run

STEPS = 9


@cache
def sample_of(name: str, steps: int = STEPS) -> Example:
    sample = example(CELLS[name], steps, 1)
    assert sample is not None
    return sample


def trace_of(sample: Example) -> Trace:
    x, states = sample.x[..., 0], {name: s[:, 0] for name, s in sample.states.items()}
    return run(sample.cell, sample.weights, x, states)


def gradients_of(trace: Trace, losses: str = "all") -> Gradients:
    """From random gradients on the output at all steps or the last, or on every quantity."""
    rng, cell = np.random.default_rng(1), trace.cell
    names = cell.quantities if losses == "everything" else (cell.output,)
    given = {name: rng.normal(size=trace[name].shape) for name in names}
    if losses == "last":
        for array in given.values():
            array[:-1] = 0
    return backpropagate(trace, given)


def true_jacobian(sample: Example, of: str, t: int, by: str, k: int) -> np.ndarray:
    """∂of_t/∂by_k by complex steps, (rows of `of`, rows of `by`)."""
    steps, rows = len(sample.x), sample.rows
    losses: list[Values] = []
    for unit in range(rows[of]):
        cotangent = np.zeros((steps, rows[of], 1))
        cotangent[t, unit] = 1
        losses.append({of: cotangent})
    points = [Point(by, (unit,), k) for unit in range(rows[by])]
    return slopes(sample.cell, sample.weights, sample.x, sample.states, losses, points)[..., 0]


def around(gradients: Gradients) -> np.ndarray:
    """The largest gradient of each step: what a gradient that cancels to zero is measured by."""
    return np.max([np.abs(gradients[name]).max(axis=1) for name in gradients.names], axis=0)


def same(parts: list[np.ndarray], whole: np.ndarray, floor: np.ndarray | float = 0.0) -> None:
    """The parts sum to the whole at each step (the first axis), to 1e-12 of their own sizes."""
    axes = tuple(range(1, whole.ndim))
    size = sum(np.sqrt((part**2).sum(axis=axes)) for part in parts) + 1e-3 * floor
    gap = np.sqrt(((np.sum(parts, axis=0) - whole) ** 2).sum(axis=axes))
    assert whole.any()
    assert (gap <= 1e-12 * size).all(), (gap / size).max()
