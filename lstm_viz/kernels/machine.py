"""A generated function with its static arrays and its scratch memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any, TypeVar

import numpy as np

from lstm_viz.equations.tree import Name, Negative, Number, Operation, Transposed, Tree
from lstm_viz.kernels.evaluate import evaluate
from lstm_viz.kernels.instructions import Ref
from lstm_viz.kernels.nodes import Diagonal
from lstm_viz.kernels.ufuncs import NUMPY_NAMES

Item = TypeVar("Item")
Recipe = Callable[["Machine"], Any]
Views = tuple[np.ndarray, ...]
MOST_KEPT = 4096  # steps whose views are kept, about 2 kB each


def rows(letter: str, sizes: Mapping[str, int]) -> int:
    """How many rows a letter stands for; one where it stands for numbers or for ones."""
    return 1 if letter in ("", "1") else sizes[letter]


class Arena:
    """Where each block of rows begins, for given sizes."""

    def __init__(
        self, order: Sequence[str], letters: Mapping[str, str], sizes: Mapping[str, int]
    ) -> None:
        self.start: dict[str, int] = {}
        self.rows = {block: rows(letters[block], sizes) for block in order}
        total = 0
        for block in order:
            self.start[block] = total
            total += self.rows[block]
        self.total = total

    def span(self, blocks: Sequence[str]) -> str:
        """The slice of neighbouring blocks, as source."""
        return f"{self.start[blocks[0]]}:{self.start[blocks[-1]] + self.rows[blocks[-1]]}"

    def runs(self, items: Iterable[Item], place: Callable[[Item], Ref]) -> list[list[Item]]:
        """Items in runs whose blocks lie side by side."""
        found: list[list[Item]] = []
        end = None
        for item in sorted(items, key=lambda each: self._edges(place(each))[0]):
            start, next_start = self._edges(place(item))
            if start != end:
                found.append([])
            found[-1].append(item)
            end = next_start
        return found

    def _edges(self, ref: Ref) -> tuple[tuple[int, int], tuple[int, int]]:
        start = self.start[ref.block]
        return (ref.later, start), (ref.later, start + self.rows[ref.block])


@dataclass(frozen=True)
class Slots:
    """A static array put together out of blocks, each the value of a tree over parameters."""

    blocks: tuple[tuple[Tree | None, ...], ...]
    heights: tuple[int, ...]
    widths: tuple[int, ...]
    shape: tuple[int, ...]  # in which it is handed out
    turned: bool = False  # whether it is stored (and handed out) transposed
    lying: bool = False  # whether it is stored transposed, and handed out as a view the right way


@dataclass(frozen=True)
class Blueprint:
    """What machines are made of, one for each thread: code, and a recipe for each of its names."""

    code: CodeType
    recipes: Mapping[str, Recipe]
    statics: tuple[tuple[str, Tree, int], ...]  # known before the sequence: name, tree, rows
    vectors: frozenset[str]  # the parameters that are no matrices
    scratch: tuple[int, ...]  # its shape
    dtype: np.dtype


class Steps:
    """The views of each step that a loop goes through, by the steps from and to.

    Where `kept`, they are made once: the machine always runs over the same arrays. Of a very long
    time they are not, nor by a machine that is lent to one run after the other.
    """

    def __init__(self) -> None:
        self.kept = False
        self._made: dict[tuple[int, int], list[Views]] = {}

    def __call__(self, t0: int, t1: int, views: Callable[[], Iterable[Views]]) -> Iterable[Views]:
        if not self.kept or t1 > MOST_KEPT:
            return views()
        if (t0, t1) not in self._made:
            self._made[t0, t1] = list(views())
        return self._made[t0, t1]


class Machine:
    """A generated function with the static arrays and the scratch that it works on.

    `load` puts weights in, after which `go` may be called. One thread at a time may use it.
    """

    def __init__(self, blueprint: Blueprint) -> None:
        self.blueprint, self.dtype = blueprint, blueprint.dtype
        self.nbytes = 0
        self.steps = Steps()
        self.scratch = self.empty(blueprint.scratch)
        self._fills: list[tuple[np.ndarray, float, str, bool]] = []
        self._others: list[tuple[np.ndarray, Tree]] = []
        self._scaled: list[tuple[np.ndarray, int, int, float]] = []  # an array, rows from, to
        made = {name: recipe(self) for name, recipe in blueprint.recipes.items()}
        self.go: Any = FunctionType(blueprint.code, {**NUMPY_NAMES, **made})

    def empty(self, shape: tuple[int, ...]) -> np.ndarray:
        """An array of its own."""
        array = np.empty(shape, self.dtype)
        self.nbytes += array.nbytes
        return array

    def array(self, slots: Slots) -> np.ndarray:
        """An array of these slots, to be filled from each run's weights."""
        height, width = sum(slots.heights), sum(slots.widths)
        other_way = slots.turned or slots.lying
        stored = self.empty((width, height) if other_way else (height, width))
        stored.fill(0)
        whole = stored.T if other_way else stored
        top = 0
        for row, tall in zip(slots.blocks, slots.heights, strict=True):
            left, fills, others = 0, len(self._fills), len(self._others)
            for tree, columns in zip(row, slots.widths, strict=True):
                if tree is not None:
                    self._fill(whole[top : top + tall, left : left + columns], tree)
                left += columns
            if len(self._others) == others:
                self._share_scale(fills, whole, top, top + tall)
            top += tall
        if slots.lying:  # (rows, columns), or cut into parts: (parts, rows, columns)
            return stored.reshape(width, *slots.shape[:-1]).transpose(
                *range(1, len(slots.shape)), 0
            )
        return stored.reshape(slots.shape)

    def _share_scale(self, first: int, whole: np.ndarray, top: int, bottom: int) -> None:
        """Rows whose blocks have one scale are scaled at once, with the rows above if they can."""
        fills = self._fills[first:]
        if len(scales := {scale for _, scale, _, _ in fills}) != 1 or scales == {1.0}:
            return
        self._fills[first:] = [(block, 1.0, name, turned) for block, _, name, turned in fills]
        (scale,) = scales
        if self._scaled and self._scaled[-1][0] is whole and self._scaled[-1][2:] == (top, scale):
            top = self._scaled.pop()[1]
        self._scaled.append((whole, top, bottom, scale))

    def _fill(self, block: np.ndarray, tree: Tree) -> None:
        scale, turned, inner = 1.0, False, tree
        while not isinstance(inner, Name):
            match inner:
                case Negative(of):
                    scale, inner = -scale, of
                case Transposed(of):
                    turned, inner = not turned, of
                case Operation("*", Number(value), of):
                    scale, inner = scale * value, of
                case Diagonal(of):
                    block, inner = np.einsum("ii->i", block), of
                case _:
                    self._others.append((block, tree))
                    return
        if not turned and inner.name in self.blueprint.vectors:
            block = block[:, 0] if block.ndim == 2 else block  # a vector goes in as it is
        self._fills.append((block, scale, inner.name, turned))

    def load(self, weights: Mapping[str, np.ndarray]) -> None:
        """Fill every static array from these weights."""
        given = weights
        if self.blueprint.statics or self._others:
            columns = {n: w if w.ndim == 2 else w[:, None] for n, w in weights.items()}
            for name, tree, tall in self.blueprint.statics:
                columns[name] = np.broadcast_to(evaluate(tree, columns), (tall, 1))
            for block, tree in self._others:
                block[...] = evaluate(tree, columns)
            given = {**columns, **weights}
        for block, scale, name, turned in self._fills:
            value = given[name].T if turned else given[name]
            if scale == 1.0:
                block[...] = value
            else:
                np.multiply(value, scale, block)
        for whole, top, bottom, scale in self._scaled:
            whole[top:bottom] *= scale
