"""Padded steps are in no mean, no heat map, no final state; and the screen says where some are."""

import pickle
from pathlib import Path

import numpy as np
import pytest
from program import lstm_viz

from lstm_viz import LSTM, backpropagate, load_model, measures
from lstm_viz.display import picture
from lstm_viz.network import Direction, Network, Recurrent
from lstm_viz.pictures.kinds import Grid
from lstm_viz.validation.errors import InputError
from lstm_viz.views.overview import grid, overview

TORCH = Path(__file__).parent / "fixtures" / "torch"
LENGTHS = (6, 5, 3)
X = np.random.default_rng(0).normal(size=(6, 3, 2))
MASK = np.arange(6)[:, None] < np.array(LENGTHS)
WEIGHTS = LSTM.start(2, 3, seed=1)


def batch():
    network = Network([Recurrent(Direction(LSTM, WEIGHTS), name="lstm")])
    return network, network.run(X, mask=MASK).traces["lstm"]


def alone(k):
    network, _ = batch()
    return network.run(X[: LENGTHS[k], k]).traces["lstm"]


def test_a_batch_says_how_many_steps_of_each_sequence_there_are():
    _, trace = batch()
    assert trace.counts.tolist() == list(LENGTHS)
    assert pickle.loads(pickle.dumps(trace)).counts.tolist() == list(LENGTHS)
    for k in range(3):
        np.testing.assert_allclose(trace.one("f", k), alone(k)["f"], rtol=1e-14)
        np.testing.assert_allclose(trace.final["c"][k], alone(k).final["c"], rtol=1e-14)


def test_how_the_gates_stand_is_measured_without_the_padding():
    _, trace = batch()
    truth = np.concatenate([alone(k)["f"] for k in range(3)])
    found = measures.gate_statistics(trace)["f"]
    np.testing.assert_allclose(found.mean, truth.mean(axis=0))
    np.testing.assert_allclose(found.half_life, np.log(0.5) / np.log(truth).mean(axis=0))
    assert found.counts.sum() == truth.size


def test_the_picture_of_a_batch_ends_where_its_first_sequence_does():
    network = Network([Recurrent(Direction(LSTM, WEIGHTS), name="lstm")])
    trace = network.run(X[:, ::-1], mask=MASK[:, ::-1]).traces["lstm"]
    gradients = backpropagate(trace, {"h": np.ones_like(trace["h"])})
    for record in (trace, gradients):
        drawn = grid(record, "f")
        assert isinstance(drawn, Grid)
        assert drawn.values.shape == (3, 3)
    with pytest.raises(InputError, match="steps 0 to 2"):
        picture(trace, t=4)


def test_padded_outputs_are_zero_as_those_of_pad_packed_sequence():
    network = load_model(TORCH / "lstm.pt")
    outputs = network.run(X, mask=MASK).outputs
    assert (outputs[~MASK] == 0).all()
    assert (outputs[MASK] != 0).all()


# ---------------------------------------------------------------------------- on the command line


@pytest.fixture
def padded(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n0,0\n3,4\n0,0\n0,0\n")
    return f"@{path}"


def test_rows_of_zeros_at_the_end_are_said_and_can_be_left_out(padded):
    asked = "gradients", "--model", str(TORCH / "lstm.pt"), "--input", padded
    said = "the last 2 of 5 steps are all 0: if this is padding, use --steps 3"
    assert said in " ".join(lstm_viz(*asked, width=200).stdout.split())
    short = lstm_viz(*asked, "--steps", "3", width=200).stdout
    assert "padding" not in short
    assert "3 steps" in short


def test_the_first_steps_of_any_input_can_be_taken(padded):
    for given in (padded, "1,2,3,4,5", "sine:20"):
        assert "3 steps" in lstm_viz("step", "--input", given, "--steps", "3").stdout
    assert "2 steps" in lstm_viz("step", "--text", "hello", "--steps", "2").stdout
    refused = lstm_viz("step", "--input", "1,2", "--steps", "3")
    assert (refused.exit_code, "--steps 3: the input has 2" in refused.stderr) == (2, True)
    refused = lstm_viz("step", "--steps", "3")
    assert (refused.exit_code, "--steps needs --input" in refused.stderr) == (2, True)


def test_a_picture_of_a_batch_says_whose_numbers_it_shows():
    """And shows them: those of the first sequence, without its padding."""
    _, trace = batch()
    for record in (trace, backpropagate(trace)):
        assert ", the first of 3 sequences" in str(overview(record).parts[0])
    shown = {each.title[0].text: each.values for each in overview(trace).parts[1:]}
    np.testing.assert_allclose(shown["f"], alone(0)["f"].T, rtol=1e-14)
    assert "sequences" not in str(overview(alone(0)).parts[0])
