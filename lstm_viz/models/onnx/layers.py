"""Nodes that are layers: dense ones, normalisation, an embedding.

Each function takes a node and what is known of what enters it, and says what comes out, or None
where it is not read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from lstm_viz.models.onnx.activations import number
from lstm_viz.models.onnx.attributes import attribute
from lstm_viz.models.onnx.graph import OnnxGraph, name_of
from lstm_viz.models.onnx.value import Axes, Link, Value
from lstm_viz.models.parts import Part, activation, dense, embedding, other
from lstm_viz.models.tensors import Tensor
from lstm_viz.network.layers import Dense
from lstm_viz.network.normalisation import LayerNorm, Scale

Matrix = tuple[tuple[int, ...], Callable[[], np.ndarray]]  # (outputs, inputs), and its numbers


def dense_after(
    node: Any, value: Value, matrix: Matrix, b: np.ndarray | None, tensors: list[Tensor]
) -> Value | None:
    """A layer W x + b on the features of what enters; W is read when the layer is built."""
    axes = value.featured(1 if node.op_type == "Conv" else -1)
    if axes is None:
        return None
    (outputs, inputs), read = matrix
    name = name_of(node)
    bias = None if b is None else np.broadcast_to(b.ravel(), outputs).copy()
    part = dense(name, (outputs, inputs), lambda: Dense(read(), bias, name=name), tensors)
    return _of_width(value, inputs, part, axes, bare=b is None)


def _bias(graph: OnnxGraph, node: Any, outputs: int) -> tuple[bool, np.ndarray | None]:
    """Whether the third input is a bias that is read, or there is none; and the bias."""
    if len(node.input) < 3 or not node.input[2]:
        return True, None
    b = graph.constant(node.input[2])
    return b is not None and b.size in (1, outputs), b


def gemm(graph: OnnxGraph, node: Any, value: Value) -> Value | None:
    """W x + b of a matrix."""
    W = graph.tensors.get(node.input[1])
    plain = attribute(node, "alpha", 1.0) == attribute(node, "beta", 1.0) == 1.0
    if W is None or len(W.shape) != 2 or not plain or attribute(node, "transA", 0):
        return None
    turned = not attribute(node, "transB", 0)
    matrix = _matrix(W, turned)
    good, b = _bias(graph, node, matrix[0][0])
    if not good or len(value.axes) != 2:
        return None
    return dense_after(node, value, matrix, b, _tensors(graph, node))


def _matrix(W: Tensor, turned: bool) -> Matrix:
    rows, columns = W.shape
    if turned:
        return (columns, rows), lambda: W.numbers().T
    return (rows, columns), W.numbers


def matmul(graph: OnnxGraph, node: Any, value: Value) -> Value | None:
    """W x, a bias may be added after it."""
    W = graph.tensors.get(node.input[1])
    if W is None or len(W.shape) != 2:
        return None
    return dense_after(node, value, _matrix(W, turned=True), None, [W])


def convolution(graph: OnnxGraph, node: Any, value: Value) -> Value | None:
    """One of width 1 is a dense layer at each step."""
    W = graph.tensors.get(node.input[1])
    if W is None or len(W.shape) != 3 or len(value.axes) != 3 or W.shape[2] != 1:
        return None
    if attribute(node, "group", 1) != 1 or attribute(node, "strides", [1]) != [1]:
        return None
    good, b = _bias(graph, node, W.shape[0])
    if any(attribute(node, "pads", [0])) or not good:
        return None
    matrix = W.shape[:2], lambda: W.numbers()[:, :, 0]
    return dense_after(node, value, matrix, b, _tensors(graph, node))


def looked_up(graph: OnnxGraph, node: Any, value: Value) -> Value | None:
    """A row of a table for each whole number of the input."""
    table = graph.tensors[node.input[0]]
    if value.link or value.finals or len(table.shape) != 2 or attribute(node, "axis", 0) != 0:
        return None
    return value.then(embedding("embedding", table), (*value.axes, "F"))


def _read(graph: OnnxGraph, node: Any, *names: str) -> dict[str, np.ndarray] | None:
    """The constants after the first input, by these names; None where one is computed."""
    given = [name for name in node.input[1:] if name]
    held = {name: graph.constant(each) for name, each in zip(names, given, strict=False)}
    if any(array is None or array.ndim != 1 for array in held.values()):
        return None
    return {name: array for name, array in held.items() if array is not None}


def _tensors(graph: OnnxGraph, node: Any) -> list[Any]:
    return [graph.tensors[name] for name in node.input[1:] if name in graph.tensors]


def batch_norm(graph: OnnxGraph, node: Any, value: Value) -> Value | None:
    """With the averages that it kept."""
    read = _read(graph, node, "gamma", "beta", "mean", "variance")
    axes = value.featured(1)
    if read is None or len(read) != 4 or axes is None or attribute(node, "training_mode", 0):
        return None
    name, epsilon = name_of(node), number(node, "epsilon", 1e-5)
    part = other(
        name,
        f"batch normalisation of {len(read['mean'])}",
        lambda: Scale.of_batch(read, epsilon, name),
        _tensors(graph, node),
    )
    return _of_width(value, len(read["mean"]), part, axes)


def layer_norm(graph: OnnxGraph, node: Any, value: Value) -> Value | None:
    """Over the features of each step."""
    read, axes = _read(graph, node, "gamma", "beta"), value.featured()
    if read is None or axes is None or attribute(node, "axis", -1) not in (-1, len(axes) - 1):
        return None
    name, epsilon = name_of(node), number(node, "epsilon", 1e-5)
    width = len(next(iter(read.values()))) if read else value.width
    part = other(
        name,
        f"layer normalisation of {width}",
        lambda: LayerNorm(read, epsilon, name),
        _tensors(graph, node),
    )
    return _of_width(value, width, part, axes)


def _of_width(
    value: Value, width: int | None, part: Part, axes: Axes, bare: bool = False
) -> Value | None:
    closed = value.closed()
    if closed is None or closed.width not in (None, width):
        return None
    return closed.then(part, axes, bare=bare)


def of_constant(graph: OnnxGraph, node: Any, value: Value, held: np.ndarray) -> Value | None:
    """One number, or one for each feature, added, taken away, times or divided by."""
    if any(n != 1 for n in held.shape[:-1]) or held.ndim > len(value.axes):
        return None
    link, flat, first = value.link, held.ravel(), node.input[0] not in graph.tensors
    own = link is not None and link.bare and held.size == link.part.outputs
    if node.op_type == "Add" and link and own and value.axis(-1) == "F":
        return _biased(graph, node, value, link, flat)
    if (node.op_type in ("Sub", "Div") and not first) or (node.op_type == "Div" and not flat.all()):
        return None
    gamma = {"Mul": flat, "Div": 1 / np.where(flat, flat, 1)}.get(node.op_type, np.ones_like(flat))
    beta = {"Add": flat, "Sub": -flat}.get(node.op_type, np.zeros_like(flat))
    if held.size == 1:
        return value.then(activation(name_of(node), f"affine:{gamma[0]}:{beta[0]}"))
    axes = value.featured()
    return None if axes is None else _scaled(graph, node, value, axes, gamma, beta)


def _scaled(
    graph: OnnxGraph, node: Any, value: Value, axes: Axes, gamma: np.ndarray, beta: np.ndarray
) -> Value | None:
    name = name_of(node)
    read = {"gamma": gamma, "beta": beta, "mean": 0 * beta, "variance": 0 * beta + 1}
    word = {"Add": "plus", "Sub": "minus", "Mul": "times", "Div": "divided by"}[node.op_type]
    held = [graph.tensors[each] for each in node.input if each in graph.tensors]
    part = other(name, f"{word} a constant", lambda: Scale.of_batch(read, 0.0, name), held)
    return _of_width(value, len(gamma), part, axes)


def _biased(graph: OnnxGraph, node: Any, value: Value, link: Link, b: np.ndarray) -> Value | None:
    """The product before it and its bias are one layer."""
    bare = link.part
    held = [graph.tensors[each] for each in node.input if each in graph.tensors]

    def build() -> Dense:
        W = bare.build().weights["W"]
        return Dense(W, b, name=bare.name)

    part = replace(bare, build=build, tensors=(*bare.tensors, *held))
    return replace(value, link=replace(link, part=part, bare=False))
