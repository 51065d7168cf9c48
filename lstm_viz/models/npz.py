"""`.npz`: arrays by name, as one of our networks, PyTorch's, Keras', Flax', TensorFlow 1's, or a
cell's own parameters (`W_i`, `U_i`, …)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import numpy as np

from lstm_viz.cells import CELLS
from lstm_viz.files.npz import StoredArray, stored_arrays
from lstm_viz.models import native
from lstm_viz.models.keras.guess import guess
from lstm_viz.models.model_file import ModelFile
from lstm_viz.models.parts import RECURRENT, Part
from lstm_viz.models.pytorch.layers import NAME, parts
from lstm_viz.models.stacked import blocks
from lstm_viz.models.tensors import Tensor
from lstm_viz.network.recurrent import Direction, Recurrent
from lstm_viz.network.saving import CONFIG
from lstm_viz.validation.errors import InputError

FLAX = re.compile(r"^(?:(.*)[./])?([ih][ifgo])[./](kernel|bias)$")
TF1 = re.compile(r"^(?:(.*)/)?basic_lstm_cell/(kernel|bias)(?::0)?$")
KERAS = re.compile(r"^(?:(.*)[./])?(kernel|recurrent_kernel|bias)(?::0)?$")
Tensors = Mapping[str, Tensor]
Arrays = dict[str, np.ndarray]


def read_npz(path: str, nonlinearity: str | None = None) -> ModelFile:
    """The model in a file of arrays; which of the conventions it has is seen from the names."""
    tensors = {name: _stored(name, array) for name, array in stored_arrays(path).items()}
    if CONFIG in tensors:
        return native.of_tensors(tensors, path)
    if native.CELL in tensors:
        return native.of_run(tensors, path)
    if native.FLOWS in tensors:
        raise InputError(f"{path}: these are gradients without weights: lstm-viz step saves a run")
    return of_names(tensors, path, nonlinearity)


def _stored(name: str, array: StoredArray) -> Tensor:
    return Tensor(name, array.head.shape, str(array.head.dtype), array.read)


def of_names(tensors: Tensors, path: str, nonlinearity: str | None = None) -> ModelFile:
    """The model that named arrays are."""
    if any(NAME.match(name) for name in tensors):
        found = parts(tensors, path, nonlinearity)
        return ModelFile(path, "arrays by PyTorch's names", found, tensors, framework="torch")
    if groups := _grouped(FLAX, tensors, "lstm"):
        return ModelFile(path, "arrays by Flax' names", _lstms(groups, path, _flax), tensors)
    if groups := _grouped(TF1, tensors, "lstm"):
        found = _lstms(groups, path, _tf1)
        return ModelFile(path, "arrays by TensorFlow 1's names", found, tensors)
    if any("recurrent_kernel" in name for name in tensors):
        return ModelFile(path, "arrays by Keras' names", _keras(tensors, path), tensors)
    return ModelFile(path, "arrays by a cell's parameters", _parameters(tensors), tensors)


def _grouped(
    pattern: re.Pattern[str], tensors: Tensors, nameless: str
) -> dict[str, dict[str, Tensor]]:
    """Layer → the tensors whose names the pattern knows: its first group is the layer's name."""
    groups: dict[str, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        if match := pattern.match(name):
            layer, *own = match.groups()
            groups.setdefault(layer or nameless, {})[".".join(own)] = tensor
    return groups


def _keras(tensors: Tensors, path: str) -> list[Part]:
    order = ("kernel", "recurrent_kernel", "bias")
    groups = _grouped(KERAS, tensors, "layer")
    return guess({k: [g[w] for w in order if w in g] for k, g in groups.items()}, path, "3")


def _parameters(tensors: Tensors) -> list[Part]:
    """The first cell of the zoo that has just these parameters (among others, a saved run's)."""
    for cell in CELLS.values():
        if set(cell.parameters) <= set(tensors):
            held = {parameter: tensors[parameter] for parameter in cell.parameters}
            fits = all(len(t.shape) == len(cell.parameters[p]) for p, t in held.items())
            if fits and {"W_i", "W"} & set(held) == {"W_i", "W"} & set(tensors):
                return [native.of_cell(cell, held)]
    return []


def _lstms(
    groups: dict[str, dict[str, Tensor]],
    path: str,
    read: Callable[[dict[str, np.ndarray], str], Arrays],
) -> list[Part]:
    found = []
    for name, held in groups.items():
        weights = read({key: tensor.numbers() for key, tensor in held.items()}, f"{path}: {name}")
        found.append(_lstm(name, weights, held))
    return found


def _lstm(name: str, weights: Arrays, held: Tensors) -> Part:
    cell = CELLS["lstm"]
    units, inputs = weights["W_i"].shape
    return Part(
        name=name,
        role=RECURRENT,
        what=f"LSTM, hidden {units}",
        build=lambda: Recurrent(Direction(cell, weights), name=name),
        inputs=inputs,
        outputs=units,
        cells=(cell,),
        tensors=tuple(held.values()),
    )


def _flax(held: Arrays, what: str) -> Arrays:
    """OptimizedLSTMCell: ii, if, ig, io (kernels) and hi, hf, hg, ho (kernels and biases)."""
    found = {}
    for gate in "ifgo":
        found[f"W_{gate}"] = _get(held, f"i{gate}.kernel", what).T
        found[f"U_{gate}"] = _get(held, f"h{gate}.kernel", what).T
        found[f"b_{gate}"] = _get(held, f"h{gate}.bias", what)
    return found


def _tf1(held: Arrays, what: str) -> Arrays:
    """BasicLSTMCell: rows [x; h], blocks i, candidate, f, o; 1 is added to the forget bias."""
    kernel, bias = _get(held, "kernel", what), _get(held, "bias", what)
    units = len(bias) // 4
    if kernel.ndim != 2 or kernel.shape[1] != 4 * units or kernel.shape[0] <= units:
        raise InputError(f"{what} has the shapes {kernel.shape} and {bias.shape}")
    found = blocks(kernel[:-units].T, "igfo", "W") | blocks(kernel[-units:].T, "igfo", "U")
    found |= blocks(bias, "igfo", "b")
    return found | {"b_f": found["b_f"] + 1}


def _get(held: Arrays, name: str, what: str) -> np.ndarray:
    if name not in held:
        raise InputError(f"{what}: {name} is missing")
    return held[name]
