"""The chain of nodes around the recurrent ones of an ONNX graph.

What travels along the chain is known by its axes: T (time), D (directions), B (batch), H (hidden),
F (features). Nodes that only turn axes are followed; at the first that is not known the chain ends.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lstm_viz.models.onnx.nodes import Node, is_recurrent, recurrent
from lstm_viz.models.parts import DENSE, EMBEDDING, OTHER, Part, last_step
from lstm_viz.models.tensors import Tensor
from lstm_viz.network.layers import Activation, Dense, Embedding

ACTIVATIONS = {
    "Relu": "relu",
    "Tanh": "tanh",
    "Sigmoid": "sigmoid",
    "Softmax": "softmax",
    "LogSoftmax": "log_softmax",
    "Softplus": "softplus",
    "Softsign": "softsign",
    "Elu": "elu:1.0",
    "Selu": "selu",
}
PASSING = ("Identity", "Dropout", "Cast")
LONGEST = 1000  # nodes of a chain
States = dict[str, dict[str, np.ndarray]]


@dataclass
class Graph:
    """The nodes, the constants by name, and the names of inputs and outputs."""

    path: str
    nodes: list[Any]
    tensors: dict[str, Tensor]
    inputs: list[str]
    names: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    branched: bool = False

    def constant(self, name: str) -> np.ndarray | None:
        """The numbers of a constant, None for what is computed."""
        return self.tensors[name].numbers() if name in self.tensors else None

    def users(self, name: str) -> list[Any]:
        """The nodes that take an output."""
        return [node for node in self.nodes if name in node.input]

    def maker(self, name: str) -> Any:
        """The node that gives it, or None."""
        return next((node for node in self.nodes if name in node.output), None)


@dataclass
class _Walk:
    """Where the chain stands: the tensor, its axes, and what was found on the way."""

    graph: Graph
    name: str
    axes: list[str]
    width: int
    parts: list[Part]
    states: States
    notes: list[str]


def chain(graph: Graph) -> tuple[list[Part], list[str], States]:
    """The parts in order, what is not read, and the initial states by direction."""
    nodes = [node for node in graph.nodes if is_recurrent(node)]
    if not nodes:
        return [], [], {}
    first = next((n for n in nodes if not _leads_to(graph, n.input[0])), nodes[0])
    walk = _Walk(graph, "", [], 0, _before(graph, first), {}, [])
    if not walk.parts and graph.maker(first.input[0]) and not _plain_input(graph, first.input[0]):
        walk.notes.append("what stands before the recurrent layer is not read: the inputs are its")
    done = [first.output[0] or first.output[1]]
    _recurrent(walk, first)
    while walk.name not in graph.outputs and _step(walk, done):
        pass
    left = [n.name or n.op_type for n in nodes if n.output and not _is_part(n, walk.parts)]
    graph.branched = bool(left)
    if left:
        _add_others(walk, [n for n in nodes if not _is_part(n, walk.parts)])
    elif walk.name not in graph.outputs:
        following = ", ".join(dict.fromkeys(n.op_type for n in graph.users(walk.name))) or "nothing"
        walk.notes.append(f"what follows {walk.parts[-1].name} is not read ({following})")
    return walk.parts, walk.notes, walk.states


def _name(node: Any) -> str:
    return str(node.name or node.output[0] or node.op_type).strip("/").replace("/", ".")


def _is_part(node: Any, parts: list[Part]) -> bool:
    return any(part.name == _name(node) for part in parts)


def _add_others(walk: _Walk, nodes: list[Any]) -> None:
    """Recurrent nodes that do not stand in the chain: each can be chosen by its name."""
    for node in nodes:
        part, states = recurrent(_wrapped(walk.graph, node), True)
        walk.parts.append(part)
        walk.states |= states
    names = ", ".join(p.name for p in walk.parts if p.cells)
    raise_or = f"{names} do not stand one behind the other: choose one by its name (--layer)"
    walk.notes.append(raise_or)


def _wrapped(graph: Graph, node: Any) -> Node:
    return Node(graph.path, _name(node), node, graph.tensors)


def _leads_to(graph: Graph, name: str, depth: int = 0) -> bool:
    """Whether a recurrent node stands before this."""
    maker = graph.maker(name)
    if maker is None or depth > 200:
        return False
    return is_recurrent(maker) or any(_leads_to(graph, each, depth + 1) for each in maker.input[:2])


def _plain_input(graph: Graph, name: str) -> bool:
    for _ in range(50):
        if name in graph.inputs:
            return True
        maker = graph.maker(name)
        if maker is None or maker.op_type not in ("Transpose", *PASSING):
            return False
        name = maker.input[0]
    return False


def _embedding(table: Tensor) -> Part:
    rows, columns = table.shape
    what = f"embedding of {rows} words in {columns} numbers"
    shapes = ((table.name, table.shape),)
    build = lambda: Embedding(table.numbers())  # noqa: E731
    return Part("embedding", EMBEDDING, what, build, "", None, columns, shapes=shapes)


def _before(graph: Graph, node: Any) -> list[Part]:
    """An embedding before the first recurrent node, through what only turns axes."""
    name = node.input[0]
    for _ in range(50):
        maker = graph.maker(name)
        if maker is None:
            return []
        if maker.op_type == "Gather" and maker.input[0] in graph.tensors:
            table = graph.tensors[maker.input[0]]
            if len(table.shape) == 2:
                return [_embedding(table)]
        if maker.op_type not in ("Transpose", *PASSING):
            return []
        name = maker.input[0]
    return []


# ---------------------------------------------------------------------------- step by step


def _recurrent(walk: _Walk, node: Any) -> None:
    """A recurrent node: its steps (Y), or only its last state (Y_h), goes on."""
    graph, outputs = walk.graph, [*node.output, "", ""]
    used = [n for n in outputs[:2] if n and (graph.users(n) or n in graph.outputs)]
    sequences = not used or used[0] == outputs[0]
    wrapped = _wrapped(graph, node)
    part, states = recurrent(wrapped, sequences)
    walk.parts.append(part)
    walk.states |= states
    walk.width, walk.name = part.outputs or 0, outputs[0] if sequences else outputs[1]
    turned = bool(wrapped.get("layout", 0))
    if sequences:
        walk.axes = ["B", "T", "D", "H"] if turned else ["T", "D", "B", "H"]
    else:
        walk.axes = ["B", "D", "H"] if turned else ["D", "B", "H"]
    if len(used) > 1:
        walk.notes.append(f"{part.name}: both its steps and its last state go on; the steps are")


def _step(walk: _Walk, done: list[str]) -> bool:
    """Follow the chain over one node; False where it ends."""
    users = walk.graph.users(walk.name)
    users = [n for n in users if n.op_type not in ("Shape",)]
    if len(users) != 1 or len(done) > LONGEST:
        return False
    node = users[0]
    if any(name in done for name in node.output if name):
        return False  # a broken graph may go in a circle
    if is_recurrent(node):
        wanted = ["B", "T", "F"] if Node("", "", node, {}).get("layout", 0) else ["T", "B", "F"]
        if walk.axes != wanted or node.input[0] != walk.name:
            return False
        _recurrent(walk, node)
        done.append(walk.name)
        return True
    follow = _FOLLOW.get(node.op_type)
    if node.op_type in ACTIVATIONS:
        follow = _activation
    if follow is None or not follow(walk, node):
        return False
    walk.name = node.output[0]
    done.append(walk.name)
    return True


def _attribute(node: Any, name: str, usual: Any = None) -> Any:
    return Node("", "", node, {}).get(name, usual)


def _pass(walk: _Walk, node: Any) -> bool:
    return True


def _activation(walk: _Walk, node: Any) -> bool:
    axis = _attribute(node, "axis", -1)
    if node.op_type in ("Softmax", "LogSoftmax") and axis not in (-1, len(walk.axes) - 1):
        return False
    if walk.axes[-1] != "F":
        return False
    function, name = ACTIVATIONS[node.op_type], _name(node)
    walk.parts.append(
        Part(name, OTHER, f"activation {function}", lambda: Activation(function, name))
    )
    return True


def _transpose(walk: _Walk, node: Any) -> bool:
    order = _attribute(node, "perm", list(range(len(walk.axes)))[::-1])
    if sorted(order) != list(range(len(walk.axes))):
        return False
    walk.axes = [walk.axes[k] for k in order]
    return True


def _numbers(walk: _Walk, node: Any, place: int, attribute: str) -> list[int] | None:
    if len(node.input) > place and node.input[place]:
        held = walk.graph.constant(node.input[place])
        return None if held is None else [int(n) for n in held.ravel()]
    given = _attribute(node, attribute)
    return None if given is None else list(given)


def _squeeze(walk: _Walk, node: Any) -> bool:
    """Takes away the axis of one direction, or of the one step that was cut out."""
    places = _numbers(walk, node, 1, "axes")
    if places is None or len(places) != 1 or not -len(walk.axes) <= places[0] < len(walk.axes):
        return False
    axis = walk.axes[places[0]]
    if axis not in ("D", "1") or (axis == "D" and len(walk.parts[-1].cells) == 2):
        return False
    walk.axes.pop(places[0])
    return _merge_features(walk)


def _merge_features(walk: _Walk) -> bool:
    if "D" not in walk.axes and walk.axes[-1] == "H":
        walk.axes[-1] = "F"
    return True


def _reshape(walk: _Walk, node: Any) -> bool:
    """(…, D, H) → (…, F); anything else is not followed, but for what changes nothing."""
    if walk.axes[-2:] == ["D", "H"]:
        walk.axes[-2:] = ["F"]
        shape = _numbers(walk, node, 1, "shape")
        return shape is None or len(shape) == len(walk.axes)
    shape = _numbers(walk, node, 1, "shape")
    return walk.axes == ["B", "F"] and shape is not None and len(shape) == 2


def _gather(walk: _Walk, node: Any) -> bool:
    """One step, the last; or the one direction there is."""
    axis = _attribute(node, "axis", 0)
    index = walk.graph.constant(node.input[1]) if len(node.input) > 1 else None
    if index is None or index.size != 1 or not -len(walk.axes) <= axis < len(walk.axes):
        return False
    if walk.axes[axis] == "T" and int(index.ravel()[0]) == -1:
        walk.parts.append(last_step())
    elif walk.axes[axis] != "D" or len(walk.parts[-1].cells) == 2:
        return False
    if index.ndim:
        walk.axes[axis] = "1"
    else:
        walk.axes.pop(axis)
    return _merge_features(walk)


def _slice(walk: _Walk, node: Any) -> bool:
    """The last step: from −1 to the end, along time."""
    held = [walk.graph.constant(name) if name else None for name in node.input[1:5]]
    held += [None] * (4 - len(held))
    starts, ends, axes, steps = held
    if starts is None or ends is None or starts.size != 1:
        return False
    axis = 0 if axes is None else int(axes.ravel()[0])
    one = steps is None or int(steps.ravel()[0]) == 1
    if not one or not -len(walk.axes) <= axis < len(walk.axes) or walk.axes[axis] != "T":
        return False
    if int(starts.ravel()[0]) != -1 or float(ends.ravel()[0]) < 1e6:
        return False
    walk.parts.append(last_step())
    walk.axes[axis] = "1"
    return True


def _dense_part(walk: _Walk, name: str, W: np.ndarray, b: Any, used: list[str]) -> bool:
    if walk.axes[-1] != "F" or W.ndim != 2 or W.shape[1] != walk.width:
        return False
    tensors = [walk.graph.tensors[each] for each in used]
    walk.parts.append(
        Part(
            name,
            DENSE,
            f"dense, {W.shape[1]} → {W.shape[0]}",
            lambda: Dense(W, b, name=name),
            "",
            W.shape[1],
            W.shape[0],
            shapes=tuple((t.name, t.shape) for t in tensors),
        )
    )
    walk.width = W.shape[0]
    return True


def _gemm(walk: _Walk, node: Any) -> bool:
    W = walk.graph.constant(node.input[1])
    b = walk.graph.constant(node.input[2]) if len(node.input) > 2 else None
    plain = _attribute(node, "alpha", 1.0) == _attribute(node, "beta", 1.0) == 1.0
    if W is None or W.ndim != 2 or not plain or _attribute(node, "transA", 0):
        return False
    W = W if _attribute(node, "transB", 0) else W.T
    if len(node.input) > 2 and (b is None or b.size != len(W)):
        return False
    used = [n for n in node.input[1:] if n in walk.graph.tensors]
    return _dense_part(walk, _name(node), W, None if b is None else b.ravel(), used)


def _matmul(walk: _Walk, node: Any) -> bool:
    W = walk.graph.constant(node.input[1])
    if W is None or W.ndim != 2 or node.input[0] != walk.name:
        return False
    users = walk.graph.users(node.output[0])
    if len(users) == 1 and users[0].op_type == "Add":
        other = next((n for n in users[0].input if n != node.output[0]), "")
        b = walk.graph.constant(other)
        if b is not None and b.size == W.shape[1]:
            good = _dense_part(walk, _name(node), W.T, b.ravel(), [node.input[1], other])
            node.output[0] = users[0].output[0]
            return good
    return _dense_part(walk, _name(node), W.T, None, [node.input[1]])


_FOLLOW: dict[str, Callable[[_Walk, Any], bool]] = {
    **dict.fromkeys(PASSING, _pass),
    "Transpose": _transpose,
    "Squeeze": _squeeze,
    "Reshape": _reshape,
    "Gather": _gather,
    "Slice": _slice,
    "Gemm": _gemm,
    "MatMul": _matmul,
}
