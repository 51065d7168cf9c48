"""`Network`: recurrent layers and what stands around them; run it, and go back through all of it.

network = Network([Recurrent(Direction(LSTM, weights)), Dense(W, b)])
record = network.run(inputs)                          # (T, I), or (T, B, I) for a batch
record.outputs, record.traces["lstm"]["f"]
gradients = network.backpropagate(record, doutputs)   # ∂L/∂outputs, shaped as they are
gradients.traces["lstm"]["f"], gradients.weights["lstm.U_f"], gradients.inputs
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lstm_viz.network import saving
from lstm_viz.network.layers import (
    Array,
    Embedding,
    Layer,
    LayerGradients,
    LayerRecord,
    RunContext,
    States,
    forbid_writing,
)
from lstm_viz.network.recurrent import Direction, Recurrent
from lstm_viz.trace.records import Gradients, Trace
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import look_up
from lstm_viz.validation.numbers import as_numbers, float_type


@dataclass(frozen=True)
class Record:
    """What a network did: `outputs`, what each layer did, and a `Trace` a layer and direction."""

    network: Network
    layers: dict[str, LayerRecord]

    @property
    def inputs(self) -> Array:
        """What was given to the first layer."""
        return np.asarray(next(iter(self.layers.values())).inputs)

    @property
    def outputs(self) -> Any:
        """What the last layer gave."""
        return next(reversed(self.layers.values())).outputs

    @property
    def traces(self) -> dict[str, Trace]:
        """`lstm` → its trace; a layer of two directions has `lstm.forward` and `lstm.backward`."""
        return {k: t for layer in self.layers.values() for k, t in layer.traces.items()}

    @property
    def final(self) -> dict[str, dict[str, Array]]:
        """The states at the end, to carry on with: `network.run(…, states=record.final)`."""
        return {
            key: states
            for layer in self.network.layers
            if isinstance(layer, Recurrent)
            for key, states in layer.final(self.layers[layer.name]).items()
        }


@dataclass(frozen=True)
class NetworkGradients:
    """The gradient of the loss by everything in a record, under the same names."""

    layers: dict[str, LayerGradients]

    @property
    def inputs(self) -> Any:
        """∂L/∂inputs, shaped as the inputs; None where these are whole numbers (an embedding)."""
        return next(iter(self.layers.values())).inputs

    @property
    def weights(self) -> dict[str, Array]:
        """∂L/∂(each weight), summed over time and batch: `lstm.U_f` → array."""
        return {
            f"{name}.{weight}": array
            for name, layer in self.layers.items()
            for weight, array in layer.weights.items()
        }

    @property
    def traces(self) -> dict[str, Gradients]:
        """`lstm` → the gradients by everything in its trace."""
        return {k: g for layer in self.layers.values() for k, g in layer.gradients.items()}


class Network:
    """Layers in sequence. Weights are numbers of type `dtype`, the network's own copies.

    Raises `InputError` for layers of one name; a name that is not given is made unique.
    """

    def __init__(self, layers: Iterable[Layer], dtype: Any = np.float64) -> None:
        self.layers, self.dtype = list(layers), float_type(dtype)
        if not self.layers:
            raise InputError("a network needs at least one layer")
        taken: set[str] = set()
        for layer in self.layers:
            layer.name = _unique(layer.name, taken)
            taken.add(layer.name)
            layer.cast(self.dtype)
        self.notes: tuple[str, ...] = ()  # what was taken for granted when it was read from a file
        self.source = ""
        self.states: States = {}  # initial states by direction, where none are given

    def __repr__(self) -> str:
        return "Network(\n" + "".join(f"  {layer},\n" for layer in self.layers) + ")"

    def __getitem__(self, name: str) -> Layer:
        known = {layer.name: layer for layer in self.layers}
        return look_up(name, known, "layer", KeyError)

    def __iter__(self) -> Iterator[Layer]:
        return iter(self.layers)

    @property
    def weights(self) -> dict[str, Array]:
        """Every weight by name, such as `lstm.U_f`: the arrays themselves, to change in place."""
        return {
            f"{layer.name}.{name}": array
            for layer in self.layers
            for name, array in layer.weights.items()
        }

    @property
    def directions(self) -> dict[str, Direction]:
        """Each recurrent direction by name: its cell and its weights."""
        return {
            key: direction
            for layer in self.layers
            if isinstance(layer, Recurrent)
            for key, direction in zip(layer.keys, layer.directions, strict=True)
        }

    @property
    def features(self) -> int | None:
        """How many features a step come in; None before an embedding, or where any will do."""
        for layer in self.layers:
            if isinstance(layer, Recurrent):
                way = layer.directions[0]
                return way.cell.inputs_of(way.weights)
            if isinstance(layer, Embedding):
                return None
            if "W" in layer.weights:
                return int(layer.weights["W"].shape[1])
        return None

    @property
    def count(self) -> int:
        """How many numbers the weights hold."""
        return sum(array.size for array in self.weights.values())

    def save(self, path: str | Path, extra: Mapping[str, Any] | None = None) -> None:
        """Write it into one `.npz` that `load_model` reads, each cell with its name and text.

        `extra` are further arrays by name. `InputError` where a layer's kind has no place in it.
        """
        saving.write(path, self.layers, self.notes, self.states, extra or {})

    def run(
        self,
        inputs: Any,
        *,
        mask: Any = None,
        states: States | None = None,
        dropout: np.random.Generator | None = None,
    ) -> Record:
        """Run over a sequence (T, I), or a batch (T, B, I), and record every layer.

        Before an embedding the inputs are whole numbers, (T,) or (T, B). `mask`, (T,) or (T, B), is
        False at padded steps. `states` are initial states by direction, as `Record.final` has them.
        `dropout` is the chance by which dropout layers drop, in training; without it they drop
        nothing. Raises `InputError` for inputs that do not fit.
        """
        x = self._inputs(inputs)
        keep = None if mask is None else self._mask(mask, x)
        context = RunContext(self._states(self.states if states is None else states), dropout)
        layers: dict[str, LayerRecord] = {}
        for layer in self.layers:
            with np.errstate(all="ignore"):  # what is not finite is there to be seen
                record = layers[layer.name] = layer.run(x, keep, context)
            forbid_writing(record)
            x, keep = record.outputs, record.mask
        return Record(self, layers)

    def backpropagate(self, record: Record, doutputs: Any) -> NetworkGradients:
        """Go back through all of a record, from ∂L/∂outputs, shaped as the outputs."""
        dy = self._doutputs(record.outputs, doutputs)
        layers: dict[str, LayerGradients] = {}
        for layer in reversed(self.layers):
            with np.errstate(all="ignore"):
                gradients = layer.backpropagate(record.layers[layer.name], dy)
            layers[layer.name] = gradients
            forbid_writing(gradients)
            dy = gradients.inputs
        return NetworkGradients(dict(reversed(layers.items())))

    def _inputs(self, inputs: Any) -> Array:
        if isinstance(self.layers[0], Embedding):
            x = np.array(inputs)
            if x.dtype.kind == "f" and np.isfinite(x).all() and (x == np.rint(x)).all():
                x = x.astype(np.int64)
            if x.dtype.kind not in "iu" or x.ndim not in (1, 2) or not x.size:
                raise InputError("the inputs of an embedding are integers, (T,) or (T, B)")
            return x
        x = as_numbers(inputs, "inputs", self.dtype)
        if x.ndim not in (2, 3) or 0 in x.shape:
            raise InputError(f"inputs have shape {x.shape}: they should be (T, I), or (T, B, I)")
        return x

    def _mask(self, mask: Any, x: Array) -> Array:
        keep = np.asarray(mask)
        shape = x.shape if isinstance(self.layers[0], Embedding) else x.shape[:-1]
        if keep.dtype.kind not in "bui" or keep.shape != shape:
            raise InputError(f"the mask should be {shape} of True (counts) and False (padding)")
        return keep.astype(bool)

    def _states(self, states: States) -> States:
        for key in states:
            if key not in self.directions:
                known = ", ".join(self.directions)
                raise InputError(f"no direction is called {key!r}: there are {known}")
        return states

    def _doutputs(self, outputs: Any, doutputs: Any) -> Any:
        if isinstance(outputs, tuple):
            return tuple(self._doutputs(y, dy) for y, dy in zip(outputs, doutputs, strict=True))
        dy = as_numbers(doutputs, "the gradient of the outputs", self.dtype)
        if dy.shape != outputs.shape:
            raise InputError(
                f"the gradient of the outputs has shape {dy.shape}, the outputs {outputs.shape}"
            )
        return dy


def _unique(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    return next(f"{name}_{k}" for k in range(1, len(taken) + 1) if f"{name}_{k}" not in taken)
