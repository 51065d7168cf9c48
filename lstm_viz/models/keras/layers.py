"""Keras' layers, from their options and weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lstm_viz.models.keras import heads, wrappers
from lstm_viz.models.keras.activations import (
    LAYERS,
    UnknownActivationError,
    dense_activation,
    layer_activation,
)
from lstm_viz.models.keras.config import Config, Configs, layer_config
from lstm_viz.models.keras.graph import JOINS, unique_names
from lstm_viz.models.parts import RECURRENT, Part, activation, dense, embedding, other, unread
from lstm_viz.models.tensors import Tensor
from lstm_viz.network.layers import Dense, Dropout, Layer, Masking
from lstm_viz.network.normalisation import LayerNorm, Repeat, Scale
from lstm_viz.validation.errors import InputError

PASSING = [
    "Dropout",
    "SpatialDropout1D",
    "GaussianNoise",
    "GaussianDropout",
    "AlphaDropout",
    "ActivityRegularization",
    "Identity",
]
NORMS = ("BatchNormalization", "LayerNormalization")
AT_EACH_STEP = ("Dense", "LayerNormalization", *LAYERS, *PASSING)  # what TimeDistributed may hold
RECURRENT_KINDS = (*wrappers.LAYERS, "Bidirectional", "RNN")
KNOWN = (*RECURRENT_KINDS, "TimeDistributed", "Dense", *PASSING)
OWN_CLASS = (
    "the file does not say what it computes. If a built-in Keras layer computes the same, copy"
    " the weights into it, set_weights(layer.get_weights()), and save that model"
)
MORE = "{0} with more arrays than its own, as of quantised weights or LoRA's"
Weights = Callable[[Config], list[Tensor]]


def parts(found: Configs, weights: Weights, path: str, version: str) -> list[Part]:
    """The layers of a configuration with their weights; inputs are left out."""
    made: list[Part] = []
    sequence, padding = True, False
    layers = [config for config in found.layers if config.kind != "InputLayer"]
    names = unique_names([config.path for config in layers])
    for name, as_written in zip(names, layers, strict=True):
        tensors, config = weights(as_written), replace(as_written, name=name)
        if padding and heads.forgets_padding(config):
            made.append(heads.every_step(config))
            padding = False
        made += _parts(config, tensors, path, version, sequence)
        sequence = _gives_steps(config, made[-1], sequence)
        padding = sequence and (padding or _masks(config))
    return made


def _gives_steps(config: Config, part: Part, sequence: bool) -> bool:
    if part.role == RECURRENT:
        return part.sequences
    return (sequence and config.kind not in heads.KINDS) or config.kind == "RepeatVector"


def _masks(config: Config) -> bool:
    return config.kind == "Masking" or bool(config.options.get("mask_zero", False))


def _parts(
    config: Config, tensors: list[Tensor], path: str, version: str, sequence: bool
) -> list[Part]:
    try:
        found = wrappers.of_config(config, tensors, path, version)
        if found is None and config.aside:
            return [unread(config.name, f"{config.kind}, after a branch", tensors)]
        return found or [_single(config, tensors, path, version, sequence)]
    except UnknownActivationError as error:
        said = str(error).removeprefix(f"{path}: ").partition(" is not read")[0]
        part = unread(config.name, f"{config.kind} ({said})", tensors)
        return [replace(part, kind=config.kind if config.kind in RECURRENT_KINDS else "")]


def _single(config: Config, tensors: list[Tensor], path: str, version: str, sequence: bool) -> Part:
    """A layer that is not recurrent."""
    if config.outputs not in ((), (0,)) and config.kind != "InputLayer":
        return unread(config.name, f"{config.kind} with several outputs", tensors)
    if config.kind == "TimeDistributed":
        inner = layer_config(config.options.get("layer"), path, {})
        if inner.kind in AT_EACH_STEP:
            config = Config(config.name, inner.kind, inner.options, config.key)
    if config.kind in heads.KINDS:
        return heads.head(config, sequence)
    axis = 1 + sequence
    if config.kind in NORMS:
        return _normalisation(config, tensors, axis)
    if config.kind in LAYERS:
        return activation(
            config.name, layer_activation(config.kind, config.options, version, path, axis)
        )
    if config.kind in JOINS and config.options.get("axis", -1) in (-1, axis):
        return other(config.name, "side by side", lambda: Dropout(0.0, config.name))
    return _simple(config, tensors, path, version)


def _simple(config: Config, tensors: list[Tensor], path: str, version: str) -> Part:
    """What is the same whether steps come in or one vector."""
    make = {
        "Dense": _dense,
        "TimeDistributedDense": _dense,
        "Conv1D": _convolution,
        "Embedding": _embedding,
        "Masking": _masking,
        "RepeatVector": _repeat,
    }
    if config.kind in make:
        return make[config.kind](config, tensors, path, version)
    if config.kind in PASSING:
        rate = config.options.get("rate", 0.0) if config.kind == "Dropout" else 0.0
        what = f"{config.kind}: inactive at inference"
        return other(config.name, what, lambda: Dropout(float(rate or 0), config.name))
    return _unread(config, tensors)


def _unread(config: Config, tensors: list[Tensor]) -> Part:
    """A layer that is not read; of a recurrent one, why, and what can be done."""
    if config.kind.startswith("ConvLSTM"):
        part = unread(config.name, f"{config.kind}, whose gates are convolutions", tensors)
        return replace(part, kind=config.kind, notes=("the cells here read one vector per step",))
    if "return_sequences" not in config.options:
        return unread(config.name, config.kind, tensors)
    part = unread(config.name, f"{config.kind}, a custom class", tensors)
    return replace(part, kind=config.kind, notes=(OWN_CLASS,))


def _dense(config: Config, tensors: list[Tensor], path: str, version: str) -> Part:
    name, biased = config.name, _biased(config)
    if len(tensors) > 1 + biased:
        return unread(name, MORE.format(config.kind), tensors)
    if len(tensors) != 1 + biased or len(tensors[0].shape) != 2:
        raise InputError(f"{path}: {name} should have a kernel" + " and a bias" * biased)
    columns = tensors[0].shape[1]
    if biased and tensors[1].shape != (columns,):
        raise InputError(f"{path}: {name} has a bias of shape {tensors[1].shape}, not ({columns},)")
    function = dense_activation(config.options.get("activation"), version, path)

    def build() -> Dense:
        b = tensors[1].numbers() if biased else None
        return Dense(tensors[0].numbers().T, b, function, name)

    return dense(name, tensors[0].shape[::-1], build, tensors, function)


def _biased(config: Config) -> bool:
    return bool(config.options.get("use_bias", config.options.get("bias", True)))


def _convolution(config: Config, tensors: list[Tensor], path: str, version: str) -> Part:
    """A convolution over one step at a time is a dense layer."""
    kernel, options = tensors[0] if tensors else None, config.options
    alone = options.get("strides", 1) in (1, [1]) and options.get("groups", 1) == 1
    if kernel is None or len(kernel.shape) != 3 or kernel.shape[0] != 1 or not alone:
        return unread(config.name, "Conv1D over several steps", tensors)
    matrix = replace(kernel, shape=kernel.shape[1:], read=lambda: kernel.read()[0])
    return _dense(config, [matrix, *tensors[1:]], path, version)


def _embedding(config: Config, tensors: list[Tensor], path: str, version: str) -> Part:
    if len(tensors) > 1:
        return unread(config.name, MORE.format(config.kind), tensors)
    if not tensors or len(tensors[0].shape) != 2:
        raise InputError(f"{path}: {config.name} should have one table")
    return embedding(config.name, tensors[0], bool(config.options.get("mask_zero", False)))


def _masking(config: Config, tensors: list[Tensor], path: str, version: str) -> Part:
    value = float(config.options.get("mask_value", 0.0) or 0.0)
    what = f"steps that are all {value:g} are padding"
    return other(config.name, what, lambda: Masking(value, config.name))


def _repeat(config: Config, tensors: list[Tensor], path: str, version: str) -> Part:
    count = config.options.get("n")
    if not isinstance(count, int) or not 0 < count < 1_000_000:
        raise InputError(f"{path}: {config.name} repeats {count!r} times")
    return other(config.name, f"repeated {count} times", lambda: Repeat(count, config.name))


def _normalisation(config: Config, tensors: list[Tensor], last_axis: int) -> Part:
    options, batch = config.options, config.kind == "BatchNormalization"
    there = {
        "gamma": options.get("scale", True),
        "beta": options.get("center", True),
        "mean": batch,
        "variance": batch,
    }
    names = [word for word, used in there.items() if used]
    axis = options.get("axis", -1)
    axis = axis[0] if isinstance(axis, list) and len(axis) == 1 else axis
    if (
        options.get("rms_scaling")
        or len(tensors) != len(names)
        or axis not in (-1, last_axis)
        or len({t.shape for t in tensors}) > 1
    ):
        return unread(config.name, config.kind, tensors)
    epsilon = float(options.get("epsilon", 1e-3))

    def build() -> Layer:
        read = {word: t.numbers() for word, t in zip(names, tensors, strict=True)}
        make = Scale.of_batch if batch else LayerNorm
        return make(read, epsilon, config.name)

    return other(config.name, config.kind, build, tensors)
