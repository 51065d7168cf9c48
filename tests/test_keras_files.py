"""Keras files of other times and other kinds: what they hold is read, or refused by name."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from lstm_viz import InputError, load_model
from lstm_viz.files.npz import read_arrays
from lstm_viz.models import read_model
from lstm_viz.models.keras.config import configs

h5py = pytest.importorskip("h5py")
KERAS = Path(__file__).parent / "fixtures" / "keras"
X = np.random.default_rng(5).normal(size=(6, 2, 2))


def layer(kind, **options):
    config = {"name": "one", "units": 3, "return_sequences": True, **options}
    return {"class_name": kind, "config": config}


def arrays(gates, pair=False):
    """A kernel for two inputs and three units, a recurrent kernel, and a bias, or two."""
    rng = np.random.default_rng(gates)
    bias = rng.normal(size=(2, 3 * gates) if pair else 3 * gates)
    return [rng.normal(size=(2, 3 * gates)), rng.normal(size=(3, 3 * gates)), bias]


def legacy(path, kind, options, tensors, version="2.2.4", wrapper=None, whole=None):
    """A file of Keras 1 or 2 with one layer, or with another configuration."""
    layer = {"class_name": kind, "config": {"name": "one", "return_sequences": True, **options}}
    if wrapper:
        layer = {"class_name": wrapper, "config": {"name": "one", "layer": layer}}
    whole = whole or {"class_name": "Sequential", "config": [layer]}
    names = [f"one/{k}:0" for k in range(len(tensors))]
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(whole)
        file.attrs["keras_version"] = version
        group = file.create_group("model_weights/one")
        group.attrs["weight_names"] = np.array(names, "S")
        for name, tensor in zip(names, tensors, strict=True):
            group[name] = tensor
    return path


def of_configuration(path, whole, source="lstm"):
    """A .keras file with another configuration, and the weights of a fixture."""
    with zipfile.ZipFile(KERAS / f"{source}.keras") as old, zipfile.ZipFile(path, "w") as new:
        new.writestr("config.json", json.dumps(whole))
        new.writestr("model.weights.h5", old.read("model.weights.h5"))
    return path


def outputs(path):
    return load_model(path, head=None if path.name.count(".") == 1 else "none").run(X).outputs


def behind(kind, **options):
    return {"class_name": kind, "config": {"name": "behind", **options}}


def sequential(*layers):
    return {"class_name": "Sequential", "config": {"name": "s", "layers": list(layers)}}


# ---------------------------------------------------------------------------- older layers


def laid_out_for_cudnn(kernels, gates):
    """Keras' own conversion: each gate's kernel transposed, in the shape that it had."""
    return np.hstack([k.T.reshape(k.shape) for k in np.split(kernels, gates, axis=1)])


def transposed(kernels, gates):
    return np.hstack([k.T for k in np.split(kernels, gates, axis=1)])


@pytest.mark.parametrize("wrapper", [None, "Bidirectional"])
@pytest.mark.parametrize(("kind", "gates"), [("LSTM", 4), ("GRU", 3)])
def test_a_cudnn_layer_gives_what_the_layer_gives_that_it_is_converted_from(
    tmp_path, kind, gates, wrapper
):
    plain = arrays(gates, pair=kind == "GRU")
    kernel, recurrent, bias = plain
    halves = np.concatenate([0.25 * bias, 0.75 * bias]) if kind == "LSTM" else bias.ravel()
    cudnn = [laid_out_for_cudnn(kernel, gates), transposed(recurrent, gates), halves]
    times, known = 1 + bool(wrapper), {"recurrent_activation": "sigmoid", "reset_after": True}
    one = legacy(tmp_path / "a.h5", kind, known, plain * times, wrapper=wrapper)
    other = legacy(tmp_path / "b.h5", f"CuDNN{kind}", {}, cudnn * times, wrapper=wrapper)
    assert np.abs(outputs(one) - outputs(other)).max() < 1e-12


@pytest.mark.parametrize(("kind", "order"), [("LSTM", (0, 2, 1, 3)), ("GRU", (0, 1, 2))])
def test_the_three_arrays_a_gate_of_keras_1_are_read_with_its_inner_activation(
    tmp_path, kind, order
):
    plain = arrays(len(order))
    split = [np.split(array, len(order), axis=-1) for array in plain]
    apart = [array[gate] for gate in order for array in split]
    said = {"output_dim": 3, "inner_activation": "sigmoid"}
    known = {"recurrent_activation": "sigmoid", "reset_after": False}
    one = legacy(tmp_path / "a.h5", kind, known, plain)
    other = legacy(tmp_path / "b.h5", kind, said, apart, "1.2.2")
    assert np.abs(outputs(one) - outputs(other)).max() < 1e-12
    (hard,) = read_model(
        legacy(tmp_path / "c.h5", kind, {"output_dim": 3}, apart, "1.2.2")
    ).recurrent
    assert "gates hard_sigmoid_keras2" in hard.what


def functional(outputs, *layers):
    """Keras 2's way: each layer with the edges that it reads."""
    listed = [{**one, "name": name, "inbound_nodes": nodes} for one, name, nodes in layers]
    config = {"name": "f", "layers": listed, "input_layers": [["x", 0, 0]]}
    return {"class_name": "Functional", "config": config | {"output_layers": outputs}}


START = ({"class_name": "InputLayer", "config": {"name": "x"}}, "x", [])
LSTM = (layer("LSTM"), "one", [[["x", 0, 0, {}]]])


def test_a_slice_is_read_as_keras_2_writes_it(tmp_path):
    def sliced(place, name):
        spec = {"slice_spec": [{"start": None, "stop": None, "step": None}, place]}
        cut = {"class_name": "SlicingOpLambda", "config": {"name": "cut"}}
        whole = functional([["cut", 0, 0]], START, LSTM, (cut, "cut", [["one", 0, 0, spec]]))
        return legacy(tmp_path / name, "", {}, arrays(4), "2.9.0", whole=whole)

    every = outputs(legacy(tmp_path / "a.h5", "LSTM", {}, arrays(4), "2.9.0"))
    assert (outputs(sliced(-2, "b.h5")) == every[-2]).all()
    part = read_model(sliced({"start": 1, "stop": None, "step": None}, "c.h5")).parts[1]
    assert "a slice other than" in part.what


def test_of_a_model_within_the_model_only_what_its_last_layer_gives_is_followed(tmp_path):
    dense = ({"class_name": "Flatten", "config": {"name": "flat"}}, "flat", [[["one", 0, 0, {}]]])
    inner = functional([["one", 0, 0], ["flat", 0, 0]], START, LSTM, dense)
    inner["config"]["name"] = "inner"
    for number, followed in ((0, False), (1, True)):
        held = (inner, "inner", [[["x", 0, 0, {}]]])
        found = configs(functional([["inner", 0, number]], START, held), "a.h5")
        assert [each.aside for each in found.layers[1:]] == [not followed] * 2


# ---------------------------------------------------------------------------- layers not read


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (layer("MyLSTM"), r"one: MyLSTM, a custom class: not read; .*set_weights"),
        (layer("ConvLSTM2D"), "ConvLSTM2D, whose gates are convolutions"),
        (
            layer("RNN", cell=layer("MyCell")),
            "RNN of MyCell, a custom class: .*--cell FILE.txt",
        ),
        (layer("LSTM", activation="mine"), r"LSTM \(the activation \'mine\'\): not read"),
    ],
)
def test_a_recurrent_layer_that_is_not_read_is_named_with_the_way_out(tmp_path, one, said):
    path = of_configuration(tmp_path / "a.keras", sequential(one, behind("Reshape")))
    with pytest.raises(InputError, match=said):
        load_model(path)
    assert not any(part.readable for part in read_model(path).parts)


@pytest.mark.parametrize(
    "end",
    [
        behind("Softmax", axis=1),
        behind("GlobalMaxPooling1D", keepdims=True),
        behind("GlobalAveragePooling1D", data_format="channels_first"),
        behind("ReLU", max_value=2.0, threshold=1.0),
        behind("Activation", activation="mine"),
        behind("LayerNormalization", axis=1),
        behind("Reshape"),
    ],
    ids=lambda whole: whole["class_name"],
)
def test_a_layer_whose_options_are_not_read_ends_the_network_and_is_named(tmp_path, end):
    path = of_configuration(tmp_path / "a.keras", sequential(layer("LSTM"), end))
    network = load_model(path)
    assert [each.name for each in network] == ["one"]
    assert any("behind is not read" in note for note in network.notes)


def test_a_model_of_a_class_of_its_own_is_read_layer_by_layer_by_its_attributes(tmp_path):
    with h5py.File(tmp_path / "model.weights.h5", "w") as file:
        for name in ("l1", "l2/forward_layer", "l2/backward_layer", "l3"):
            for k, array in enumerate(arrays(4)):
                file[f"{name}/cell/vars/{k}"] = array
    with zipfile.ZipFile(tmp_path / "a.keras", "w") as new:
        new.writestr("config.json", json.dumps({"class_name": "Net", "config": {"units": 3}}))
        new.write(tmp_path / "model.weights.h5", "model.weights.h5")
    model = read_model(tmp_path / "a.keras")
    assert [part.name for part in model.recurrent] == ["l1", "l2", "l3"]
    assert "both directions" in model.recurrent[1].what
    with pytest.raises(InputError, match="--layer l1 runs one alone"):
        model.network()
    assert "Net is a custom class" in model.network("l1", "none").notes[0]


# ---------------------------------------------------------------------------- weights alone


def weights_alone(path, names, gates=4):
    with h5py.File(path, "w") as file:
        for name in names:
            for k, array in enumerate(arrays(gates)):
                file[f"layers/{name}/vars/{k}"] = array[:3] if "1" in name and not k else array
    return path


def test_stacked_cells_are_never_taken_for_both_directions(tmp_path):
    cells = ["rnn/cell/cells/lstm_cell", "rnn/cell/cells/lstm_cell_1"]
    model = read_model(weights_alone(tmp_path / "a.weights.h5", cells))
    assert [part.name for part in model.recurrent] == ["rnn.0", "rnn.1"]
    mixed = ["rnn/cell/cells/gru_cell", "rnn/cell/cells/lstm_cell"]
    (part,) = read_model(weights_alone(tmp_path / "b.weights.h5", mixed)).parts
    assert "in unknown order: not read" in part.what


def test_the_activations_of_weights_alone_are_said_and_can_be_said(tmp_path):
    path = weights_alone(tmp_path / "a.weights.h5", ["lstm/cell"])
    assert "for the gates sigmoid" in load_model(path).notes[0]
    hard = load_model(path, nonlinearity="relu,hard_sigmoid")
    assert "relu, for the gates hard_sigmoid" in hard.notes[0]
    assert np.abs(hard.run(X).outputs - outputs(path)).max() > 1e-3
    with pytest.raises(InputError, match="did you mean 'sigmoid'"):
        load_model(path, nonlinearity="tanh,sigmoit")
    with pytest.raises(InputError, match="says its activations itself"):
        load_model(KERAS / "lstm.keras", nonlinearity="relu")


# ---------------------------------------------------------------------------- what is said


def test_a_decoder_says_whose_states_it_begins_with_and_can_be_given_them():
    model = read_model(KERAS / "decoder.keras")
    with pytest.raises(InputError, match="choose one of encoder, decoder"):
        model.network()
    assert "initial states from encoder" in model.recurrent[1].what
    encoder, decoder = model.network("encoder"), model.network("decoder")
    assert any("here they are 0, unless --state" in note for note in decoder.notes)
    there = read_arrays(KERAS / "decoder.npz")
    end = encoder.run(there["decoder.keras:encoded"]).final["encoder"]
    y = decoder.run(there["decoder.keras:decoded"], states={"decoder": end}).outputs
    np.testing.assert_allclose(y, there["decoder.keras:h"], atol=1e-6)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("final-c", "LSTM, 3 units, final c"),
        ("final-one", "final c of the forward direction"),
        ("final-both", "final h of the forward direction and h of the backward one"),
        ("states-too", "every step"),
        ("activations", "activation relu, gates hard_sigmoid, every step"),
    ],
)
def test_what_is_handed_on_and_which_activations_are_not_usual_is_listed(name, said):
    assert said in read_model(KERAS / f"{name}.keras").recurrent[0].what


def test_a_model_of_several_outputs_and_a_stateful_one_say_what_runs(tmp_path):
    assert any("has 3 outputs" in note for note in load_model(KERAS / "states-too.keras").notes)
    path = of_configuration(tmp_path / "a.keras", sequential(layer("LSTM", stateful=True)))
    assert any("each input starts at 0" in note for note in load_model(path).notes)


def test_weights_that_are_not_finite_are_named_with_their_file_and_layer(tmp_path):
    tensors = arrays(4)
    tensors[1][0, 0] = np.nan
    path = legacy(tmp_path / "a.h5", "LSTM", {}, tensors)
    with pytest.raises(InputError, match=rf"^{path}: one: .*nan at \[0, 0\] is not a finite"):
        load_model(path)


@pytest.mark.parametrize(
    ("name", "way"),
    [("a.tflite", "give the original"), ("a.msgpack", "savez"), ("a.pb", "tf2onnx")],
)
def test_formats_that_are_not_read_name_the_way_out(tmp_path, name, way):
    (tmp_path / name).write_bytes(b"some bytes")
    with pytest.raises(InputError, match=way):
        load_model(tmp_path / name)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "saved_model.pb").write_bytes(b"")
    with pytest.raises(InputError, match="tf2onnx"):
        load_model(tmp_path / "folder")
