"""The same input through the framework itself: the largest differences, and its gradients.

A framework's fused layer gives ∂L/∂h_t only as far as h_t is its output: zeros but at the steps
that the loss reads. What flows from step to step inside it, an unrolled cell shows, as does this
package.
"""

from __future__ import annotations

from lstm_viz.models.comparison import Comparison, quoted
from lstm_viz.models.keras.verify import of_keras
from lstm_viz.models.model_file import ModelFile
from lstm_viz.models.onnx.verify import of_onnx
from lstm_viz.models.pytorch.verify import of_torch
from lstm_viz.network.network import Network
from lstm_viz.validation.errors import InputError

BESIDE = {"torch": of_torch, "keras": of_keras, "onnx": of_onnx}
NAMES = {"torch": "PyTorch", "keras": "Keras", "onnx": "ONNX Runtime"}


def compare(model: ModelFile, network: Network) -> Comparison:
    """Run a random input through both.

    Raises `InputError` where the framework is not installed, with what it raises, and where nothing
    could be compared.
    """
    if model.framework is None:
        raise InputError(
            f"{model.path}: {model.format}: there is no framework to verify this file with"
        )
    try:
        found = BESIDE[model.framework](model, network)
    except InputError:
        raise
    except Exception as error:  # whatever a framework raises for what it does not run
        said = quoted(error)
        raise InputError(
            f"{model.path}: {NAMES[model.framework]} cannot run it ({said}): nothing is compared"
        ) from None
    if not found.differences:
        why = "; ".join(found.notes) or f"{NAMES[model.framework]} has no layer with its tensors"
        raise InputError(f"{model.path}: nothing is compared ({why})")
    return found
