"""How long a frame of `lstm-viz step` takes from a key to the terminal, beside 5 milliseconds."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

import numpy as np
from stages import a_stage

from lstm_viz.pictures.kinds import Grid, Text
from lstm_viz.terminal.painter import Painter
from lstm_viz.terminal.paper import Paper, lines
from lstm_viz.terminal.player import Player
from lstm_viz.terminal.rows import TRUECOLOUR
from lstm_viz.views.step.film import make_film
from lstm_viz.views.step.state import read_token

ALLOWED = 0.005  # seconds


def one_frame(name: str, hidden: int, at: str, columns: int, lines: int) -> Callable[[], None]:
    """A key, the frame that it leads to, and what is sent for it."""
    stage = a_stage(name, hidden, steps=24)
    player = Player(make_film(stage), stage.checked(read_token(at)))
    paper, painter = Paper(columns, height=lines, colours=True), Painter(columns, lines, TRUECOLOUR)
    keys = cycle(["right"] * 20 + ["left"] * 20)
    nowhere = os.open(os.devnull, os.O_WRONLY)

    def step() -> None:
        player.press(next(keys))
        os.write(nowhere, painter.paint(player.rows(paper)).encode())

    for _ in range(5):
        step()
    gc.collect()
    gc.freeze()  # what other benchmarks imported is no part of this program
    return step


def allowed() -> None:
    """As long as a frame may take; busy, so that the processor does not fall asleep in between."""
    end = time.perf_counter() + ALLOWED
    while time.perf_counter() < end:
        pass


def one_heat_map(rows: int = 30, columns: int = 100) -> Callable[[], None]:
    """A heat map in which every cell changes, and what is sent for it."""
    draws = np.random.default_rng(0).uniform(-1, 1, (20, rows, columns))
    frames = cycle([Grid((), values, (Text(""),) * rows, low=-1.0) for values in draws])
    width, height = columns + 10, rows + 2
    paper, painter = Paper(width, height=height, colours=True), Painter(width, height, TRUECOLOUR)
    return lambda: painter.paint(list(lines(next(frames), paper))) and None


def groups() -> list[Iterator[Any]]:
    """For `tests/bench/bench.py`: a line a screen."""
    return [_lines()]


def _lines() -> Iterator[Any]:
    yield "heat map 100x30, all new, / 5 ms", (1, 1, 1, 30), one_heat_map(), allowed, "<= 0.4"
    for hidden in (1, 16):
        for at, way in (("3.c", "forward"), ("b22.c", "back")):
            for columns, height in ((80, 24), (120, 40)):
                what = f"screen {columns}x{height}, {way}, / 5 ms"
                ours = one_frame("lstm", hidden, at, columns, height)
                yield what, (24, 1, 1, hidden), ours, allowed, "<= 1"
