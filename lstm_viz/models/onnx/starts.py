"""Where the initial states of a recurrent node come from: constants, zeros, an input, a layer."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_viz.models.onnx.graph import OnnxGraph, name_of
from lstm_viz.models.onnx.nodes import OnnxNode, is_recurrent
from lstm_viz.network.recurrent import direction_names

States = dict[str, dict[str, np.ndarray]]
PLACES = {5: "h", 6: "c"}
CARRYING = ("Identity", "Cast", "Transpose", "Unsqueeze", "Squeeze", "Reshape", "Slice", "Gather",
            "Expand", "Split", "Flatten", "Dropout")  # fmt: skip
LONGEST = 200  # nodes between an initial state and where it comes from
TAKEN = "0 unless given (--state)"
STEADY = "its lengths (sequence_lens) are not read: every step counts unless a mask is given"


def starts(graph: OnnxGraph, node: Any) -> tuple[States, list[str], list[str]]:
    """Initial states by direction, notes on what is not 0, and the recurrent nodes they come from.

    A state that is a constant is for a batch of one; what an input gives starts at 0 here.
    """
    wrapped = OnnxNode(graph.path, name_of(node), node, graph.tensors)
    states: States = {}
    notes = [STEADY] if len(node.input) > 4 and node.input[4] else []
    layers: list[str] = []
    for place, state in PLACES.items():
        name = node.input[place] if len(node.input) > place else ""
        held = _constant(graph, name)
        if held is not None:
            _add(states, wrapped, state, held)
        elif name and not is_zero(graph, name):
            origin, maker = _origin(graph, name)
            notes.append(_note(graph, state, origin, maker))
            layers += [name_of(maker)] if maker is not None and is_recurrent(maker) else []
    return states, notes, layers


def is_computed(graph: OnnxGraph, name: str) -> bool:
    """Whether a state depends on what enters the graph, and is not simply one of its inputs."""
    known = _constant(graph, name) is not None or is_zero(graph, name)
    return not known and name in graph.makers


def _constant(graph: OnnxGraph, name: str) -> np.ndarray | None:
    """The numbers of a state, (D, 1 or B, H); also one that is expanded to the batch."""
    maker = graph.makers.get(name)
    if name not in graph.tensors and maker is not None and maker.op_type == "Expand":
        name = maker.input[0]
    graph.spent.add(name)
    return graph.constant(name)


def _add(states: States, node: OnnxNode, state: str, held: np.ndarray) -> None:
    if not held.any() or held.ndim != 3:
        return
    turned = held.swapaxes(0, 1) if node.get("layout", 0) else held
    own = [node.cell(way) for way in range(node.directions)]
    for key, cell, rows in zip(direction_names(node.name, len(own)), own, turned, strict=False):
        if state in cell.states:
            states.setdefault(key, {})[state] = rows if len(rows) > 1 else rows[0]


def is_zero(graph: OnnxGraph, name: str) -> bool:
    """Whether nothing but zeros can come out there."""
    left, seen = [name], set()
    while left:
        name = left.pop()
        held, maker = graph.tensors.get(name), graph.makers.get(name)
        if name in seen or (held is not None and not held.numbers().any()):
            continue
        seen.add(name)
        if held is not None or maker is None or name in graph.inputs or len(seen) > LONGEST:
            return False
        if maker.op_type in ("Concat", *CARRYING):
            left += maker.input if maker.op_type == "Concat" else maker.input[:1]
        elif maker.op_type != "ConstantOfShape" or _fills(maker):
            return False
    return True


def _fills(maker: Any) -> bool:
    """Whether it fills with anything but 0."""
    protos = [each.t for each in maker.attribute if each.name == "value"]
    if not protos:
        return False
    (proto, *_) = protos
    held = [*proto.float_data, *proto.double_data, *proto.int32_data, *proto.int64_data]
    return any(held) or any(proto.raw_data)


def _origin(graph: OnnxGraph, name: str) -> tuple[str, Any]:
    """Upstream of what only carries numbers: a tensor, and the node that makes it."""
    for _ in range(LONGEST):
        maker = graph.makers.get(name)
        if name in graph.inputs or maker is None or not maker.input:
            break
        if maker.op_type not in CARRYING:
            break
        name = maker.input[0]
    return name, None if name in graph.inputs else graph.makers.get(name)


def _note(graph: OnnxGraph, state: str, origin: str, maker: Any) -> str:
    if origin in graph.inputs:
        return f"its initial {state} is an input of the graph ({origin}): {TAKEN}"
    if maker is not None and is_recurrent(maker):
        return f"its initial {state} is the final state of {name_of(maker)}: {TAKEN}"
    kind = maker.op_type if maker is not None else "by nothing that is there"
    return f"its initial {state} is computed in the graph ({kind}): {TAKEN}"


def origins(graph: OnnxGraph, *places: int) -> set[str]:
    """The inputs of the graph that become these inputs of recurrent nodes."""
    nodes = [node for node in graph.nodes if is_recurrent(node)]
    names = [node.input[k] for node in nodes for k in places if len(node.input) > k]
    return {_origin(graph, name)[0] for name in names} & set(graph.inputs)
