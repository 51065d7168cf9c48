"""Keras' activations by name: as expressions for cells, and as names for dense layers."""

from __future__ import annotations

from typing import Any

from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import did_you_mean

EXPRESSIONS = {
    "linear": "{0}",
    "tanh": "tanh({0})",
    "sigmoid": "sigmoid({0})",
    "relu": "relu({0})",
    "relu6": "clip({0}, 0, 6)",
    "hard_sigmoid": "hard_sigmoid({0})",
    "hard_tanh": "clip({0}, -1, 1)",
    "softplus": "softplus({0})",
    "softsign": "softsign({0})",
    "exponential": "exp({0})",
    "elu": "elu({0}, 1)",
    "selu": "1.0507009873554805 * elu({0}, 1.6732632423543772)",
    "leaky_relu": "leaky_relu({0}, 0.2)",
    "silu": "{0} * sigmoid({0})",
    "swish": "{0} * sigmoid({0})",
    "mish": "{0} * tanh(softplus({0}))",
    "log_sigmoid": "-softplus(-{0})",
}
DENSE = {
    name: name
    for name in [
        "linear",
        "tanh",
        "sigmoid",
        "relu",
        "relu6",
        "softplus",
        "softsign",
        "exponential",
        "silu",
        "mish",
        "gelu",
        "selu",
        "hard_sigmoid",
        "softmax",
        "log_softmax",
        "elu",
    ]
} | {"swish": "silu", "leaky_relu": "leaky_relu:0.2"}


def _name(given: Any, version: str, path: str) -> str:
    if given is None:
        return "linear"
    if isinstance(given, dict):
        given = given.get("config")
        given = given.get("name") if isinstance(given, dict) else given
    if not isinstance(given, str):
        raise InputError(f"{path}: an activation is described in a way that is not read")
    name = given.rpartition(">")[2]
    if name == "hard_sigmoid" and version.startswith(("1", "2")):
        return "hard_sigmoid_keras2"
    return name


def _known(name: str, known: dict[str, str], path: str) -> str:
    if name not in known:
        hint = did_you_mean(name, known) or f"known are {', '.join(known)}"
        raise InputError(f"{path}: the activation {name!r} is not read; {hint}")
    return known[name]


def expression(given: Any, version: str, path: str) -> str:
    """An activation inside a cell: an expression in `{0}`. `hard_sigmoid` is the version's own."""
    known = EXPRESSIONS | {"hard_sigmoid_keras2": "hard_sigmoid_keras2({0})"}
    return _known(_name(given, version, path), known, path)


def dense_activation(given: Any, version: str, path: str) -> str:
    """An activation of a dense layer, by our own name."""
    known = DENSE | {"hard_sigmoid_keras2": "hard_sigmoid_keras2"}
    return _known(_name(given, version, path), known, path)
