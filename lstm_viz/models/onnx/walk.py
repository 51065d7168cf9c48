"""Following the nodes behind a recurrent one: what each does to the axes of what travels along.

The axes are T (time), D (directions), B (batch), H (hidden), F (features), and 1 (the one step that
was cut out). Each function takes the walk over one node, or says that it cannot.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lstm_viz.models.onnx.graph import PASSING, OnnxGraph, name_of
from lstm_viz.models.onnx.nodes import States, attribute
from lstm_viz.models.parts import Part, activation, dense, last_step
from lstm_viz.network.layers import Dense

ALIKE = "Relu Tanh Sigmoid Softmax Softplus Softsign Selu"  # but in capitals
ACTIVATIONS = {name: name.lower() for name in ALIKE.split()}
ACTIVATIONS |= {"LogSoftmax": "log_softmax", "Elu": "elu:1.0"}


@dataclass
class Walk:
    """Where the chain stands: the tensor, its axes, and what was found on the way."""

    graph: OnnxGraph
    parts: list[Part]
    notes: list[str]
    name: str = ""
    axes: list[str] = field(default_factory=list)
    width: int = 0
    states: States = field(default_factory=dict)

    def axis(self, place: int) -> str:
        """The axis at a place, counted from the end where negative; nothing where there is none."""
        return self.axes[place] if -len(self.axes) <= place < len(self.axes) else ""

    @property
    def one_way(self) -> bool:
        """Whether the last recurrent layer has one direction only, so that D can be taken away."""
        return len([part.cells for part in self.parts if part.cells][-1]) == 1


def _pass(walk: Walk, node: Any) -> bool:
    return True


def _activation(walk: Walk, node: Any) -> bool:
    axis = attribute(node, "axis", -1)
    if node.op_type in ("Softmax", "LogSoftmax") and axis not in (-1, len(walk.axes) - 1):
        return False
    if walk.axes[-1] != "F":
        return False
    walk.parts.append(activation(name_of(node), ACTIVATIONS[node.op_type]))
    return True


def _transpose(walk: Walk, node: Any) -> bool:
    order = attribute(node, "perm", list(range(len(walk.axes)))[::-1])
    if sorted(order) != list(range(len(walk.axes))):
        return False
    walk.axes = [walk.axes[k] for k in order]
    return True


def _numbers(walk: Walk, node: Any, place: int, name: str) -> list[int] | None:
    if len(node.input) > place and node.input[place]:
        held = walk.graph.constant(node.input[place])
        return None if held is None else [int(n) for n in held.ravel()]
    given = attribute(node, name)
    return None if given is None else list(given)


def _squeeze(walk: Walk, node: Any) -> bool:
    """Takes away the axis of one direction, or of the one step that was cut out."""
    places = _numbers(walk, node, 1, "axes")
    if places is None or len(places) != 1:
        return False
    if walk.axis(places[0]) not in (("D", "1") if walk.one_way else ("1",)):
        return False
    walk.axes.pop(places[0])
    return _merge_features(walk)


def _merge_features(walk: Walk) -> bool:
    if "D" not in walk.axes and walk.axes[-1] == "H":
        walk.axes[-1] = "F"
    return True


def _reshape(walk: Walk, node: Any) -> bool:
    """(…, D, H) → (…, F); anything else is not followed, but for what changes nothing."""
    shape = _numbers(walk, node, 1, "shape")
    if walk.axes[-2:] == ["D", "H"]:
        walk.axes[-2:] = ["F"]
        return shape is None or len(shape) == len(walk.axes)
    return walk.axes == ["B", "F"] and shape is not None and len(shape) == 2


def _gather(walk: Walk, node: Any) -> bool:
    """One step, the last; or the one direction there is."""
    axis = attribute(node, "axis", 0)
    index = walk.graph.constant(node.input[1]) if len(node.input) > 1 else None
    if index is None or index.size != 1:
        return False
    if walk.axis(axis) == "T" and int(index.ravel()[0]) == -1:
        walk.parts.append(last_step())
    elif walk.axis(axis) != "D" or not walk.one_way:
        return False
    if index.ndim:
        walk.axes[axis] = "1"
    else:
        walk.axes.pop(axis)
    return _merge_features(walk)


def _slice(walk: Walk, node: Any) -> bool:
    """The last step: from −1 to the end, along time."""
    names = [*node.input[1:5], "", "", "", ""][:4]
    starts, ends, axes, steps = (walk.graph.constant(name) for name in names)
    if starts is None or ends is None or starts.size != 1:
        return False
    axis = 0 if axes is None else int(axes.ravel()[0])
    if walk.axis(axis) != "T" or (steps is not None and int(steps.ravel()[0]) != 1):
        return False
    if int(starts.ravel()[0]) != -1 or float(ends.ravel()[0]) < 1e6:
        return False
    walk.parts.append(last_step())
    walk.axes[axis] = "1"
    return True


def _dense(walk: Walk, node: Any, W: np.ndarray, b: Any, used: list[str]) -> bool:
    if walk.axes[-1] != "F" or W.ndim != 2 or W.shape[1] != walk.width:
        return False
    name, tensors = name_of(node), [walk.graph.tensors[each] for each in used]
    walk.parts.append(dense(name, W.shape, lambda: Dense(W, b, name=name), tensors))
    walk.width = len(W)
    return True


def _gemm(walk: Walk, node: Any) -> bool:
    W = walk.graph.constant(node.input[1])
    b = walk.graph.constant(node.input[2]) if len(node.input) > 2 else None
    plain = attribute(node, "alpha", 1.0) == attribute(node, "beta", 1.0) == 1.0
    if W is None or W.ndim != 2 or not plain or attribute(node, "transA", 0):
        return False
    W = W if attribute(node, "transB", 0) else W.T
    if len(node.input) > 2 and (b is None or b.size != len(W)):
        return False
    used = [n for n in node.input[1:] if n in walk.graph.tensors]
    return _dense(walk, node, W, None if b is None else b.ravel(), used)


def _matmul(walk: Walk, node: Any) -> bool:
    W = walk.graph.constant(node.input[1])
    if W is None or W.ndim != 2:
        return False
    users = walk.graph.users(node.output[0])
    if len(users) == 1 and users[0].op_type == "Add":
        other = next((n for n in users[0].input if n != node.output[0]), "")
        b = walk.graph.constant(other)
        if b is not None and b.size == W.shape[1]:
            good = _dense(walk, node, W.T, b.ravel(), [node.input[1], other])
            node.output[0] = users[0].output[0]
            return good
    return _dense(walk, node, W.T, None, [node.input[1]])


FOLLOW: dict[str, Callable[[Walk, Any], bool]] = {
    **dict.fromkeys(PASSING, _pass),
    **dict.fromkeys(ACTIVATIONS, _activation),
    "Transpose": _transpose,
    "Squeeze": _squeeze,
    "Reshape": _reshape,
    "Gather": _gather,
    "Slice": _slice,
    "Gemm": _gemm,
    "MatMul": _matmul,
}
