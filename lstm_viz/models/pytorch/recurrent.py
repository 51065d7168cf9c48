"""PyTorch's recurrent layers, from their tensors.

An LSTM's rows are i, f, g, o; a GRU's r, z, n; the two biases are added, but for a GRU's candidate,
where the recurrent one stands inside the product with the reset gate. Whether a plain RNN has tanh
or relu is not in the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lstm_viz.cells import variants as cells
from lstm_viz.cells.cell import Cell
from lstm_viz.models.parts import RECURRENT, Part
from lstm_viz.models.stacked import parameters
from lstm_viz.models.tensors import Tensor
from lstm_viz.network.recurrent import Direction, Recurrent
from lstm_viz.validation.errors import InputError

GATES = {"LSTM": ("i", "f", "g", "o"), "GRU": ("r", "z", "n"), "RNN": ("",)}
KINDS = {len(gates): kind for kind, gates in GATES.items()}
Layers = Mapping[tuple[int, bool], dict[str, Tensor]]  # by number, and whether it is reversed


@dataclass(frozen=True)
class One:
    """The tensors of one layer in one direction: weight_ih, weight_hh, and what else there is."""

    path: str
    name: str
    tensors: dict[str, Tensor]
    nonlinearity: str | None

    def shape(self, name: str) -> tuple[int, ...]:
        if name not in self.tensors:
            raise InputError(f"{self.path}: {self.name} has no {name}")
        return self.tensors[name].shape

    @property
    def hidden(self) -> int:
        return self.shape("weight_hr" if self.projected else "weight_hh")[-1]

    @property
    def outputs(self) -> int:
        return self.shape("weight_hr")[0] if self.projected else self.hidden

    @property
    def inputs(self) -> int:
        return self.shape("weight_ih")[-1]

    @property
    def kind(self) -> str:
        return KINDS[self.shape("weight_hh")[0] // self.hidden]

    @property
    def projected(self) -> bool:
        return "weight_hr" in self.tensors

    @property
    def biased(self) -> bool:
        return "bias_ih" in self.tensors or "bias_hh" in self.tensors

    def __post_init__(self) -> None:
        """Raise `InputError` where the shapes do not fit each other."""
        for name, tensor in self.tensors.items():
            if len(tensor.shape) != (1 if name.startswith("bias") else 2) or 0 in tensor.shape:
                raise InputError(f"{self.path}: {tensor.name} has the shape {tensor.shape}")
        rows = self.shape("weight_hh")[0]
        if rows % self.hidden or rows // self.hidden not in KINDS:
            raise InputError(
                f"{self.path}: {self.name} has {rows} rows for {self.hidden} hidden units: that is"
                " no LSTM (4 each), GRU (3) or RNN (1)"
            )
        wanted = {
            "weight_ih": (rows, self.inputs),
            "weight_hh": (rows, self.outputs),
            "bias_ih": (rows,),
            "bias_hh": (rows,),
            "weight_hr": (self.outputs, self.hidden),
        }
        for name, tensor in self.tensors.items():
            if tensor.shape != wanted[name]:
                raise InputError(
                    f"{self.path}: {tensor.name} has the shape {tensor.shape}, not {wanted[name]}"
                )
        if self.projected and self.kind != "LSTM":
            raise InputError(f"{self.path}: {self.name} is a {self.kind} with a projection")

    @property
    def cell(self) -> Cell:
        if self.kind == "LSTM":
            return cells.lstm(bias=self.biased, projection=self.projected)
        if self.kind == "GRU":
            return cells.gru(bias=self.biased)
        return cells.rnn(f"{self.nonlinearity or 'tanh'}({{0}})", bias=self.biased)

    @property
    def options(self) -> frozenset[str]:
        """What else makes it the layer that it is."""
        there = {
            "no-bias": not self.biased,
            "projected": self.projected,
            "relu": self.kind == "RNN" and self.nonlinearity == "relu",
        }
        return frozenset(option for option, true in there.items() if true)

    def weights(self) -> dict[str, np.ndarray]:
        """The cell's parameters, by the cell's own names."""
        read = {name: tensor.numbers() for name, tensor in self.tensors.items()}
        W, U = read["weight_ih"], read["weight_hh"]
        biases = [read.get(name, np.zeros(len(W))) for name in ("bias_ih", "bias_hh")]
        more = {"P_h": read["weight_hr"]} if self.projected else {}
        return parameters(self.cell, GATES[self.kind], W, U, biases, more)


def stack(prefix: str, layers: Layers, path: str, nonlinearity: str | None) -> list[Part]:
    """The layers of one module, one behind the other."""
    name = prefix or One(path, "rnn", next(iter(layers.values())), nonlinearity).kind.lower()
    count = max(layer for layer, _ in layers) + 1
    if count > len(layers):
        raise InputError(f"{path}: {name} has a layer {count - 1}, but not all before it")
    found = []
    for k in range(count):
        own = name if count == 1 else f"{name}.l{k}"
        ways = [
            One(path, own, layers[k, reverse], nonlinearity)
            for reverse in (False, True)
            if (k, reverse) in layers
        ]
        if (k, False) not in layers or len({way.kind for way in ways}) > 1:
            raise InputError(f"{path}: {own} has not the same tensors in both directions")
        found.append(_recurrent(own, name, ways))
    return found


def _recurrent(name: str, group: str, ways: list[One]) -> Part:
    one = ways[0]

    def build() -> Recurrent:
        directions = [Direction(w.cell, w.weights(), bool(k)) for k, w in enumerate(ways)]
        return Recurrent(directions, name=name, zero_padding=True)  # as pad_packed_sequence

    unsaid = one.kind == "RNN" and one.nonlinearity is None
    taken = "tanh or relu is not in the file: tanh is taken (--nonlinearity relu)"
    return Part(
        name=name,
        role=RECURRENT,
        what=_what(one, len(ways)),
        build=build,
        kind=one.kind,
        options=one.options,
        group=group,
        inputs=one.inputs,
        outputs=sum(w.outputs for w in ways),
        cells=tuple(w.cell for w in ways),
        tensors=tuple(t for w in ways for t in w.tensors.values()),
        notes=(taken,) if unsaid else (),
    )


def _what(one: One, directions: int) -> str:
    what = f"{one.kind}, hidden {one.hidden}"
    what += f", projected to {one.outputs}" if one.projected else ""
    what += ", both directions" if directions == 2 else ""
    return what + ("" if one.biased else ", no biases")
