"""What `lstm-viz train` says of a run is true of it: losses, ends, and what did nothing."""

import json
import math
import re
import warnings
from dataclasses import replace

import numpy as np
import pytest
from program import lstm_viz

from lstm_viz.commands.train import damped_sine
from lstm_viz.learning.divergence import DivergedError, jumped
from lstm_viz.learning.history import Smoothed
from lstm_viz.learning.model import Model
from lstm_viz.learning.tasks.settings import TaskSettings
from lstm_viz.learning.tasks.training import TaskTraining
from lstm_viz.learning.watched import look

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


def test_the_printed_share_of_right_answers_is_that_of_the_batch():
    asked = ["temporal-order", "--hidden", "2", "--steps", "5", "--batch", "4", "--updates", "9"]
    lines = lstm_viz("train", *asked).stdout.splitlines()
    shares = [float(line.split()[-2]) for line in lines if line.startswith("update ")]
    assert len(shares) == 9
    assert set(shares) <= {0, 25, 50, 75, 100}


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
    assert ["1-layer", "lstm", "2"] in [line.split()[:3] for line in shown.stdout.splitlines()]
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
        (["adding", "--gates", "i,q", "--save", "f.gif"], "lstm has no 'q'"),
        (["adding", "--gates", "i"], "--gates is for what is shown"),
        (["adding", "--speed", "2"], "--speed is for what is shown"),
        (["damped-sine", "--save", "p.png"], "add --seeds 1"),
    ],
)
def test_what_would_do_nothing_is_refused_before_the_first_update(asked, said):
    result = lstm_viz("train", *asked)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


# ---------------------------------------------------------------------------- diverged

BLOWN = ["--start", "identity", "--hidden", "100", "--steps", "150", "--updates", "3"]


def test_a_run_that_diverges_is_a_row_of_its_sweep():
    asked = ["train", "adding", "--cell", "irnn,gru", *BLOWN, "--jobs", "1"]
    shown = lstm_viz(*asked, width=120)
    assert shown.exit_code == 0
    lines = [line.split() for line in shown.stdout.splitlines()]
    assert ["cell", "solved", "diverged"] in [line[:3] for line in lines]
    assert ["irnn,", "identity", "0/1", "1/1", "never"] in [line[:5] for line in lines]
    assert ["gru,", "identity", "0/1", "0/1", "never"] in [line[:5] for line in lines]


@pytest.mark.parametrize("rate", [1e10, 1e-3])
def test_a_loss_that_explodes_is_said_though_it_is_finite(rate):
    shown = lstm_viz(*TASK, "--rate", str(rate))
    assert shown.exit_code == (3 if rate > 1 else 0)
    assert ("\ndiverged after 20 updates" in shown.stdout) == (rate > 1)
    assert ("training diverged: the loss grew from" in shown.stderr) == (rate > 1)
    assert ("Try --" in shown.stdout) == (rate < 1)  # what solves it helps only what can learn
    if rate > 1:
        assert "Try a learning rate of 0.001 instead of 1e10" in shown.stderr


def test_an_error_that_exploded_is_written_in_few_digits():
    shown = lstm_viz("train", "damped-sine", "--seeds", "1", "--rate", "1e20", "--hidden", "2")
    assert re.search(r"mean absolute error \d\.\d{3}e\+\d\d on", shown.stdout)


def test_a_seed_and_a_rival_that_diverge_are_no_end(monkeypatch):
    update = Model.update

    def bad(model, *given):
        if model.seed == 1 or len(model.network.layers) == 4:
            raise DivergedError("training diverged at update 1")
        return update(model, *given)

    monkeypatch.setattr(Model, "update", bad)
    shown = lstm_viz("train", "damped-sine", "--hidden", "2", "--seeds", "3", width=200)
    assert shown.exit_code == 0
    assert "seed 1: training diverged at update 1" in shown.stdout
    assert ["1-layer", "lstm", "2"] in [line.split()[:3] for line in shown.stdout.splitlines()]
    assert "\n1 diverged" in shown.stdout
    asked = ["train", "keras-stack", "--hidden", "2,2", "--epochs", "1", "--dropout", "0.1"]
    shown = lstm_viz(*asked, width=200)
    assert shown.exit_code == 0
    assert "MLP, seed 0: training diverged at update 1" in shown.stdout
    table = [line.split() for line in shown.stdout.splitlines()]
    assert ["MLP", "0", "1", "-"] in [row[:4] for row in table]
    assert ["SimpleRNN", "1", "-"] in [row[:3] for row in table]


STARBUCKS = ["train", "starbucks", "--epochs", "3", "--seeds", "3"]


def test_the_first_of_several_runs_on_prices_that_diverges_is_a_row_too(monkeypatch, tmp_path):
    update = Model.update

    def bad(model, *given):
        if not model.seed:
            raise DivergedError("training diverged at update 1")
        return update(model, *given)

    monkeypatch.setattr(Model, "update", bad)
    shown = lstm_viz(*STARBUCKS, "--save", str(tmp_path / "p.png"), width=200)
    assert shown.exit_code == 0
    assert "LSTM, seed 0: training diverged at update 1" in shown.stdout
    table = [line.split()[:3] for line in shown.stdout.splitlines()]
    assert ["LSTM", "2", "1"] in table
    assert ["persistence", "-", "-"] in table
    assert (tmp_path / "p.png").exists()


def test_each_run_on_prices_whose_loss_explodes_is_told_and_has_no_score(monkeypatch):
    progress = Model.progress

    def worse(model, *given):
        made = progress(model, *given)
        return replace(made, loss=made.loss * 1e6 ** (model.seed * model.updates))

    monkeypatch.setattr(Model, "progress", worse)
    shown = lstm_viz(*STARBUCKS, width=200)
    for seed in 1, 2:
        assert f"LSTM, seed {seed}: training diverged: the loss grew from" in shown.stdout
    assert ["LSTM", "1", "2"] in [line.split()[:3] for line in shown.stdout.splitlines()]


@pytest.mark.parametrize(
    "asked",
    [
        ["damped-sine", "--hidden", "2", "--seeds", "2"],
        ["keras-stack", "--hidden", "2,2", "--epochs", "1"],
        [
            "adding",
            "--steps",
            "5",
            "--hidden",
            "2",
            "--updates",
            "3",
            "--seeds",
            "2",
            "--jobs",
            "1",
        ],
    ],
)
def test_where_all_that_was_trained_diverged_the_program_ends_with_3(asked, monkeypatch):
    def bad(model, *given):
        raise DivergedError("training diverged at update 1")

    monkeypatch.setattr(Model, "update", bad)
    assert lstm_viz("train", *asked, width=200).exit_code == 3


# ---------------------------------------------------------------------------- what would help


@pytest.mark.parametrize("task", ["adding", "temporal-order", "two-sequence"])
def test_the_option_that_is_advised_solves_the_task(task):
    asked = ["train", task, "--updates"]
    assert "Try --forget-bias chrono" in lstm_viz(*asked, "2").stdout
    shown = lstm_viz(*asked, "1000", "--forget-bias", "chrono").stdout
    assert "\nsolved after" in shown
    assert "Try" not in shown


def test_what_is_advised_is_said_of_the_cell_that_it_was_tried_with():
    shown = lstm_viz("train", "adding", "--cell", "gru", "--updates", "2", width=300).stdout
    solves = "The cell lstm with --forget-bias chrono is known to solve this task"
    assert f"{solves}, with all else at its default." in shown


def test_copy_names_what_solves_it_until_it_is_given():
    asked = ["train", "copy", "--batch", "2", "--updates", "2"]
    shown = lstm_viz(*asked, width=200).stdout
    assert (
        "Try --cell gru. The cell gru is known to solve this task, with all else at its default."
        in shown
    )
    assert "Try" not in lstm_viz(*asked, "--cell", "gru", width=200).stdout


TEXT = ["train", "characters", "--hidden", "8", "--batch", "4", "--steps", "5"]


def test_a_text_is_learned_for_as_long_as_was_asked_for(monkeypatch, tmp_path):
    monkeypatch.setattr("lstm_viz.learning.tasks.task.Task.solved", lambda *given: True)
    path = str(tmp_path / "m.npz")
    assert "solved after 40 updates" in lstm_viz(*TEXT, "--save", path).stdout
    assert "solved after 60 updates" in lstm_viz(*TEXT, "--updates", "60").stdout
    more = lstm_viz("train", "characters", "--resume", path, "--updates", "70").stdout
    assert "solved after 70 updates" in more
    assert "on text it was not trained on loss" in " ".join(more.split())
    assert "Sampled from its probabilities" in more


def test_a_sweep_without_a_result_ends_as_interrupted(monkeypatch):
    monkeypatch.setattr("lstm_viz.commands.train.many.sweep", interrupted)
    shown = lstm_viz(*TASK, "--seeds", "2", "--jobs", "1")
    assert shown.exit_code != 0
    assert "stopped after 0 of 2 runs" in shown.stderr


def interrupted(runs):
    raise KeyboardInterrupt
    yield


def test_shapes_and_biases_are_those_of_the_layers_that_run():
    asked = ["train", "damped-sine", "--seeds", "1", "--hidden", "4,3,2", "--forget-bias", "2"]
    shown = " ".join(lstm_viz(*asked).stdout.split())
    assert "return_sequences=True: (None, 50, 4), all rows; False: (None, 4), the row of" in shown
    assert "all of them go on to the next layer" in shown
    assert "(2 biases per gate are trained" not in shown
    two = " ".join(lstm_viz(*asked, "--biases", "2").stdout.split())
    assert "forget bias 2, two biases" in two
    assert "(2 biases per gate are trained: 36 more)" in two


@pytest.mark.parametrize(("task", "steps"), [("two-sequence", 1), ("adding", 2), ("adding", 3)])
def test_what_is_advised_is_not_refused(task, steps):
    asked = ["train", task, "--hidden", "1", "--steps", str(steps), "--updates", "1", "--rate"]
    shown = lstm_viz(*asked, "1e-9", width=200).stdout
    advised = re.findall(r"Try (--\S+) (\w+)", shown)
    assert bool(advised) == (steps >= 3)
    for option in advised:
        assert lstm_viz(*asked, "1e-9", *option).exit_code == 0


def test_a_run_that_is_refused_prints_nothing_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    asked = ["train", "damped-sine", "--seeds", "1", "--batch", "5000", "--hidden", "1"]
    assert lstm_viz(*asked, "--save", "d.npz").exit_code == 0
    again = lstm_viz("train", "damped-sine", "--resume", "d.npz")
    assert (again.exit_code, again.stdout) == (2, "")


def test_gradients_that_are_too_large_to_square_are_seen_and_nothing_is_warned_of():
    training = TaskTraining(TaskSettings("adding", steps=4, hidden=2))
    training.model.network.weights["dense.W"][...] = 1e12
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        norms = look(training.model, training.example, ()).norms
    assert np.isfinite(norms).all()
    assert norms[-1] > 1e19


# ---------------------------------------------------------------------------- a loss that jumps


def smoothed(losses):
    mean = Smoothed(0.95)
    return [mean(each) for each in losses]


def test_a_jump_is_the_update_that_was_furthest_above_the_running_mean_before_it():
    losses = [1.0, 0.5, 0.4, 9.0, 0.3, 60.0, 0.2]
    means = smoothed(losses)
    found = jumped(losses, means, begun=100)
    assert (found.update, found.loss, found.before) == (106, 60.0, means[4])
    assert found.words.startswith("The loss jumped: at update 106 it was 60, ")
    assert f"{60 / means[4]:.3g} times its running mean before that" in found.words


@pytest.mark.parametrize(
    "losses", [[], [5.0], [0.0, 0.0, 1.0], [1.0, 9.9], [1.0, math.inf], [1.0, math.nan, 0.5]]
)
def test_no_jump_is_said_of_noise_of_a_loss_of_zero_or_of_what_is_not_finite(losses):
    assert jumped(losses, smoothed(losses)) is None


def test_a_training_tells_that_its_loss_jumped(monkeypatch):
    asked = ["train", "parity", "--updates", "12", "--steps", "6", "--hidden", "4"]
    assert "jumped" not in lstm_viz(*asked, width=200).stdout
    update = Model.update

    def wild(model, *given):
        _, norm = update(model, *given)
        return (40.0 if model.updates == 9 else 0.5), norm

    monkeypatch.setattr(Model, "update", wild)
    shown = lstm_viz(*asked, width=200).stdout
    assert "The loss jumped: at update 9 it was 40, 80 times its running mean before that" in shown
    assert "损失曾跳升：第 9 次更新时为 40" in lstm_viz(*asked, "--lang", "zh", width=200).stdout
