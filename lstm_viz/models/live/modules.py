"""PyTorch's modules → parts: what each is, with its arguments and the weights that it uses now.

A module that is not known, or that has an argument which cannot be expressed, becomes a part that
is not read, by name. None is dropped but nn.Identity.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from lstm_viz.models.live.activations import TEXTS
from lstm_viz.models.norms import batch_norm, layer_norm
from lstm_viz.models.parts import Part, activation, dense, embedding, other, unread
from lstm_viz.models.pytorch.layers import NAME
from lstm_viz.models.pytorch.layers import parts as recurrent_parts
from lstm_viz.models.tensors import Tensors, of_arrays
from lstm_viz.network.layers import Dense, Dropout

CELLS = {"LSTMCell", "GRUCell", "RNNCell"}
RECURRENT = {"LSTM", "GRU", "RNN", *CELLS}
CHANNELS_FIRST = {"BatchNorm1d", "Conv1d"}  # (B, features, T) comes in
COMPUTED = re.compile(r"^parametrizations\.(\w+)\..*$|^(\w+?)_(?:g|v|u|raw|orig|mask)$")
QUANTISED = (
    "its weights are integers of 8 bits, here multiplied out; PyTorch also rounds what enters each"
    " product"
)
PACKED = re.compile(r"^_(?:packed_params|all_weight_values)\b")


def leaves(module: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """The modules that compute, by name, in the order of their definition, each once."""
    seen: set[int] = set()

    def inside(module: Any, name: str) -> Iterator[tuple[str, Any]]:
        children = list(module.named_children())
        if kind(module) or not children or _whole(module):
            if id(module) not in seen:
                seen.add(id(module))
                yield name, module
            return
        for own, child in children:
            yield from inside(child, f"{name}.{own}" if name else own)

    return inside(module, name)


def _whole(module: Any) -> bool:
    """Whether it is one of PyTorch's own that computes more than its children, as attention."""
    own = type(module)
    known = own.__module__.startswith("torch.nn.") and ".parallel" not in own.__module__
    return known and own.__name__ not in ("Sequential", "ModuleList", "ModuleDict")


def kind(module: Any) -> str:
    """PyTorch's name for it, such as `LSTM`, also of a class of one's own that is one; or ''."""
    known = [c.__name__ for c in type(module).__mro__ if c.__module__.startswith("torch.")]
    found = next((name for name in known if name in RECURRENT or name in READERS), "")
    original = getattr(module, "original_name", "")  # of a scripted or traced module
    scripted = original in RECURRENT or original in READERS
    return found or (original if scripted else "")


def is_quantised(module: Any) -> bool:
    """Whether its weights are integers of 8 bits with a scale."""
    return ".quantized" in type(module).__module__ and kind(module) != ""


def own_forward(module: Any) -> bool:
    """Whether a class that is not PyTorch's says what it computes."""
    definer = next((c for c in type(module).__mro__ if "forward" in vars(c)), None)
    return definer is not None and not definer.__module__.startswith("torch")


def parts_of(name: str, module: Any) -> list[Part]:
    """What a leaf is: several parts where it is a stack of layers; none for nn.Identity."""
    found, said = kind(module), type(module).__name__
    if said == "Identity":
        return []
    held = _held(name, module)
    try:
        if found in RECURRENT:
            return _recurrent(name, module, held)
        read = READERS[found](name, module, held) if found else None
    except AttributeError as error:  # a traced module keeps no arguments
        return [unread(name, f"{said}, whose arguments are not kept ({error})"[:100])]
    return [read or unread(name, f"{said} with these arguments" * bool(found) or said)]


def _recurrent(name: str, module: Any, held: Tensors) -> list[Part]:
    foreign = [key[len(name) + 1 :] if name else key for key in held if not NAME.match(key)]
    if foreign:
        what = f"{type(module).__name__} with extra tensors ({', '.join(foreign[:3])})"
        return [unread(name, what, held.values())]
    mode = str(getattr(module, "mode", ""))
    nonlinearity = getattr(module, "nonlinearity", None) or (
        mode[4:].lower() if mode.startswith("RNN_") else None
    )
    found = recurrent_parts(held, type(module).__name__, nonlinearity)
    if not is_quantised(module):
        return found
    return [replace(part, notes=(*part.notes, QUANTISED)) for part in found]


def _held(name: str, module: Any) -> Tensors:
    prefix = f"{name}." if name else ""
    return of_arrays({f"{prefix}{key}": array for key, array in effective(module).items()})


@contextmanager
def as_after_training(module: Any) -> Iterator[None]:
    """Its mode and that of all modules in it, for a while: in training, reading may change them."""
    modes = [(each, each.training) for each in module.modules()]
    module.eval()
    try:
        yield
    finally:
        for each, mode in modes:
            each.training = mode


def effective(module: Any) -> dict[str, np.ndarray]:
    """The tensors that forward uses, by their own names.

    What is computed from others (weight_norm, parametrizations, pruning) is the module's attribute;
    packed integers of a quantised one are multiplied out.
    """
    with as_after_training(module):
        return {k: numbers(v) for k, v in _effective(module).items() if hasattr(v, "detach")}


def _effective(module: Any) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for key in module.state_dict():
        match = COMPUTED.match(key)
        stem = (match[1] or match[2]) if match else ""
        if PACKED.match(key):
            read |= _unpacked(module)
        elif stem and hasattr(getattr(module, stem, None), "detach"):
            read[stem] = getattr(module, stem)
        elif stem and match and match[1] is None and key.endswith("_raw"):
            read[stem] = module.state_dict()[key]
        else:
            read[key] = module.state_dict()[key]
    return read


def _unpacked(module: Any) -> dict[str, Any]:
    """The weights of a dynamically quantised layer."""
    if hasattr(module, "get_weight"):
        return {**module.get_weight(), **module.get_bias()}
    found = {"weight": module.weight(), "bias": module.bias()}
    return {name: value for name, value in found.items() if value is not None}


def numbers(tensor: Any) -> np.ndarray:
    """A tensor as an array: 64 bits, whole or not."""
    if getattr(tensor, "is_quantized", False):
        tensor = tensor.dequantize()
    whole = not (tensor.is_floating_point() or "bool" in str(tensor.dtype))
    tensor = tensor.detach().cpu()
    return np.array((tensor.long() if whole else tensor.double()).numpy())


# ---------------------------------------------------------------------------- what is not recurrent


def _own(held: Tensors) -> dict[str, np.ndarray]:
    """The numbers of a module by their own names: weight, bias."""
    return {name.rpartition(".")[2]: tensor.numbers() for name, tensor in held.items()}


def _linear(name: str, module: Any, held: Tensors) -> Part:
    own = _own(held)
    shape = (own["weight"].shape[0], own["weight"].shape[1])

    def build() -> Dense:
        return Dense(own["weight"].reshape(shape), own.get("bias"), name=name)

    return dense(name, shape, build, held.values())


def _convolution(name: str, module: Any, held: Tensors) -> Part | None:
    """One with a width of 1 is dense at each step."""
    usual = {"stride": (1,), "padding": (0,), "groups": 1}
    said = {key: getattr(module, key) for key in usual if hasattr(module, key)}
    weight = next(t for key, t in held.items() if key.endswith("weight"))
    if weight.shape[2:] != (1,) or any(said[key] != usual[key] for key in said):
        return None
    part = _linear(name, module, held)
    unsaid = "its stride and padding are not kept when it is compiled: 1 and 0 are taken"
    return part if said else replace(part, notes=(unsaid,))


def _embedding(name: str, module: Any, held: Tensors) -> Part | None:
    if getattr(module, "max_norm", None) is not None:
        return None  # it changes its rows as it looks them up
    return embedding(name, next(iter(held.values())))


def _layer_norm(name: str, module: Any, held: Tensors) -> Part | None:
    unsaid = next((t.shape for t in held.values()), ())  # it has the shape of its weights
    over = getattr(module, "normalized_shape", unsaid)
    return layer_norm(name, held, getattr(module, "eps", None)) if len(over) == 1 else None


def _batch_norm(name: str, module: Any, held: Tensors) -> Part | None:
    return batch_norm(name, held, getattr(module, "eps", None))


def _prelu(name: str, module: Any, held: Tensors) -> Part | None:
    weight = next(iter(held.values()))
    if weight.size != 1:
        return None
    slope = float(weight.numbers().ravel()[0])
    return replace(activation(name, f"leaky_relu:{slope!r}"), tensors=(weight,))


def _dropout(name: str, module: Any, held: Tensors) -> Part:
    rate = float(getattr(module, "p", 0.0))
    return other(name, "dropout", lambda: Dropout(rate, name))


def _with(text: Callable[[Any], str | None]) -> Callable[[str, Any, Tensors], Part | None]:
    """A reader of an activation: its name here, with its arguments; None where it has none."""

    def read(name: str, module: Any, held: Tensors) -> Part | None:
        function = text(module)
        return activation(name, function) if function else None

    return read


READERS: dict[str, Callable[[str, Any, Tensors], Part | None]] = {
    "Linear": _linear,
    "Conv1d": _convolution,
    "Embedding": _embedding,
    "LayerNorm": _layer_norm,
    "BatchNorm1d": _batch_norm,
    "PReLU": _prelu,
    **dict.fromkeys(("Dropout", "Dropout1d", "AlphaDropout", "FeatureAlphaDropout"), _dropout),
    **{name: _with(text) for name, text in TEXTS.items()},
}
