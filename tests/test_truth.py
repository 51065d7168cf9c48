"""Every gradient of every cell against complex-step differentiation of the cell's own text.

The worst element may be off by 1e-10 of itself, and each array by 1e-13 of its norm, where an array
is one weight, or one record at one step (see `reference.errors`).
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from reference import Example, Values, errors, evaluate, example, points_of, slopes

from lstm_viz import CELLS, Gradients, Trace, backpropagate, run

WORST_ELEMENT, NORM = 1e-10, 1e-13


def losses_of(sample: Example) -> dict[str, Values]:
    """Random cotangents: on the output at every step, at the last one, and on everything."""
    rng = np.random.default_rng(1)
    steps, batch = sample.columns
    cell, rows = sample.cell, sample.rows
    output = rng.normal(size=(steps, rows[cell.output], batch))
    last = np.zeros_like(output)
    last[-1] = output[-1]
    everything = {name: rng.normal(size=(steps, rows[name], batch)) for name in cell.quantities}
    return {
        "output at every step": {cell.output: output},
        "output at the last step": {cell.output: last},
        "everything": everything,
    }


def run_both(sample: Example) -> dict[str, tuple[Trace, slice | int]]:
    """The sample as a batch, and its first sequence alone, with the columns that each holds."""
    cell, weights, x, states = sample.cell, sample.weights, sample.x, sample.states
    batch = run(cell, weights, x.swapaxes(1, 2), {name: s.T for name, s in states.items()})
    alone = run(cell, weights, x[..., 0], {name: s[:, 0] for name, s in states.items()})
    return {"batch": (batch, slice(None)), "alone": (alone, 0)}


def back(trace: Trace, loss: Values, columns: slice | int) -> Gradients:
    given = {name: array[..., columns] for name, array in loss.items()}
    return backpropagate(
        trace, {name: a.swapaxes(1, 2) if a.ndim == 3 else a for name, a in given.items()}
    )


@cache
def sample_of(name: str, steps: int, batch: int) -> Example:
    sample = example(CELLS[name], steps, batch)
    assert sample is not None, "no weights were found that keep the values small"
    return sample


@pytest.mark.parametrize("steps", [1, 5, 50, 200])
@pytest.mark.parametrize("name", CELLS)
def test_every_gradient_is_the_true_one(name: str, steps: int) -> None:
    sample = sample_of(name, steps, 2)
    cell = sample.cell
    points = points_of(sample)
    losses = losses_of(sample)
    truth = slopes(cell, sample.weights, sample.x, sample.states, list(losses.values()), points)
    for what, (trace, columns) in run_both(sample).items():
        for (where_from, loss), slope in zip(losses.items(), truth, strict=True):
            own = slope[:, columns].reshape(len(points), -1)
            found = errors(back(trace, loss, columns), points, own)
            worst, norm = max(found), max(found, key=lambda each: each[1])
            assert worst[0] < WORST_ELEMENT, f"{what}, loss on the {where_from}: {worst}"
            assert norm[1] < NORM, f"{what}, loss on the {where_from}: {norm}"


@pytest.mark.parametrize("steps", [1, 5, 50, 200])
@pytest.mark.parametrize("name", CELLS)
def test_every_value_is_what_python_makes_of_the_text(name: str, steps: int) -> None:
    sample = sample_of(name, steps, 2)
    flat = {name: w if w.ndim == 2 else w[:, None] for name, w in sample.weights.items()}
    for trace, columns in run_both(sample).values():
        for t, values in enumerate(evaluate(sample.cell, flat, sample.x, sample.states)):
            for name, value in values.items():
                whole = np.broadcast_to(value, (sample.rows[name], 2))[:, columns]
                np.testing.assert_allclose(trace[name][t].T, whole, rtol=1e-13, atol=1e-13)


def test_a_gradient_under_the_wrong_name_is_noticed() -> None:
    sample = sample_of("lstm", 5, 1)
    points = points_of(sample)
    loss = losses_of(sample)["output at every step"]
    truth = slopes(sample.cell, sample.weights, sample.x, sample.states, [loss], points)[0]
    trace, columns = run_both(sample)["batch"]
    gradients = back(trace, loss, columns)

    class Swapped:
        weights = gradients.weights

        def __getitem__(self, name: str) -> np.ndarray:
            return gradients[{"z_i": "z_f", "z_f": "z_i"}.get(name, name)]

    assert all(norm < NORM for _, norm, _ in errors(gradients, points, truth))
    found = errors(Swapped(), points, truth)
    wrong = {where.split()[0] for _, norm, where in found if norm > NORM}
    assert wrong == {"z_i", "z_f"}


def test_a_small_error_at_a_step_of_vanished_gradients_is_noticed() -> None:
    sample = sample_of("rnn", 200, 1)
    points = points_of(sample)
    loss = losses_of(sample)["output at the last step"]
    truth = slopes(sample.cell, sample.weights, sample.x, sample.states, [loss], points)[0]
    trace, columns = run_both(sample)["batch"]
    gradients = back(trace, loss, columns)
    assert np.abs(gradients["z"][0]).max() < 1e-10 * np.abs(gradients["z"][-1]).max()

    class Off:
        weights = gradients.weights

        def __getitem__(self, name: str) -> np.ndarray:
            early = (np.arange(200) == 0)[:, None, None]
            return gradients[name] * np.where(early, 1 + 1e-9, 1.0)

    wrong = {where for _, norm, where in errors(Off(), points, truth) if norm > NORM}
    assert wrong == {f"{name} at step 0" for name in sample.cell.names}
