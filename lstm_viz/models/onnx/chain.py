"""The chain of nodes around the recurrent ones of an ONNX graph.

Nodes that only turn axes are followed; at the first that is not known the chain ends.
"""

from __future__ import annotations

from typing import Any

from lstm_viz.models.onnx.graph import OnnxGraph, name_of
from lstm_viz.models.onnx.nodes import attribute, is_recurrent, recurrent
from lstm_viz.models.onnx.walk import FOLLOW, Walk

LONGEST = 1000  # nodes of a chain


def chain(graph: OnnxGraph) -> tuple[Walk, bool]:
    """What was found in order, and whether all recurrent nodes stand one behind the other."""
    nodes = [node for node in graph.nodes if is_recurrent(node)]
    if not nodes:
        return Walk(graph, [], []), True
    first = next((n for n in nodes if not graph.follows_recurrent(n.input[0])), nodes[0])
    before, all_read = graph.before(first.input[0])
    walk = Walk(graph, before, [])
    if not all_read:
        walk.notes.append("what stands before the recurrent layer is not read: the inputs are its")
    done = [first.output[0] or first.output[1]]
    _recurrent(walk, first)
    while walk.name not in graph.outputs and _step(walk, done):
        pass
    found = {part.name for part in walk.parts}
    left = [node for node in nodes if name_of(node) not in found]
    if left:
        _add_others(walk, left)
    elif walk.name not in graph.outputs:
        following = ", ".join(dict.fromkeys(n.op_type for n in graph.users(walk.name))) or "nothing"
        walk.notes.append(f"what follows {walk.parts[-1].name} is not read ({following})")
    return walk, not left


def _add_others(walk: Walk, nodes: list[Any]) -> None:
    """Recurrent nodes that do not stand in the chain: each can be chosen by its name."""
    for node in nodes:
        _add(walk, node, True)
    names = ", ".join(p.name for p in walk.parts if p.cells)
    walk.notes.append(
        f"{names} do not stand one behind the other: choose one by its name (--layer)"
    )


def _add(walk: Walk, node: Any, sequences: bool) -> None:
    part, states = recurrent(walk.graph.wrapped(node), sequences)
    walk.parts.append(part)
    walk.states |= states


def _recurrent(walk: Walk, node: Any) -> None:
    """A recurrent node: its steps (Y), or only its last state (Y_h), goes on."""
    graph, outputs = walk.graph, [*node.output, "", ""]
    used = [n for n in outputs[:2] if n and (graph.users(n) or n in graph.outputs)]
    sequences = not used or used[0] == outputs[0]
    _add(walk, node, sequences)
    part = walk.parts[-1]
    walk.width, walk.name = part.outputs or 0, outputs[0] if sequences else outputs[1]
    if _batch_first(node):
        walk.axes = ["B", "T", "D", "H"] if sequences else ["B", "D", "H"]
    else:
        walk.axes = ["T", "D", "B", "H"] if sequences else ["D", "B", "H"]
    if len(used) > 1:
        walk.notes.append(f"{part.name}: both its steps and its last state go on; the steps are")


def _batch_first(node: Any) -> bool:
    return bool(attribute(node, "layout", 0))


def _step(walk: Walk, done: list[str]) -> bool:
    """Follow the chain over one node; False where it ends."""
    users = [n for n in walk.graph.users(walk.name) if n.op_type != "Shape"]
    if len(users) != 1 or len(done) > LONGEST:
        return False
    node = users[0]
    if any(name in done for name in node.output if name):
        return False  # a broken graph may go in a circle
    if is_recurrent(node):
        wanted = ["B", "T", "F"] if _batch_first(node) else ["T", "B", "F"]
        if walk.axes != wanted or node.input[0] != walk.name:
            return False
        _recurrent(walk, node)
    elif node.op_type in FOLLOW and FOLLOW[node.op_type](walk, node):
        walk.name = node.output[0]
    else:
        return False
    done.append(walk.name)
    return True
