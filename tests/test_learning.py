"""Models that are fitted, saved, resumed; scalers, windows, losses that blow up."""

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from lstm_viz import GRU, LSTM, RNN, InputError
from lstm_viz.inputs import datasets as data
from lstm_viz.learning.clipping import Clipping
from lstm_viz.learning.divergence import DivergedError, Facts, explain
from lstm_viz.learning.history import EarlyStop
from lstm_viz.learning.model import Model
from lstm_viz.learning.scalers import MinMaxScaler, StandardScaler, split, windows
from lstm_viz.learning.summary import rows
from lstm_viz.models import load_model
from lstm_viz.network import Flatten
from lstm_viz.network import build as b


def small(seed=0, dropout=0.3, **options):
    plans = [b.recurrent(LSTM, 6, sequences=True), b.dropout(dropout), b.recurrent(LSTM, 5)]
    return Model(b.build([*plans, b.dense(1)], 1, seed=seed), "mse", rate=0.02, **options)


def sums(count=40, steps=5):
    x = np.random.default_rng(1).random((count, steps, 1))
    return x, x.sum(axis=1)


def test_a_model_learns_a_sum():
    x, y = sums(200)
    model = small(dropout=0.0)
    before = model.evaluate(x, y)
    history = model.fit(x, y, epochs=30, batch=20)
    assert model.evaluate(x, y) < 0.02 * before
    assert len(history.losses) == 30
    assert len(history.updates) == model.updates == 300
    assert np.abs(model.predict(x) - y).mean() < 0.1


@pytest.mark.parametrize("stopped", [8, 11], ids=["between epochs", "inside an epoch"])
@pytest.mark.parametrize("kind", ["adam", "sgd", "rmsprop", "keras-rmsprop"])
def test_a_resumed_model_is_the_one_that_never_stopped(tmp_path, kind, stopped):
    x, y = sums()
    one, other = (small(optimiser=kind, clip=Clipping(norm=0.5), biases=2) for _ in range(2))
    one.fit(x, y, epochs=6, batch=10)
    for each in other.training(x, y, epochs=6, batch=10):
        if each.update == stopped:
            break
    other.save(tmp_path / "model.npz")
    again = Model.load(tmp_path / "model.npz")
    again.fit(x, y, epochs=6 - stopped // 4, batch=10)
    assert again.updates == one.updates
    assert again.clip.acted == one.clip.acted
    np.testing.assert_array_equal(again.parameters.values, one.parameters.values)


def test_a_saved_model_opens_as_any_other_model(tmp_path):
    x, _ = sums(3)
    model = small()
    model.save(tmp_path / "model.npz")
    record = load_model(tmp_path / "model.npz").run(x.swapaxes(0, 1))
    np.testing.assert_allclose(record.outputs, model.predict(x), rtol=1e-5, atol=1e-6)


def test_weights_alone_are_no_model_to_resume(tmp_path):
    np.savez(tmp_path / "w.npz", U=np.ones((2, 2)))
    with pytest.raises(InputError, match="holds no training state"):
        Model.load(tmp_path / "w.npz")


def test_parameter_counts_are_those_that_keras_prints():
    network = b.build([b.recurrent(LSTM, 20, sequences=True), b.recurrent(LSTM, 20), b.dense(5)], 1)
    assert [row[1:] for row in rows(network, 50)] == [
        ("(None, 50, 20)", 1760),
        ("(None, 20)", 3280),
        ("(None, 5)", 105),
    ]
    both = b.build([b.recurrent(LSTM, 8, bidirectional=True), b.dropout(0.5), b.dense(1)], 3)
    assert [row[1:] for row in rows(both)] == [
        ("(None, 16)", 768),
        ("(None, 16)", 0),
        ("(None, 1)", 17),
    ]
    layers = [b.recurrent(LSTM, 2, sequences=True), lambda n, _: (Flatten(), 12), b.dense(1)]
    for steps, shape in ((6, "(None, 12)"), (None, "(None, None)")):
        assert rows(b.build(layers, 3), steps)[1][1] == shape


@pytest.mark.parametrize("cell", [LSTM, GRU, RNN], ids=lambda cell: cell.name)
def test_truncated_backpropagation_carries_states_but_no_gradient(cell):
    network = b.build([b.recurrent(cell, 4, sequences=True), b.dense(1)], 1, dtype=np.float64)
    x = np.random.default_rng(0).normal(size=(3, 6, 1))
    model = Model(network, rate=1e-12)
    list(model.training(x, np.cumsum(x, axis=1), batch=1, truncate=2, shuffle=False))
    turned, y = (v[2:].swapaxes(0, 1) for v in (x, np.cumsum(x, axis=1)))
    states = network.run(turned[:4]).final
    piece = network.run(turned[4:], states=states)
    gradients = network.backpropagate(piece, 2 * (piece.outputs - y[4:]) / y[4:].size)
    assert model.updates == 9
    for name, slope in model.parameters.slopes.items():
        np.testing.assert_allclose(slope, gradients.weights[name], rtol=1e-6, atol=1e-9)


def test_states_are_reset_between_sequences_unless_they_are_carried():
    plans = [b.recurrent(RNN, 3, sequences=True), b.dense(1)]
    x = np.ones((1, 4, 1))
    reset, carried = (
        Model(b.build(plans, 1), rate=1e-9, carry=carry, seed=1) for carry in (False, True)
    )
    apart = {}
    for model in (reset, carried):
        model.fit(x, x, epochs=2, batch=1)
        first = model.outputs[0].copy()
        apart[model.carry] = abs(float(first[0, 0] - model.predict(x)[0, 0, 0]))
    assert apart[False] < 1e-5
    assert apart[True] > 1e-3


def test_a_scaler_knows_the_training_part_only():
    train, test = split(np.arange(10.0)[:, None], 0.8)
    assert MinMaxScaler.fit(train)(test).ravel().tolist() == [8 / 7, 9 / 7]
    scaler = StandardScaler.fit(train)
    assert scaler(train).std() == pytest.approx(1)
    np.testing.assert_allclose(scaler.inverse(scaler(test)), test)


def test_a_constant_column_is_refused_by_name():
    with pytest.raises(InputError, match="open is constant"):
        StandardScaler.fit([[1.0, 2.0], [1.0, 3.0]], ("open", "close"))
    with pytest.raises(InputError, match="column 2 is constant in the input"):
        MinMaxScaler.fit([[1.0, 2.0], [2.0, 2.0]], where="the input")


def test_windows_are_followed_by_their_targets():
    inputs, targets = windows(np.arange(6.0)[:, None], 3)
    assert inputs[..., 0].tolist() == [[0, 1, 2], [1, 2, 3], [2, 3, 4]]
    assert targets.ravel().tolist() == [3, 4, 5]
    assert windows(np.arange(6.0)[:, None], 3, 0)[1].ravel().tolist() == [2, 3, 4, 5]
    with pytest.raises(InputError, match="too few"):
        windows(np.arange(3.0)[:, None], 3)


def test_training_that_blows_up_says_where_and_leaves_the_weights():
    x, y = sums()
    model = Model(small(dropout=0.0).network, "mse", "sgd", rate=1e18)
    with pytest.raises(DivergedError) as error:
        model.fit(x, y, epochs=50)
    for word in ("diverged at update", "norm", "learning rate of 0.001 instead of 1e18", "clip"):
        assert word in str(error.value)
    assert np.isfinite(model.parameters.values).all()


@pytest.mark.parametrize(
    ("loss", "layer", "clipped", "said"),
    [
        (np.nan, "lstm", False, ["the output of layer lstm is", "loss nan", "--clip-norm 1"]),
        (np.inf, "", True, ["the loss is", "a tighter clip", "0.01 instead of 0.1"]),
        (1.0, "lstm", True, ["the gradient of dense.W is", "the norm before was 4"]),
    ],
)
def test_an_explanation_names_the_place_and_a_way_out(loss, layer, clipped, said):
    words = explain(Facts(7, loss, np.inf, 4.0, layer, "dense.W", 0.1, clipped))
    assert "at update 7: " in words
    assert all(part in words for part in said)


def test_the_first_layer_and_weight_that_are_not_finite_are_named():
    x, y = sums(4)
    model = small(dropout=0.0)
    model.parameters.weights["lstm.b_o"][:] = np.nan
    with pytest.raises(DivergedError, match="the output of layer lstm is not finite"):
        model.fit(x, y)


def test_a_loss_at_the_last_step_looks_at_nothing_else():
    network = b.build([b.recurrent(LSTM, 3, sequences=True), b.dense(1)], 1, dtype=np.float64)
    x = np.random.default_rng(0).normal(size=(2, 4, 1))
    model = Model(network, loss_at="last", rate=1e-12)
    model.fit(x, x[:, -1], epochs=1)
    record = network.run(x.swapaxes(0, 1))
    dy = np.zeros_like(record.outputs)
    dy[-1] = record.outputs[-1] - x[:, -1]
    gradients = network.backpropagate(record, dy)
    for name, slope in model.parameters.slopes.items():
        np.testing.assert_allclose(slope, gradients.weights[name], rtol=1e-8, atol=1e-12)


def test_early_stop_waits_for_the_smoothed_loss():
    stop = EarlyStop(patience=3, smoothing=0.5)
    assert [stop(loss) for loss in (4, 2, 1, 1, 8, 9, 9)] == [False] * 6 + [True]
    below = EarlyStop(until=0.5, smoothing=0.0)
    assert [below(loss) for loss in (1.0, 0.4)] == [False, True]


def test_every_data_set_is_there_with_its_licence():
    for name, source in data.SOURCES.items():
        found = data.load(name)
        rows = len(found.text) or len(found.labels)
        assert f"{rows:,}" == source.rows.split()[0]
        assert source.licence == "public domain"
        assert all(np.isfinite(column).all() for column in found.columns.values())
    with pytest.raises(InputError, match="sunspots"):
        data.load("sunspot")


def test_the_end_of_a_layer_that_runs_as_in_the_network_is_handed_on_too():
    plans = [b.recurrent(RNN, 3, sequences=True, bidirectional=True), b.dense(1)]
    model = Model(b.build(plans, 1), rate=1e-9, seed=1)
    x = np.random.default_rng(0).normal(size=(4, 1, 2))  # (steps, features, batch)
    _, states = model.step(x, {})
    ends = model.network.run(x.transpose(0, 2, 1)).final
    assert sorted(states) == ["rnn.backward", "rnn.forward"]
    for name, each in states.items():
        np.testing.assert_allclose(each["h"].T, ends[name]["h"], rtol=1e-5)


@pytest.mark.parametrize(
    "copied", [lambda m: pickle.loads(pickle.dumps(m)), copy.deepcopy, copy.copy]
)
def test_a_model_in_training_is_pickled_and_copied_and_learns_on_as_it_would(copied):
    x, y = sums()
    model = small(optimiser="adam", clip=Clipping(norm=0.5))
    model.fit(x, y, epochs=1, batch=10)
    other = copied(model)
    for each in (model, other):
        each.fit(x, y, epochs=1, batch=10)
    assert other.updates == model.updates
    np.testing.assert_array_equal(other.parameters.values, model.parameters.values)


def test_one_model_predicts_in_many_threads_as_in_one():
    model = Model(b.build([b.recurrent(LSTM, 32), b.dense(2)], inputs=4))
    inputs = [np.full((3, steps, 4), k) for steps in (20, 21) for k in range(4)]
    alone = [model.predict(x) for x in inputs]
    with ThreadPoolExecutor(len(inputs)) as threads:
        found = list(threads.map(model.predict, inputs * 40))
    assert all((y == alone[k % len(inputs)]).all() for k, y in enumerate(found))
