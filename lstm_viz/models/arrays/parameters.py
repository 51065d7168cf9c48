"""Arrays by a cell's own parameters (`W_i`, `U_i`, …), of which several cells may have the same.

Where the file holds a whole run, as those that were saved without the cell's name do, the cell is
the one that gives its numbers again; else the first built-in one is taken, and that is said.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

import numpy as np

from lstm_viz.cells import CELLS
from lstm_viz.cells.cell import Cell
from lstm_viz.models.native import of_cell
from lstm_viz.models.parts import Part, unread
from lstm_viz.models.tensors import Tensors
from lstm_viz.trace.run import run

WAY_OUT = "write its equations into a text: lstm-viz step --cell mine.txt --weights FILE.npz"
STEPS, LARGEST = 20, 1 << 20  # of a run that is computed again, and of its arrays


def parts(tensors: Tensors) -> list[Part]:
    """The built-in cell that has just these parameters; none where there is none.

    A cell that has parameters of its own besides is not run as the plain one.
    """
    fitting = [cell for cell in CELLS.values() if _fits(cell, tensors)]
    exact = [cell for cell in fitting if not _further(cell, tensors)]
    if exact:
        ran = _that_ran(exact, tensors)
        found = ran or exact
        held = {name: tensors[name] for name in found[0].parameters}
        notes = (*_taken(found), *([] if ran else _square(held)))
        return [replace(of_cell(found[0], held), notes=notes)]
    if not fitting:
        return []
    cell = min(fitting, key=lambda each: len(_further(each, tensors)))
    further = _further(cell, tensors)
    own = [name for name in further if _is_own(cell, name, tensors)]
    held = {name: tensors[name] for name in cell.parameters}
    if own:
        part = unread(cell.name, f"{cell.name} with extra parameters ({', '.join(own)})")
        found_in = (*held.values(), *(tensors[name] for name in own))
        return [replace(part, kind="cell", tensors=found_in, notes=(WAY_OUT,))]
    return [of_cell(cell, held)]


def without_run(found: list[Part], tensors: Tensors) -> Tensors:
    """The tensors that are no numbers of a run of the cell that was found."""
    names = {name for part in found for cell in part.cells for name in cell.names}
    return {n: t for n, t in tensors.items() if n not in names and n.removeprefix("d") not in names}


def _fits(cell: Cell, tensors: Tensors) -> bool:
    return all(
        name in tensors and len(tensors[name].shape) == len(letters)
        for name, letters in cell.parameters.items()
    )


def _further(cell: Cell, tensors: Tensors) -> list[str]:
    """What is neither a parameter nor a number of a run of this cell."""
    known = {*cell.parameters, *cell.names}
    return [name for name in tensors if name not in known and name.removeprefix("d") not in known]


def _is_own(cell: Cell, name: str, tensors: Tensors) -> bool:
    """Whether it is as large as a parameter of this cell: a head has other sizes, or a dot."""
    sizes = {size for each in cell.parameters for size in tensors[each].shape}
    shape = tensors[name].shape
    return "." not in name and "/" not in name and bool(shape) and set(shape) <= sizes


def _taken(cells: list[Cell]) -> Iterable[str]:
    others = [cell.name for cell in cells[1:] if not _same(cells[0], cell)]
    if others:
        has = "has" if len(others) == 1 else "have"
        yield (
            f"{' and '.join(others)} {has} the same parameters, and the file does not say which"
            f" cell it is (--cell {others[0]} runs them as that)"
        )


def _square(held: Tensors) -> Iterable[str]:
    """Of square matrices no shape says on which side of x they stand."""
    matrices = {name: t.shape for name, t in held.items() if len(t.shape) == 2}
    sizes = {size for shape in matrices.values() for size in shape}
    if len(sizes) == 1 and sizes != {1}:
        yield (
            f"{next(iter(matrices))} and the others are square, so that their shapes do not say on"
            " which side they stand: W x + U h is taken, as in the cell's text; transpose them if"
            " they are of a layer that computes x W + h U"
        )


@cache
def _same(one: Cell, other: Cell) -> bool:
    """Whether two cells of the same parameters compute the same."""
    weights, x = one.start(2, 2, seed=1), np.array([[1.0, -2.0], [0.5, 3.0], [-1.0, 0.0]])
    here, there = (run(cell, weights, x)[cell.output] for cell in (one, other))
    return np.allclose(here, there, rtol=1e-12, atol=0)


def _that_ran(cells: list[Cell], tensors: Tensors) -> list[Cell]:
    """The cells that give the file's numbers again, if it holds a run."""
    return [cell for cell in cells if _gives(cell, tensors)]


def _gives(cell: Cell, tensors: Tensors) -> bool:
    needed = (*cell.parameters, *cell.names)
    if any(name not in tensors or tensors[name].size > LARGEST for name in needed):
        return False
    held = {name: tensors[name].numbers() for name in needed}
    weights = {name: held[name] for name in cell.parameters}
    states = {state: held[f"{state}_prev"][0] for state in cell.states}
    with np.errstate(all="ignore"):
        again = run(cell, weights, held["x"][:STEPS], states)
    return all(
        np.allclose(again[name], held[name][:STEPS], rtol=1e-6, atol=1e-9)
        for name in cell.quantities
    )
