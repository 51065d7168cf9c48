"""Predict mode keeps score: what is typed, whether it was right, how far off, which mistake."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from lstm_viz.equations.tree import PREVIOUS
from lstm_viz.measures.guesses import LESS, MORE, Guess, guessed, suspected
from lstm_viz.pictures.kinds import Expression, Text, Value
from lstm_viz.views.step.looked_at import LookedAt
from lstm_viz.views.step.state import State

KEYS = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", ".", ",", "-", "+", MORE, LESS)
LONGEST = 12
MOST_NAMED = 2


def typed(state: State, key: str) -> State:
    """What is typed so far, a comma as a point; Backspace takes the last of it away."""
    guess = state.guess[:-1] if key == "backspace" else state.guess + key.replace(",", ".")
    return replace(state, guess=guess[:LONGEST])


def revealed(run: LookedAt, state: State) -> State:
    """The number is shown; a prediction, if one can be read, counts."""
    found = _guess(run, state)
    if found is None:
        return replace(state, hidden=False, guess="")
    right, made = state.score
    score = right + found.right, made + 1
    over = bool(state.quiz) and score[1] >= state.quiz
    predict = state.predict and not over
    return replace(state, hidden=False, told=place(state), score=score, predict=predict)


def place(state: State) -> tuple[int, str, bool, int]:
    """Of which number a prediction was."""
    return state.t, state.line, state.back, state.unit


def just_told(state: State) -> bool:
    """Whether what came of a prediction in a quiz is on the screen."""
    return bool(state.quiz) and state.told == place(state)


def _values(run: LookedAt, state: State) -> tuple[float, float]:
    """The number that is predicted, and that of the step before in the order of computing."""
    record = run.gradients if state.back else run.trace
    values, t = record[state.name], state.t
    value = float(values[t, state.row])
    if state.back:
        return value, float(values[t + 1, state.row]) if t + 1 < len(run) else 0.0
    if t == 0:
        first = state.name + PREVIOUS
        return value, float(run.trace[first][0, state.row]) if first in run.trace else 0.0
    return value, float(values[t - 1, state.row])


def _guess(run: LookedAt, state: State) -> Guess | None:
    return guessed(state.guess, *_values(run, state))


def asked_words(run: LookedAt, state: State) -> Expression:
    """How to predict, and what is typed so far."""
    if not state.guess:
        return run.say.phrase(
            " Type a number, + or - (its sign), m or l (more, less than {before}), then Enter.",
            before=Value(_values(run, state)[1]),
        )
    return run.say.phrase(" {guess} (then Enter)", guess=Text(state.guess))


def told_words(run: LookedAt, state: State) -> Expression:
    """What came of the prediction, if this is the number that it was of."""
    if state.told != place(state) or (found := _guess(run, state)) is None:
        return ()
    say = run.say
    right, made = (Text(str(n)) for n in state.score)
    words = "Right. " if found.right else "Not right. "
    if found.is_number:
        words = (
            "Right: {guess} is {off} off. " if found.right else "Not right: {guess} is {off} off. "
        )
    said = say.phrase(words, guess=Text(state.guess), off=Value(found.off))
    if names := _named(run, state, found):
        said += say.phrase(
            "A mistake gives it: {mistake}. ",
            mistake=Text(say("; or ").join(map(say.sentence, names))),
        )
    said += say.phrase("{right} of {made} so far. ", right=right, made=made)
    if state.quiz and state.score[1] >= state.quiz:
        said += say.phrase("The quiz is over. ")
    return said


def _named(run: LookedAt, state: State, found: Guess) -> tuple[str, ...]:
    """The mistakes that give a number that was predicted, in a value or a gradient."""
    if found.right or not found.is_number:
        return ()
    record = run.gradients if state.back else run.trace
    return _suspected(record, state.name, state.t, state.row, state.guess)[:MOST_NAMED]


_suspected = lru_cache(32)(suspected)
