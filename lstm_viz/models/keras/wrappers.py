"""Keras' recurrent layers as they are configured: alone, wrapped, stacked, of older kinds.

A CuDNNLSTM or CuDNNGRU has its kernels gate by gate as cuDNN lays them out, (units, inputs) in the
memory of an (inputs, units) matrix, transposed recurrent kernels, and a bias for either: so
`_convert_rnn_weights` in tf.keras' hdf5_format.py. Keras 1 has three arrays a gate.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from lstm_viz.models.keras.config import Config, layer_config
from lstm_viz.models.keras.recurrent import GATES, One, recurrent
from lstm_viz.models.parts import Part, unread
from lstm_viz.models.tensors import Tensor
from lstm_viz.validation.errors import InputError

CUDNN = {"CuDNNLSTM": "LSTM", "CuDNNGRU": "GRU"}
LAYERS = (*GATES, *CUDNN)
FIXED = {"activation": "tanh", "recurrent_activation": "sigmoid", "use_bias": True}
OF_KERAS_1 = {  # where each gate's arrays lie, in the order of Keras 2
    "LSTM": (0, 2, 1, 3),
    "GRU": (0, 1, 2),
}
RENAMED = {"inner_activation": "recurrent_activation", "output_dim": "units"}


def of_config(config: Config, tensors: list[Tensor], path: str, version: str) -> list[Part] | None:
    """A configured recurrent layer, alone or in a wrapper; None for any other."""
    make = {"Bidirectional": _bidirectional, "RNN": _rnn}.get(config.kind, _alone)
    if make is _alone and config.kind not in LAYERS:
        return None
    return [_told(part, config) for part in make(config, tensors, path, version)]


def _told(part: Part, config: Config) -> Part:
    """The part with words of states that it is called with, and of further calls."""
    begun = [edge.layer for call in config.calls for edge in call.inputs[1:]]
    what, notes = part.what, part.notes
    if begun and part.readable:
        sources = " and ".join(dict.fromkeys(begun))
        what += f", initial states from {sources}"
        notes += (
            f"in the model its initial states come from {sources}; here they are 0, unless --state"
            " (in Python states=) gives them: of a recurrent layer, run alone, the final"
            " states",
        )
    if len(config.calls) > 1 and part.readable:
        times = len(config.calls)
        notes += (f"the model calls it {times} times; here it runs once, on what comes into it",)
    return replace(part, what=what, notes=notes)


def _alone(config: Config, tensors: list[Tensor], path: str, version: str) -> list[Part]:
    one = _one(config, tensors, path, version)
    return recurrent(config.name, [one], "concat", config.outputs)


def _one(config: Config, tensors: list[Tensor], path: str, version: str) -> One:
    kind, options = CUDNN.get(config.kind, config.kind), config.options
    options = {RENAMED.get(name, name): value for name, value in options.items()}
    read, held = tensors, tuple(tensors)
    if config.kind in CUDNN:
        options |= FIXED | {"reset_after": True}
        read = of_cudnn(kind, tensors, f"{path}: {config.name}")
    elif len(tensors) == 3 * len(GATES[kind]) > 3:
        options |= {"reset_after": False}
        read = _of_keras_1(kind, tensors)
    return One(path, config.name, kind, options, read, version, held)


def of_cudnn(kind: str, tensors: list[Tensor], where: str) -> list[Tensor]:
    """The tensors of cuDNN's layer as those of Keras' plain one."""
    if len(tensors) != 3 or [len(t.shape) for t in tensors] != [2, 2, 1]:
        raise InputError(f"{where}, CuDNN{kind}, should have a kernel, a recurrent one and a bias")
    kernel, recurrent, bias = tensors
    gates, half = len(GATES[kind]), bias.shape[0] // 2

    def turned() -> np.ndarray:
        each = np.split(kernel.numbers(), gates, axis=1)
        return np.hstack([k.reshape(k.shape[::-1]).T for k in each])

    def back() -> np.ndarray:
        return np.hstack([k.T for k in np.split(recurrent.numbers(), gates, axis=1)])

    def biases() -> np.ndarray:
        pair = bias.numbers().reshape(2, half)
        return np.asarray(pair.sum(axis=0)) if kind == "LSTM" else pair

    shape = (half,) if kind == "LSTM" else (2, half)
    return [
        replace(kernel, read=turned),
        replace(recurrent, read=back),
        replace(bias, shape=shape, read=biases),
    ]


def _of_keras_1(kind: str, tensors: list[Tensor]) -> list[Tensor]:
    """W, U and b of each gate, side by side."""

    def joined(which: int) -> Tensor:
        each = [tensors[3 * gate + which] for gate in OF_KERAS_1[kind]]
        shape = (*each[0].shape[:-1], sum(t.shape[-1] for t in each))
        return replace(
            each[0], shape=shape, read=lambda: np.concatenate([t.numbers() for t in each], axis=-1)
        )

    return [joined(which) for which in range(3)]


def _bidirectional(config: Config, tensors: list[Tensor], path: str, version: str) -> list[Part]:
    inner = layer_config(config.options.get("layer"), path, {})
    other = config.options.get("backward_layer")
    options = inner.options | {"go_backwards": not inner.options.get("go_backwards", False)}
    back = layer_config(other, path, {}) if other else replace(inner, options=options)
    if wrong := next((way.kind for way in (inner, back) if way.kind not in LAYERS), None):
        return [unread(config.name, f"Bidirectional of {wrong}", tensors)]
    half = _count(inner, len(tensors))
    ways = [
        _one(replace(way, name=f"{config.name}, {name}"), own, path, version)
        for way, name, own in (
            (inner, "forward", tensors[:half]),
            (back, "backward", tensors[half:]),
        )
    ]
    return recurrent(config.name, ways, config.options.get("merge_mode", "concat"), config.outputs)


def _count(config: Config, twice: int) -> int:
    """How many tensors a layer has, of which the wrapper may have `twice` as many."""
    kind = CUDNN.get(config.kind, config.kind)
    if twice == 6 * len(GATES[kind]):
        return twice // 2
    return 3 if config.kind in CUDNN or config.options.get("use_bias", True) else 2


def _rnn(config: Config, tensors: list[Tensor], path: str, version: str) -> list[Part]:
    """`RNN(LSTMCell(…))` is an LSTM; of several cells, layers in sequence."""
    cell = layer_config(config.options.get("cell"), path, {})
    if cell.kind == "StackedRNNCells":
        return _stacked(config, cell.options.get("cells"), tensors, path, version)
    if _kind(cell) is None:
        return [_of_own_cell(config, cell.kind, tensors)]
    return recurrent(
        config.name, [_of_cell(config, cell, tensors, path, version)], "concat", config.outputs
    )


def _of_own_cell(config: Config, cell: str, tensors: list[Tensor]) -> Part:
    part = unread(config.name, f"RNN of {cell}, a custom class", tensors)
    way = "its equations, written as a text, can be shown: lstm-viz step --cell FILE.txt"
    return replace(part, kind="RNN", notes=(f"what it computes is not in the file; {way}",))


def _kind(cell: Config) -> str | None:
    kind = cell.kind.removesuffix("Cell")
    return kind if kind in GATES and cell.kind.endswith("Cell") else None


def _of_cell(config: Config, cell: Config, tensors: list[Tensor], path: str, version: str) -> One:
    """A cell as a layer, with the options of its wrapper, which carries its name."""
    options = {**cell.options, **config.options}
    return _one(replace(config, kind=str(_kind(cell)), options=options), tensors, path, version)


def _stacked(
    config: Config, listed: Any, tensors: list[Tensor], path: str, version: str
) -> list[Part]:
    """Only the first of the cells may meet the input backwards; only the last may hand on less."""
    counts: dict[str, int] = {}
    cells = [layer_config(each, path, counts) for each in listed]
    if wrong := next((cell.kind for cell in cells if _kind(cell) is None), None):
        return [_of_own_cell(config, wrong, tensors)]
    found: list[Part] = []
    for k, own in enumerate(_by_cell(cells, tensors)):
        options = dict(config.options)
        options |= {"return_sequences": True} if k < len(cells) - 1 else {}
        options |= {"go_backwards": False} if k else {}
        one = replace(config, name=f"{config.name}.{k}", options=options, outputs=())
        found += recurrent(one.name, [_of_cell(one, cells[k], own, path, version)])
    parts = [replace(part, group=config.name) for part in found]
    if config.outputs in ((), (0,)):
        return parts
    return [*parts, unread(f"{config.name}.outputs", f"the states of {config.name}")]


def _by_cell(cells: list[Config], tensors: list[Tensor]) -> list[list[Tensor]]:
    """Each cell's tensors: by its key in Keras 3's files, where they lie by name, else in order."""
    named = [[t for t in tensors if f"/cells/{cell.key}/" in t.name] for cell in cells]
    if any(named):
        return named
    found, start = [], 0
    for cell in cells:
        end = start + (3 if cell.options.get("use_bias", True) else 2)
        found.append(tensors[start:end])
        start = end
    return found
