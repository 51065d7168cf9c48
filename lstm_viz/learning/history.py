"""What training tells while it runs, what it leaves, and when it should stop."""

from __future__ import annotations

import math
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Progress:
    """One update: how many there were, the epoch (from 1), the batch's loss, the gradient norm.

    The norm is that of all gradients before clipping; `clipped` tells whether clipping acted.
    """

    update: int
    epoch: int
    loss: float
    norm: float
    last_of_epoch: bool = False
    clipped: bool = False


@dataclass
class History:
    """The loss of every update, and the mean loss of each whole epoch."""

    updates: list[float] = field(default_factory=list)
    norms: list[float] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    interrupted: bool = False
    _begun: int = 0

    def add(self, each: Progress) -> None:
        """Note one update."""
        self.updates.append(each.loss)
        self.norms.append(each.norm)
        if each.last_of_epoch:
            part = self.updates[self._begun :]
            self.losses.append(sum(part) / len(part))
            self._begun = len(self.updates)


class Smoothed:
    """A running mean that forgets: share `smoothing` of the old, the rest of the new.

    It is divided by the weight it has gathered, so that it is a mean from the first number on.
    """

    def __init__(self, smoothing: float = 0.9) -> None:
        self.smoothing, self.total, self.weight = smoothing, 0.0, 0.0

    @property
    def memory(self) -> list[float]:
        """What the next mean depends on; may be set."""
        return [self.total, self.weight]

    @memory.setter
    def memory(self, found: list[float]) -> None:
        self.total, self.weight = map(float, found)

    def __call__(self, value: float) -> float:
        """The mean with one number more."""
        keep = self.smoothing
        self.total = keep * self.total + (1 - keep) * value
        self.weight = keep * self.weight + (1 - keep)
        return self.value

    @property
    def value(self) -> float:
        """The mean so far; not-a-number before the first number."""
        return self.total / self.weight if self.weight else math.nan


class EarlyStop:
    """Says when to stop: the smoothed loss is below `until`, or fell not for `patience` calls."""

    def __init__(
        self, patience: int | None = None, smoothing: float = 0.9, until: float | None = None
    ) -> None:
        self.patience, self.until = patience, until
        self.smoothed, self.best, self.since = Smoothed(smoothing), math.inf, 0

    @property
    def memory(self) -> list[float]:
        """What the next answer depends on; may be set."""
        return [*self.smoothed.memory, self.best, self.since]

    @memory.setter
    def memory(self, found: list[float]) -> None:
        self.smoothed.memory, self.best, self.since = found[:2], float(found[2]), int(found[3])

    def __call__(self, loss: float) -> bool:
        """Whether to stop, given one loss more."""
        value = self.smoothed(loss)
        self.since = 0 if value < self.best else self.since + 1
        self.best = min(self.best, value)
        if self.until is not None and value < self.until:
            return True
        return self.patience is not None and self.since >= self.patience
