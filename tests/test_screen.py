"""`lstm-viz step` in a terminal: every key, size, signal and language, read off the screen."""

import os
import re
import signal
import sys
import termios
import threading
import time
import tty
from contextlib import contextmanager, suppress

import pytest
from emulator import KEYS, Terminal, alone
from test_step import close

from lstm_viz import LSTM, backpropagate, run
from lstm_viz.pictures.kinds import Stack, Text, Words
from lstm_viz.terminal.asking import ASK
from lstm_viz.terminal.inplace import InPlace
from lstm_viz.terminal.output import send
from lstm_viz.terminal.painter import BEGIN, END, ENTER, LEAVE
from lstm_viz.terminal.screen import Screen
from lstm_viz.weights.presets import PRESETS

TRACE = run(LSTM, PRESETS["latch"].weights(), PRESETS["latch"].inputs)
GRADIENTS = backpropagate(TRACE, {"h": [[0.0]] * 5 + [[1.0]]})
NUMBER = r"-?\d+\.\d+(?:e-?\d+)?"
EQUATION = re.compile(rf"^[▸ ] (\w+) += .*?  +({NUMBER})(?:  .*)?$")
SUM = re.compile(rf"^[▸ ] (\w+) .*?  +({NUMBER}) +({NUMBER})(?: .*)?$")


def results(rows):
    """Name → the number that stands in its equation's line."""
    return {found[1]: float(found[2]) for row in rows if (found := EQUATION.match(row))}


def sums(rows):
    """Name → value and gradient."""
    found = (match for row in rows if (match := SUM.match(row)))
    return {match[1]: (float(match[2]), float(match[3])) for match in found}


def check_forward(rows, t):
    found = results(rows)
    assert len(found) >= 8
    for name, number in found.items():
        assert close(number, TRACE[name][t, 0]), (name, t)
    ledger = {r.split()[0]: float(r.split()[1]) for r in rows if r.startswith(("was", "now"))}
    assert close(ledger["was"], TRACE["c_prev"][t, 0])
    assert close(ledger["now"], TRACE["c"][t, 0])


def check_backward(rows, t):
    found = sums(rows)
    assert len(found) >= 8
    for name, (value, gradient) in found.items():
        assert close(value, TRACE[name][t, 0]), (name, t)
        assert close(gradient, GRADIENTS[name][t, 0]), (name, t)


def test_the_arrow_keys_go_through_time_and_every_number_is_the_recorded_one():
    with Terminal("step") as terminal:
        terminal.until("2.c")  # where the memory is written
        terminal.press("home", "1.c")
        for t in range(6):
            check_forward(terminal.rows, t)
            terminal.press("right", f"{min(t + 2, 6)}.c")
        terminal.press("b", "b6.c")
        for t in reversed(range(6)):
            check_backward(terminal.rows, t)
            terminal.press("left", f"b{max(t, 1)}.c")


def test_every_other_key_does_what_the_help_says():
    with Terminal("step", "--hidden", "4", "--input", "1,0,0,1") as terminal:
        terminal.until("1.c")
        terminal.press("end", "4.c")
        terminal.press("home", "1.c")
        terminal.press("down", "1.h")
        terminal.press("down", "1.h")
        terminal.press("up", "1.c")
        terminal.press("up", "1.o")
        terminal.press("u", "1.o.u1")
        terminal.press("d", "1.o.u1.d6")
        terminal.press("up", "1.g.u1.d6")
        for _ in range(4):
            terminal.child.send("\x1b[A")
        terminal.until("1.z_g.u1.d6")
        terminal.press("t", "U_g[1,3] · h_prev[3]")
        terminal.press("t", "1.z_g.u1.d6")
        terminal.press("x", "The same step in two cells: lstm and rnn.")
        terminal.press("x", "1.z_g.u1.d6")
        terminal.press("?", "keys")
        assert "switch between forward and backward" in terminal.text
        terminal.press("?", "1.z_g.u1.d6")
        terminal.press("enter", "2.z_g.u1.d6")
        terminal.child.send("q")
        assert terminal.ended() == 0
        assert "--at 2.z_g.u1.d6" in terminal.sent.rpartition(LEAVE)[2]


def test_a_key_asks_what_if_and_leaving_says_how_to_ask_again():
    with Terminal("step", "--at", "5.f") as terminal:
        terminal.until("5.f")
        terminal.press("1", "What if f is 1.000? It was 0.03423.")
        held = run(LSTM, TRACE.weights, TRACE["x"], hold={"f": {4: 1}})
        assert results([row.replace("*  ", "   ") for row in terminal.rows])["c"] == round(
            float(held["c"][4, 0]), 4
        )
        terminal.press("\x7f", "is 3.4 %")
        terminal.press("1", "--hold f=1@5")
        terminal.press("?", "Reopen this view with --at 5.f --hold f=1@5")
        terminal.press("q", "What if f is 1.000?")
        terminal.child.send("q")
        assert terminal.ended() == 0
        assert "--at 5.f --hold f=1@5" in terminal.sent.rpartition(LEAVE)[2]


def test_leaving_a_problem_says_its_answers_with_what_is_held():
    with Terminal("step", "--problem", "gomez", "--at", "2.f") as terminal:
        terminal.until("2.f")
        terminal.press("1", "What if f is 1.000?")
        terminal.child.send("q")
        assert terminal.ended() == 0
        said = terminal.sent.rpartition(LEAVE)[2]
        assert "--hold f=1@2" in said
        assert "A. Gomez" in said
        assert "c@2 = 1.61954" in said


def test_a_number_to_be_predicted_is_hidden_until_a_key():
    with Terminal("step", "--digits", "6", "--at", "2.c.d6") as terminal:
        terminal.until("2.c.d6")
        shown = f"{TRACE['c'][1, 0]:.6f}"
        assert shown in terminal.text
        terminal.press("p", "2.c.d6.p")
        assert shown not in terminal.text
        assert f"{TRACE['h'][1, 0]:.6f}" not in terminal.text
        terminal.press("down", "2.c.d6.r")
        assert shown in terminal.text
        terminal.press("right", "3.c.d6.p")


def test_space_plays_to_the_end_at_the_speed_that_was_asked_for():
    with Terminal("step", "--speed", "20") as terminal:
        terminal.until("2.c")
        before = time.monotonic()
        terminal.press("space", "6.c")
        assert time.monotonic() - before >= 4 / 20
        check_forward(terminal.rows, 5)
        terminal.press("b", "b6.c")
        terminal.press("space", "b1.c")
        check_backward(terminal.rows, 0)


def test_a_large_screen_has_the_wiring_and_a_resize_is_drawn_at_once():
    with Terminal("step") as terminal:
        terminal.until("2.c")
        assert "(Σ) z_f" not in terminal.text
        terminal.resize(120, 40)
        terminal.until("(Σ) z_f")
        check_forward([row[:62] for row in terminal.rows], 1)
        assert "f 0…1" in terminal.text
        terminal.resize(40, 24)
        terminal.until("cell state")
        assert max(map(len, terminal.rows)) <= 40
        terminal.press("page down", "now")


def test_only_what_changed_is_written_and_all_at_once():
    with Terminal("step") as terminal:
        terminal.until("2.c")
        first = len(terminal.sent)
        terminal.press("right", "3.c")
        update = terminal.sent[first:]
        assert update.startswith(BEGIN)
        assert update.endswith(END)
        assert "\x1b[2J" not in update
        assert len(update) < 0.6 * first
        terminal.press("down", "3.h")
        terminal.press("down", "3.h")
        assert terminal.sent.endswith(END)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_leaves_the_terminal_as_it_was(number, code):
    with Terminal("step") as terminal:
        terminal.until("2.c")
        assert terminal.sent.startswith(ASK.decode() + ENTER)
        assert not termios.tcgetattr(terminal.child.child_fd)[3] & termios.ECHO
        if number == signal.SIGINT:
            terminal.child.sendintr()
        else:
            terminal.child.kill(number)
        assert terminal.ended() == code
        assert terminal.sent.rstrip().endswith(LEAVE)
        assert "Traceback" not in terminal.sent


def test_a_stopped_program_gives_the_terminal_back_until_it_goes_on():
    with Terminal("step") as terminal:
        terminal.until("2.c")
        terminal.screen.reset()
        terminal.child.kill(signal.SIGTSTP)  # which, where there is no shell, goes on by itself
        terminal.until("2.c")
        assert LEAVE + ENTER in terminal.sent
        check_forward(terminal.rows, 1)


def test_a_terminal_that_goes_away_ends_the_program():
    with Terminal("step") as terminal:
        terminal.until("2.c")
        os.close(terminal.child.child_fd)
        assert os.waitstatus_to_exitcode(os.waitpid(terminal.child.pid, 0)[1]) == 129


def test_without_colour_nothing_is_coloured_and_nothing_is_lost():
    asked = ["--hidden", "4", "--input", "sine:40", "--at", "30.f"]
    with Terminal("step", *asked, NO_COLOR="1") as terminal:
        terminal.until("30.f")
        assert not re.search(r"\x1b\[[\d;]*[34]8;", terminal.sent)
        assert re.search(r"f\[0\] +[.:+oO@]{30}", terminal.text)


def test_both_languages_are_spoken():
    with Terminal("step", "--lang", "zh") as terminal:
        terminal.until("2.c")
        assert "遗忘门" in terminal.text.replace(" ", "")
        assert not re.search(r"gate|state|keeps|forgotten", terminal.text)
        check_rows = [row.replace("原来", "was").replace("现在", "now") for row in terminal.rows]
        check_forward(check_rows, 1)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp936"])
def test_any_encoding_of_the_terminal_will_do(encoding):
    with Terminal("step", "--at", "b3.c", PYTHONIOENCODING=encoding) as terminal:
        terminal.until("b3.c")
        assert "?" not in terminal.text.replace("? help", "")
        assert "Traceback" not in terminal.sent
        check_backward([row.replace(">", "▸") for row in terminal.rows], 2)


@pytest.mark.parametrize("env", [{"TERM": "dumb"}, {"TERM": "unknown"}])
def test_a_terminal_that_cannot_play_gets_the_plain_output(env):
    with Terminal("step", "--at", "2", **env) as terminal:
        assert terminal.ended() == 0
        assert "\x1b[?1049h" not in terminal.sent
        assert "step 2 of 6" in terminal.sent


ALONE = [
    (("step",), "step 6 of 6"),
    (("step", "--at", "2"), "step 2 of 6"),
    (("step", "--backward", "--at", "b3.c"), "3 of 6"),
    (("gradients", "--length", "9", "--hidden", "2"), "After 8 steps"),
    (("gradients", "--length", "9", "--hidden", "2", "--routes"), "c → c"),
    (("train", "parity", "--hidden", "2", "--updates", "2"), "parity"),
    (("cells",), "lstm"),
    ((), "Usage"),
]


@pytest.mark.parametrize(("arguments", "shown"), ALONE, ids=range(len(ALONE)))
def test_where_no_key_can_arrive_every_command_ends_by_itself(arguments, shown):
    sent = alone(*arguments)
    assert shown in sent
    assert ENTER not in sent


def test_a_notebook_is_known_at_once_and_nothing_is_written_over():
    sent = alone("step", JPY_PARENT_PID="1")
    assert "step 6 of 6" in sent
    assert ASK.decode() not in sent
    sent = alone("train", "parity", "--hidden", "2", "--updates", "2", JPY_PARENT_PID="1")
    assert "\x1b[?25l" not in sent
    assert "there is nothing to read" in alone("step", "--input", "-", JPY_PARENT_PID="1")


def test_what_is_typed_has_ended_so_no_key_will_come():
    assert "step 6 of 6" in alone("step", typed=b"\x04")


def test_keys_that_came_before_the_screen_was_there_count():
    with Terminal("step", "--at", "2.c") as terminal:
        terminal.child.send(KEYS["right"])
        terminal.until("3.c")


def test_no_animation_prints_all_steps():
    with Terminal("step", "--no-animation") as terminal:
        assert terminal.ended() == 0
        assert "\x1b[?1049h" not in terminal.sent
        assert "step 6 of 6" in re.sub(r"\x1b\[[\d;]*m", "", terminal.sent)


def test_a_token_that_names_no_frame_is_refused_before_anything_is_drawn():
    with Terminal("step", "--at", "9.c") as terminal:
        assert terminal.ended() == 2
        assert terminal.text.strip() == "lstm-viz step: --at 9: the sequence has 6 steps"


# ---------------------------------------------------------------------------- whole bytes


@contextmanager
def slow_terminal(monkeypatch):
    """Standard output is a terminal that reads once Ctrl-C is sent; gives what it has read."""
    reader, writer = os.openpty()
    tty.setraw(writer)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    main, got = threading.main_thread().ident, []

    def read():
        got.append(os.read(reader, 1))
        signal.pthread_kill(main, signal.SIGINT)
        with suppress(OSError):  # the other end is closed
            while part := os.read(reader, 65536):
                got.append(part)

    thread = threading.Thread(target=read)
    thread.start()
    with monkeypatch.context() as patched, os.fdopen(writer, "w") as terminal:
        patched.setattr(sys, "stdout", terminal)
        with pytest.raises(KeyboardInterrupt):
            yield got
    thread.join()
    os.close(reader)
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_waits_until_the_last_byte_is_sent(monkeypatch):
    text = "⠿" * 100_000
    with slow_terminal(monkeypatch) as got:
        send(text, "utf-8")
    assert (b"".join(got) == text.encode()) is True  # all of it would be printed


def test_a_picture_in_place_is_whole_whenever_ctrl_c_comes(monkeypatch):
    monkeypatch.setattr(os, "get_terminal_size", lambda *_: (9_000, 40))
    braille = Stack((Words((Text("⠿" * 8_000),)),) * 30)
    with slow_terminal(monkeypatch) as got, InPlace() as place:
        for _ in range(9):
            place.show(braille)
    sent = b"".join(got).decode()
    assert sent.count(BEGIN) == sent.count(END) == 1
    assert sent[-6:] == "\x1b[?25h"


def test_a_picture_in_place_begins_anew_on_a_terminal_of_another_size(monkeypatch):
    size, sent = [80, 24], []
    monkeypatch.setattr("lstm_viz.terminal.inplace._size", lambda: tuple(size))
    monkeypatch.setattr("lstm_viz.terminal.inplace.send", lambda text, encoding: sent.append(text))
    with InPlace() as place:
        place.show(Words((Text("one"),)))
        place.show(Words((Text("two"),)))
        size[0] = 100
        place.show(Words((Text("three"),)))
        place.show(Words((Text("four"),)))
    assert ["\x1b[2J\x1b[H" in text for text in sent[:4]] == [False, False, True, False]


def test_a_screen_that_is_being_taken_is_given_back(monkeypatch):
    sent = []

    def interrupted(text, encoding):
        sent.append(text)
        if text == ENTER:
            raise KeyboardInterrupt

    ours, theirs = os.openpty()
    monkeypatch.setattr("lstm_viz.terminal.screen.send", interrupted)
    with monkeypatch.context() as patched, os.fdopen(theirs) as terminal:
        patched.setattr(sys, "stdin", terminal)
        modes = termios.tcgetattr(terminal)
        with pytest.raises(KeyboardInterrupt):
            Screen().__enter__()
        assert termios.tcgetattr(terminal) == modes
    os.close(ours)
    assert sent == [ENTER, LEAVE]
