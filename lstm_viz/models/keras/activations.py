"""Keras' activations by name: as expressions for cells, and as names for dense layers."""

from __future__ import annotations

import re
from typing import Any

from lstm_viz.network.activations import BY_HAND, TEXTS, text
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import nearest

OWN = {name: name for name in (*TEXTS, *BY_HAND)}  # Keras' name → ours
OWN |= {"swish": "silu", "leaky_relu": "leaky_relu:0.2"}
OWN.pop("gelu_tanh")  # which Keras writes otherwise


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


def expression(given: Any, version: str, path: str) -> str:
    """An activation inside a cell: an expression in `{0}`. `hard_sigmoid` is the version's own."""
    return re.sub(r"\bv\b", "{0}", text(dense_activation(given, version, path, BY_HAND)))


def dense_activation(given: Any, version: str, path: str, without: Any = ()) -> str:
    """An activation of a dense layer, by our own name."""
    name = _name(given, version, path)
    known = {each: own for each, own in OWN.items() if each not in without}
    if name not in known:
        hint = nearest(name, known, "known are {}")
        raise InputError(f"{path}: the activation {name!r} is not read; {hint}")
    return known[name]
