"""Training that blew up: where, how far, and what to try."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lstm_viz.validation.errors import InputError
from lstm_viz.validation.numbers import brief

EXPLODED = 100.0  # times the loss of the first update, and the baseline: no noise is as large

JUMP = 10.0  # times the running mean before, from which a loss has jumped


class DivergedError(InputError):
    """A loss or a gradient is no finite number; the weights are those of the last good step."""


@dataclass(frozen=True)
class Facts:
    """What is known of an update that blew up: losses, norms, the learning rate, and where.

    `layer` is the first layer whose output is not finite, empty where all are; `weight` the first
    whose gradient is not. `before` is the norm of the update before, not-a-number if there is none.
    """

    update: int
    loss: float
    norm: float
    before: float
    layer: str
    weight: str
    rate: float
    clipped: bool
    usual: float = math.inf  # learning rate of the optimiser


def explain(facts: Facts) -> str:
    """The update, the layer, the norm, and what to try, in one line."""
    loss, norm, before = (brief(each, 3) for each in (facts.loss, facts.norm, facts.before))
    past = f"; the norm before was {before}" if math.isfinite(facts.before) else ""
    return (
        f"training diverged at update {facts.update:,}: {_place(facts)} (loss {loss},"
        f" gradient norm {norm}{past}). The weights are those of the update before."
        f" {_advice(facts.rate, facts.usual, facts.clipped)}"
    )


def exploded(first: float, last: float, baseline: float = 0.0) -> bool:
    """Whether a loss, though finite, ended far above where it began, and far above a baseline."""
    return not last <= EXPLODED * max(first, baseline)


def grown(first: float, last: float, rate: float, usual: float, clipped: bool) -> str:
    """What there is to say of a loss that exploded, and what to try, in one line."""
    return (
        f"training diverged: the loss grew from {brief(first, 3)} to {brief(last, 3)}."
        f" {_advice(rate, usual, clipped)}"
    )


@dataclass(frozen=True)
class Jump:
    """The update whose loss was the most times the running mean `before` it."""

    update: int
    loss: float
    before: float

    @property
    def words(self) -> str:
        """When it was, and how far, in one sentence."""
        times = brief(self.loss / self.before, 3)
        return (
            f"The loss jumped: at update {self.update:,} it was {brief(self.loss, 4)},"
            f" {times} times its running mean before that, {brief(self.before, 4)}."
        )


def jumped(losses: Sequence[float], means: Sequence[float], begun: int = 0) -> Jump | None:
    """Where the loss of an update was the most times its running mean until then.

    `means` are the running means of these `losses`, of the updates after `begun`. None where it was
    never `JUMP` times as large.
    """
    found, before = np.asarray(losses, float)[1:], np.asarray(means, float)[:-1]
    with np.errstate(all="ignore"):
        times = np.where((before > 0) & np.isfinite(found), found / before, 0.0)
    if not (times >= JUMP).any():
        return None
    k = int(times.argmax())
    return Jump(begun + k + 2, float(found[k]), float(before[k]))


def _advice(rate: float, usual: float, clipped: bool) -> str:
    way_out = "a tighter clip" if clipped else "clipping (--clip-norm 1)"
    lower = brief(min(rate / 10, usual))
    return f"Try a learning rate of {lower} instead of {brief(rate)}, or {way_out}"


def _place(facts: Facts) -> str:
    if math.isfinite(facts.loss):
        return f"the gradient of {facts.weight} is not finite"
    if facts.layer:
        return f"the output of layer {facts.layer} is not finite"
    return "the loss is not finite"
