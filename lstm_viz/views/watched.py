"""What does a network do with one and the same sequence, while it learns?

The loss and, beside it, a prediction and the truth; below them the gates and the memory over the
steps of the sequence, or the gradient that comes back to each step.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lstm_viz.learning.snapshot import Sample, Training
from lstm_viz.learning.watched import Example, Look, Looks
from lstm_viz.pictures.kinds import (
    Bar,
    Bars,
    Beside,
    Curve,
    Curves,
    Expression,
    Grid,
    Picture,
    Stack,
    Text,
    Title,
    Value,
    Words,
)
from lstm_viz.pictures.language import ENGLISH
from lstm_viz.pictures.scales import round_number
from lstm_viz.validation.names import count
from lstm_viz.views.expressions import kind, named
from lstm_viz.views.expressions import title as title_of

POINTS = 240  # of a loss curve
FEW, APART = 4, 5  # inputs that are drawn; steps between two marks that both have their labels
FAINTEST = 1e-8  # of a gradient that is drawn, as a part of the largest
Part = Literal["cells", "gradient"]


@dataclass(frozen=True, eq=False)
class Watched:
    """A training and what was seen of it so far; its loss axis is for `whole` updates.

    `losses` are those of every update since `begun`, as they are and smoothed.
    """

    training: Training
    looks: Looks
    losses: np.ndarray
    smoothed: np.ndarray
    whole: int
    begun: int = 0

    @property
    def example(self) -> Example:
        """The sequence."""
        return self.looks.example


@dataclass(frozen=True)
class Frame:
    """What of it is drawn: after which update, which part, from which unit on, and how many."""

    update: float
    part: Part = "cells"
    first: int = 0
    units: int = 64
    paired: bool = False
    wide: bool = False  # the maps beside the loss, not below it


def picture(all_seen: tuple[Watched, ...], frame: Frame, titled: bool = True) -> Stack:
    """One look at a training, or at several side by side."""
    many = len(all_seen) > 1
    columns = [_column(seen, frame, many) for seen in all_seen]
    head = (_title(all_seen[0]),) if titled else ()
    return Stack((*head, Beside(tuple(columns)) if many else columns[0]))


def _title(seen: Watched) -> Title:
    return Title(seen.training.title, seen.training.what)


def _column(seen: Watched, frame: Frame, many: bool) -> Stack:
    look = seen.looks.at(frame.update)
    said = _said(seen, look, many)
    top: Picture = loss(seen, look)
    at, sample = seen.looks.sample_at(look.update)
    if isinstance(sample, Sample):
        beside = prediction(sample, at, look.update)
        top = Stack((top, beside)) if many or frame.wide else Beside((top, beside), (3, 2))
    maps = below(seen, look, frame)
    if frame.wide and not many:
        return Stack((said, Beside((top, *maps), (4, 6))))
    return Stack((said, top, *maps))


def _said(seen: Watched, look: Look, many: bool) -> Words:
    name = (Text(f"{seen.training.label}   "),) if many else ()
    said = f"{count(look.update, 'update')}, loss on this sequence "
    return Words((*name, Text(said), Value(look.loss)), "strong")


def below(seen: Watched, look: Look, frame: Frame) -> tuple[Picture, ...]:
    """What stands below the loss: over the steps, on one axis."""
    if frame.part == "gradient":
        return (gradient(seen, look),)
    inputs = [given] if (given := _inputs(seen.example)) else []
    maps = [_map(seen, look, name, frame) for name in seen.looks.names]
    return (Stack((*inputs, *maps), in_step=True),)


# ---------------------------------------------------------------------------- the sequence


def _labels(example: Example) -> tuple[str, ...]:
    """What stands over the steps: at the marks, what came in there; all, where none is marked."""
    labels = example.labels
    if not example.marks:
        return labels
    found, last = [""] * len(example), -APART
    for mark in example.marks:
        if mark - last >= APART:
            own = labels[mark] if labels else f"{float(example.inputs[mark, 0, 0]):.2f}"
            found[mark], last = own, mark
    return tuple(found)


def _inputs(example: Example) -> Grid | None:
    """What comes in; symbols are named over the maps instead."""
    if example.labels or example.inputs.shape[1] > FEW:
        return None
    names = example.names[:1] if example.marks else example.names  # marks stand for the others
    values = example.inputs[:, : len(names) or None, 0].T.astype(float)
    rows = tuple(map(Text, names or map(str, range(len(values)))))
    low, high = min(0.0, float(values.min())), max(float(values.max()), 1e-9)
    labels = _labels(example)
    return Grid(
        (), values, rows, labels, "", low, high, "input", shown="heights", marks=example.marks
    )


def input_rows(seen: Watched) -> int:
    """How many lines of a screen stand over the maps."""
    given = _inputs(seen.example)
    return bool(seen.example.labels) if given is None else len(given.rows) + any(given.columns)


def _map(seen: Watched, look: Look, name: str, frame: Frame) -> Grid:
    """A quantity, units × steps."""
    cell, values = seen.looks.cell, look.values[name].T
    units, of = len(values), kind(cell, name)
    first = max(min(frame.first, units - frame.units), 0)
    shown = values[first : first + frame.units]
    high = 1.0 if of.endswith("gate") else _next(seen.looks.largest(name))
    words = title_of(cell, name, ENGLISH)
    some = f"   units {first} to {first + len(shown) - 1} of {units}" * (len(shown) < units)
    title = (named(cell, name), Text(f"  {words}{some}"))
    rows = tuple(Text(str(first + k)) for k in range(len(shown)))
    alone = name == seen.looks.names[0] and _inputs(seen.example) is None
    return Grid(
        title,
        shown.astype(float),
        rows,
        _labels(seen.example) if alone else (),
        "",
        0.0 if of.endswith("gate") else -high,
        high,
        of,
        marks=seen.example.marks,
        paired=frame.paired,
    )


def _next(least: float) -> float:
    """The next of 1, 1.5, 2, 3, 5, 7, 10 …: a scale that seldom changes."""
    if not 0 < least < math.inf:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next(k * power for k in (1, 1.5, 2, 3, 5, 7, 10) if k * power >= least * (1 - 1e-12))


# ---------------------------------------------------------------------------- curves


def loss(seen: Watched, look: Look) -> Curves:
    """The loss of each batch and its running mean, as far as it has come; axes for all of it."""
    done = max(look.update - seen.begun, 0)
    places = np.unique(np.linspace(0, max(seen.whole - 1, 1), POINTS).astype(int))
    there = places[places < done]
    ends = [*seen.losses.tolist()] if len(seen.losses) else [1.0]
    base = seen.training.baseline
    curves = [
        Curve(Text("batch"), _upto(seen.losses, there, places), of="output", strength=0.1),
        Curve(Text("running mean"), _upto(seen.smoothed, there, places), of="output"),
    ]
    if base:
        line = np.full(len(places), base.loss)
        curves.append(Curve(Text("baseline"), line, dashed=True, note=base.words))
        ends.append(base.loss)
    known = np.array([each for each in ends if math.isfinite(each) and each > 0] or [0.1, 1.0])
    low, high = (
        10.0 ** f(math.log10(e)) for f, e in ((math.floor, known.min()), (math.ceil, known.max()))
    )
    head = (Text(f"Loss: {seen.training.model.loss.what}"),)
    x = places + 1.0 + seen.begun
    return Curves(
        head, x, tuple(curves), "update", logarithmic=True, low=low, high=max(high, 10 * low)
    )


def _upto(values: np.ndarray, there: np.ndarray, places: np.ndarray) -> np.ndarray:
    found = np.full(len(places), np.nan)
    found[: len(there)] = values[there]
    return found


def gradient(seen: Watched, look: Look) -> Curves:
    """‖∂L/∂h‖ of the sequence by the distance from its last step."""
    most = max(float(each.norms.max()) for each in seen.looks.all)
    high = 10.0 ** math.ceil(math.log10(most)) if 0 < most < math.inf else 1.0
    low = high * FAINTEST
    norms = look.norms[::-1].astype(float)
    output = seen.looks.cell.output
    name = f"‖∂L/∂{output}‖"
    curve = Curve(Text(name, "gradient"), np.where(norms > 0, np.maximum(norms, low), np.nan))
    head: Expression = (Text(f"{name} by distance from the last step"),)
    x = np.arange(len(norms), dtype=float)
    return Curves(head, x, (curve,), "steps back", logarithmic=True, low=low, high=high)


# ---------------------------------------------------------------------------- the prediction


def prediction(seen: Sample, at: int, update: int) -> Picture:
    """A prediction beside the truth, as it was after update `at`."""
    old = f", after {count(at, 'update')}" * (at != update)
    if seen.truth is None or seen.predicted is None:
        return Words((Text(f"{seen.what}{old}: {seen.words}"),), rows=3)
    if seen.names:
        return _answers(seen, old)
    low, high = _axis(seen.truth)
    return Curves(
        (Text(f"{seen.what}{old}"),),
        np.arange(len(seen.truth), dtype=float),
        (
            Curve(Text("truth"), seen.truth, dashed=True),
            Curve(Text("predicted", "output"), np.clip(seen.predicted, low, high)),
        ),
        seen.axis,
        now=seen.mark,
        low=low,
        high=high,
        border=seen.border,
        names=seen.stamps,
    )


def _axis(truth: np.ndarray) -> tuple[float, float]:
    """Ends that stay: those of the truth with a margin; a probability's are 0 and 1."""
    low, high = float(truth.min()), float(truth.max())
    if low == high:
        return min(low, 0.0), max(high, 1.0)
    margin = (high - low) / 4
    return low - margin, high + margin


def _answers(seen: Sample, old: str) -> Bars:
    """One answer of several, or a single number and what it should be."""
    assert seen.truth is not None
    assert seen.predicted is not None
    if len(seen.names) > 1:
        bars = [
            Bar(Text(name, "output"), float(p), 0.0, 1.0, (Text("← right" if t else ""),))
            for name, t, p in zip(seen.names, seen.truth, seen.predicted, strict=True)
        ]
    else:
        high = max(1.0, round_number(float(abs(seen.truth[0]))))
        pairs = (("truth", "", seen.truth), ("predicted", "output", seen.predicted))
        bars = [Bar(Text(n, of), float(v[0]), 0.0, high) for n, of, v in pairs]
    return Bars((Text(f"{seen.what}{old}"),), tuple(bars))
