"""A graph of ONNX: its nodes in the order of computation, its constants, and who takes a tensor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from lstm_viz.models.onnx.attributes import reads
from lstm_viz.models.onnx.fold import folded
from lstm_viz.models.tensors import MOST_TENSORS, Tensor, Tensors


def name_of(node: Any) -> str:
    """The node's name, or its output's, as one word."""
    return (
        str(node.name or next(iter(node.output), "") or node.op_type).strip("/").replace("/", ".")
    )


def is_own(node: Any) -> bool:
    """Whether the node's kind is one of ONNX itself, not of somebody's extension."""
    return node.domain in ("", "ai.onnx")


@dataclass
class OnnxGraph:
    """The nodes, the constants by name, the names of inputs with their shapes, and of outputs.

    An axis whose size the file leaves open is None in a shape. `spent` are constants that are read,
    but are no layer's numbers: initial states, scales.
    """

    path: str
    nodes: list[Any]
    tensors: dict[str, Tensor]
    inputs: dict[str, tuple[int | None, ...]]
    outputs: list[str]
    opset: int = 13
    notes: list[str] = field(default_factory=list)
    spent: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.own = dict(self.tensors)
        self.sources: dict[str, list[str]] = {}
        self.nodes = list(self._in_order())
        self._fold()

    def constant(self, name: str) -> np.ndarray | None:
        """The numbers of a constant, None for what is computed."""
        return self.tensors[name].numbers() if name in self.tensors else None

    @cached_property
    def _users(self) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for node in self.nodes:
            for name in reads(node):
                found.setdefault(name, []).append(node)
        return found

    @cached_property
    def makers(self) -> dict[str, Any]:
        """The node that gives each tensor."""
        return {name: node for node in reversed(self.nodes) for name in node.output if name}

    def users(self, name: str) -> list[Any]:
        """The nodes that take an output."""
        return self._users.get(name, [])

    def _in_order(self) -> Iterator[Any]:
        """Each node after those whose outputs it takes; none that stands in a circle."""
        makers = {name: node for node in reversed(self.nodes) for name in node.output if name}
        users: dict[int, list[Any]] = {}
        waits: dict[int, int] = {}
        for node in self.nodes:
            before = {id(makers[n]) for n in reads(node) if n in makers and n not in self.inputs}
            waits[id(node)] = len(before)
            for maker in before:
                users.setdefault(maker, []).append(node)
        ready = [node for node in self.nodes if not waits[id(node)]]
        for node in ready:  # grows while it is gone through
            yield node
            for user in users.get(id(node), ()):
                waits[id(user)] -= 1
                if not waits[id(user)]:
                    ready.append(user)

    def _fold(self) -> None:
        """Constants that nodes only carry or turn become constants of their own."""
        most = max(sum(t.size for t in self.own.values()), 1000)
        for node in self.nodes:
            if len(self.tensors) > MOST_TENSORS:
                return
            names = [name for name in node.input if name] if node.output and is_own(node) else []
            if names and all(name in self.tensors for name in names):
                found = folded(node, self.tensors, most)
                if found is not None:
                    self.tensors[node.output[0]] = found
                    self.sources[node.output[0]] = names

    def listed(self, used: set[str]) -> Tensors:
        """The file's own tensors; those that went into a folded one give way to it."""
        gone = set(self.spent)
        left = [name for key in used | self.spent for name in self.sources.get(key, ())]
        while left:
            if (name := left.pop()) not in gone:
                gone.add(name)
                left += self.sources.get(name, ())
        gone -= used
        kept = {name: tensor for name, tensor in self.own.items() if name not in gone}
        return kept | {name: self.tensors[name] for name in used if name in self.sources}
