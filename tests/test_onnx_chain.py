"""What stands after an ONNX LSTM is followed where it is known, else left out in words."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from graphs import LSTM as NODE
from graphs import W as WEIGHTS
from graphs import X, writer

from lstm_viz import InputError, load_model
from lstm_viz.network import Last

LSTM = Path(__file__).parent / "fixtures" / "onnx" / "lstm.onnx"
RNG = np.random.default_rng(1)
W, B = RNG.normal(size=(3, 2)), RNG.normal(size=2)
END = 2**63 - 1


@pytest.fixture
def model(tmp_path, onnx):
    """Writes an LSTM and the nodes after its Y; gives the network that is read from it."""

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


@pytest.fixture
def graph(tmp_path, onnx):
    return writer(tmp_path, onnx)


@pytest.mark.parametrize(
    ("turned", "shape", "read"),
    [
        ([0, 2, 1, 3], [0, 0, -1], True),
        ([0, 2, 1, 3], [0, -1, 3], True),
        ([1, 3, 2, 0], [0, 0, -1], False),
        ([0, 2, 1, 3], [0, 0, 6], False),
        ([2, 0, 1, 3], [0, -1], True),
        ([0, 2, 1, 3], [0, -1], False),
        ([0, 2, 1, 3], [-1, 3], True),
        ([0, 2, 1, 3], [-1, 6], False),
    ],
)
def test_a_reshape_is_followed_only_where_it_mixes_nothing(graph, turned, shape, read):
    nodes = (NODE, ("Transpose", "Y", "t", {"perm": turned}), ("Reshape", "t s", "y"))
    network = load_model(graph(*nodes, s=np.array(shape)))
    assert read == (not network.notes)


@pytest.mark.parametrize(("axis", "states"), [(0, ((0, "h"), (0, "c"))), (2, None)])
def test_final_states_are_joined_one_behind_the_other_or_side_by_side(graph, axis, states):
    """Side by side only once the axis of directions is gone."""
    joined = ("Concat", "h c", "f", {"axis": axis})
    turned = ("Transpose", "f", "t", {"perm": [1, 0, 2]}), ("Flatten", "t", "y")
    network = load_model(graph(NODE, joined, *turned))
    assert network.layers[0].states == (states or ())
    assert bool(network.notes) == (states is None)


@pytest.mark.parametrize("kept", [None, 0, 1])
def test_an_axis_that_is_reduced_stays_unless_it_is_said(graph, kept):
    options = {"axes": [0]} | ({} if kept is None else {"keepdims": kept})
    behind = [] if kept == 0 else [("Squeeze", "m zero", "y")]
    network = load_model(
        graph(NODE, ("Squeeze", "Y one", "s"), ("ReduceMean", "s", "m", options), *behind)
    )
    assert not network.notes
    np.testing.assert_array_equal(network.run(X).outputs, network.run(X).traces["Y"]["h"].mean(0))


def test_the_states_that_are_handed_out_are_no_head(graph):
    state = ("Concat", "h c", "state", {"axis": 0})
    path = graph(NODE, state, ("Sin", "Y", "y"), outputs=["y", "state"])
    assert load_model(path).notes == ("y (Sin) is not read: it is left out",)


@pytest.mark.parametrize("wrong", [{"transA": 1}, {"alpha": 0.5}, {"beta": 2.0}])
def test_a_gemm_with_other_factors_is_left_out(graph, wrong):
    nodes = (NODE, ("Squeeze", "h zero", "s"), ("Gemm", "s D b", "y", wrong))
    path = graph(*nodes, D=RNG.normal(size=(3, 3)), b=np.ones(3))
    assert load_model(path).notes == ("y (Gemm) is not read: it is left out",)


def test_numbers_that_are_added_along_time_are_no_bias(graph):
    turned = ("Transpose", "m", "t", {"perm": [1, 2, 0]})
    nodes = (NODE, ("Squeeze", "Y one", "s"), ("MatMul", "s D", "m"), turned, ("Add", "t b", "y"))
    network = load_model(graph(*nodes, D=RNG.normal(size=(3, 5)), b=np.ones(5)))
    assert network.notes == ("y (Add) is not read: it is left out",)


@pytest.mark.parametrize(("opset", "read"), [(12, False), (13, True)])
def test_a_softmax_of_an_old_version_is_over_all_axes_from_the_second_on(graph, opset, read):
    steps = ("Reshape", "Y shape", "s") if opset < 13 else ("Squeeze", "Y one", "s")
    path = graph(NODE, steps, ("Softmax", "s", "y"), opset=opset, shape=np.array([0, -1, 3]))
    assert read == (not load_model(path).notes)


@pytest.mark.parametrize(("width", "turned"), [(5, [0, 1, 2]), (3, [1, 0, 2]), (3, [0, 1, 2])])
def test_layers_whose_axes_or_widths_do_not_fit_are_not_chained(graph, width, turned):
    nodes = [NODE, ("Squeeze", "Y one", "s"), ("Transpose", "s", "t", {"perm": turned})]
    path = graph(*nodes, ("LSTM", "t V R B", "Z"), V=RNG.normal(size=(1, 12, width)))
    if (width, turned) == (3, [0, 1, 2]):
        assert [layer.name for layer in load_model(path)] == ["Y", "Z"]
    else:
        with pytest.raises(InputError, match="its layers branch: choose one of Y, Z"):
            load_model(path)


def test_of_several_outputs_the_one_behind_most_recurrent_layers_is_followed(graph):
    nodes = (NODE, ("Squeeze", "Y one", "s"), ("LSTM", "s V R B", "Z"))
    path = graph(*nodes, outputs=["s", "Z"], V=RNG.normal(size=(1, 12, 3)))
    assert [layer.name for layer in load_model(path)] == ["Y", "Z"]


@pytest.mark.parametrize("node", [("Gather", "w k", "V"), ("Reshape", "w s", "V")])
def test_a_constant_that_says_to_be_huge_takes_no_memory_to_be_turned(graph, onnx, node):
    path = graph(node, ("LSTM", "x V R B", "Y"), w=WEIGHTS, k=np.array([0]), s=np.array([-1, 2]))
    model = onnx.load(path)
    held = next(each for each in model.graph.initializer if each.name == "w")
    held.dims[:] = [2, 2**36, 2]
    onnx.save(model, path)
    tracemalloc.start()
    with pytest.raises(InputError):
        load_model(path)
    assert tracemalloc.get_traced_memory()[1] < 2**24
    tracemalloc.stop()


def test_the_final_states_of_several_layers_are_no_head_of_one(graph):
    def read(states):
        joined = ("Concat", states, "f", {"axis": 0}), ("Transpose", "f", "t", {"perm": [1, 0, 2]})
        nodes = (NODE, ("Squeeze", "Y one", "s"), ("LSTM", "s V R B", "Z k"), *joined)
        ends = ("Flatten", "t", "y"), ("Relu", "y", "z")
        return load_model(graph(*nodes, *ends, V=RNG.normal(size=(1, 12, 3))))

    assert [layer.name for layer in read("k")] == ["Y", "Z", "z"]
    with pytest.raises(InputError, match="its layers branch: choose one of Y, Z"):
        read("h k")
