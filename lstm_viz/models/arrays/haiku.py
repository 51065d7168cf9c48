"""Haiku's cells.

LSTM is a linear layer of [x, h] with the blocks i, g, f, o, and 1 is added to f at run time; GRU
has the blocks z, r, a, the reset gate before the product, and h = (1 − z) h + z a; VanillaRNN has
relu.
"""

from __future__ import annotations

import re

from lstm_viz.cells import CELLS, variants
from lstm_viz.cells.cell import Cell
from lstm_viz.models.arrays.layer import Arrays, Held, Kind, grouped, in_order, plain, recurrent
from lstm_viz.models.parts import Part
from lstm_viz.models.stacked import blocks
from lstm_viz.models.tensors import Tensors

LSTM = re.compile(r"^((?:.*/)?\w*lstm\w*)/linear[./](w|b)$")
GRU = re.compile(r"^(.*)[./](w_i|w_h|b)$")
RNN = re.compile(r"^(.*?)/(input_to_hidden|hidden_to_hidden)[./](w|b)$")
LAYER = re.compile(r"^(.*)[./](w|b|embeddings)$")
NOTE = "Haiku's {0} is assumed: the file does not say which cell it is"


def parts(tensors: Tensors) -> list[Part]:
    """The layers of Haiku's parameters; none where no cell is among them."""
    found, taken = [], set()
    for pattern, wanted, kind in (
        (LSTM, {"w", "b"}, _LSTM),
        (GRU, {"w_i", "w_h", "b"}, _GRU),
        (RNN, {"input_to_hidden.w", "hidden_to_hidden.w"}, _RNN),
    ):
        for name, held in grouped(pattern, tensors, "").items():
            if wanted <= set(held) and all(len(held[key].shape) <= 2 for key in held):
                found.append(recurrent(name, kind, held))
                taken |= {tensor.name for tensor in held.values()}
    if not found:
        return []
    others = grouped(LAYER, {n: t for n, t in tensors.items() if n not in taken}, "layer")
    found += [plain(name, held, "w", "b", "embeddings") for name, held in others.items()]
    return in_order(tensors, found)


def _lstm(own: Arrays) -> Arrays:
    units = len(own["b"]) // 4
    found = blocks(own["w"][:-units].T, "igfo", "W") | blocks(own["w"][-units:].T, "igfo", "U")
    found |= blocks(own["b"], "igfo", "b")
    return found | {"b_f": found["b_f"] + 1}


def _gru(own: Arrays) -> Arrays:
    found = blocks(own["w_i"].T, "zrn", "W") | blocks(own["w_h"].T, "zrn", "U")
    return found | blocks(own["b"], "zrn", "b")


def _rnn(own: Arrays) -> Arrays:
    sides = ("input_to_hidden", "hidden_to_hidden")
    W, U = (own[f"{side}.w"].T for side in sides)
    b = sum(own[f"{side}.b"] for side in sides if f"{side}.b" in own)
    return {"W": W, "U": U, "b": b + 0 * W[:, 0]}


def _joined(held: Held) -> tuple[int, int]:
    units = held["b"].shape[0] // 4
    return held["w"].shape[0] - units, units


def _gru_cell() -> Cell:
    """The update gate says here how much of the past to replace."""
    *lines, _ = CELLS["gru-reset-before"].text.strip().splitlines()
    text = "\n".join(lines).replace(
        "how much of the past to keep", "how much of the past to replace"
    )
    last = "h = (1 - z) * h_prev + z * n   # hidden state: the memory, all of it output"
    return Cell("haiku-gru", f"{text}\n{last}")


_LSTM = Kind("LSTM", CELLS["lstm"], _joined, _lstm, (NOTE.format("LSTM, with 1 added to b_f,"),))
_GRU = Kind(
    "GRU",
    _gru_cell(),
    lambda held: (held["w_i"].shape[0], held["w_h"].shape[0]),
    _gru,
    (NOTE.format("GRU"),),
)
_RNN = Kind(
    "RNN",
    variants.rnn("relu({0})"),
    lambda held: (held["input_to_hidden.w"].shape[0], held["hidden_to_hidden.w"].shape[0]),
    _rnn,
    (NOTE.format("VanillaRNN, with relu,"),),
)
