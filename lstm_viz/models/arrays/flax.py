"""Flax' cells: a kernel, (inputs, units), for each gate and side.

ii, if, ig, io and hi, hf, hg, ho are an LSTM's; ir, iz, in and hr, hz, hn a GRU's; i and h a simple
cell's. Biases stand where they are added.
"""

from __future__ import annotations

import re
from functools import partial

import numpy as np

from lstm_viz.cells import CELLS
from lstm_viz.models.arrays.layer import Arrays, Held, Kind, grouped, in_order, plain, recurrent
from lstm_viz.models.parts import Part, unread
from lstm_viz.models.tensors import Tensors

CELL = re.compile(r"^(?:(.*)[./])?([ih][ifgorzn]?)[./](kernel|bias)$")
LAYER = re.compile(r"^(?:(.*)[./])?(kernel|bias|embedding|scale)$")
GATES = {"LSTM": "ifgo", "GRU": "rzn"}


def parts(tensors: Tensors) -> list[Part]:
    """The layers of Flax' parameters; none where no cell is among them."""
    cells = grouped(CELL, tensors, "cell")
    taken = {tensor.name for held in cells.values() for tensor in held.values()}
    others = grouped(LAYER, {n: t for n, t in tensors.items() if n not in taken}, "layer")
    found = [_cell(name, held) for name, held in cells.items()]
    found += [plain(name, held, "kernel", "bias", "embedding") for name, held in others.items()]
    return in_order(tensors, found) if any(part.cells for part in found) else []


def _cell(name: str, held: Held) -> Part:
    kernels = {key.removesuffix(".kernel") for key in held if key.endswith(".kernel")}
    for what, gates in GATES.items():
        if kernels == {side + gate for side in "ih" for gate in gates}:
            cell = CELLS[what.lower()]
            return recurrent(name, Kind(what, cell, _sizes, partial(_gated, gates=gates)), held)
    if kernels == {"i", "h"}:
        note = "flax.linen.SimpleCell assumed: tanh, no residual (the file does not say)"
        return recurrent(name, Kind("RNN", CELLS["rnn"], _sizes, _simple, (note,)), held)
    return unread(name, f"a cell with {', '.join(sorted(kernels)) or 'no kernels'}", held.values())


def _sizes(held: Held) -> tuple[int, int]:
    first = next(key for key in held if key[0] == "i" and key.endswith(".kernel"))
    inputs, units = held[first].shape
    return inputs, units


def _gated(own: Arrays, gates: str) -> Arrays:
    found = {}
    for gate in gates:
        found[f"W_{gate}"] = own[f"i{gate}.kernel"].T
        found[f"U_{gate}"] = own[f"h{gate}.kernel"].T
        found[f"b_{gate}"] = _bias(own, f"i{gate}") + _bias(own, f"h{gate}")
    if "n" in gates:
        found |= {"b_n": _bias(own, "in"), "b_hn": _bias(own, "hn")}
    return found


def _simple(own: Arrays) -> Arrays:
    bias = _bias(own, "i") + _bias(own, "h")
    return {"W": own["i.kernel"].T, "U": own["h.kernel"].T, "b": bias}


def _bias(own: Arrays, side: str) -> np.ndarray:
    return own.get(f"{side}.bias", np.zeros(own[f"{side}.kernel"].shape[1]))
