"""Why nothing recurrent was found in a graph, and the way out."""

from __future__ import annotations

import re
from typing import Any

from lstm_viz.models.onnx.attributes import nodes_inside
from lstm_viz.models.onnx.graph import OnnxGraph, is_own
from lstm_viz.models.onnx.nodes import GATES, is_recurrent

WORDS = (*GATES, "QRNN", "SRU")
RECURRENT_WEIGHT = re.compile(r"(^|[._/])weight_hh(_l\d+)?$")  # as PyTorch calls it
PRODUCTS = ("MatMul", "Gemm", "MatMulInteger")
WAY_OUT = (
    "export it with torch.onnx.export(…, dynamo=False), which keeps nn.RNN, nn.GRU and nn.LSTM"
    " whole, or save model.state_dict() as a .pt file"
)


def why_none(graph: OnnxGraph, model: Any) -> str:
    """One sentence, or nothing where there is no sign of a recurrent layer."""
    inside = list(nodes_inside(model.graph))
    for node in inside:
        if is_recurrent(node):
            return f"its {node.op_type} is inside a Loop or Scan, which is not read: {WAY_OUT}"
        if not is_own(node) and any(word in node.op_type.upper() for word in WORDS):
            return f"its recurrent layer is {node.op_type} of {node.domain}, which is not read"
    if any(holding for f in model.functions for holding in map(is_recurrent, f.node)):
        return "its recurrent layers are inside functions: inline them with onnx.inliner"
    loops = [node.op_type for node in inside if node.op_type in ("Scan", "Loop")]
    if loops:
        return f"its steps are the iterations of a {loops[0]}, which is not read: {WAY_OUT}"
    weight = taken_apart(graph)
    if weight:
        return f"its recurrent layer is unrolled into steps ({weight} is used at each): {WAY_OUT}"
    named = next((name for name in graph.tensors if RECURRENT_WEIGHT.search(name)), "")
    if named:
        return f"its recurrent layer is taken apart into products (with {named}): {WAY_OUT}"
    return ""


def taken_apart(graph: OnnxGraph) -> str:
    """A matrix that multiplies what another product with it led to: the recurrent weights.

    Depth first over the order of computation: each tensor carries the matrices before it that have
    been bent by an activation since.
    """
    held: dict[str, frozenset[str]] = {}
    for node in graph.nodes:
        before = frozenset().union(*(held.get(name, frozenset()) for name in node.input))
        if node.op_type in PRODUCTS and len(node.input) > 1 and node.input[1] in graph.tensors:
            if node.input[1] in before:
                return str(node.input[1])
            before |= {node.input[1]}
        before = before if len(before) <= MOST else frozenset()
        for name in node.output:
            held[name] = before
    return ""


MOST = 20  # matrices that one tensor carries along
