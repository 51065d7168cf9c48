"""Whose numbers are these, if not those of the cell that they should be? Built-in cells tried."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lstm_viz.cells import CELLS
from lstm_viz.cells.cell import Cell
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.exercises.check_shapes import Arrays
from lstm_viz.measures.edits import Edit
from lstm_viz.measures.mistakes import mistakes
from lstm_viz.validation.errors import InputError


def of_other_cells(
    cell: Cell, weights: Arrays, x: np.ndarray, states: Arrays, given: Arrays, within: float
) -> tuple[tuple[str, ...], tuple[Edit, ...]]:
    """The other cells that give these values; else one that does so with a mistake, and that one.

    Tried are the cells that need no other weights and compute all that is given.
    """
    wrong: list[tuple[str, tuple[Edit, ...]]] = []
    right = []
    for name, other, own, kept in _fitting(cell, weights, states, given):
        try:
            with np.errstate(all="ignore"):
                judged = mistakes(other, own, x, given, states=kept, tolerance=within)
        except (InputError, ValueError):
            continue
        if judged.right:
            right.append(name)
        elif edits := tuple(edit for edit in judged.found if edit.name):
            wrong.append((name, edits))
    if right or not wrong:
        return tuple(right), ()
    name, edits = min(wrong, key=lambda each: each[1][0].changes)
    return (name,), edits


def _fitting(
    cell: Cell, weights: Arrays, states: Arrays, given: Arrays
) -> Iterator[tuple[str, Cell, Arrays, Arrays]]:
    for name, other in CELLS.items():
        asked = {key.partition("@")[0] for key in given}
        known = asked <= set(other.names) and set(states) <= set(other.states)
        if name != cell.name and known and set(other.parameters) <= set(weights):
            own = {n: weights[n] for n in other.parameters}
            yield name, other, own, states


def without_biases(cell: Recurrence, given: Arrays) -> Arrays:
    """Zeros for the biases that are missing, where their size follows from what is given."""
    sizes = {
        letter: length
        for name, array in given.items()
        if name in cell.parameters and array.ndim == len(cell.parameters[name])
        for letter, length in zip(cell.parameters[name], array.shape, strict=True)
    }
    missing = [n for n in cell.parameters if n not in given and cell.title(n) == "bias"]
    letters = {name: cell.parameters[name][0] for name in missing}
    return {n: np.zeros(sizes[letter]) for n, letter in letters.items() if letter in sizes}
