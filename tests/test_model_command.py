"""--model in step and gradients, and lstm-viz model: run as a user runs them."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from flows import said as words_of
from program import ROOT, lstm_viz
from stages import a_stage

from lstm_viz import load_model
from lstm_viz.models.comparison import Comparison, Norms
from lstm_viz.models.verify import BESIDE
from lstm_viz.pictures.kinds import Table, Words
from lstm_viz.views.model import comparison
from lstm_viz.views.step.heading import heading
from lstm_viz.views.step.state import State

FIXTURES = Path(__file__).parent / "fixtures"
HEAD = str(FIXTURES / "torch" / "with-head.pth")
TWO = str(FIXTURES / "torch" / "two-layers.pt")
PAIR = str(FIXTURES / "torch" / "encoder-decoder.pt")


def data(*asked):
    done = lstm_viz("step", *asked, "--json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_the_file_is_listed_with_what_is_read_and_what_is_taken_for_granted():
    shown = lstm_viz("model", HEAD).stdout
    for said in ("PyTorch state_dict", "lstm.l0", "LSTM, hidden 4", "16×3", "dense, 4 → 2"):
        assert said in shown
    assert "embedding → lstm.l0 → lstm.l1 → last → fc" in shown
    assert "set it with --head" in shown


def test_tensors_that_are_not_read_are_named_up_to_ten(tmp_path):
    network = load_model(HEAD)
    network.save(tmp_path / "a.npz", {f"more.{k}": np.zeros(3) for k in range(13)})
    shown = lstm_viz("model", str(tmp_path / "a.npz")).stdout
    assert "more.9 (3,)\n… and 3 more tensors" in shown


def test_the_columns_of_a_comparison_stand_below_their_heads():
    norms = Norms("l", "sum", *(np.array([each, 7.0]) for each in (2.0, 3.0, 4.0)))
    (stack,) = comparison(Comparison("PyTorch", gradients=norms))
    table = [each for each in stack.parts if isinstance(each, Table)][-1]
    assert [float(cell[0].text) for cell in table.rows[0]] == [1, 2, 3, 4]
    assert [head.split()[0] for head in table.heads] == ["step", "its", "its", "here"]
    assert ["layer" in head for head in table.heads[1:3]] == [True, False]


@pytest.mark.parametrize(
    ("differences", "gradients", "apart"),
    [
        ([("a", 1e-5), ("b", 2e-3)], None, []),  # the numbers of b are as large as 100
        ([("a", 2e-3), ("b", 2e-3)], None, ["a"]),
        ([("a", float("nan"))], None, ["a"]),
        ([], Norms("l", "sum", *np.array([[0, 1], [2, 1], [3, 1]])), ["the gradients of l"]),
    ],
)
def test_a_comparison_agrees_only_where_every_difference_is_small(differences, gradients, apart):
    found = Comparison("X", differences, gradients, sizes={"b": 100.0})
    assert found.apart == apart
    (stack,) = comparison(found)
    said = " ".join(str(each) for each in stack.parts)
    assert ("do not agree" in said, "Everything compared agrees" in said) == (
        bool(apart),
        not apart,
    )


@pytest.mark.parametrize("raised", [KeyError("weight_hh"), ValueError("two\n\x1b[31mlines")])
def test_what_a_framework_raises_is_quoted_in_one_line(monkeypatch, raised):
    def fails(*_):
        raise raised

    monkeypatch.setitem(BESIDE, "torch", fails)
    done = lstm_viz("model", HEAD, "--verify")
    assert (done.exit_code, len(done.stderr.splitlines())) == (3, 1)
    assert f"PyTorch cannot run it ({type(raised).__name__}: " in done.stderr
    assert "\x1b" not in done.stderr


def test_nothing_compared_is_not_agreement(monkeypatch):
    monkeypatch.setitem(BESIDE, "torch", lambda *_: Comparison("PyTorch", notes=["no such layer"]))
    done = lstm_viz("model", HEAD, "--verify")
    assert done.exit_code == 3
    assert "nothing is compared (no such layer)" in done.stderr


def test_verify_ends_with_1_where_the_framework_computes_something_else(monkeypatch):
    monkeypatch.setitem(BESIDE, "torch", lambda *_: Comparison("PyTorch", [("fc", 0.5)]))
    done = lstm_viz("model", HEAD, "--verify")
    assert done.exit_code == 1
    assert "They do not agree: fc." in done.stdout


def test_layers_that_do_not_follow_each_other_are_listed_to_choose_from():
    shown = lstm_viz("model", PAIR, width=200).stdout
    assert "(a file of weights does not say): --layer encoder runs one alone\n" in shown
    assert lstm_viz("step", "--model", PAIR).exit_code == 3
    assert len(data("--model", PAIR, "--layer", "decoder", "--input", "1,2;3,4")["inputs"]) == 2


def test_step_shows_the_layer_inside_the_whole_network_with_the_networks_loss():
    shown = data("--model", HEAD, "--layer", "lstm.l0", "--input", "1,2,3", "--target", "1,0")
    network = load_model(HEAD)
    record = network.run([1, 2, 3])
    error = record.outputs - [1, 0]
    gradients = network.backpropagate(record, error)
    assert shown["loss"] == pytest.approx((error**2).mean())
    np.testing.assert_allclose(shown["values"]["c"], record.traces["lstm.l0"]["c"])
    np.testing.assert_allclose(shown["gradients"]["c"], gradients.traces["lstm.l0"]["c"])


def test_without_a_target_the_screen_says_what_stands_in_for_the_loss():
    shown = lstm_viz("step", "--model", HEAD, "--input", "1,2", "--backward", width=200).stdout
    assert "no --target: the loss is the sum of the outputs" in shown


def test_the_head_is_what_is_asked_for():
    asked = ["--model", TWO, "--input", "1,2;3,4", "--backward"]
    one = data(*asked, "--head", "last,fc1,relu,fc2")
    network = load_model(TWO, head="last,fc1,relu,fc2")
    assert one["loss"] == pytest.approx(network.run([[1, 2], [3, 4]]).outputs.sum())
    assert data(*asked, "--head", "none")["loss"] != one["loss"]
    assert "did you mean 'fc1'" in lstm_viz("step", *asked, "--head", "last,fc11").stderr


@pytest.mark.parametrize(
    ("head", "target", "said", "value"),
    [
        ("last,fc1,softmax", "2", "cross-entropy", lambda y: -np.log(y[2])),
        ("last,fc1,log_softmax", "2", "cross-entropy", lambda y: -y[2]),
        ("last,fc1,sigmoid", "0,1,1,0", "binary", lambda y: -np.log(abs(y - [1, 0, 0, 1])).mean()),
        ("last,fc1", "1", "mean squared error", lambda y: ((y - 1) ** 2).mean()),
    ],
)  # fmt: skip
def test_the_loss_fits_the_output(head, target, said, value):
    asked = ["--model", TWO, "--head", head, "--input", "1,2;3,4", "--target", target]
    network = load_model(TWO, head=head)
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert said in lstm_viz("step", *asked, width=200).stdout
    shown = data(*asked)
    assert shown["loss"] == pytest.approx(value(network.run(x).outputs))
    moved = np.zeros_like(x)
    moved[0, 1] = 1e-6
    up, down = (value(network.run(x + s * moved).outputs) for s in (1, -1))
    assert shown["gradients"]["x"][0][1] == pytest.approx((up - down) / 2e-6, abs=1e-8)


def test_inputs_come_from_numpy_files_and_are_standardised(tmp_path):
    values = np.random.default_rng(0).normal(5, 3, (9, 2))
    np.save(tmp_path / "a.npy", values)
    np.savez(tmp_path / "a.npz", other=values[:2], x=values)
    asked = ["--model", TWO, "--head", "none", "--input"]
    plain = data(*asked, f"@{tmp_path / 'a.npy'}")
    assert plain["inputs"] == values.tolist()
    assert data(*asked, f"@{tmp_path / 'a.npz'}")["inputs"] == values.tolist()
    scaled = data(*asked, f"@{tmp_path / 'a.npy'}", "--standardise", "data")["inputs"]
    np.testing.assert_allclose(scaled, (values - values.mean(0)) / values.std(0))
    given = data(*asked, f"@{tmp_path / 'a.npy'}", "--standardise", "5:3,4:2")["inputs"]
    np.testing.assert_allclose(given, (values - [5, 4]) / [3, 2])
    shown = lstm_viz("step", *asked, f"@{tmp_path / 'a.npy'}", "--standardise", "5:3", width=200)
    assert "mean:scale 5:3, 5:3 (as given)" in shown.stdout


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("v.txt", "<pad>\nthe\ncat\nsat\n", "cat sat the"),
        ("v.json", '{"the": 1, "cat": 2, "sat": 3}', "cat sat the"),
        ("v.txt", "_\na\nb\nc\n", "bca"),
    ],
)
def test_text_is_read_by_a_vocabulary(tmp_path, name, content, text):
    (tmp_path / name).write_text(content)
    asked = ["--model", HEAD, "--layer", "lstm.l0", "--text", text]
    shown = data(*asked, "--vocabulary", str(tmp_path / name))
    assert shown["values"] == data(*asked[:4], "--input", "2,3,1")["values"]
    (tmp_path / "text.txt").write_text(text)
    given = ["--input", f"@{tmp_path / 'text.txt'}", "--vocabulary", str(tmp_path / name)]
    assert shown["values"] == data(*asked[:4], *given)["values"]


def test_padded_steps_are_not_shown_and_the_others_keep_their_names(tmp_path):
    pytest.importorskip("h5py")
    (tmp_path / "v.txt").write_text("<pad>\nthe\ncat\n")
    model = str(FIXTURES / "keras" / "functional.keras")
    asked = ["--text", "the <pad> cat", "--vocabulary", str(tmp_path / "v.txt")]
    shown = lstm_viz("step", "--model", model, *asked, width=120).stdout
    assert "assumed" not in shown  # all is in the file
    heads = [line for line in shown.splitlines() if "── step" in line]
    assert [("'the'" in head, "'cat'" in head) for head in heads] == [(True, False), (False, True)]


BOTH = str(FIXTURES / "torch" / "lstm-both.pt")
STACKED = str(FIXTURES / "torch" / "lstm-stacked.pt")


def test_nothing_comes_from_above_a_layer_that_has_none_above_it():
    stacked, both = (lstm_viz("gradients", "--model", each).stdout for each in (STACKED, BOTH))
    assert "from the layer above" in " ".join(stacked.split())
    assert "from the layer above" not in " ".join(both.split())


def test_a_direction_that_ends_where_the_loss_looks_is_not_said_to_hold():
    asked = ["gradients", "--model", BOTH, "--head", "last", "--layer", "lstm.backward"]
    shown = " ".join(lstm_viz(*asked).stdout.split())
    assert re.search("lstm.backward.*: its only loss is at the first step", shown)
    (flow,) = json.loads(lstm_viz(*asked, "--json").stdout)["flows"]
    assert flow["verdict"] is None


def test_gradients_has_a_line_for_each_layer():
    done = lstm_viz("gradients", "--model", HEAD, "--input", "1,2,3,4", "--json")
    lines = json.loads(done.stdout)
    assert "lstm.l0" in done.stdout
    assert "lstm.l1" in done.stdout
    assert lines


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (["step", "--model", HEAD, "--hidden", "3"], 2, "--hidden is for a cell"),
        (["step", "--model", HEAD, "--cell", "gru"], 3, "gru needs W_r"),
        (["step", "--model", HEAD, "--cell", "gr"], 2, "no cell and no file is called 'gr'"),
        (["step", "--layer", "a"], 2, "needs --model FILE"),
        (["step", "--model", HEAD, "--layer", "lstm.l9"], 2, "lstm.l1"),
        (["step", "--model", HEAD, "--input", "0.5"], 3, "needs one integer per step"),
        (["step", "--model", HEAD, "--input", "99"], 3, "no row 99"),
        (["step", "--model", TWO, "--input", "1,2,3"], 3, "reads 2 features per step"),
        (
            ["step", "--model", TWO, "--input", "1,2;3,4", "--head", "none", "--target", "1,2,3,4"],
            3,
            "the model gives",
        ),
        (["step", "--model", TWO, "--input", "1,2;3,4", "--standardise", "1"], 2, "MEAN:SCALE"),
        (["step", "--model", TWO, "--standardise", "1:0"], 2, "needs --input"),
        (["step", "--model", TWO, "--input", "1,2;3,4", "--standardise", "1:0"], 2, "scale not 0"),
        (["gradients", "--model", HEAD, "--cells", "gru"], 2, "give only one of them"),
        (["gradients", "--model", HEAD, "--hidden", "3"], 2, "a model is not changed"),
        (["gradients", "--head", "none"], 2, "needs --model FILE"),
        (["step", "--model", "nothing.pt"], 3, "No such file"),
    ],
)
def test_what_does_not_go_together_is_said_in_one_line(asked, code, said):
    done = lstm_viz(*asked)
    assert (done.exit_code, len(done.stderr.splitlines())) == (code, 1), done.stderr
    assert said in done.stderr


def test_verify_compares_with_the_framework_and_shows_what_its_layer_hides():
    pytest.importorskip("torch")
    shown = lstm_viz("model", HEAD, "--verify").stdout
    assert "shows 0 at 19 of 20 steps" in shown
    assert "agrees to within 1e-09" in shown
    assert "neither the order of the layers nor the head" in " ".join(shown.split())
    assert float(shown.split("relative difference")[1].split()[0].rstrip(".")) < 1e-12


@pytest.mark.parametrize("fused", [[0.0, 0.0, 2.0], [1.0], [1.0, 1.0]])
def test_that_gradients_stay_inside_a_layer_is_said_where_its_output_has_none(fused):
    here = np.ones(len(fused))
    norms = Norms("lstm", "sum", np.array(fused), here, here * 1.5)
    (stack,) = comparison(Comparison("PyTorch", [("lstm", 0.0)], norms))
    words = " ".join(words_of(each.text) for each in stack.parts if isinstance(each, Words))
    assert ("has gradient 0 at 2 of 3 steps" in words) == (0.0 in fused)
    assert ("stays inside" in words) == (0.0 in fused)
    assert "Here and unrolled: relative difference 5.0e-01." in words


def test_an_overview_names_the_model_and_its_layer(tmp_path):
    net, out = str(ROOT / "lessons" / "net.pt"), tmp_path / "a.svg"
    for more in ((), ("--backward",)):
        lstm_viz("step", "--model", net, "--input", "sine:8", *more, "--save", str(out))
        assert out.read_text().count(">net.pt, layer lstm<") == 1 + bool(more)
    lstm_viz("step", "--input", "sine:8", "--save", str(out))
    assert "layer" not in out.read_text()


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (50, ""),
        (60, "(net.pt)"),
        (80, "(net.pt, layer lstm)"),
        (104, "(/trained/models/net.pt, layer lstm)"),
    ],
)
def test_the_screen_of_a_step_names_the_model_in_as_many_words_as_fit(columns, said):
    stage = a_stage("lstm", 8, steps=10)
    notes = "fc: assumed to read the last step, no activation"
    source = f"/trained/models/net.pt, layer lstm; {notes}"
    run = replace(stage.run, source=source)
    tops = [heading(run, State(t, "c"), columns).what for t in range(10)]
    assert {top.partition("unit 0 of 0 to 7")[2].strip() for top in tops} == {said}
    assert heading(run, State(0, "c"), 200).what.endswith(f"({source})")
