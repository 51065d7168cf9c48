"""`lstm-viz lesson` in a terminal: pieces, commands, hands, notes, signals, an edited script."""

import os
import re
import signal
import termios
import time

import pytest
from a_lesson import TEXT, runs, write_lesson
from emulator import Terminal

from lstm_viz.commands.lesson.hands import Hands
from lstm_viz.lessons import state
from lstm_viz.terminal.painter import ENTER, LEAVE


@pytest.fixture(autouse=True)
def state_home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "lstm-viz"


@pytest.fixture
def lesson(tmp_path):
    return write_lesson(tmp_path)


def test_space_shows_the_text_then_on_a_key_what_it_does(lesson, tmp_path):
    with Terminal("lesson", str(lesson)) as terminal:
        terminal.until("The smallest numbers.")
        assert "How fast does one half forget?" in terminal.rows[1]
        assert "1 of 8 · 0 of 7 min" in terminal.rows[-1]
        terminal.press("space", "── the sum")
        assert "left: 0.125" not in terminal.text
        assert runs(tmp_path) == 0
        terminal.press("space", "left: 0.125")
        terminal.press("space", "Of one there is 0.125 left, {as it is}.")
        terminal.press("left", "left: 0.125").press("left", "── the sum")
        terminal.press("left", "3.1").press("right", "3.2").press("right", "left: 0.125")
        assert runs(tmp_path) == 1
        terminal.press("end", "1. ").press("home", "3.1")
        terminal.press("g", "type a number").press("4", "type a number: 4")
        terminal.press("enter", "What is left?")
        terminal.press("?", "the first piece, the last one").press("x", "3.4")
        terminal.press("q", "3.4")
        assert terminal.ended() == 0
        assert runs(tmp_path) == 1


def test_hands_are_counted_and_once_more_before_the_answer_is_shown(lesson):
    with Terminal("lesson", str(lesson), "--at", "3.4") as terminal:
        terminal.until("▸  1  a half").until("space shows the answer")
        terminal.press("1", "1  1").press("2", "1  12").until("then count once more")
        terminal.press("down", "▸  2").press("7", "2   7")
        terminal.press("space", "count once more, or space for the answer")
        assert "▸  1" in terminal.text
        assert "✓" not in terminal.text
        terminal.press("9", "hands, once more")
        assert "0.5³" not in terminal.text
        terminal.press("space", "✓  2  an eighth")
        assert "0.5³" in terminal.text
        assert "count" not in terminal.text
        terminal.press("left", "or space for the answer").press("space", "0.5³")
        terminal.press("space", "3.5")


def test_a_piece_that_is_being_run_says_so_and_drops_the_keys_typed_meanwhile(tmp_path):
    slow = TEXT.replace("left = 0.5**3", "import time; time.sleep(1.5); left = 0.5**3")
    with Terminal("lesson", str(write_lesson(tmp_path, slow)), "--at", "2") as terminal:
        terminal.until("3.2").press("space", "… running")
        assert "── the sum" in terminal.text
        terminal.child.send("   ")
        terminal.until("left: 0.125")
        time.sleep(0.5)
        terminal.until("3.2")
        assert "… running" not in terminal.text
        terminal.press("space", "3.3").press("left", "left: 0.125")
        assert terminal.sent.count("running") == 1


def test_without_hands_the_answer_comes_at_once(lesson):
    with Terminal("lesson", str(lesson), "--at", "3.4") as terminal:
        terminal.until("type how many hands for ▸; ↑ ↓ next choice; backspace corrects")
        terminal.press("5", "1  5").press("\x7f", "space shows the answer")
        terminal.press("space", "✓  2  an eighth").press("space", "3.5")


def test_a_digit_that_makes_more_hands_than_a_hall_has_is_not_taken():
    hands = Hands(2)
    for key in "1233":
        hands.press(key)
    assert hands.counts[0] == [123, 0]


def test_a_live_command_has_the_whole_screen_and_q_comes_back_to_the_same_piece(lesson):
    with Terminal("lesson", str(lesson), "--at", "6") as terminal:
        terminal.until("▸  $ lstm-viz step --weights latch")
        terminal.press("space", "2.c").press("right", "3.c")
        terminal.press("q", "3.6").until("✓  $ lstm-viz step")
        terminal.press("enter", "2.c").press("q", "3.6")
        terminal.press("space", "An eighth is left.")
        assert "--at" not in terminal.sent  # nor is anything said on the screen of the shell
        assert f"{LEAVE}{ENTER}" in terminal.sent


def test_what_a_live_command_prints_is_read_a_screenful_at_a_time(tmp_path):
    printing = TEXT.replace("step --weights latch", "step --help")
    with Terminal("lesson", str(write_lesson(tmp_path, printing)), "--at", "6") as terminal:
        terminal.until("▸  $ lstm-viz step --help")
        terminal.press("space", "(a key shows what follows)")
        assert any(row.startswith("Usage: lstm-viz step") for row in terminal.rows)
        terminal.press("x", "(a key shows what follows)")
        assert terminal.text.count("a key shows") == 1
        assert not any(row.startswith("Usage:") for row in terminal.rows[2:])
        for _ in range(9):
            if "a key goes back" not in terminal.text:
                terminal.press("x", "a key ")
        terminal.until("a key goes back to the lesson").press("x", "✓  $ lstm-viz step --help")


def test_a_training_is_drawn_to_its_end_and_what_it_says_is_read_by_screens(tmp_path):
    training = TEXT.replace("step --weights latch", "train csi300 --as-written --epochs 3")
    with Terminal("lesson", str(write_lesson(tmp_path, training)), "--at", "6") as terminal:
        terminal.until("3.6").press("space", "(a key shows what follows)")
        sent = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", terminal.sent)  # a slow update adds a line
        assert "3 updates, loss on this sequence" in sent
        terminal.press("x", "what the cost does not show")
        for _ in range(9):
            if "a key goes back" not in terminal.text:
                terminal.press("x", "a key ")
        terminal.press("x", "✓  $ lstm-viz train")
        assert "what the cost" not in terminal.text


def test_what_is_typed_while_a_live_command_starts_is_not_seen(tmp_path):
    printing = TEXT.replace("step --weights latch", "step --help")
    with Terminal("lesson", str(write_lesson(tmp_path, printing)), "--at", "6") as terminal:
        terminal.until("▸  $ lstm-viz step --help").child.send(" ")
        while "a key shows" not in terminal.text:
            terminal.child.send("~")
            terminal.read()
        assert "~" not in terminal.sent


def test_a_live_command_that_fails_says_why(tmp_path):
    failing = TEXT.replace("--weights latch", "--weights none-such")
    with Terminal("lesson", str(write_lesson(tmp_path, failing)), "--at", "6") as terminal:
        terminal.until("3.6").press("space", "no preset and no file is called 'none-such'")
        terminal.until("a key goes back to the lesson").press("x", "exit code 2")


def test_a_picture_is_drawn_by_the_terminal_and_opened_by_matplotlib(lesson, state_home):
    with Terminal("lesson", str(lesson), "--at", "5", DISPLAY="", WAYLAND_DISPLAY="") as terminal:
        terminal.until("[tanh]")
        terminal.press("o", "-1.png")
        assert (state_home / "3.5-1.png").read_bytes().startswith(b"\x89PNG")


def test_an_edited_script_is_read_again_at_the_same_piece(lesson):
    with Terminal("lesson", str(lesson), "--at", "3") as terminal:
        terminal.until("Of one there is 0.125 left")
        write_lesson(lesson.parent, TEXT.replace("Of one there is", "Of it there is"))
        terminal.until("Of it there is 0.125 left")
        lesson.write_text("no lesson(")
        terminal.until("this is not Python")
        write_lesson(lesson.parent, TEXT.replace("left = 0.5**3", "left = unknown"))
        terminal.until("this piece does not run")
        assert re.search(r"line 26: NameError", terminal.text.replace("\n", " "))
        write_lesson(lesson.parent)
        terminal.until("Of one there is 0.125 left")


def test_the_notes_follow_in_a_second_terminal_and_either_steers(lesson):
    with Terminal("lesson", "--notes") as notes, Terminal("lesson", str(lesson)) as played:
        played.until("3.1")
        notes.until("Say it slowly. 0.125 is left.")
        notes.until("3.2  the sum")
        assert "0 min gone, 1 planned up to here, 7 in all" in notes.rows[-1]
        played.press("space", "3.2")
        notes.until("3.3  What came of it")
        notes.child.send(" ")
        played.until("left: 0.125")
        notes.child.send(" ")
        played.until("3.3")
        notes.until("3.3")
        played.press("q", "3.3")
        assert played.ended() == 0
        notes.until("the lecture is over")
        notes.press("q", "3.3")
        assert notes.ended() == 0


def test_a_lesson_that_was_played_to_its_end_is_done(lesson):
    with Terminal("lesson", str(lesson), "--at", "7") as terminal:
        terminal.until("An eighth is left.")
        assert state.done() == frozenset()
        terminal.press("space", "To take home").press("space", "This is the end of the lesson.")
        assert state.done() == {"one-half"}


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
@pytest.mark.parametrize("inside", [False, True], ids=["lecture", "live"])
def test_a_signal_leaves_the_terminal_as_it_was(lesson, number, code, inside):
    if inside and number == signal.SIGINT:
        pytest.skip("Ctrl-C in a live command is for that command")
    with Terminal("lesson", str(lesson), "--at", "6") as terminal:
        terminal.until("3.6")
        if inside:
            terminal.press("space", "2.c")
        if number == signal.SIGINT:
            terminal.child.sendintr()
        else:
            terminal.child.kill(number)
        assert terminal.ended() == code
        assert terminal.sent.rstrip().endswith(LEAVE) or LEAVE in terminal.sent[-200:]
        assert "Traceback" not in terminal.sent


def test_ctrl_c_in_a_live_command_comes_back_to_the_lesson(lesson):
    with Terminal("lesson", str(lesson), "--at", "6") as terminal:
        terminal.until("3.6")
        terminal.press("space", "2.c")
        terminal.child.sendintr()
        terminal.until("a key goes back to the lesson").press("x", "3.6")
        assert "exit code 130" in terminal.text


def test_a_stopped_lesson_gives_the_terminal_back_until_it_goes_on(lesson):
    with Terminal("lesson", str(lesson)) as terminal:
        terminal.until("3.1")
        assert not termios.tcgetattr(terminal.child.child_fd)[3] & termios.ECHO
        terminal.screen.reset()
        terminal.child.kill(signal.SIGTSTP)  # which, where there is no shell, goes on by itself
        terminal.until("The smallest numbers.")


def test_a_resize_is_drawn_at_once(lesson):
    with Terminal("lesson", str(lesson), "--at", "5") as terminal:
        terminal.until("[tanh]")
        terminal.resize(100, 30)
        time.sleep(0.1)
        terminal.press("?", "keys").press("x", "[tanh]")
        assert terminal.rows[-1].startswith(" 3.5")
        assert len(terminal.rows) == 30


def test_without_colour_and_with_few_characters_nothing_is_lost(lesson):
    asked = "lesson", str(lesson), "--at", "4"
    with Terminal(*asked, NO_COLOR="1", PYTHONIOENCODING="ascii") as terminal:
        terminal.until("What is left?").press("space", "2  an eighth")
        assert not re.search(r"\x1b\[[\d;]*[34]8;", terminal.sent)
        assert "?" not in terminal.text.replace("What is left?", "").replace("? help", "").replace(
            "How fast does one half forget?", ""
        )


def test_the_frame_speaks_chinese(lesson):
    with Terminal("lesson", str(lesson), "--lang", "zh") as terminal:
        terminal.until("3.1")
        assert "下一段" in terminal.text.replace(" ", "")
        assert "next" not in terminal.text


def test_a_state_folder_that_cannot_be_written_to_is_no_reason_to_stop(lesson):
    with Terminal("lesson", str(lesson), XDG_STATE_HOME=os.devnull) as terminal:
        terminal.until("3.1").press("space", "3.2").press("q", "3.2")
        assert terminal.ended() == 0
