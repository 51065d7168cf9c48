"""Keras' own layers, with the file's weights, beside ours; on PyTorch or on TensorFlow."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_viz.models.comparison import (
    Comparison,
    framework,
    gradients_by_step,
    largest,
    random_input,
)
from lstm_viz.models.model_file import ModelFile
from lstm_viz.network.network import Network
from lstm_viz.network.recurrent import Recurrent
from lstm_viz.validation.errors import InputError


def of_keras(model: ModelFile, network: Network) -> Comparison:
    """Each layer on the inputs that it had here; then the gradients of the first recurrent one."""
    keras = framework("keras", "install keras")
    backend = keras.backend.backend()
    found = Comparison(f"Keras {keras.__version__} on {backend}")
    whole = _loaded(keras, model.path)
    held = {layer.name: layer for layer in whole.layers}
    record = network.run(random_input(network))
    first = None
    for layer in network.layers:
        done = record.layers[layer.name]
        there = held.get(layer.name)
        if there is None or not isinstance(done.inputs, np.ndarray):
            continue
        x = done.inputs if done.inputs.dtype.kind == "i" else done.inputs.astype(np.float32)
        y = keras.ops.convert_to_numpy(there(_turned(x)))
        found.differences.append((layer.name, largest(done.outputs, _turned(y, done.outputs.ndim))))
        if isinstance(layer, Recurrent) and len(layer.directions) == 1:
            first = first or (layer, there)
    if first is None:
        found.notes.append("every recurrent layer goes in both directions: no gradients compared")
    elif backend in ("torch", "tensorflow"):
        there = _gradients(first[1], backend)
        found.gradients = gradients_by_step(record, first[0].keys[0], there)
    else:
        found.notes.append(f"gradients are compared on PyTorch or TensorFlow, not on {backend}")
    return found


def _loaded(keras: Any, path: str) -> Any:
    if path.endswith(".weights.h5"):
        raise InputError(f"{path}: weights alone have no model to run; save a .keras file")
    try:
        return keras.saving.load_model(path, compile=False)
    except Exception as error:  # whatever Keras raises for a file of another version
        said = " ".join(str(error).split())[:120]
        raise InputError(f"{path}: Keras itself does not load it ({said})") from None


def _turned(array: Any, axes: int | None = None) -> Any:
    """Batch first, or time first again: only where there are both."""
    array = np.asarray(array)
    several = array.ndim == 3 or (axes is None and array.dtype.kind == "i")
    return np.ascontiguousarray(array.swapaxes(0, 1)) if several else array


def _gradients(layer: Any, backend: str) -> Any:
    """(T, I) → ∂L/∂h_t by the whole layer, and by its cell, unrolled."""
    cell = layer.cell
    backwards = getattr(layer, "go_backwards", False)

    def fused(x: Any) -> tuple[Any, list[Any]]:
        was, layer.return_sequences, layer.go_backwards = layer.return_sequences, True, False
        try:
            whole = layer(x[None])
        finally:
            layer.return_sequences, layer.go_backwards = was, backwards
        return whole[:, -1], [whole]

    def unrolled(x: Any) -> tuple[Any, list[Any]]:
        kept, states = [], cell.get_initial_state(batch_size=1)
        for step in x:
            h, states = cell(step[None], states)
            states = [h, *states[1:]]
            kept.append(h)
        return kept[-1], kept

    def both(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        by = _by_torch if backend == "torch" else _by_tensorflow
        x = x.astype(np.float32)
        one, other = by(fused, x), by(unrolled, x)
        return one[0][0], np.array([each[0] for each in other])

    return both


def _by_torch(forward: Any, x: np.ndarray) -> list[np.ndarray]:
    import torch

    last, kept = forward(torch.tensor(x))
    return [g.numpy() for g in torch.autograd.grad(last.sum(), kept)]


def _by_tensorflow(forward: Any, x: np.ndarray) -> list[np.ndarray]:
    tensorflow = framework("tensorflow", "install tensorflow")
    with tensorflow.GradientTape() as tape:
        given = tensorflow.constant(x)
        tape.watch(given)
        last, kept = forward(given)
        loss = tensorflow.reduce_sum(last)
    return [g.numpy() for g in tape.gradient(loss, kept)]
