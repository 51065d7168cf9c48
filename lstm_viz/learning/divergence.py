"""Training that blew up: where, how far, and what to try."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lstm_viz.validation.errors import InputError


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


def explain(facts: Facts) -> str:
    """The update, the layer, the norm, and what to try, in one line."""
    before = f"; the norm before was {facts.before:.3g}" if math.isfinite(facts.before) else ""
    way_out = "a tighter clip" if facts.clipped else "clipping (--clip-norm 1)"
    return (
        f"training diverged at update {facts.update:,}: {_place(facts)} (loss {facts.loss:.3g},"
        f" gradient norm {facts.norm:.3g}{before}). The weights are those of the update before."
        f" Try a learning rate of {facts.rate / 10:g} instead of {facts.rate:g}, or {way_out}"
    )


def _place(facts: Facts) -> str:
    if math.isfinite(facts.loss):
        return f"the gradient of {facts.weight} is not finite"
    if facts.layer:
        return f"the output of layer {facts.layer} is not finite"
    return "the loss is not finite"
