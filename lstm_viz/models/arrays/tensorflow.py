"""TensorFlow 1's cells: one kernel of [x; h]. LSTM: the blocks i, candidate, f, o, and 1 is added
to the forget bias at run time; GRU: `gates` with r, z, and `candidate` of [x; r ⊙ h]; RNN: tanh.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from lstm_viz.cells import CELLS
from lstm_viz.models.arrays.layer import Arrays, Held, Kind, grouped, in_order, plain, recurrent
from lstm_viz.models.parts import Part, unread
from lstm_viz.models.stacked import blocks
from lstm_viz.models.tensors import Tensors
from lstm_viz.validation.errors import InputError

CELL = re.compile(
    r"^(?:(.*)/)?((?:basic_)?(?:lstm|rnn)_cell|gru_cell/(?:gates|candidate))/(\w+)(?::0)?$"
)
LAYER = re.compile(r"^(.*)/(kernel|bias)(?::0)?$")
FORGET = "assumed: 1 is added to the forget-gate bias, as TensorFlow 1 does (forget_bias=1.0)"
TANH = "assumed: tanh (the file does not say)"


def parts(tensors: Tensors) -> list[Part]:
    """The layers of TensorFlow 1's variables; none where no cell is among them."""
    cells = grouped(CELL, tensors, "")
    if not cells:
        return []
    found = [_cell(name, held) for name, held in cells.items()]
    taken = {tensor.name for held in cells.values() for tensor in held.values()}
    others = grouped(LAYER, {n: t for n, t in tensors.items() if n not in taken}, "layer")
    found += [plain(name, held, "kernel", "bias") for name, held in others.items()]
    return in_order(tensors, found)


def _cell(name: str, held: Held) -> Part:
    kinds = {key.rpartition(".")[0] for key in held}
    own = {
        key.replace("gru_cell/", "").removeprefix(f"{min(kinds)}."): t for key, t in held.items()
    }
    name = name or min(kinds).partition("_cell")[0].removeprefix("basic_")
    if kinds == {"gru_cell/gates", "gru_cell/candidate"}:
        kind, wanted = (
            _GRU,
            {f"{k}.{w}" for k in ("gates", "candidate") for w in ("kernel", "bias")},
        )
    else:
        kind, wanted = (_LSTM if "lstm" in min(kinds) else _RNN), {"kernel", "bias"}
    if len(kinds) > 2 or set(own) != wanted:
        return unread(name, f"a cell with {', '.join(list(own)[:5])}", held.values())
    return recurrent(name, kind, own)


def _sizes(bias: str, gates: int) -> Callable[[Held], tuple[int, int]]:
    def sizes(held: Held) -> tuple[int, int]:
        units, kernel = held[bias].shape[-1] // gates, bias.replace("bias", "kernel")
        rows, columns = held[kernel].shape
        if columns != gates * units or rows <= units:
            raise InputError(f"{held[kernel].name} has the shape {held[kernel].shape}")
        return rows - units, units

    return sizes


def _parted(kernel: np.ndarray, bias: np.ndarray, gates: str) -> Arrays:
    units = len(bias) // max(1, len(gates))
    names = gates or [""]
    found = blocks(kernel[:-units].T, names, "W") | blocks(kernel[-units:].T, names, "U")
    return found | blocks(bias, names, "b")


def _lstm(own: Arrays) -> Arrays:
    found = _parted(own["kernel"], own["bias"], "igfo")
    return found | {"b_f": found["b_f"] + 1}


def _gru(own: Arrays) -> Arrays:
    gates = _parted(own["gates.kernel"], own["gates.bias"], "rz")
    return gates | _parted(own["candidate.kernel"], own["candidate.bias"], "n")


def _rnn(own: Arrays) -> Arrays:
    return _parted(own["kernel"], own["bias"], "")


_LSTM = Kind("LSTM", CELLS["lstm"], _sizes("bias", 4), _lstm, (FORGET,))
_GRU = Kind("GRU", CELLS["gru-reset-before"], _sizes("candidate.bias", 1), _gru, (TANH,))
_RNN = Kind("RNN", CELLS["rnn"], _sizes("bias", 1), _rnn, (TANH,))
