"""Dense layers that were quantised: their product of whole numbers, and its scale, are one layer.

    q, s, z = DynamicQuantizeLinear(x)                  # x is about (q − z) · s
    y = Cast(MatMulInteger(q, W, z, zero)) · (s · scale)

is x times the matrix (W − zero) · scale, but for the rounding of x.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from lstm_viz.models.onnx.graph import OnnxGraph
from lstm_viz.models.onnx.layers import dense_after
from lstm_viz.models.onnx.value import Value

EIGHT_BITS = (
    "its 8-bit weights are used as integers times their scale; ONNX Runtime also rounds the"
    " inputs to 8 bits, so its outputs differ slightly"
)


@dataclass
class Products:
    """What was rounded, by name: its numbers, its scale; and the products that wait for a scale."""

    graph: OnnxGraph
    rounded: dict[str, Value] = field(default_factory=dict)
    waiting: dict[str, tuple[Value, Any]] = field(default_factory=dict)

    def takes(self, node: Any, values: dict[str, Value]) -> bool:
        """Whether the node is one step of such a layer; the last one gives a value."""
        first = node.input[0] if node.input else ""
        if node.op_type == "DynamicQuantizeLinear" and first in values:
            self.rounded |= dict.fromkeys(node.output[:2], values[first])
        elif node.op_type == "MatMulInteger" and first in self.rounded:
            self.waiting[node.output[0]] = self.rounded[first], node
        elif node.op_type == "Cast" and first in self.waiting:
            self.waiting[node.output[0]] = self.waiting[first]
        elif node.op_type == "Mul" and any(name in self.waiting for name in node.input):
            found = self._scaled(node)
            if found is not None:
                values[node.output[0]] = found
        else:
            return False
        return True

    def _scaled(self, node: Any) -> Value | None:
        """The whole layer, once its scale is known."""
        product, other = sorted(node.input, key=lambda name: name not in self.waiting)
        value, matrix = self.waiting[product]
        scale = self._scale(other, value)
        if scale is None or len(matrix.input) < 2 or matrix.input[1] not in self.graph.tensors:
            return None
        held = self.graph.tensors[matrix.input[1]].numbers()
        zero = self.graph.constant(matrix.input[3]) if len(matrix.input) > 3 else np.zeros(1)
        if held.ndim != 2 or zero is None or {zero.size, scale.size} - {1, held.shape[1]}:
            return None
        W = ((held - zero.ravel()) * scale.ravel()).T
        tensors = [self.graph.tensors[matrix.input[1]]]
        self.graph.spent |= set(matrix.input[3:4])
        found = dense_after(matrix, value, (W.shape, lambda: W), None, tensors)
        if found is None or found.link is None:
            return None
        part = replace(found.link.part, notes=(EIGHT_BITS,))
        return replace(found, link=replace(found.link, part=part))

    def _scale(self, name: str, value: Value) -> np.ndarray | None:
        """The matrix' own scale, of the two that are multiplied."""
        maker = self.graph.makers.get(name)
        if maker is None or maker.op_type != "Mul" or len(maker.input) != 2:
            return None
        ours = [each for each in maker.input if each in self.graph.tensors]
        if len(ours) != 1 or not any(self.rounded.get(each) is value for each in maker.input):
            return None
        self.graph.spent.add(ours[0])
        return self.graph.constant(ours[0])
