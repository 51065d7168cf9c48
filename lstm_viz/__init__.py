"""See what a recurrent network does: every gate, every gradient, at every step.

from lstm_viz import run, backpropagate, compare

trace = run("lstm", "latch", [0, 1, 0, 0, -1, 0])
gradients = backpropagate(trace, "last")
trace["f"], gradients["f"], gradients.shares("c")
trace.figure("f"), trace.save("run.gif"), compare(["rnn", "lstm"])

Everything else is in docs/python.md.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from lstm_viz.version import __version__ as __version__

if TYPE_CHECKING:
    from lstm_viz.cells import CELLS
    from lstm_viz.cells.cell import Cell, read_cell
    from lstm_viz.equations.parse import EquationError
    from lstm_viz.files.npz import load_weights, save_weights
    from lstm_viz.lab.comparing import compare
    from lstm_viz.lab.comparison import Comparison
    from lstm_viz.lab.descents import Descents, over_weights
    from lstm_viz.lab.runs import run
    from lstm_viz.measures import cut
    from lstm_viz.models import from_keras, from_torch, load_model
    from lstm_viz.network.network import Network
    from lstm_viz.trace.records import Gradients, Trace
    from lstm_viz.trace.run import backpropagate
    from lstm_viz.validation.errors import InputError

    LSTM: Cell
    GRU: Cell
    RNN: Cell

_ROOMS = {
    "Cell": "cells.cell",
    "read_cell": "cells.cell",
    "CELLS": "cells",
    "EquationError": "equations.parse",
    "InputError": "validation.errors",
    "Network": "network",
    "from_keras": "models",
    "from_torch": "models",
    "load_model": "models",
    "load_weights": "files.npz",
    "save_weights": "files.npz",
    "Gradients": "trace",
    "Trace": "trace",
    "backpropagate": "trace",
    "Comparison": "lab.comparison",
    "compare": "lab.comparing",
    "Descents": "lab.descents",
    "over_weights": "lab.descents",
    "cut": "measures",
    "run": "lab.runs",
}
_CELLS = {"LSTM": "lstm", "GRU": "gru", "RNN": "rnn"}

__all__ = [
    "CELLS",
    "GRU",
    "LSTM",
    "RNN",
    "Cell",
    "Comparison",
    "Descents",
    "EquationError",
    "Gradients",
    "InputError",
    "Network",
    "Trace",
    "backpropagate",
    "compare",
    "cut",
    "from_keras",
    "from_torch",
    "load_model",
    "load_weights",
    "over_weights",
    "read_cell",
    "run",
    "save_weights",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for: importing the package costs nothing."""
    if name in _ROOMS:
        value = getattr(import_module(f"lstm_viz.{_ROOMS[name]}"), name)
    elif name in _CELLS:
        value = import_module("lstm_viz.cells").CELLS[_CELLS[name]]
    else:
        raise AttributeError(f"module 'lstm_viz' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, "__doc__", "__version__"])
