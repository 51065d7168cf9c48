"""Training that blew up: where, how far, and what to try."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from lstm_viz.validation.errors import InputError

if TYPE_CHECKING:
    from lstm_viz.learning.model import Model


class DivergedError(InputError):
    """A loss or a gradient is no finite number; the weights are those of the last good step."""


def explain(model: Model, value: float, norm: float) -> str:
    """The update, the layer, the norm, and what to try, in one line."""
    where = _place(model, value)
    before = f"; the norm before was {model.norm:.3g}" if math.isfinite(model.norm) else ""
    return (
        f"training diverged at update {model.updates + 1:,}: {where} (loss {value:.3g}, gradient"
        f" norm {norm:.3g}{before}). The weights are those of the update before. {_advice(model)}"
    )


def _place(model: Model, value: float) -> str:
    assert model.engine is not None
    if not math.isfinite(value):
        for each in model.engine.recurrent:
            if not np.isfinite(each.values[each.cell.output]).all():
                return f"the output of layer {each.layer.name} is not finite"
        return "the loss is not finite"
    return f"the gradient of {model.parameters.largest()} is not finite"


def _advice(model: Model) -> str:
    rate = f"a learning rate of {model.optimiser.rate / 10:g} instead of {model.optimiser.rate:g}"
    if model.clip.norm is None and model.clip.value is None:
        return f"Try {rate}, or clipping (--clip-norm 1)"
    return f"Try {rate}, or a tighter clip"
