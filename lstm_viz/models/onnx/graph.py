"""A graph of ONNX: who makes a tensor, who takes it, and what stands before the recurrent nodes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
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

    @cached_property
    def _users(self) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for node in self.nodes:
            for name in dict.fromkeys(node.input):
                found.setdefault(name, []).append(node)
        return found

    @cached_property
    def _makers(self) -> dict[str, Any]:
        return {name: node for node in reversed(self.nodes) for name in node.output}

    def users(self, name: str) -> list[Any]:
        """The nodes that take an output."""
        return self._users.get(name, [])

    def maker(self, name: str) -> Any:
        """The node that gives it, or None."""
        return self._makers.get(name)

    def wrapped(self, node: Any) -> OnnxNode:
        """A node with its constants."""
        return OnnxNode(self.path, name_of(node), node, self.tensors)

    @cached_property
    def _behind_recurrent(self) -> set[str]:
        """All that comes out of recurrent nodes, or of nodes behind them by their first inputs."""
        found: set[str] = set()
        left = [name for node in self.nodes if is_recurrent(node) for name in node.output]
        while left:
            if (name := left.pop()) not in found:
                found.add(name)
                users = [node for node in self.users(name) if name in node.input[:2]]
                left += [each for node in users for each in node.output]
        return found

    def follows_recurrent(self, name: str) -> bool:
        """Whether a recurrent node stands before this tensor."""
        return name in self._behind_recurrent

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
