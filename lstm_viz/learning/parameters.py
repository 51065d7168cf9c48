"""All weights of a network in one flat vector, all gradients in another; each weight is a view.

An update of the vector is an update of every weight in place, and costs a few calls, not a few for
each weight.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from lstm_viz.equations.gates import beside
from lstm_viz.learning.optimisers import Optimiser
from lstm_viz.network.layers import Layer
from lstm_viz.network.network import Network
from lstm_viz.network.recurrent import Recurrent

Array = np.ndarray


class Parameters:
    """`values` and `gradients` are flat; `weights[name]` and `slopes[name]` are views into them.

    With 2 `biases` a recurrent layer has two where inputs and past share one, as in PyTorch: each
    takes the optimiser's step, and their sum, which is all that counts, moves twice as far.
    """

    def __init__(self, network: Network, biases: int = 1) -> None:
        weights = network.weights
        parts = [weight.ravel() for weight in weights.values()]
        self.values = np.concatenate(parts) if parts else np.zeros(0, network.dtype)
        self.gradients = np.zeros_like(self.values)
        shapes = {name: weight.shape for name, weight in weights.items()}
        self.weights = views(self.values, shapes)
        self.slopes = views(self.gradients, shapes)
        for layer in network.layers:
            layer.adopt(self.of(layer, self.weights))
        self.twice = self._shared_biases(network) if biases == 2 else np.zeros(0, int)

    def of(self, layer: Layer, arrays: Mapping[str, Array]) -> dict[str, Array]:
        """A layer's own part of `weights` or `slopes`, without its name before the dot."""
        return {name: arrays[f"{layer.name}.{name}"] for name in layer.weights}

    def norm(self) -> float:
        """The Euclidean norm of all gradients; not finite where one of them is not."""
        norm = float(np.sqrt(np.dot(self.gradients, self.gradients)))
        if self.twice.size:
            norm = math.hypot(norm, np.linalg.norm(self.gradients[self.twice]))
        return norm

    def step(self, optimiser: Optimiser) -> None:
        """Move all weights against their gradients."""
        before = self.values[self.twice]
        optimiser.step(self.values, self.gradients)
        if self.twice.size:
            self.values[self.twice] += self.values[self.twice] - before

    def _shared_biases(self, network: Network) -> Array:
        """Where in the flat vectors the biases stand that inputs and past share: (K,), sorted."""
        places = views(np.arange(self.values.size), {n: w.shape for n, w in self.weights.items()})
        found = [
            places[f"{layer.name}.{name}"].ravel()
            for layer in network.layers
            if isinstance(layer, Recurrent)
            for name in layer.weights
            if beside(layer.directions[0].cell, name.rpartition(".")[2]) > 1
        ]
        return np.unique(np.concatenate(found)) if found else np.zeros(0, int)

    def largest(self) -> str:
        """The weight whose gradient is largest, or the first that is not finite."""
        for name, slope in self.slopes.items():
            if not np.isfinite(slope).all():
                return name
        return max(self.slopes, key=lambda name: float(np.abs(self.slopes[name]).max()))


def views(flat: Array, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Array]:
    """Parts of a flat array in order, each in its shape."""
    found, start = {}, 0
    for name, shape in shapes.items():
        size = int(np.prod(shape))
        found[name] = flat[start : start + size].reshape(shape)
        start += size
    return found
