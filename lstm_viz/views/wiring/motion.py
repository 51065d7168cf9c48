"""How does a value come to be, operation by operation?

The frames of `frames.py` in motion: numbers travel along their wires, operations light up in their
order, and what a step comes to is said when it is done. A step rests a while then, longer where
the memory is written, where it is erased, at the turn and at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from lstm_viz.measures import first_written, most_erased
from lstm_viz.pictures.kinds import Picture, Stack, Wiring, Words
from lstm_viz.trace.records import Trace
from lstm_viz.views.step.memory_ledger import memory_of
from lstm_viz.views.wiring.graph import graph_of

PARTS, MOST = 6, 1500  # pictures an operation; and of a film: one of more has one picture a step
REST, LONG_REST = 1.5, 5.0  # in operations


class Pace(NamedTuple):
    """How many pictures an operation has (0: no motion), and which steps rest long.

    `ways` are how many operations each way has, in sequence.
    """

    parts: int
    ways: tuple[int, ...]
    long: frozenset[int]

    def rest(self, t: int, last: bool) -> int:
        """How many pictures show the step when it is done."""
        return round(self.parts * (LONG_REST if last or t in self.long else REST))

    def count(self, steps: int) -> int:
        """How many pictures a film of so many steps has."""
        if not self.parts:
            return steps * len(self.ways)
        last = (steps - 1, 0)
        return sum(
            steps * (turns * self.parts - 1) + sum(self.rest(t, t == end) for t in range(steps))
            for turns, end in zip(self.ways, last, strict=False)
        )


def pace(trace: Trace, unit: int, back: bool) -> Pace:
    """The pace of a film of a run, there or there and back: slow enough to follow, or no motion."""
    state = memory_of(trace, unit) or trace.cell.output
    erased = most_erased(trace, state, unit)
    long = {first_written(trace, state, unit), *([] if erased is None else [erased])}
    graph = graph_of(trace.cell)
    ways = [max(each.values()) for each in (graph.turns, graph.turns_back)[: 1 + back]]
    moves = len(trace) * sum(ways) * PARTS <= MOST
    return Pace(PARTS if moves else 0, tuple(ways), frozenset(long))


def film(ways: Iterable[Iterable[Stack]], how: Pace) -> Iterator[Stack]:
    """The frames of each way, first to last step, then last to first, in motion."""
    for back, frames in enumerate(ways):
        if not how.parts:
            yield from frames
            continue
        steps = list(frames)
        end = len(steps) - 1
        for k, frame in enumerate(steps):
            yield from _moving(frame, how, how.ways[back], end - k if back else k, k == end)


def _moving(frame: Stack, how: Pace, turns: int, t: int, last: bool) -> Iterator[Stack]:
    """One step: its operations one after another, and a rest."""
    yield from (lit(frame, k / how.parts, False) for k in range(1, turns * how.parts))
    yield from [lit(frame, turns, True)] * how.rest(t, last)


def lit(frame: Stack, turn: float, done: bool) -> Stack:
    """A frame as it is when so many operations are done; its sentence comes with the last."""
    return Stack(tuple(_lit(part, turn, done) for part in frame.parts))


def _lit(part: Picture, turn: float, done: bool) -> Picture:
    if isinstance(part, Wiring):
        return replace(part, lit=turn)
    if isinstance(part, Words) and part.tone == "strong":
        return replace(part, text=part.text if done else (), room=part.text)
    return part
