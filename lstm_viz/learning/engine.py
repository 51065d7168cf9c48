"""Forward and back through all layers at one size, with nothing allocated anew."""

from __future__ import annotations

import numpy as np

from lstm_viz.learning.parameters import Parameters
from lstm_viz.learning.units import RecurrentUnit, Unit, unit
from lstm_viz.network.network import Network

Array = np.ndarray
States = dict[str, dict[str, Array]]


class Engine:
    """A network's units for inputs of one shape, (T, features, B), or (T, B) of whole numbers."""

    def __init__(
        self, network: Network, parameters: Parameters, rng: np.random.Generator, x: Array
    ) -> None:
        self.units: list[Unit] = []
        for layer in network.layers:
            each = unit(layer, parameters.of(layer, parameters.slopes), rng, x)
            self.units.append(each)
            x = each.forward(x, training=False)

    def forward(self, x: Array, training: bool = False) -> Array:
        """What the last layer hands on."""
        for each in self.units:
            x = each.forward(x, training)
        return x

    def backward(self, dy: Array) -> Array | None:
        """Add to all weights' gradients, from ∂L/∂outputs; ∂L/∂inputs."""
        for each in reversed(self.units):
            dy = each.backward(dy)
        return dy

    def begin(self, states: States) -> None:
        """The states that the next runs begin with; zeros where `states` is silent."""
        for each in self.units:
            each.initial = states

    def final(self) -> States:
        """The states that the last run ended with."""
        return {key: states for each in self.units for key, states in each.final().items()}

    @property
    def recurrent(self) -> list[RecurrentUnit]:
        """The units whose every value and gradient can be looked at."""
        return [each for each in self.units if isinstance(each, RecurrentUnit)]
