<<<<<<< HEAD
"""Twelve mistakes from public programs: each as a cell, as weights, or as a check that is wrong.

find_bug("carousel").cell                        the LSTM as that program has it
checked(bug, weights, inputs, target)            what a numerical check says of its gradients
first_wrong(bug, weights, inputs, target)        where its gradient first goes wrong, on its way

The loss is ½ (h - target)², summed over steps, units and sequences.
=======
"""Twelve bugs that people had in their LSTMs, each switched on: what it does, what a check sees.

    bug = bug_of("dh_next forgotten")       BUGS has all twelve, in order
    case = case_of(bug)                     one small batch, forward and back, with the bug in it
    case.first, case.check, case.losses()

A bug changes the equations, the weights, the backward pass or only the check of it. Sources are the
public reports; where none was found, `source` is empty.
>>>>>>> main
"""

from __future__ import annotations

<<<<<<< HEAD
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal
=======
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal
>>>>>>> main

import numpy as np

from lstm_viz.cells import CELLS
from lstm_viz.cells.cell import Cell
from lstm_viz.equations.derivative import Edge
<<<<<<< HEAD
from lstm_viz.equations.text import equation_text
from lstm_viz.measures.edits import Edit, forward_edits
from lstm_viz.measures.edits_back import backward_edits
from lstm_viz.trace.records import Gradients, Trace
from lstm_viz.trace.run import backpropagate, run
from lstm_viz.validation.names import look_up

Values = dict[str, np.ndarray]
STEP = 1e-5  # of the central differences
RIGHT = 1e-6  # relative to the largest gradient of a weight: far above the differences' own error
=======
from lstm_viz.measures.edits_back import backward_edits
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import nearest

Array = np.ndarray
Weights = dict[str, Array]
Kind = Literal["forward", "weights", "backward", "check"]
GITHUB = "https://github.com/"
>>>>>>> main


@dataclass(frozen=True)
class Bug:
<<<<<<< HEAD
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
=======
    """One bug: what it is called, where it was reported, what it changes, and what it is about.

    `where` is the quantity, or the weight, at which something first differs from what is right.
    `edits` are the edits of the backward pass by name, `forgets` the states to which nothing comes
    back from the next step, `line` is (right, wrong) in the equations, `start` makes the weights.
    """

    name: str
    kind: Kind
    where: str
    why: str
    source: str = ""
    cell: str = "lstm"
    edits: tuple[str, ...] = ()
    forgets: tuple[str, ...] = ()
    line: tuple[str, str] = ("", "")
    start: Callable[[Mapping[str, Array]], Weights] | None = None

    @property
    def right(self) -> Cell:
        """The cell as it should be."""
        return CELLS[self.cell]

    @property
    def own(self) -> Cell:
        """The cell that is computed."""
        if not self.line[0]:
            return self.right
        return Cell(self.cell, self.right.text.replace(*self.line))

    @property
    def edges(self) -> tuple[Edge, ...]:
        """The backward pass that is computed."""
        edges = self.own.backward
        for edit in backward_edits(self.own):
            if edit.name in self.edits:
                edges = _merged(edges, self.own.backward, edit.edges)
        return edges


def _merged(
    now: tuple[Edge, ...], right: tuple[Edge, ...], edited: tuple[Edge, ...]
) -> tuple[Edge, ...]:
    """What one edit changes, changed in a pass that has others in it already."""
    gone = [edge for edge in right if edge not in edited]
    new = [edge for edge in edited if edge not in right]
    if not new:
        return tuple(edge for edge in now if edge not in gone)
    if edited[: len(right)].index(new[0]) == len(edited) - 1:  # needs all that is before it
        return (*(edge for edge in now if edge not in gone), *new)
    by = {(edge.source, edge.target): edge for edge in new}
    return tuple(by.get((edge.source, edge.target), edge) for edge in now)


def _alike(weights: Mapping[str, Array]) -> Weights:
    """Every matrix, and every bias, begins with the same numbers."""
    first: dict[str, Array] = {}
    return {n: first.setdefault(n.partition("_")[0], a).copy() for n, a in weights.items()}


def _ordered(weights: Mapping[str, Array]) -> Weights:
    """Blocks that lie there as i, f, g, o are read as i, o, f, g: ONNX's order, i o f c."""
    read = {"i": "i", "o": "f", "f": "g", "g": "o"}
    return {n: weights[f"{n[:2]}{read[n[2:]]}"].copy() for n in weights}


def _gates(words: str) -> tuple[str, ...]:
    return tuple(words.format(gate) for gate in "ifo")


BUGS = (
    Bug(
        "the carousel's gradient deleted", "backward", "c",
        "dc = … stands where dc += … belongs: what comes back from the next step's c is lost. The"
        " only path that does not fade is cut; a loss near by falls all the same.",
        GITHUB + "apache/mxnet/issues/4057", forgets=("c",),
    ),
    Bug(
        "no tanh on the output", "forward", "h",
        "h = o * c. It is another cell, and its gradient is right: no check can find it. Only"
        " numbers of the equations can.",
        GITHUB + "nicodjimenez/lstm/issues/7", line=("o * tanh(c)", "o * c"),
    ),
    Bug(
        "four gates that start identical", "weights", "z_f",
        "A seed set inside the helper that draws a matrix: all four are the same. The gradient is"
        " right, and no check can find it.",
        GITHUB + "nicodjimenez/lstm/pull/35", start=_alike,
    ),
    Bug(
        "the slope taken of the activated value", "backward", "z_o",
        "The slope of sigmoid is written for the sum and is given the gate: σ'(σ(z)) lies between"
        " .197 and .25, whatever the gate does.",
        GITHUB + "nicklashansen/rnn_lstm_from_scratch/issues/1",
        edits=_gates("the slope of sigmoid at the activated value in dz_{}"),
    ),
    Bug(
        "dh_next forgotten", "backward", "h",
        "What comes back through the four sums to h of the step before is computed, and"
        " never used.",
        GITHUB + "CaptainE/RNN-LSTM-in-numpy/issues/1", forgets=("h",),
    ),
    Bug(
        "dc carried on without the forget gate", "backward", "c_prev",
        "dc_prev = dc: nothing is forgotten going back. At the last step all is right but dc_prev.",
        edits=("dc carried on without its gate",),
    ),
    Bug(
        "c in place of c_prev", "backward", "f",
        "df = dc * c: the list of states is read one step too late. It is right wherever c has not"
        " changed.",
        edits=("c for c_prev in df",),
    ),
    Bug(
        "one gate's gradient copied to other biases", "backward", "b_o",
        "b_i and b_o get the gradient of the forget gate's sum. All matrices are right, and every"
        " quantity of every step is.",
        GITHUB + "hanbt/learn_dl/issues/53", edits=("dz_f used for db_i", "dz_f used for db_o"),
    ),
    Bug(
        "the order of the gates at import", "weights", "z_f",
        "The file has its blocks as i, f, g, o; they are read as i, o, f, g. Shapes fit, and the"
        " gradient is right: no check can find it.",
        GITHUB + "CrispStrobe/CrispASR/pull/106", start=_ordered,
    ),
    Bug(
        "a peephole's gradient not summed over the batch", "backward", "p_o",
        "The vectors p are shared by all sequences of a batch; here only the last one counts. With"
        " a batch of one it is right.",
        cell="peephole-lstm",
    ),
    Bug(
        "U in place of its transpose", "backward", "h_prev",
        "U is square, so that U @ dz has the right shape. At the last step all is right but"
        " dh_prev; with one unit everything is.",
        edits=tuple(f"U_{gate} in place of its transpose in dh_prev" for gate in "ifgo"),
    ),
    Bug(
        "a right gradient and a wrong check", "check", "",
        "The loop adds what comes back to the array of gradients that the check was given, and the"
        " check then multiplies by what was added. The gradient is right.",
        GITHUB + "Burton2000/CS231n-2017/issues/7",
    ),
)  # fmt: skip


def bug_of(name: str) -> Bug:
    """The bug of a name, or of a number from 1; `InputError` says what there is."""
    if name.isascii() and name.isdigit() and 1 <= int(name[:4]) <= len(BUGS):
        return BUGS[int(name) - 1]
    for bug in BUGS:
        if bug.name == name:
            return bug
    hint = nearest(name, [bug.name for bug in BUGS], f"there are 1 to {len(BUGS)}")
    raise InputError(f"no bug is called {name[:60]!r}: {hint}")
>>>>>>> main
