"""Keras' activations: as expressions for cells, and as names for dense layers.

Keras writes a name, or a layer with its options: `{"class_name": "LeakyReLU", "config": {…}}`.
"""

from __future__ import annotations

import re
from typing import Any

from lstm_viz.network.activations import BY_HAND, TEXTS, text
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import nearest

OWN = {name: name for name in (*TEXTS, *BY_HAND)}  # Keras' name → ours
OWN |= {"swish": "silu", "leaky_relu": "leaky_relu:0.2", "hard_swish": "hard_silu"}
OWN.pop("gelu_tanh")  # which Keras writes otherwise
LAYERS = ("ReLU", "LeakyReLU", "ELU", "Softmax", "Activation")


class UnknownActivationError(InputError):
    """An activation that is not read; the layer that has it is then not read either."""


def expression(given: Any, version: str, path: str) -> str:
    """An activation inside a cell: an expression in `{0}`. `hard_sigmoid` is the version's own."""
    name = dense_activation(given, version, path)
    if name in BY_HAND:
        raise UnknownActivationError(f"{path}: the activation {name} is not read in a cell")
    return re.sub(r"\bv\b", "{0}", text(name))


def dense_activation(given: Any, version: str, path: str) -> str:
    """An activation of a dense layer, by our own name."""
    if isinstance(given, dict):
        kind, options = given.get("class_name"), given.get("config")
        if kind in LAYERS and isinstance(options, dict):
            return layer_activation(kind, options, version, path, 1)
        given = options.get("name") if isinstance(options, dict) else options or kind
    if given is None:
        return "linear"
    if not isinstance(given, str):
        raise UnknownActivationError(f"{path}: an activation is described in a way not read")
    name = given.rpartition(">")[2]
    if name == "hard_sigmoid" and version.startswith(("1", "2")):
        return "hard_sigmoid_keras2"
    if name not in OWN:
        hint = nearest(name, OWN, "known are {}")
        raise UnknownActivationError(f"{path}: the activation {name!r} is not read; {hint}")
    return OWN[name]


def layer_activation(
    kind: str, options: dict[str, Any], version: str, path: str, last_axis: int
) -> str:
    """A layer that is an activation alone; `last_axis` is the number of the features' axis."""
    if kind == "Activation":
        return dense_activation(options.get("activation"), version, path)
    if kind == "Softmax":
        axis = options.get("axis", -1)
        axis = axis[0] if isinstance(axis, list) and len(axis) == 1 else axis
        return _asked(axis in (-1, last_axis), "softmax", f"a softmax over the axis {axis}", path)
    if kind == "LeakyReLU":
        return f"leaky_relu:{_number(options, ('negative_slope', 'alpha'), 0.3)!r}"
    if kind == "ELU":
        return f"elu:{_number(options, ('alpha',), 1.0)!r}"
    return _relu(options, path)


def _relu(options: dict[str, Any], path: str) -> str:
    most, threshold = options.get("max_value"), _number(options, ("threshold", "theta"), 0.0)
    slope = _number(options, ("negative_slope",), 0.0)
    if most is None and not threshold:
        return f"leaky_relu:{slope!r}" if slope else "relu"
    what = "a ReLU with both a slope or a maximum and a threshold"
    if most is None or threshold:
        known = most is None and not slope
        return _asked(known, f"thresholded_relu:{threshold!r}", what, path)
    return _asked(not slope, f"hard_tanh:0.0:{float(most)!r}", what, path)


def _asked(known: bool, name: str, what: str, path: str) -> str:
    if not known:
        raise UnknownActivationError(f"{path}: {what} is not read")
    return name


def _number(options: dict[str, Any], names: tuple[str, ...], usual: float) -> float:
    """An option under one of its names in the versions of Keras; an array of one number, too."""
    given = next((options[name] for name in names if options.get(name) is not None), usual)
    if isinstance(given, dict):  # Keras 2 writes {"type": "ndarray", "value": 0.3}
        given = given.get("value")
    if not isinstance(given, int | float):
        raise UnknownActivationError(f"an activation's {names[0]} is {given!r}, which is not read")
    return float(given)
