"""Arrays by a cell's parameters: on which side of x a square matrix stands is said."""

import numpy as np
import pytest

from lstm_viz import LSTM, InputError, load_model, run


def saved(path, inputs, hidden=3, **further):
    np.savez(path, **LSTM.start(inputs=inputs, hidden=hidden), **further)
    return load_model(path).notes


@pytest.mark.parametrize(
    ("inputs", "hidden", "square"), [(3, 3, True), (2, 3, False), (1, 1, False)]
)
def test_the_side_that_is_taken_is_said_where_no_shape_says_it(tmp_path, inputs, hidden, square):
    notes = saved(tmp_path / "w.npz", inputs, hidden)
    assert any("W x + U h is taken" in note for note in notes) == square


def test_nothing_is_taken_where_a_run_says_it(tmp_path):
    weights = LSTM.start(inputs=3, hidden=3)
    trace = run(LSTM, weights, np.random.default_rng(0).normal(size=(4, 3)))
    numbers = {name: trace[name] for name in (*LSTM.names,) if name not in weights}
    assert not any("square" in note for note in saved(tmp_path / "w.npz", 3, **numbers))


def test_a_file_of_a_cell_of_one_s_own_is_told_how_that_runs(tmp_path):
    np.savez(tmp_path / "own.npz", **{"x2h.weight": np.ones((12, 2)), "h2h.weight": np.eye(12, 3)})
    with pytest.raises(InputError, match=r"by its equations, .* step --cell mine\.txt"):
        load_model(tmp_path / "own.npz")
