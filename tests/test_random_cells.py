"""Cells that nobody wrote: whatever can be written down has true gradients, on every path."""

from __future__ import annotations

import numpy as np
import pytest
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


@settings(
    max_examples=200,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(texts(same_rows=True), st.sampled_from([1e3, 1e160, 1e307]))
def test_plain_floats_and_arrays_agree_on_what_is_not_finite(text: str, size: float) -> None:
    cell, rng = Cell("made-up", text), np.random.default_rng(0)
    weights = {n: rng.normal(size=shape) * size for n, shape in cell.shapes(1, 1).items()}
    x, loss = rng.normal(size=(4, 1)) * size, dict.fromkeys(cell.quantities, np.ones((4, 1)))
    one, other = (run(cell, weights, x, floats=floats) for floats in (True, False))
    back, forth = (backpropagate(trace, loss) for trace in (one, other))
    for name in cell.names:
        np.testing.assert_allclose(one[name], other[name], rtol=1e-9, err_msg=text)
        np.testing.assert_array_equal(np.isfinite(back[name]), np.isfinite(forth[name]), text)


@pytest.mark.parametrize(
    "text",
    [
        "d = W_a * x - W_a * x + 0 * h_prev\nh = step(d) + sign(d)",
        "h = step(W_a * x - W_a * x) * maximum(1, h_prev)",
        "h = maximum(1, W_a * x - W_a * x) + minimum(1, W_a * x - W_a * x) + 0 * h_prev",
        "h = relu(W_a * x - W_a * x) + clip(W_a * x - W_a * x, -1, 1) + 0 * h_prev",
    ],
)
def test_what_is_no_number_inside_an_equation_stays_none(text: str) -> None:
    cell = Cell("no number", text)
    for floats in (True, False):
        trace = run(cell, {"W_a": np.array([1e300])}, np.full((2, 1), 1e300), floats=floats)
        assert np.isnan(trace["h"]).all()
        assert np.isnan(backpropagate(trace, {"h": np.ones((2, 1))})["x"]).any() or "step" in text


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
