"""A training that can be watched, and one look at it, taken between two updates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from lstm_viz.equations.gates import roles
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.learning.history import Progress
from lstm_viz.learning.model import Model
from lstm_viz.measures import Standing, standing

Array = np.ndarray
Facts = list[tuple[str, str]]


@dataclass(frozen=True)
class Baseline:
    """The loss of an answer that has learned nothing, and what it says."""

    loss: float
    words: str


@dataclass(frozen=True)
class Sample:
    """Truth and prediction along an axis; or, where there is only one answer, in words.

    `mark` is a place on the axis, a `border` where one part of the rows ends; `stamps` say when
    each was.
    """

    what: str
    truth: Array | None = None
    predicted: Array | None = None
    mark: float | None = None
    words: str = ""
    axis: str = ""
    border: bool = False
    stamps: tuple[str, ...] = ()


class Training(Protocol):
    """What can be watched while it learns: iterate it for its updates.

    `title` and `what` name it, `total` is how many updates there are at most.
    """

    model: Model
    title: str
    what: str
    total: int

    def due(self, done: int) -> bool:
        """Whether a line is due after so many updates of this run."""

    @property
    def baseline(self) -> Baseline | None:
        """What the loss is to be measured against."""

    @property
    def facts(self) -> Facts:
        """(label, text) of what one should know beforehand."""

    @property
    def endings(self) -> list[str]:
        """What is to be said of how it went, once it has ended."""

    def sample(self) -> Sample | None:
        """A prediction as it is now, beside the truth."""

    def save(self, path: str | Path) -> None:
        """Write all that is needed to carry on exactly."""

    def line(self, progress: Progress, figures: str) -> str:
        """One line: where it is, the figures, and what else this training has to tell."""

    def __iter__(self) -> Iterator[Progress]:
        """Train, update by update."""


@dataclass(frozen=True)
class GateReading:
    """A gate of a layer, and how it stood in the last batch."""

    layer: str
    cell: Recurrence
    name: str
    standing: Standing


@dataclass(frozen=True)
class Snapshot:
    """One look: how far it is, the loss so far, gradient norms by distance, gates, a sample."""

    done: int
    total: int
    seconds: float
    losses: Array
    norm: float
    clipped: int
    baseline: Baseline | None = None
    loss_words: str = ""
    norms: dict[str, Array] = field(default_factory=dict)
    gates: tuple[GateReading, ...] = ()
    sample: Sample | None = None

    @property
    def share(self) -> float:
        """How much of all is done, from 0 to 1."""
        return self.done / max(self.total, 1)

    @property
    def rate(self) -> float:
        """Updates a second."""
        return self.done / self.seconds if self.seconds > 0 else 0.0

    @property
    def left(self) -> float:
        """Seconds that are left at this rate."""
        return (self.total - self.done) / self.rate if self.rate else 0.0


def gradient_norms(model: Model) -> dict[str, Array]:
    """Layer → ‖∂L/∂h_t‖ by distance from the last step, (T,): the first is the last step's."""
    found = {}
    for each in model.engine.recurrent if model.engine else []:
        gradient = each.gradients.get(each.cell.output)
        if gradient is not None:
            found[each.layer.name] = np.sqrt((gradient**2).sum(axis=(1, 2)))[::-1].astype(float)
    return found


def gate_readings(model: Model) -> tuple[GateReading, ...]:
    """Every gate of every layer, as the last batch left it."""
    return tuple(
        GateReading(each.layer.name, each.cell, name, standing(each.values[name]))
        for each in (model.engine.recurrent if model.engine else [])
        for name in roles(each.cell)
    )
