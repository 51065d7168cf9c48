"""What was learned stays: a training that is broken off is whole in its file, and goes on."""

import os
import pty
import random
import re
import select
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from program import lstm_viz, start

from lstm_viz import CELLS
from lstm_viz.commands.train import drawn, keeping
from lstm_viz.commands.train.keeping import Keeping
from lstm_viz.commands.train.learner import Learner
from lstm_viz.commands.train.options import Output
from lstm_viz.commands.train.report import Report
from lstm_viz.learning import whole
from lstm_viz.learning.model import Model
from lstm_viz.learning.recipes import PRICES, RECIPES, sine
from lstm_viz.learning.tasks import TASKS
from lstm_viz.learning.tasks.settings import TaskSettings
from lstm_viz.learning.tasks.training import TaskTraining
from lstm_viz.learning.whole import WHOLE
from lstm_viz.network.build import build, dense, dropout, recurrent

OWN_CELL = "h = tanh(W @ x + U @ h_prev + b) + 0.5 * h_prev\n"
FOR_TASKS = [
    *("--hidden", "3", "--layers", "2", "--steps", "12", "--batch", "4", "--updates", "9"),
    *("--optimiser", "rmsprop", "--rate", "0.003", "--clip-norm", "0.5", "--seed", "3"),
    *("--start", "keras", "--biases", "2", "--cell", "own.txt"),
]
FOR_RECIPES = [
    *("--hidden", "3,2", "--epochs", "3", "--batch", "10", "--optimiser", "keras-rmsprop"),
    *("--rate", "0.003", "--clip-value", "0.5", "--seed", "3", "--forget-bias", "2"),
]
FOR_PRICES = [
    *("--window", "4", "--split", "0.7", "--dropout", "0.2", "--patience", "2", "--loss", "mae"),
    *("--csv", "prices.csv", "--column", "b,a"),
]
PRICES_CSV = "a,b\n" + "".join(f"{k * k % 17},{k * k % 13}\n" for k in range(60))
SMALL = TaskSettings("running-sum", hidden=2, steps=3, batch=2, updates=6)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sine, "SEQUENCES", 40)
    (tmp_path / "own.txt").write_text(OWN_CELL)
    (tmp_path / "prices.csv").write_text(PRICES_CSV)
    return tmp_path


def options_of(name):
    """Options that are none of its own numbers."""
    if name in TASKS:
        return FOR_TASKS
    return FOR_RECIPES + (FOR_PRICES if name in PRICES else ["--seeds", "1"])


def broken_off(monkeypatch, after, *arguments):
    """Run it, with a Ctrl-C after so many updates."""
    updates = Report.updates

    def broken(report):
        for each in updates(report):
            if report.done == after:
                signal.raise_signal(signal.SIGINT)
            yield each

    with monkeypatch.context() as patched:
        patched.setattr(Report, "updates", broken)
        return lstm_viz(*arguments)


# ---------------------------------------------------------------------------- resumed


@pytest.mark.parametrize("name", [*TASKS, *RECIPES])
def test_a_training_is_resumed_from_its_file_alone_bit_for_bit(name, folder, monkeypatch):
    asked = ["train", name, *options_of(name)]
    assert lstm_viz(*asked, "--save", "whole.npz").exit_code == 0
    assert broken_off(monkeypatch, 5, *asked, "--save", "part.npz").exit_code == 0
    (folder / "own.txt").unlink()
    resumed = lstm_viz("train", name, "--resume", "part.npz", "--save", "resumed.npz")
    assert resumed.stderr.startswith("saved resumed.npz after ")
    assert Model.load("part.npz").updates == 5
    assert (folder / "resumed.npz").read_bytes() == (folder / "whole.npz").read_bytes()
    assert "carried on after 5" in " ".join(resumed.stdout.split())


def test_more_may_be_asked_of_a_training_and_less_than_it_had_may_not(folder):
    asked = ["train", "bitcoin", *options_of("bitcoin")]
    lstm_viz(*asked, "--save", "whole.npz")
    lstm_viz(*asked, "--epochs", "1", "--save", "part.npz")
    lstm_viz("train", "bitcoin", "--resume", "part.npz", "--epochs", "3", "--save", "more.npz")
    assert (folder / "more.npz").read_bytes() == (folder / "whole.npz").read_bytes()
    refused = lstm_viz("train", "bitcoin", "--resume", "part.npz")
    assert refused.exit_code == 2
    assert "--epochs with a larger number asks for more" in refused.stderr


def test_a_solved_task_needs_no_more_updates_when_it_is_resumed():
    asked = ["train", "running-sum", "--hidden", "8", "--steps", "8", "--save", "m.npz"]
    lstm_viz(*asked)
    before = Model.load("m.npz").updates
    kept = ["--save", "n.npz", "--save", "film.gif"]
    shown = lstm_viz("train", "running-sum", "--resume", "m.npz", *kept).stdout
    assert f"solved after {before:,} updates" in shown
    assert Model.load("n.npz").updates == before
    assert os.path.exists("film.gif")


def test_a_recipe_that_is_resumed_stops_as_early_as_the_one_that_was_not(monkeypatch):
    slow = ["--optimiser", "sgd", "--rate", "1e-12", "--patience", "3", "--epochs", "500"]
    rows = ["--csv", "prices.csv", "--column", "a", "--hidden", "2"]
    lstm_viz("train", "csi300", *slow, *rows, "--save", "whole.npz")
    broken_off(monkeypatch, 3, "train", "csi300", *slow, *rows, "--save", "part.npz")
    for stopped in ("whole", "part"):
        lstm_viz("train", "csi300", "--resume", f"{stopped}.npz", "--save", "resumed.npz")
        assert Model.load("resumed.npz").updates == Model.load("whole.npz").updates < 500
    assert Model.load("part.npz").updates == 3


@pytest.mark.parametrize(
    "given",
    ["--hidden 4", "--layers 1", "--steps 9", "--batch 5", "--optimiser adam", "--rate 1",
     "--clip-norm 1", "--clip-value 1", "--start pytorch", "--forget-bias 1", "--biases 1",
     "--seed 1", "--cell gru"],
)  # fmt: skip
def test_an_option_that_contradicts_the_file_is_refused_by_name(given):
    lstm_viz("train", "echo", *FOR_TASKS, "--updates", "2", "--save", "m.npz")
    refused = lstm_viz("train", "echo", "--resume", "m.npz", "--updates", "9", *given.split())
    assert refused.exit_code == 2
    assert f"{given.split()[0]}: m.npz was trained with" in refused.stderr
    assert lstm_viz("train", "echo", *FOR_TASKS, "--resume", "m.npz").exit_code == 0


def test_several_seeds_are_not_resumed():
    lstm_viz("train", "echo", *FOR_TASKS, "--updates", "2", "--save", "m.npz")
    refused = lstm_viz("train", "echo", "--resume", "m.npz", "--seeds", "2", "--updates", "9")
    assert refused.exit_code == 2
    assert "--resume are for one run" in refused.stderr


def test_rows_that_changed_are_refused(folder):
    lstm_viz("train", "csi300", *options_of("csi300"), "--save", "m.npz")
    (folder / "prices.csv").write_text(PRICES_CSV.replace("16", "15"))
    for given in ((), ("--csv", "prices.csv")):
        refused = lstm_viz("train", "csi300", "--resume", "m.npz", "--epochs", "9", *given)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert "was not trained on the rows of prices.csv now" in refused.stderr
    given = lstm_viz("train", "csi300", "--resume", "m.npz", "--column", "a,b")
    assert "--column: m.npz was trained with b,a" in given.stderr


@pytest.mark.parametrize(
    "broken",
    [{"settings": None}, {"hidden": 5}, {"hidden": "3"}, {"cell": "none", "text": ""},
     {"steps": -1}, {"rate": None}, {"memory": {"loss": "x", "right": []}}, {"forget_bias": "x"}],
)  # fmt: skip
def test_settings_that_do_not_fit_the_model_are_refused_in_one_line(broken):
    training = TaskTraining(SMALL)
    training.save("m.npz")
    model = Model.load("m.npz")
    for name, value in broken.items():
        (model.notes if name in model.notes else model.notes["settings"])[name] = value
    model.save("m.npz")
    refused = lstm_viz("train", "running-sum", "--resume", "m.npz")
    assert (refused.exit_code, refused.stdout) == (3, "")
    assert "m.npz: this model cannot be resumed" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


# ---------------------------------------------------------------------------- broken off


@pytest.mark.parametrize("name", ["running-sum", "characters"])
def test_an_interrupt_at_any_moment_leaves_whole_updates(name, folder):
    settings = replace(SMALL, task=name, biases=2)
    states, training = [], TaskTraining(settings)
    states.append(saved(training, folder))
    traced(training, None)  # what is made once is made
    lines = traced(TaskTraining(settings), None)
    whole = TaskTraining(settings)
    for _ in whole:
        states.append(saved(whole, folder))
    chance = random.Random(0)
    for moment in sorted(chance.sample(range(lines * 9 // 10), 60)):  # a later run may be shorter
        training = TaskTraining(settings)
        with pytest.raises(KeyboardInterrupt):
            traced(training, moment)
        assert saved(training, folder) == states[training.model.updates], moment


def test_an_update_is_broken_off_at_the_next_chunk_and_nothing_is_changed(folder, monkeypatch):
    plans = [
        recurrent(CELLS["lstm"], 200, sequences=True),
        dropout(0.5),
        recurrent(CELLS["gru"], 3),
        dense(1),
    ]
    rng = np.random.default_rng(0)
    batches = [(rng.normal(size=(9, 2, 300)), rng.normal(size=(1, 300))) for _ in range(4)]

    def after(updates, moment=None):
        model = Model(build(plans, inputs=2), carry=True)
        for k, (x, y) in enumerate(batches[:updates]):
            asked.clear()
            signals[:] = [moment] if k == 2 and moment is not None else []
            try:
                model.progress(x, y)
            except KeyboardInterrupt:
                assert len(asked) == moment + 1
                model.save(folder / "m.npz")
                assert (folder / "m.npz").read_bytes() == after(k)
                model.progress(x, y)
        model.save(folder / "m.npz")
        return (folder / "m.npz").read_bytes()

    ask, asked, signals = WHOLE.ask, [], []

    def counted():
        if len(asked) in signals:
            signal.raise_signal(signal.SIGINT)
        asked.append(None)
        ask()

    monkeypatch.setattr(WHOLE, "ask", counted)
    with WHOLE.listening():
        whole = after(4)
        chunks = len(asked)
        assert chunks > 20
        for moment in (0, 5, chunks // 2, chunks - 1):
            assert after(4, moment) == whole


def test_in_a_thread_of_its_own_an_update_is_broken_off_when_it_is_to_leave():
    training = TaskTraining(SMALL)
    update, weights = training.model.update, training.model.parameters.values.copy()
    begun, may_go_on = threading.Event(), threading.Event()

    def slow(x, y):
        begun.set()
        assert may_go_on.wait(60)
        return update(x, y)

    training.model.update = slow
    with Learner((Report(training, Output(json_=True)),)) as learner:
        assert begun.wait(60)
        learner._leaving = True
        may_go_on.set()
    assert training.model.updates == 0
    assert np.array_equal(training.model.parameters.values, weights)


def test_signals_are_heard_again_after_a_ctrl_c_while_listening_began():
    with WHOLE.listening():
        WHOLE.listeners = 0  # as it is between the handlers and the count
        with pytest.raises(KeyboardInterrupt), WHOLE.listening():
            signal.raise_signal(signal.SIGINT)
        WHOLE.listeners = 1


def saved(training, folder):
    training.save(folder / "state.npz")
    return (folder / "state.npz").read_bytes()


def traced(training, moment):
    """Train, with a Ctrl-C when so many lines of Python have been run; how many there were."""
    count = 0

    def trace(frame, event, argument):
        nonlocal count
        count += event == "line"
        if count == moment and event == "line":
            signal.raise_signal(signal.SIGINT)
        return trace

    iterated = iter(training)
    sys.settrace(trace)
    try:
        for _ in iterated:
            pass
    finally:
        sys.settrace(None)
    return count


def training_process(*options, updates="1000000", **how):
    asked = ["train", "running-sum", "--hidden", "2", "--steps", "4", "--batch", "2", "--json"]
    last = ["--rate", "1e-9", "--updates", updates, "--save", "m.npz"]
    return start(*asked, *last, *options, **how)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_leaves_what_was_learned_in_the_file(number, code):
    process = training_process("--updates", "40000")
    process.stdout.readline()
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == code
    updates = Model.load("m.npz").updates
    assert f"saved m.npz after {updates:,} updates\n" in said.decode()
    assert updates > 0


def test_a_closed_pipe_leaves_what_was_learned_in_the_file():
    with training_process(updates="4000") as process:
        process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read().decode()
    assert process.returncode == 141
    assert said == f"saved m.npz after {Model.load('m.npz').updates:,} updates\n"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_a_full_disk_for_the_output_leaves_what_was_learned_in_the_file():
    with open("/dev/full", "wb") as full:
        process = training_process(updates="4000", stdout=full)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 3
    assert said.decode().startswith("saved m.npz after 200 updates\n")
    assert Model.load("m.npz").updates == 200


def test_a_training_that_diverges_leaves_the_update_before_in_the_file(folder):
    wild = ["--optimiser", "sgd", "--rate", "1e30", "--clip-value", "1e30", "--hidden", "3"]
    csv = ["--csv", "prices.csv", "--column", "a", "--window", "4"]
    result = lstm_viz("train", "bitcoin", *wild, *csv, "--save", "m.npz", "--save", "film.gif")
    updates = Model.load("m.npz").updates
    assert result.exit_code == 3
    assert f"saved m.npz after {updates} update" in result.stderr
    assert f"diverged at update {updates + 1}" in result.stderr


PICTURED = ["--save", "m.npz", "--save", "film.gif", "--save", "p.png", "--save", "p.txt"]
IN_HASTE = {
    "a task": ["running-sum", "--hidden", "2", "--rate", "1e-9", "--updates", "1000000"],
    "a price recipe": ["csi300", "--csv", "prices.csv", "--column", "a", "--epochs", "100000"],
    "sines": ["damped-sine", "--seeds", "1", "--hidden", "2", "--epochs", "100000"],
    "side by side": ["adding", "--cell", "rnn,gru", "--hidden", "2", "--updates", "1000000"],
}


@pytest.mark.parametrize("asked", IN_HASTE.values(), ids=IN_HASTE)
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_leaves_film_and_still_of_what_was_learned(asked, number, code, monkeypatch):
    pictured = PICTURED[2 * ("rnn,gru" in asked) :]
    called, updates = [], Report.updates

    def ended(report):
        for each in updates(report):
            called.append(report.done)
            if len(called) == 7:
                signal.raise_signal(number)
            yield each

    monkeypatch.setattr(Report, "updates", ended)
    before = signal.signal(number, lambda *_: sys.exit(code))
    result = lstm_viz("train", *asked, *pictured)
    signal.signal(number, before)
    assert result.exit_code == code
    said = result.stderr.splitlines()
    assert said[-3:] == ["saved film.gif", "saved p.png", "saved p.txt"]
    assert said[:-3] == ["saved m.npz after 7 updates"][: "m.npz" in pictured]
    with Image.open("film.gif") as film, Image.open("p.png") as still:
        assert film.n_frames == sum(drawn.FEW) <= 24  # what takes a second or two
        assert still.format == "PNG"
    assert re.search(r"\b7 updates\b", Path("p.txt").read_text(encoding="utf-8"))


@pytest.mark.parametrize("asked", IN_HASTE.values(), ids=IN_HASTE)
def test_where_the_first_update_is_broken_off_nothing_is_told_of_what_was_learned(
    asked, monkeypatch
):
    def broken(model, x, targets):
        raise KeyboardInterrupt

    monkeypatch.setattr(Model, "update", broken)
    path = "film.gif" if "rnn,gru" in asked else "m.npz"
    result = lstm_viz("train", *asked, "--save", path)
    assert "stopped in the first update: nothing was learned" in result.stderr
    assert not os.path.exists(path)
    for said in ("RMSE", "solved", "fresh sequences", "is kept"):
        assert said not in result.stdout + result.stderr


def test_a_closed_pipe_leaves_a_film_too():
    with training_process("--save", "film.gif", updates="4000") as process:
        process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read().decode()
    assert process.returncode == 141
    assert said.splitlines()[1:] == ["saved film.gif"]


def test_a_second_ctrl_c_leaves_a_film_in_few_frames(monkeypatch):
    monkeypatch.setattr(TaskTraining, "result", lambda _: signal.raise_signal(signal.SIGINT))
    asked = ["running-sum", *FOR_TASKS, "--save", "film.gif"]
    result = broken_off(monkeypatch, 3, "train", *asked)
    assert result.exit_code == 130
    with Image.open("film.gif") as film:
        assert film.n_frames == sum(drawn.FEW)


def test_a_signal_breaks_off_what_is_drawn_in_haste(monkeypatch):
    def interrupted(*_, **__):
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(TaskTraining, "result", interrupted)
    monkeypatch.setattr("lstm_viz.figure.save_film", interrupted)
    asked = ["running-sum", *FOR_TASKS, "--save", "film.gif"]
    result = broken_off(monkeypatch, 3, "train", *asked)
    assert result.exit_code == 130
    assert "film.gif was not written" in result.stderr
    assert not os.path.exists("film.gif")


def test_a_pipe_is_refused_before_the_first_update(folder):
    os.mkfifo("f.npz")
    result = lstm_viz("train", "adding", "--save", "f.npz", "--updates", "3")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "f.npz: this is a pipe" in result.stderr


def test_what_is_resumed_is_asked_for_by_name():
    result = lstm_viz("train", "--resume", "m.npz")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "lstm-viz train NAME --resume m.npz" in result.stderr


def test_a_second_ctrl_c_does_not_keep_the_model_from_its_file(monkeypatch, folder):
    save = TaskTraining.save

    def interrupted(training, path):
        signal.raise_signal(signal.SIGINT)
        save(training, path)

    monkeypatch.setattr(TaskTraining, "save", interrupted)
    result = broken_off(monkeypatch, 3, "train", "running-sum", *FOR_TASKS, "--save", "m.npz")
    assert result.exit_code == 0
    assert Model.load("m.npz").updates == 3
    assert "saved m.npz after 3 updates" in result.stderr


def test_signals_after_the_first_wait_for_what_it_ends():
    ended = []

    def interrupted_twice():
        try:
            signal.raise_signal(signal.SIGINT)
        finally:
            signal.raise_signal(signal.SIGINT)
            ended.append(True)

    with pytest.raises(KeyboardInterrupt), WHOLE.first_only():
        interrupted_twice()
    assert ended


def test_what_is_waited_for_after_a_signal_is_said_if_it_takes_long(monkeypatch):
    said = []
    monkeypatch.setattr(whole, "PATIENCE", 0.02)
    monkeypatch.setattr(WHOLE, "late", lambda: said.append("finishing"))

    def interrupted(pause):
        with WHOLE.listening(), WHOLE:
            signal.raise_signal(signal.SIGINT)
            time.sleep(pause)

    for pause in (0.0, 0.3):
        with pytest.raises(KeyboardInterrupt):
            interrupted(pause)
    time.sleep(0.05)
    assert said == ["finishing"]


def test_an_update_after_which_a_signal_ends_it_has_its_time_counted():
    training = TaskTraining(SMALL)
    progress = training.model.progress

    def slow(x, y):
        made = progress(x, y)
        signal.raise_signal(signal.SIGINT)
        time.sleep(0.05)
        return made

    training.model.progress = slow
    with pytest.raises(KeyboardInterrupt):
        next(iter(training))
    assert training.model.updates == 1
    assert training.seconds >= 0.05


def test_an_error_before_the_first_update_leaves_the_old_file(folder):
    lstm_viz("train", "running-sum", *FOR_TASKS, "--save", "m.npz")
    before = (folder / "m.npz").read_bytes()
    training = TaskTraining(SMALL)
    kept = Keeping(training, ["m.npz"])
    with pytest.raises(OSError, match="gone"), kept.to_the_end():
        raise OSError("gone")
    assert (folder / "m.npz").read_bytes() == before


def test_the_model_is_written_while_it_learns(monkeypatch):
    monkeypatch.setattr(keeping, "EVERY", 0.0)
    monkeypatch.setattr(keeping, "SHARE", 1e9)
    report = Report(TaskTraining(SMALL), Output(json_=True, save=("m.npz",)))
    seen = []
    monkeypatch.setattr(report, "say", lambda each: seen.append(Model.load("m.npz").updates))
    report.follow()
    assert seen == [1, 2, 3, 4, 5, 6]


def test_writing_takes_a_small_share_of_the_time(monkeypatch):
    monkeypatch.setattr(keeping, "EVERY", 0.0)
    training = TaskTraining(SMALL)
    save = training.save
    training.save = lambda path: (time.sleep(0.01), save(path))
    kept = Keeping(training, ["m.npz"])
    now = time.perf_counter()
    kept.now_and_then(now)
    assert kept.due - time.perf_counter() > 0.9 * 0.01 / keeping.SHARE
    assert 0 < keeping.SHARE <= 0.02
    assert not kept.now_and_then(time.perf_counter())


def test_a_disk_without_room_is_said_before_the_first_update(monkeypatch):
    room = keeping.shutil.disk_usage(".")
    monkeypatch.setattr(keeping.shutil, "disk_usage", lambda folder: room._replace(free=100))
    result = lstm_viz("train", "running-sum", *FOR_TASKS, "--save", "m.npz")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "m.npz: it needs" in result.stderr
    assert not os.path.exists("m.npz")


# ---------------------------------------------------------------------------- sweeps


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.skipif(not os.path.exists("/proc/self/task"), reason="no /proc here")
def test_a_sweep_leaves_no_process_behind(number):
    sweep = ["train", "temporal-order", "--cell", "rnn,lstm", "--seeds", "4", "--jobs", "2"]
    process = start(*sweep, "--updates", "1000000", process_group=0)
    working = []
    while len(working) < 2:  # they have used up some time: they are past their start
        working = [pid for pid in children(process.pid) if seconds(pid) > 1]
        time.sleep(0.02)
    everyone = children(process.pid)
    if number == signal.SIGINT:
        os.killpg(process.pid, number)  # as a terminal does
    else:
        process.send_signal(number)
    begun = time.monotonic()
    _, said = process.communicate(timeout=20)
    while any(map(alive, everyone)) and time.monotonic() < begun + 20:
        time.sleep(0.02)
    assert time.monotonic() - begun < a_second()
    assert b"Traceback" not in said


@pytest.mark.skipif(not os.path.exists("/proc/self/task"), reason="no /proc here")
def test_a_sweep_that_is_killed_at_its_start_leaves_no_process_behind_either():
    process = start("train", "echo", "--cell", "rnn,lstm", "--jobs", "2", process_group=0)
    while len(everyone := children(process.pid)) < 3:  # two, and what clears up after all
        time.sleep(0.001)
    process.kill()
    begun = time.monotonic()
    process.communicate()
    while any(map(alive, everyone)) and time.monotonic() < begun + 20:
        time.sleep(0.02)
    assert time.monotonic() - begun < a_second()


def test_what_a_process_of_a_sweep_listens_with_imports_neither_numpy_nor_click():
    asked = "import sys; from lstm_viz.commands import attending; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True)
    assert not {b"numpy", b"click", b"rich"} & set(loaded.stdout.split())


def a_second():
    """One second, of a processor that others do not use; with others, as much longer."""
    with open("/proc/loadavg") as file:
        minute, _, _, running, _ = file.read().split()
    wanted = max(float(minute), float(running.partition("/")[0]))
    return max(1.0, wanted / (os.cpu_count() or 1))


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return file.read().split()


def seconds(pid):
    """Of the processor, that a process has had."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_starts_are_told_apart_in_a_sweep():
    asked = ["train", "echo", "--start", "pytorch,keras", "--seeds", "2", "--jobs", "1"]
    shown = lstm_viz(*asked, "--updates", "2", "--hidden", "2").stdout
    assert [shown.count(f"\n{row} ") for row in ("lstm", "lstm, keras")] == [1, 1]


# ---------------------------------------------------------------------------- what is said


@pytest.mark.parametrize("name", TASKS)
def test_the_least_steps_are_enough_and_fewer_are_refused(name):
    least = TASKS[name]().least
    asked = ["train", name, "--updates", "2", "--hidden", "2"]
    shown = lstm_viz(*asked, "--steps", str(least))
    assert shown.exit_code == 0
    assert "nan" not in shown.stdout
    if least > 1:
        refused = lstm_viz(*asked, "--steps", str(least - 1))
        assert refused.exit_code == 2
        assert f"needs {least} at least" in refused.stderr


def test_a_header_is_of_the_run_that_it_stands_above():
    sines = ["--layers", "3", "--hidden", "4", "--cell", "gru", "--seeds", "1", "--epochs", "2"]
    shown = lstm_viz("train", "damped-sine", *sines, "--clip-norm", "2", width=200).stdout
    for words in ("gru of 4, 4 and 4 units; 2 epochs of 40", "(None, 50, 4)", "norm clipped at 2"):
        assert words in shown
    assert "one LSTM" not in shown
    days = ["--csv", "prices.csv", "--column", "b,a", "--hidden", "2", "--epochs", "1"]
    shown = lstm_viz("train", "csi300", *days, "--window", "5", width=200).stdout
    assert "LSTM: b and a of 5 rows to the next row's a; 2 units; 1 epoch" in shown
    assert "nothing to remember" not in shown
    assert "nothing to remember" in lstm_viz("train", "csi300", *days, width=200).stdout
    shown = lstm_viz("train", "starbucks", "--epochs", "1", width=300).stdout
    assert "standard scaler (minmax for the target)" in shown
    assert "stand-in data, not the tutorial's: IBM shares" in shown


def test_no_network_is_its_own_rival():
    days = ["--csv", "prices.csv", "--column", "a", "--hidden", "2", "--epochs", "1"]
    shown = lstm_viz("train", "keras-stack", *days, "--window", "5", "--cell", "rnn").stdout
    assert "MLP" in shown
    assert "SimpleRNN: trained" not in shown


def test_a_cell_without_parameters_is_trained_around(folder):
    (folder / "own.txt").write_text("h = h_prev\n")
    result = lstm_viz("train", "adding", "--cell", "own.txt", "--updates", "2")
    assert result.exit_code == 0
    assert np.isfinite(float(result.stdout.rpartition("baseline")[0].split("loss ")[-1].split()[0]))


# ---------------------------------------------------------------------------- in a terminal

SHELL = """
import os, signal, subprocess, sys
job = subprocess.Popen([sys.executable, "-m", "lstm_viz", *sys.argv[1:]], process_group=0)
print(f"<job {job.pid}>", flush=True)
if os.WIFSTOPPED(os.waitpid(job.pid, os.WUNTRACED)[1]):
    print("<stopped>", flush=True)
    os.kill(job.pid, signal.SIGCONT)
    os.waitpid(job.pid, 0)
"""
LONG = ["train", "parity", "--hidden", "2", "--rate", "1e-9", "--updates", "1000000"]


def shell(*arguments):
    """(process, terminal) of a shell in a terminal of its own, which runs one job."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execv(sys.executable, [sys.executable, "-c", SHELL, *arguments])
    return pid, terminal


def read_until(terminal, good, text=""):
    """What is sent until it is good, or the terminal is let go."""
    limit = time.monotonic() + 60
    while not good(text) and time.monotonic() < limit:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                text += os.read(terminal, 65536).decode(errors="replace")
            except OSError:
                break
    return text


def test_ctrl_z_gives_the_cursor_back_and_fg_draws_anew():
    pid, terminal = shell(*LONG)
    text = read_until(terminal, lambda text: text.count("updates,") > 1)
    job = int(re.search(r"<job (\d+)>", text)[1])
    os.kill(job, signal.SIGTSTP)
    text = read_until(terminal, lambda text: "<stopped>" in text, text)
    before, _, after = text.partition("<stopped>")
    assert before.rfind("\x1b[?25l") < before.rfind("\x1b[?25h")
    after = read_until(terminal, lambda text: "\x1b[?25l" in text and "updates," in text, after)
    assert "\x1b[?25l" in after
    os.kill(job, signal.SIGINT)
    after = read_until(terminal, lambda text: False, after)
    assert after.rfind("\x1b[?25l") < after.rfind("\x1b[?25h")
    os.close(terminal)
    os.waitpid(pid, 0)


def test_a_closed_terminal_leaves_what_was_learned_in_the_file():
    pid, terminal = shell(*LONG, "--save", "m.npz")
    text = read_until(terminal, lambda text: text.count("updates,") > 1)
    os.close(terminal)
    job = int(re.search(r"<job (\d+)>", text)[1])
    os.waitpid(pid, 0)  # the shell hangs up with its terminal, and leaves the job alone
    limit = time.monotonic() + 20
    while alive(job) and time.monotonic() < limit:
        time.sleep(0.02)
    assert Model.load("m.npz").updates > 0
