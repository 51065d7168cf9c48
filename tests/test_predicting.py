"""Predict mode keeps score: numbers, signs, more or less; how far off, and which mistake."""

import math
from dataclasses import replace

import numpy as np
import pytest
from program import lstm_viz
from stages import a_stage, text_of

from lstm_viz import LSTM, backpropagate, run
from lstm_viz.commands.output import Screen
from lstm_viz.commands.step_frames import make_stage
from lstm_viz.experiments import choose
from lstm_viz.experiments.options import StepOptions
from lstm_viz.measures.guesses import guessed, suspected
from lstm_viz.pictures.numerals import numeral
from lstm_viz.terminal.paper import Paper
from lstm_viz.terminal.player import Player
from lstm_viz.views.step.film import make_film
from lstm_viz.views.step.state import read_token


def player_at(token, cell="lstm", lang="en"):
    stage = a_stage(cell, lang=lang)
    return stage, Player(make_film(stage), stage.checked(read_token(token)))


def press(player, *keys):
    for key in keys:
        player.press(key)
    return " ".join(text_of(player.rows(Paper(80, height=24))).split())


@pytest.mark.parametrize(
    ("written", "value", "before", "right"),
    [
        ("0.53", 0.5, 0, True),
        ("0.6", 0.5, 0, False),
        ("104", 100, 0, True),
        ("106", 100, 0, False),
        ("+", 0.1, 0, True),
        ("-", 0.1, 0, False),
        ("-", 0.0, 0, False),
        ("m", 2, 1, True),
        ("l", 2, 1, False),
        ("l", 1, 1, False),
    ],
)
def test_a_prediction_is_right_near_the_number_or_on_its_side(written, value, before, right):
    assert guessed(written, value, before).right == right


def test_a_comma_is_a_decimal_point():
    _, player = player_at("2.z_f.p", cell="lstm")
    assert "0.5 (then Enter)" in press(player, "0", ",", "5")


@pytest.mark.parametrize("written", ["", ".", "--", "nan", "1e999", "0.5m"])
def test_what_cannot_be_read_is_not_a_prediction(written):
    assert guessed(written, 0.5, 0.0) is None


def test_a_number_that_a_mistake_gives_is_known_by_it():
    random = np.random.default_rng(2)
    weights = {n: random.uniform(-1.5, 1.5, s) for n, s in LSTM.shapes(1, 2).items()}
    trace = run(LSTM, weights, [[1.0], [0.5], [-1.0]])
    wrong = trace["o"][0, 1] * trace["c"][0, 1]
    assert "no tanh on the output" in suspected(trace, "h", 0, 1, f"{wrong:.4f}")
    assert suspected(trace, "h", 0, 1, "77.00") == ()
    assert suspected(trace, "h", 0, 1, f"{wrong:.1f}") == ()


def test_a_gradient_that_a_mistake_gives_is_known_by_it():
    random = np.random.default_rng(2)
    weights = {n: random.uniform(-1.5, 1.5, s) for n, s in LSTM.shapes(1, 2).items()}
    trace = run(LSTM, weights, [[1.0], [0.5], [-1.0]])
    back = backpropagate(trace, {"h": random.uniform(-1, 1, (3, 2))})
    wrong = back["c"][2, 1] * trace["c"][2, 1]
    assert suspected(back, "f", 2, 1, f"{wrong:.6f}") == ("c for c_prev in df",)
    assert suspected(back, "f", 2, 1, f"{wrong:.1f}") == ()
    assert np.array_equal(backpropagate(trace, back.from_loss)["c"], back["c"])


def test_a_predicted_gradient_that_is_wrong_is_told_its_mistake():
    stage, player = player_at("b2.f")
    back = stage.run.gradients
    last = len(back) - 1
    wrong = back["c"][last, 0] * back.trace["c"][last, 0]
    assert not guessed(f"{wrong:.6f}", back["f"][last, 0], 0).right
    player.state = stage.checked(read_token(f"b{last + 1}.f"))
    said = press(player, "p", *f"{wrong:.6f}", "enter")
    assert "A mistake gives it: c for c_prev in df" in said


def test_a_typed_number_is_shown_judged_and_counted():
    stage, player = player_at("2.c")
    assert "Type a number" in press(player, "p")
    assert "0.4 (then Enter)" in press(player, "0", ".", "4", "5", "backspace")
    value = float(stage.run.trace["c"][1, 0])
    said = press(player, "enter")
    assert player.state.score == (0, 1)
    assert f"Not right: 0.4 is {numeral(abs(value - 0.4), 4)} off. 0 of 1 so far." in said
    assert "so far" not in press(player, "right")


def test_signs_and_more_and_less_count_too():
    stage, player = player_at("1.c")
    values = stage.run.trace["c"][:, 0]
    sign = "+" if values[1] > 0 else "-"
    other = "l" if values[2] > values[1] else "m"
    press(player, "p", "enter", "right", sign, "enter")
    assert player.state.score == (1, 1)
    press(player, "right", other, "enter")
    assert player.state.score == (1, 2)
    press(player, "right", "up")  # a key that predicts nothing shows the number, and counts nothing
    assert player.state.score == (1, 2)


def test_a_mistake_that_gives_the_number_is_said():
    stage, player = player_at("1.h")
    trace = stage.run.trace
    wrong = trace["o"][1, 0] * trace["c"][1, 0]
    said = press(player, "p", "enter", "right", *f"{wrong:.4f}", "enter")
    assert guessed(f"{wrong:.4f}", trace["h"][1, 0], 0).right or "no tanh on the output" in said
    press(player, "right", "7", "7", ".", "0", "0")
    assert "A mistake" not in press(player, "enter")


def test_keys_of_what_if_are_themselves_again_once_the_number_is_shown():
    stage = make_stage(choose(StepOptions()), Screen())
    player = Player(make_film(stage), stage.checked(read_token("2.c")))
    press(player, "p", "1")
    assert (player.state.guess, player.state.holds) == ("1", ())
    press(player, "enter", "1")
    assert [str(each) for each in player.state.holds] == ["c=1@2"]


@pytest.mark.parametrize("token", ["1.c", "b2.c"])
def test_a_quiz_goes_from_question_to_question_and_ends(token):
    stage, player = player_at(token)
    player.state = stage.quizzed(player.state, 15)
    asked = set()
    for k in range(15):
        assert player.state.hidden, k
        asked.add(player.state.line)
        said = press(player, "+", "enter")
        assert f"of {k + 1} so far" in said
        if k < 14:
            press(player, "enter")
    assert "The quiz is over." in said
    assert len(asked) > 7  # one quantity after the other
    press(player, "right")
    assert not player.state.hidden


@pytest.mark.parametrize("count", [1, 5])
def test_what_is_typed_in_a_quiz_after_the_number_is_shown_holds_nothing(count):
    stage = make_stage(choose(StepOptions()), Screen())
    player = Player(make_film(stage), stage.checked(read_token("2.c")))
    player.state = stage.quizzed(player.state, count)
    press(player, "0", ".", "5", "enter")
    before = player.state
    assert not before.hidden
    for key in ("1", "0", "+", "-", "m", "backspace"):
        press(player, key)
        assert player.state == before


def test_a_quiz_needs_a_keyboard():
    found = lstm_viz("step", "--quiz", "3")
    assert (found.exit_code, found.stdout) == (2, "")
    assert "--quiz needs a keyboard: run it in a terminal" in found.stderr


def test_how_far_off_is_the_distance():
    found = guessed("0.75", 0.5, 0)
    assert math.isclose(found.off, 0.25)
    assert found.is_number


def test_what_is_held_is_given_and_not_asked():
    stage = make_stage(choose(StepOptions()), Screen())
    player = Player(make_film(stage), stage.checked(read_token("2.i")))
    said = press(player, "1", "p")
    assert "What if i is 1" in said
    assert not player.state.hidden
    assert not stage.checked(replace(player.state, hidden=True)).hidden
    press(player, "down")
    assert player.state.hidden  # the next line is computed, and asked


def test_a_rounded_gradient_is_zero_in_its_sentence_and_in_every_row():
    frame = lstm_viz(
        "step", "--cell", "slstm", "--input", "1,-2,0.5,3", "--backward", "--at", "b1.z_f"
    ).stdout
    assert "e-17" not in frame
    assert "does not change the loss" in frame
