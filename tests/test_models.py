"""Models that PyTorch, Keras and ONNX wrote give here what they gave there, gradients included."""

from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from lstm_viz import InputError
from lstm_viz.files.npz import read_arrays
from lstm_viz.models import ENDINGS, read_model
from lstm_viz.models.verify import compare
from lstm_viz.network import Last, Recurrent

FIXTURES = Path(__file__).parent / "fixtures"
OTHER_OPTIONS = {
    "rnn-relu": {"nonlinearity": "relu"},
    "two-layers": {"head": "each,fc1,relu,fc2"},
    "with-head-both": {"head": "last,fc"},
    "keras2-gru-weights": {"layer": "gru,gru_1", "head": "last"},  # what
    "lstm-stacked-both.weights": {  # Keras weights alone do not say
        "layer": "bidirectional,second",
        "head": "states",
    },
}
TOLERANCE = {np.dtype(np.float32): 1e-6, np.dtype(np.float64): 1e-12}


@cache
def expected():
    """File → {"x": …, "y": …, "dx": …}, of all folders."""
    found = {}
    for path in sorted(FIXTURES.glob("*/expected*.npz")):
        for key, array in read_arrays(path).items():
            name, _, what = key.rpartition(":")
            found.setdefault(path.parent / name, {})[what] = array
    return {path: arrays for path, arrays in found.items() if path.suffix in ENDINGS}


FILES = [path for path in expected() if path.stem != "encoder-decoder"]


def name(path):
    return f"{path.parent.name}/{path.name}"


@cache
def read(path, nonlinearity=None):
    return read_model(path, nonlinearity)


def options(path):
    stem = next((known for known in OTHER_OPTIONS if path.stem.startswith(known)), "")
    return OTHER_OPTIONS.get(stem, {})


def model_file(path):
    if path.suffix in (".keras", ".h5"):
        pytest.importorskip("h5py")
    if path.suffix == ".onnx":
        pytest.importorskip("onnx")
    return read(path, options(path).get("nonlinearity"))


def load(path):
    given = options(path)
    return model_file(path).network(given.get("layer"), given.get("head"))


def difference(network, path):
    """The largest difference of the outputs from those that the framework gave."""
    there = expected()[path]
    return np.abs(network.run(there["x"]).outputs - there["y"]).max()


def tolerance(path):
    y = expected()[path]["y"]
    return TOLERANCE[y.dtype] * max(1.0, np.abs(y).max())


@pytest.mark.parametrize("path", FILES, ids=name)
def test_the_outputs_are_those_of_the_framework(path):
    assert difference(load(path), path) < tolerance(path)


@pytest.mark.parametrize("path", [p for p in FILES if "dx" in expected()[p]], ids=name)
def test_the_gradients_of_the_inputs_are_those_of_the_framework(path):
    network, there = load(path), expected()[path]
    record = network.run(there["x"])
    dy = np.cos(np.arange(record.outputs.size)).reshape(record.outputs.shape)
    if path.suffix in (".keras", ".h5"):  # Keras has the batch first
        dy = np.cos(np.arange(dy.size)).reshape(there["y"].shape)
    dx = network.backpropagate(record, dy).inputs
    np.testing.assert_allclose(dx, there["dx"], atol=20 * tolerance(path))


def unread_directions(network):
    """Those of whose final states none is handed on."""
    for layer in network:
        if isinstance(layer, Recurrent) and layer.states:
            read = {way for way, _ in layer.states}
            yield from (key for way, key in enumerate(layer.keys) if way not in read)


def gates(network):
    """Each recurrent direction's matrices of gates, in pairs to swap."""
    for key, direction in network.directions.items():
        if key in unread_directions(network):
            continue
        # such a one is read at its first step only, where U meets nothing but zeros
        unread = key == list(network.directions)[-1] and key.endswith(".backward")
        for letter in "W" if unread and any(isinstance(e, Last) for e in network) else "WU":
            names = [n for n in direction.weights if n.startswith(f"{letter}_")]
            yield from ((direction, one, other) for one, other in pairwise(names))


@pytest.mark.parametrize("path", FILES, ids=name)
def test_two_swapped_blocks_would_be_seen(path):
    network = load(path)
    for direction, one, other in gates(network):
        a, b = direction.weights[one].copy(), direction.weights[other].copy()
        direction.weights |= {one: b, other: a}
        assert difference(network, path) > 10 * tolerance(path), (one, other)
        direction.weights |= {one: a, other: b}
    assert difference(network, path) < tolerance(path)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_each_layer_can_be_chosen_and_runs_in_its_chain_where_the_file_says_it(path):
    whole, model = load(path), read(path)
    for part in model.recurrent:
        head = None if model.known else "none"
        chosen = model.network(part.name, head)
        assert part.name in [layer.name for layer in chosen]
        if model.known:
            assert [each.name for each in chosen] == [each.name for each in whole]
        else:
            group = {p.name for p in model.recurrent if p.group == part.group}
            assert {e.name for e in chosen if isinstance(e, Recurrent)} == (
                group if part.group else {part.name}
            )


@pytest.mark.parametrize("path", FILES, ids=name)
def test_the_framework_itself_agrees_whatever_words_are_printed(path):
    model = model_file(path)
    assert model.framework == path.parent.name
    pytest.importorskip({"onnx": "onnxruntime"}.get(model.framework, model.framework))
    mute = replace(model, format="", parts=[replace(part, what="") for part in model.parts])
    if "weights" in path.stem or "keras2" in path.stem:  # which Keras 3 does not load
        with pytest.raises(InputError, match=r"weights alone have no model|load_model\("):
            compare(mute, load(path))
        return
    found = compare(mute, load(path))
    assert len(found.differences) > 0
    assert max(worst for _, worst in found.differences) < 1e-5
    if model.framework == "keras":
        assert found.differences[0][0] == "the whole model"
