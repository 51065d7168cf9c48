"""Arrays by other names: Flax', TensorFlow 1's, Keras', a cell's own, and our own networks."""

import json
import pickle
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


def sigmoid(v):
    return 1 / (1 + np.exp(-v))


RNG = np.random.default_rng(5)


def arrays(**shapes):
    """Random arrays; two underscores in a name stand for a slash."""
    return {name.replace("__", "/"): RNG.normal(size=shape) for name, shape in shapes.items()}


def stepped(step, x=X, units=3):
    h, found = np.zeros(units), []
    for x_t in x:
        h = step(x_t, h)
        found.append(h)
    return np.array(found)


def flax_gru(p):
    """flax.linen.GRUCell, as its source computes it."""
    kernel = {gate: p[f"gru/{gate}/kernel"] for gate in ("ir", "iz", "in", "hr", "hz", "hn")}
    bias = {gate: p[f"gru/{gate}/bias"] for gate in ("ir", "iz", "in", "hn")}

    def step(x, h):
        r = sigmoid(x @ kernel["ir"] + bias["ir"] + h @ kernel["hr"])
        z = sigmoid(x @ kernel["iz"] + bias["iz"] + h @ kernel["hz"])
        n = np.tanh(x @ kernel["in"] + bias["in"] + r * (h @ kernel["hn"] + bias["hn"]))
        return (1 - z) * n + z * h

    return step


def flax_simple(p):
    return lambda x, h: np.tanh(x @ p["c/i/kernel"] + p["c/i/bias"] + h @ p["c/h/kernel"])


def haiku_gru(p):
    """haiku.GRU: blocks z, r, a; z says how much is replaced."""

    def step(x, h):
        gates = x @ p["gru/w_i"][:, :6] + h @ p["gru/w_h"][:, :6] + p["gru/b"][:6]
        z, r = np.split(sigmoid(gates), 2)
        a = np.tanh(x @ p["gru/w_i"][:, 6:] + (r * h) @ p["gru/w_h"][:, 6:] + p["gru/b"][6:])
        return (1 - z) * h + z * a

    return step


def haiku_rnn(p):
    def step(x, h):
        inputs = x @ p["r/input_to_hidden/w"] + p["r/input_to_hidden/b"]
        return np.maximum(inputs + h @ p["r/hidden_to_hidden/w"] + p["r/hidden_to_hidden/b"], 0)

    return step


def haiku_lstm(p):
    c = np.zeros(3)

    def step(x, h):
        nonlocal c
        i, g, f, o = np.split(np.append(x, h) @ p["lstm/linear/w"] + p["lstm/linear/b"], 4)
        c = sigmoid(f + 1) * c + sigmoid(i) * np.tanh(g)
        return sigmoid(o) * np.tanh(c)

    return step


def tensorflow_gru(p):
    def step(x, h):
        both = np.append(x, h)
        gates = both @ p["rnn/gru_cell/gates/kernel"] + p["rnn/gru_cell/gates/bias"]
        r, u = np.split(sigmoid(gates), 2)
        both = np.append(x, r * h) @ p["rnn/gru_cell/candidate/kernel"]
        return u * h + (1 - u) * np.tanh(both + p["rnn/gru_cell/candidate/bias"])

    return step


def textbook_gru(p):
    def step(x, h):
        r, z = (sigmoid(x @ p[f"W_x{g}"] + h @ p[f"W_h{g}"] + p[f"b_{g}"]) for g in "rz")
        return z * h + (1 - z) * np.tanh(x @ p["W_xh"] + (r * h) @ p["W_hh"] + p["b_h"])

    return step


def textbook_lstm(p):
    c = np.zeros(3)

    def step(x, h):
        nonlocal c
        z = {g: x @ p[f"W_x{g}"] + h @ p[f"W_h{g}"] + p[f"b_{g}"] for g in "ifoc"}
        c = sigmoid(z["f"]) * c + sigmoid(z["i"]) * np.tanh(z["c"])
        return sigmoid(z["o"]) * np.tanh(c)

    return step


def shaped(gates, W, U, b):
    """The shapes of a textbook's weights, by name."""
    wide = {f"W_x{g}": W for g in gates} | {f"W_h{g}": U for g in gates}
    return wide | {f"b_{g}": b for g in gates}


CONVENTIONS = [
    (flax_gru, {f"gru__i{g}__kernel": (2, 3) for g in "rzn"}
     | {f"gru__h{g}__kernel": (3, 3) for g in "rzn"}
     | {f"gru__{g}__bias": 3 for g in ("ir", "iz", "in", "hn")}),
    (flax_simple, {"c__i__kernel": (2, 3), "c__i__bias": 3, "c__h__kernel": (3, 3)}),
    (haiku_gru, {"gru__w_i": (2, 9), "gru__w_h": (3, 9), "gru__b": 9}),
    (haiku_lstm, {"lstm__linear__w": (5, 12), "lstm__linear__b": 12}),
    (haiku_rnn, {"r__input_to_hidden__w": (2, 3), "r__input_to_hidden__b": 3,
                 "r__hidden_to_hidden__w": (3, 3), "r__hidden_to_hidden__b": 3}),
    (tensorflow_gru, {"rnn__gru_cell__gates__kernel": (5, 6), "rnn__gru_cell__gates__bias": 6,
                      "rnn__gru_cell__candidate__kernel": (5, 3),
                      "rnn__gru_cell__candidate__bias": 3}),
    (textbook_gru, shaped("rzh", (2, 3), (3, 3), 3)),
    (textbook_lstm, shaped("ifoc", (2, 3), (3, 3), 3)),
]  # fmt: skip


@pytest.mark.parametrize(("step", "shapes"), CONVENTIONS, ids=lambda e: getattr(e, "__name__", ""))
def test_a_cell_of_another_library_computes_what_its_source_does(tmp_path, step, shapes):
    held = arrays(**shapes)
    (tmp_path / "a.pt").write_bytes(pickle.dumps(held))
    network = load_model(tmp_path / "a.pt")
    np.testing.assert_allclose(network.run(X).outputs, stepped(step(held)), atol=1e-12)


def test_layers_that_stand_in_the_order_of_their_names_are_not_taken_in_it(tmp_path):
    cells = {f"{name}/{key}": a for name in ("one", "two") for key, a in flax_names().items()}
    dense = {"Dense_0/kernel": np.ones((3, 2)), "Dense_0/bias": np.ones(2)}
    (tmp_path / "a.pt").write_bytes(pickle.dumps(dense | cells))
    model = read_model(tmp_path / "a.pt")
    assert not model.ordered
    assert [(part.name, part.outputs) for part in model.parts] == [
        ("Dense_0", 2),
        ("one", 3),
        ("two", 3),
    ]


def flax_names():
    return {name.removeprefix("cell.").replace(".", "/"): a for name, a in flax().items()}


def test_a_textbooks_matrices_the_other_way_round_are_asked_for_by_other_names(tmp_path):
    held = arrays(**shaped("h", (3, 2), (3, 3), 3))
    (tmp_path / "a.pt").write_bytes(pickle.dumps(held))
    with pytest.raises(InputError, match="save the weights as W_i, U_i"):
        load_model(tmp_path / "a.pt")


def test_short_names_of_pytorchs_weights_are_known(tmp_path):
    long = {"weight_ih": (9, 2), "weight_hh": (9, 3), "bias_ih": 9, "bias_hh": 9}
    held = arrays(**long)
    short = {f"enc_{n.replace('weight', 'w').replace('bias', 'b')}": a for n, a in held.items()}
    np.savez(tmp_path / "a.npz", **short, enc_emb=np.ones((5, 2)), fc_w=np.ones((2, 3)))
    np.savez(tmp_path / "b.npz", **held)
    one = load_model(tmp_path / "a.npz", "enc", head="none")
    model = read_model(tmp_path / "a.npz")
    assert [part.name for part in model.parts] == ["enc", "enc_emb", "fc"]
    assert model.ignored == []
    np.testing.assert_array_equal(
        list(one.weights.values())[-1], list(load_model(tmp_path / "b.npz").weights.values())[-1]
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
        ({"weight_ih_l0": np.ones((12, 2)), "weight_hh_l0": np.ones((12, 5))}, "an LSTM has 4"),
        ({"weight_ih_l0": np.ones((8, 2)), "weight_hh_l0": np.ones((12, 3))}, "shape"),
        (
            {"weight_ih_l1": np.ones((12, 2)), "weight_hh_l1": np.ones((12, 3))},
            "not all layers before",
        ),
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
