"""The names and shapes of what is compared: quantities, gradients, those of initial states."""

from __future__ import annotations

import numpy as np

from lstm_viz.cells.cell import Cell
from lstm_viz.equations.tree import PREVIOUS
from lstm_viz.exercises.layouts import Blocks
from lstm_viz.trace.records import Trace
from lstm_viz.validation.errors import InputError

Array = np.ndarray
Arrays = dict[str, Array]
START = "0"


def known_names(cell: Cell, blocks: Blocks) -> set[str]:
    parameters = {*cell.parameters, *(("W", "U", "b", "Wx", "Wh") if blocks.there else ())}
    starts = (f"{state}{START}" for state in cell.states)
    return {*cell.names, *(f"d{n}" for n in (*cell.names, *parameters, *starts))}


def is_gradient(cell: Cell, blocks: Blocks, name: str) -> bool:
    plain = name.partition("@")[0]
    return plain not in cell.names and plain in known_names(cell, blocks)


def fitted(path: str, name: str, array: Array, wanted: tuple[int, ...], what: str = "") -> Array:
    """What was given in the shape that it should have; axes of length 1 may be left out or added.

    Raises `InputError` for another shape, also where there are as many numbers in it.
    """
    if [n for n in array.shape if n != 1] != [n for n in wanted if n != 1]:
        turned = "; it is transposed" if array.T.shape == wanted else ""
        shape = f"{what} is expected{turned}" if what else f"{wanted} is expected{turned}"
        raise InputError(f"{path}: {name} has shape {array.shape}: {shape}")
    return array.reshape(wanted)


def all_fitted(path: str, trace: Trace, given: Arrays) -> Arrays:
    """Quantities, (T, H) or at a step (H,), and gradients, each in its shape."""
    shapes = {name: trace[name].shape for name in trace.cell.names}
    shapes |= {f"d{name}": shape for name, shape in shapes.items()}
    shapes |= {f"d{name}": array.shape for name, array in trace.weights.items()}
    starts = {f"d{s}{START}": f"d{s}{PREVIOUS}" for s in trace.cell.states}
    shapes |= {start: shapes[name][1:] for start, name in starts.items()}
    found = {}
    for key, array in given.items():
        name, at, _ = key.partition("@")
        shape = shapes[name][1:] if at else shapes[name]
        whole = not at and name.removeprefix("d") in trace.cell.names
        letters = "(T, I)" if name.removeprefix("d") == "x" else "(T, H)"
        what = f"{letters}, here {shape}," if whole else ""
        found[key] = fitted(path, key, array, shape, what)
    return found
