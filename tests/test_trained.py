"""From learning to looking: a saved model shows the sequence and the loss of its training."""

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from lstm_viz.experiments import choose
from lstm_viz.experiments.options import InputOptions, LossOptions, ModelOptions, StepOptions
from lstm_viz.learning.recipes import PRICES
from lstm_viz.learning.recipes.sine import DAMPED_SINE, SineTraining
from lstm_viz.learning.recipes.table import read_table
from lstm_viz.learning.recipes.training import RecipeTraining
from lstm_viz.learning.recipes.written import AS_WRITTEN, WrittenTraining
from lstm_viz.learning.tasks.settings import TaskSettings
from lstm_viz.learning.tasks.training import TaskTraining
from lstm_viz.learning.watched import look, usual
from tests.helpers.program import lstm_viz

TASKS = ["adding", "parity", "temporal-order", "reber", "two-sequence", "copy", "characters"]


def saved(name, **more):
    """A training that went on for a while, and its model in m.npz."""
    training = begun(name, more)
    list(islice(training, 5))
    training.save("m.npz")
    return training


def begun(name, more):
    if name == "damped-sine":
        return SineTraining(replace(DAMPED_SINE, hidden=(3, 2), **more))
    if name == "csi300-as-written":
        table = read_table(None, (), PRICES["csi300"].columns)
        return WrittenTraining(replace(AS_WRITTEN, window=20, hidden=(4,)), table)
    if name in PRICES:
        settings = PRICES[name].settings
        settings = replace(settings, hidden=more.get("hidden", (4,) * len(settings.hidden)))
        table = read_table(None, (), PRICES[name].columns)
        return RecipeTraining(PRICES[name], replace(settings, epochs=5), table)
    steps = {"copy": 30, "characters": 12}.get(name, 12)
    return TaskTraining(TaskSettings(name, hidden=4, steps=steps, batch=4, updates=5, **more))


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("task", [*TASKS, *PRICES, "csi300-as-written", "damped-sine"])
def test_the_model_alone_shows_its_sequence_with_its_loss(task):
    training = saved(task)
    experiment = choose(StepOptions(model=ModelOptions("m.npz")))
    cell = experiment.cell
    seen = look(training.model, training.example, usual(cell))
    np.testing.assert_array_equal(experiment.record.inputs, training.example.inputs[..., 0])
    assert experiment.loss.value == pytest.approx(seen.loss, rel=1e-4)
    for name, values in seen.values.items():
        np.testing.assert_allclose(experiment.trace[name], values, rtol=2e-4, atol=1e-6)
    norms = np.linalg.norm(experiment.gradients[cell.output], axis=-1)
    np.testing.assert_allclose(norms, seen.norms, rtol=1e-3, atol=1e-7)
    assert experiment.labels == training.example.labels


def test_layers_of_other_sizes_are_all_counted():
    saved("keras-stack", hidden=(3, 2))
    assert "3, 2 units, 60 steps" in lstm_viz("gradients", "--model", "m.npz").stdout


def test_of_a_single_step_the_way_to_its_gradients_is_said():
    saved("starbucks")
    refused = lstm_viz("gradients", "--model", "m.npz")
    assert refused.exit_code == 3
    assert "lstm-viz step --backward" in refused.stderr
    shown = lstm_viz("step", "--model", "m.npz", "--backward")
    assert "backward, step 1 of 1" in shown.stdout


def test_of_many_targets_those_are_written_for_which_a_line_has_room():
    saved("csi300-as-written")
    words = choose(StepOptions(model=ModelOptions("m.npz"))).loss.words
    said, _, targets = words.partition(": ")
    assert said == "mean squared error, every output with every target"
    assert targets.endswith(" …")
    assert len(targets) < 50


def test_another_input_and_another_target_are_still_asked_for():
    saved("adding")
    model = ModelOptions("m.npz")
    given = choose(StepOptions(model=model, input=InputOptions("1,0;0.5,1")))
    assert given.loss.words.startswith("no --target")
    other = choose(StepOptions(model=model, loss=LossOptions("7")))
    assert other.loss.words.endswith("target 7")
    assert len(other.trace) == 12


def test_a_text_needs_no_vocabulary():
    training = saved("temporal-order")
    shown = choose(StepOptions(model=ModelOptions("m.npz"), input=InputOptions(text="BXaYE")))
    symbols = [training.task.symbols[k] for k in shown.trace.inputs.argmax(axis=1)]
    assert "".join(symbols) == "BXaYE"
    trace, slopes = shown.record, shown.gradients[shown.cell.memory]
    assert shown.loss.words.startswith("no --target, so the most probable class: cross-entropy")
    assert shown.loss.value == pytest.approx(-np.log(trace.outputs.max()))
    assert np.abs(slopes).max() > 1e-3  # the sum of probabilities has no gradient
    refused = lstm_viz("step", "--model", "m.npz", "--text", "BZ")
    assert refused.exit_code == 3
    assert "m.npz has learned no 'Z': it knows 'abcdXYBE'" in refused.stderr


def test_the_mean_absolute_error_is_that_of_the_training():
    asked = ["train", "damped-sine", "--seeds", "1", "--hidden", "2", "--save", "m.npz"]
    assert lstm_viz(*asked).exit_code == 0
    experiment = choose(StepOptions(model=ModelOptions("m.npz")))
    assert experiment.loss.words.startswith("mean absolute error")
    error = experiment.record.outputs - np.array(
        [float(each) for each in experiment.options.loss.target.split(";")]
    )
    assert experiment.loss.value == pytest.approx(np.abs(error).mean())
    np.testing.assert_allclose(experiment.loss.gradient, np.sign(error) / 5)
