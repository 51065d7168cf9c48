"""Weights in blocks, as many programs have them: `W` (4H, I), `U` (4H, H), `b` (4H,), in an order.

blocks = Blocks(LSTM)
blocks.packed(weights, blocks.gates)["W"]           # blocks in this order
blocks.split({"W": …, "U": …, "b": …}, order)       # the weights by name
blocks.orders()                                     # all orders, the documented one first
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import permutations

import numpy as np

from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.validation.errors import InputError

Array = np.ndarray
Weights = dict[str, Array]
KINDS = "W", "U", "b"
# Names in use; those that end in a capital letter or in x and h lie on their side, (I, 4H).
ALIASES = {
    "W": "W", "U": "U", "b": "b", "Wx": "W", "Wh": "U", "weight_ih": "W", "weight_hh": "U",
    "bias": "b", "weight_ih_l0": "W", "weight_hh_l0": "U",
}  # fmt: skip
TURNED = "Wx", "Wh"
MOST = 4  # gates of which every order is tried


class Blocks:
    """How the weights of a cell lie together: its `gates` in the order of its equations."""

    def __init__(self, cell: Recurrence) -> None:
        self.cell = cell
        by = {k: [n[2:] for n in cell.parameters if n.startswith(f"{k}_")] for k in KINDS}
        self.gates = tuple(by["W"])
        self.there = len(self.gates) > 1 and all(set(by[k]) >= set(self.gates) for k in KINDS)

    def names(self, kind: str, order: tuple[str, ...]) -> list[str]:
        """The parameters of a block, in an order of the gates."""
        return [f"{kind}_{gate}" for gate in order]

    def orders(self) -> Iterator[tuple[str, ...]]:
        """Every order of the gates; that of the equations first."""
        return permutations(self.gates) if len(self.gates) <= MOST else iter((self.gates,))

    def is_block(self, name: str) -> bool:
        """Whether a name is that of a block here, and not of a parameter."""
        return self.there and name in ALIASES and name not in self.cell.parameters

    def packed(self, weights: Mapping[str, Array], name: str, order: tuple[str, ...]) -> Array:
        """One block by any of its names."""
        block = np.concatenate([weights[n] for n in self.names(ALIASES[name], order)])
        return block.T if name in TURNED else block

    def split(self, given: Mapping[str, Array], order: tuple[str, ...], d: str = "") -> Weights:
        """What is given by name, with blocks (of gradients, after a `d`) taken apart."""
        found: Weights = {}
        for name, array in given.items():
            plain = name.removeprefix(d)
            if not (name.startswith(d) and self.is_block(plain)):
                found[name] = array
                continue
            block = self._upright(plain, array)
            names = self.names(ALIASES[plain], order)
            if len(block) % len(names):
                raise InputError(
                    f"{name} has shape {array.shape}: {len(names)} blocks are expected in it"
                )
            found |= {f"{d}{n}": b for n, b in zip(names, np.split(block, len(names)), strict=True)}
        return found

    def _upright(self, name: str, array: Array) -> Array:
        return array.T if name in TURNED and array.ndim == 2 else array
