"""What does a network do with one and the same sequence, while it learns?

The loss and, beside it, a prediction and the truth; below them the gates and the memory over the
steps of the sequence, or the gradient that comes back to each step.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

from lstm_viz.learning.snapshot import Sample
from lstm_viz.learning.watched import Example, Look
from lstm_viz.pictures.kinds import (
    Beside,
    Grid,
    Picture,
    Stack,
    Text,
    Title,
    Tone,
    Value,
    Words,
)
from lstm_viz.pictures.language import ENGLISH
from lstm_viz.validation.names import count
from lstm_viz.views.expressions import kind, named
from lstm_viz.views.expressions import title as title_of
from lstm_viz.views.watched_curves import Watched, gradient, loss, prediction

TALL = 2  # rows of a figure for an input, so that there is room for the ends of its scale
FEW, APART = 4, 5  # inputs that are drawn; steps between two marks that both have their labels
Part = Literal["cells", "gradient"]
TONES: tuple[Tone, Tone] = "strong", "plain"


@dataclass(frozen=True)
class Frame:
    """What of it is drawn: after which update, which part, from which unit on, and how many."""

    update: float
    part: Part = "cells"
    first: int = 0
    units: int = 64
    paired: bool = False
    wide: bool = False  # the maps beside the loss, not below it
    inputs: bool = True  # whether the sequence stands over the maps
    ticks: bool = True  # over the marked steps of every map, not of the first one alone


def picture(all_seen: tuple[Watched, ...], frame: Frame, titled: bool = True) -> Stack:
    """One look at a training, or at several side by side."""
    columns = [_column(seen, frame, all_seen) for seen in all_seen]
    head = (_title(all_seen[0]),) if titled else ()
    if len(columns) == 1:
        return Stack((*head, columns[0]))
    rows = zip(*(column.parts for column in columns), strict=True)  # which are then of one height
    return Stack((*head, *(Beside(row) for row in rows)))


def _title(seen: Watched) -> Title:
    return Title(seen.training.title, seen.training.what)


def _column(seen: Watched, frame: Frame, all_seen: tuple[Watched, ...]) -> Stack:
    look, many = seen.looks.at(frame.update), len(all_seen) > 1
    said = [Words((Text(seen.training.label),), "strong")] * many
    at, sample = seen.looks.sample_at(look.update)
    said.append(_said(look, sample if many else None, many))
    top: Picture = loss(seen, look, all_seen)
    if isinstance(sample, Sample) and is_drawn(sample, many):
        made = [each for _, each in seen.looks.samples]
        beside = prediction(sample, at, look.update, made, still=not frame.wide)
        top = Stack((top, beside)) if many or frame.wide else Beside((top, beside), (3, 2))
    maps = below(seen, look, frame, all_seen)
    if frame.wide and not many:
        return Stack((*said, Beside((top, *maps), (5, 6))))
    return Stack((*said, top, *maps))


def is_drawn(sample: object, many: bool) -> bool:
    """Whether a prediction has a picture: of several side by side, a single number is said."""
    return isinstance(sample, Sample) and not (many and len(sample.names) == 1)


def _said(look: Look, sample: Sample | None, many: bool) -> Words:
    """After how many updates it is, and how good; of several, the one number that is said."""
    said, tone = count(look.update, "update"), TONES[many]
    if sample and len(sample.names) == 1 and sample.truth is not None:
        truth, output = float(sample.truth[0]), float(look.output[0])
        return Words(
            (Text(f"{said}: predicted "), Value(output, "output"), Text(", true "), Value(truth))
        )
    return Words((Text(f"{said}, loss on this sequence "), Value(look.loss)), tone)


def below(
    seen: Watched, look: Look, frame: Frame, all_seen: tuple[Watched, ...]
) -> tuple[Picture, ...]:
    """What stands below the loss: over the steps, on one axis; one scale for all that are seen."""
    if frame.part == "gradient":
        return (gradient(seen, look),)
    given = _inputs(seen.example, TALL if frame.wide else 1) if frame.inputs else None
    inputs = [given] if given else []
    maps = [_map(seen, look, name, frame, _largest(name, all_seen)) for name in seen.looks.names]
    if frame.wide and maps and not maps[-1].columns:  # on a screen the row has other uses
        steps = tuple(str(t + 1) for t in range(len(seen.example)))
        maps[-1] = replace(maps[-1], columns=steps, column_title="step")
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


def _inputs(example: Example, tall: int = 1) -> Grid | None:
    """What comes in; symbols are named over the maps instead."""
    if example.labels or example.inputs.shape[1] > FEW:
        return None
    names = example.names[:1] if example.marks else example.names  # marks stand for the others
    values = example.inputs[:, : len(names) or None, 0].T.astype(float)
    rows = tuple(map(Text, names or map(str, range(len(values)))))
    low, high = float(values.min()), max(float(values.max()), 1e-9)
    low = 0.0 if 0 <= low < high / 3 else low  # else only how they differ would not be seen
    labels = _labels(example)
    return Grid(
        (), values, rows, labels, "", low, high, "input", shown="heights", marks=example.marks,
        tall=tall,
    )  # fmt: skip


def input_rows(seen: Watched) -> int:
    """How many lines of a screen stand over the maps."""
    given = _inputs(seen.example)
    return bool(seen.example.labels) if given is None else len(given.rows) + any(given.columns)


def _largest(name: str, all_seen: tuple[Watched, ...]) -> float:
    """The largest size of a quantity in the last look at any of them."""
    return max(each.looks.largest(name) for each in all_seen if name in each.looks.names)


def _map(seen: Watched, look: Look, name: str, frame: Frame, largest: float) -> Grid:
    """A quantity, units × steps."""
    cell, values = seen.looks.cell, look.values[name].T
    units, of = len(values), kind(cell, name)
    first = max(min(frame.first, units - frame.units), 0)
    chosen = list(range(units))
    if units > frame.units:
        chosen = seen.looks.order[first : first + frame.units]
    high = 1.0 if of.endswith("gate") else _next(largest)
    words, foremost = title_of(cell, name, ENGLISH), name == seen.looks.names[0]
    some = _some(len(chosen), units, first) * foremost  # said once: all maps have the same units
    title = (named(cell, name), Text(f"  {words}{some}"))
    rows = tuple(Text(f"{unit:{len(str(units - 1))}}") for unit in chosen)
    alone = foremost and _inputs(seen.example) is None
    return Grid(
        title,
        values[chosen].astype(float),
        rows,
        _labels(seen.example) if alone else (),
        "",
        0.0 if of.endswith("gate") else -high,
        high,
        of,
        marks=seen.example.marks if frame.ticks or foremost else (),
        paired=frame.paired,
    )


def _some(shown: int, units: int, first: int) -> str:
    """Which of the units are drawn, where not all are."""
    if shown == units:
        return ""
    return f"   {shown} of {units} units" + ", those that change most" * (not first)


def _next(least: float) -> float:
    """The next of 1, 1.5, 2, 3, 5, 7, 10 …: a scale that seldom changes."""
    if not 0 < least < math.inf:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next(k * power for k in (1, 1.5, 2, 3, 5, 7, 10) if k * power >= least * (1 - 1e-12))
