"""A comparison with ONNX Runtime feeds what the graph asks for and says what it leaves open."""

from pathlib import Path

import numpy as np
import pytest
from graphs import LSTM, RNG, writer

from lstm_viz import InputError
from lstm_viz.models import read_model
from lstm_viz.models.verify import compare

FIXTURES = Path(__file__).parent / "fixtures" / "onnx"


@pytest.fixture
def graph(tmp_path, onnx):
    return writer(tmp_path, onnx)


FREE = [("Sin", "x", "before"), ("LSTM", "before W R B - h0", "Y h c"), ("Squeeze", "Y one", "y")]


def test_a_comparison_feeds_states_and_takes_what_enters_the_recurrent_node(graph):
    pytest.importorskip("onnxruntime")
    model = read_model(graph(*FREE, inputs=[("h0", 1, [1, "B", 3])]))
    found = compare(model, model.network())
    assert [name for name, _ in found.differences] == ["Y", "the whole"]
    assert not found.apart
    assert "What stands before before is not read" in found.not_compared[0]
    wrong = model.network()
    wrong.weights["Y.W_f"][...] += 0.01
    assert compare(model, wrong).apart


def test_what_onnx_runtime_raises_is_one_line(graph):
    pytest.importorskip("onnxruntime")
    model = read_model(graph(("LSTM", "x W R B", "Y", {"layout": 1})))
    with pytest.raises(InputError, match=r"does not run it .*: nothing is compared") as e:
        compare(model, model.network())
    assert len(str(e.value).splitlines()) == 1


@pytest.mark.parametrize("file", ["head-states", "head-mean", "head-wrong-axis", "exported-gru"])
def test_a_comparison_is_of_the_graph_s_own_output(file, onnx):
    pytest.importorskip("onnxruntime")
    model = read_model(FIXTURES / f"{file}.onnx")
    found = compare(model, model.network())
    assert found.differences[-1][0] == "the whole"
    assert not found.apart
    assert not found.not_compared


STEPS, SWAP = ("Squeeze", "Y one", "s"), {"perm": [1, 2, 0]}
D, V = RNG.normal(size=(3, 2)), RNG.uniform(0.5, 2, size=3)
HEADS = [
    *([(kind, "s", "y")] for kind in (
        "Relu", "Tanh", "Sigmoid", "Softsign", "Softplus", "Exp", "HardSwish", "Identity")),
    *([(kind, "s", "y", {"alpha": 0.3})] for kind in ("Elu", "Celu", "LeakyRelu", "HardSigmoid")),
    *([(kind, "s", "y", {"axis": 2})] for kind in ("Softmax", "LogSoftmax")),
    [("HardSigmoid", "s", "y")], [("Selu", "s", "y")], [("ThresholdedRelu", "s", "y")],
    [("Clip", "s low high", "y")], [("PRelu", "s high", "y")],
    [("Add", "v s", "y")], [("Sub", "s v", "y")], [("Mul", "s v", "y")], [("Div", "s v", "y")],
    [("Sub", "s high", "y")], [("Div", "s high", "y")],
    [("MatMul", "s D", "m"), ("Add", "m b", "y")],
    [("MatMul", "s D", "m"), ("Mul", "m b", "y")],
    [("Sigmoid", "s", "g"), ("Mul", "g s", "y")],
    [("Softplus", "s", "p"), ("Tanh", "p", "t"), ("Mul", "s t", "y")],
    [("ReduceMax", "s", "m", {"axes": [0]}), ("Squeeze", "m zero", "y")],
    [("Transpose", "s", "t", SWAP), ("GlobalAveragePool", "t", "y")],
    [("Transpose", "s", "t", SWAP), ("Conv", "t K b", "y")],
    [("Transpose", "s", "t", SWAP), ("BatchNormalization", "t v w w v", "y")],
    [("LayerNormalization", "s v w", "y", {"axis": 2, "epsilon": 0.1})],
    [("Gather", "s zero", "g", {"axis": 0}), ("Squeeze", "g zero", "y")],
    [("Squeeze", "h zero", "f"), ("Gemm", "f D b", "y")],
    [("Squeeze", "c zero", "f"), ("Gemm", "f E high", "y", {"transB": 1})],
    [("Reshape", "s rows", "r"), ("Gemm", "r D b", "g"), ("Softmax", "g", "y")],
]  # fmt: skip


@pytest.mark.parametrize("head", HEADS, ids=lambda head: "-".join(node[0] for node in head))
def test_what_is_read_behind_a_recurrent_node_is_what_onnx_runtime_gives(graph, head):
    pytest.importorskip("onnxruntime")
    constants = {"low": np.array(-0.1), "high": np.array(0.2), "v": V, "w": V - 1, "D": D, "E": D.T}
    more = {"b": np.array([0.3, -0.2]), "K": D.T[..., None], "rows": np.array([-1, 3])}
    model = read_model(graph(LSTM, STEPS, *head, **constants, **more))
    network = model.network()
    found = compare(model, network)
    assert not found.not_compared
    assert not network.notes
    assert max(worst for _, worst in found.differences) < 1e-5


@pytest.mark.parametrize(
    "head",
    [
        [("Sub", "v s", "y")], [("Div", "v s", "y")], [("Softmax", "s", "y", {"axis": 0})],
        [("Gemm", "s D b", "y")], [("Conv", "s K b", "y")], [("Mul", "s s", "y")],
        [("Sigmoid", "s", "g"), ("Relu", "s", "r"), ("Mul", "r g", "y")],
        [("Add", "s rows", "y")], [("Transpose", "s", "t", SWAP), ("Conv", "t wide b", "y")],
        [("ReduceMean", "s", "y", {"axes": [2]})], [("ReduceMean", "s", "y")],
        [("BatchNormalization", "s v w w v", "y")],
        [("LayerNormalization", "s v w", "y", {"axis": 1})],
        [("Concat", "s s", "y", {"axis": 2})], [("Add", "s s", "y")],
        [("Sigmoid", "s", "g"), ("Add", "s g", "y")], [("Clip", "s low", "y")],
    ],
    ids=lambda head: "-".join(node[0] for node in head),
)  # fmt: skip
def test_what_is_not_read_is_said_and_not_compared(graph, head):
    constants = {"low": np.array(-0.1), "v": V, "w": V - 1, "D": D, "b": np.array([0.3, -0.2])}
    more = {"K": D.T[..., None], "wide": np.ones((2, 3, 3)), "rows": np.ones((2, 3))}
    network = read_model(graph(LSTM, STEPS, *head, **constants, **more)).network()
    assert any("is not read" in note for note in network.notes)


def test_another_head_than_the_graph_s_own_is_not_compared_which_is_said(onnx):
    pytest.importorskip("onnxruntime")
    model = read_model(FIXTURES / "head-mean.onnx")
    found = compare(model, model.network(head="last,fc.Gemm"))
    assert [name for name, _ in found.differences] == ["layer.LSTM"]
    assert "The whole is not compared" in found.not_compared[0]
