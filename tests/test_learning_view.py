"""Each number in the pictures of a training is one that was recorded or measured."""

import re
from dataclasses import fields, is_dataclass, replace
from itertools import combinations, count

import numpy as np
import pytest
from trainings import KINDS, TASKS, training_of

from lstm_viz import CELLS
from lstm_viz.commands.train.options import Output
from lstm_viz.commands.train.report import Report
from lstm_viz.figure import layout
from lstm_viz.learning.model import Model
from lstm_viz.learning.recipes import PRICES
from lstm_viz.learning.recipes.table import read_table
from lstm_viz.learning.recipes.training import RecipeTraining
from lstm_viz.learning.snapshot import Sample
from lstm_viz.learning.tasks.settings import TaskSettings
from lstm_viz.learning.tasks.sweeps import Sweep, grid, sweep
from lstm_viz.learning.tasks.training import Result, TaskTraining
from lstm_viz.learning.watched import FREE, Example, Looks, look
from lstm_viz.network import build as b
from lstm_viz.pictures.kinds import Bar, Curve, Grid, Text, Value
from lstm_viz.views import train as view
from lstm_viz.views.watched import Frame, picture
from lstm_viz.views.watched_curves import Watched, prediction


def watched(kind):
    """A report of a whole training."""
    report = Report(training_of(kind), Output(json_=True))
    report.watch_from_now()
    report.follow()
    return report


def maps(picture):
    """All heat maps in a picture."""
    return [each for each in parts(picture) if isinstance(each, Grid)]


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


def looked_at(network, example):
    """The last recurrent layer's quantities and its gradient of h, without the room tested."""
    record = network.run(example.inputs.swapaxes(1, 2))
    *_, key = record.traces
    return record, key


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", ["cells", "gradient"])
def test_each_number_in_a_look_is_a_record_or_a_measure(kind, part):
    report = watched(kind)
    seen, training = report.seen(), report.training
    frame = Frame(training.model.updates, part, units=3)
    exact, _ = drawn(picture((seen,), frame, titled=False))
    look = seen.looks.all[-1]
    record, key = looked_at(training.model.network, seen.example)
    known = [*report.losses, *report.means, look.loss, *look.norms]
    known += [training.baseline.loss] if training.baseline else []
    _, sample = seen.looks.sample_at(look.update)
    for values in (sample.truth, sample.predicted):
        known += [] if values is None else values.tolist()
    assert len(exact) > 5
    known = np.float32(known)
    clipped = np.float32(list(ends_of(sample)))
    assert np.isin(np.float32(exact), np.concatenate([known, clipped])).all()
    name = seen.looks.names[0]
    truth = record.traces[key][name][:, 0]
    np.testing.assert_allclose(look.values[name], truth, rtol=2e-3, atol=1e-5)
    assert f"{look.update:,} update" in " ".join(written_in(picture((seen,), frame)))


def ends_of(sample):
    """The ends that a prediction is drawn within."""
    if sample.truth is None or sample.names:
        return ()
    low, high = float(sample.truth.min()), float(sample.truth.max())
    margin = (high - low) / 4
    return (low - margin, high + margin) if high > low else (min(low, 0.0), max(high, 1.0))


def written_in(drawn_picture):
    """All words of a picture."""
    return [each.text for each in parts(drawn_picture) if isinstance(each, Text)]


@pytest.mark.parametrize("name", CELLS)
def test_a_look_shows_what_a_run_of_the_cell_computes(name):
    network = b.build([b.recurrent(CELLS[name], 3), b.dense(1)], 2, dtype=np.float64)
    x = np.random.default_rng(0).normal(size=(5, 2, 1))
    model = Model(network, rate=1e-12)
    seen = look(model, Example(x, np.ones((1, 1))), CELLS[name].quantities)
    record = network.run(x.swapaxes(1, 2))
    assert seen.loss == pytest.approx(float((record.outputs[0, 0] - 1) ** 2))
    gradients = network.backpropagate(record, 2 * (record.outputs - 1))
    (key,) = record.traces
    for quantity, values in seen.values.items():
        np.testing.assert_allclose(values, record.traces[key][quantity][:, 0], rtol=1e-9)
    truth = np.linalg.norm(gradients.traces[key][CELLS[name].output][:, 0], axis=-1)
    np.testing.assert_allclose(seen.norms, truth, rtol=1e-8, atol=1e-14)


@pytest.mark.parametrize("kind", KINDS)
def test_a_look_leaves_the_training_as_it_is(kind):
    weights = []
    for watching in (False, True):
        training = training_of(kind)
        looks = watching and Looks(training.model, training.example, (), training.sample)
        for _ in training:
            if looks:
                looks.take()
        weights.append(training.model.parameters.values.copy())
    np.testing.assert_array_equal(*weights)


def test_the_units_that_change_most_over_the_sequence_are_first_and_keep_their_numbers():
    training = TaskTraining(replace(TASKS["task"], updates=40))
    looks = Looks(training.model, training.example)
    for _ in training:
        pass
    looks.take(last=True)
    changes = [np.ptp(each, axis=0) for each in looks.all[-1].values.values()]
    total = sum(each / each.max() for each in changes)
    assert looks.order == sorted(range(len(total)), key=lambda unit: -total[unit])
    seen = Watched(training, looks, np.ones(40), np.ones(40), 40)
    drawn = [each for each in maps(picture((seen,), Frame(40, units=2))) if each.of != "input"]
    for name, shown in zip(looks.names, drawn, strict=True):
        assert [row.text for row in shown.rows] == [str(unit) for unit in looks.order[:2]]
        expected = looks.all[-1].values[name].T[looks.order[:2]]
        np.testing.assert_allclose(shown.values, expected)
        assert ("those that change most" in shown.title[1].text) == (name == looks.names[0])


def test_two_that_are_seen_side_by_side_have_one_scale_for_their_memory():
    reports = []
    for bias in ("0", "7"):
        training = TaskTraining(replace(TASKS["task"], updates=2, forget_bias=bias, steps=30))
        looks = Looks(training.model, training.example)
        reports.append(Watched(training, looks, np.ones(1), np.ones(1), 2))
    own = [maps(picture((report,), Frame(0)))[-1].high for report in reports]
    both = [each.high for each in maps(picture(tuple(reports), Frame(0))) if each.low < 0]
    assert own[0] != own[1]
    assert both == [max(own)] * 2


def test_on_a_slide_all_words_can_be_read_and_none_stands_on_another():
    price = replace(PRICES["csi300"].settings, hidden=(8,), window=10)
    table = read_table(None, (), PRICES["csi300"].columns)
    for training in (RecipeTraining(PRICES["csi300"], price, table), TaskTraining(TASKS["task"])):
        looks = Looks(training.model, training.example)
        next(iter(training))
        looks.take(last=True)
        seen = Watched(training, looks, np.ones(1), np.full(1, 0.1), 2)
        drawn = layout.drawn(picture((seen,), Frame(1, wide=True)), size=(12, 6.75))
        drawn.canvas.draw()
        words = [each for each in drawn.texts if each.get_text().strip()]
        assert min(each.get_fontsize() for each in words) >= 6
        boxes = [each.get_window_extent().padded(-3) for each in words]
        both = [
            (a, b) for a, b in combinations(range(len(boxes)), 2) if boxes[a].overlaps(boxes[b])
        ]
        assert not both, [(words[a].get_text(), words[b].get_text()) for a, b in both]


@pytest.mark.parametrize("kind", KINDS)
def test_on_a_slide_the_steps_are_numbered_from_one_below_the_last_map(kind):
    *_, last = maps(picture((watched(kind).seen(),), Frame(0, wide=True)))
    steps = last.values.shape[1]
    assert (last.columns, last.column_title) == (tuple(map(str, range(1, steps + 1))), "step")


def test_two_that_are_seen_side_by_side_have_axes_of_one_height():
    seen = []
    for cell in ("rnn", "lstm"):
        training = TaskTraining(replace(TASKS["task"], updates=2, cell=cell))
        looks = Looks(training.model, training.example)
        seen.append(Watched(training, looks, np.ones(1), np.ones(1), 2))
    drawn = layout.drawn(picture(tuple(seen), Frame(0, wide=True)), size=(12, 12))
    boxes = [axes.get_position() for axes in drawn.axes if axes.get_yscale() == "log"]
    assert len(boxes) == 2
    assert boxes[0].y0 == boxes[1].y0
    assert boxes[0].height == boxes[1].height


def test_of_many_looks_every_other_one_is_kept():
    training = TaskTraining(replace(TASKS["task"], updates=40))
    looks = Looks(training.model, training.example, clock=lambda: 0.0)  # nothing costs anything
    looks.most = 8
    for _ in training:
        if looks.due():
            looks.take()
    kept = [each.update for each in looks.all]
    assert len(kept) <= 8
    assert kept[0] == 0
    assert set(np.diff(kept)) == {looks.every}
    assert looks.at(kept[2] + 1).update == kept[2]
    assert looks.beside(kept[2], -1).update == kept[1]


class Clock:
    """Time that passes where it is said to."""

    now = 0.0

    def __call__(self):
        return self.now

    def take(self, seconds, result=None):
        self.now += seconds
        return result


@pytest.mark.parametrize("cost", [0.0005, 0.4])
@pytest.mark.parametrize("update", [0.01, 3.0])
def test_looks_take_two_per_cent_of_the_time_whatever_they_and_an_update_cost(
    cost, update, monkeypatch
):
    clock, training = Clock(), TaskTraining(TASKS["task"])
    model, example = training.model, training.example
    looks = Looks(model, example, sample=lambda: clock.take(cost), clock=clock)
    looks.most, first = 10_000, looks.all[0]
    monkeypatch.setattr(
        "lstm_viz.learning.watched.look",
        lambda model, *_: clock.take(cost, replace(first, update=model.updates)),
    )
    begun, gaps = clock.now, []
    for _ in range(10_000):
        clock.take(update)
        model.updates += 1
        if looks.due():
            gaps.append(model.updates - looks.all[-1].update)
            looks.take()
    passed = clock.now - begun
    assert looks.spent <= 0.02 * passed + FREE
    if cost > update / 50:  # else there is time for a look after each update
        assert looks.spent > 0.015 * passed
    else:
        assert set(gaps[:100]) == {1}


@pytest.mark.parametrize("price", [0.0005, 0.02, 0.4])
def test_a_prediction_that_costs_more_than_a_look_is_made_again_too(price, monkeypatch):
    clock, training = Clock(), TaskTraining(TASKS["task"])
    model = training.model
    looks = Looks(model, training.example, sample=lambda: clock.take(price), clock=clock)
    first = looks.all[0]
    monkeypatch.setattr(
        "lstm_viz.learning.watched.look",
        lambda model, *_: clock.take(0.002, replace(first, update=model.updates)),
    )
    for _ in range(20_000):
        clock.take(0.005)
        model.updates += 1
        if looks.due():
            looks.take()
    assert looks.spent <= 0.02 * clock.now + FREE
    made = 0.008 * 100 / price  # of the time that has passed
    assert len([at for at, _ in looks.samples if at > 10_000]) > min(made / 6, 5)


def test_a_model_is_as_it_was_when_it_was_looked_at_and_then_as_it_is_again():
    training = TaskTraining(TASKS["task"])
    looks = Looks(training.model, training.example)
    for _ in training:
        looks.take()
    now, first = training.model.parameters.values.copy(), looks.all[0]
    with looks.as_of(first) as model:
        assert model.updates == 0
        again = look(model, training.example, looks.names)
    np.testing.assert_array_equal(again.output, first.output)
    np.testing.assert_array_equal(training.model.parameters.values, now)
    assert not np.array_equal(look(model, training.example, ()).output, first.output)


@pytest.mark.parametrize("kind", KINDS)
def test_a_training_takes_as_many_updates_as_it_says(kind):
    training = training_of(kind)
    assert sum(1 for _ in training) == training.total
    assert 1 <= training.every <= training.total


def test_the_axis_of_a_prediction_holds_all_that_was_predicted_so_far():
    seen = [Sample("", np.array([10.0, 14]), np.array([1.0, 12])) for _ in range(2)]
    seen[1].predicted[:] = 30.0
    axes = [prediction(seen[0], 1, 1), prediction(*seen[:1], 1, 1, [*seen, None])]
    assert [(each.low, each.high) for each in axes] == [(1.0, 15.0), (1.0, 30.0)]
    assert prediction(seen[0], 1, 1).curves[1].values.tolist() == [1.0, 12.0]


@pytest.mark.parametrize("kind", KINDS)
def test_a_training_shows_its_predictions_beside_the_truth(kind):
    training = training_of(kind)
    progress = next(iter(training))
    sample = training.sample()
    assert bool(sample.words) == (sample.truth is None)
    assert sample.words or len(sample.truth) == len(sample.predicted)
    shown = list(parts(prediction(sample, 1, 1)))
    if sample.words:
        assert sample.words in " ".join(written_in(shown[0]))
    elif sample.names:
        assert set(sample.predicted.tolist()) <= {e.value for e in shown if isinstance(e, Bar)}
    else:
        truth, said = [each.values for each in shown if isinstance(each, Curve)]
        np.testing.assert_array_equal(truth, sample.truth)
        np.testing.assert_array_equal(said, sample.predicted)
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


def test_the_fewest_and_the_most_updates_are_those_of_solved_runs():
    runs = [("rnn", True, 50, 0.6), ("rnn", True, 1_030, 0.1), ("rnn", False, 2_000, 0.8)]
    done = Sweep(tuple(result(*run) for run in runs))
    assert done.summary()[0].span == (50, 1_030)
    assert "50 to 1,030" in [cell.text for (cell,) in view.sweep_table(done).rows[0]]


def test_the_seed_in_the_middle_is_by_updates_and_then_by_loss():
    runs = [result("rnn", True, *each) for each in ((9, 0.3), (7, 0.9), (9, 0.2))]
    assert Sweep(tuple(runs)).middles() == {"rnn": runs[2]}


def test_a_run_that_diverged_counts_for_no_median():
    one = result("rnn", False, 50, 0.6)
    wild = replace(result("rnn", False, 40, 1e17), diverged=True)
    both, alone = Sweep((one, wild)), Sweep((wild,))
    (row,) = both.summary()
    assert (row.loss, row.right, row.diverged, row.runs) == (0.6, 0.5, 1, 2)
    assert (both.middles(), alone.middles()) == ({"rnn": one}, {"rnn": wild})
    assert [cell.text for (cell,) in view.sweep_table(both).rows[0]][-1] == "0.6"
    assert "loss" not in view.sweep_table(alone).heads


def test_of_a_sweep_no_column_stands_without_content():
    uncounted = result("rnn", False, 5, 0.6, float("nan"))
    counted = result("lstm", True, 5, 0.6)
    heads = ("cell", "solved", "updates", "seconds", "loss")
    table = view.sweep_table(Sweep((uncounted,)))
    assert table.heads == heads
    assert [cell.text for (cell,) in table.rows[0]] == ["rnn", "0/1", "never", "10.0", "0.6"]
    table = view.sweep_table(Sweep((uncounted, counted)))
    assert table.heads == (*heads[:4], "right", "loss")
    assert [cell.text for (cell,) in table.rows[0]][4] == "-"
    table = view.sweep_table(Sweep((uncounted, uncounted)))
    assert "fewest to most" not in table.heads


def test_each_number_of_a_sweep_is_one_of_its_results():
    found = Sweep(tuple(sweep(grid(TASKS["task"], ["rnn", "lstm"], ["0"], seeds=3))))
    exact, written = drawn(view.who_learned(found))
    lows = [min(r.curve) for r in found.results]
    highs = [max(r.curve) for r in found.results]
    assert min(lows) <= min(exact) <= max(exact) <= max(highs)
    ends = [r.curve[-1] for r in found.middles().values()] + [found.results[0].baseline]
    assert len(written) == len(ends) + 1  # and the forget bias in the name
    assert all(shown_as(*pair) for pair in zip([w for w in written if w != "0"], ends, strict=True))


def test_the_end_of_a_curve_is_on_the_axis_and_in_its_label():
    falling = [result("rnn", False, 40, 0.3), replace(result("lstm", True, 39, 0.01), updates=23)]
    _, curve, _ = view.who_learned(Sweep(tuple(falling))).curves
    drawn_last = curve.values[np.isfinite(curve.values)][-1]
    assert (drawn_last, curve.note) == (0.01, "0.01")


def test_one_seed_has_no_range_of_updates_and_two_have():
    for many in (1, 2):
        table = view.sweep_table(Sweep((result("lstm", True, 300, 1.3),) * many))
        assert ("fewest to most" in table.heads) == (many > 1)
        assert ("300 to 300" in [cell.text for (cell,) in table.rows[0]]) == (many > 1)
        assert len(table.heads) == len(table.rows[0])


def test_a_curve_ends_where_its_run_ended():
    curve = result("rnn", True, 9, 0.2).at(np.array([1.0, 5, 9, 10]))
    np.testing.assert_allclose(curve, [1.0, 0.6, 0.2, np.nan])


@pytest.mark.parametrize("task", ["adding", "echo", "reber", "temporal-order", "parity"])
def test_what_a_task_predicts_is_that_of_the_update_that_is_shown(task):
    training = TaskTraining(TaskSettings(task, hidden=3, batch=4, steps=12, updates=4))
    model, example = training.model, training.example
    looks = Looks(model, example, (), training.sample, clock=count().__next__)  # no time for more
    now = {0: training.sample().predicted}
    for each in training:
        looks.all.append(look(model, example, looks.names))
        now[each.update] = training.sample().predicted
    assert len(looks.samples) == 1
    for update, predicted in now.items():
        at, shown = looks.sample_at(update)
        assert at == update
        np.testing.assert_allclose(shown.predicted, predicted, atol=1e-6)
