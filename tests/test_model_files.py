"""What stands in a file besides a plain state_dict: read as data, computed right, or refused."""

from pathlib import Path

import numpy as np
import pytest

from lstm_viz import InputError, load_model
from lstm_viz.models import read_model
from lstm_viz.models.pytorch.quantised import _both

FOLDER = Path(__file__).parent / "fixtures" / "torch-more"


def near(network, name, tolerance=1e-6):
    with np.load(FOLDER / "outputs.npz") as expected:
        x, y = expected[f"{name}:x"], expected[f"{name}:y"]
    np.testing.assert_allclose(network.run(x).outputs, y, atol=tolerance)


NORMS = [
    "weight-norm",
    "weight-norm-old",
    "weight-norm-columns",
    "spectral-norm",
    "spectral-norm-old",
    "pruned",
]


@pytest.mark.parametrize("name", NORMS)
def test_a_weight_that_is_computed_from_others_is_the_one_that_pytorch_uses(name):
    network = load_model(FOLDER / f"{name}.pt")
    near(network, f"{name}.pt")
    assert any("weight_hh_l0: " in note for note in network.notes)


def test_a_weight_that_cannot_be_known_is_refused_with_the_way_out():
    assert "not read" in read_model(FOLDER / "orthogonal.pt").parts[0].what
    with pytest.raises(InputError, match=r"weight_hh_l0 is computed .*\.remove_parametrizations"):
        load_model(FOLDER / "orthogonal.pt")


@pytest.mark.parametrize("name", ["old.pt", "script.pt", "whole.pt", "whole-old.pt"])
def test_old_files_torchscript_and_whole_modules_are_read_as_data(name):
    head = "each,head.0,leaky_relu:0.2,head.2"
    near(load_model(FOLDER / name, head=head, nonlinearity="relu"), name)


@pytest.mark.parametrize("name", ["whole.pt", "whole-old.pt"])
def test_a_whole_module_says_its_activations_and_the_order_of_its_parts(name):
    model = read_model(FOLDER / name)
    assert [part.name for part in model.parts] == ["words", "rnn", "head.0", "head.1", "head.2"]
    near(model.network(head="each,head.0,head.1,head.2"), name)


def test_torchscript_says_what_a_plain_rnn_applies_and_not_a_slope():
    model = read_model(FOLDER / "script.pt")
    assert "negative_slope is not in the file" in model.parts[3].what
    near(model.network(head="each,head.0,leaky_relu:0.2,head.2"), "script.pt")


def test_a_module_of_a_class_of_its_own_is_named(tmp_path):
    path = tmp_path / "a.pt"
    content = (FOLDER / "whole-old.pt").read_bytes()
    path.write_bytes(content.replace(b"torch.nn.modules.rnn\nRNN", b"laboratory.layers\nNew"))
    assert any("of the class laboratory.layers.New" in n for n in read_model(path).notes)


def test_several_state_dicts_are_told_apart_by_their_names():
    assert read_model(FOLDER / "several.pt").groups == ["en", "de"]
    near(load_model(FOLDER / "several.pt", "de"), "several.pt")


def test_quantised_weights_are_the_numbers_that_they_stand_for_and_that_is_said():
    network = load_model(FOLDER / "quantised.pt", head="none")
    near(network, "quantised.pt")
    assert any("quantised" in note for note in network.notes)
    assert [part.name for part in read_model(FOLDER / "quantised.pt").parts] == ["0", "1"]


@pytest.mark.parametrize(
    ("inputs", "both"), [([3], False), ([3, 4], False), ([3, 3], True), ([3, 3, 8, 8], True)]
)
def test_quantised_layers_and_directions_are_told_apart_by_their_widths(inputs, both):
    assert _both(inputs, 4, "it") is both


def test_quantised_layers_that_look_like_directions_are_asked_about():
    with pytest.raises(InputError, match="its layers and directions look alike"):
        _both([4, 4], 4, "it")
