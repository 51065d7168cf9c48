"""Keras' layers, from their options and weights: a kernel is (inputs, 4U), with z = x K + h R.

An LSTM's columns are i, f, c, o; a GRU's z, r, h. Where a GRU resets after the product it has two
rows of biases, the second inside the product with the reset gate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_viz.cells import variants as cells
from lstm_viz.cells.cell import Cell
from lstm_viz.models.keras.activations import dense_activation, expression
from lstm_viz.models.keras.config import Config, Configs, layer_config
from lstm_viz.models.parts import DENSE, EMBEDDING, OTHER, RECURRENT, Part
from lstm_viz.models.tensors import Tensor, blocks
from lstm_viz.network.layers import Activation, Dense, Dropout, Embedding, Layer, Masking
from lstm_viz.network.normalisation import LayerNorm, Repeat, Scale
from lstm_viz.network.recurrent import Direction, Recurrent
from lstm_viz.validation.errors import InputError

KINDS = ("LSTM", "GRU", "SimpleRNN")
GATES = {"LSTM": ("i", "f", "g", "o"), "GRU": ("z", "r", "n")}
PASSING = [
    "Dropout",
    "SpatialDropout1D",
    "GaussianNoise",
    "GaussianDropout",
    "AlphaDropout",
    "ActivityRegularization",
    "Identity",
]
Weights = Callable[[Config], list[Tensor]]


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
    def biased(self) -> bool:
        return bool(self.get("use_bias", True))

    @property
    def reset_after(self) -> bool:
        return bool(self.get("reset_after", not early(self.version)))

    def check(self) -> None:
        """Raise `InputError` where tensors are missing or their shapes do not fit."""
        wanted = 3 if self.biased else 2
        if len(self.tensors) != wanted:
            raise InputError(
                f"{self.path}: {self.name} should have {wanted} tensors, not {len(self.tensors)}"
            )
        kernel, recurrent = (t.shape for t in self.tensors[:2])
        columns = {"LSTM": 4, "GRU": 3, "SimpleRNN": 1}[self.kind] * (recurrent or (0,))[0]
        units = self.get("units", (recurrent or (0,))[0])
        good = len(kernel) == len(recurrent) == 2 and recurrent == (units, columns)
        good = good and kernel[1] == columns and 0 not in kernel and columns > 0
        if good and self.biased:
            two = self.kind == "GRU" and self.reset_after
            good = self.tensors[2].shape == ((2, columns) if two else (columns,))
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
        b = self.tensors[2].numbers() if self.biased else np.zeros(len(kernel))
        if self.kind == "SimpleRNN":
            found = {"W": kernel, "U": recurrent, "b": b}
        else:
            gates = GATES[self.kind]
            found = blocks(kernel, gates, "W") | blocks(recurrent, gates, "U")
            found |= blocks(b.sum(axis=0) if b.ndim == 2 else b, gates, "b")
        if b.ndim == 2:
            found |= {"b_n": b[0, 2 * self.hidden :], "b_hn": b[1, 2 * self.hidden :]}
        return {name: found[name] for name in self.cell.parameters}

    def direction(self) -> Direction:
        """The cell with its weights, forward or backward in time."""
        return Direction(self.cell, self.weights(), bool(self.get("go_backwards", False)))


def recurrent(name: str, ways: list[One], merge: str | None = "concat", group: str = "") -> Part:
    """A recurrent layer of one or two directions as a part."""
    for each in ways:
        each.check()
    one = ways[0]
    sequences, zero = (
        bool(one.get("return_sequences", False)),
        one.get("zero_output_for_mask", False),
    )
    if len(ways) == 2 and one.get("go_backwards", False):
        raise InputError(f"{one.path}: the forward layer of {name} goes backwards: not read")

    def build() -> Layer:
        return Recurrent(
            [each.direction() for each in ways],
            sequences,
            merge,
            name,
            as_processed=len(ways) == 1,
            zero_padding=bool(zero) or (len(ways) == 2 and sequences),
        )

    what = f"{one.kind}, {one.hidden} units"
    what += f", both directions ({merge or 'not merged'})" if len(ways) == 2 else ""
    what += ", backwards" if len(ways) == 1 and one.get("go_backwards", False) else ""
    what += "" if one.biased else ", no biases"
    what += ", every step" if sequences else ", last step"
    wide = sum(w.hidden for w in ways) if merge == "concat" else one.hidden
    notes = [
        f"{option} is for what is called with several inputs or outputs: not read"
        for option in ("return_state", "stateful")
        if one.get(option, False)
    ]
    return Part(
        name,
        RECURRENT,
        what,
        build,
        group or name,
        one.tensors[0].shape[0],
        wide,
        tuple(w.cell for w in ways),
        tuple((t.name, t.shape) for w in ways for t in w.tensors),
        tuple(notes),
        sequences,
    )


def parts(found: Configs, weights: Weights, path: str, version: str) -> list[Part]:
    """The layers of a configuration with their weights; inputs are left out."""
    return [
        part
        for config in found.layers
        if config.kind != "InputLayer"
        for part in [_part(config, weights(config), path, version)]
    ]


def _part(config: Config, tensors: list[Tensor], path: str, version: str) -> Part:
    kind = config.kind.removeprefix("CuDNN") if config.kind == "SimpleRNN" else config.kind
    if kind in KINDS:
        return recurrent(
            config.name, [One(path, config.name, kind, config.options, tensors, version)]
        )
    if kind == "Bidirectional":
        return _bidirectional(config, tensors, path, version)
    if kind == "RNN":
        return _rnn(config, tensors, path, version)
    if kind == "TimeDistributed":
        inner = layer_config(config.options.get("layer"), path, {})
        if inner.kind in ("Dense", "Activation", *PASSING):
            inner = Config(config.name, inner.kind, inner.options, config.key)
            return _simple(inner, tensors, path, version)
    return _simple(config, tensors, path, version)


def _bidirectional(config: Config, tensors: list[Tensor], path: str, version: str) -> Part:
    inner = layer_config(config.options.get("layer"), path, {})
    if inner.kind not in KINDS:
        return _unknown(config, tensors, f"Bidirectional of {inner.kind}")
    other = config.options.get("backward_layer")
    options = inner.options | {"go_backwards": not inner.options.get("go_backwards", False)}
    back = layer_config(other, path, {}) if other else Config("", inner.kind, options, "")
    if back.kind not in KINDS:
        return _unknown(config, tensors, f"Bidirectional of {back.kind}")
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
    if kind not in KINDS or not cell.kind.endswith("Cell"):
        return _unknown(config, tensors, f"RNN of {cell.kind}")
    options = {**cell.options, **config.options}
    return recurrent(config.name, [One(path, config.name, kind, options, tensors, version)])


def _unknown(config: Config, tensors: list[Tensor], what: str = "") -> Part:
    shapes = tuple((t.name, t.shape) for t in tensors)
    return Part(
        config.name,
        OTHER,
        f"{what or config.kind}: not read",
        lambda: Layer(config.name),
        shapes=shapes,
        readable=False,
    )


def _simple(config: Config, tensors: list[Tensor], path: str, version: str) -> Part:
    """What is no recurrent layer."""
    make = {"Dense": _dense, "Embedding": _embedding, "Masking": _masking, "RepeatVector": _repeat}
    if config.kind in make:
        return make[config.kind](config, tensors, path, version)
    if config.kind in PASSING:
        rate = config.options.get("rate", 0.0) if config.kind == "Dropout" else 0.0
        return Part(
            config.name,
            OTHER,
            f"{config.kind}: passes on what comes in, but in training",
            lambda: Dropout(float(rate or 0), config.name),
        )
    if config.kind in ("Activation", "ReLU", "LeakyReLU", "ELU", "Softmax"):
        return _activation(config, path, version)
    if config.kind in ("BatchNormalization", "LayerNormalization"):
        return _normalisation(config, tensors, path)
    return _unknown(config, tensors)


def _dense(config: Config, tensors: list[Tensor], path: str, version: str) -> Part:
    name, biased = config.name, bool(config.options.get("use_bias", True))
    if len(tensors) != 1 + biased or len(tensors[0].shape) != 2:
        raise InputError(f"{path}: {name} should have a kernel" + " and a bias" * biased)
    rows, columns = tensors[0].shape
    if biased and tensors[1].shape != (columns,):
        raise InputError(f"{path}: {name} has a bias of shape {tensors[1].shape}, not ({columns},)")
    function = dense_activation(config.options.get("activation"), version, path)

    def build() -> Layer:
        b = tensors[1].numbers() if biased else None
        return Dense(tensors[0].numbers().T, b, function, name)

    what = f"dense, {rows} → {columns}, {function}"
    shapes = tuple((t.name, t.shape) for t in tensors)
    return Part(name, DENSE, what, build, "", rows, columns, shapes=shapes)


def _embedding(config: Config, tensors: list[Tensor], path: str, version: str) -> Part:
    if len(tensors) != 1 or len(tensors[0].shape) != 2:
        raise InputError(f"{path}: {config.name} should have one table")
    rows, columns = tensors[0].shape
    mask = bool(config.options.get("mask_zero", False))
    what = f"embedding of {rows} words in {columns} numbers" + ", 0 is padding" * mask
    return Part(
        config.name,
        EMBEDDING,
        what,
        lambda: Embedding(tensors[0].numbers(), mask, config.name),
        "",
        None,
        columns,
        shapes=((tensors[0].name, tensors[0].shape),),
    )


def _masking(config: Config, tensors: list[Tensor], path: str, version: str) -> Part:
    value = float(config.options.get("mask_value", 0.0) or 0.0)
    what = f"steps that are all {value:g} are padding"
    return Part(config.name, OTHER, what, lambda: Masking(value, config.name))


def _repeat(config: Config, tensors: list[Tensor], path: str, version: str) -> Part:
    count = config.options.get("n")
    if not isinstance(count, int) or not 0 < count < 1_000_000:
        raise InputError(f"{path}: {config.name} repeats {count!r} times")
    return Part(config.name, OTHER, f"repeated {count} times", lambda: Repeat(count, config.name))


def _activation(config: Config, path: str, version: str) -> Part:
    usual = {"ReLU": "relu", "Softmax": "softmax", "ELU": "elu:1.0"}
    options = config.options
    if config.kind == "LeakyReLU":
        function = f"leaky_relu:{float(options.get('negative_slope', options.get('alpha', 0.3)))!r}"
    elif config.kind == "Activation":
        function = dense_activation(options.get("activation"), version, path)
    else:
        function = usual[config.kind]
    odd = {"max_value", "threshold", "negative_slope"} if config.kind == "ReLU" else set()
    if any(options.get(option) for option in odd):
        return _unknown(config, [], "ReLU with a slope, a threshold or a maximum")
    return Part(
        config.name, OTHER, f"activation {function}", lambda: Activation(function, config.name)
    )


def _normalisation(config: Config, tensors: list[Tensor], path: str) -> Part:
    options = config.options
    batch = config.kind == "BatchNormalization"
    names = [
        word
        for word, there in (
            ("gamma", options.get("scale", True)),
            ("beta", options.get("center", True)),
            ("mean", batch),
            ("variance", batch),
        )
        if there
    ]
    axis = options.get("axis", -1)
    axis = axis[0] if isinstance(axis, list) and len(axis) == 1 else axis
    if len(tensors) != len(names) or axis not in (-1, 2) or len({t.shape for t in tensors}) > 1:
        return _unknown(config, tensors)
    epsilon = float(options.get("epsilon", 1e-3))

    def build() -> Layer:
        read = {word: t.numbers() for word, t in zip(names, tensors, strict=True)}
        if batch:
            return Scale.of_batch(read, epsilon, config.name)
        return LayerNorm(read, epsilon, config.name)

    shapes = tuple((t.name, t.shape) for t in tensors)
    return Part(config.name, OTHER, config.kind, build, shapes=shapes)
