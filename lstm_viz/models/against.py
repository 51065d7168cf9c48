"""Two models over the same input: where the second first computes something else, and why.

found = compare(one.run(x), other.run(x))
found.agree, found.first, found.suspicions

Recurrent directions are paired in their order; what stands around them is seen in what comes into
the next direction, and in the outputs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from lstm_viz.equations.tree import PREVIOUS
from lstm_viz.models.suspicions import suspicions
from lstm_viz.network.network import Record
from lstm_viz.network.recurrent import Direction
from lstm_viz.trace.records import Trace
from lstm_viz.validation.names import count

Array = np.ndarray
TOLERANCE = 1e-6  # of the largest number there, or of 1
OUTPUTS = "outputs"


@dataclass(frozen=True)
class Pair:
    """A layer's output in both; `largest` is None where there are not as many numbers."""

    layer: str
    other: str
    largest: float | None
    differs: bool


@dataclass(frozen=True)
class Place:
    """The first number that differs; `step` from 0, in the order in which the cell goes."""

    layer: str
    other: str
    step: int
    quantity: str
    unit: int
    here: float
    there: float


@dataclass(frozen=True)
class Against:
    """How far two runs agree: `first` is the first number that differs in a recurrent layer.

    `suspicions` say in words what, done to the second, makes that layer agree; `weights` are the
    names of its parameters that differ.
    """

    pairs: tuple[Pair, ...]
    first: Place | None
    weights: tuple[str, ...]
    suspicions: tuple[str, ...]
    notes: tuple[str, ...]
    tolerance: float = TOLERANCE

    @property
    def agree(self) -> bool:
        """Whether nothing differs."""
        return not any(pair.differs for pair in self.pairs)


def compare(one: Record, other: Record) -> Against:
    """Compare two runs over one and the same sequence (T, I), or (T,) before an embedding."""
    ways = list(_ways(one, other))
    pairs = [way.pair for way in ways] + [_pair(OUTPUTS, OUTPUTS, one.outputs, other.outputs)]
    differing = next((way for way in ways if way.pair.differs), None)
    first = differing.first if differing else None
    why: list[str] = []
    weights: list[str] = []
    if differing and first:
        weights = list(differing.weights)
        if first.quantity != "x":
            steps = min(len(differing.here), first.step + 16)
            why = list(suspicions(*differing.directions, differing.here, steps, TOLERANCE))
    notes = tuple(_notes(one, other))
    return Against(tuple(pairs), first, tuple(weights), tuple(why), notes)


def apart(one: Array, other: Array, tolerance: float = TOLERANCE) -> Array:
    """Where two arrays of one shape differ by more than the tolerance allows."""
    with np.errstate(all="ignore"):
        largest = float(np.nanmax(np.abs(other), initial=1.0))
        near = np.abs(one - other) <= tolerance * max(1.0, largest)
    wrong: Array = ~(near | (np.isnan(one) & np.isnan(other)))
    return wrong


def _pair(layer: str, other: str, one: Any, two: Any) -> Pair:
    a, b = _flat(one), _flat(two)
    if a.shape != b.shape:
        return Pair(layer, other, None, True)
    with np.errstate(all="ignore"):
        largest = float(np.abs(a - b).max(initial=0))
    return Pair(layer, other, largest, bool(apart(a, b).any()))


def _flat(outputs: Any) -> Array:
    return np.concatenate(outputs, axis=-1) if isinstance(outputs, tuple) else np.asarray(outputs)


# ---------------------------------------------------------------------------- directions


@dataclass(frozen=True, eq=False)
class _Way:
    """A recurrent direction of the one, and its counterpart in the other."""

    names: tuple[str, str]
    directions: tuple[Direction, Direction]
    here: Trace
    there: Trace

    @cached_property
    def pair(self) -> Pair:
        one, other = (trace[trace.cell.output] for trace in (self.here, self.there))
        return _pair(*self.names, one, other)

    @property
    def first(self) -> Place | None:
        """The first step at which something differs, and there what is computed first."""
        found = [place for name in self._common() if (place := self._first(name)) is not None]
        return min(found, key=lambda place: place.step, default=None)

    def _common(self) -> Iterator[str]:
        """What both compute under one name and title, as cells of other equations may not."""
        one, other = self.here.cell, self.there.cell
        for name in one.names:
            known = name in other.names and not name.endswith(PREVIOUS)
            if known and one.title(name) == other.title(name):
                yield name

    def _first(self, name: str) -> Place | None:
        a, b = self.here[name], self.there[name]
        if a.shape != b.shape:
            return None
        wrong = np.argwhere(apart(a, b))
        if not len(wrong):
            return None
        step, unit = map(int, wrong[0])
        here, there = float(a[step, unit]), float(b[step, unit])
        return Place(*self.names, step, name, unit, here, there)

    @property
    def weights(self) -> Iterator[str]:
        """The names of parameters that only one has, or that differ."""
        one, other = (way.weights for way in self.directions)
        for name in dict.fromkeys((*one, *other)):
            a, b = one.get(name), other.get(name)
            if a is None or b is None or a.shape != b.shape or apart(a, b).any():
                yield name


def _ways(one: Record, other: Record) -> Iterator[_Way]:
    ways, theirs = one.network.directions, other.network.directions
    here, there = one.traces, other.traces
    for a, b in zip(ways, theirs, strict=False):
        yield _Way((a, b), (ways[a], theirs[b]), here[a], there[b])


def _notes(one: Record, other: Record) -> Iterator[str]:
    counts = [len(record.network.directions) for record in (one, other)]
    if counts[0] != counts[1]:
        there = " and ".join(count(number, "recurrent direction") for number in counts)
        yield f"{there}: those that both have are compared in order"
