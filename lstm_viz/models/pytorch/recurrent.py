"""PyTorch's recurrent layers, from their tensors.

An LSTM's rows are i, f, g, o; a GRU's r, z, n; the two biases are added, but for a GRU's candidate,
where the recurrent one stands inside the product with the reset gate. Equinox' cells have the same
rows and one `bias`, and its GRU the candidate's own, `bias_n`. Whether a plain RNN has tanh or relu
is not in the file. A layer with further tensors is not the plain one, and is never run as it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from lstm_viz.cells import variants as cells
from lstm_viz.cells.cell import Cell
from lstm_viz.models.parts import RECURRENT, Part
from lstm_viz.models.stacked import parameters
from lstm_viz.models.tensors import Tensor
from lstm_viz.network.recurrent import Direction, Recurrent, direction_names
from lstm_viz.validation.errors import InputError

GATES = {"LSTM": ("i", "f", "g", "o"), "GRU": ("r", "z", "n"), "RNN": ("",)}
KINDS = {len(gates): kind for kind, gates in GATES.items()}


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
        return any(name.startswith("bias") for name in self.tensors)

    def __post_init__(self) -> None:
        """Raise `InputError` where the shapes do not fit each other."""
        for name, tensor in self.tensors.items():
            if tensor.refused and not tensor.shape:
                raise InputError(f"{self.path}: {tensor.name} {tensor.refused}")
            if len(tensor.shape) != (1 if name.startswith("bias") else 2) or 0 in tensor.shape:
                raise InputError(f"{self.path}: {tensor.name} has the shape {tensor.shape}")
        rows = self.shape("weight_hh")[0]
        if rows % self.hidden or rows // self.hidden not in KINDS:
            raise InputError(
                f"{self.path}: {self.name} has {rows} rows for {self.hidden} hidden units: an"
                " LSTM has 4 each, a GRU 3, an RNN 1"
            )
        wanted = {
            "weight_ih": (rows, self.inputs),
            "weight_hh": (rows, self.outputs),
            "bias_ih": (rows,),
            "bias_hh": (rows,),
            "bias": (rows,),
            "bias_n": (self.hidden,),
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
        if "bias" in read:
            biases[0] = read["bias"]
        if "bias_n" in read:
            biases[1][-self.hidden :] = read["bias_n"]
        more = {"P_h": read["weight_hr"]} if self.projected else {}
        return parameters(self.cell, GATES[self.kind], W, U, biases, more)


@dataclass
class Module:
    """A recurrent module of a file: its layers' tensors, and `others` that are the module's too."""

    layers: dict[tuple[int, bool], dict[str, Tensor]]  # by number, and whether it is reversed
    others: dict[str, Tensor] = field(default_factory=dict)
    states: dict[str, Tensor] = field(default_factory=dict)  # h and c that it begins with

    def settle(self) -> None:
        """One bias of a cell, as Equinox has it, is no tensor of another kind."""
        first, *more = self.layers.values()
        if "weight_hh" not in first or len(first["weight_hh"].shape) != 2:
            return
        blocks = first["weight_hh"].shape[0] // first["weight_hh"].shape[-1]
        biases = {3: {"bias", "bias_n"}}.get(blocks, {"bias"})
        if not more and set(self.others) == biases and set(first) == {"weight_ih", "weight_hh"}:
            first |= self.others
            self.others = {}


def stack(prefix: str, module: Module, path: str, nonlinearity: str | None) -> list[Part]:
    """The layers of one module, in sequence."""
    layers = module.layers
    name = prefix or One(path, "rnn", next(iter(layers.values())), nonlinearity).kind.lower()
    count = max(layer for layer, _ in layers) + 1
    if count > len(layers):
        raise InputError(f"{path}: {name} has layer {count - 1}, but not all layers before it")
    found = []
    for k in range(count):
        own = name if count == 1 else f"{name}.l{k}"
        ways = [
            One(path, own, layers[k, reverse], nonlinearity)
            for reverse in (False, True)
            if (k, reverse) in layers
        ]
        if (k, False) not in layers or len({way.kind for way in ways}) > 1:
            raise InputError(f"{path}: {own} does not have the same tensors in both directions")
        found.append(_recurrent(own, name, ways, module))
    return found


def _recurrent(name: str, group: str, ways: list[One], module: Module) -> Part:
    one = ways[0]
    tensors = tuple(t for w in ways for t in w.tensors.values())
    refused = _refusal(name, module, tensors)

    def build() -> Recurrent:
        if refused:
            raise InputError(f"{one.path}: {refused}")
        directions = [Direction(w.cell, w.weights(), bool(k)) for k, w in enumerate(ways)]
        return Recurrent(directions, name=name, zero_padding=True)  # as pad_packed_sequence

    return Part(
        name=name,
        role=RECURRENT,
        what=_what(one, len(ways)) + ": not read" * bool(refused),
        build=build,
        kind=one.kind,
        options=one.options,
        group=group,
        inputs=one.inputs,
        outputs=sum(w.outputs for w in ways),
        cells=() if refused else tuple(w.cell for w in ways),
        tensors=(*tensors, *module.others.values(), *module.states.values()),
        notes=(refused,) if refused else tuple(_taken(one, module)),
        readable=not refused,
    )


def _refusal(name: str, module: Module, tensors: tuple[Tensor, ...]) -> str:
    """Why a layer cannot be run as it is, and the way out; nothing where it can."""
    if module.others:
        own = ", ".join(list(module.others)[:4]) + ", …" * (len(module.others) > 4)
        return (
            f"{name} is not a standard layer: it has extra tensors ({own}), and the file does"
            " not say what it does with them. Write its equations as a text (docs/adding.md) and"
            " save its weights under the names used there: lstm-viz step --cell mine.txt"
            " --weights FILE.npz"
        )
    refused = next((tensor for tensor in tensors if tensor.refused), None)
    return f"{refused.name} {refused.refused}" if refused else ""


def _taken(one: One, module: Module) -> Iterator[str]:
    """What is taken for granted."""
    if module.states:
        names = " and ".join(tensor.name for tensor in module.states.values())
        yield f"assumed: it begins with {names}"
    if one.kind == "RNN" and one.nonlinearity is None:
        yield "assumed: tanh (the file does not say tanh or relu; --nonlinearity relu)"
    if "bias" in one.tensors:
        blocks = ", ".join(gate for gate in GATES[one.kind] if gate)
        yield "one bias, as Equinox has it" + (
            f"; assumed order of its blocks: {blocks}" if blocks else ""
        )


def _what(one: One, directions: int) -> str:
    what = f"{one.kind}, hidden {one.hidden}"
    what += f", projected to {one.outputs}" if one.projected else ""
    what += ", both directions" if directions == 2 else ""
    return what + ("" if one.biased else ", no biases")


def initial_states(parts: list[Part], module: Module) -> dict[str, dict[str, np.ndarray]]:
    """What each direction begins with, by its name: PyTorch stacks them layer by layer."""
    found: dict[str, dict[str, np.ndarray]] = {}
    if not all(part.readable for part in parts):
        return found
    keys = [key for part in parts for key in direction_names(part.name, len(part.cells))]
    for state, tensor in module.states.items():
        rows = tensor.numbers().reshape(len(keys), -1)
        for key, row in zip(keys, rows, strict=True):
            found.setdefault(key, {})[state] = row
    return found
