"""A comparison with ONNX Runtime feeds what the graph asks for and says what it leaves open."""

from pathlib import Path

import pytest
from graphs import writer

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
