"""The same input through the framework itself: the largest differences, and its gradients.

A framework's fused layer gives ∂L/∂h_t only as far as h_t is its output: zeros but at the steps
that the loss reads. What flows from step to step inside it, an unrolled cell shows, as does this
package.
"""

from __future__ import annotations

from lstm_viz.models.comparison import Comparison
from lstm_viz.models.keras.verify import of_keras
from lstm_viz.models.model_file import ModelFile
from lstm_viz.models.onnx.verify import of_onnx
from lstm_viz.models.pytorch.verify import of_torch
from lstm_viz.network.network import Network
from lstm_viz.validation.errors import InputError

BESIDE = {"torch": of_torch, "keras": of_keras, "onnx": of_onnx}


def compare(model: ModelFile, network: Network) -> Comparison:
    """Run a random input through both. Raises `InputError` where the framework is not installed."""
    if model.framework is None:
        raise InputError(f"{model.path}: {model.format}: there is no framework to verify this with")
    return BESIDE[model.framework](model, network)
