"""What we write says what it is: a saved run, and a saved network, are read as what they were."""

import json
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from made_up import texts
from program import lstm_viz

from lstm_viz import CELLS, LSTM, Cell, InputError, load_model, run, save_weights
from lstm_viz.files.npz import read_arrays
from lstm_viz.models import read_model
from lstm_viz.network import Direction, Last, Network, Recurrent
from lstm_viz.network.heads import Flatten, Maximum, Mean, OneSequence, Step
from lstm_viz.network.layers import Layer
from lstm_viz.network.normalisation import LayerNorm, Scale
from lstm_viz.network.saving import FIELDS

WEIGHTS = LSTM.start(2, 3, seed=4)
X = np.random.default_rng(0).normal(size=(5, 2))


MADE_UP = "m = tanh(W @ x + a_u * m_prev + b)\ny = m * m_prev + d_y"


@pytest.mark.parametrize("name", [*CELLS, "mine"])
def test_a_saved_run_is_read_as_the_cell_that_ran(tmp_path, name):
    text, x, h = tmp_path / "mine.txt", tmp_path / "x.npy", tmp_path / "r.npz"
    text.write_text(MADE_UP)
    np.save(x, X)
    cell = str(text) if name == "mine" else name
    given = "--cell", cell, "--input", f"@{x}", "--hidden", "2", "--seed", "7", "--backward"
    assert lstm_viz("step", *given, "--save", str(h)).exit_code == 0
    network = load_model(h)
    ran, (way,) = read_arrays(h), network.directions.values()
    assert way.cell.name == name
    np.testing.assert_array_equal(network.run(X).outputs, ran[way.cell.output])


def test_the_weights_of_a_saved_run_are_given_to_a_cell_again(tmp_path):
    first, again = tmp_path / "a.npz", tmp_path / "b.npz"
    lstm_viz("step", "--cell", "irnn", "--hidden", "3", "--save", str(first))
    lstm_viz("step", "--cell", "irnn", "--weights", str(first), "--save", str(again))
    assert read_arrays(first)["h"].tolist() == read_arrays(again)["h"].tolist()


@settings(max_examples=15, deadline=None)
@given(texts(same_rows=False))
def test_whatever_cell_was_typed_is_read_again_as_it_is(text):
    cell = Cell("typed", text)
    network = Network([Recurrent(Direction(cell, cell.start(2, 3, seed=1)))])
    with TemporaryDirectory() as folder:
        network.save(f"{folder}/a.npz")
        again = load_model(f"{folder}/a.npz")
    np.testing.assert_array_equal(again.run(X).outputs, network.run(X).outputs)


def test_a_saved_network_keeps_its_notes_its_states_and_its_normalisation(tmp_path):
    statistics = {"mean": np.ones(3), "variance": np.full(3, 4.0)}
    layers = [
        Recurrent(Direction(LSTM, WEIGHTS), name="lstm"),
        Scale.of_batch(statistics, 1e-3, "batch"),
        LayerNorm({"gamma": np.full(3, 2.0)}, 1e-5, "norm"),
    ]
    network = Network(layers)
    network.notes, network.states = ("taken for granted",), {"lstm": {"c": np.ones(3)}}
    network.save(tmp_path / "a.npz")
    again = load_model(tmp_path / "a.npz")
    np.testing.assert_array_equal(again.run(X).outputs, network.run(X).outputs)
    assert again.notes == network.notes
    network.states = {}
    assert (again.run(X).outputs != network.run(X).outputs).any()


def kinds(layer=Layer):
    """All kinds of layers that there are."""
    for each in layer.__subclasses__():
        if each.__module__.startswith("lstm_viz"):
            yield each
            yield from kinds(each)


def test_every_kind_of_layer_can_be_saved():
    assert set(kinds()) == set(FIELDS)


@pytest.mark.parametrize("head", [Mean(), Maximum(), Flatten(), Step(1), Last(), OneSequence(0)])
def test_a_saved_network_keeps_its_head(tmp_path, head):
    network = Network([Recurrent(Direction(LSTM, WEIGHTS)), head])
    network.save(tmp_path / "a.npz")
    again = load_model(tmp_path / "a.npz").run(X).outputs
    np.testing.assert_array_equal(again, network.run(X).outputs)


def test_a_saved_network_hands_on_the_same_final_states(tmp_path):
    network = Network([Recurrent(Direction(LSTM, WEIGHTS), states=((0, "c"), (0, "h")))])
    network.save(tmp_path / "a.npz")
    again = load_model(tmp_path / "a.npz").run(X).outputs
    np.testing.assert_array_equal(again, network.run(X).outputs)


def test_a_network_saved_before_notes_were_is_still_read(tmp_path):
    layers = [
        {"kind": "Last", "name": "last"},
        {"kind": "Dense", "name": "d", "activation": "relu"},
    ]
    described = np.frombuffer(json.dumps(layers).encode(), np.uint8)
    arrays = {"network.json": described, "d.W": np.ones((1, 2)), "d.b": np.zeros(1)}
    np.savez(tmp_path / "a.npz", **arrays)
    assert [part.name for part in read_model(tmp_path / "a.npz").parts] == ["last", "d"]


def test_a_layer_of_ones_own_is_refused_and_nothing_is_written(tmp_path):
    class Mine(Last):
        pass

    with pytest.raises(InputError, match="type Mine cannot be saved"):
        Network([Mine()]).save(tmp_path / "a.npz")
    assert not list(tmp_path.iterdir())


def test_saved_gradients_are_no_model_and_that_is_said(tmp_path):
    lstm_viz("gradients", "--length", "4", "--save", str(tmp_path / "g.npz"))
    shown = lstm_viz("model", str(tmp_path / "g.npz"))
    assert shown.exit_code == 3
    assert "gradients without weights: lstm-viz step saves a run" in shown.stderr


# ---------------------------------------------------------------------------- without a name


@pytest.mark.parametrize("name", ["rnn", "irnn", "lstm", "slstm", "cifg", "noaf", "fgr", "gru"])
def test_an_old_run_is_the_cell_that_gives_its_numbers_again(tmp_path, name):
    cell = CELLS[name]
    trace = run(cell, cell.start(2, 3, seed=2), X)
    arrays = {n: trace[n] for n in trace.names} | dict(trace.weights)
    np.savez(tmp_path / "a.npz", **arrays)
    network = load_model(tmp_path / "a.npz")
    assert [way.cell.name for way in network.directions.values()] == [name]
    assert network.notes == ()


def test_weights_that_several_cells_may_have_are_said_to_be_so(tmp_path):
    path = tmp_path / "a.npz"
    save_weights(path, CELLS["irnn"].start(2, 3))
    (note,) = load_model(path).notes
    assert "irnn has the same parameters" in note
    assert "(--cell irnn runs them as that)" in note
    other = tmp_path / "r.npz"
    asked = "--input", "1,2;3,4", "--save", str(other)
    lstm_viz("step", "--model", str(path), "--cell", "irnn", *asked)
    assert [way.cell.name for way in load_model(other).directions.values()] == ["irnn"]


def test_a_cell_with_parameters_of_its_own_is_not_run_as_the_plain_one(tmp_path):
    path = tmp_path / "a.npz"
    np.savez(path, **WEIGHTS, W_mx=np.ones((3, 2)), W_mh=np.ones((3, 3)))
    with pytest.raises(InputError, match=r"extra parameters \(W_mx, W_mh\).*--weights"):
        load_model(path)
    np.savez(path, **WEIGHTS, out=np.ones((7, 3)))
    assert load_model(path).directions["lstm"].cell is LSTM
