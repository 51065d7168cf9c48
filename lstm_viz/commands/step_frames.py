"""A run of `lstm-viz step` on the screen: played key by key, or its frames saved and recorded."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace

import click

from lstm_viz.commands.output import Shown
from lstm_viz.equations.gates import forget_gates
from lstm_viz.experiments.one_cell import Asked, Chosen, Loss, choose_cell, choose_loss
from lstm_viz.files.atomic import replacing
from lstm_viz.pictures.film import Film, Key
from lstm_viz.terminal.output import depth, open_console
from lstm_viz.terminal.paper import Paper
from lstm_viz.terminal.player import body, frame, play
from lstm_viz.terminal.rows import SIXTEEN, ansi
from lstm_viz.terminal.saving import Frame, write_frames, write_recording
from lstm_viz.trace.records import Gradients, Trace
from lstm_viz.trace.run import backpropagate, run
from lstm_viz.validation.errors import InputError, OptionError
from lstm_viz.views.step.keys import Stage
from lstm_viz.views.step.looked_at import LookedAt
from lstm_viz.views.step.state import State, read_token, token

SIZE = 80, 24  # of saved frames, where nothing else is asked for
LARGEST = 400


def make_stage(
    asked: Asked,
    chosen: Chosen,
    trace: Trace,
    loss: Loss,
    gradients: Gradients,
    shown: Shown,
) -> Stage:
    """The run, ready to be looked at, and another cell's, made when it is first asked for."""
    words = loss.words, loss.value
    here = LookedAt(trace, gradients, chosen.source, chosen.sequence.labels, words, shown.say)
    name = shown.beside or ("lstm" if chosen.cell.name == "rnn" else "rnn")
    return Stage(here, lambda: _other(asked, chosen, name, here))


def _other(asked: Asked, chosen: Chosen, name: str, here: LookedAt) -> LookedAt:
    """The same input through another cell, whose weights are random ones."""
    cell, start, seed = choose_cell(name), asked.start or "pytorch", asked.seed or 0
    bias = asked.forget_bias if forget_gates(cell) else None
    values = chosen.sequence.values
    weights = cell.start(values.shape[1], here.units, seed, start, forget_bias=bias)
    trace = run(cell, weights, values)
    source = f"random as {start} begins, seed {seed}"
    same = replace(chosen, cell=cell, weights=weights, source=source)
    loss = choose_loss(asked, same, trace)
    gradients = backpropagate(trace, {cell.output: loss.gradient})
    words = loss.words, loss.value
    return LookedAt(trace, gradients, source, here.labels, words, here.say)


def make_film(stage: Stage) -> Film:
    """The stage as the player needs it."""
    keys = tuple(Key(*each) for each in stage.controls())
    title = "lstm-viz step, key by key"
    return Film(stage.picture, token, stage.onward, keys, lambda state: state.digits, title)


def first_state(stage: Stage, shown: Shown, back: bool) -> State:
    """Where to begin: at the token, else at the first step, or the last on the way back."""
    start = State(len(stage.run) - 1 if back else 0, "", back, shown.unit, shown.digits)
    if shown.at is not None:
        start = read_token(shown.at, shown.unit, shown.digits)
        start = replace(start, back=start.back or (back and shown.at.isdigit()))
    if shown.beside:
        start = replace(start, beside=True)
    try:
        return stage.checked(start)
    except InputError as error:
        raise OptionError(str(error)) from None


def play_run(stage: Stage, shown: Shown, back: bool) -> None:
    """Play on the terminal; what was looked at last is said, so that it can be found again."""
    last = play(make_film(stage), first_state(stage, shown, back), shown.speed, shown.say)
    click.echo(f"--at {token(last)}", err=True)


# ---------------------------------------------------------------------------- without a terminal


def print_frames(stage: Stage, shown: Shown, back: bool) -> None:
    """The frame of the token, or all frames, below each other on standard output."""
    console = open_console()
    colours = depth(console)
    width, height = _size(shown.size, (console.width, 24 if console.width < 110 else 40))
    paper = Paper(width, 3, console.encoding, height, colours >= SIXTEEN, shown.say)
    film = make_film(stage)
    for state in _states(stage, shown, back):
        for row in body(film, state, paper):
            console.file.write(ansi(row.stripped(), colours) + "\n")


def save_frames(path: str, stage: Stage, shown: Shown, back: bool) -> None:
    """The frame of the token, or all frames, as a file of its ending."""
    ending = path.lower().rpartition(".")[2]
    width, height = _size(shown.size, SIZE)
    paper = Paper(width, 3, "utf-8", height, ending != "txt", shown.say)
    frames = _drawn(stage, _states(stage, shown, back), paper)
    with replacing(path, "w") as file:
        write_frames(file, ending, frames, width)


def record_run(path: str, stage: Stage, shown: Shown, back: bool) -> None:
    """The played run, forward and perhaps back, as asciinema plays it."""
    size = _size(shown.size, SIZE)
    paper = Paper(size[0], 3, "utf-8", size[1], True, shown.say)
    frames = _drawn(stage, _all(stage, shown, back), paper)
    with replacing(path, "w") as file:
        write_recording(file, frames, size, shown.speed, f"lstm-viz step: {stage.run.cell.name}")


def _states(stage: Stage, shown: Shown, back: bool) -> Iterable[State]:
    return _all(stage, shown, back) if shown.at is None else [first_state(stage, shown, back)]


def _all(stage: Stage, shown: Shown, back: bool) -> Iterator[State]:
    """Every step, and where there is a way back every step of it."""
    yield from stage.played(first_state(stage, replace(shown, at=None), False), back)


def _drawn(stage: Stage, states: Iterable[State], paper: Paper) -> Iterator[Frame]:
    film = make_film(stage)
    for state in states:
        yield token(state), frame(film, state, paper)[0]


def _size(asked: str | None, otherwise: tuple[int, int]) -> tuple[int, int]:
    """`120x40` as two numbers."""
    if asked is None:
        columns, lines = os.environ.get("COLUMNS", ""), os.environ.get("LINES", "")
        given = columns.isdigit() and lines.isdigit()
        return (max(int(columns), 20), max(int(lines), 6)) if given else otherwise
    width, _, height = asked.lower().partition("x")
    return int(width), int(height)
