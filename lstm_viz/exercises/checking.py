"""Somebody's own LSTM, GRU or RNN beside ours: numbers in a file, or a Python file that is run.

    report = check("mine.py", "lstm")
    report.right, report.forward.first, report.forward.found

Gradients are judged twice: beside ours, and beside the slopes of the author's own forward pass, so
that a wrong gradient, a wrong check and a wrong forward pass are told apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lstm_viz.cells import CELLS
from lstm_viz.cells.cell import Cell
from lstm_viz.exercises.check_numbers import check_numbers
from lstm_viz.exercises.check_program import check_program
from lstm_viz.exercises.check_report import Report
from lstm_viz.files.npz import read_arrays
from lstm_viz.files.tables import read_table
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import look_up

CELL = "cell"


def check(path: str, cell: str | None = None) -> Report:
    """Compare a file, .py, .json or .npz, with a built-in cell.

    Raises `InputError` for a file that is none of them, or that does not fit the cell.
    """
    kind = Path(path).suffix.lower()
    if kind == ".py":
        return check_program(path, _cell(cell or "lstm"))
    if kind not in (".json", ".toml", ".npz"):
        raise InputError(f"{path}: give a .py, .json or .npz file")
    whole: Mapping[str, Any] = read_arrays(path) if kind == ".npz" else read_table(path)
    given = dict(whole)
    named = given.pop(CELL, None)
    return check_numbers(path, _cell(cell or (str(named) if named is not None else "lstm")), given)


def _cell(name: str) -> Cell:
    found: Cell = look_up(name, CELLS, "cell")
    return found
