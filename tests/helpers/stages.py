"""Runs to look at, without a terminal."""

from __future__ import annotations

import numpy as np

from lstm_viz import CELLS, backpropagate, run
from lstm_viz.pictures.film import Film
from lstm_viz.pictures.language import LANGUAGES
from lstm_viz.terminal.paper import Paper
from lstm_viz.terminal.player import frame
from lstm_viz.terminal.rows import Row
from lstm_viz.views.step.film import make_film
from lstm_viz.views.step.keys import Stage
from lstm_viz.views.step.looked_at import LookedAt
from lstm_viz.views.step.state import State, read_token
from lstm_viz.weights.presets import PRESETS


def a_run(name: str, hidden: int = 1, steps: int = 0, lang: str = "en") -> LookedAt:
    """A run of a cell with random weights, and of its gradients from the sum of the last output."""
    cell = CELLS[name]
    x = np.sin(np.arange(steps))[:, None] if steps else np.array(PRESETS["latch"].inputs, float)
    trace = run(cell, cell.start(1, hidden, 3), x)
    given = np.zeros_like(trace[cell.output])
    given[-1] = 1
    gradients = backpropagate(trace, {cell.output: given})
    loss = "the sum of h at the last step", float(trace[cell.output][-1].sum())
    source = "random, pytorch initialisation, seed 3"
    return LookedAt(trace, gradients, source, (), loss, LANGUAGES[lang])


def a_stage(name: str, hidden: int = 1, lang: str = "en", steps: int = 0) -> Stage:
    """The run on a stage, with an rnn to stand beside it."""
    here = a_run(name, hidden, steps, lang)
    return Stage(here, lambda *_: a_run("rnn", hidden, steps, lang))


def drawn(stage: Stage, at: str | State, columns: int = 80, lines: int = 24, **paper) -> list[Row]:
    """The rows of a frame, given by its token or state."""
    film: Film = make_film(stage)
    state = stage.checked(read_token(at)) if isinstance(at, str) else at
    sheet = Paper(columns, height=lines, say=stage.run.say, **({"colours": True} | paper))
    return frame(film, state, sheet)[0]


def text_of(rows: list[Row]) -> str:
    """What is written in them."""
    return "\n".join(row.plain.rstrip() for row in rows)
