"""Nodes that are activations: a function of each number, or a softmax over the features."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from lstm_viz.models.onnx.attributes import attribute
from lstm_viz.models.onnx.graph import OnnxGraph, name_of
from lstm_viz.models.onnx.value import Value
from lstm_viz.models.parts import activation

ALIKE = "Relu Tanh Sigmoid Softsign Softplus Mish"  # but in capitals
ACTIVATIONS: dict[str, Callable[[Any], str | None]] = {
    **{name: partial(lambda name, node: name, name.lower()) for name in ALIKE.split()},
    "Exp": lambda node: "exponential",
    "HardSwish": lambda node: "hard_silu",
    "Elu": lambda node: f"elu:{number(node, 'alpha', 1.0)}",
    "Celu": lambda node: f"celu:{number(node, 'alpha', 1.0)}",
    "Swish": lambda node: f"silu:{number(node, 'alpha', 1.0)}",
    "LeakyRelu": lambda node: f"leaky_relu:{number(node, 'alpha', 0.01)}",
    "ThresholdedRelu": lambda node: f"thresholded_relu:{number(node, 'alpha', 1.0)}",
    "HardSigmoid": lambda node: (
        f"hard_sigmoid:{number(node, 'alpha', 0.2)}:{number(node, 'beta', 0.5)}"
    ),
    "Gelu": lambda node: (
        "gelu_tanh" if attribute(node, "approximate", "none") == "tanh" else "gelu"
    ),
    "Selu": lambda node: (
        "selu" if {each.name for each in node.attribute} <= {"alpha", "gamma"}
        and abs(number(node, "alpha", 1.6732632) - 1.6732632) < 1e-6
        and abs(number(node, "gamma", 1.0507010) - 1.0507010) < 1e-6 else None
    ),
}  # fmt: skip
OF_ITSELF = {("sigmoid",): "silu", ("softplus", "tanh"): "mish"}  # x · f(x), and what it is called


def number(node: Any, name: str, usual: float) -> float:
    """A float32 as the shortest decimal that is the same float32."""
    return float(str(np.float32(attribute(node, name, usual))))


def activated(graph: OnnxGraph, node: Any, value: Value) -> Value | None:
    """A function of each number."""
    said = ACTIVATIONS[node.op_type](node)
    return None if said is None else value.then(activation(name_of(node), said))


def softmax(graph: OnnxGraph, node: Any, value: Value) -> Value | None:
    """Over the features only; before version 13 all axes after the one named belong to it."""
    axis = attribute(node, "axis", -1 if graph.opset >= 13 else 1)
    axes = value.featured()
    if axes is None or axis not in (-1, len(axes) - 1):
        return None
    word = {"Softmax": "softmax", "LogSoftmax": "log_softmax"}[node.op_type]
    return value.then(activation(name_of(node), word), axes)


def clipped(graph: OnnxGraph, node: Any, value: Value) -> Value | None:
    """Between two constants."""
    held = [graph.constant(name) for name in node.input[1:3]]
    ends = [float(each.ravel()[0]) for each in held if each is not None and each.size == 1]
    if graph.opset < 11:
        ends = [number(node, word, np.nan) for word in ("min", "max")]
    if len(ends) != 2 or not np.isfinite(ends).all() or ends[0] > ends[1]:
        return None
    said = "relu6" if ends == [0, 6] else f"hard_tanh:{ends[0]}:{ends[1]}"
    return value.then(activation(name_of(node), said))


def sloped(graph: OnnxGraph, node: Any, value: Value) -> Value | None:
    """PRelu with one slope for all."""
    slope = graph.constant(node.input[1])
    if slope is None or slope.size != 1:
        return None
    return value.then(activation(name_of(node), f"leaky_relu:{float(slope.ravel()[0])}"))


def of_itself(one: Value, other_: Value) -> str | None:
    """What x · f(x) is called, where `other_` is f of what `one` is."""
    for functions, name in OF_ITSELF.items():
        link, wanted = other_.link, list(functions)
        while link and wanted and link.part.what == f"activation {wanted[-1]}":
            link, _ = link.before, wanted.pop()
        if not wanted and link is one.link and one.root == other_.root and not one.finals:
            return name
    return None
