"""Cells that nobody wrote: whatever can be written down has true gradients, on every path."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from made_up import texts
from reference import Values, errors, example, points_of, slopes

from lstm_viz import Cell, Gradients, backpropagate, run

WORST_ELEMENT, NORM = 1e-9, 1e-12

SIZES = ((1, 1), (2, 3), (3, 3), (1, 2))


@settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    report_multiple_bugs=False,
    phases=[Phase.generate],  # a text is short as it is: to shrink one took minutes
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
        HealthCheck.data_too_large,
    ],
)
@given(
    st.data(),
    st.sampled_from(SIZES),
    st.integers(1, 6),
    st.sampled_from([None, 1, 3]),
    st.booleans(),
)
def test_the_gradients_of_any_cell_are_the_true_ones(
    data: st.DataObject, sizes: tuple[int, int], steps: int, batch: int | None, all_given: bool
) -> None:
    cell = Cell("made-up", data.draw(texts(same_rows=sizes[0] == sizes[1])))
    sample = example(cell, steps, batch or 1, *sizes, candidates=64)
    assume(sample is not None)
    assert sample is not None
    rng = np.random.default_rng(1)
    names = cell.quantities if all_given else (cell.output,)
    loss = {name: rng.normal(size=(steps, sample.rows[name], batch or 1)) for name in names}
    points = points_of(sample)
    truth = slopes(cell, sample.weights, sample.x, sample.states, [loss], points)[0]
    paths = (True, False) if sizes == (1, 1) and batch is None else (None,)
    for floats in paths:
        x, states, own = sample.x.swapaxes(1, 2), {n: s.T for n, s in sample.states.items()}, loss
        if batch is None:
            x, states = x[:, 0], {name: s[0] for name, s in states.items()}
            own = {name: array[..., 0] for name, array in loss.items()}
        trace = run(cell, sample.weights, x, states, floats=floats)
        check(backpropagate(trace, handed_in(own)), points, truth)


def handed_in(loss: Values) -> Values:
    return {name: a.swapaxes(1, 2) if a.ndim == 3 else a for name, a in loss.items()}


def check(gradients: Gradients, points: list, truth: np.ndarray) -> None:
    found = errors(gradients, points, truth)
    worst, norm = max(found), max(found, key=lambda each: each[1])
    assert worst[0] < WORST_ELEMENT, f"{worst}\n{gradients.cell.text}"
    assert norm[1] < NORM, f"{norm}\n{gradients.cell.text}"
    for name in gradients.names:
        shares = sum(gradients.shares(name).values())
        np.testing.assert_allclose(shares, gradients[name], rtol=1e-12, atol=1e-12)
