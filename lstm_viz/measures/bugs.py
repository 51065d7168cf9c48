"""Twelve bugs of LSTMs, each switched on: what it does, what a check sees.

    bug = bug_of("dh_next forgotten")       BUGS has all twelve, in order
    case = case_of(bug)                     one small batch, forward and back, with the bug in it
    case.first, case.check, case.losses()

A bug changes the equations, the weights, the backward pass or only the check of it. Sources are the
public reports; where none was found, `source` is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from lstm_viz.cells import CELLS
from lstm_viz.cells.cell import Cell
from lstm_viz.equations.derivative import Edge
from lstm_viz.measures.edits_back import backward_edits
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import nearest

Array = np.ndarray
Weights = dict[str, Array]
Kind = Literal["forward", "weights", "backward", "check"]
GITHUB = "https://github.com/"


@dataclass(frozen=True)
class Bug:
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

    @cached_property
    def own(self) -> Cell:
        """The cell that is computed."""
        if not self.line[0]:
            return self.right
        return Cell(self.cell, self.right.text.replace(*self.line))

    @cached_property
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
        "the straight path c_prev → c cut", "backward", "c",
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
