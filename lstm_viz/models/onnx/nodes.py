"""ONNX' recurrent nodes: LSTM (blocks i, o, f, c), GRU (z, r, h), RNN, and their options."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_viz.cells import variants as cells
from lstm_viz.cells.cell import Cell
from lstm_viz.models.onnx.attributes import attribute
from lstm_viz.models.parts import RECURRENT, Part
from lstm_viz.models.stacked import blocks, parameters
from lstm_viz.models.tensors import Tensor, Tensors
from lstm_viz.network.recurrent import Direction, Recurrent
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
AT_ZERO = ("affine", "scaledtanh", "thresholdedrelu")  # ONNX Runtime's alpha, where none is given
Wanted = tuple[tuple[int, str], ...]
QUANTISED = "DynamicQuantizeLSTM"


def is_recurrent(node: Any) -> bool:
    """Whether it is an LSTM, a GRU or an RNN."""
    return (node.op_type in GATES and node.domain in ("", "ai.onnx")) or is_quantised(node)


def is_quantised(node: Any) -> bool:
    """Whether it is ONNX Runtime's LSTM with weights of 8 bits."""
    return bool(node.op_type == QUANTISED and node.domain == "com.microsoft")


@dataclass(frozen=True)
class OnnxNode:
    """A node: its attributes by name, its inputs by place."""

    path: str
    name: str
    node: Any
    tensors: Tensors
    notes: tuple[str, ...] = ()

    def get(self, name: str, usual: Any = None) -> Any:
        """An attribute, whatever its type."""
        return attribute(self.node, name, usual)

    def input(self, place: int) -> Tensor | None:
        """A constant input; None where there is none; refuses weights that are computed."""
        name = self.node.input[place] if len(self.node.input) > place else ""
        if not name:
            return None
        if name not in self.tensors:
            raise InputError(
                f"{self.path}: {self.name}: its input {place}, {name}, is not a constant"
            )
        if place in (1, 2) and is_quantised(self.node):
            return self._dequantised(self.tensors[name], place)
        return self.tensors[name]

    def _dequantised(self, held: Tensor, place: int) -> Tensor:
        """(D, inputs, 4H) whole numbers, with a scale for each direction or each column."""
        scale, zero = (self.input(k) for k in ((8, 9) if place == 1 else (10, 11)))
        if (
            len(held.shape) != 3
            or scale is None
            or scale.shape
            not in (
                held.shape[:1],
                held.shape[::2],
            )
        ):
            raise InputError(f"{self.path}: {self.name}: the scale of {held.name} does not fit it")

        def read() -> np.ndarray:
            count, wide = held.shape[0], held.numbers()
            offset = 0 if zero is None else zero.numbers().reshape(count, 1, -1)
            whole = (wide - offset) * scale.numbers().reshape(count, 1, -1)
            return np.asarray(whole.swapaxes(1, 2))

        return Tensor(held.name, (held.shape[0], *held.shape[:0:-1]), "float32", read)

    @property
    def kind(self) -> str:
        return "LSTM" if is_quantised(self.node) else str(self.node.op_type)

    @property
    def directions(self) -> int:
        return 2 if self.get("direction", "forward") == "bidirectional" else 1

    def activations(self, way: int) -> list[str]:
        """The expressions of one direction's activations, their alpha and beta put in."""
        names, count = self._names, len(USUAL[self.kind])
        if len(names) != count * self.directions:
            raise InputError(f"{self.path}: {self.name} has {len(names)} activations")
        alphas = iter(self.get("activation_alpha", []))
        betas = iter(self.get("activation_beta", []))
        found = [self._activation(name, alphas, betas) for name in names]
        return found[way * count : (way + 1) * count]

    @property
    def _names(self) -> list[str]:
        said = self.get("activations", [])
        names = [n.decode() if isinstance(n, bytes) else str(n) for n in said]
        return names or USUAL[self.kind] * self.directions

    @property
    def unsaid(self) -> tuple[str, ...]:
        """The activations without an alpha, where ONNX Runtime does not take the standard's."""
        needing = [n for n in self._names if ACTIVATIONS.get(n.lower(), ("", None))[1] is not None]
        without = needing[len(self.get("activation_alpha", [])) :]
        odd = dict.fromkeys(name for name in without if name.lower() in AT_ZERO)
        return tuple(
            f"{name} has no alpha: that of the standard is taken, 1; ONNX Runtime takes 0"
            for name in odd
        )

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
            raise InputError(
                f"{self.path}: {self.name} should have weights W and R with three axes"
            )
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


def recurrent(node: OnnxNode, sequences: bool, states: Wanted = ()) -> Part:
    """The part that a node is: its steps, or the final states `states`, (direction, quantity)."""
    inputs, hidden = node.check()
    direction, count = node.get("direction", "forward"), node.directions
    if direction not in ("forward", "reverse", "bidirectional"):
        raise InputError(f"{node.path}: {node.name} goes {direction!r}")
    own = [node.cell(way) for way in range(count)]
    backward = [direction == "reverse"] if count == 1 else [False, True]
    wanted = () if states == tuple((k, "h") for k in range(count)) else states

    def build() -> Recurrent:
        ways = [Direction(own[k], node.weights(k), backward[k]) for k in range(count)]
        return Recurrent(ways, sequences, name=node.name, zero_padding=sequences, states=wanted)

    return Part(
        name=node.name,
        role=RECURRENT,
        what=f"{node.kind}, hidden {hidden}, {direction}",
        build=build,
        kind=node.kind,
        inputs=inputs,
        outputs=hidden * (len(states) or count),
        cells=tuple(own),
        tensors=tuple(t for t in map(node.input, (1, 2, 3, 7)) if t),
        notes=(*node.notes, *node.unsaid),
        sequences=sequences,
        hands_on="" if sequences else _said(states, count),
    )


def _said(states: Wanted, directions: int) -> str:
    """Which final states go on: `final h and c`, `final h, forward and backward`."""
    quantities = list(dict.fromkeys(quantity for _, quantity in states))
    ways = {way for way, _ in states}
    said = f"final {' and '.join(quantities)}"
    if directions == 1:
        return said
    where = (
        "both directions"
        if len(ways) == 2
        else "backward direction"
        if 1 in ways
        else "forward direction"
    )
    return f"{said} of {where}"
