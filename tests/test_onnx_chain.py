"""What stands behind an ONNX LSTM is followed where it is known, else left out in words."""

from pathlib import Path

import numpy as np
import pytest

from lstm_viz import load_model
from lstm_viz.network import Last

LSTM = Path(__file__).parent / "fixtures" / "onnx" / "lstm.onnx"
RNG = np.random.default_rng(1)
W, B = RNG.normal(size=(3, 2)), RNG.normal(size=2)
END = 2**63 - 1


@pytest.fixture
def model(tmp_path, onnx):
    """Writes an LSTM and the nodes behind its Y; gives the network that is read from it."""

    def write(*nodes, **constants):
        proto = onnx.load(LSTM)
        del proto.graph.node[1:]
        for name, value in constants.items():
            proto.graph.initializer.append(onnx.numpy_helper.from_array(np.array(value), name))
        for kind, inputs, output, *axis in nodes:
            more = {"axis": axis[0]} if axis else {}
            proto.graph.node.append(onnx.helper.make_node(kind, inputs.split(), [output], **more))
        proto.graph.output[0].name = nodes[-1][2]
        onnx.save(proto, tmp_path / "a.onnx")
        return load_model(tmp_path / "a.onnx")

    return write


FORWARD = ("Squeeze", "Y one", "h")  # (T, D, B, H) → (T, B, H)
STEP = ("Slice", "h start end axes steps", "cut"), ("Squeeze", "cut zero", "y")
LAST = {"one": [1], "zero": [0], "start": [-1], "end": [END], "axes": [0], "steps": [1]}


def left_out(network, kind):
    return any(f"({kind}) is not read" in note for note in network.notes)


@pytest.mark.parametrize("change", [{}, {"axes": [-3]}, {"end": [10**6]}])
def test_a_slice_of_the_last_step_is_followed(model, change):
    network = model(FORWARD, *STEP, **LAST | change)
    assert isinstance(network.layers[-1], Last)
    assert not left_out(network, "Slice")


def test_a_slice_without_axes_is_along_the_first(model):
    cut = ("Slice", "h start end", "cut")
    assert isinstance(model(FORWARD, cut, STEP[1], **LAST).layers[-1], Last)


@pytest.mark.parametrize(
    "change",
    [{"start": [-2]}, {"axes": [1]}, {"axes": [2]}, {"end": [5]}, {"steps": [2]}],
)
def test_a_slice_of_anything_else_ends_the_chain_and_is_said(model, change):
    network = model(FORWARD, *STEP, **LAST | change)
    assert len(network.layers) == 1
    assert left_out(network, "Slice")


def test_a_product_with_a_bias_behind_it_is_a_dense_layer(model):
    network = model(FORWARD, ("MatMul", "h w", "v"), ("Add", "v b", "y"), **LAST, w=W, b=B)
    x = RNG.normal(size=(4, 2))
    h = np.array(network.run(x).traces["lstm"]["h"])
    assert np.allclose(network.run(x).outputs, h @ W + B, atol=1e-6)


@pytest.mark.parametrize("product", ["w h", "h narrow"])
def test_a_product_from_the_other_side_or_of_another_width_is_left_out(model, product):
    narrow = np.ones((2, 2))
    network = model(FORWARD, ("MatMul", product, "y"), **LAST, w=np.ones((3, 3)), narrow=narrow)
    assert left_out(network, "MatMul")


def test_a_product_along_another_axis_than_the_features_is_left_out(model):
    assert left_out(model(("MatMul", "Y w", "y"), w=W), "MatMul")


def test_a_bias_that_is_one_number_for_all_is_added_to_all(model):
    network = model(FORWARD, ("MatMul", "h w", "v"), ("Add", "v b", "y"), **LAST, w=W, b=[1.0])
    x = RNG.normal(size=(4, 2))
    h = np.array(network.run(x).traces["lstm"]["h"])
    assert np.allclose(network.run(x).outputs, h @ W + 1, atol=1e-6)


def test_the_first_recurrent_node_is_the_one_that_no_other_stands_before(tmp_path, onnx):
    proto = onnx.load(LSTM.with_name("exported-lstm.onnx"))
    onnx.save(proto, tmp_path / "a.onnx")
    nodes = list(proto.graph.node)
    del proto.graph.node[:]
    proto.graph.node.extend(reversed(nodes))
    onnx.save(proto, tmp_path / "b.onnx")
    as_it_is, turned = (load_model(tmp_path / file).layers for file in ("a.onnx", "b.onnx"))
    assert [layer.name for layer in as_it_is] == [layer.name for layer in turned]
    assert len(as_it_is) > 2
