"""The tasks' answers are right, the recipes' splits honest, a run is the same wherever it runs."""

import math
import random
import re
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from multiprocessing import get_context

import numpy as np
import pytest

from lstm_viz import InputError
from lstm_viz.learning.recipes import PRICES, sine
from lstm_viz.learning.recipes.table import PriceTable, read_table
from lstm_viz.learning.recipes.training import RecipeTraining
from lstm_viz.learning.tasks import TASKS, characters, find_task, symbols
from lstm_viz.learning.tasks.numbers import delay
from lstm_viz.learning.tasks.settings import TaskSettings
from lstm_viz.learning.tasks.sweeps import grid, sweep
from lstm_viz.learning.tasks.training import TaskTraining, run

STAND_IN = read_table(None, (), PRICES["bitcoin"].columns)


def batch(name, steps, many=3000):
    return find_task(name).fresh(0, 7, steps, many)


def test_adding_marks_one_number_in_each_half():
    x, y = batch("adding", 12)
    marks = x[:, 1]
    assert (marks[:6].sum(axis=0) == 1).all()
    assert (marks[6:].sum(axis=0) == 1).all()
    np.testing.assert_allclose(y[0], (x[:, 0] * marks).sum(axis=0), rtol=1e-5)
    assert ((y - 1) ** 2).mean() == pytest.approx(1 / 6, rel=0.1)


def test_temporal_order_is_the_order_of_x_and_y():
    x, y = batch("temporal-order", 100)
    for k in range(20):
        word = "".join(symbols.ORDER[c] for c in x[:, :, k].argmax(axis=1))
        found = [(t, c) for t, c in enumerate(word) if c in "XY"]
        assert [10 <= found[0][0] < 20, 50 <= found[1][0] < 60, len(found)] == [True, True, 2]
        assert ["XX", "XY", "YX", "YY"][y[k]] == found[0][1] + found[1][1]
        assert word[0] + word[-1] == "BE"


def test_copy_asks_for_the_first_ten_after_the_sign():
    x, y = batch("copy", 15)
    seen = x.argmax(axis=1)
    assert (y[-10:] == seen[:10]).all()
    assert (y[:-10] == 0).all()
    assert (seen[24] == 9).all()
    assert find_task("copy").baseline(15) == pytest.approx(10 * math.log(8) / 35)


def test_parity_and_the_running_sum_look_at_all_so_far():
    x, y = batch("parity", 9)
    assert (y[-1] == x.sum(axis=0) % 2).all()
    x, y = batch("running-sum", 9)
    np.testing.assert_allclose(y[4], x[:5].sum(axis=0), atol=1e-6)
    assert (y**2).mean() == pytest.approx(find_task("running-sum").baseline(9), rel=0.1)


def test_echo_comes_after_its_delay():
    x, y = batch("echo", 20)
    assert (y[delay(20) :] == x[: -delay(20)]).all()
    assert not y[: delay(20)].any()


def test_two_sequences_differ_in_their_first_three_steps():
    x, y = batch("two-sequence", 30)
    assert (x[:3, 0] == 2 * y - 1).all()
    assert x[3:].var() == pytest.approx(0.2, rel=0.1)


REBER = re.compile(  # from where X is first written on, back through P as often as one likes
    r"B(TS*X(XT*VP)*(S|XT*VV)|PT*V(V|P(XT*VP)*(S|XT*VV)))E"
)


def test_reber_strings_follow_the_grammar_and_their_ends_agree():
    chance = random.Random(0)
    words = [symbols.embedded_reber(chance) for _ in range(400)]
    assert all(word[1] == word[-2] and REBER.fullmatch(word[2:-2]) for word in words)
    assert {"BTXSE", "BPVVE", "BTSXXVVE", "BPTVPSE"} <= {word[2:-2] for word in words}


@pytest.mark.parametrize("steps", [7, 9, 40])
def test_the_baseline_of_reber_is_that_of_as_many_steps(steps):
    chance, choices = random.Random(1), 0
    for _ in range(4000):
        written, open_ = "", []
        while len(written) <= steps:
            word = symbols.embedded_reber(chance)
            written += word
            open_ += [
                k == 1 or k == len(word) - 2 or 2 < k < len(word) - 3 for k in range(len(word))
            ]
        choices += sum(open_[1 : steps + 1])
    simulated = math.log(2) * choices / (4000 * steps)
    assert find_task("reber").baseline(steps) == pytest.approx(simulated, rel=0.01)


def test_a_baseline_is_what_one_loses_who_ignores_the_question():
    _, y = batch("echo", 20)
    heard = math.log(2) * np.mean(np.arange(len(y)) >= delay(20))
    assert find_task("echo").baseline(20) == pytest.approx(heard)
    # of long texts: twelve symbols a string on average, and eight of them are one of two
    assert find_task("reber").baseline(40_000) == pytest.approx(math.log(2) * 8 / 12, rel=1e-3)
    assert find_task("reber").baseline(1) == pytest.approx(math.log(2))
    assert find_task("reber").baseline(4) == pytest.approx(math.log(2) * 3 / 4)
    training = sine.SineTraining(sine.DAMPED_SINE)
    x, y = training.fresh
    assert training.baseline.loss == np.abs(x[:, -1:, 0] - y).mean()


def test_characters_begin_again_at_the_end_of_what_is_trained_on():
    follow, length = find_task("characters").follow, characters.trained_on()
    codes = [int(follow(update, 1, 1)[1].item()) for update in range(length - 3, length + 3)]
    again = "".join(characters.alphabet()[code] for code in codes)
    end = characters.text()[:length]
    assert again.startswith(end[-2:] + end[1:4])


def test_no_character_that_is_tested_is_trained_on():
    task, cut = find_task("characters"), characters.trained_on()
    text = characters.text()
    read = lambda x: "".join(characters.alphabet()[k] for k in x.argmax(axis=1)[:, 0])  # noqa: E731
    for seed in range(200):
        x, _ = task.some(np.random.default_rng(seed), 40, 1)
        assert read(x) in text[cut:]
    x, y = task.follow(10**6, 40, 64)
    assert all(
        text[:cut].find("".join(characters.alphabet()[k] for k in y[:, n])) >= 0 for n in range(64)
    )


def test_the_table_of_pairs_knows_nothing_of_the_held_out_text():
    before, after = (
        characters.text()[: characters.trained_on()],
        characters.text()[characters.trained_on() :],
    )
    known = characters.alphabet()
    loss = 0.0
    for one, two in pairwise(after):
        follow = [before.count(one + each) + 1 for each in known]
        loss -= math.log(follow[known.index(two)] / sum(follow))
    assert characters.pairs_on_held_out() == pytest.approx(loss / (len(after) - 1), rel=1e-3)


def test_characters_go_on_where_they_ended():
    task = find_task("characters")
    (x, y), (later, _) = (task.fresh(0, update, 10, 4) for update in (0, 1))
    assert (y[-1] == later[0].argmax(axis=0)).all()
    assert (x[1:].argmax(axis=1) == y[:-1]).all()


def test_what_was_left_open_is_the_tasks_own():
    task = find_task("copy")
    filled = task.filled(TaskSettings("copy", steps=3))
    assert (filled.steps, filled.hidden, filled.clip_norm) == (3, task.hidden, task.clip)
    clipped = task.filled(TaskSettings("copy", clip_value=2.0))
    assert (clipped.clip_norm, clipped.clip_value) == (None, 2.0)


@pytest.mark.parametrize("name", TASKS)
def test_every_task_is_trained_on_and_tested(name):
    result = run(TaskSettings(name, hidden=4, batch=4, steps=12, updates=3))
    assert result.updates == 3
    assert not result.solved
    assert 0 < result.loss < 5


def test_a_sample_is_what_is_said_of_the_example():
    training = TaskTraining(TaskSettings("reber", hidden=4, batch=3, steps=40, updates=1))
    list(training)
    example = training.example
    scores = np.exp(training.model.outputs_of(example.inputs)[:, :, 0])
    pairs = zip(scores, example.target[:, 0], strict=True)
    chance = [each[right] / each.sum() for each, right in pairs]
    np.testing.assert_allclose(training.sample().predicted, chance, rtol=1e-5)
    assert (training.sample().truth == 1).all()


def test_an_easy_task_is_solved_and_stops():
    result = run(TaskSettings("running-sum", hidden=8, steps=8))
    assert result.solved
    assert result.updates < 1000
    assert result.loss < 0.01 * result.baseline


def test_a_sweep_gives_the_same_in_threads_in_processes_and_alone():
    settings = grid(
        TaskSettings("adding", hidden=4, steps=10, updates=5), ["rnn", "lstm"], ["0", "2"], seeds=2
    )
    assert len(settings) == 6  # the rnn has no forget gate
    alone = [figures(r) for r in sweep(settings)]
    with ThreadPoolExecutor(2) as threads:
        assert [figures(r) for r in sweep(settings, threads)] == alone
    with ProcessPoolExecutor(2, get_context("spawn")) as processes:
        assert [figures(r) for r in sweep(settings, processes)] == alone


def figures(result):
    return result.settings, result.updates, result.loss, result.curve


def test_a_task_resumed_is_the_one_that_never_stopped(tmp_path):
    settings = TaskSettings("characters", hidden=6, steps=8, batch=4, updates=12)
    whole, part = TaskTraining(settings), TaskTraining(replace(settings, updates=5))
    list(whole)
    list(part)
    part.model.save(tmp_path / "m.npz")
    again = TaskTraining(settings, type(part.model).load(tmp_path / "m.npz"))
    list(again)
    assert (again.model.parameters.values == whole.model.parameters.values).all()


# ---------------------------------------------------------------------------- recipes


def test_bitcoins_windows_are_as_many_as_the_tutorials():
    training = RecipeTraining(PRICES["bitcoin"], PRICES["bitcoin"].settings, STAND_IN)
    p = training.prepared
    assert (p.train, len(p.inputs) - p.test) == (1018, 248)


@pytest.mark.parametrize("name", PRICES)
def test_no_test_window_and_no_scaler_knows_the_other_part(name):
    recipe = PRICES[name]
    rows = np.cumsum(np.ones((200, len(recipe.columns))), axis=0)
    settings = replace(
        recipe.settings, rows=0, window=5, scaler="minmax", target_scaler="minmax", split=0.8
    )
    p = recipe.prepare(settings, PriceTable(rows, recipe.columns, "made up", False))
    ends = p.scaler.inverse(p.targets)[:, 0]
    assert p.inputs[: p.train].max() <= 1 + 1e-12
    assert p.targets[: p.train].max() == pytest.approx(1)
    assert p.inputs[p.test :].max() > 1.1
    np.testing.assert_allclose(p.persistence[:, 0], ends - 1)
    if recipe.ahead:
        assert ends[p.test] - 5 > ends[p.train - 1]


def test_the_score_is_that_of_the_predictions_and_persistence_that_of_yesterday():
    recipe = PRICES["bitcoin"]
    training = RecipeTraining(recipe, replace(recipe.settings, hidden=(4,), epochs=1), STAND_IN)
    began = time.perf_counter()
    list(training)
    assert 0 < training.score().seconds <= time.perf_counter() - began
    score, close = training.score(), STAND_IN.values[-248:, 0]
    before = STAND_IN.values[-249:-1, 0]
    assert score.persistence == pytest.approx(np.sqrt(np.mean((close - before) ** 2)))
    assert score.model == pytest.approx(np.sqrt(np.mean((training.predicted(1025) - close) ** 2)))
    assert ("Persistence wins" in score.sentence) == (score.persistence <= score.model)


@pytest.mark.parametrize("rival", ["SimpleRNN", "MLP"])
def test_a_rival_is_trained_on_the_same_rows(rival):
    recipe = PRICES["keras-stack"]
    settings = replace(recipe.settings, hidden=(3, 4), epochs=1, rows=500)
    training = RecipeTraining(recipe, settings, STAND_IN, rival)
    list(training)
    assert (
        training.score().persistence
        == RecipeTraining(recipe, settings, STAND_IN).score().persistence
    )


CSV = "Date,Open,Close\n" + "".join(f"2024-01-{k:02},{k},{k * k % 17}\n" for k in range(1, 29))


@pytest.mark.parametrize(
    ("text", "columns", "said"),
    [
        (CSV, ("Clos",), "did you mean 'Close'"),
        (CSV.replace("Close", "Rate"), (), "no column 'close'"),
        (CSV.replace("05,5,", "05,5,oops"), (), "line 6"),
        (CSV.replace("05,5,8", "05,5,"), (), "line 6, column Close: a number is missing"),
        (CSV.replace("05,5,8", "05,5,nan"), (), "line 6, column Close: nan is not a finite number"),
        ("close\n1\n1\n1\n", (), "is constant"),
        ("", (), "is empty"),
    ],
)
def test_a_file_that_will_not_do_is_refused_in_one_line(tmp_path, text, columns, said):
    path = tmp_path / "prices.csv"
    path.write_text(text)
    with pytest.raises(InputError) as error:
        read_table(str(path), columns, ("close",))
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_too_few_rows_are_counted(tmp_path):
    path = tmp_path / "prices.csv"
    path.write_text(CSV)
    table = read_table(str(path), (), ("close",))
    with pytest.raises(InputError, match="28 rows are too few for windows of 60"):
        PRICES["keras-stack"].prepare(PRICES["keras-stack"].settings, table)


def test_one_window_to_train_on_and_five_to_test_on_are_enough_and_one_row_less_is_not():
    recipe = PRICES["keras-stack"]
    settings = replace(recipe.settings, window=3, split=0.15)
    values = np.arange(24.0).reshape(12, 2)  # nine windows: one, three across the split, five

    def prepared(rows):
        return recipe.prepare(settings, PriceTable(values[:rows], ("a", "close"), "table", False))

    ready = prepared(12)
    assert (ready.train, ready.test, len(ready.inputs)) == (1, 4, 9)
    with pytest.raises(InputError, match=r"11 rows are too few .* at least 12"):
        prepared(11)


def test_damped_sines_are_as_the_tutorial_has_them():
    x, y = sine.damped_sines(400, 50, np.random.default_rng(0))
    series = np.concatenate([x[..., 0], y], axis=1)
    assert series.shape == (400, 55)
    assert (series[:, 0] == 0.5).all()
    assert (series[:, 1:4] > 0.5).all()  # it rises first
    assert 0 < series.min() < series.max() < 1
    assert sine.SineTraining(sine.DAMPED_SINE).model.network.count == 5145


@pytest.mark.parametrize("name", TASKS)
def test_the_example_of_a_task_is_marked_where_its_answer_comes_from(name):
    task = find_task(name)
    example = task.example(3, 40)
    x, y = example.inputs[..., 0], example.target[..., 0]
    if task.symbols:
        assert example.labels == tuple(task.symbols[k] for k in x.argmax(axis=1))
    marked = [x[t] for t in example.marks]
    if name == "adding":
        assert sum(number for number, _ in marked) == pytest.approx(float(y[0]))
    if name == "two-sequence":
        assert [bool(number > 0) for (number,) in marked] == [bool(y[0])] * 3
    if name == "temporal-order":
        assert "".join(example.labels[t] for t in example.marks) == task.answers[int(y)]
    if name == "reber":
        outer = "".join(example.labels[t] for t in example.marks)
        assert len(outer) >= 3
        assert outer[0] == outer[1]
    if name == "copy":
        assert [example.labels[t] for t in example.marks] == ["?"]


def test_what_follows_the_first_three_of_two_sequences_is_noise_around_zero():
    x, _ = batch("two-sequence", 300)
    assert abs(x[3:].mean()) < 0.05


def test_in_a_short_sequence_the_first_mark_has_one_place():
    x, _ = batch("temporal-order", 8)
    marks = x[:, [symbols.ORDER.index("X"), symbols.ORDER.index("Y")]].sum(axis=1)  # (T, B)
    assert (marks[1] == 1).all()


def test_written_text_goes_on_for_as_many_characters_as_asked():
    settings = find_task("characters").filled(TaskSettings("characters", hidden=4))
    made = TaskTraining(settings)
    assert len(characters.written(made.model, 20, "alice ")) == len("alice ") + 20
