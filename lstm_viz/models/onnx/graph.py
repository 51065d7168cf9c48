"""A graph of ONNX: who makes a tensor, who takes it, and what stands before the recurrent nodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_viz.models.onnx.nodes import OnnxNode, is_recurrent
from lstm_viz.models.parts import Part, embedding
from lstm_viz.models.tensors import Tensors

PASSING = ("Identity", "Dropout", "Cast")  # what comes in goes on


def name_of(node: Any) -> str:
    """The node's name, or its output's, as one word."""
    return str(node.name or node.output[0] or node.op_type).strip("/").replace("/", ".")


@dataclass
class OnnxGraph:
    """The nodes, the constants by name, and the names of inputs and outputs."""

    path: str
    nodes: list[Any]
    tensors: Tensors
    inputs: list[str]
    outputs: list[str]

    def constant(self, name: str) -> np.ndarray | None:
        """The numbers of a constant, None for what is computed."""
        return self.tensors[name].numbers() if name in self.tensors else None

    def users(self, name: str) -> list[Any]:
        """The nodes that take an output."""
        return [node for node in self.nodes if name in node.input]

    def maker(self, name: str) -> Any:
        """The node that gives it, or None."""
        return next((node for node in self.nodes if name in node.output), None)

    def wrapped(self, node: Any) -> OnnxNode:
        """A node with its constants."""
        return OnnxNode(self.path, name_of(node), node, self.tensors)

    def follows_recurrent(self, name: str, depth: int = 0) -> bool:
        """Whether a recurrent node stands before this tensor."""
        maker = self.maker(name)
        if maker is None or depth > 200:
            return False
        return is_recurrent(maker) or any(
            self.follows_recurrent(each, depth + 1) for each in maker.input[:2]
        )

    def origin(self, name: str) -> tuple[str, Any]:
        """Upstream of what only turns axes: a tensor, and the node that makes it, if any."""
        for _ in range(50):
            maker = self.maker(name)
            if name in self.inputs or not maker or maker.op_type not in ("Transpose", *PASSING):
                break
            name = maker.input[0]
        return name, maker

    def before(self, name: str) -> tuple[list[Part], bool]:
        """An embedding upstream of a tensor; and whether nothing that is not read stands there."""
        origin, maker = self.origin(name)
        found = []
        if maker and maker.op_type == "Gather" and maker.input[0] in self.tensors:
            table = self.tensors[maker.input[0]]
            found = [embedding("embedding", table)] if len(table.shape) == 2 else []
        return found, bool(found) or origin in self.inputs or self.maker(name) is None
