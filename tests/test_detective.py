"""The detective at a keyboard: answers are typed and scored, and nothing is given away."""

import pytest
from program import lstm_viz
from stages import text_of

from lstm_viz.commands.inquiry import Office
from lstm_viz.commands.investigating import _read
from lstm_viz.measures import BUGS
from lstm_viz.pictures.language import ENGLISH
from lstm_viz.terminal.paper import Paper
from lstm_viz.terminal.watching import view


@pytest.fixture
def office():
    return Office(0, _read, ENGLISH)


def after(office, *keys, height=24):
    for key in keys:
        office.press(key)
    rows, _ = view(office, Paper(80, height=height))
    return " ".join(text_of(rows).split())


def test_a_case_is_shown_with_its_keys_and_what_an_answer_may_name(office):
    assert "case 1 lstm" in after(office)
    said = after(office, height=120)
    assert "Type NAME@STEP, or none where nothing is, and press Enter." in said
    assert "Quantities: z_i z_f" in said
    assert "esc quit" in said
    assert BUGS[0].name not in said


def test_one_exhibit_is_shown_at_a_time_and_all_of_it_fits(office):
    keys = ("down", "down", "down", "down", "up")
    said = [after(office), *(after(office, key) for key in keys)]
    names = "loss, by update", "gradient check sees", "values:", "gradients:"
    for k, text in zip((0, 1, 2, 3, 0, 3), said, strict=True):
        assert f"{k + 1}/4" in text
        assert [name for name in names if name in text] == [names[k]]
        assert "PgDn" not in text
        assert "W_o U_o b_o" in text  # the last that an answer may name
    assert "1 of 2 points so far" in after(office, *"c@2", "enter")
    assert "Answer once more, or press Tab twice" in after(office, "down")


def test_a_large_screen_has_all_exhibits_at_once_and_no_key_to_choose_one(office):
    for k in range(len(BUGS)):
        rows, too_many = view(office, Paper(120, height=40))
        said = text_of(rows)
        assert [f"{each}/4" in said for each in range(1, 5)] == [True] * 4
        assert too_many <= 0, k
        assert "exhibit" not in said
        office.press("right")
    assert "exhibit" in after(office)


def test_a_wrong_answer_is_scored_and_the_first_one_counts(office):
    half = after(office, *"c@2", "enter")
    assert "1 of 2 points so far" in half
    assert "step wrong" in half
    assert BUGS[0].name not in half
    right = after(office, *"c@3", "enter")
    assert BUGS[0].name in right
    assert "1 of 2 points so far" in right
    after(office, "right", *"h@1", "enter")
    assert "3 of 4 points so far" in after(office)


def test_what_is_no_answer_is_said_and_counts_nothing(office):
    said = after(office, *"zz@1", "backspace", "2", "enter")
    assert "there is no 'zz'" in said
    assert "--answer" not in said  # no option was given
    assert "0 of 0 points so far" in said
    assert "there is no" not in after(office, "backspace")


def test_what_was_no_answer_is_not_said_beside_the_solution(office):
    assert "there is no 'zz'" in after(office, *"zz", "enter")
    assert "there is no 'zz'" not in after(office, "tab")
    assert BUGS[0].name in after(office, "tab")


@pytest.mark.parametrize("step", ["000003" + "9" * 5000, "0000031", "5"])
def test_a_step_that_is_not_there_is_told_however_long_it_is(step):
    told = lstm_viz("detective", "1", "--answer", f"c@{step}")
    assert told.exit_code == 2
    assert told.stderr.endswith("write c@STEP, steps 1 to 4\n")


def test_the_solution_is_told_on_the_second_tab_and_then_earns_nothing(office):
    assert "Press Tab again to be told the solution." in after(office, "tab")
    assert BUGS[0].name in after(office, "tab")
    assert "0 of 0 points so far" in after(office, *"c@3", "enter")
    office.press("escape")
    assert office.over
