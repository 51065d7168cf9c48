"""Room that is kept on the screen of `lstm-viz step` for what other steps and keys put there.

So that everything else stands in the same row at every step, and whatever is held.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from functools import lru_cache

from lstm_viz.pictures.kinds import Expression, Grid, Picture, Text, Value, Words
from lstm_viz.pictures.numerals import numeral
from lstm_viz.pictures.scales import sampled
from lstm_viz.views.expressions import kind
from lstm_viz.views.step.heading import (
    out_of_bounds,
    strip_ends,
    strip_of,
    tracked_in,
    was_label,
    wide,
)
from lstm_viz.views.step.looked_at import LookedAt
from lstm_viz.views.step.state import State

STEPS = 24  # at most so many have their sentences measured
WIDE = 140  # columns from which a sentence may have one row only

Message = Callable[[LookedAt, State], Expression]


def sentence_rows(run: LookedAt, state: State, message: Message, columns: int) -> int:
    """The rows of the longest sentence about the chosen line: at any step, held or not."""
    line = replace(state, t=0, holds=(), terms=False, predict=False, hidden=False)
    runs = (run, run.was) if run.was else (run,)
    texts = (text for each in runs for text in _sentences(each, line, message))
    return max([1 if columns >= WIDE else 2, *(_rows(text, columns) for text in texts)])


@lru_cache(64)
def _sentences(run: LookedAt, line: State, message: Message) -> tuple[str, ...]:
    steps = [replace(line, t=t) for t in sampled(len(run), STEPS)]
    known = [each for each in steps if run.chosen(each) is not None]
    found = [message(run, each) for each in known]
    if kind(run.cell, line.name).endswith("gate"):
        widest = max(run.room(line.unit), key=lambda v: len(numeral(v, line.digits)), default=0.0)
        question = run.say.phrase(
            "What if {name} is {value}? It was {was}.",
            name=line.line,
            value=Value(widest),
            was=Value(widest),
        )
        found.append((*question, *out_of_bounds(run)))
    return tuple({_written(each, line.digits): None for each in found})


def _written(said: Expression, digits: int) -> str:
    return "".join(
        piece.text if isinstance(piece, Text) else numeral(piece.value, max(digits, piece.digits))
        for piece in said
    )


@lru_cache(4096)  # a key changes few of them
def _rows(text: str, columns: int) -> int:
    """How many rows a sentence takes; Chinese may break after any of its characters."""
    if wide(text) == len(text):
        return len(textwrap.wrap(text.replace(" %", "_%"), columns))
    return -(-wide(text) // (columns - 1))


def was_strip(run: LookedAt, state: State, hidden: Collection[str], rows: int) -> Iterator[Picture]:
    """What is tracked as it was with nothing held; as many blank rows where nothing is."""
    tracked = tracked_in(run, state, rows)
    if run.was is None and tracked:
        yield Words((), rows=len(tracked))
    elif run.was is not None and tracked:
        yield _as_it_was(run, run.was, state, hidden, tracked)


def _as_it_was(
    run: LookedAt, was: LookedAt, state: State, hidden: Collection[str], tracked: list[str]
) -> Grid:
    names = [Text(was_label(run, name)) for name in tracked]
    found = [was.reached(name, state, name in hidden)[:, state.unit] for name in tracked]
    ends = strip_ends(run, tracked)
    return strip_of(run, state, names, found, (), "", -1, was.room(state.unit), ends)
