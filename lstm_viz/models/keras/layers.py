"""Keras' layers, from their options and weights."""

from __future__ import annotations

from collections.abc import Callable

from lstm_viz.models.keras import recurrent
from lstm_viz.models.keras.activations import dense_activation
from lstm_viz.models.keras.config import Config, Configs, layer_config
from lstm_viz.models.parts import Part, activation, dense, embedding, other, unread
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
Weights = Callable[[Config], list[Tensor]]


def parts(found: Configs, weights: Weights, path: str, version: str) -> list[Part]:
    """The layers of a configuration with their weights; inputs are left out."""
    layers = [config for config in found.layers if config.kind != "InputLayer"]
    return [_part(config, weights(config), path, version) for config in layers]


def _part(config: Config, tensors: list[Tensor], path: str, version: str) -> Part:
    if found := recurrent.of_config(config, tensors, path, version):
        return found
    if config.kind == "TimeDistributed":
        inner = layer_config(config.options.get("layer"), path, {})
        if inner.kind in ("Dense", "Activation", *PASSING):
            config = Config(config.name, inner.kind, inner.options, config.key)
    return _simple(config, tensors, path, version)


def _simple(config: Config, tensors: list[Tensor], path: str, version: str) -> Part:
    """What is no recurrent layer."""
    make = {"Dense": _dense, "Embedding": _embedding, "Masking": _masking, "RepeatVector": _repeat}
    if config.kind in make:
        return make[config.kind](config, tensors, path, version)
    if config.kind in PASSING:
        rate = config.options.get("rate", 0.0) if config.kind == "Dropout" else 0.0
        what = f"{config.kind}: passes on what comes in, but in training"
        return other(config.name, what, lambda: Dropout(float(rate or 0), config.name))
    if config.kind in ("Activation", "ReLU", "LeakyReLU", "ELU", "Softmax"):
        return _activation(config, path, version)
    if config.kind in ("BatchNormalization", "LayerNormalization"):
        return _normalisation(config, tensors)
    return unread(config.name, config.kind, tensors)


def _dense(config: Config, tensors: list[Tensor], path: str, version: str) -> Part:
    name, biased = config.name, bool(config.options.get("use_bias", True))
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


def _embedding(config: Config, tensors: list[Tensor], path: str, version: str) -> Part:
    if len(tensors) != 1 or len(tensors[0].shape) != 2:
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


def _activation(config: Config, path: str, version: str) -> Part:
    options = config.options
    odd = ("max_value", "threshold", "negative_slope")
    if config.kind == "ReLU" and any(options.get(option) for option in odd):
        return unread(config.name, "ReLU with a slope, a threshold or a maximum")
    if config.kind == "LeakyReLU":
        function = f"leaky_relu:{float(options.get('negative_slope', options.get('alpha', 0.3)))!r}"
    elif config.kind == "Activation":
        function = dense_activation(options.get("activation"), version, path)
    else:
        function = {"ReLU": "relu", "Softmax": "softmax", "ELU": "elu:1.0"}[config.kind]
    return activation(config.name, function)


def _normalisation(config: Config, tensors: list[Tensor]) -> Part:
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
    if len(tensors) != len(names) or axis not in (-1, 2) or len({t.shape for t in tensors}) > 1:
        return unread(config.name, config.kind, tensors)
    epsilon = float(options.get("epsilon", 1e-3))

    def build() -> Layer:
        read = {word: t.numbers() for word, t in zip(names, tensors, strict=True)}
        make = Scale.of_batch if batch else LayerNorm
        return make(read, epsilon, config.name)

    return other(config.name, config.kind, build, tensors)
