"""Keras' recurrent layers: a kernel is (inputs, 4U), with z = x K + h R.

An LSTM's columns are i, f, c, o; a GRU's z, r, h. Where a GRU resets after the product it has two
rows of biases, the second inside the product with the reset gate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_viz.cells import variants as cells
from lstm_viz.cells.cell import Cell
from lstm_viz.models.keras.activations import expression
from lstm_viz.models.keras.config import Config, layer_config
from lstm_viz.models.parts import RECURRENT, Part, unread
from lstm_viz.models.stacked import parameters
from lstm_viz.models.tensors import Tensor
from lstm_viz.network.recurrent import Direction, Recurrent
from lstm_viz.validation.errors import InputError

GATES = {"LSTM": ("i", "f", "g", "o"), "GRU": ("z", "r", "n"), "SimpleRNN": ("",)}


def early(version: str) -> bool:
    """Whether this is Keras before 2.3, whose usual options were others."""
    numbers = [int(n) if n.isdigit() else 0 for n in version.split(".")[:2]]
    return numbers != [2] and numbers < [2, 3]


@dataclass(frozen=True)
class One:
    """A recurrent layer in one direction: its options and its kernel, recurrent kernel and bias."""

    path: str
    name: str
    kind: str
    options: dict[str, Any]
    tensors: list[Tensor]
    version: str

    def get(self, option: str, usual: Any) -> Any:
        """An option of the configuration."""
        return self.options.get(option, usual)

    @property
    def hidden(self) -> int:
        return self.tensors[1].shape[0]

    @property
    def sequences(self) -> bool:
        return bool(self.get("return_sequences", False))

    @property
    def backwards(self) -> bool:
        return bool(self.get("go_backwards", False))

    @property
    def biased(self) -> bool:
        return bool(self.get("use_bias", True))

    @property
    def reset_after(self) -> bool:
        return self.kind == "GRU" and bool(self.get("reset_after", not early(self.version)))

    def __post_init__(self) -> None:
        """Raise `InputError` where tensors are missing or their shapes do not fit."""
        wanted = 3 if self.biased else 2
        if len(self.tensors) != wanted:
            raise InputError(
                f"{self.path}: {self.name} should have {wanted} tensors, not {len(self.tensors)}"
            )
        kernel, recurrent = (t.shape for t in self.tensors[:2])
        columns = len(GATES[self.kind]) * (recurrent or (0,))[0]
        units = self.get("units", (recurrent or (0,))[0])
        good = len(kernel) == len(recurrent) == 2 and recurrent == (units, columns)
        good = good and kernel[1] == columns and 0 not in kernel and columns > 0
        if good and self.biased:
            good = self.tensors[2].shape == ((2, columns) if self.reset_after else (columns,))
        if not good:
            shapes = ", ".join(str(t.shape) for t in self.tensors)
            raise InputError(
                f"{self.path}: {self.name}, {self.kind} of {units}, has shapes {shapes}"
            )

    @property
    def cell(self) -> Cell:
        outer = expression(self.get("activation", "tanh"), self.version, self.path)
        if self.kind == "SimpleRNN":
            return cells.rnn(outer, bias=self.biased)
        usual = "hard_sigmoid" if early(self.version) else "sigmoid"
        gate = expression(self.get("recurrent_activation", usual), self.version, self.path)
        if self.kind == "LSTM":
            return cells.lstm(gate, outer, outer, bias=self.biased)
        return cells.gru(gate, outer, bias=self.biased, reset_after=self.reset_after)

    def weights(self) -> dict[str, np.ndarray]:
        """The cell's parameters, by the cell's own names."""
        kernel, recurrent = (t.numbers().T for t in self.tensors[:2])
        none = np.zeros(len(kernel))
        b = self.tensors[2].numbers() if self.biased else none
        biases = list(b) if b.ndim == 2 else [b, none]
        return parameters(self.cell, GATES[self.kind], kernel, recurrent, biases)


def recurrent(name: str, ways: list[One], merge: str | None = "concat") -> Part:
    """A recurrent layer of one or two directions as a part."""
    one, both = ways[0], len(ways) == 2
    if both and one.backwards:
        raise InputError(f"{one.path}: the forward layer of {name} goes backwards: not read")
    zero = bool(one.get("zero_output_for_mask", False)) or (both and one.sequences)

    def build() -> Recurrent:
        return Recurrent(
            [Direction(each.cell, each.weights(), each.backwards) for each in ways],
            one.sequences,
            merge,
            name,
            as_processed=not both,
            zero_padding=zero,
        )

    return Part(
        name=name,
        role=RECURRENT,
        what=_what(ways, merge),
        build=build,
        kind=one.kind,
        inputs=one.tensors[0].shape[0],
        outputs=sum(w.hidden for w in ways) if merge == "concat" else one.hidden,
        cells=tuple(w.cell for w in ways),
        tensors=tuple(t for w in ways for t in w.tensors),
        notes=_notes(one),
        sequences=one.sequences,
    )


def _what(ways: list[One], merge: str | None) -> str:
    one, both = ways[0], len(ways) == 2
    said = {
        f"{one.kind}, {one.hidden} units": True,
        f"both directions ({merge or 'not merged'})": both,
        "backwards": not both and one.backwards,
        "no biases": not one.biased,
        "every step" if one.sequences else "last step": True,
    }
    return ", ".join(words for words, true in said.items() if true)


def _notes(one: One) -> tuple[str, ...]:
    return tuple(
        f"{option} is for what is called with several inputs or outputs: not read"
        for option in ("return_state", "stateful")
        if one.get(option, False)
    )


def of_config(config: Config, tensors: list[Tensor], path: str, version: str) -> Part | None:
    """A configured recurrent layer, alone or in a wrapper; None for any other."""
    if config.kind in GATES:
        one = One(path, config.name, config.kind, config.options, tensors, version)
        return recurrent(config.name, [one])
    make = {"Bidirectional": _bidirectional, "RNN": _rnn}.get(config.kind)
    return make(config, tensors, path, version) if make else None


def _bidirectional(config: Config, tensors: list[Tensor], path: str, version: str) -> Part:
    inner = layer_config(config.options.get("layer"), path, {})
    if inner.kind not in GATES:
        return unread(config.name, f"Bidirectional of {inner.kind}", tensors)
    other = config.options.get("backward_layer")
    options = inner.options | {"go_backwards": not inner.options.get("go_backwards", False)}
    back = layer_config(other, path, {}) if other else Config("", inner.kind, options, "")
    if back.kind not in GATES:
        return unread(config.name, f"Bidirectional of {back.kind}", tensors)
    half = 3 if inner.options.get("use_bias", True) else 2
    ways = [
        One(path, f"{config.name}, forward", inner.kind, inner.options, tensors[:half], version),
        One(path, f"{config.name}, backward", back.kind, back.options, tensors[half:], version),
    ]
    merge = config.options.get("merge_mode", "concat")
    return recurrent(config.name, ways, merge)


def _rnn(config: Config, tensors: list[Tensor], path: str, version: str) -> Part:
    """`RNN(LSTMCell(…))` is an LSTM."""
    cell = layer_config(config.options.get("cell"), path, {})
    kind = cell.kind.removesuffix("Cell")
    if kind not in GATES or not cell.kind.endswith("Cell"):
        return unread(config.name, f"RNN of {cell.kind}", tensors)
    options = {**cell.options, **config.options}
    return recurrent(config.name, [One(path, config.name, kind, options, tensors, version)])
