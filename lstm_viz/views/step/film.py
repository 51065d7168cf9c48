"""The stage as a film: where it begins, and the keys that lead on."""

from __future__ import annotations

from dataclasses import replace

from lstm_viz.experiments.holds import Holds
from lstm_viz.pictures.film import Film, Key
from lstm_viz.validation.errors import InputError, OptionError
from lstm_viz.views.step.keys import Stage
from lstm_viz.views.step.state import State, frame_words, read_token


def make_film(stage: Stage) -> Film:
    """The stage as a player needs it."""
    keys = tuple(Key(*each) for each in stage.controls())
    title = "lstm-viz step, key by key"
    digits, again = (lambda state: state.digits), stage.restart
    return Film(stage.picture, frame_words, stage.onward, keys, digits, title, again)


def first_state(
    stage: Stage,
    at: str | None,
    unit: int,
    digits: int,
    beside: bool,
    back: bool,
    holds: Holds = (),
) -> State:
    """Where to begin: at the token, else where something is held from some step on, where the
    memory is first written, or back at the end.

    Raises `OptionError` for a token that names nothing there.
    """
    held = [hold.steps[0] for hold in holds if hold.steps]
    begin = len(stage.run) - 1 if back else min(held, default=stage.of(holds).opening(unit))
    start = State(begin, "", back, unit, digits)
    if at is not None:
        start = read_token(at, unit, digits)
        start = replace(start, back=start.back or (back and at.isdigit()))
    try:
        return stage.checked(replace(start, beside=start.beside or beside, holds=holds))
    except InputError as error:
        raise OptionError(str(error)) from None
