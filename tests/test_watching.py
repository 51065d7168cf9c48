"""The screen of a training, with somebody at its keys; and what is left of it."""

import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from lstm_viz.commands.train import learner
from lstm_viz.commands.train.learner import Learner
from lstm_viz.commands.train.live import SECONDS, At, Show
from lstm_viz.commands.train.options import Output
from lstm_viz.commands.train.report import Report
from lstm_viz.commands.train.watching import _run
from lstm_viz.learning.model import Model
from lstm_viz.learning.tasks.settings import TaskSettings
from lstm_viz.learning.tasks.training import TaskTraining
from lstm_viz.terminal.paper import Paper

SHORT = TaskSettings("adding", hidden=4, steps=10, updates=30, batch=4)


def learned(*settings, leisure=True):
    """A show of trainings that are done, and nothing shown of them yet."""
    reports = tuple(Report(TaskTraining(each), Output(json_=True)) for each in settings)
    for report in reports:
        report.watch_from_now()
        for _ in report.updates():
            report.looks.take()
        report.ended = True
    return Show(reports, 1.0, leisure)


def pressed(show, *keys):
    """The show after these keys."""
    for key in keys:
        show.press(key)
    return show


def test_what_is_learned_at_once_is_shown_in_ten_seconds():
    show, shown = learned(SHORT), []
    start = show.before
    for second in range(1, 12):
        show.tick(start + second)
        shown.append(show.state.update)
    assert np.all(np.diff(shown[:9]) > 0)
    assert shown[4] == pytest.approx(30 * 5 / SECONDS, abs=1.5)
    assert shown[10] == 30
    assert not show.playing


def test_twice_the_speed_takes_half_the_time():
    show = learned(SHORT)
    show.speed = 2.0
    for _ in range(5):
        show.tick(show.before + 1.0)
    assert show.state.update == 30


def test_one_of_several_is_shown_as_it_is_learned_and_does_not_hold_up_the_next():
    show = learned(SHORT, leisure=False)
    show.tick(show.before + 0.1)
    assert not show.over
    for _ in range(3):
        show.tick(show.before + 0.1)
    assert show.state.update == 30
    assert show.over
    paused = pressed(learned(SHORT, leisure=False), "space")
    paused.tick(paused.before + 1.0)
    assert not paused.over


class Recorded:
    """A screen that keeps what is drawn, and somebody who presses q when nothing moves."""

    paper = Paper(80, height=24, colours=True)

    def __init__(self):
        self.drawn = []

    def draw(self, rows):
        self.drawn.append("\n".join(row.plain for row in rows))

    def keys(self, wait):
        return ["q"] if wait is None else []


def test_the_end_is_drawn_before_a_key_is_awaited():
    report, screen = Report(TaskTraining(SHORT), Output(json_=True)), Recorded()
    report.watch_from_now()
    show = Show((report,), 1.0, leisure=False)
    with Learner(show.reports) as learner:
        _run(show, screen, learner, stay=True)
    assert "update 30 " in screen.drawn[-1]
    assert "learned" in screen.drawn[-1]


class Slow:
    """A training whose first update takes until somebody has pressed q, or for ever."""

    def __init__(self, training):
        self.training, self.begun, self.answered = training, threading.Event(), threading.Event()

    def __getattr__(self, name):
        return getattr(self.training, name)

    def __iter__(self):
        self.begun.set()
        assert self.answered.wait(60)
        yield from self.training


class Pressed(Recorded):
    """A screen whose keys come while the first update is being made."""

    def __init__(self, slow, *keys):
        super().__init__()
        self.slow, self.left = slow, list(keys)

    def keys(self, wait):
        assert self.slow.begun.wait(60)
        if not self.left:
            self.slow.answered.set()
        return [self.left.pop(0)] if self.left else []


def test_keys_and_the_clock_answer_while_an_update_is_made_and_q_breaks_it_off():
    slow = Slow(TaskTraining(SHORT))
    report, screen = Report(slow, Output(json_=True)), Pressed(slow, "g", "?", "?", "q")
    report.watch_from_now()
    show = Show((report,), 1.0)
    with Learner(show.reports) as learner:
        _run(show, screen, learner, stay=True)
        assert (show.done, report.done) == (True, 0)
        assert show.state.part == "gradient"
        assert len(screen.drawn) == 4
        assert "in the first update" in screen.drawn[0]
        weights = slow.training.model.parameters.values.copy()
        learner._leaving = True
        slow.answered.set()
    assert report.done == report.training.model.updates == 0
    assert np.array_equal(report.training.model.parameters.values, weights)


def test_what_is_waited_for_after_q_is_said(monkeypatch, capsys):
    monkeypatch.setattr(learner, "PATIENCE", 0.01)
    slow = Slow(TaskTraining(SHORT))
    report = Report(slow, Output(json_=True))
    report.watch_from_now()
    with Learner((report,)):
        assert slow.begun.wait(60)
        threading.Timer(0.3, slow.answered.set).start()
    assert capsys.readouterr().err == "stopping\n"
    with Learner((Report(TaskTraining(SHORT), Output(json_=True)),)):
        pass
    assert capsys.readouterr().err == ""


def test_the_cell_is_stepped_into_between_two_updates():
    slow = Slow(TaskTraining(SHORT))
    report, screen = Report(slow, Output(json_=True)), Pressed(slow, "enter")
    report.watch_from_now()
    show = Show((report,), 1.0)
    with Learner(show.reports) as learner:
        _run(show, screen, learner, stay=True)
        assert learner.hold()
        done = report.done
        assert done == 1
        learner._thread.join(0.05)
        assert report.done == done
        learner.go_on()
        learner._thread.join(60)
        assert report.done == 30


def test_seconds_are_those_of_learning_not_of_looking():
    report, done = Report(TaskTraining(SHORT), Output(json_=True)), 0
    begun = time.perf_counter()
    for _ in report.updates():
        time.sleep(0.02)  # as a screen that stands
        done += 1
    passed = time.perf_counter() - begun
    assert 0 < report.spent <= passed - 0.02 * done
    assert report.spent == pytest.approx(report.training.seconds, abs=0.3 * passed)


def test_what_is_raised_while_learning_is_raised_at_the_screen(monkeypatch):
    report, screen = Report(TaskTraining(SHORT), Output(json_=True)), Recorded()
    monkeypatch.setattr(report.keeping, "now_and_then", lambda now: 1 / 0)
    with Learner((report,)) as learner, pytest.raises(ZeroDivisionError):
        _run(Show((report,), 1.0), screen, learner, stay=True)
    assert report.done == 1


def test_what_is_still_being_learned_is_caught_up_with_and_awaited():
    show = learned(SHORT)
    show.reports[0].ended = False
    for _ in range(11):
        show.tick(show.before + 1.0)
    assert show.state.update == 30
    assert show.playing


def test_arrows_go_through_what_was_seen_and_stop_what_plays():
    show = learned(SHORT)
    pressed(show, "end")
    assert show.state.update == 30
    pressed(show, "left", "left", "right")
    assert show.state.update == 29
    assert not show.playing
    show.tick(show.before + 5.0)
    assert show.state.update == 29


def test_space_at_the_end_begins_again():
    show = pressed(learned(SHORT), "end", "space")
    assert (show.state.update, show.playing) == (0, True)
    show.tick(show.before + SECONDS / 2)
    assert show.state.update == pytest.approx(15, abs=1)


def test_other_keys_let_it_play():
    show = pressed(learned(SHORT), "g", "down")
    assert show.playing
    assert (show.state.part, show.state.first) == ("gradient", 1)
    assert pressed(show, "up", "up").state.first == 0


def test_a_screen_is_as_high_as_the_terminal_and_says_which_update_it_is():
    show = learned(SHORT)
    for width, height in ((80, 24), (120, 40)):
        for state in (At(0), At(30), At(30, "gradient")):
            show.state = state
            rows = show.rows(Paper(width, height=height, colours=True))
            assert len(rows) == height
            assert max(row.width for row in rows) <= width
            assert f"update {state.update:,}" in rows[-1].plain
            assert rows[0].plain.startswith(f"{state.update} updates, loss on this sequence")


def test_two_runs_are_shown_side_by_side_with_one_axis():
    show = learned(SHORT, replace(SHORT, cell="rnn", updates=20))
    show.state = At(30)
    text = "\n".join(row.plain for row in show.rows(Paper(120, height=40, colours=True)))
    assert "rnn" in text
    assert "30 updates: predicted" in text
    assert "20 updates: predicted" in text
    assert len(re.findall(r"1  update +30\b", text)) == 2


# ---------------------------------------------------------------------------- on a terminal


def at_the_keys(keys, *arguments):
    """(what was sent, exit code) of a command on a terminal that answers; (word, key) in turn."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ |= {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
        os.execv(sys.executable, [sys.executable, "-m", "lstm_viz", *arguments])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    sent, seen, limit = "", 0, time.monotonic() + 120
    while time.monotonic() < limit:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                part = os.read(terminal, 65536)
            except OSError:
                break
            if b"\x1b[c" in part:
                os.write(terminal, b"\x1b[?62;22c")
            sent += part.decode(errors="replace")
        if keys and keys[0][0] in sent[seen:]:
            seen = len(sent)
            os.write(terminal, keys[0][1])
            keys = keys[1:]
    assert not keys
    return sent, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_one_steps_into_the_cell_and_comes_back_and_what_was_learned_is_kept(tmp_path):
    path = tmp_path / "m.npz"
    size = ["--steps", "10", "--hidden", "4", "--updates", "30", "--speed", "20"]
    keys = [("learned", b"\r"), ("step 1 of 10", b"q"), ("learned", b"q")]
    sent, code = at_the_keys(keys, "train", "adding", *size, "--save", str(path))
    assert code == 0
    assert sent.count("\x1b[?1049h") == sent.count("\x1b[?1049l") == 3
    assert "not solved after 30 updates" in sent
    assert Model.load(path).updates == 30


def test_q_ends_a_training_and_keeps_what_was_learned(tmp_path):
    path = tmp_path / "m.npz"
    endless = ["--hidden", "2", "--rate", "1e-9", "--updates", "1000000", "--save", str(path)]
    sent, code = at_the_keys([("left at most", b"q")], "train", "parity", *endless)
    assert code == 0
    assert "what was learned is kept" in sent
    assert 0 < Model.load(path).updates < 1_000_000
