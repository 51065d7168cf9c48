"""Each number in the pictures of a training is one that was recorded or measured."""

import re
from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest

from lstm_viz import CELLS, measures, run
from lstm_viz.commands.train.options import Output
from lstm_viz.commands.train.report import Report
from lstm_viz.equations.gates import roles
from lstm_viz.learning.model import Model
from lstm_viz.learning.recipes import PRICES, sine
from lstm_viz.learning.recipes.table import read_table
from lstm_viz.learning.recipes.training import RecipeTraining
from lstm_viz.learning.snapshot import gate_readings
from lstm_viz.learning.tasks.settings import TaskSettings
from lstm_viz.learning.tasks.sweeps import Sweep, grid, sweep
from lstm_viz.learning.tasks.training import Result, TaskTraining
from lstm_viz.network import build as b
from lstm_viz.pictures.kinds import Bar, Curve, Text, Value
from lstm_viz.views import train as view

QUICK = {"hidden": 4, "batch": 4, "steps": 6, "updates": 12}
TASKS = {
    "task": TaskSettings("parity", layers=2, **QUICK),
    "classes": TaskSettings("temporal-order", **QUICK, cell="gru"),
    "text": TaskSettings("characters", **QUICK),
}


def training_of(kind):
    if kind in TASKS:
        return TaskTraining(TASKS[kind])
    if kind == "sine":
        return sine.SineTraining(replace(sine.DAMPED_SINE, batch=2500, hidden=(3, 3)))
    recipe = PRICES[kind]
    settings = replace(recipe.settings, hidden=(3,), epochs=8, rows=400)
    return RecipeTraining(recipe, settings, read_table(None, (), recipe.columns))


KINDS = [*TASKS, "sine", *PRICES]


def watched(kind):
    """A report of a whole training."""
    report = Report(training_of(kind), Output(json_=True))
    report.follow()
    return report


def parts(picture):
    """Everything that a picture is made of."""
    yield picture
    if isinstance(picture, tuple):
        for each in picture:
            yield from parts(each)
    if is_dataclass(picture):
        for each in fields(picture):
            yield from parts(getattr(picture, each.name))


def drawn(picture):
    """The numbers that are drawn, in full; and those in words, as they are written."""
    exact, written = [], []
    for each in parts(picture):
        if isinstance(each, Value | Bar):
            exact.append(each.value)
        if isinstance(each, Curve):
            exact += each.values[np.isfinite(each.values)].tolist()
            written.append(each.note)
        if isinstance(each, Text):
            written.append(each.text)
    number = r"(?<![\w.])\d[\d,]*\.?\d*(?:e[-+]\d+)?(?: %)?"
    return exact, [each for text in written for each in re.findall(number, text)]


def shown_as(text, value):
    """Whether a number is written so, to the digits that stand there."""
    digits, percent = text.removesuffix(" %").replace(",", ""), text.endswith(" %")
    mantissa, _, power = digits.partition("e")
    step = 10.0 ** (int(power or 0) - len(mantissa.partition(".")[2]))
    return abs(float(digits) - value * (100 if percent else 1)) <= 0.5001 * step


def readings(model):
    """What is measured on the last batch, written out without the room that is tested."""
    for unit in model.engine.recurrent:
        h = unit.gradients.get(unit.cell.output)
        yield from [] if h is None else np.sqrt((h**2).sum(axis=(1, 2))).tolist()
        for name in roles(unit.cell):
            values = unit.values[name]
            yield from (values.mean(), (values < 0.1).mean(), (values > 0.9).mean())


@pytest.mark.parametrize("kind", KINDS)
def test_each_number_in_a_look_is_a_record_or_a_measure(kind):
    report = watched(kind)
    seen, training = report.snapshot(sample=False), report.training
    exact, written = drawn(view.frame(seen))
    known = [*report.losses, report.last.norm, *readings(training.model)]
    known += [training.baseline.loss] if training.baseline else []
    assert len(exact) > 10
    assert np.isin(np.float32(exact), np.float32(known)).all()
    told = [seen.done, seen.total, seen.share, seen.rate, seen.clipped, 0, 0.1, 0.9]
    for text in written:
        assert any(shown_as(text, value) for value in [*known, *told]), text


@pytest.mark.parametrize("name", CELLS)
def test_a_gate_stands_in_training_as_it_does_in_a_run(name):
    network = b.build([b.recurrent(CELLS[name], 3), b.dense(1)], 2, dtype=np.float64)
    x = np.random.default_rng(0).normal(size=(5, 2, 4))
    model = Model(network, rate=1e-12)
    before = {n: w.copy() for n, w in network.layers[0].weights.items()}
    model.update(x, np.zeros((1, 4)))
    trace = run(CELLS[name], before, x.swapaxes(1, 2))
    for reading in gate_readings(model):
        truth = measures.standing(trace[reading.name])
        assert reading.standing.mean == pytest.approx(truth.mean, rel=1e-9)
        assert (reading.standing.shut, reading.standing.open) == (truth.shut, truth.open)


@pytest.mark.parametrize("kind", KINDS)
def test_a_training_takes_as_many_updates_as_it_says(kind):
    training = training_of(kind)
    assert sum(1 for _ in training) == training.total
    assert 1 <= training.every <= training.total


@pytest.mark.parametrize("kind", KINDS)
def test_a_training_shows_its_predictions_beside_the_truth(kind):
    training = training_of(kind)
    progress = next(iter(training))
    sample = training.sample()
    assert bool(sample.words) == (sample.truth is None)
    assert sample.words or len(sample.truth) == len(sample.predicted)
    shown = list(parts(view.sample(sample)))
    assert shown[2].text == sample.what + (f": {sample.words}" if sample.words else "")
    curves = [each.values for each in shown if isinstance(each, Curve)]
    for curve, values in zip(curves, (sample.truth, sample.predicted), strict=not sample.words):
        np.testing.assert_array_equal(curve, values)
    first = ("epoch     0 f",) if kind == "starbucks" else ("update      1 f", "epoch     1 f")
    assert training.line(progress, " figures").startswith(first)
    assert dict(training.facts)["note"].lower().startswith(("small", "a small"))


def result(cell, solved, updates, loss, right=0.5):
    settings = TASKS["task"]
    curve = tuple(np.linspace(1.0, loss, 5))
    filled = TaskTraining(replace(settings, cell=cell)).settings
    return Result(filled, solved, updates, 2.0 * updates, loss, right, 0.7, curve)


def test_a_sweep_is_summed_up_by_kind_of_run():
    runs = [("rnn", False, 50, 0.6), ("lstm", True, 30, 0.1), ("rnn", False, 50, 0.8)]
    rnn, lstm = Sweep(tuple(result(*run) for run in runs)).summary()
    assert (rnn.words, rnn.solved, rnn.runs, rnn.updates) == ("rnn", 0, 2, None)
    assert (rnn.seconds, rnn.loss, rnn.right) == (100, pytest.approx(0.7), 0.5)
    assert (lstm.words, lstm.solved, lstm.runs, lstm.updates) == ("lstm", 1, 1, 30)


def test_the_seed_in_the_middle_is_by_updates_and_then_by_loss():
    runs = [result("rnn", True, *each) for each in ((9, 0.3), (7, 0.9), (9, 0.2))]
    assert Sweep(tuple(runs)).middles() == {"rnn": runs[2]}


def test_right_answers_that_are_not_counted_are_a_dash():
    done = Sweep((result("rnn", False, 5, 0.6, float("nan")),))
    (row,) = view.sweep_table(done).rows
    assert [cell.text for (cell,) in row] == ["rnn", "0/1", "never", "10.0", "-", "0.6"]


def test_each_number_of_a_sweep_is_one_of_its_results():
    found = Sweep(tuple(sweep(grid(TASKS["task"], ["rnn", "lstm"], ["0"], seeds=3))))
    exact, written = drawn(view.who_learned(found))
    lows = [min(r.curve) for r in found.results]
    highs = [max(r.curve) for r in found.results]
    assert min(lows) <= min(exact) <= max(exact) <= max(highs)
    ends = [r.curve[-1] for r in found.middles().values()] + [found.results[0].baseline]
    assert len(written) == len(ends) + 1  # and the forget bias in the name
    assert all(shown_as(*pair) for pair in zip([w for w in written if w != "0"], ends, strict=True))


def test_a_curve_ends_where_its_run_ended():
    curve = result("rnn", True, 9, 0.2).at(np.array([1.0, 5, 9, 10]))
    np.testing.assert_allclose(curve, [1.0, 0.6, 0.2, np.nan])
