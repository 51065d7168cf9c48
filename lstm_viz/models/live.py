"""Live modules of PyTorch and Keras as networks; neither framework is imported here."""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from lstm_viz.models.keras.config import Config, configs
from lstm_viz.models.keras.layers import parts as keras_parts
from lstm_viz.models.parts import DENSE, EMBEDDING, OTHER, RECURRENT, Model, Part, last_step
from lstm_viz.models.pytorch.layers import parts as torch_parts
from lstm_viz.models.tensors import Tensor, of_arrays
from lstm_viz.network.layers import Activation, Dense, Dropout, Embedding, Layer
from lstm_viz.network.normalisation import LayerNorm
from lstm_viz.validation.errors import InputError

RECURRENT_MODULES = {"LSTM", "GRU", "RNN", "LSTMCell", "GRUCell", "RNNCell"}
ACTIVATIONS = {
    "ReLU": "relu",
    "Tanh": "tanh",
    "Sigmoid": "sigmoid",
    "Softmax": "softmax",
    "LogSoftmax": "log_softmax",
    "GELU": "gelu",
    "SiLU": "silu",
    "Mish": "mish",
    "SELU": "selu",
    "ReLU6": "relu6",
    "Softplus": "softplus",
    "Softsign": "softsign",
    "Hardsigmoid": "hard_sigmoid",
}
ORDER = (
    "the layers are taken in the order in which the module defines them, and the head is taken to"
    " read the last step: what forward() does is not read"
)


# ---------------------------------------------------------------------------- PyTorch


def of_torch(module: Any) -> Model:
    """The recurrent layers of a module, and what it defines around them."""
    if not callable(getattr(module, "named_modules", None)):
        raise InputError(f"{type(module).__name__} is no PyTorch module: it has no named_modules()")
    parts: list[Part] = []
    tensors: dict[str, Tensor] = {}
    for name, each in module.named_modules():
        found = _torch_parts(name, each)
        parts += found
        if found:
            tensors |= _arrays(name, each)
    model = Model(type(module).__name__, "a live PyTorch module", parts, tensors)
    if len(parts) > len(model.recurrent) > 0:
        _as_chain(model)
    return model


def _as_chain(model: Model) -> None:
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
    if classes & RECURRENT_MODULES:
        nonlinearity = getattr(module, "nonlinearity", None)
        return torch_parts(_arrays(name, module), type(module).__name__, nonlinearity)
    if any(True for _ in module.children()):
        return []
    make: dict[str, Callable[..., Part]] = {
        "Linear": _linear,
        "Embedding": _embedding,
        "LayerNorm": _layer_norm,
    }
    for kind in classes & set(make):
        return [make[kind](name, module, _arrays(name, module))]
    if known := classes & set(ACTIVATIONS):
        function = ACTIVATIONS[known.pop()]
        return [Part(name, OTHER, f"activation {function}", lambda: Activation(function, name))]
    if any("Dropout" in kind for kind in classes):
        rate = float(getattr(module, "p", 0.0))
        return [Part(name, OTHER, "dropout", lambda: Dropout(rate, name))]
    if "Identity" in classes or not module.state_dict():
        return []
    what = f"{type(module).__name__}: not read"
    return [Part(name, OTHER, what, lambda: Layer(name), readable=False)]


def _shapes(held: dict[str, Tensor]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    return tuple((tensor.name, tensor.shape) for tensor in held.values())


def _own(held: dict[str, Tensor], name: str) -> np.ndarray | None:
    return next((t.numbers() for key, t in held.items() if key.split(".")[-1] == name), None)


def _linear(name: str, module: Any, held: dict[str, Tensor]) -> Part:
    rows, columns = module.weight.shape
    build = lambda: Dense(_own(held, "weight"), _own(held, "bias"), name=name)  # noqa: E731
    what = f"dense, {columns} → {rows}"
    return Part(name, DENSE, what, build, "", columns, rows, shapes=_shapes(held))


def _embedding(name: str, module: Any, held: dict[str, Tensor]) -> Part:
    rows, columns = module.weight.shape
    what = f"embedding of {rows} words in {columns} numbers"
    build = lambda: Embedding(_own(held, "weight"), name=name)  # noqa: E731
    return Part(name, EMBEDDING, what, build, "", None, columns, shapes=_shapes(held))


def _layer_norm(name: str, module: Any, held: dict[str, Tensor]) -> Part:
    def build() -> Layer:
        read = {"gamma": _own(held, "weight"), "beta": _own(held, "bias")}
        return LayerNorm({k: v for k, v in read.items() if v is not None}, module.eps, name)

    return Part(name, OTHER, "LayerNorm", build, shapes=_shapes(held))


# ---------------------------------------------------------------------------- Keras


def of_keras(layer: Any) -> Model:
    """The layers of a live Keras model, or the one layer that it is."""
    if not callable(getattr(layer, "get_config", None)):
        raise InputError(f"{type(layer).__name__} is no Keras layer: it has no get_config()")
    name = type(layer).__name__
    whole = {"class_name": name, "config": layer.get_config()}
    own = list(getattr(layer, "layers", None) or [layer])
    if not hasattr(layer, "layers") or name not in ("Sequential", "Functional", "Model"):
        own = [layer]
    held = {each.name: each for each in own}
    found = configs(whole, name)
    tensors: dict[str, Tensor] = {}

    def weights(config: Config) -> list[Tensor]:
        arrays = held[config.name].get_weights() if config.name in held else []
        listed = of_arrays({f"{config.name}/{k}": array for k, array in enumerate(arrays)})
        tensors.update(listed)
        return list(listed.values())

    root = sys.modules.get(type(layer).__module__.partition(".")[0])
    version = str(getattr(root, "__version__", "3"))
    model = Model(name, "a live Keras model", keras_parts(found, weights, name, version), tensors)
    model.known, model.branched = found.chain, not found.chain
    return model
