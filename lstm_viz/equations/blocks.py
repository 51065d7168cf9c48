"""One matrix over vectors one below the other: `W_f @ [h_prev, x]`, in blocks of columns.

A matrix times a stack of vectors is the sum of its blocks times each of them. So the equation is
read as `W_fh @ h_prev + W_fx @ x`, and weights that hold the whole `W_f` are taken apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lstm_viz.equations.name_checks import wrong
from lstm_viz.equations.notation import CONCAT
from lstm_viz.equations.tree import (
    PREVIOUS,
    Call,
    Equation,
    Name,
    Operation,
    Place,
    Tree,
    children,
    names_in,
    rebuild,
    walk,
)
from lstm_viz.validation.errors import InputError

Equations = tuple[Equation, ...]


@dataclass(frozen=True)
class Block:
    """A block of columns: the parameter that it is here, and the name of what it multiplies."""

    name: str
    of: str


Blocks = dict[str, tuple[Block, ...]]  # by the name of the whole matrix


def in_blocks(equations: Equations) -> tuple[Equations, Blocks]:
    """The equations without stacks of vectors, and the matrices that were taken apart for it.

    Raises `EquationError` where a stack stands anywhere but right of a matrix and @.
    """
    if not any(_is_stack(tree) for e in equations for tree in walk(e.tree)):
        return equations, {}
    reader = _Reader(equations)
    kept = [each for each in equations if each.target not in reader.stacks]
    found = tuple(replace(each, tree=reader.read(each.tree)) for each in kept)
    reader.check_used()
    return found, reader.blocks


def _is_stack(tree: Tree) -> bool:
    return isinstance(tree, Call) and tree.function == CONCAT


class _Reader:
    """Takes trees with stacks apart, and notes which matrices it has split."""

    def __init__(self, equations: Equations) -> None:
        self.equations, self.blocks = equations, Blocks()
        self.stacks = {e.target: e.tree for e in equations if _is_stack(e.tree)}
        self.used: set[str] = set()
        self.taken = {name for e in equations for name in (e.target, *names_in(e.tree))}

    def read(self, tree: Tree) -> Tree:
        match tree:
            case Operation("@", Name(matrix, place), right):
                stack = self.stacks.get(right.name, right) if isinstance(right, Name) else right
                if isinstance(stack, Call) and _is_stack(stack):
                    self.used |= {right.name} if isinstance(right, Name) else set()
                    return self._product(matrix, stack, place)
                self._check_whole(matrix, place)
            case Call(function=function, place=place) if function == CONCAT:
                raise self._wrong(
                    "a stack is only allowed right of a matrix: write W @ [h_prev, x]", place
                )
            case Name(name, place) if name in self.stacks:
                raise self._wrong(f"{name} is a stack: use it right of a matrix and @", place)
        return rebuild(tree, tuple(self.read(each) for each in children(tree)))

    def check_used(self) -> None:
        """Refuse a line that is a stack and stands nowhere: the cell would be without it."""
        for equation in self.equations:
            if equation.target in self.stacks.keys() - self.used:
                words = "a stack is only allowed right of a matrix: write W @ [h_prev, x]"
                raise self._wrong(words, equation.tree.place)  # type: ignore[union-attr]

    def _product(self, matrix: str, stack: Call, place: Place) -> Tree:
        parts = tuple(self._block(matrix, part, stack.place) for part in stack.arguments)
        if len({each.name for each in parts}) < len(parts):
            raise self._wrong(
                "two parts have the same name: write one on its own line", stack.place
            )
        if self.blocks.setdefault(matrix, parts) != parts:
            raise self._wrong(f"{matrix} already multiplies another stack", place)
        found, *others = (
            Operation("@", Name(block.name, place), self.read(part), place)
            for block, part in zip(parts, stack.arguments, strict=True)
        )
        for each in others:
            found = Operation("+", found, each, place)
        return found

    def _block(self, matrix: str, part: Tree, place: Place) -> Block:
        names = names_in(part)
        if not names:
            raise self._wrong("a number cannot be part of a stack: write a bias, + b", place)
        of = next((n for n in reversed(names) if n == "x" or n.endswith(PREVIOUS)), names[-1])
        short = of.removesuffix(PREVIOUS)
        name = f"{matrix}{'' if '_' in matrix and len(short) == 1 else '_'}{short}"
        if name in self.taken:
            raise self._wrong(f"{name}, the columns of {matrix} for {of}, is used here too", place)
        return Block(name, of)

    def _check_whole(self, matrix: str, place: Place) -> None:
        if matrix in self.blocks:
            raise self._wrong(f"{matrix} already multiplies a stack", place)

    def _wrong(self, message: str, place: Place) -> Exception:
        return wrong(self.equations, message, place)


# ---------------------------------------------------------------------------- weights


def split(
    blocks: Blocks,
    parameters: Mapping[str, tuple[str, ...]],
    weights: Mapping[str, Any],
    inputs: str,
    features: int | None,
) -> dict[str, Any]:
    """Weights by parameter: each whole matrix among them, (rows, all columns), in its blocks.

    `inputs` is the letter of the input's rows, `features` their number, if it is known. Raises
    `InputError` for a whole matrix whose columns do not fit its blocks, or of which it cannot be
    said how many each has.
    """
    found = dict(weights)
    for whole in [name for name in blocks if name in found]:
        array = np.asarray(found.pop(whole))
        names = [each.name for each in blocks[whole]]
        if array.ndim != 2:
            raise InputError(f"{whole} has shape {array.shape}: it is a matrix, rows of columns")
        letters = [parameters[name][1] for name in names]
        known = {parameters[names[0]][0]: len(array)}
        known |= {} if features is None else {inputs: features}
        ends = np.cumsum(_columns(whole, array.shape[1], letters, known))[:-1]
        found |= dict(zip(names, np.split(array, ends, axis=1), strict=True))
    return found


def _columns(whole: str, there: int, letters: list[str], known: Mapping[str, int]) -> list[int]:
    """How many columns each block has; one of which it is not known has what is left."""
    left = there - sum(known.get(letter, 0) for letter in letters)
    unknown = [letter for letter in letters if letter not in known]
    if len(set(unknown)) > 1:
        raise InputError(f"{whole}: its blocks cannot be told apart: give each one by its name")
    if left % max(len(unknown), 1) or (left <= 0 if unknown else left):
        sizes = " and ".join(f"{letter} = {known.get(letter, '?')}" for letter in letters)
        raise InputError(f"{whole} has {there} columns, for blocks of {sizes}")
    return [known.get(letter) or left // len(unknown) for letter in letters]


def joined(blocks: Blocks, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Each whole matrix of its blocks, or of their gradients: (rows, all columns)."""
    return {
        whole: np.concatenate([arrays[each.name] for each in parts], axis=1)
        for whole, parts in blocks.items()
    }
