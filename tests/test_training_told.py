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
