"""What was jumped over in a lesson is still to come; what is listed has a name."""

import pytest
from a_lesson import TEXT, runs, write_lesson

from lstm_viz.commands.lesson.frame import index_screen, screen
from lstm_viz.commands.lesson.lecture import Lecture
from lstm_viz.lessons.naming import heading
from lstm_viz.lessons.read import find, read_lesson
from lstm_viz.terminal.paper import Paper
from lstm_viz.terminal.rows import Row
from lstm_viz.validation.errors import InputError
from lstm_viz.views.lesson.listing import notes

PAPER = Paper(80, height=24)
ASK, LIVE, LAST = 3, 5, 7


def lecture(folder, text=TEXT):
    return Lecture(read_lesson(write_lesson(folder, text)))


def seen(rows: list[Row]) -> str:
    return "\n".join(row.plain for row in rows)


def test_a_live_piece_that_was_jumped_over_is_not_shown_as_run_and_space_runs_it(tmp_path):
    played = lecture(tmp_path)
    played.go(LIVE + 1)
    played.press("left")
    assert played.place.piece == LIVE
    assert "▸  $ lstm-viz step" in seen(screen(played, PAPER, 0))
    played.press("space")
    assert played.wanted == "lstm-viz step --weights latch"
    played.press("space")
    played.press("left")
    assert "✓  $ lstm-viz step" in seen(screen(played, PAPER, 0))


def test_a_vote_that_was_jumped_over_shows_its_question_before_its_answer(tmp_path):
    played = lecture(tmp_path)
    played.go(ASK + 1)
    played.press("left")
    assert "✓" not in seen(screen(played, PAPER, 0))
    played.press("space")
    assert "✓  2  an eighth" in seen(screen(played, PAPER, 0))
    played.press("space")
    played.press("left")
    assert "✓  2  an eighth" in seen(screen(played, PAPER, 0))


def test_a_vote_is_listed_by_its_question_which_need_not_be_run(tmp_path):
    asked = TEXT.replace('ask("What is left?"', 'ask(f"Of {left} what " "is left?"')
    lesson = read_lesson(write_lesson(tmp_path, asked))
    assert heading(lesson.pieces[ASK]) == "Of … what is left?"
    (table, *_) = notes(lesson, ASK - 1, "")
    assert "Of … what is left?" in str(table)
    assert runs(tmp_path) == 0


def test_a_title_that_is_cut_in_the_index_ends_with_an_ellipsis(tmp_path):
    long = TEXT.replace("# %% the picture", f"# %% {'long ' * 12}title")
    shown = seen(index_screen(lecture(tmp_path, long), PAPER, ""))
    assert f"{'long ' * 11}long…" in shown
    assert "What is left?" in shown


@pytest.mark.parametrize(
    ("command", "key"), [("detective 6", "esc"), ("detective 6 --solution", "q"), ("step", "q")]
)
def test_a_live_piece_says_which_key_comes_back_from_it(tmp_path, command, key):
    played = lecture(tmp_path, TEXT.replace("step --weights latch", command))
    played.go(LIVE)
    assert f"; {key} there comes back" in seen(screen(played, PAPER, 0))


def test_lesson_0_is_refused_as_it_was_written():
    with pytest.raises(InputError, match="no lesson is called '0'"):
        find("0")
