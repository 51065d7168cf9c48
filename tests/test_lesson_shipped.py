"""Files that ship with the lessons: cells and a model, found wherever a lecture is held."""

import sys

import numpy as np
import pytest
from program import ROOT

from lstm_viz import CELLS, InputError, load_model, read_cell
from lstm_viz.commands.lesson.live import arguments
from lstm_viz.lessons import shipped


def test_a_file_of_the_lessons_is_found_from_anywhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (given,) = [w for w in arguments("lstm-viz gradients --cells alice.txt,betty.txt") if "," in w]
    assert given == f"{ROOT / 'lessons' / 'alice.txt'},{ROOT / 'lessons' / 'betty.txt'}"
    assert shipped("net.pt") == str(ROOT / "lessons" / "net.pt")


def test_a_file_of_ones_own_and_an_unknown_one_are_left_as_they_are(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "alice.txt").write_text("h = x")
    assert arguments("lstm-viz cells alice.txt --csv other.txt")[3:] == [
        *("cells", "alice.txt", "--csv", "other.txt")
    ]


def test_a_file_that_does_not_ship_is_said_with_the_nearest():
    with pytest.raises(InputError, match=r"did you mean 'alice\.txt'"):
        shipped("alise.txt")


def test_alice_and_betty_each_have_one_gate_of_the_gru_less():
    whole = set(CELLS["gru"].quantities)
    for name, gate in (("alice", "z"), ("betty", "r")):
        cell = read_cell(shipped(f"{name}.txt"))
        assert whole - set(cell.quantities) == {gate, f"z_{gate}"}


def test_pytorch_shows_zeros_at_the_output_as_lesson_15_says(monkeypatch):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    monkeypatch.syspath_prepend(str(ROOT / "lessons"))
    module = __import__("net_in_pytorch").Net()
    module.load_state_dict(torch.load(shipped("net.pt")))
    x = np.random.default_rng(0).normal(size=(30, 1))
    outputs, _ = module.lstm(torch.tensor(x[None], dtype=torch.float32))
    outputs.retain_grad()
    module.fc(outputs[:, -1]).sum().backward()
    network = load_model(shipped("net.pt"))
    record = network.run(x)
    lstm = network.backpropagate(record, np.ones_like(record.outputs)).traces["lstm"]
    own = outputs.grad[0].numpy()
    assert (own[:-1] == 0).all()
    np.testing.assert_allclose(own, lstm.shares("h")["loss"], rtol=1e-5)
    assert (lstm["h"] != 0).all()
    sys.modules.pop("net_in_pytorch")
