"""What a task is: batches that never repeat, a baseline to beat, and when it counts as solved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lstm_viz.learning.model import Model
from lstm_viz.learning.tasks.settings import Filled, TaskSettings
from lstm_viz.learning.watched import Example
from lstm_viz.validation.errors import OptionError

Array = np.ndarray
Batch = tuple[Array, Array]  # feature-major inputs and targets
OWN = ("hidden", "steps", "batch", "updates", "rate")  # what every task has a number of its own for


@dataclass(frozen=True)
class Task:
    """A task by name. `make(rng, steps, batch)` gives x (T, I, B) and targets as the loss wants.

    `right(outputs, x, targets)` is the share of answers that are right; it is solved when that
    reaches 99 %. Without it, when the loss falls below `enough` times the baseline. `baseline` is
    the loss of the best answer that ignores what the task is about. It makes sense from `least` to
    `most` steps. `follow(update, steps, batch)`
    makes batches that go on where the one before ended, states carried. `write(model, length)` is
    what a model of a text goes on writing. `marks(x)` are the steps of one sequence, (T, I), that
    its answer depends on; `symbols` are those that the inputs stand for, one by one.
    """

    name: str
    what: str
    source: str
    make: Callable[[np.random.Generator, int, int], Batch]
    loss: str
    baseline: Callable[[int], float]
    baseline_words: str
    inputs: int = 1
    outputs: int = 1
    each_step: bool = False
    right: Callable[[Array, Array, Array], float] | None = None
    enough: float = 0.06
    steps: int = 100
    least: int = 1
    most: int | None = None
    hidden: int = 16
    batch: int = 32
    rate: float = 5e-3
    clip: float = 1.0
    advised: Mapping[str, Any] = field(default_factory=dict)  # what solves it where its own do not
    updates: int = 2000
    follow: Callable[[int, int, int], Batch] | None = None
    write: Callable[[Model, int], str] | None = None
    marks: Callable[[Array], Array] | None = None
    symbols: str = ""
    names: tuple[str, ...] = ()  # of the inputs, where these are numbers
    answers: tuple[str, ...] = ()  # the classes by name

    def filled(self, settings: TaskSettings) -> Filled:
        """The settings with this task's own numbers where nothing else was said.

        Raises `OptionError` for sequences that are too short, or too long, for it.
        """
        steps = self.steps if settings.steps is None else settings.steps
        if steps < self.least:
            raise OptionError(f"--steps {steps}: {self.name} needs {self.least} at least")
        if self.most is not None and steps > self.most:
            raise OptionError(f"--steps {steps}: {self.name} has {self.most:,} at most")
        own = {name: getattr(self, name) for name in OWN}
        if settings.clip_norm is None and settings.clip_value is None:
            own["clip_norm"] = self.clip
        return Filled(**own | {k: v for k, v in vars(settings).items() if v is not None})

    def fresh(self, seed: int, update: int, steps: int, batch: int) -> Batch:
        """The batch of one update: always the same for the same seed and number."""
        if self.follow:
            return self.follow(update, steps, batch)
        return self.some(np.random.default_rng([seed, 4, update]), steps, batch)

    def some(self, rng: np.random.Generator, steps: int, batch: int) -> Batch:
        """Sequences by chance, in float32."""
        x, y = self.make(rng, steps, batch)
        return x.astype(np.float32), y if y.dtype.kind == "i" else y.astype(np.float32)

    @property
    def unseen(self) -> str:
        """What it is tested on."""
        return "fresh sequences" if self.follow is None else "text it was not trained on"

    def example(self, seed: int, steps: int) -> Example:
        """A fresh sequence that is looked at while others are learned."""
        x, y = self.some(np.random.default_rng([seed, 8]), steps, 1)
        one = x[..., 0]
        marks = tuple(map(int, self.marks(one))) if self.marks else ()
        labels = tuple(self.symbols[k] for k in one.argmax(axis=1)) if self.symbols else ()
        return Example(x, y, marks, labels, self.names)

    def solved(self, steps: int, loss: float, right: float) -> bool:
        """Whether a loss and a share of right answers count as solved."""
        return right >= 0.99 if self.right else loss < self.enough * self.baseline(steps)


def one_hot(symbols: Array, count: int) -> Array:
    """(T, B) of whole numbers → (T, count, B)."""
    found = np.zeros((len(symbols), count, symbols.shape[1]), np.float32)
    np.put_along_axis(found, symbols[:, None], 1, axis=1)
    return found


def same_class(outputs: Array, x: Array, targets: Array) -> float:
    """Share of sequences, or steps, whose largest score is the right class."""
    return float((outputs.argmax(axis=-2) == targets).mean())


def same_side(outputs: Array, x: Array, targets: Array) -> float:
    """Share of two-way answers on the right side of one half."""
    return float(((outputs > 0) == (targets > 0.5)).mean())
