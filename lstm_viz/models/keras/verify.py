"""Keras itself, with the file's model, beside ours; on PyTorch or on TensorFlow."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from lstm_viz.models.comparison import (
    BATCH,
    STEPS,
    Comparison,
    framework,
    gradients_by_step,
    random_input,
)
from lstm_viz.models.keras.config import MODELS
from lstm_viz.models.keras.graph import JOINS, unique_names
from lstm_viz.models.model_file import ModelFile
from lstm_viz.network.network import Network, Record
from lstm_viz.network.recurrent import Recurrent
from lstm_viz.validation.errors import InputError

WHOLE = "the whole model"
LAYERS = "Each layer is compared on the inputs that it has here."


def of_keras(model: ModelFile, network: Network) -> Comparison:
    """The whole on one random input of its own shape, each layer, and the first one's gradients."""
    keras = framework("keras", "install keras")
    if not (model.known or model.branched):
        raise InputError(f"{model.path}: weights alone hold no model to run; save a .keras file")
    with warnings.catch_warnings(action="ignore"):
        return _compared(keras, model, network, _loaded(keras, model.path))


def _compared(keras: Any, model: ModelFile, network: Network, whole: Any) -> Comparison:
    found = Comparison(f"Keras {keras.__version__} on {keras.backend.backend()}")
    held = _held(keras, whole)
    is_whole = [layer.name for layer in network.layers] == [part.name for part in model.parts]
    record = network.run(_input(whole, network, is_whole))
    if is_whole:
        _compare_whole(keras, found, whole, record)
    else:
        found.not_compared.append(f"What runs here is not the whole model. {LAYERS}")
    for name, x, y in _layers(model, record):
        if name in held and type(held[name]).__name__ not in JOINS:
            _forget(held.values())
            there = held[name](_for_keras(x))
            layer = network[name] if name in record.layers else None
            found.add(name, _joined(y), _here(keras, _picked(there, layer), _joined(y)))
    _compare_gradients(found, record, held, keras.backend.backend())
    return found


def _held(keras: Any, whole: Any) -> dict[str, Any]:
    """The layers of a model, and of the models in it, by the names of the parts."""
    found = [(path, each) for path, each in _inner(whole) if isinstance(each, keras.layers.Layer)]
    names = unique_names([path for path, _ in found])
    return dict(zip(names, (each for _, each in found), strict=True))


def _inner(model: Any, outer: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for layer in getattr(model, "layers", [model]):
        if type(layer).__name__ in MODELS:
            yield from _inner(layer, (*outer, layer.name))
        elif type(layer).__name__ != "InputLayer":
            yield (*outer, layer.name), layer


def _loaded(keras: Any, path: str) -> Any:
    try:
        return keras.saving.load_model(path, compile=False)
    except Exception as error:  # whatever Keras raises for a file of another version
        said = " ".join(str(error).split())[:120]
        way = ""
        if path.endswith((".h5", ".hdf5")):
            way = "; from_keras(tf_keras.models.load_model(…)) takes what Keras 2 wrote"
        raise InputError(f"{path}: Keras itself does not load it ({said}){way}") from None


def _forget(layers: Any) -> None:
    """Let stateful layers begin at 0 again."""
    for layer in layers:
        if getattr(layer, "stateful", False):
            layer.reset_state()


# ---------------------------------------------------------------------------- the whole


def _input(whole: Any, network: Network, is_whole: bool) -> np.ndarray:
    """Random numbers, or words, of the shape that the model asks for, time first."""
    shape = [*whole.inputs[0].shape, None, None, None] if getattr(whole, "inputs", None) else []
    x = random_input(network)
    batch, steps = (shape[0] or BATCH, shape[1] or STEPS) if shape else (BATCH, STEPS)
    steps = steps if is_whole else STEPS
    times = np.arange(steps) % len(x)
    rng = np.random.default_rng(1)
    return np.asarray(x[times][:, rng.integers(0, x.shape[1], batch)])


def _compare_whole(keras: Any, found: Comparison, whole: Any, record: Record) -> None:
    """Its outputs, as far as they are those of the last layer here."""
    _forget(layer for _, layer in _inner(whole))
    given = whole(_for_keras(record.inputs))
    if isinstance(given, list | tuple) and not isinstance(record.outputs, tuple):
        number = output_here(whole, record)
        others = ", ".join(str(k + 1) for k in range(len(given)) if k != number)
        given = given[number]
        found.not_compared.append(f"Of the model's outputs, these are not compared: {others}.")
    here = _joined(record.outputs)
    found.add(WHOLE, here, _here(keras, given, here))


def output_here(whole: Any, record: Record) -> int:
    """Which of a model's outputs is the first of the last layer here."""
    ends = [tensor._keras_history.operation.name for tensor in getattr(whole, "outputs", [])]
    last = list(record.layers)[-1]
    return ends.index(last) if last in ends else max(len(ends) - 1, 0)


def _layers(model: ModelFile, record: Record) -> Iterator[tuple[str, Any, Any]]:
    """Each layer's name, inputs and outputs; stacked cells are one layer of Keras'."""
    groups = {part.name: part.group for part in model.parts if part.group}
    begun: dict[str, Any] = {}
    for name, done in record.layers.items():
        group = groups.get(name, name)
        begun.setdefault(group, done.inputs)
        last = [each for each in record.layers if groups.get(each, each) == group][-1]
        if name == last and isinstance(begun[group], np.ndarray):
            yield group, begun[group], done.outputs


def _picked(there: Any, layer: Any) -> Any:
    """What our layer hands on, of what Keras' gives: its output and, with them, its states."""
    if not isinstance(there, list | tuple):
        return there
    if not isinstance(layer, Recurrent) or not layer.states:
        pair = isinstance(layer, Recurrent) and layer.merge is None
        return list(there[:2]) if pair and len(layer.directions) == 2 else there[0]
    each = [
        (way, state)
        for way, direction in enumerate(layer.directions)
        for state in (("h", "c") if "c" in direction.cell.states else ("h",))
    ]
    states = dict(zip(each, there[-len(each) :], strict=True))
    return [states[wanted] for wanted in layer.states]


def _joined(outputs: Any) -> Any:
    return np.concatenate(outputs, axis=-1) if isinstance(outputs, tuple) else outputs


def _for_keras(x: np.ndarray) -> np.ndarray:
    """Batch first, in 32 bits."""
    return np.asarray(_turned(x if x.dtype.kind == "i" else x.astype(np.float32)))


def _here(keras: Any, given: Any, like: np.ndarray) -> np.ndarray:
    """An output of Keras', time first, or several side by side."""
    several = given if isinstance(given, list | tuple) else [given]
    arrays = [_turned(keras.ops.convert_to_numpy(y), like.ndim) for y in several]
    return np.concatenate(arrays, axis=-1)


def _turned(array: Any, axes: int | None = None) -> Any:
    """Batch first, or time first again: only where there are both."""
    array = np.asarray(array)
    several = array.ndim == 3 or (axes is None and array.dtype.kind == "i")
    return np.ascontiguousarray(array.swapaxes(0, 1)) if several else array


# ---------------------------------------------------------------------------- gradients


def _compare_gradients(
    found: Comparison, record: Record, held: dict[str, Any], backend: str
) -> None:
    """Those of the first recurrent layer of one direction."""
    first = next(
        (
            layer
            for layer in record.network.layers
            if isinstance(layer, Recurrent) and len(layer.directions) == 1 and layer.name in held
        ),
        None,
    )
    if first is None:
        found.notes.append(
            "Gradients are compared only for a layer with one cell and one direction: this model"
            " has none."
        )
    elif getattr(held[first.name], "stateful", False):
        found.notes.append(f"{first.name} is stateful: no gradients compared.")
    elif backend in ("torch", "tensorflow"):
        there = _gradients(held[first.name], backend)
        found.gradients = gradients_by_step(record, first.keys[0], there)
    else:
        found.notes.append(f"Gradients are compared on PyTorch or TensorFlow, not on {backend}.")


def _gradients(layer: Any, backend: str) -> Any:
    """(T, I) → ∂L/∂h_t by the whole layer, and by its cell, unrolled."""
    cell = layer.cell
    backwards = getattr(layer, "go_backwards", False)

    def fused(x: Any) -> tuple[Any, list[Any]]:
        was, layer.return_sequences, layer.go_backwards = layer.return_sequences, True, False
        try:
            given = layer(x[None])
            whole = given[0] if isinstance(given, list | tuple) else given
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
