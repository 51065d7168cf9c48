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
from lstm_viz.models.parts import DENSE, EMBEDDING, OTHER, RECURRENT, Part
from lstm_viz.models.tensors import Tensor, Tensors, blocks
from lstm_viz.network.layers import Dense, Embedding, Layer
from lstm_viz.network.recurrent import Direction, Recurrent
from lstm_viz.validation.errors import InputError

NAME = re.compile(r"^(?:(.*)\.)?(weight|bias)_(ih|hh|hr)(?:_l(\d+)(_reverse)?)?$")
GATES = {"LSTM": ("i", "f", "g", "o"), "GRU": ("r", "z", "n")}
KINDS = {4: "LSTM", 3: "GRU", 1: "RNN"}
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
        name = "weight_hr" if "weight_hr" in self.tensors else "weight_hh"
        return self.shape(name)[-1]

    @property
    def outputs(self) -> int:
        return self.shape("weight_hr")[0] if "weight_hr" in self.tensors else self.hidden

    @property
    def inputs(self) -> int:
        return self.shape("weight_ih")[-1]

    @property
    def kind(self) -> str:
        return KINDS[self.shape("weight_hh")[0] // self.hidden]

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
        if "weight_hr" in self.tensors and self.kind != "LSTM":
            raise InputError(f"{self.path}: {self.name} is a {self.kind} with a projection")

    @property
    def cell(self) -> Cell:
        if self.kind == "LSTM":
            return cells.lstm(bias=self.biased, projection="weight_hr" in self.tensors)
        if self.kind == "GRU":
            return cells.gru(bias=self.biased)
        return cells.rnn(f"{self.nonlinearity or 'tanh'}({{0}})", bias=self.biased)

    def weights(self) -> dict[str, np.ndarray]:
        """The cell's parameters, by the cell's own names."""
        read = {name: tensor.numbers() for name, tensor in self.tensors.items()}
        none = np.zeros(self.shape("weight_hh")[0])
        b, bh = read.get("bias_ih", none), read.get("bias_hh", none)
        if self.kind == "RNN":
            found = {"W": read["weight_ih"], "U": read["weight_hh"], "b": b + bh}
        else:
            gates = GATES[self.kind]
            found = blocks(read["weight_ih"], gates, "W") | blocks(read["weight_hh"], gates, "U")
            found |= blocks(b + bh, gates, "b")
        if self.kind == "GRU":
            last = slice(2 * self.hidden, None)
            found |= {"b_n": b[last], "b_hn": bh[last]}
        if "weight_hr" in read:
            found["P_h"] = read["weight_hr"]
        return {name: found[name] for name in self.cell.parameters}


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
    return _with_tables(found, named)


def _with_tables(found: list[Part], named: Mapping[str, Tensor]) -> list[Part]:
    """A matrix without a bias whose rows a recurrent layer behind it reads is an embedding."""
    first = next((k for k, part in enumerate(found) if part.role == RECURRENT), 0)
    for k, part in enumerate(found[:first]):
        table = part.role == DENSE and len(part.shapes) == 1 and part.inputs == found[first].inputs
        if table and part.outputs != found[first].inputs:
            found[k] = _embedding(part.name, named[f"{part.name}.weight"], part.shapes)
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

    notes = []
    if one.kind == "RNN" and one.nonlinearity is None:
        notes.append("tanh or relu is not in the file: tanh is taken (--nonlinearity relu)")
    what = f"{one.kind}, hidden {one.hidden}"
    what += f", projected to {one.outputs}" if "weight_hr" in one.tensors else ""
    what += ", both directions" if len(ways) == 2 else ""
    what += "" if one.biased else ", no biases"
    return Part(
        name,
        RECURRENT,
        what,
        build,
        group,
        one.inputs,
        sum(w.outputs for w in ways),
        tuple(w.cell for w in ways),
        tuple((t.name, t.shape) for w in ways for t in w.tensors.values()),
        tuple(notes),
    )


def _plain(name: str, tensors: Mapping[str, Tensor]) -> Part | None:
    """An embedding, a dense layer, or another module, from its `weight`."""
    stem, _, last = name.rpartition(".")
    weight, bias = tensors[name], tensors.get(f"{stem}.bias" if stem else "bias")
    if last != "weight":
        return None
    shapes = tuple((t.name, t.shape) for t in (weight, bias) if t is not None)
    if len(weight.shape) != 2 or 0 in weight.shape:
        what = f"a module with a weight of shape {weight.shape}: not read"
        return Part(stem, OTHER, what, lambda: Layer(stem), shapes=shapes)
    rows, columns = weight.shape
    if bias is None and "emb" in stem.lower():
        return _embedding(stem, weight, shapes)
    if bias is not None and bias.shape != (rows,):
        return None
    return Part(
        stem,
        DENSE,
        f"dense, {columns} → {rows}",
        lambda: Dense(weight.numbers(), None if bias is None else bias.numbers(), name=stem),
        "",
        columns,
        rows,
        shapes=shapes,
    )


def _embedding(stem: str, weight: Tensor, shapes: tuple[tuple[str, tuple[int, ...]], ...]) -> Part:
    rows, columns = weight.shape
    what = f"embedding of {rows} words in {columns} numbers"
    build = lambda: Embedding(weight.numbers(), name=stem)  # noqa: E731
    return Part(stem, EMBEDDING, what, build, "", None, columns, shapes=shapes)
