"""Draw the pictures of the README and the docs, with the program itself: `make pictures`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent / "pictures"
CHAIN = "gradients --theme dark --size 960x540"

# File → what to ask of lstm-viz.
ASKED = {
    "cell.png": "step --at 5",
    "cell-backward.png": "step --at 4 --backward --theme dark",
    "gru.png": "step --cell gru --input 1,-1,1 --seed 3 --at 3",
    "steps.png": "step --backward",
    "gates.png": "step --input sine:60 --hidden 12 --seed 3",
    "gradients.png": "gradients --seeds 10 --style curves --theme dark",
    "ledger.png": "gradients --cells lstm --forget-bias 3 --length 60 --ledger --theme dark",
    "routes.png": "gradients --cells lstm --forget-bias 3 --length 60 --routes",
    "spectrum.png": "gradients --cells rnn --length 60 --spectrum",
    "memory.png": "gradients --cells lstm --forget-bias 3 --length 60 --memory",
    "vanishing.png": CHAIN,
    "vanishing.gif": CHAIN,
}

# What a package index, which shows no picture of ours, shows in place of the picture of that name.
TEXTS = {
    "step.txt": "step --at 2.c --as terminal",
    "step_back.txt": "step --at b5.c --as terminal",
    "vanishing.txt": "gradients",
    "cell.txt": "step --at 5.c --as terminal",
    "gates.txt": "step --input sine:60 --hidden 12 --seed 3 --at 60.f --as terminal",
}


def main() -> None:
    """Draw them all, or those whose names are given."""
    FOLDER.mkdir(exist_ok=True)
    for name in sys.argv[1:] or ASKED | TEXTS:
        asked = [*(ASKED | TEXTS)[name].split(), "--save", str(FOLDER / name)]
        subprocess.run([sys.executable, "-m", "lstm_viz", *asked], check=True)


if __name__ == "__main__":
    main()
