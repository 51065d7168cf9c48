"""The verdict on what a student wrote: what happens with it, and the mistake by name."""

from __future__ import annotations

from lstm_viz.exercises.by_hand import judge_weights
from lstm_viz.exercises.exercise import Exercise, Said, Verdict
from lstm_viz.exercises.functions import judge_function
from lstm_viz.exercises.lines import read_lines
from lstm_viz.exercises.numbers import judge_numbers
from lstm_viz.exercises.texts import judge_text
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import short

ANSWER = "answer"


def judge(exercise: Exercise, text: str, quick: bool = False) -> Verdict:
    """Judge the text of a student's file; what cannot be read is said, never raised.

    A `quick` verdict says whether it is right, and leaves the search for the mistake to the next.
    """
    try:
        return verdict_of(exercise, text, quick)
    except InputError as error:
        return Verdict(False, (Said("{error}", {"error": str(error)}),))


def verdict_of(exercise: Exercise, text: str, quick: bool = False) -> Verdict:
    """The same; raises `InputError` for what cannot be read."""
    if exercise.kind in SEARCHED:
        return SEARCHED[exercise.kind](exercise, text, quick)
    return JUDGES[exercise.kind](exercise, text)


def _judge_choice(exercise: Exercise, text: str) -> Verdict:
    lines = read_lines(text, (ANSWER,))
    if ANSWER not in lines:
        return Verdict(False, (Said("Nothing is chosen yet."),), finished=False)
    given = lines[ANSWER][1].strip("\"'.()").lower()
    if given not in exercise.choices:
        known = ", ".join(exercise.choices)
        raise InputError(f"line {lines[ANSWER][0]}: {short(given)!r} is not one of {known}")
    why = exercise.choices[given][1]
    if given == exercise.answer:
        return Verdict(True, (Said("Right."),))
    said = [Said("Not {letter}.", {"letter": given})]
    said += [Said("{why}", {"why": why})] if why else []
    return Verdict(False, tuple(said), mistakes=(why,) if why else ())


SEARCHED = {"number": judge_numbers, "cell": judge_text, "bug": judge_text}
JUDGES = {
    "choice": _judge_choice,
    "weights": judge_weights,
    "numpy": judge_function,
}
