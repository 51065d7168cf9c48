"""A training that can be watched, and what it predicts beside the truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np

from lstm_viz.learning.history import Progress
from lstm_viz.learning.model import Model
from lstm_viz.learning.watched import Example

Array = np.ndarray
Facts = list[tuple[str, str]]


@dataclass(frozen=True)
class Baseline:
    """The loss of an answer that has learned nothing, and what it says."""

    loss: float
    words: str


@dataclass(frozen=True)
class Sample:
    """Truth and prediction along an axis; a text in words.

    `first` is where the axis begins, `mark` a place on it, a `border` where one part of the rows
    ends; `stamps` say when each was. Where they are not along an axis, `names` has a name for each
    of them. `says` makes `predicted` of what the network says of the example, where that is all
    that it shows.
    """

    what: str
    truth: Array | None = None
    predicted: Array | None = None
    mark: float | None = None
    words: str = ""
    axis: str = ""
    border: bool = False
    stamps: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    first: int = 1
    says: Callable[[Array], Array] | None = None

    @property
    def places(self) -> Array:
        """Where on the axis each value of the truth stands."""
        assert self.truth is not None
        return np.arange(self.first, self.first + len(self.truth), dtype=float)

    def when(self, said: Array) -> Sample:
        """As it is when the network says this of the example."""
        return replace(self, predicted=self.says(said)) if self.says else self


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

    @property
    def example(self) -> Example:
        """A sequence that is not trained on."""

    @property
    def label(self) -> str:
        """What it is called beside others of the same title."""

    def sample(self) -> Sample | None:
        """A prediction as it is now, beside the truth."""

    def save(self, path: str | Path) -> None:
        """Write all that is needed to carry on exactly."""

    def line(self, progress: Progress, figures: str) -> str:
        """One line: where it is, the figures, and what else this training has to tell."""

    def __iter__(self) -> Iterator[Progress]:
        """Train, update by update."""
