"""Live modules of PyTorch and Keras as networks; neither framework is imported here."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from lstm_viz.models.keras.chain import as_chain as keras_chain
from lstm_viz.models.keras.config import MODELS, Config, configs
from lstm_viz.models.keras.layers import parts as keras_parts
from lstm_viz.models.model_file import ModelFile
from lstm_viz.models.parts import (
    RECURRENT,
    Part,
    activation,
    dense,
    embedding,
    last_step,
    other,
    unread,
)
from lstm_viz.models.pytorch.layers import parts as torch_parts
from lstm_viz.models.tensors import Tensor, Tensors, of_arrays
from lstm_viz.network.layers import Dense, Dropout
from lstm_viz.network.normalisation import LayerNorm
from lstm_viz.validation.errors import InputError

RECURRENT_MODULES = {"LSTM", "GRU", "RNN", "LSTMCell", "GRUCell", "RNNCell"}
ALIKE = "ReLU ReLU6 Tanh Sigmoid Softmax GELU SiLU Mish SELU Softplus Softsign"  # but in capitals
ACTIVATIONS = {name: name.lower() for name in ALIKE.split()}
ACTIVATIONS |= {"LogSoftmax": "log_softmax", "Hardsigmoid": "hard_sigmoid"}
ORDER = (
    "the layers are taken in the order in which the module defines them, and the head is taken to"
    " read the last step: what forward() does is not read"
)


# ---------------------------------------------------------------------------- PyTorch


def of_torch(module: Any) -> ModelFile:
    """The recurrent layers of a module, and what it defines around them."""
    if not callable(getattr(module, "named_modules", None)):
        raise InputError(f"{type(module).__name__} is no PyTorch module: it has no named_modules()")
    parts: list[Part] = []
    for name, each in module.named_modules():
        parts += _torch_parts(name, each)
    tensors = {tensor.name: tensor for part in parts for tensor in part.tensors}
    model = ModelFile(
        type(module).__name__, "a live PyTorch module", parts, tensors, framework="torch"
    )
    if len(parts) > len(model.recurrent) > 0:
        _as_chain(model)
    return model


def _as_chain(model: ModelFile) -> None:
    """Take the parts one behind the other where their widths allow it."""
    last = max(k for k, part in enumerate(model.parts) if part.role == RECURRENT)
    chain = [*model.parts[: last + 1], last_step(), *model.parts[last + 1 :]]
    widths = [p for p in chain if p.outputs is not None]
    fits = all(other.inputs in (None, one.outputs) for one, other in pairwise(widths))
    if fits:
        model.parts, model.known = chain, True
        model.notes.append(ORDER)


def _classes(module: Any) -> set[str]:
    return {c.__name__ for c in type(module).__mro__ if c.__module__.startswith("torch.")}


def _arrays(name: str, module: Any) -> dict[str, Tensor]:
    prefix = f"{name}." if name else ""
    read = {
        key: value.detach().cpu().double().numpy()
        for key, value in module.state_dict().items()
        if hasattr(value, "detach")
    }
    return of_arrays({f"{prefix}{key}": array for key, array in read.items()})


def _torch_parts(name: str, module: Any) -> list[Part]:
    classes = _classes(module)
    recurrent = classes & RECURRENT_MODULES
    if not recurrent and any(True for _ in module.children()):
        return []
    held = _arrays(name, module)
    if recurrent:
        return torch_parts(held, type(module).__name__, getattr(module, "nonlinearity", None))
    for kind, make in (("Linear", _linear), ("Embedding", _embedding), ("LayerNorm", _layer_norm)):
        if kind in classes:
            return [make(name, module, held)]
    if known := classes & set(ACTIVATIONS):
        return [activation(name, ACTIVATIONS[known.pop()])]
    if any("Dropout" in kind for kind in classes):
        rate = float(getattr(module, "p", 0.0))
        return [other(name, "dropout", lambda: Dropout(rate, name))]
    if "Identity" in classes or not held:
        return []
    return [unread(name, type(module).__name__, held.values())]


def _own(held: Tensors) -> dict[str, np.ndarray]:
    """The numbers of a module by their own names: weight, bias."""
    return {name.rpartition(".")[2]: tensor.numbers() for name, tensor in held.items()}


def _linear(name: str, module: Any, held: Tensors) -> Part:
    def build() -> Dense:
        own = _own(held)
        return Dense(own["weight"], own.get("bias"), name=name)

    return dense(name, tuple(module.weight.shape), build, held.values())


def _embedding(name: str, module: Any, held: Tensors) -> Part:
    return embedding(name, next(iter(held.values())))


def _layer_norm(name: str, module: Any, held: Tensors) -> Part:
    def build() -> LayerNorm:
        ours = {"weight": "gamma", "bias": "beta"}
        return LayerNorm({ours[k]: v for k, v in _own(held).items()}, module.eps, name)

    return other(name, "LayerNorm", build, held.values())


# ---------------------------------------------------------------------------- Keras


def of_keras(layer: Any) -> ModelFile:
    """The layers of a live Keras model, or the one layer that it is."""
    if not callable(getattr(layer, "get_config", None)):
        raise InputError(f"{type(layer).__name__} is no Keras layer: it has no get_config()")
    name = type(layer).__name__
    whole = {"class_name": name, "config": layer.get_config()}
    held = dict(_held(layer))
    found = configs(whole, name)
    tensors: dict[str, Tensor] = {}

    def weights(config: Config) -> list[Tensor]:
        arrays = held[config.path].get_weights() if config.path in held else []
        listed = of_arrays({f"{config.name}/{k}": array for k, array in enumerate(arrays)})
        tensors.update(listed)
        return list(listed.values())

    root = sys.modules.get(type(layer).__module__.partition(".")[0])
    version = str(getattr(root, "__version__", "3"))
    parts = keras_parts(found, weights, name, version)
    model = ModelFile(name, "a live Keras model", parts, tensors, framework="keras")
    keras_chain(model, found)
    return model


def _held(layer: Any, outer: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The layers of a model and of the models in it, each by the names of these and its own."""
    if type(layer).__name__ not in MODELS:
        yield (*outer, layer.name), layer
        return
    for each in layer.layers:
        inner = type(each).__name__ in MODELS
        yield from _held(each, (*outer, each.name) if inner else outer)
