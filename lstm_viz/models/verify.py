"""The same input through the framework itself: the largest differences, and its gradients.

A framework's fused layer gives ∂L/∂h_t only as far as h_t is its output: zeros but at the steps
that the loss reads. What flows from step to step inside it, an unrolled cell shows, as does this
package.
"""

from __future__ import annotations

import numpy as np

from lstm_viz.models.comparison import BATCH, STEPS, Comparison
from lstm_viz.models.parts import Model
from lstm_viz.network.layers import Embedding
from lstm_viz.network.network import Network
from lstm_viz.network.recurrent import Recurrent
from lstm_viz.validation.errors import InputError


def compare(model: Model, network: Network) -> Comparison:
    """Run a random input through both. Raises `InputError` where the framework is not installed."""
    record = network.run(_random(network))
    if "Keras" in model.format and "arrays" not in model.format:
        from lstm_viz.models.keras.verify import of_keras

        return of_keras(model, network, record)
    if model.format == "ONNX":
        from lstm_viz.models.onnx.verify import of_onnx

        return of_onnx(model, network)
    if "PyTorch" in model.format:
        from lstm_viz.models.pytorch.verify import of_torch

        return of_torch(model, network, record)
    raise InputError(f"{model.path}: {model.format}: there is no framework to verify this with")


def _random(network: Network) -> np.ndarray:
    rng = np.random.default_rng(0)
    first = network.layers[0]
    if isinstance(first, Embedding):
        return rng.integers(1, len(first.weights["E"]), (STEPS, BATCH))
    return rng.standard_normal((STEPS, BATCH, _width(network))).astype(np.float32).astype(float)


def _width(network: Network) -> int:
    for layer in network.layers:
        if "W" in layer.weights and not isinstance(layer, Recurrent):
            return int(layer.weights["W"].shape[1])
        if isinstance(layer, Recurrent):
            way = layer.directions[0]
            return way.cell.inputs_of(way.weights) or 1
    return 1
