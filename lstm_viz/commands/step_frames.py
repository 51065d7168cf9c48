"""A run of `lstm-viz step` on the screen: played key by key, or its frames saved and recorded."""

from __future__ import annotations

import os
from collections.abc import Iterable

from lstm_viz.commands.output import Output, Screen
from lstm_viz.commands.speaking import tell
from lstm_viz.experiments.experiment import Experiment
from lstm_viz.experiments.holds import Holds
from lstm_viz.experiments.one_cell import beside
from lstm_viz.pictures.alt_text import describe
from lstm_viz.pictures.kinds import Stack
from lstm_viz.terminal.output import depth, open_console
from lstm_viz.terminal.paper import Paper
from lstm_viz.terminal.player import body, frame, play
from lstm_viz.terminal.rows import SIXTEEN, ansi
from lstm_viz.terminal.saving import frames_page, write_frames, write_recording
from lstm_viz.validation.errors import OptionError
from lstm_viz.validation.names import count
from lstm_viz.views.step.film import first_state, make_film
from lstm_viz.views.step.keys import Stage
from lstm_viz.views.step.looked_at import LookedAt
from lstm_viz.views.step.state import State, frame_words

SIZE = 80, 24  # of saved frames, where nothing else is asked for
PAGE = 120, 40  # of a page's frames: the wiring is beside the numbers


def make_stage(experiment: Experiment, screen: Screen) -> Stage:
    """The run, ready to be looked at, and another cell's, made when it is first asked for."""
    name = screen.beside or ("lstm" if experiment.cell.name == "rnn" else "rnn")
    free = experiment.was or experiment

    def held(holds: Holds) -> LookedAt:
        found = free.held(holds)
        return _looked_at(found, screen, _looked_at(found.was or free, screen))

    def other(holds: Holds = ()) -> LookedAt:
        return _looked_at(beside(free, name).held(holds), screen)

    return Stage(_looked_at(free, screen), other, held)


def _looked_at(experiment: Experiment, screen: Screen, was: LookedAt | None = None) -> LookedAt:
    loss = experiment.loss.words, experiment.loss.value
    told = experiment.source, experiment.labels, loss, screen.say
    return LookedAt(experiment.trace, experiment.gradients, *told, was)


def _first(stage: Stage, screen: Screen, back: bool, holds: Holds) -> State:
    beside = bool(screen.beside)
    return first_state(stage, screen.at, screen.unit, screen.digits, beside, back, holds)


def play_run(experiment: Experiment, screen: Screen, back: bool) -> None:
    """Play on the terminal; what was looked at last is said, so that it can be found again.

    So are a problem's answers, with what is held then.
    """
    stage = make_stage(experiment, screen)
    first = _first(stage, screen, back, experiment.holds)
    if screen.quiz:
        first = stage.quizzed(first, screen.quiz)
    last = play(make_film(stage), first, screen.speed, screen.say)
    tell(f"--at {frame_words(last)}")
    right, made = last.score
    if made:
        tell(f"{right} of {count(made, 'prediction')} right")
    if experiment.problem:
        tell(experiment.source)
        for answer in experiment.held(last.holds).answers:
            tell(str(answer))


# ---------------------------------------------------------------------------- without a terminal


def print_frames(experiment: Experiment, output: Output, screen: Screen) -> None:
    """The frame of the token, or all frames, below each other on standard output."""
    console = open_console()
    colours = depth(console)
    width, height = _size(screen.size, (console.width, 24 if console.width < 110 else 40))
    paper = Paper(width, 3, console.encoding, height, colours >= SIXTEEN, screen.say)
    stage = make_stage(experiment, screen)
    film = make_film(stage)
    for state in _states(stage, output, screen, experiment.holds):
        for row in body(film, state, paper):
            console.file.write(ansi(row.stripped(), colours) + "\n")


def save_frames(experiment: Experiment, output: Output, screen: Screen) -> None:
    """The frame of the token, or all frames: as a file of its ending, or as asciinema plays it."""
    size = _size(screen.size, PAGE if output.ending == "html" else SIZE)
    paper = Paper(size[0], 3, "utf-8", size[1], output.ending != "txt", screen.say)
    stage = make_stage(experiment, screen)
    film = make_film(stage)
    states = list(_states(stage, output, screen, experiment.holds))
    frames = ((_said(stage, at), frame(film, at, paper)[0]) for at in states)
    with output.file() as file:
        if output.ending == "cast":
            title = f"lstm-viz step: {experiment.cell.name}"
            write_recording(file, frames, size, screen.speed, title)
        elif output.ending == "html":
            opening = first_state(stage, None, screen.unit, 3, False, False, experiment.holds).t
            first = opening if screen.at is None else 0
            pause = round(1000 / screen.speed)
            file.writelines(frames_page(frames, size[0], first, pause, screen.lang))
        else:
            write_frames(file, output.ending, frames, size[0])


def _said(stage: Stage, state: State) -> str:
    """Which step it is, and the sentence about it."""
    picture = stage.picture(state, *SIZE)
    assert isinstance(picture, Stack)
    head, said, *_ = picture.parts
    return describe(Stack((head, said)))


def _states(stage: Stage, output: Output, screen: Screen, holds: Holds) -> Iterable[State]:
    """The one of the token; else every step, and where it is gone back every step of that."""
    if screen.at is not None:
        return [_first(stage, screen, output.backward, holds)]
    return stage.played(_first(stage, screen, False, holds), output.backward)


def _size(asked: str | None, otherwise: tuple[int, int]) -> tuple[int, int]:
    """`120x40` as two numbers; else those of the environment, as shells set them."""
    if asked is None:
        columns, lines = os.environ.get("COLUMNS", ""), os.environ.get("LINES", "")
        given = columns.isdigit() and lines.isdigit()
        return (max(int(columns), 20), max(int(lines), 6)) if given else otherwise
    width, _, height = asked.lower().partition("x")
    if int(width) > 400 or int(height) > 400:
        raise OptionError(f"--size {asked}: a screen has columns and rows, 20x6 to 400x400")
    return int(width), int(height)
