"""`lstm-viz train` and `lstm-viz data`, as a user runs them."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

import numpy as np
import pytest
from PIL import Image, ImageSequence
from program import lstm_viz, start

from lstm_viz import load_model
from lstm_viz.inputs import datasets as data
from lstm_viz.learning.model import Model
from lstm_viz.learning.recipes import RECIPES
from lstm_viz.learning.tasks import TASKS

QUICK = ["train", "running-sum", "--hidden", "4", "--steps", "6", "--batch", "4"]
CSV = "Date,Open,High,Low,Close\n" + "".join(
    f"2024-{1 + k // 28:02}-{1 + k % 28:02},{k},{k + 2},{k - 1},{100 + k * k % 17}\n"
    for k in range(60)
)


@pytest.fixture
def prices(tmp_path):
    path = tmp_path / "prices.csv"
    path.write_text(CSV)
    return str(path)


def logged(*arguments):
    """The JSON lines that a training prints."""
    return [json.loads(line) for line in lstm_viz(*arguments, "--json").stdout.splitlines()]


def test_without_a_name_all_recipes_and_tasks_are_listed():
    shown = lstm_viz("train").stdout
    assert all(name in shown for name in (*RECIPES, *TASKS))


def test_data_lists_every_set_with_its_licence():
    shown = lstm_viz("data").stdout
    assert all(name in shown for name in data.SOURCES)
    assert shown.count("public domain") == len(data.SOURCES)


def test_a_small_learning_rate_is_written_as_small_numbers_are_everywhere():
    shown = lstm_viz(*QUICK, "--updates", "2", "--rate", "1e-5", "--clip-norm", "1e-7").stdout
    assert "at 1e-5, norm clipped at 1e-7, " in " ".join(shown.split())
    assert "e-0" not in shown


def test_a_task_prints_lines_and_its_figures_on_fresh_sequences():
    shown = lstm_viz(*QUICK, "--updates", "40").stdout
    assert len(re.findall(r"^update +\d+  loss", shown, re.M)) == 20
    assert "not solved after 40 updates" in shown
    assert "not solved after 1 update, " in lstm_viz(*QUICK, "--updates", "1").stdout
    assert "Small-scale demonstration" in shown


def test_layers_without_units_have_as_many_as_the_task_has():
    shown = lstm_viz("train", "adding", "--layers", "2", "--updates", "1", "--steps", "4").stdout
    assert "lstm, 32 units, 2 layers" in shown


def test_json_is_a_line_an_event_and_the_result_last():
    *events, result = logged(*QUICK, "--updates", "20")
    assert [event["update"] for event in events] == list(range(1, 21))
    assert set(events[0]) == {"update", "epoch", "loss", "norm", "clipped", "seconds"}
    assert (result["task"], result["updates"], result["solved"]) == ("running-sum", 20, False)


def test_the_same_seed_gives_the_same_run_and_another_another():
    losses = [[e["loss"] for e in logged(*QUICK, "--updates", "5", "--seed", s)] for s in "001"]
    assert losses[0] == losses[1] != losses[2]


def test_a_saved_model_is_resumed_exactly_and_opens_elsewhere(tmp_path):
    path, whole = str(tmp_path / "m.npz"), logged(*QUICK, "--updates", "20")
    lstm_viz(*QUICK, "--updates", "8", "--save", path)
    rest = logged(*QUICK, "--updates", "20", "--resume", path)
    assert [e["loss"] for e in rest] == [e["loss"] for e in whole][8:]
    assert "was trained on running-sum" in lstm_viz("train", "bitcoin", "--resume", path).stderr
    assert load_model(path)["lstm"].directions[0].weights["U_f"].shape == (4, 4)


def test_a_sweep_prints_a_line_a_run_and_a_table():
    asked = [*QUICK, "--cell", "rnn,lstm", "--forget-bias", "0,chrono", "--seeds", "2"]
    shown = lstm_viz(*asked, "--updates", "4", "--jobs", "1").stdout
    assert len(re.findall(r"^\d of 6 ", shown, re.M)) == 6
    table = re.findall(r"^(rnn|lstm, forget bias \w+) +(\d/\d)", shown, re.M)
    expected = ["rnn", "lstm, forget bias 0", "lstm, forget bias chrono"]
    assert table == [(name, "0/2") for name in expected]


@pytest.mark.parametrize("recipe", ["bitcoin", "csi300", "keras-stack"])
def test_a_price_recipe_says_who_won_and_it_is_true(recipe, prices):
    asked = ["train", recipe, "--csv", prices, "--epochs", "2", "--hidden", "3", "--window", "4"]
    scores = [line for line in logged(*asked) if "sentence" in line]
    assert len(scores) == {"bitcoin": 5, "csi300": 1, "keras-stack": 3}[recipe]
    for score in scores:
        winner = score["name"] if score["model"] < score["persistence"] else "Persistence"
        assert score["sentence"].endswith(f"{winner} wins.")
    shown = lstm_viz(*asked, width=100).stdout
    assert "stand-in" not in shown
    assert "Total params" in shown
    assert ("Test RMSE: " if len(scores) == 1 else "RMSE (median)") in shown


def test_early_stop_ends_a_recipe_that_does_not_get_better(prices):
    asked = ["--optimiser", "sgd", "--rate", "1e-12", "--epochs", "500", "--hidden", "2"]
    events = logged("train", "csi300", "--csv", prices, *asked, "--patience", "3")
    assert [e["update"] == 1 for e in events if "update" in e] == [True, False]
    assert all(e["update"] < 500 for e in events if "update" in e)
    shown = lstm_viz(
        "train", "csi300", "--csv", prices, *asked, "--patience", "3", width=200
    ).stdout
    assert re.search(r"stopped early, after epoch \d+ of 500: no lower smoothed loss for 3", shown)
    assert "at most 500 epochs (until 3 without a lower smoothed loss)" in shown
    assert "Test RMSE: " in shown


def test_stand_in_data_says_so():
    shown = lstm_viz("train", "starbucks", "--epochs", "2", "--biases", "2", width=200).stdout
    assert "two biases per gate as in PyTorch" in shown
    assert "stand-in data, not the tutorial's" in shown
    assert re.search(r"dense_1 \(Dense\) +\(None, 1\) +129", shown)


def test_damped_sines_are_summarised_as_keras_does(monkeypatch):
    monkeypatch.setattr("lstm_viz.learning.recipes.sine.SEQUENCES", 40)
    shown = lstm_viz("train", "damped-sine", "--seeds", "2").stdout
    assert re.search(r"lstm_1 \(LSTM\) +\(None, 20\) +3,280", shown)
    assert "Total params: 5,145" in shown
    assert "two biases" not in shown
    alone = lstm_viz("train", "damped-sine", "--seeds", "1", "--biases", "2").stdout
    assert "two biases per gate as in PyTorch" in " ".join(alone.split())
    errors = [float(e) for e in re.findall(r"^seed \d: mean absolute error (\S+)", shown, re.M)]
    rows = [line.split() for line in shown.splitlines()]
    assert ["2-layer", "lstm", "2", f"{np.median(errors):.4f}"] in [row[:4] for row in rows]
    assert len(errors) == 2


@pytest.mark.parametrize(
    ("asked", "said", "code"),
    [
        (["addding"], "did you mean 'adding'", 2),
        (["adding", "--csv", "x.csv"], "--csv is not for adding", 2),
        (["bitcoin", "--steps", "5"], "--steps is not for bitcoin", 2),
        (["adding", "--forget-bias", "often"], "--forget-bias often", 2),
        (["adding", "--cell", "lstn"], "did you mean 'lstm'", 2),
        (["adding", "--optimiser", "adm"], "did you mean 'adam'", 2),
        (["adding", "--rate", "-1"], "-1 is not a number above 0", 2),
        (["adding", "--hidden", "two"], "--hidden two", 2),
        (["adding", "--start", "kears"], "did you mean 'keras'", 2),
        (["adding", "--hidden", "9" * 400], "10,000,000 each", 2),
        (["--save", "m.npz"], "name a recipe or a task", 2),
        (["adding", "--save", "none/m.npz"], "none/m.npz: cannot be written (No such file", 3),
        (["adding", "--save", "folder.npz"], "folder.npz: this is a folder", 3),
        (["adding", "--save", "m.npz", "--save", "f.mp4"], "needs ffmpeg", 3),
        (["adding", "--seeds", "2", "--save", "m.npz"], "for one run", 2),
        (["adding", "--save", "m.doc"], "does not end in one of", 2),
        (["bitcoin", "--csv", "no.csv"], "no.csv: No such file", 3),
        (["bitcoin", "--column", "closing"], "no column 'closing'", 3),
    ],
)
def test_what_is_wrong_is_said_in_one_line(asked, said, code, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.npz").mkdir()
    result = lstm_viz("train", *asked)
    assert said in result.stderr
    assert result.exit_code == code
    assert len(result.stderr.splitlines()) == 1
    assert os.listdir() == ["folder.npz"]


def test_divergence_is_said_in_one_line_with_what_to_try(prices):
    asked = ["--optimiser", "sgd", "--rate", "1e30", "--clip-value", "1e30", "--window", "3"]
    result = lstm_viz("train", "bitcoin", "--csv", prices, "--hidden", "3", *asked)
    assert result.exit_code == 3
    assert "diverged at update" in result.stderr
    assert "gradient norm" in result.stderr
    assert "Try a learning rate" in result.stderr


def test_a_film_of_two_lasts_ten_seconds_and_ends_in_the_result_which_is_held(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("lstm_viz.commands.train.drawn.SLIDE", (640, 360))
    film, still = str(tmp_path / "two.gif"), str(tmp_path / "two.png")
    sizes = ["--steps", "4", "--hidden", "1", "--updates", "60", "--cell", "rnn,lstm"]
    result = lstm_viz("train", "adding", *sizes, "--save", film, "--save", still)
    assert result.exit_code == 0
    with Image.open(film) as read, Image.open(still) as end:
        shown, seconds = [], 0.0
        for frame in ImageSequence.Iterator(read):
            shown.append(np.asarray(frame.convert("RGB")).astype(int))
            seconds += frame.info["duration"] / 1000
        result = np.asarray(end.convert("RGB").resize(read.size)).astype(int)
    assert 10 <= seconds <= 15
    held = len(shown) - 1 - max(k for k, each in enumerate(shown) if (each != shown[-1]).any())
    assert held * seconds / len(shown) >= 2
    assert len({each.tobytes() for each in shown}) > 20
    assert np.abs(shown[-1] - result).mean() < 2 < np.abs(shown[0] - result).mean()


def test_a_film_of_the_learning_is_saved(tmp_path, monkeypatch):
    monkeypatch.setattr("lstm_viz.commands.train.drawn.save_films.__defaults__", ((10, 2),))
    path = tmp_path / "film.gif"
    lstm_viz(*QUICK, "--updates", "6", "--save", str(path))
    assert path.read_bytes()[:6] == b"GIF89a"


@pytest.mark.parametrize("cells", ["lstm", "lstm,gru"])
def test_films_and_stills_have_the_size_of_a_slide_or_the_one_asked_for(
    cells, tmp_path, monkeypatch
):
    monkeypatch.setattr("lstm_viz.commands.train.drawn.save_films.__defaults__", ((10, 2),))
    for size in ((1920, 1080), (640, 360))["," in cells :]:  # a slide of two takes long to draw
        asked = () if size == (1920, 1080) else ("--size", "640x360")
        files = [tmp_path / f"{size[0]}.{kind}" for kind in ("gif", "png")]
        saved = [part for path in files for part in ("--save", str(path))]
        done = lstm_viz(*QUICK, "--cell", cells, "--updates", "2", *asked, *saved)
        assert done.exit_code == 0, done.stderr
        for path in files:
            with Image.open(path) as image:
                assert image.size == size
    assert "--size is for a picture" in lstm_viz(*QUICK, "--size", "640x360").stderr


# ---------------------------------------------------------------------------- in a terminal


def in_terminal(*arguments, stop=None):
    """(what was sent to the terminal, exit code) of a training in a pseudo-terminal."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execv(sys.executable, [sys.executable, "-m", "lstm_viz", *arguments])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    sent, stopped, limit = b"", False, time.monotonic() + 60
    while time.monotonic() < limit:
        if not select.select([terminal], [], [], 0.2)[0]:
            continue
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        if not part:
            break
        sent += part
        if stop and not stopped and sent.count(b"updates,") >= 2:
            os.kill(pid, stop)
            stopped = True
    return sent.decode(), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.parametrize(("stop", "code"), [(None, 0), (signal.SIGINT, 0), (signal.SIGTERM, 143)])
def test_the_live_display_gives_the_cursor_back_however_it_ends(stop, code):
    long = ["--updates", "100000" if stop else "30"]
    sent, ended = in_terminal(
        "train", "parity", "--hidden", "4", "--rate", "1e-9", *long, stop=stop
    )
    assert ended == code
    assert sent.count("\x1b[?25l") == sent.count("\x1b[?25h") == 1
    assert sent.index("\x1b[?25l") < sent.index("\x1b[?25h")
    for word in ("Loss: binary cross-entropy", "baseline", "input gate", "cell state", "truth"):
        assert word in sent
    if stop != signal.SIGTERM:
        assert "not solved after" in sent


def test_ctrl_c_keeps_what_was_learned(tmp_path):
    path = tmp_path / "m.npz"
    command = [*QUICK, "--updates", "8000", "--rate", "1e-9", "--save", str(path)]
    process = start(*command, "--json")
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    out, said = process.communicate(timeout=60)
    assert process.returncode == 0
    assert b"stopped after" in said
    assert json.loads(out.splitlines()[-1])["updates"] == Model.load(path).updates > 0
