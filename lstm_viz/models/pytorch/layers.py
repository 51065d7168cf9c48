"""PyTorch's names and blocks of weights → layers.

An LSTM's rows are i, f, g, o; a GRU's r, z, n; the two biases are added, but for a GRU's candidate,
where the recurrent one stands inside the product with the reset gate. Whether a plain RNN has tanh
or relu is not in the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lstm_viz.cells import variants as cells
from lstm_viz.cells.cell import Cell
from lstm_viz.models.parts import DENSE, RECURRENT, Part, dense, embedding, other
from lstm_viz.models.stacked import parameters
from lstm_viz.models.tensors import Tensor, Tensors
from lstm_viz.network.layers import Dense, Layer
from lstm_viz.network.recurrent import Direction, Recurrent
from lstm_viz.validation.errors import InputError

NAME = re.compile(r"^(?:(.*)\.)?(weight|bias)_(ih|hh|hr)(?:_l(\d+)(_reverse)?)?$")
GATES = {"LSTM": ("i", "f", "g", "o"), "GRU": ("r", "z", "n"), "RNN": ("",)}
KINDS = {len(gates): kind for kind, gates in GATES.items()}
WRAPPERS = ("module.", "_orig_mod.")


@dataclass(frozen=True)
class _One:
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

    def check(self) -> None:
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


def parts(tensors: Tensors, path: str, nonlinearity: str | None = None) -> list[Part]:
    """The recurrent layers of a state_dict, and what stands around them, in the file's order."""
    named = _unwrapped(tensors)
    modules: dict[str, dict[tuple[int, bool], dict[str, Tensor]]] = {}
    order: dict[str, Part | None] = {}
    for name, tensor in named.items():
        if match := NAME.match(name):
            prefix, kind, which, layer, reverse = match.groups()
            order.setdefault(prefix or "", None)
            place = modules.setdefault(prefix or "", {}).setdefault(
                (int(layer or 0), bool(reverse)), {}
            )
            place[f"{kind}_{which}"] = tensor
        elif part := _plain(name, named):
            order[part.name] = part
    found: list[Part] = []
    for prefix, known in order.items():
        found += [known] if known else _module(prefix, modules[prefix], path, nonlinearity)
    return _with_tables(found)


def _with_tables(found: list[Part]) -> list[Part]:
    """A matrix without a bias whose rows a recurrent layer behind it reads is an embedding."""
    first = next((k for k, part in enumerate(found) if part.role == RECURRENT), 0)
    for k, part in enumerate(found[:first]):
        table = part.role == DENSE and len(part.tensors) == 1 and part.inputs == found[first].inputs
        if table and part.outputs != found[first].inputs:
            found[k] = embedding(part.name, part.tensors[0])
    return found


def _unwrapped(tensors: Tensors) -> dict[str, Tensor]:
    """Without what DataParallel and torch.compile put before every name."""
    found = dict(tensors)
    while prefix := next((w for w in WRAPPERS if all(n.startswith(w) for n in found)), None):
        if not found:
            break
        found = {name[len(prefix) :]: tensor for name, tensor in found.items()}
    return found


def _module(
    prefix: str,
    layers: Mapping[tuple[int, bool], dict[str, Tensor]],
    path: str,
    nonlinearity: str | None,
) -> list[Part]:
    found = []
    name = prefix or KINDS.get(_rows_by_hidden(layers), "rnn").lower()
    count = max(layer for layer, _ in layers) + 1
    if count > len(layers):
        raise InputError(f"{path}: {name} has a layer {count - 1}, but not all before it")
    for k in range(count):
        own = name if count == 1 else f"{name}.l{k}"
        ways = [
            _One(path, own, layers[k, reverse], nonlinearity)
            for reverse in (False, True)
            if (k, reverse) in layers
        ]
        if (k, False) not in layers or len({w.kind for w in map(_checked, ways)}) > 1:
            raise InputError(f"{path}: {own} has not the same tensors in both directions")
        found.append(_recurrent(own, name, ways))
    return found


def _rows_by_hidden(layers: Mapping[tuple[int, bool], dict[str, Tensor]]) -> int:
    one = next(iter(layers.values()))
    try:
        width = one["weight_hr" if "weight_hr" in one else "weight_hh"].shape[-1]
        return one["weight_hh"].shape[0] // width
    except (KeyError, IndexError, ZeroDivisionError):
        return 0


def _checked(one: _One) -> _One:
    one.check()
    return one


def _recurrent(name: str, group: str, ways: list[_One]) -> Part:
    one = ways[0]

    def build() -> Layer:
        directions = [Direction(w.cell, w.weights(), bool(k)) for k, w in enumerate(ways)]
        return Recurrent(directions, name=name)

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


def _what(one: _One, directions: int) -> str:
    what = f"{one.kind}, hidden {one.hidden}"
    what += f", projected to {one.outputs}" if one.projected else ""
    what += ", both directions" if directions == 2 else ""
    return what + ("" if one.biased else ", no biases")


def _plain(name: str, tensors: Mapping[str, Tensor]) -> Part | None:
    """An embedding, a dense layer, or another module, from its `weight`."""
    stem, _, last = name.rpartition(".")
    weight, bias = tensors[name], tensors.get(f"{stem}.bias" if stem else "bias")
    if last != "weight":
        return None
    own = [tensor for tensor in (weight, bias) if tensor]
    if len(weight.shape) != 2 or 0 in weight.shape:
        what = f"a module with a weight of shape {weight.shape}: not read"
        return other(stem, what, lambda: Layer(stem), own)
    if bias is None and "emb" in stem.lower():
        return embedding(stem, weight)
    if bias and bias.shape != weight.shape[:1]:
        return None

    def build() -> Dense:
        return Dense(weight.numbers(), bias.numbers() if bias else None, name=stem)

    return dense(stem, weight.shape, build, own)
