"""What can be seen of a model in training, taken between two updates."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from lstm_viz.equations.gates import kinds, roles
from lstm_viz.learning.model import Model

Array = np.ndarray
NEARLY = 0.1  # a gate within this of 0 or of 1 is saturated


@dataclass(frozen=True)
class Gate:
    """A gate in the last batch: its mean over all, how often it is all but shut, all but open."""

    layer: str
    name: str
    title: str
    kind: str
    mean: float
    shut: float
    open: float


@dataclass(frozen=True)
class Sample:
    """Truth and prediction along an axis; or, where there is only one answer, in words."""

    what: str
    truth: Array | None = None
    predicted: Array | None = None
    x: Array | None = None
    mark: float | None = None
    words: str = ""


@dataclass(frozen=True)
class Seen:
    """One look: how far it is, the loss so far, gradient norms by distance, gates, a sample."""

    title: str
    what: str
    facts: tuple[tuple[str, str], ...]
    done: int
    total: int
    seconds: float
    losses: Array
    norm: float
    clipped: int
    baseline: float | None = None
    baseline_words: str = ""
    loss_words: str = ""
    norms: dict[str, Array] = field(default_factory=dict)
    gates: tuple[Gate, ...] = ()
    sample: Sample | None = None

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


def gates(model: Model) -> tuple[Gate, ...]:
    """Every gate of every layer, as the last batch left it."""
    return tuple(
        Gate(
            each.layer.name,
            name,
            each.cell.title(name),
            kinds(each.cell)[name],
            float(values.mean()),
            float((values < NEARLY).mean()),
            float((values > 1 - NEARLY).mean()),
        )
        for each in (model.engine.recurrent if model.engine else [])
        for name in roles(each.cell)
        for values in [each.values[name]]
    )
