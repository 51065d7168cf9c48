"""The five tutorials: their own graphs and plots, and who wins over several seeds."""

import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from emulator import Terminal
from program import lstm_viz

from lstm_viz import CELLS
from lstm_viz.inputs import datasets as data
from lstm_viz.learning.losses import LOSSES
from lstm_viz.learning.recipes import PRICES, lines, sine
from lstm_viz.learning.recipes.contest import Contender, Contest, contenders
from lstm_viz.learning.recipes.score import Score
from lstm_viz.learning.recipes.table import read_table
from lstm_viz.learning.recipes.training import RecipeTraining
from lstm_viz.learning.recipes.written import AS_WRITTEN, Compared, WrittenTraining
from lstm_viz.pictures.language import LANGUAGES
from lstm_viz.views import recipes as view
from lstm_viz.views import written as view_of_written
from lstm_viz.views.written import sentences

sys.path.insert(0, str(Path(__file__).parent / "bench"))

from rerun_results import PAGE, commands, file_of

BITCOIN, CSI300, KERAS, STARBUCKS = (
    PRICES[name] for name in ("bitcoin", "csi300", "keras-stack", "starbucks")
)


def training(recipe, **settings):
    table = read_table(None, (), recipe.columns)
    made = RecipeTraining(recipe, replace(recipe.settings, hidden=(3,), **settings), table)
    list(made)
    return made


# ---------------------------------------------------------------------------- csi300 as written


def test_every_prediction_is_compared_with_every_close():
    rng = np.random.default_rng(0)
    said, closes = rng.normal(size=(2, 6, 3))
    value, slope = LOSSES["mse-broadcast"](said, closes)
    plain = lambda said: np.mean((said[:, None] - closes[None]) ** 2)  # noqa: E731
    assert value == pytest.approx(plain(said), rel=1e-12)
    for place in np.ndindex(said.shape):
        step = np.zeros(said.shape, complex)
        step[place] = 1e-20j
        assert slope[place] == pytest.approx(plain(said + step).imag / 1e-20, rel=1e-12)


@pytest.fixture(scope="module")
def written():
    settings = replace(AS_WRITTEN, window=40, hidden=(16,), epochs=60)
    made = WrittenTraining(settings, read_table(None, (), CSI300.columns))
    made.losses = [each.loss for each in made]
    return made


def test_the_year_goes_in_raw_as_one_sequence(written):
    rows = data.load("ibm").columns
    prices = np.stack([rows[name] for name in CSI300.columns], axis=1)[-40:]
    prices *= 3600 / prices[:, 3].mean()
    np.testing.assert_allclose(written.inputs[0, :, 0], prices.mean(axis=1))
    np.testing.assert_allclose(written.targets[0], prices[:, 3])
    assert written.losses[0] == pytest.approx((prices[:, 3] ** 2).mean(), rel=0.01)


def test_what_the_cost_does_not_show_is_measured_on_the_run(written):
    found, closes = written.finding(), written.targets[0]
    trace = written.model.network.run(written.inputs[0].astype(np.float32)).traces["lstm"]
    for name, share in found.gates.items():
        gate = np.asarray(trace[name])
        assert share.shut == pytest.approx((gate < 0.1).mean())
        assert share.between == pytest.approx(((gate >= 0.1) & (gate <= 0.9)).mean(), abs=1e-12)
    _, slopes = written.model.gradients(written.inputs[0][..., None], closes[:, None])
    dense = sum((slopes[f"dense.{name}"].astype(float) ** 2).sum() for name in "Wb") ** 0.5
    assert found.last.dense == pytest.approx(dense, rel=0.05)  # it is that of an update before
    assert found.last.recurrent < 1e-6 * found.first.recurrent
    assert found.floor == closes.var() == pytest.approx(LOSSES["mse-broadcast"](
        np.full((40, 1), closes.mean()), closes[:, None])[0])  # fmt: skip
    assert (found.low, found.high) == (written.predicted().min(), written.predicted().max())
    assert (found.since, found.moved < 1e-6) == (6, True)
    assert "at most since update 6: since" in sentences(found)[0]  # as the lines count them
    (norms, *_), lines = view_of_written.finding(found), "update 0 update 59"
    assert " ".join(head for head in norms.heads[1:]) == lines
    assert "predictions lie between" in sentences(replace(found, low=1.0, high=2.0))[-1]
    assert (
        "All 40 predictions are 3,600, the"
        in sentences(replace(found, low=3600.01, high=3600.02))[-1]
    )
    assert "only the dense layer has learned" in sentences(found)[0]
    assert "only the dense layer" not in sentences(replace(found, moved=0.1))[0]
    for first, heads in ((found.first, 3), (found.last, 2)):  # of one update there is one norm
        table, *_ = view_of_written.finding(replace(found, first=first))
        assert len(table.heads) == heads == len(table.rows[0])
    less = "is less than 1e-12 of the dense layer's."
    for norm, said in ((0.99e-12, True), (1.01e-12, False), (float("nan"), False)):
        seen = replace(found, last=replace(found.last, recurrent=norm, dense=1.0))
        assert (less in " ".join(sentences(seen))) is said


def test_what_is_found_is_said_in_chinese_too(written):
    found = written.finding()
    for seen in (found, replace(found, low=1.0, high=2.0), replace(found, moved=0.1)):
        for each in sentences(seen):
            words = re.findall(r"[A-Za-z]{2,}", LANGUAGES["zh"].sentence(each))
            assert set(words) <= {"lstm"}, each


def test_who_wins_is_who_has_the_smallest_error():
    assert Compared(9, 3.0, 2.0, 1.0).winner == "Persistence"
    assert Compared(9, 3.0, 1.0, 2.0).winner == "The mended version"
    assert Compared(9, 1.0, 3.0, 2.0).winner == "The graph as written"


def test_the_tutorials_graph_prints_its_course_and_the_mended_version(tmp_path):
    path = str(tmp_path / "m.npz")
    asked = ["train", "csi300", "--as-written", "--window", "30", "--hidden", "4"]
    shown = lstm_viz(*asked, "--updates", "20", "--save", path, width=200).stdout
    assert re.findall(r"^update +(\d+)  loss", shown, re.M) == [*map(str, range(0, 20, 2)), "19"]
    for said in ("mended", "as written", "Persistence wins", "30 days of raw prices"):
        assert said in shown
    more = lstm_viz("train", "csi300", "--as-written", "--resume", path, "--updates", "24")
    assert "carried on after 20 updates" in " ".join(more.stdout.split())
    told = [json.loads(each) for each in lstm_viz(*asked, "--json").stdout.splitlines()[-2:]]
    assert set(told[0]["gates"]) == {"i", "f", "o"}
    assert set(told[1]) == {"recipe", "rows", "written", "mended", "persistence"}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["starbucks", "--as-written"], "starbucks runs as its tutorial does"),
        (["adding", "--as-written"], "--as-written is not for adding"),
        (["csi300", "--as-written", "--batch", "3"], "--batch: the graph of csi300"),
        (["csi300", "--as-written", "--layers", "2"], "has one layer"),
        (["csi300", "--as-written", "--window", "5"], "5 rows are too few: at least 20"),
        (["bitcoin", "--updates", "5"], "--updates is not for bitcoin: give --epochs"),
        (["csi300", "--updates", "5", "--epochs", "5"], "give only one"),
        (["adding", "--optimiser", "adam,sgd"], "--optimiser adam,sgd: one only for adding"),
        (["adding", "--layers", "1,2"], "--layers: one number only for adding"),
        (["damped-sine", "--layers", "1,0"], "0 is less than 1"),
        (["bitcoin", "--many-to-many"], "--many-to-many is not for bitcoin"),
        (["keras-stack", "--resume", "m.npz", "--seeds", "2"], "--resume is for one run"),
    ],
)
def test_what_does_not_fit_is_refused(asked, said):
    result = lstm_viz("train", *asked)
    assert result.exit_code in (2, 3)
    assert said in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        (lambda k: 1e31 * (k % 7), "a.csv: column close reaches 6e31: give it in another unit"),
        (lambda k: (-1) ** k * 1.7e308, "a.csv: column close reaches 1.7e308"),
        (lambda k: 1e-200 * (k % 7), "a.csv: column close changes by 6e-200 at most"),
        (lambda k: max(k, 60), "close is constant in the 49 rows of the training part of a.csv"),
    ],
)
def test_numbers_that_cannot_be_computed_with_are_refused(numbers, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text("close\n" + "".join(f"{numbers(k)}\n" for k in range(80)))
    result = lstm_viz("train", "bitcoin", "--csv", "a.csv", "--split", "0.58")
    assert (result.exit_code, result.stdout) == (3, "")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_model_that_had_stopped_early_says_so_when_it_is_taken_up(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    asked = ["train", "csi300", "--hidden", "1", "--patience", "1", "--rate", "5"]
    once = lstm_viz(*asked, "--save", "m.npz", width=120).stdout
    again = lstm_viz("train", "csi300", "--resume", "m.npz", width=120).stdout
    (said,) = re.findall("stopped early, after epoch .*", once)
    assert said in again


def test_an_update_of_csi300_is_an_epoch():
    asked = ["train", "csi300", "--hidden", "2", "--json"]
    one, other = (lstm_viz(*asked, name, "5").stdout for name in ("--updates", "--epochs"))
    last = [json.loads(each.splitlines()[-1]) for each in (one, other)]
    assert last[0]["model"] == last[1]["model"]


# ---------------------------------------------------------------------------- over several seeds


def score(name, seed, error, level=2.0):
    return Score(name, error, level, 0.0, 1.0, error / 2, level / 2, seed)


def test_a_verdict_takes_all_seeds():
    def said(*errors):
        scores = [score("A", k, a) for k, (a, _) in enumerate(errors)]
        scores += [score("B", k, b) for k, (_, b) in enumerate(errors)]
        return Contest(("A", "B"), tuple(scores), len(errors)).verdicts()

    assert said((3, 4), (3, 5)) == [
        "A beats B on all 2 seeds.",
        "Persistence (tomorrow = today, 2) beats every run.",
    ]
    assert said((5, 4), (1, 0))[0] == "B beats A on all 2 seeds."
    assert said((3, 4), (6, 5))[0] == "A beats B on 1 of 2 seeds: no verdict."
    assert said((1, 1.5))[1] == "Every run beats persistence (tomorrow = today, 2)."
    assert said((1, 3), (3, 3))[1] == "1 of 4 runs beat persistence (tomorrow = today, 2)."


def test_a_run_that_diverged_is_counted_and_in_no_median():
    contest = Contest(("A", "B"), (score("A", 0, 3.0), score("A", 1, 5.0)), 2, ("B", "B"))
    one, other, persistence = contest.standings()
    assert (one.middle, one.middle_mae, one.diverged) == (4.0, 2.0, 0)
    assert (other.rmse, other.diverged) == ((), 2)
    assert persistence.rmse == (2.0,)
    assert contest.verdicts() == ["Persistence (tomorrow = today, 2) beats every run."]
    table = view.standings(contest.standings())
    assert [cell[0].text for cell in table.rows[1]][:4] == ["B", "0", "2", "-"]


def test_a_run_that_was_never_made_has_not_diverged():
    contest = Contest(("A", "B"), (score("A", 0, 3.0), score("A", 1, 4.0), score("B", 0, 5.0)), 2)
    assert [row.diverged for row in contest.standings()] == [0, 0, 0]
    heads = view.standings(contest.standings()).heads
    assert "diverged" not in heads


def test_the_line_of_a_run_has_the_error_of_the_table(tmp_path):
    rows = "".join(f"{50 + 40 * np.sin(k):.3f}\n" for k in range(80))
    (tmp_path / "p.csv").write_text("close\n" + rows)
    asked = ["train", "bitcoin", "--hidden", "2", "--epochs", "1", "--seeds", "2"]
    shown = lstm_viz(*asked, "--csv", str(tmp_path / "p.csv"), width=150).stdout
    said = re.findall(r"window 3, seed \d: test RMSE (\d[\d.]+)", shown)
    (low, high), *_ = re.findall(r"window 3 +2 +[\d.,]+ +([\d.,]+) to ([\d.,]+)", shown)
    assert sorted(said, key=float) == [low, high]


def test_all_predictions_are_made_once_until_the_next_update(monkeypatch):
    (run,) = contenders(BITCOIN, replace(BITCOIN.settings, hidden=(2,), epochs=1, window=4))
    training, asked = run.training(BITCOIN, read_table(None, (), BITCOIN.columns), 0), []
    predict = training.model.predict
    monkeypatch.setattr(training.model, "predict", lambda x: asked.append(len(x)) or predict(x))
    whole, some = training.predicted(), training.predicted(5, 9)
    assert np.array_equal(whole[5:9], some)
    assert asked == [len(training.inputs)]
    next(iter(training))
    assert not np.array_equal(training.predicted(5, 9), some)


def test_both_windows_are_judged_on_the_same_rows():
    entered = contenders(BITCOIN, replace(BITCOIN.settings, hidden=(2,), epochs=1))
    table = read_table(None, (), BITCOIN.columns)
    runs = [each.training(BITCOIN, table, 0) for each in entered]
    contest = Contest.of_runs([each.name for each in entered], runs, 1)
    seven, three = contest.scores
    assert seven.persistence == three.persistence
    assert runs[1].score().persistence != three.persistence
    assert contenders(BITCOIN, replace(BITCOIN.settings, window=4)) == [
        Contender("LSTM", replace(BITCOIN.settings, window=4))
    ]


def test_optimisers_are_compared_in_one_run():
    asked = ["train", "keras-stack", "--optimiser", "keras-rmsprop,keras-sgd", "--hidden", "2"]
    shown = lstm_viz(*asked, "--epochs", "1", "--seeds", "2", width=150).stdout
    rows = [line.split() for line in shown.splitlines()]
    assert ["keras-rmsprop", "2"] in [row[:2] for row in rows]
    assert ["keras-sgd", "2"] in [row[:2] for row in rows]
    assert "keras-rmsprop, seed 1: test RMSE" in shown
    assert "MLP" not in shown


@pytest.mark.parametrize(
    "asked",
    [
        ["keras-stack", "--optimiser", "adam,adam", "--hidden", "2", "--epochs", "1"],
        ["damped-sine", "--layers", "1,1", "--hidden", "2", "--seeds", "1"],
        ["parity", "--cell", "rnn,rnn", "--hidden", "2", "--updates", "2"],
    ],
)
def test_what_is_named_twice_is_run_once_and_beats_itself_not(asked, short):
    rows = [json.loads(each) for each in lstm_viz("train", *asked, "--json").stdout.splitlines()]
    names = [each.get("name", "") for each in rows if {"model", "error", "solved"} & each.keys()]
    assert names in (["LSTM", "SimpleRNN", "MLP"], [""])


def test_the_close_up_has_rivals_and_persistence_on_the_same_rows():
    one, other = training(BITCOIN, epochs=1), training(BITCOIN, epochs=1, window=3)
    other.called = "other"
    seen = lines.close_up([one, other])
    closes = data.load("ibm").columns["close"]
    np.testing.assert_allclose(seen.values["truth"], closes[-60:], rtol=1e-12)
    np.testing.assert_allclose(seen.values["persistence"], closes[-61:-1])
    np.testing.assert_allclose(seen.values["other"], other.predicted()[-60:])
    drawn = view.lines(seen)
    assert [curve.name.text for curve in drawn.curves] == ["truth", "LSTM", "other", "persistence"]
    assert len({(curve.stroke, curve.dashed) for curve in drawn.curves[1:]}) == 3
    assert lines.predicted(one).mark == one.prepared.test


def test_rivals_are_drawn_and_ranked(tmp_path):
    path = tmp_path / "p.svg"
    asked = ["train", "keras-stack", "--hidden", "2,2", "--epochs", "1", "--save", str(path)]
    shown = lstm_viz(*asked, width=150).stdout
    assert re.search(r"^last \(Last\) +\(None, 60\) +0$", shown, re.M)
    dropped = re.findall(r"^keras-stack +(\S+): .* units(, dropout 0.2)?; 1 epoch", shown, re.M)
    assert dropped == [("LSTM", ", dropout 0.2"), ("SimpleRNN", ", dropout 0.2"), ("MLP", "")]
    for name in ("LSTM", "SimpleRNN", "MLP", "persistence"):
        assert name in path.read_text()
        assert re.search(rf"^{name} ", shown, re.M)
    assert "MAE (median)" in shown


def test_on_a_terminal_too_all_rivals_come_to_their_end(tmp_path):
    rows = "".join(f"{50 + 40 * np.sin(k):.3f}\n" for k in range(80))
    (tmp_path / "p.csv").write_text("close\n" + rows)
    asked = ["train", "keras-stack", "--hidden", "2,2", "--epochs", "1", "--window", "4"]
    with Terminal(*asked, "--csv", str(tmp_path / "p.csv"), columns=100, lines=40) as terminal:
        assert terminal.ended() == 0
        for row in ("LSTM ", "SimpleRNN ", "MLP ", "MLP, seed 0: test RMSE ", "persistence "):
            assert any(each.startswith(row) for each in terminal.rows) or row in terminal.sent
        assert "Traceback" not in terminal.sent


# ---------------------------------------------------------------------------- starbucks


def test_starbucks_prints_from_epoch_0_and_has_pytorchs_two_biases():
    shown = lstm_viz("train", "starbucks", width=200).stdout
    epochs = re.findall(r"^epoch +(\S+)  loss (\S+)", shown, re.M)
    assert [each for each, _ in epochs] == [str(100 * k) for k in range(10)] + ["999"]
    first = RecipeTraining(STARBUCKS, STARBUCKS.settings, read_table(None, (), STARBUCKS.columns))
    p = first.prepared
    before = first.model.evaluate(first.inputs[: p.train], p.targets[: p.train])
    assert float(epochs[0][1]) == pytest.approx(before, rel=1e-4)
    said = "LSTM(5, 2): 72; ReLU; Linear(2, 128), ReLU: 384; Linear(128, 1): 129"
    assert said in shown
    assert "inputs (200, 1, 5), targets (200, 1) to train on; inputs (53, 1, 5)" in shown


def test_the_weights_are_as_many_as_pytorchs(torch):
    assert sum(w.numel() for w in torch.nn.LSTM(5, 2).parameters()) == 72


# ---------------------------------------------------------------------------- damped sines


def test_each_step_predicts_the_next_five():
    inputs, targets = sine.damped_sines(3, 20, np.random.default_rng(0))
    each = sine.each_step(inputs, targets)
    assert each.shape == (3, 20, 5)
    np.testing.assert_array_equal(each[:, -1], targets)
    np.testing.assert_array_equal(each[:, 4], inputs[:, 5:10, 0])


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr(sine, "SEQUENCES", 200)


def test_many_to_many_is_judged_where_one_answer_is(short):
    settings = replace(sine.DAMPED_SINE, hidden=(3,), many_to_many=True)
    made = sine.SineTraining(settings)
    list(made)
    inputs, targets = made.fresh
    outputs = made.model.network.run(inputs.swapaxes(0, 1).astype(np.float32)).outputs
    assert outputs.shape == (50, 1000, 5)
    assert made.error == pytest.approx(np.abs(outputs[-1] - targets).mean(), rel=1e-5)


def test_the_end_of_a_sequence_stands_at_its_own_steps(short):
    for window, first in ((50, 36), (4, 1)):
        seen = sine.SineTraining(replace(sine.DAMPED_SINE, hidden=(2,), window=window)).sample()
        assert seen.places[[0, -1]].tolist() == [first, window + 5]
        assert (seen.mark, seen.axis) == (window + 0.5, "step")
        assert f"from step {first}, and" in seen.what


def test_depths_are_compared_seed_by_seed(short):
    asked = ["train", "damped-sine", "--layers", "1,2", "--hidden", "2", "--seeds", "2"]
    shown = lstm_viz(*asked, width=120).stdout
    assert re.search(r"^1-layer lstm +2 ", shown, re.M)
    assert re.search(r"layer lstm beats \d-layer lstm on (all|1 of) 2 seeds", shown)
    logged = [json.loads(each) for each in lstm_viz(*asked, "--json").stdout.splitlines()]
    assert [each["layers"] for each in logged if "error" in each] == [1, 1, 2, 2]


def test_what_a_layer_returns_is_its_output_at_each_step(short):
    made = sine.SineTraining(replace(sine.DAMPED_SINE, hidden=(3, 2)))
    found = made.returned()
    way = made.model.network["lstm"].directions[0]
    from lstm_viz import run

    trace = run(CELLS["lstm"], way.weights, made.fresh[0][0].astype(np.float32))
    np.testing.assert_allclose(found.values, trace["h"], rtol=1e-5)
    assert found.sequences


def test_the_sines_are_those_of_the_tutorial():
    two, many = sine.sines(), sine.five(0)
    t = np.arange(55)
    around = two.values["sine"] - 0.5
    np.testing.assert_allclose(two.values["damped"] - 0.5, around * np.exp(-0.055 * t), atol=1e-15)
    assert [len(each) for each in many.values.values()] == [25] * 5
    assert many.mark == 19.5


# ---------------------------------------------------------------------------- docs/results.md


def test_every_command_of_the_results_page_is_found_and_has_a_file_of_its_own():
    found = commands(PAGE.read_text(encoding="utf-8"))
    assert len(found) > 10
    assert all(each.startswith("lstm-viz ") for each in found)
    assert len({file_of(each) for each in found}) == len(found)
    assert all("csi300" in each for each in commands(PAGE.read_text(encoding="utf-8"), "csi300"))


def test_only_a_training_that_stopped_early_says_so():
    whole = training(STARBUCKS, epochs=3)
    assert not any("stopped early" in each for each in whole.endings)
    begun = RecipeTraining(STARBUCKS, whole.settings, read_table(None, (), STARBUCKS.columns))
    next(iter(begun))
    assert not any("stopped early" in each for each in begun.endings)
    early = training(STARBUCKS, epochs=400, patience=1, rate=1.0)
    assert any("stopped early, after epoch" in each for each in early.endings)


def test_what_came_true_is_dated_by_its_own_row(tmp_path):
    path = tmp_path / "own.csv"
    days = [f"2024-{month:02}-{day:02}" for month in (1, 2, 3) for day in range(1, 29)]
    rows = [f"{day},{k + k % 3}" for k, day in enumerate(days)]
    path.write_text("\n".join(["Date,Close", *rows]))
    table = read_table(str(path), (), BITCOIN.columns)
    made = RecipeTraining(BITCOIN, replace(BITCOIN.settings, hidden=(3,), window=3), table)
    first = made.prepared.test
    truth = dict(zip(made.stamps(first), made.truth(first), strict=True))
    assert list(truth) == days[-len(truth) :]
    assert truth["2024-03-28"] == pytest.approx(83 + 83 % 3)


def test_one_row_is_said_to_give_its_own_last_column():
    one = replace(STARBUCKS.settings, window=1)
    assert "to its volume" in STARBUCKS.what(one, ("open", "volume"))
    assert "to the last one's volume" in STARBUCKS.what(replace(one, window=2), ("open", "volume"))
