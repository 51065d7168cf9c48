"""If nodes with a recurrent layer inside: one branch takes their place in the graph."""

from __future__ import annotations

from typing import Any

from lstm_viz.models.onnx.attributes import nodes_inside
from lstm_viz.models.onnx.nodes import is_recurrent

BRANCHES = ("then_branch", "else_branch")


def flattened(graph: Any) -> tuple[list[Any], list[Any], list[str]]:
    """All nodes and all constants of a graph, with those of the branches that are taken.

    Where the condition is a constant, its branch is taken; else the only one with a recurrent layer
    in it, or the first of two, which is said.
    """
    nodes: list[Any] = []
    protos, notes = list(graph.initializer), []
    left = list(graph.node)[::-1]
    known = {proto.name: proto for proto in graph.initializer}
    while left:
        node = left.pop()
        if node.op_type == "Constant" and len(node.output) == 1:
            for each in (a for a in node.attribute if a.name == "value"):
                known[node.output[0]] = each.t
        branches = _branches(node)
        holding = [n for n in BRANCHES if n in branches and holds_recurrent(branches[n])]
        if not holding:
            nodes.append(node)
            continue
        taken = _by_condition(node, known) or holding[0]
        if len(holding) > 1 and _by_condition(node, known) is None:
            notes.append(_said(node, taken))
        branch = branches.get(taken)
        if branch is None:
            continue
        protos += branch.initializer
        known |= {proto.name: proto for proto in branch.initializer}
        left += [*_handed_on(node, branch), *list(branch.node)[::-1]]
    return nodes, protos, notes


def _branches(node: Any) -> dict[str, Any]:
    if node.op_type != "If" or node.domain not in ("", "ai.onnx"):
        return {}
    return {a.name: a.g for a in node.attribute if a.name in BRANCHES}


def holds_recurrent(graph: Any) -> bool:
    """Whether there is an LSTM, a GRU or an RNN in it, however deep."""
    return any(is_recurrent(node) for node in nodes_inside(graph))


def _by_condition(node: Any, known: dict[str, Any]) -> str | None:
    proto = known.get(node.input[0]) if node.input else None
    if proto is None:
        return None
    return BRANCHES[0] if any(proto.raw_data) or any(proto.int32_data) else BRANCHES[1]


def _handed_on(node: Any, branch: Any) -> list[Any]:
    """What the branch gives is what the node gives."""
    pairs = zip(node.output, branch.output, strict=False)
    return [type(node)(op_type="Identity", input=[b.name], output=[a]) for a, b in pairs]


def _said(node: Any, taken: str) -> str:
    word = {"then_branch": "true", "else_branch": "false"}[taken]
    condition = node.input[0] if node.input else "?"
    return (
        f"the graph has two branches with recurrent layers (If {node.name or condition}):"
        f" the one where {condition} is {word} is used"
    )
