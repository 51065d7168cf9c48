"""ONNX graphs beside the plain ones: branches, folded weights, 8 bits, states, and what is none."""

import sys
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from graphs import LSTM, RNG, R, W, X, writer

from lstm_viz import InputError, load_model
from lstm_viz.models import read_model
from lstm_viz.models.tensors import Tensor


@pytest.fixture
def graph(tmp_path, onnx):
    return writer(tmp_path, onnx)


def blocks(many):
    """x · sigmoid(x), again and again, before an LSTM."""
    names = ["x", *(f"x{k}" for k in range(1, many + 1))]
    for one, other in pairwise(names):
        yield "Sigmoid", one, f"{other}s"
        yield "Mul", f"{one} {other}s", other
    yield "LSTM", f"{names[-1]} W R B", "Y"


def calls(work):
    """How many functions are called."""
    found = 0

    def counted(frame, event, argument):
        nonlocal found
        found += event == "call"

    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(None)
    return found


def test_reading_a_graph_whose_paths_double_takes_as_long_as_it_has_nodes(graph):
    paths = [graph(*blocks(many)) for many in (8, 16)]
    eight, sixteen = (calls(partial(read_model, path)) for path in paths)
    assert sixteen < 2.2 * eight
    network = load_model(graph(*blocks(200)))
    assert [layer.name for layer in network][-2:] == ["x200", "Y"]
    small = network.run(X * 0.01).layers["x2"].outputs
    x = X * 0.01
    for _ in range(2):
        x = x / (1 + np.exp(-x))
    np.testing.assert_allclose(small, x)


def outputs(path, layer=None):
    return load_model(path, layer).run(X).outputs


@pytest.mark.parametrize(
    ("weights", "constants"),
    [
        ([("Unsqueeze", "w zero", "W")], {"w": W[0]}),
        ([("Identity", "w", "v"), ("Transpose", "v", "W", {"perm": [0, 2, 1]})],
         {"w": W.swapaxes(1, 2)}),
        ([("Concat", "v w", "W", {"axis": 1})], {"v": W[:, :5], "w": W[:, 5:]}),
        ([("Slice", "w one two one", "W")],
         {"w": np.concatenate([R[:, :1, :2], W, W], 1), "two": np.array([13])}),
        ([("Cast", "w", "W", {"to": 1})], {"w": W}),
        ([("Gather", "w k", "W")], {"w": np.stack([R[..., :2], W]), "k": np.array(1)}),
        ([("Squeeze", "w one", "v"), ("Reshape", "v s", "W")],
         {"w": W[:, None], "s": np.array([1, -1, 2])}),
    ],
)  # fmt: skip
def test_weights_behind_nodes_that_only_turn_constants_are_read(graph, weights, constants):
    plain = outputs(graph(LSTM))
    path = graph(*weights, ("LSTM", "x W R B", "Y"), **constants)
    np.testing.assert_array_equal(outputs(path), plain)
    assert not read_model(path).ignored


def test_constants_that_are_doubled_without_end_are_none(graph):
    doubled = [("Concat", f"w{k} w{k}", f"w{k + 1}", {"axis": 0}) for k in range(60)]
    with pytest.raises(InputError, match="w60, is not a constant"):
        load_model(graph(*doubled, ("LSTM", "x w60 R B", "Y"), w0=W))


@pytest.mark.parametrize("condition", [True, False, None])
def test_of_two_branches_the_condition_s_is_taken_or_the_first_which_is_said(graph, condition):
    def branch(name, scale):
        nodes = [("LSTM", f"x {name}W R B", f"{name}Y")]
        return graph.graph(nodes, **{f"{name}W": W * scale})

    branches = {"then_branch": branch("a", 1), "else_branch": branch("b", 2)}
    known = {} if condition is None else {"when": np.array(condition)}
    compared = [("Equal", "rate rate", "when")] if condition is None else []
    path = graph(*compared, ("If", "when", "Y", branches), **known, rate=np.array(16))
    scale = 2 if condition is False else 1
    np.testing.assert_allclose(outputs(path), outputs(graph(LSTM, W=W * scale)), atol=1e-6)


def test_a_branch_that_is_chosen_by_what_enters_is_said(graph):
    nodes = [("LSTM", "x W R B", "{}")]
    branches = {
        f"{name}_branch": graph.graph([(*nodes[0][:2], f"{name}Y")]) for name in ("then", "else")
    }
    path = graph(("If", "when", "Y", branches), inputs=[("when", 9, [])])
    assert load_model(path).layers[0].name == "thenY"
    assert "the one where when is true is used" in load_model(path).notes[0]


def test_an_lstm_of_8_bits_is_its_whole_numbers_times_their_scale(graph):
    w, r = (RNG.integers(-9, 9, each.swapaxes(1, 2).shape) for each in (W, R))
    scales = {"sw": np.full(1, 0.1), "sr": np.linspace(0.1, 0.3, 12)[None]}
    zeros = {"zw": np.array([3], np.int8), "zr": np.zeros((1, 12), np.int8)}
    node = ("DynamicQuantizeLSTM", "x w r B - - - - sw zw sr zr", "Y", {"domain": "com.microsoft"})
    path = graph(node, w=w.astype(np.int8), r=r.astype(np.int8), **scales, **zeros)
    whole = {"W": (w - 3).swapaxes(1, 2) * 0.1, "R": (r * scales["sr"]).swapaxes(1, 2)}
    np.testing.assert_allclose(outputs(path), outputs(graph(LSTM, **whole)), atol=1e-6)
    assert "8 bits" in load_model(path).notes[0]
    assert read_model(path).ignored == ["W", "R"]


def test_a_dense_layer_of_8_bits_is_its_whole_numbers_times_their_scale(graph):
    nodes = [
        LSTM,
        ("Squeeze", "Y one", "y"),
        ("DynamicQuantizeLinear", "y", "q s z"),
        ("MatMulInteger", "q w z zw", "p"),
        ("Cast", "p", "pf", {"to": 1}),
        ("Mul", "s sw", "ss"),
        ("Mul", "pf ss", "v"),
        ("Add", "v b", "out"),
    ]
    w = RNG.integers(-9, 9, (3, 4))
    constants = {"w": w.astype(np.int8), "sw": np.array(0.25), "zw": np.array(2, np.int8)}
    path = graph(*nodes, **constants, b=np.arange(4.0))
    y = outputs(path)
    np.testing.assert_allclose(y, outputs(graph(LSTM)) @ ((w - 2) * 0.25) + np.arange(4))
    assert "8 bits" in load_model(path).notes[0]


SHAPE = [("Shape", "x", "n")]


@pytest.mark.parametrize(
    ("nodes", "constants", "said"),
    [
        ([("ConstantOfShape", "n3", "h0")], {"n3": np.array([1, 1, 3])}, ""),
        ([*SHAPE, ("Expand", "z n", "h0")], {"z": np.zeros((1, 1, 3))}, ""),
        ([*SHAPE, ("Expand", "z n", "h0")], {"z": np.full((1, 1, 3), 0.5)}, "read"),
        ([("Identity", "state", "h0")], {}, "its initial h is an input of the graph (state)"),
        ([*SHAPE, ("Sin", "x", "h0")], {}, "computed in the graph (Sin): 0 unless given"),
    ],
)
def test_what_an_initial_state_is_is_said_unless_it_is_read(graph, nodes, constants, said):
    path = graph(
        *nodes, ("LSTM", "x W R B - h0", "Y"), inputs=[("state", 1, [1, 1, 3])], **constants
    )
    network = load_model(path)
    given = {"Y": {"h": np.full(3, 0.5)}} if said == "read" else {}
    assert {k: {s: list(v) for s, v in each.items()} for k, each in network.states.items()} == {
        k: {s: list(v) for s, v in each.items()} for k, each in given.items()
    }
    assert any(said in note for note in network.notes) if " " in said else not network.notes


def test_a_state_that_is_filled_with_ones_is_not_taken_for_zeros(graph, onnx):
    ones = {"value": onnx.numpy_helper.from_array(np.ones(1, np.float32))}
    nodes = ("Shape", "x", "n"), ("ConstantOfShape", "n", "h0", ones)
    (note,) = load_model(graph(*nodes, ("LSTM", "x W R B - h0", "Y"))).notes
    assert "its initial h is computed in the graph (ConstantOfShape): 0 unless given" in note


def test_a_decoder_is_never_chained_behind_its_encoder_without_the_states(graph):
    second = {"W2": RNG.normal(size=(1, 12, 3))}
    nodes = [LSTM, ("Squeeze", "Y one", "y"), ("LSTM", "y W2 R B - h c", "Z")]
    with pytest.raises(InputError, match="layers branch: choose one of Y, Z"):
        load_model(graph(*nodes, **second))
    network = load_model(graph(*nodes, **second), "Z")
    assert "Z: its initial h is the final state of Y: 0 unless given (--state)" in network.notes
    nodes[-1] = ("LSTM", "y W2 R B", "Z")
    assert len(load_model(graph(*nodes, **second)).layers) == 2


def loop(graph):
    return ("Loop", "three -", "Y", {"body": graph.graph([("LSTM", "x W R B", "Z")])})


@pytest.mark.parametrize(
    ("nodes", "said"),
    [
        (lambda graph: [loop(graph)], "its LSTM is inside a Loop or Scan"),
        (lambda graph: [("AttnLSTM", "x", "Y", {"domain": "com.microsoft"})], "is AttnLSTM of com"),
        (
            lambda graph: [("MatMul", "h R", "a"), ("Tanh", "a", "b"), ("MatMul", "b R", "Y")],
            r"unrolled into steps \(R is used at each\): export it with .*dynamo=False",
        ),
        (
            lambda graph: [("MatMul", "h R", "a"), ("Tanh", "a", "b"), ("MatMul", "b W", "Y")],
            "no recurrent layer in it",
        ),
    ],
)
def test_a_graph_without_a_recurrent_node_says_what_it_has_instead(graph, nodes, said):
    with pytest.raises(InputError, match=said):
        load_model(graph(*nodes(graph), three=np.array(3)))


def test_a_single_step_that_is_taken_apart_is_known_by_the_names_of_its_weights(graph):
    weights = {"rnn.weight_ih": W[0].T, "rnn.weight_hh": R[0].T}
    nodes = ("MatMul", "x rnn.weight_ih", "a"), ("MatMul", "h rnn.weight_hh", "b")
    with pytest.raises(InputError, match=r"taken apart into products \(with rnn\.weight_hh\): exp"):
        load_model(graph(*nodes, ("Add", "a b", "Y"), **weights))


def test_what_only_a_branch_reads_is_left_out_in_words(graph):
    inner = {name: graph.graph([(kind, "Y", name)]) for name, kind in (("a", "Sin"), ("b", "Cos"))}
    branches = {"then_branch": inner["a"], "else_branch": inner["b"]}
    path = graph(LSTM, ("If", "when", "y", branches), inputs=[("when", 9, [])])
    assert load_model(path).notes == ("y (If) is not read: it is left out",)


def test_words_may_be_cast_and_numbers_may_not(graph):
    words = ("Cast", "w", "k", {"to": 7}), ("Gather", "E k", "e"), ("LSTM", "e W R B", "Y")
    read = load_model(graph(*words, inputs=[("w", 6, ["T", "B"])], E=RNG.normal(size=(4, 2))))
    assert [layer.name for layer in read] == ["embedding", "Y"]
    cut = ("Cast", "x", "k", {"to": 7}), ("Cast", "k", "n", {"to": 1}), ("LSTM", "n W R B", "Y")
    behind = (LSTM, ("Cast", "Y", "k", {"to": 7}), ("Cast", "k", "y", {"to": 1}))
    assert "k (Cast) is not read: it is left out" in load_model(graph(*behind)).notes
    assert load_model(graph(*cut)).notes


def test_listing_a_graph_reads_no_matrix(graph, monkeypatch):
    nodes = (LSTM, ("Squeeze", "h zero", "s"), ("Gemm", "s D b", "y"))
    path = graph(*nodes, D=RNG.normal(size=(3, 4)), b=np.ones(4))
    read = []
    monkeypatch.setattr(Tensor, "numbers", lambda self: read.append(self.name) or self.read())
    assert [part.name for part in read_model(path).parts] == ["Y", "y"]
    assert set(read) == {"zero", "b"}
