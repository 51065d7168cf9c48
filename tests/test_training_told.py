"""What `lstm-viz train` says of a run is true of it: losses, ends, and what did nothing."""

import json

import pytest
from program import lstm_viz

from lstm_viz.commands.train import damped_sine

TASK = ["train", "adding", "--hidden", "2", "--steps", "4", "--batch", "2", "--updates", "20"]


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr("lstm_viz.learning.recipes.sine.SEQUENCES", 40)


def test_the_printed_loss_is_that_of_the_update():
    lines = lstm_viz(*TASK).stdout.splitlines()
    printed = [float(line.split()[3]) for line in lines if line.startswith("update ")]
    logged = [json.loads(line) for line in lstm_viz(*TASK, "--json").stdout.splitlines()]
    losses = [each["loss"] for each in logged if "update" in each]
    assert len(printed) == 20
    assert printed == [float(f"{loss:.5g}") for loss in losses]


@pytest.mark.parametrize(("bound", "said"), [("1e9", True), ("1e-9", False)])
def test_clipping_that_did_nothing_is_said(bound, said):
    shown = lstm_viz(*TASK, "--clip-value", bound).stdout
    assert ("clipping never acted in 20 updates" in shown) == said


def test_damped_sines_picture_is_saved(tmp_path):
    asked = ["train", "damped-sine", "--seeds", "1", "--hidden", "2"]
    lstm_viz(*asked, "--save", str(tmp_path / "p.png"))
    assert (tmp_path / "p.png").read_bytes()[1:4] == b"PNG"


def test_a_batch_is_no_larger_than_the_data():
    shown = lstm_viz("train", "starbucks", "--batch", "9999", "--epochs", "1", width=200).stdout
    assert "in batches of 200" in shown
    asked = ["train", "damped-sine", "--seeds", "1", "--batch", "9999"]
    assert "40 sequences in batches of 40" in lstm_viz(*asked, width=200).stdout


def test_the_last_update_has_a_line():
    asked = ["train", "damped-sine", "--seeds", "1", "--batch", "3", "--hidden", "2"]
    assert "\nupdate     28  loss" in lstm_viz(*asked, "--epochs", "2").stdout


def test_a_seed_that_was_broken_off_is_in_no_figure(monkeypatch):
    class Broken(damped_sine.SineTraining):
        def __iter__(self):
            for update, each in enumerate(super().__iter__()):
                yield each
                if self.settings.seed == 2 and update == 1:
                    raise KeyboardInterrupt

    monkeypatch.setattr(damped_sine, "SineTraining", Broken)
    shown = lstm_viz("train", "damped-sine", "--hidden", "2")
    assert "mean absolute errors of 2 seeds" in shown.stdout
    assert "seed 2: mean" not in shown.stdout
    assert "stopped after 2 updates" in shown.stderr


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["adding", "--jobs", "2"], "--jobs 2: there is one run only: add --seeds"),
        (["damped-sine", "--jobs", "2"], "--jobs is not for damped-sine"),
        (["csi300", "--jobs", "2"], "--jobs is not for csi300"),
        (["adding", "--cell", "rnn", "--forget-bias", "2"], "rnn has no forget gate"),
        (["parity", "--cell", "rnn,irnn", "--forget-bias", "2"], "rnn and irnn have no"),
        (["keras-stack", "--hidden", "5,6", "--layers", "1"], "--layers 1: --hidden 5,6 has 2"),
        (["adding", "--save", "p.png"], "--save p.png: only a recipe has a prediction"),
        (["damped-sine", "--save", "p.png"], "add --seeds 1"),
    ],
)
def test_what_would_do_nothing_is_refused_before_the_first_update(asked, said):
    result = lstm_viz("train", *asked)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
