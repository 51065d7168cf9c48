"""Textbooks' names: W_xi, W_hi, b_i … of an LSTM (the candidate's c), W_xz, W_xr, W_xh of a GRU,
W_xh alone of a simple cell, as in Zhang, Lipton, Li & Smola, Dive into Deep Learning: products are
X W, (steps, inputs) by (inputs, units); the GRU has the reset gate before the product.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import numpy as np

from lstm_viz.cells import CELLS
from lstm_viz.models.arrays.layer import Arrays, Held, Kind, grouped, in_order, recurrent
from lstm_viz.models.parts import Part, dense
from lstm_viz.models.tensors import Tensors
from lstm_viz.network.layers import Dense
from lstm_viz.validation.errors import InputError

NAME = re.compile(r"^(?:(.*)\.)?(W_[xh][ifoczrh]|b_[ifoczrh])$")
HEAD = re.compile(r"^(?:(.*)\.)?(W_hq|b_q)$")
GATES: dict[str, tuple[str, Mapping[str, str]]] = {  # the cell, and each gate's name in it
    "cfio": ("lstm", {"i": "i", "f": "f", "o": "o", "c": "g"}),
    "hrz": ("gru-reset-before", {"r": "r", "z": "z", "h": "n"}),
    "h": ("rnn", {"h": ""}),
}
NOTE = "W_x…, W_h…, b_…: taken as in Dive into Deep Learning, where z = x W_x + h W_h + b"


def parts(tensors: Tensors) -> list[Part]:
    """The layers of textbooks' names; none where no cell has all of them."""
    found = []
    for name, held in grouped(NAME, tensors, "").items():
        gates = "".join(sorted(key[3:] for key in held if key.startswith("W_x")))
        wanted = {f"{side}{gate}" for side in ("W_x", "W_h", "b_") for gate in gates}
        if gates in GATES and set(held) == wanted:
            cell, own = GATES[gates]
            kind = Kind(cell.split("-")[0].upper(), CELLS[cell], _sizes, _reader(own), (NOTE,))
            found.append(recurrent(name or cell.split("-")[0], kind, held))
    if not found:
        return []
    return in_order(tensors, found + [_head(n, h) for n, h in grouped(HEAD, tensors, "q").items()])


def _sizes(held: Held) -> tuple[int, int]:
    kernel, square = (
        next(t for key, t in held.items() if key[:3] == side) for side in ("W_x", "W_h")
    )
    units, shape = square.shape[0], kernel.shape
    if len(shape) != 2 or square.shape != (units, units) or units not in shape:
        raise InputError(f"{kernel.name} has the shape {shape}, {square.name} {square.shape}")
    if shape[1] != units:
        raise InputError(
            f"{kernel.name} is (units, inputs), not (inputs, units): save the weights as W_i, U_i,"
            " b_i and so on, which are multiplied from the left"
        )
    return shape[0], units


def _reader(gates: Mapping[str, str]) -> Callable[[Arrays], Arrays]:
    def read(own: Arrays) -> Arrays:
        found: dict[str, np.ndarray] = {}
        for gate, ours in gates.items():
            for theirs, letter in (("W_x", "W"), ("W_h", "U"), ("b_", "b")):
                found[f"{letter}_{ours}" if ours else letter] = own[theirs + gate].T
        return found

    return read


def _head(name: str, held: Held) -> Part:
    def build() -> Dense:
        bias = held["b_q"].numbers() if "b_q" in held else None
        return Dense(held["W_hq"].numbers().T, bias, name=name)

    inputs, outputs = held["W_hq"].shape
    return dense(name, (outputs, inputs), build, held.values())
