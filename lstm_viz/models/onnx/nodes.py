"""ONNX' recurrent nodes: LSTM (blocks i, o, f, c), GRU (z, r, h), RNN, and their options."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_viz.cells import variants as cells
from lstm_viz.cells.cell import Cell
from lstm_viz.models.parts import RECURRENT, Part
from lstm_viz.models.stacked import blocks, parameters
from lstm_viz.models.tensors import Tensor, Tensors
from lstm_viz.network.recurrent import Direction, Recurrent, direction_names
from lstm_viz.validation.errors import InputError

GATES = {"LSTM": ("i", "o", "f", "g"), "GRU": ("z", "r", "n"), "RNN": ("",)}
USUAL = {"LSTM": ["Sigmoid", "Tanh", "Tanh"], "GRU": ["Sigmoid", "Tanh"], "RNN": ["Tanh"]}
# name: expression, usual alpha, usual beta
ACTIVATIONS: dict[str, tuple[str, float | None, float | None]] = {
    "sigmoid": ("sigmoid({0})", None, None),
    "tanh": ("tanh({0})", None, None),
    "relu": ("relu({0})", None, None),
    "softsign": ("softsign({0})", None, None),
    "softplus": ("softplus({0})", None, None),
    "leakyrelu": ("leaky_relu({0}, {alpha})", 0.01, None),
    "thresholdedrelu": ("thresholded_relu({0}, {alpha})", 1.0, None),
    "elu": ("elu({0}, {alpha})", 1.0, None),
    "affine": ("affine({0}, {alpha}, {beta})", 1.0, 0.0),
    "scaledtanh": ("scaled_tanh({0}, {alpha}, {beta})", 1.0, 1.0),
    "hardsigmoid": ("clip({alpha} * {0} + {beta}, 0, 1)", 0.2, 0.5),
}
States = dict[str, dict[str, np.ndarray]]


def is_recurrent(node: Any) -> bool:
    """Whether it is an LSTM, a GRU or an RNN."""
    return node.op_type in GATES and node.domain in ("", "ai.onnx")


def attribute(node: Any, name: str, usual: Any = None) -> Any:
    """An attribute of a node, whatever its type."""
    for each in node.attribute:
        if each.name == name:
            fields = {1: each.f, 2: each.i, 3: each.s, 6: each.floats, 7: each.ints}
            value = fields.get(each.type, each.strings if each.type == 8 else usual)
            if isinstance(value, bytes):
                return value.decode("utf-8", "replace")
            return value if isinstance(value, int | float) else (value and list(value)) or usual
    return usual


@dataclass(frozen=True)
class OnnxNode:
    """A node: its attributes by name, its inputs by place."""

    path: str
    name: str
    node: Any
    tensors: Tensors

    def get(self, name: str, usual: Any = None) -> Any:
        """An attribute, whatever its type."""
        return attribute(self.node, name, usual)

    def input(self, place: int) -> Tensor | None:
        """A constant input; None where there is none; refuses weights that are computed."""
        name = self.node.input[place] if len(self.node.input) > place else ""
        if not name:
            return None
        if name not in self.tensors:
            raise InputError(f"{self.path}: {self.name}: its input {place}, {name}, is no constant")
        return self.tensors[name]

    @property
    def kind(self) -> str:
        return str(self.node.op_type)

    @property
    def directions(self) -> int:
        return 2 if self.get("direction", "forward") == "bidirectional" else 1

    def activations(self, way: int) -> list[str]:
        """The expressions of one direction's activations, their alpha and beta put in."""
        usual, count = USUAL[self.kind], len(USUAL[self.kind])
        names = [
            n.decode() if isinstance(n, bytes) else str(n) for n in self.get("activations", [])
        ]
        names = names or usual * self.directions
        if len(names) != count * self.directions:
            raise InputError(f"{self.path}: {self.name} has {len(names)} activations")
        alphas = iter(self.get("activation_alpha", []))
        betas = iter(self.get("activation_beta", []))
        found = [self._activation(name, alphas, betas) for name in names]
        return found[way * count : (way + 1) * count]

    def _activation(self, name: str, alphas: Iterator[float], betas: Iterator[float]) -> str:
        key = name.lower()
        if key not in ACTIVATIONS:
            raise InputError(f"{self.path}: {self.name}: the activation {name!r} is not read")
        text, alpha, beta = ACTIVATIONS[key]
        a = None if alpha is None else _short(next(alphas, alpha))
        b = None if beta is None else _short(next(betas, beta))
        return text.replace("{alpha}", str(a)).replace("{beta}", str(b))

    def cell(self, way: int) -> Cell:
        """The cell of one direction."""
        clip, biased = self.get("clip"), self.input(3) is not None
        bound = None if not clip else _short(clip)
        own = self.activations(way)
        if self.kind == "LSTM":
            return cells.lstm(
                *own,
                bias=biased,
                peephole=self.input(7) is not None,
                coupled=bool(self.get("input_forget", 0)),
                clip=bound,
            )
        if self.kind == "GRU":
            after = bool(self.get("linear_before_reset", 0))
            return cells.gru(*own, bias=biased, reset_after=after, clip=bound)
        return cells.rnn(own[0], bias=biased, clip=bound)

    def weights(self, way: int) -> dict[str, np.ndarray]:
        """The cell's parameters of one direction."""
        W, R, B, P = (t.numbers()[way] if t else None for t in map(self.input, (1, 2, 3, 7)))
        assert W is not None
        assert R is not None
        biases = np.split(np.zeros(2 * len(W)) if B is None else B, 2)
        more = {} if P is None else blocks(P, ("i", "o", "f"), "p")
        return parameters(self.cell(way), GATES[self.kind], W, R, biases, more)

    def check(self) -> tuple[int, int]:
        """(inputs, hidden); `InputError` where shapes do not fit."""
        W, R = self.input(1), self.input(2)
        if W is None or R is None or len(W.shape) != 3 or len(R.shape) != 3 or 0 in W.shape:
            raise InputError(f"{self.path}: {self.name} has no weights W and R of three axes")
        hidden, D, count = R.shape[2], self.directions, len(GATES[self.kind])
        wanted = {
            1: (D, count * hidden, W.shape[2]),
            2: (D, count * hidden, hidden),
            3: (D, 2 * count * hidden),
            7: (D, 3 * hidden),
        }
        for place, shape in wanted.items():
            tensor = self.input(place)
            if tensor is not None and tensor.shape != shape:
                raise InputError(
                    f"{self.path}: {self.name}: {tensor.name} has the shape {tensor.shape},"
                    f" not {shape}"
                )
        return W.shape[2], hidden


def _short(number: float) -> float:
    """A float32 as the shortest decimal that is the same float32: 0.2, not 0.20000000298."""
    return float(str(np.float32(number)))


def recurrent(node: OnnxNode, sequences: bool) -> tuple[Part, States]:
    """The part that a node is, and its initial states by direction."""
    inputs, hidden = node.check()
    direction = node.get("direction", "forward")
    if direction not in ("forward", "reverse", "bidirectional"):
        raise InputError(f"{node.path}: {node.name} goes {direction!r}")
    count = node.directions
    own = [node.cell(way) for way in range(count)]
    backward = [direction == "reverse"] if count == 1 else [False, True]

    def build() -> Recurrent:
        ways = [Direction(own[k], node.weights(k), backward[k]) for k in range(count)]
        return Recurrent(ways, sequences, name=node.name, zero_padding=sequences)

    notes, states = _states(node, own)
    part = Part(
        name=node.name,
        role=RECURRENT,
        what=f"{node.kind}, hidden {hidden}, {direction}",
        build=build,
        kind=node.kind,
        inputs=inputs,
        outputs=hidden * count,
        cells=tuple(own),
        tensors=tuple(t for t in map(node.input, (1, 2, 3, 7)) if t),
        notes=tuple(notes),
        sequences=sequences,
    )
    return part, states


def _states(node: OnnxNode, own: Sequence[Cell]) -> tuple[list[str], States]:
    """Initial states that are constants, for a batch of one; others are given when it runs."""
    notes: list[str] = []
    names = direction_names(node.name, len(own))
    states: States = {}
    lengths = node.node.input[4] if len(node.node.input) > 4 else ""
    if lengths:
        notes.append("its lengths (sequence_lens) are not read: give a mask for padded steps")
    for place, state in ((5, "h"), (6, "c")):
        name = node.node.input[place] if len(node.node.input) > place else ""
        if not name:
            continue
        held = node.tensors[name].numbers() if name in node.tensors else None
        if held is None:
            notes.append(f"its initial {state} comes from without or is computed: 0 is taken")
        elif held.any() and held.ndim == 3:
            turned = held.swapaxes(0, 1) if node.get("layout", 0) else held
            for key, cell, rows in zip(names, own, turned, strict=False):
                if state in cell.states:
                    states.setdefault(key, {})[state] = rows if len(rows) > 1 else rows[0]
    return notes, states
