"""Forward and back through all layers at one size, with nothing allocated anew."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_viz.learning.parameters import Parameters
from lstm_viz.learning.units import (
    ActivationUnit,
    Array,
    DenseUnit,
    DropoutUnit,
    RecurrentUnit,
    States,
    Unit,
)
from lstm_viz.network.layers import Activation, Dense, Dropout
from lstm_viz.network.network import Network
from lstm_viz.network.recurrent import Recurrent
from lstm_viz.validation.errors import InputError

ROWWISE = ("softmax", "log_softmax")  # activations that look at all features together


def kind_of(layer: Any, x: Array) -> type[Unit]:
    """The unit for a layer and inputs shaped as x. Raises `InputError` where they do not fit."""
    match layer:
        case Recurrent():
            if x.ndim != 3:
                raise InputError(
                    f"{layer.name} needs a sequence, but its input is one vector per sequence:"
                    " give the layer before it return_sequences"
                )
            forward = [way for way in layer.directions if not way.reverse]
            plain = len(forward) == len(layer.directions) == 1 and not layer.states
            cut = any(way.cell.cut for way in layer.directions)  # which compiled functions ignore
            return RecurrentUnit if plain and not cut else Unit
        case Dense():
            wanted = layer.weights["W"].shape[1]
            if x.shape[-2] != wanted:
                raise InputError(f"{layer.name} takes {wanted} features, {x.shape[-2]} come in")
            return Unit if layer.activation in ROWWISE else DenseUnit
        case Activation() if layer.activation not in ROWWISE:
            return ActivationUnit
    return DropoutUnit if isinstance(layer, Dropout) else Unit


class Engine:
    """A network's units for inputs of one shape, (T, features, B), or (T, B) of whole numbers.

    One that is not `lean` has every value and every gradient of its cells, to be looked at.
    """

    def __init__(
        self,
        network: Network,
        parameters: Parameters,
        rng: np.random.Generator,
        x: Array,
        lean: bool = True,
    ) -> None:
        self.shape = x.shape
        self.units: list[Unit] = []
        for layer in network.layers:
            slopes = parameters.of(layer, parameters.slopes)
            self.units.append(kind_of(layer, x)(layer, slopes, rng, x, lean))
            with np.errstate(all="ignore"):
                x = self.units[-1].forward(x, training=False)

    def forward(self, x: Array, training: bool = False) -> Array:
        """What the last layer hands on."""
        with np.errstate(all="ignore"):  # what is not finite is there to be seen
            for each in self.units:
                x = each.forward(x, training)
        return x

    def backward(self, dy: Array) -> Array | None:
        """Add to all weights' gradients, from ∂L/∂outputs; ∂L/∂inputs."""
        for each in reversed(self.units):
            dy = each.backward(dy)
        return dy

    @property
    def nbytes(self) -> int:
        """About how much memory it holds."""
        return sum(each.nbytes for each in self.units)

    def begin(self, states: States) -> None:
        """The states that the next runs begin with; zeros where `states` is silent."""
        for each in self.units:
            each.initial = states

    def final(self) -> States:
        """The states that the last run ended with."""
        return {key: states for each in self.units for key, states in each.final().items()}

    @property
    def recurrent(self) -> list[RecurrentUnit]:
        """The units of the cells that values and gradients can be had of."""
        return [each for each in self.units if isinstance(each, RecurrentUnit)]

    def not_finite(self) -> str:
        """The first recurrent layer whose last output is not finite; empty where all are."""
        spoiled = [u for u in self.recurrent if not np.isfinite(u.values[u.cell.output]).all()]
        return str(spoiled[0].layer.name) if spoiled else ""
