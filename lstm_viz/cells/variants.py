"""Cells as the formats describe them: a built-in cell, with what a model has otherwise.

Other activations, no biases, clipped sums, coupled gates, a projection: each changes the built-in
equations, so that what is shown is what is computed and an LSTM is described in one place only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache

from lstm_viz.cells import CELLS
from lstm_viz.cells.cell import Cell
from lstm_viz.equations.parse import parse
from lstm_viz.equations.text import Printer, equation_text
from lstm_viz.equations.tree import (
    Call,
    Equation,
    Name,
    Number,
    Operation,
    Tree,
    children,
    rebuild,
    terms,
)

SIGMOID, TANH = "sigmoid({0})", "tanh({0})"


@cache
def lstm(
    gate: str = SIGMOID,
    candidate: str = TANH,
    output: str = TANH,
    *,
    bias: bool = True,
    peephole: bool = False,
    projection: bool = False,
    coupled: bool = False,
    clip: float | None = None,
) -> Cell:
    """An LSTM; `gate`, `candidate` and `output` are expressions such as `tanh({0})`."""
    base = "peephole-lstm" if peephole else "lstm"
    swap = {"sigmoid": gate, "tanh": candidate, "tanh(c)": output}
    equations = _changed(CELLS[base], swap, bias, clip)
    if coupled:
        (forget,) = parse("f = 1 - i  # forget gate: keeps what is not written")
        equations = [forget if e.target == "f" else e for e in equations if e.target != "z_f"]
    if projection:
        (shown,) = parse("h = P_h @ m  # hidden state: the output")
        inner = replace(equations[-1], target="m", title="output, before the projection")
        equations[-1:] = [replace(inner, meaning=""), shown]
    name = "lstm" + "-peephole" * peephole + "-coupled" * coupled + "-projected" * projection
    own = (gate, candidate, output) != (SIGMOID, TANH, TANH)
    return _cell(name + _without(bias, clip) + "-own-activations" * own, equations, base)


@cache
def gru(
    gate: str = SIGMOID,
    candidate: str = TANH,
    *,
    bias: bool = True,
    reset_after: bool = True,
    clip: float | None = None,
) -> Cell:
    """A GRU, with the reset gate after the product (PyTorch, Keras' usual) or before it."""
    base = "gru" if reset_after else "gru-reset-before"
    equations = _changed(CELLS[base], {"sigmoid": gate, "tanh": candidate}, bias, clip)
    own = (gate, candidate) != (SIGMOID, TANH)
    return _cell(base + _without(bias, clip) + "-own-activations" * own, equations, base)


@cache
def rnn(activation: str = TANH, *, bias: bool = True, clip: float | None = None) -> Cell:
    """A simple recurrent cell."""
    name = {TANH: "rnn", "relu({0})": "rnn-relu"}.get(activation, "rnn-own-activation")
    equations = _changed(CELLS["rnn"], {"tanh": activation}, bias, clip)
    return _cell(name + _without(bias, clip), equations, "rnn", "irnn")


def _without(bias: bool, clip: float | None) -> str:
    return "-no-bias" * (not bias) + "-clipped" * (clip is not None)


# ---------------------------------------------------------------------------- what is changed


class _Swapping(Printer):
    """Writes a function as `swap` has it, by its name or by the whole call."""

    def __init__(self, swap: Mapping[str, str]) -> None:
        self.swap = swap

    def call(self, function: str, arguments: tuple[Tree, ...]) -> str:
        written = super().call(function, arguments)
        swapped = self.swap.get(written) or self.swap.get(function)
        return swapped.format(*map(self.write, arguments)) if swapped else written


def _changed(base: Cell, swap: Mapping[str, str], bias: bool, clip: float | None) -> list[Equation]:
    """The cell's equations: without biases, sums clipped, functions as `swap` has them."""
    found = []
    for equation in base.equations:
        tree = equation.tree if bias else _without_biases(equation.tree)
        if clip is not None and any(_is_product(term) for _, term in terms(tree)):
            tree = Call("clip", (tree, Number(-clip), Number(clip)))
        (changed,) = parse(f"{equation.target} = {_Swapping(swap).write(tree)}")
        found.append(replace(equation, tree=changed.tree))
    return found


def _without_biases(tree: Tree) -> Tree:
    """The tree with the biases struck out of its sums."""
    match tree:
        case Operation("+", left, Name(name)) if name[0] == "b":
            return _without_biases(left)
    return rebuild(tree, tuple(_without_biases(child) for child in children(tree)))


def _is_product(tree: Tree) -> bool:
    return isinstance(tree, Operation) and tree.operator == "@"


def _cell(name: str, equations: list[Equation], *base: str) -> Cell:
    """The built-in cell whose equations these are, or else one of that name."""
    for each in base:
        if _bare(CELLS[each].equations) == _bare(equations):
            return CELLS[each]
    lines = [f"{equation_text(e)}   # {e.title}: {e.meaning}" for e in equations]
    return Cell(name, "\n".join(lines))


def _bare(equations: Iterable[Equation]) -> list[tuple[str, Tree]]:
    return [(e.target, e.tree) for e in equations]
