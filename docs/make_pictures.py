"""Draw the pictures of the README and the docs, with the program itself: `make pictures`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np

from lstm_viz import CELLS, backpropagate, run
from lstm_viz.figure import save_film, save_still
from lstm_viz.views.gradients.unrolled import Run, chain, still

FOLDER = Path(__file__).parent / "pictures"
STEPS, UNITS, SEED, FORGET_BIAS = 30, 16, 0, 2.0

# File → what to ask of lstm-viz.
ASKED = {
    "cell.png": "step --at 2",
    "cell-backward.png": "step --at 4 --backward --theme dark",
    "gru.png": "step --cell gru --input 1,-1,1 --seed 3 --at 3",
    "steps.png": "step --backward",
    "gates.png": "step --input sine:60 --hidden 12 --seed 3",
    "gradients.png": "gradients --seeds 10 --theme dark",
    "ledger.png": "gradients --cells lstm --forget-bias 3 --length 60 --ledger --theme dark",
    "routes.png": "gradients --cells lstm --forget-bias 3 --length 60 --routes",
    "spectrum.png": "gradients --cells rnn --length 60 --spectrum",
    "memory.png": "gradients --cells lstm --forget-bias 3 --length 60 --memory",
}


def runs() -> list[Run]:
    """An RNN and an LSTM on the same noise, back from the same loss: the last step's output."""
    inputs = np.random.default_rng(SEED).normal(size=(STEPS, 2))
    loss = np.zeros((STEPS, UNITS))
    loss[-1] = 1.0
    found = []
    for name, key, options, of in (
        ("RNN", "rnn", {}, "output"),
        (f"LSTM, forget bias {FORGET_BIAS:g}", "lstm", {"forget_bias": FORGET_BIAS}, "memory"),
    ):
        cell = CELLS[key]
        trace = run(cell, cell.start(2, UNITS, SEED, **options), inputs)
        found.append(Run(name, backpropagate(trace, {"h": loss}), of))
    return found


def main() -> None:
    """Draw them all, or those whose names are given."""
    FOLDER.mkdir(exist_ok=True)
    wanted = sys.argv[1:] or [*ASKED, "vanishing.png", "vanishing.gif"]
    for name in wanted:
        path = FOLDER / name
        if name in ASKED:
            asked = [*ASKED[name].split(), "--save", str(path)]
            subprocess.run([sys.executable, "-m", "lstm_viz", *asked], check=True)
        elif name.endswith(".gif"):
            save_film(path, chain(runs()), "dark", seconds=0.09, count=2 * STEPS, title="lstm-viz")
        else:
            save_still(path, still(runs()), "dark")


if __name__ == "__main__":
    main()
