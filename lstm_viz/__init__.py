"""See what a recurrent network does: every gate, every gradient, at every step.

from lstm_viz import LSTM, run, backpropagate

weights = LSTM.start(inputs=1, hidden=4, seed=0)
trace = run(LSTM, weights, [[1.0], [0.0], [0.5]])
gradients = backpropagate(trace, {"h": [[0, 0, 0, 0], [0, 0, 0, 0], [1, 1, 1, 1]]})
trace["f"], gradients["f"]
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from lstm_viz.cells import CELLS
    from lstm_viz.cells.cell import Cell, read_cell
    from lstm_viz.equations.parse import EquationError
    from lstm_viz.files.npz import load_weights, save_weights
    from lstm_viz.models import from_keras, from_torch, load_model
    from lstm_viz.network.network import Network
    from lstm_viz.trace.records import Gradients, Trace
    from lstm_viz.trace.run import backpropagate, run
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
    "run": "trace",
}
_CELLS = {"LSTM": "lstm", "GRU": "gru", "RNN": "rnn"}

__all__ = [
    "CELLS",
    "GRU",
    "LSTM",
    "RNN",
    "Cell",
    "EquationError",
    "Gradients",
    "InputError",
    "Network",
    "Trace",
    "backpropagate",
    "from_keras",
    "from_torch",
    "load_model",
    "load_weights",
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
    return sorted([*globals(), *__all__])
