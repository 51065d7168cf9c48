"""Twelve mistakes from public programs: each as a cell, as weights, or as a check that is wrong.

find_bug("carousel").cell                        the LSTM as that program has it
checked(bug, weights, inputs, target)            what a numerical check says of its gradients
first_wrong(bug, weights, inputs, target)        where its gradient first goes wrong, on its way

The loss is ½ (h - target)², summed over steps, units and sequences.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from lstm_viz.cells import CELLS
from lstm_viz.cells.cell import Cell
from lstm_viz.equations.derivative import Edge
from lstm_viz.equations.text import equation_text
from lstm_viz.measures.edits import Edit, forward_edits
from lstm_viz.measures.edits_back import backward_edits
from lstm_viz.trace.records import Gradients, Trace
from lstm_viz.trace.run import backpropagate, run
from lstm_viz.validation.names import look_up

Values = dict[str, np.ndarray]
STEP = 1e-5  # of the central differences
RIGHT = 1e-6  # relative to the largest gradient of a weight: far above the differences' own error


@dataclass(frozen=True)
class Bug:
    """One mistake: its name, what the program does, and where: forward, backward, …

    `edit` names the change of the cell `of`, where it is one (`measures.edits`).
    """

    name: str
    what: str
    kind: Literal["forward", "backward", "start", "batch", "check"]
    edit: str = ""
    of: str = "lstm"

    @cached_property
    def right(self) -> Cell:
        """The cell that the program meant to have."""
        return CELLS[self.of]

    @cached_property
    def cell(self) -> Cell:
        """The cell that the program has: with the changed equation, or the changed gradient."""
        if self.kind == "forward":
            (edit,) = _edits(self.edit, forward_edits(self.right))
            text = "\n".join(map(equation_text, edit.equations))
            return Cell(f"{self.of}, {self.name}", text)
        if self.kind == "backward":
            return WrongCell(self.right, _edits(self.edit, backward_edits(self.right))[0].edges)
        return self.right

    def weights(self, weights: Mapping[str, Any]) -> Values:
        """The weights that the program begins with, where it meant to begin with these."""
        found = {name: np.asarray(array, float) for name, array in weights.items()}
        if self.kind != "start":
            return found
        first = {name[0]: array for name, array in reversed(found.items())}
        return {name: first[name[0]].copy() for name in found}

    def gradients(self, gradients: Gradients) -> Values:
        """The gradients of the weights that the program gets, from those of its cell."""
        found = dict(gradients.weights.items())
        if self.kind == "batch":
            found["b_o"] = gradients["z_o"].sum(axis=0)[-1]
        return found


class WrongCell(Cell):
    """A cell that goes back by the edges it is given; forward nothing changes."""

    def __init__(self, cell: Cell, edges: tuple[Edge, ...]) -> None:
        changed = {(e.source, e.target) for e in set(cell.backward) ^ set(edges)}
        super().__init__(cell.name, cell.text, cell.source, changed)
        self._right, self._edges = cell, edges

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._right, self._edges)

    @cached_property
    def backward(self) -> tuple[Edge, ...]:
        """The edges that were given."""
        return self._edges


def _edits(name: str, edits: Any) -> list[Edit]:
    return [edit for edit in edits if edit.name == name][:1]


BUGS = {
    bug.name: bug
    for bug in (
        Bug("carousel", "no gradient goes back along the memory", "backward", "dc_next forgotten"),
        Bug("no-tanh", "h = o * c: tanh is left out", "forward", "no tanh on the output"),
        Bug("same-start", "a seed set inside the helper: all gates begin with the same", "start"),
        Bug(
            "slope-again",
            "the slope of σ is taken at f instead of z_f",
            "backward",
            "the slope of sigmoid at the activated value in dz_f",
        ),
        Bug("no-dh-next", "dh = the loss of the step alone", "backward", "dh_next forgotten"),
        Bug("no-f", "dc_prev = dc, without f", "backward", "dc carried on without its gate"),
        Bug("c-for-c-prev", "df = dc * c, not c_prev", "backward", "c for c_prev in df"),
        Bug("copied-gate", "db_i is computed from dz_f", "backward", "dz_f used for db_i"),
        Bug(
            "gate-order",
            "the gates of a file are read in another order",
            "forward",
            "the blocks of the weights in the order i, f, o, g",
        ),
        Bug(
            "unsummed",
            "db_o is that of the last sequence alone",
            "batch",
            of="peephole-lstm",
        ),
        Bug(
            "transpose",
            "U_f @ dz_f, where it should be its transpose",
            "backward",
            "U_f in place of its transpose in dh_prev",
        ),
        Bug("wrong-check", "the loop overwrites the dout that the check still needs", "check"),
    )
}


def find_bug(name: str) -> Bug:
    """A bug by its name. Raises `InputError` for an unknown one, with the nearest."""
    return look_up(name, BUGS, "bug")


# ---------------------------------------------------------------------------- judged by numbers


@dataclass(frozen=True)
class Checked:
    """A program's gradients beside what the program's own check finds, by weight."""

    gradients: Values
    numerical: Values

    @property
    def apart(self) -> dict[str, float]:
        """The largest difference in each weight, relative to the largest of all gradients."""
        scale = max(float(np.abs(array).max()) for array in self.numerical.values()) or 1.0
        return {
            name: float(np.abs(array - self.numerical[name]).max()) / scale
            for name, array in self.gradients.items()
        }

    @property
    def agree(self) -> bool:
        """Whether the check finds nothing."""
        return max(self.apart.values()) <= RIGHT


def checked(bug: Bug, weights: Mapping[str, Any], inputs: Any, target: Any) -> Checked:
    """What the program's check says: central differences of its own loss, (T[, B], I) inputs.

    It judges the gradient of what the program computes, so that a mistake in the forward pass, or
    in the start, is not seen. With `wrong-check` the differences are not of the loss: the check
    multiplies by the gradient of h, and the loop has added what comes from later steps to it.
    """
    own = bug.weights(weights)
    trace = run(bug.cell, own, inputs)
    dh = trace["h"] - np.asarray(target, float)
    gradients = backpropagate(trace, {"h": dh})
    if bug.kind == "check":
        held = gradients["h"]
        numerical = differences(own, lambda w: float((held * run(bug.cell, w, inputs)["h"]).sum()))
    else:
        numerical = differences(own, lambda w: _loss(run(bug.cell, w, inputs), target))
    return Checked(bug.gradients(gradients), numerical)


def differences(weights: Mapping[str, np.ndarray], loss: Any, step: float = STEP) -> Values:
    """(L(w + step) - L(w - step)) / 2 step for every weight; `loss` takes all weights."""
    found = {}
    for name, array in weights.items():
        slope = np.zeros_like(array)
        for place in np.ndindex(array.shape):
            sides = []
            for sign in (1, -1):
                moved = array.copy()
                moved[place] += sign * step
                sides.append(loss({**weights, name: moved}))
            slope[place] = (sides[0] - sides[1]) / (2 * step)
        found[name] = slope
    return found


def first_wrong(
    bug: Bug, weights: Mapping[str, Any], inputs: Any, target: Any
) -> tuple[str, int] | None:
    """The gradient that first goes wrong as the program goes back, and its step, from 0.

    None where all of them, before they are summed to those of weights, are right.
    """
    own = bug.weights(weights)
    found = []
    for cell in (bug.cell, CELLS[bug.of] if bug.kind == "backward" else bug.cell):
        trace = run(cell, own, inputs)
        found.append(backpropagate(trace, {"h": trace["h"] - np.asarray(target, float)}))
    wrong, right = found
    names = [n for n in reversed(bug.cell.names) if not n.endswith("_prev")]
    for t in reversed(range(len(right))):
        for name in (*names, *(s + "_prev" for s in bug.cell.states)):
            if not np.allclose(wrong[name][t], right[name][t], rtol=1e-9, atol=1e-12):
                return name, t
    return None


def _loss(trace: Trace, target: Any) -> float:
    return 0.5 * float(((trace["h"] - np.asarray(target, float)) ** 2).sum())
