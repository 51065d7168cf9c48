"""Arrays by other names: Flax', TensorFlow 1's, Keras', a cell's own, and our own networks."""

import json
import struct

import numpy as np
import pytest

from lstm_viz import CELLS, LSTM, InputError, load_model, run
from lstm_viz.cells import variants
from lstm_viz.models import read_model, safetensors
from lstm_viz.models.keras.guess import guess
from lstm_viz.models.keras.recurrent import early
from lstm_viz.models.tensors import Tensor
from lstm_viz.network import (
    Activation,
    Dense,
    Direction,
    Dropout,
    Embedding,
    Last,
    Masking,
    Network,
    Recurrent,
)

WEIGHTS = LSTM.start(2, 3, seed=4)
X = np.random.default_rng(0).normal(size=(5, 2))


def flax():
    """Kernels are (inputs, units); the bias is on the recurrent side."""
    named = {}
    for gate in "ifgo":
        named[f"cell/i{gate}/kernel"] = WEIGHTS[f"W_{gate}"].T
        named[f"cell/h{gate}/kernel"] = WEIGHTS[f"U_{gate}"].T
        named[f"cell/h{gate}/bias"] = WEIGHTS[f"b_{gate}"]
    return {name.replace("/", "."): array for name, array in named.items()}


def tensorflow_1():
    """Rows are inputs, then units; columns i, candidate, f, o; 1 is added to the forget bias."""
    blocks = [np.hstack([WEIGHTS[f"W_{k}"], WEIGHTS[f"U_{k}"]]).T for k in "igfo"]
    bias = np.hstack([WEIGHTS[f"b_{k}"] - (k == "f") for k in "igfo"])
    return {"basic_lstm_cell.kernel": np.hstack(blocks), "basic_lstm_cell.bias": bias}


def keras():
    kernel, recurrent, bias = (
        np.concatenate([WEIGHTS[f"{letter}_{k}"] for k in "ifgo"]).T for letter in "WUb"
    )
    return {"lstm.kernel": kernel, "lstm.recurrent_kernel": recurrent, "lstm.bias": bias}


@pytest.mark.parametrize("make", [flax, tensorflow_1, keras, lambda: WEIGHTS])
def test_every_naming_gives_the_same_lstm(tmp_path, make):
    path, arrays = tmp_path / "a.npz", make()
    slashes = {
        name.replace(".", "/") if make is tensorflow_1 else name: a for name, a in arrays.items()
    }
    import zipfile

    with zipfile.ZipFile(path, "w") as archive:
        for name, array in slashes.items():
            with archive.open(f"{name}.npy", "w") as file:
                np.lib.format.write_array(file, np.ascontiguousarray(array))
    np.testing.assert_allclose(
        load_model(path).run(X).outputs, run(LSTM, WEIGHTS, X)["h"], atol=1e-15
    )


def test_a_network_of_ours_is_the_same_after_saving(tmp_path):
    gru, cell = CELLS["gru"], CELLS["slstm"]
    two = [Direction(gru, gru.start(2, 3, k), bool(k)) for k in (0, 1)]
    layers = [
        Masking(0.0),
        Recurrent(two, merge="sum", zero_padding=True),
        Dropout(0.5),
        Recurrent(Direction(cell, cell.start(3, 2, 1)), name="second"),
        Last(),
        Dense(np.ones((2, 2)), np.ones(2), "relu"),
        Activation("softmax"),
    ]
    network = Network(layers)
    network.save(tmp_path / "a.npz", {"epoch": np.array(3)})
    again = load_model(tmp_path / "a.npz")
    x = X.copy()
    x[3:] = 0
    np.testing.assert_array_equal(again.run(x).outputs, network.run(x).outputs)
    assert read_model(tmp_path / "a.npz").ignored == []
    words = Network([Embedding(np.ones((4, 2)), mask_zero=True), *layers[1:2]])
    words.save(tmp_path / "b.npz")
    np.testing.assert_array_equal(
        load_model(tmp_path / "b.npz").run([1, 2, 0]).outputs, words.run([1, 2, 0]).outputs
    )


def test_a_matrix_without_a_bias_before_a_recurrent_layer_is_an_embedding(tmp_path):
    lstm = {
        "lstm.weight_ih_l0": np.ones((12, 2)),
        "lstm.weight_hh_l0": np.ones((12, 3)),
    }
    np.savez(tmp_path / "a.npz", **{"encoder.weight": np.ones((7, 2))}, **lstm)
    assert [type(e).__name__ for e in load_model(tmp_path / "a.npz")] == ["Embedding", "Recurrent"]


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"lstm.weight_ih_l0": np.ones((12, 2))}, "no weight_hh"),
        ({"weight_ih_l0": np.ones((12, 2)), "weight_hh_l0": np.ones((12, 5))}, "no LSTM"),
        ({"weight_ih_l0": np.ones((8, 2)), "weight_hh_l0": np.ones((12, 3))}, "shape"),
        ({"weight_ih_l1": np.ones((12, 2)), "weight_hh_l1": np.ones((12, 3))}, "not all before"),
        ({"a": np.ones(3)}, r"no recurrent layer in it; it holds 1 tensor \(a"),
        ({"weight_ih_l0": np.full((12, 2), np.nan), "weight_hh_l0": np.ones((12, 3))}, "finite"),
    ],
)
def test_tensors_that_do_not_fit_are_named(tmp_path, arrays, said):
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(InputError, match=said):
        load_model(tmp_path / "a.npz")


def of_shape(name, *shape):
    return Tensor(name, shape, "float32", lambda: np.ones(shape))


def test_of_keras_weights_alone_one_matrix_is_an_embedding_and_one_vector_is_not():
    lstm = [of_shape("W", 5, 12), of_shape("U", 3, 12), of_shape("b", 12)]
    dense = [of_shape("D", 3, 2), of_shape("d", 2)]
    odd = [of_shape("v", 3)]
    groups = {"dense": dense, "lstm": lstm, "odd": odd, "words": [of_shape("table", 9, 5)]}
    found = {part.name: part.what for part in guess(groups, "a.h5", "3")}
    assert list(found) == ["words", "lstm", "dense", "odd"]
    assert found["words"] == "embedding of 9 words in 5 numbers"
    assert found["dense"].startswith("dense, 3 → 2")
    assert "not read" in found["odd"]


EARLY = dict.fromkeys(("1", "1.2.2", "2.2.4-tf", "2.x"), True)


@pytest.mark.parametrize("version", [*EARLY, "2", "2.3.0", "3", "3.4"])
def test_keras_before_2_3_had_other_usual_options(version):
    assert early(version) is EARLY.get(version, False)


def test_a_tensor_without_numbers_lies_over_no_other(tmp_path):
    head = {
        "a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
        "none": {"dtype": "F32", "shape": [0, 3], "data_offsets": [4, 4]},
    }
    written = json.dumps(head).encode()
    path = tmp_path / "a.safetensors"
    path.write_bytes(struct.pack("<Q", len(written)) + written + np.float32([1, 2]).tobytes())
    found = safetensors.tensors(str(path))
    assert found["none"].numbers().shape == (0, 3)
    assert found["a"].numbers().tolist() == [1, 2]


def test_a_clipped_simple_cell_says_so_in_its_name():
    assert variants.rnn(clip=2.0).name == "rnn-clipped"
    assert variants.rnn("relu({0})", bias=False, clip=2.0).name == "rnn-relu-no-bias-clipped"
    assert variants.rnn().name == "rnn"
