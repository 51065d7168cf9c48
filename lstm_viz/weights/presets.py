"""Weights of one unit that do something worth telling, by name: latch, counter and others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lstm_viz.files.npz import Weights


@dataclass(frozen=True)
class Preset:
    """Weights of one unit of a cell that do something worth telling, and inputs that show it."""

    what: str
    inputs: list[list[float]]
    rows: dict[str, tuple[tuple[float, ...], float, float]]  # gate → (W, U, b)
    targets: list[list[float]] | None = None
    cell: str = "lstm"
    others: tuple[str, ...] = ()  # biases that are 0

    def weights(self) -> Weights:
        """As `Cell.start` gives them."""
        found: Weights = {}
        for gate, (w, u, b) in self.rows.items():
            of = f"_{gate}" if gate else ""
            found |= {f"W{of}": np.array([w]), f"U{of}": np.array([[u]]), f"b{of}": np.array([b])}
        return found | {name: np.array([0.0]) for name in self.others}


def usual(cell: str) -> str:
    """The weights that a built-in cell has where none are asked for; empty without any."""
    return next((name for name, preset in PRESETS.items() if preset.cell == cell), "")


ONE = [[0.0], [1.0], [0.0], [0.0], [-1.0], [0.0]]  # a 1 to be remembered, and a −1 that ends it

PRESETS = {
    "latch": Preset(
        "write, hold, erase",
        ONE,
        {
            "i": ((6.0,), -1.0, -3.0), "f": ((8.0,), 1.0, 4.0),
            "g": ((2.0,), 0.5, 0.0), "o": ((0.0,), 0.5, 2.0),
        },
    ),
    "counter": Preset(
        "count the ones",
        [[1], [0], [1], [1], [0], [1]],
        {
            "i": ((10.0,), 0.0, -5.0), "f": ((0.0,), 0.0, 8.0),
            "g": ((3.0,), 0.0, 0.0), "o": ((0.0,), 0.0, 2.0),
        },
    ),
    "forgetful": Preset(
        "write once, then lose half at every step",
        [[1], [0], [0], [0], [0], [0]],
        {
            "i": ((6.0,), 0.0, -3.0), "f": ((0.0,), 0.0, 0.0),
            "g": ((2.0,), 0.0, 0.0), "o": ((0.0,), 0.0, 2.0),
        },
    ),
    "leaky": Preset(
        "write, and lose about half at every step",
        ONE,
        {"": ((1.5,), 0.5, 0.0)},
        cell="rnn",
    ),
    "adder": Preset(
        "add up the inputs, and hold the sum",
        [[0.0], [1.0], [0.0], [0.0], [-0.5], [0.0]],
        {"": ((1.0,), 1.0, 0.0)},
        cell="irnn",
    ),
    "gru-latch": Preset(
        "write, hold, erase",
        ONE,
        {
            "r": ((-10.0,), 0.0, -5.0), "z": ((9.0,), 20.0, -12.0),
            "n": ((2.0,), 2.2, 0.0),
        },
        cell="gru",
        others=("b_hn",),
    ),
    "gomez": Preset(
        "A. Gomez, Backpropagating an LSTM: a numerical example, 2016",
        [[1, 2], [0.5, 3]],
        {
            "i": ((0.95, 0.8), 0.8, 0.65), "f": ((0.7, 0.45), 0.1, 0.15),
            "g": ((0.45, 0.25), 0.15, 0.2), "o": ((0.6, 0.4), 0.25, 0.1),
        },
        [[0.5], [1.25]],
    ),
}  # fmt: skip
