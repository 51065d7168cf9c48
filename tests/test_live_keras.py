"""Live Keras models as people have them: in 16 bits, quantised, with operations between layers."""

import numpy as np
import pytest

from lstm_viz import from_keras, load_model
from lstm_viz.models import read_model

X = np.random.default_rng(5).normal(size=(6, 2, 3)).astype(np.float32)
WORDS = np.random.default_rng(5).integers(0, 9, size=(6, 2))
pytestmark = pytest.mark.filterwarnings("ignore")  # Keras' own


def functional(keras, inside):
    x = keras.Input((6, 3))
    return keras.Model(x, inside(x))


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_a_model_that_computes_in_16_bits_is_compared_as_far_as_these_tell(keras, policy):
    layers = [keras.layers.LSTM(4, dtype=policy, name="l"), keras.layers.Dense(1)]
    model = keras.Sequential([keras.Input((6, 3)), *layers])
    network = from_keras(model)
    assert any(policy.removeprefix("mixed_") in note for note in network.notes)
    there = np.asarray(model.predict(X.swapaxes(0, 1), verbose=0), dtype=float)
    np.testing.assert_allclose(network.run(X).outputs, there, atol=0.02)
    from_keras(model, "l")


def test_a_convolution_over_one_step_is_read_of_a_live_model_too(keras):
    layers = [keras.layers.Conv1D(4, 1, name="one"), keras.layers.GRU(3), keras.layers.Dense(1)]
    model = keras.Sequential([keras.Input((6, 3)), *layers])
    there = np.asarray(model.predict(X.swapaxes(0, 1), verbose=0))
    np.testing.assert_allclose(from_keras(model).run(X).outputs, there, atol=1e-6)


@pytest.mark.parametrize("way", ["quantised", "lora"])
def test_an_embedding_with_more_arrays_than_its_own_is_not_read_and_what_follows_is(
    keras, tmp_path, way
):
    layers = [keras.layers.Embedding(9, 3), keras.layers.LSTM(4), keras.layers.Dense(2)]
    model = keras.Sequential([keras.Input((6,), dtype="int32"), *layers])
    if way == "lora":
        layers[0].enable_lora(2)
        found = [from_keras(model)]
    else:
        model.quantize("int8")
        model.save(tmp_path / "net.keras")
        found = [from_keras(model), load_model(tmp_path / "net.keras")]
    for network in found:
        assert any("embedding" in note and "is not read" in note for note in network.notes)
        assert network.features == 3


def test_an_operation_that_is_not_read_is_said_and_no_layer_blamed(keras):
    model = functional(keras, lambda x: keras.layers.Dense(1)(keras.layers.LSTM(4)(x * 2.0)))
    notes = from_keras(model).notes
    assert any("multiply" in note and "is not read" in note for note in notes)


def test_a_layer_that_is_called_twice_begins_with_no_states_of_its_own(keras, tmp_path):
    shared = keras.layers.LSTM(3, return_sequences=True, name="shared")
    functional(keras, lambda x: keras.layers.Dense(1)(shared(shared(x)))).save(
        tmp_path / "net.keras"
    )
    (part,) = read_model(tmp_path / "net.keras").recurrent
    assert "begins with" not in part.what
    assert part.notes == ("the model calls it 2 times; here it runs once, on what comes into it",)


def test_states_of_a_dense_layer_are_not_called_final(keras, tmp_path):
    def inside(x):
        begun = keras.layers.Dense(4, name="first")(x[:, 0])
        return keras.layers.LSTM(4)(x, initial_state=[begun, begun])

    functional(keras, inside).save(tmp_path / "net.keras")
    (part,) = read_model(tmp_path / "net.keras").recurrent
    assert any("begins with what first gives" in note for note in part.notes)
    assert not any("final ones of first" in note for note in part.notes)
