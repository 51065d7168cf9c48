"""`.npz`: arrays by name, as one of our networks, PyTorch's, Keras', Flax', TensorFlow 1's, or a
cell's own parameters (`W_i`, `U_i`, …)."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from lstm_viz.cells import CELLS
from lstm_viz.files.npz import read_arrays
from lstm_viz.models import native as own
from lstm_viz.models.parts import RECURRENT, Model, Part
from lstm_viz.models.pytorch.layers import NAME, parts
from lstm_viz.models.tensors import Tensor, of_arrays
from lstm_viz.network.layers import Layer
from lstm_viz.network.recurrent import Direction, Recurrent
from lstm_viz.validation.errors import InputError

FLAX = re.compile(r"^(?:(.*)[./])?([ih][ifgo])[./](kernel|bias)$")
TF1 = re.compile(r"^(?:(.*)/)?basic_lstm_cell/(kernel|bias)(?::0)?$")
KERAS = re.compile(r"^(?:(.*)[./])?(kernel|recurrent_kernel|bias)(?::0)?$")


def read_npz(path: str, nonlinearity: str | None = None) -> Model:
    """The model in a file of arrays; which of the conventions it has is seen from the names."""
    arrays = read_arrays(path)
    if own.CONFIG in arrays:
        return own.read(arrays, path)
    return of_names(of_arrays(arrays), path, nonlinearity)


def of_names(tensors: Mapping[str, Tensor], path: str, nonlinearity: str | None = None) -> Model:
    """The model that named arrays are."""
    if any(NAME.match(name) for name in tensors):
        found = parts(tensors, path, nonlinearity)
        return Model(path, "arrays by PyTorch's names", found, tensors)
    for pattern, words, make in (
        (FLAX, "arrays by Flax' names", _flax),
        (TF1, "arrays by TensorFlow 1's names", _tf1),
    ):
        if any(pattern.match(name) for name in tensors):
            return Model(path, words, make(tensors, path), tensors)
    if any(name.rpartition("recurrent_kernel")[1] for name in tensors):
        return _keras(tensors, path)
    return Model(path, "arrays by a cell's parameters", _parameters(tensors), tensors)


def _keras(tensors: Mapping[str, Tensor], path: str) -> Model:
    from lstm_viz.models.keras.guess import guess

    order = ("kernel", "recurrent_kernel", "bias")
    groups: dict[str, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        if match := KERAS.match(name):
            groups.setdefault(match[1] or "layer", {})[match[2]] = tensor
    listed = {k: [g[w] for w in order if w in g] for k, g in groups.items()}
    return Model(path, "arrays by Keras' names", guess(listed, path, "3"), tensors)


def _parameters(tensors: Mapping[str, Tensor]) -> list[Part]:
    """The first cell of the zoo that has just these parameters (among others, a saved run's)."""
    for name, cell in CELLS.items():
        if set(cell.parameters) <= set(tensors):
            held = {parameter: tensors[parameter] for parameter in cell.parameters}
            fits = all(len(t.shape) == len(cell.parameters[p]) for p, t in held.items())
            if fits and {"W_i", "W"} & set(held) == {"W_i", "W"} & set(tensors):
                return [_part(name, name, held)]
    return []


def _part(name: str, cell_name: str, held: Mapping[str, Tensor]) -> Part:
    cell = CELLS[cell_name]
    inputs = next((held[p].shape[1] for p in held if cell.parameters[p][-1] == "I"), None)

    def build() -> Layer:
        return Recurrent(Direction(cell, {p: t.numbers() for p, t in held.items()}), name=name)

    shapes = tuple((t.name, t.shape) for t in held.values())
    return Part(
        name, RECURRENT, f"the cell {cell_name}", build, name, inputs, None, (cell,), shapes
    )


def _lstm(name: str, weights: dict[str, np.ndarray], shapes: Mapping[str, Tensor]) -> Part:
    cell = CELLS["lstm"]
    units, inputs = weights["W_i"].shape
    what = f"LSTM, hidden {units}"
    used = tuple((t.name, t.shape) for t in shapes.values())
    make = lambda: Recurrent(Direction(cell, weights), name=name)  # noqa: E731
    return Part(name, RECURRENT, what, make, name, inputs, units, (cell,), used)


def _flax(tensors: Mapping[str, Tensor], path: str) -> list[Part]:
    """OptimizedLSTMCell: ii, if, ig, io (kernels) and hi, hf, hg, ho (kernels and biases)."""
    groups: dict[str, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        if match := FLAX.match(name):
            groups.setdefault(match[1] or "lstm", {})[f"{match[2]}.{match[3]}"] = tensor
    found = []
    for name, held in groups.items():
        weights = {}
        for gate in "ifgo":
            weights[f"W_{gate}"] = _get(held, f"i{gate}.kernel", path).T
            weights[f"U_{gate}"] = _get(held, f"h{gate}.kernel", path).T
            weights[f"b_{gate}"] = _get(held, f"h{gate}.bias", path)
        found.append(_lstm(name, weights, held))
    return found


def _tf1(tensors: Mapping[str, Tensor], path: str) -> list[Part]:
    """BasicLSTMCell: rows [x; h], blocks i, candidate, f, o; 1 is added to the forget bias."""
    groups: dict[str, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        if match := TF1.match(name):
            groups.setdefault(match[1] or "lstm", {})[match[2]] = tensor
    found = []
    for name, held in groups.items():
        kernel, bias = _get(held, "kernel", path), _get(held, "bias", path)
        units = len(bias) // 4
        if kernel.ndim != 2 or kernel.shape[1] != 4 * units or kernel.shape[0] <= units:
            raise InputError(f"{path}: {name} has the shapes {kernel.shape} and {bias.shape}")
        weights = {}
        for k, gate in enumerate("igfo"):
            columns = kernel[:, k * units : (k + 1) * units]
            weights[f"W_{gate}"], weights[f"U_{gate}"] = columns[:-units].T, columns[-units:].T
            weights[f"b_{gate}"] = bias[k * units : (k + 1) * units] + (gate == "f")
        found.append(_lstm(name, weights, held))
    return found


def _get(held: Mapping[str, Tensor], name: str, path: str) -> np.ndarray:
    if name not in held:
        raise InputError(f"{path}: {name} is missing")
    return held[name].numbers()
