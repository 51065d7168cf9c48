"""`lstm-viz practise`: files that are never written over, verdicts as files are saved, marks."""

import ast
import re
import time
from pathlib import Path

import pytest
from emulator import Terminal
from program import lstm_viz

from lstm_viz import exercises
from lstm_viz.commands import practising
from lstm_viz.commands.practising import Desk
from lstm_viz.exercises import EXERCISES, read_exercise
from lstm_viz.exercises.folder import Folder
from lstm_viz.exercises.misconceptions import MISCONCEPTIONS
from lstm_viz.exercises.page import page_of
from lstm_viz.pictures.chinese import CHINESE
from lstm_viz.pictures.language import ENGLISH
from lstm_viz.terminal.paper import Paper
from lstm_viz.terminal.watching import view
from lstm_viz.views import practise

FIRST, SECOND = "01-1-repeated-sum", "01-2-running-difference"
RIGHT = "h@1 = 1.6\nh@2 = 0.4\nh@3 = 1\n"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path / "lstm-exercises"


def desk_of(here, *names, marks=None):
    folder = Folder(here.name, [read_exercise(name) for name in names])
    folder.write()
    desk = Desk(folder, marks or folder.marks(), 0, ENGLISH)
    desk.open(names[0])
    return desk


def seen(desk, columns=80, rows=24):
    return "\n".join(row.plain for row in view(desk, Paper(columns, height=rows))[0])


def save(here, name, text):
    (here / f"{name}.txt").write_text(text)


# ---------------------------------------------------------------------------- the command


def test_without_a_keyboard_it_writes_the_files_checks_once_and_ends(here):
    found = lstm_viz("practise")
    assert found.exit_code == 0
    assert "Nothing is filled in yet." in found.stdout
    assert len(list(here.iterdir())) == len(EXERCISES) + 1
    save(here, FIRST, RIGHT)
    assert "Right." in lstm_viz("practise", FIRST).stdout
    assert (
        f"exercise 2 of {len(EXERCISES)}, lesson 1; 1 done" in lstm_viz("practise", SECOND).stdout
    )


def test_without_a_keyboard_the_exit_code_tells_and_no_key_is_spoken_of(here):
    lstm_viz("practise")
    for text, code in ((RIGHT, 0), (RIGHT.replace("1", "7"), 1), ("", 0), ("?", 1)):
        save(here, FIRST, text)
        found = lstm_viz("practise", FIRST)
        assert found.exit_code == code
        assert "n goes on" not in found.stdout


def test_no_file_is_written_over_and_a_missing_one_is_written_again(here):
    lstm_viz("practise")
    save(here, FIRST, "mine")
    (here / f"{SECOND}.txt").unlink()
    lstm_viz("practise")
    assert (here / f"{FIRST}.txt").read_text() == "mine"
    assert (here / f"{SECOND}.txt").read_text() == page_of(read_exercise(SECOND))


def test_a_lesson_or_a_file_of_ones_own_can_be_practised(here, tmp_path):
    assert "exercise 1 of 3, lesson 5" in lstm_viz("practise", "5").stdout
    from test_exercises import OWN

    (tmp_path / "leak.toml").write_text(OWN)
    assert "A leak   exercise 1 of 1, lesson 3" in lstm_viz("practise", "leak.toml").stdout
    assert (here / "leak.txt").exists()


def test_the_list_shows_what_is_done(here):
    lstm_viz("practise")
    save(here, FIRST, RIGHT)
    lstm_viz("practise", FIRST)
    listed = lstm_viz("practise", "--list").stdout
    assert f"1 of {len(EXERCISES)} done" in listed
    assert len([line for line in listed.splitlines() if " done  " in line]) == 1
    assert all(re.search(rf"^{name} ", listed, re.M) for name in EXERCISES)
    assert max(map(len, listed.splitlines())) <= 80


def test_another_seed_gives_other_numbers_and_a_folder_keeps_its_own(here):
    lstm_viz("practise", "--seed", "5")
    own = (here / f"{FIRST}.txt").read_text()
    assert own != page_of(read_exercise(FIRST))
    assert "w = 0.8   " not in own
    found = lstm_viz("practise", "--seed", "6")
    assert found.exit_code == 2
    assert "began with --seed 5; choose another --folder" in found.stderr
    assert lstm_viz("practise").exit_code == 0
    assert (here / f"{FIRST}.txt").read_text() == own


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("99",), 2, "lesson 99 has no exercises: there are lessons 1 to 16"),
        (("02-1-one-stp",), 3, "did you mean '02-1-one-step'?"),
        (("no.toml",), 3, "no.toml: No such file or directory"),
        (("--folder", "a-file"), 3, "a-file: cannot be written"),
        (("--folder", "/proc/none"), 3, "/proc/none: cannot be written"),
        (("--folder", "bad"), 3, "bad/progress.toml: this is not TOML"),
        (("--folder", "odd"), 3, 'odd/progress.toml: x: write "done" or "shown"'),
    ],
)
def test_what_cannot_be_is_said_in_one_line(here, arguments, code, said):
    (here.parent / "a-file").write_text("")
    for name, text in (("bad", "= ="), ("odd", "x = 1")):
        (here.parent / name).mkdir()
        (here.parent / name / "progress.toml").write_text(text)
    found = lstm_viz("practise", *arguments)
    assert (found.exit_code, found.stderr.count("\n")) == (code, 1)
    assert said in found.stderr
    assert not here.exists()


# ---------------------------------------------------------------------------- the session


def test_a_folder_with_numbers_of_other_draws_is_not_judged_by_these(here):
    lstm_viz("practise", "2", "--seed", "5")
    progress = here / "progress.toml"
    progress.write_text(re.sub('"draws" = .*\n', "", progress.read_text()))
    found = lstm_viz("practise", "2")
    assert found.exit_code == 3
    assert "its numbers were drawn by another version of lstm-viz" in found.stderr


def test_a_right_answer_is_marked_and_stays_until_the_student_goes_on(here):
    desk = desk_of(here, FIRST, SECOND)
    save(here, FIRST, RIGHT)
    desk.look()
    assert desk.state.exercise.name == FIRST
    assert "Right." in seen(desk)
    assert "one rule, applied again and again" in seen(desk)
    assert f'"{FIRST}" = "done"' in (here / "progress.toml").read_text()
    desk.press("n")
    assert desk.state.exercise.name == SECOND


def test_skipping_and_looking_at_the_solution_give_no_credit(here):
    desk = desk_of(here, FIRST, SECOND)
    desk.press("n")
    assert desk.state.solved == 0
    desk.press("left")
    desk.press("x")
    assert "Press x again" in seen(desk)
    assert "1.600" not in seen(desk)
    desk.press("x")
    assert "h@1 = 1.600" in seen(desk)
    save(here, FIRST, RIGHT)
    desk.look()
    assert (desk.state.verdict.right, desk.state.solved) == (True, 0)
    assert f'"{FIRST}" = "shown"' in (here / "progress.toml").read_text()


@pytest.mark.parametrize("name", EXERCISES)
def test_x_says_on_a_small_screen_that_x_again_shows_the_solution(here, name):
    desk = desk_of(here, name)
    desk.press("h")
    assert "Press x again" not in seen(desk)
    desk.press("x")
    assert "Press x again" in seen(desk)


def test_hints_come_one_by_one(here):
    desk = desk_of(here, FIRST)
    assert "hint" not in seen(desk).replace("h hint", "")
    for k, hint in enumerate(read_exercise(FIRST).hints, 1):
        desk.press("h")
        assert f"hint {k} of 3" in seen(desk, rows=60)
        assert hint[:40] in seen(desk, rows=60)
    desk.press("h")
    assert desk.state.hints == 3


def test_the_list_is_walked_and_opens_an_exercise(here):
    desk = desk_of(here, *EXERCISES)
    desk.press("l")
    assert re.search("▶ +1 ", seen(desk))
    for key in ("down", "down", "enter"):
        desk.press(key)
    assert desk.state.exercise.name == EXERCISES[2]
    assert desk.state.chosen < 0


def test_a_function_is_run_on_request_only(here, monkeypatch):
    name = "02-4-lstm-in-numpy"
    ran = []
    real = Desk.check
    monkeypatch.setattr(Desk, "check", lambda self, quick=False: (ran.append(1), real(self, quick)))
    desk = desk_of(here, name)
    (here / f"{name}.py").write_text(read_exercise(name).solution["text"])
    desk.look()
    assert (ran, str(desk.state.verdict.said[0])) == ([], "Saved. Press c to run your function.")
    desk.press("c")
    assert str(desk.state.verdict.said[0]) == "Your function is running."
    desk.look()
    assert (ran, desk.state.verdict.right) == ([1], True)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"x" * 70000, None])
def test_a_file_that_is_gone_or_no_text_is_said_and_can_be_mended(here, content):
    desk = desk_of(here, FIRST)
    file = here / f"{FIRST}.txt"
    file.unlink() if content is None else file.write_bytes(content)
    desk.look()
    assert f"{FIRST}.txt: " in " ".join(seen(desk).split())
    save(here, FIRST, RIGHT)
    desk.look()
    assert desk.state.verdict.right


@pytest.mark.parametrize("name", EXERCISES)
@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40)])
def test_question_and_verdict_of_every_exercise_fit_on_the_screen(here, name, columns, rows):
    desk = desk_of(here, name)
    shown = view(desk, Paper(columns, height=rows))
    assert shown[1] == 0
    assert all(row.width <= columns for row in shown[0])


def sentences():
    """Every sentence that a verdict can have, as it stands in the code."""
    files = (*Path(exercises.__file__).parent.glob("*.py"), Path(practising.__file__))
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") == "Said"
                and isinstance(node.args[0], ast.Constant)
            ):
                yield node.args[0].value


def test_verdicts_keys_and_marks_are_said_in_chinese_too():
    said = {*sentences(), *(word for _, word in (*practise.KEYS, *practise.LIST_KEYS))}
    said |= {"right", "not right", "not finished", *practise.MARKS.values()} - {""}
    assert len(said) > 40
    assert said - set(CHINESE) == set()


def test_the_misconceptions_are_numbered_without_a_gap():
    assert list(MISCONCEPTIONS) == list(range(1, len(MISCONCEPTIONS) + 1))


# ---------------------------------------------------------------------------- a real terminal


def test_the_whole_loop_in_a_terminal(here):
    """Write, save wrong, be told which mistake it was, mend, and go on."""
    with Terminal("practise", PWD=str(here.parent)) as terminal:
        terminal.until("Nothing is filled in yet.")
        save(here, FIRST, "h@1 = 1.6\nh@2 = -0.4\n")
        terminal.until("This is what comes out with a mistake: h_prev always 0.")
        save(here, FIRST, RIGHT)
        terminal.until("Right.")
        time.sleep(0.2)
        terminal.until("Right.")
        terminal.press("n", "Which input is ahead?")
        terminal.child.send("q")
        assert terminal.ended() == 0
