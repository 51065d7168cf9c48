"""A run of `lstm-viz step` on the screen: played key by key, or its frames saved and recorded."""

from __future__ import annotations

import os
from collections.abc import Iterable

from lstm_viz.commands.exit_codes import tell
from lstm_viz.commands.output import Output, Screen
from lstm_viz.experiments.experiment import Experiment
from lstm_viz.experiments.one_cell import beside
from lstm_viz.terminal.output import depth, open_console
from lstm_viz.terminal.paper import Paper
from lstm_viz.terminal.player import body, frame, play
from lstm_viz.terminal.rows import SIXTEEN, ansi
from lstm_viz.terminal.saving import write_frames, write_recording
from lstm_viz.views.step.film import first_state, make_film
from lstm_viz.views.step.keys import Stage
from lstm_viz.views.step.looked_at import LookedAt
from lstm_viz.views.step.state import State, token

SIZE = 80, 24  # of saved frames, where nothing else is asked for


def make_stage(experiment: Experiment, screen: Screen) -> Stage:
    """The run, ready to be looked at, and another cell's, made when it is first asked for."""
    name = screen.beside or ("lstm" if experiment.cell.name == "rnn" else "rnn")
    other = lambda: _looked_at(beside(experiment, name), screen)  # noqa: E731
    return Stage(_looked_at(experiment, screen), other)


def _looked_at(experiment: Experiment, screen: Screen) -> LookedAt:
    loss = experiment.loss.words, experiment.loss.value
    told = experiment.source, experiment.labels, loss, screen.say
    return LookedAt(experiment.trace, experiment.gradients, *told)


def _first(stage: Stage, screen: Screen, back: bool) -> State:
    return first_state(stage, screen.at, screen.unit, screen.digits, bool(screen.beside), back)


def play_run(experiment: Experiment, screen: Screen, back: bool) -> None:
    """Play on the terminal; what was looked at last is said, so that it can be found again."""
    stage = make_stage(experiment, screen)
    last = play(make_film(stage), _first(stage, screen, back), screen.speed, screen.say)
    tell(f"--at {token(last)}")


# ---------------------------------------------------------------------------- without a terminal


def print_frames(experiment: Experiment, output: Output, screen: Screen) -> None:
    """The frame of the token, or all frames, below each other on standard output."""
    console = open_console()
    colours = depth(console)
    width, height = _size(screen.size, (console.width, 24 if console.width < 110 else 40))
    paper = Paper(width, 3, console.encoding, height, colours >= SIXTEEN, screen.say)
    stage = make_stage(experiment, screen)
    film = make_film(stage)
    for state in _states(stage, output, screen):
        for row in body(film, state, paper):
            console.file.write(ansi(row.stripped(), colours) + "\n")


def save_frames(experiment: Experiment, output: Output, screen: Screen) -> None:
    """The frame of the token, or all frames: as a file of its ending, or as asciinema plays it."""
    size = _size(screen.size, SIZE)
    paper = Paper(size[0], 3, "utf-8", size[1], output.ending != "txt", screen.say)
    stage = make_stage(experiment, screen)
    film = make_film(stage)
    frames = ((token(at), frame(film, at, paper)[0]) for at in _states(stage, output, screen))
    with output.file() as file:
        if output.ending == "cast":
            title = f"lstm-viz step: {experiment.cell.name}"
            write_recording(file, frames, size, screen.speed, title)
        else:
            write_frames(file, output.ending, frames, size[0])


def _states(stage: Stage, output: Output, screen: Screen) -> Iterable[State]:
    """The one of the token; else every step, and where it is gone back every step of that."""
    if screen.at is not None:
        return [_first(stage, screen, output.backward)]
    return stage.played(_first(stage, screen, False), output.backward)


def _size(asked: str | None, otherwise: tuple[int, int]) -> tuple[int, int]:
    """`120x40` as two numbers; else those of the environment, as shells set them."""
    if asked is None:
        columns, lines = os.environ.get("COLUMNS", ""), os.environ.get("LINES", "")
        given = columns.isdigit() and lines.isdigit()
        return (max(int(columns), 20), max(int(lines), 6)) if given else otherwise
    width, _, height = asked.lower().partition("x")
    return int(width), int(height)
