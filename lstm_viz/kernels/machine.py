"""A generated function with its tables and its scratch memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

import numpy as np

from lstm_viz.equations.tree import Name, Negative, Number, Operation, Transposed, Tree
from lstm_viz.kernels.evaluate import evaluate
from lstm_viz.kernels.ufuncs import NUMPY_NAMES

if TYPE_CHECKING:
    from lstm_viz.kernels.emit import Binder


class Arena:
    """Where each block of rows begins, for given sizes."""

    def __init__(
        self, order: Sequence[str], letters: Mapping[str, str], sizes: Mapping[str, int]
    ) -> None:
        self.start: dict[str, int] = {}
        self.rows = {
            block: 1 if letters[block] == "1" else sizes[letters[block]] for block in order
        }
        total = 0
        for block in order:
            self.start[block] = total
            total += self.rows[block]
        self.total = total

    def span(self, blocks: Sequence[str]) -> str:
        """The slice of neighbouring blocks, as source."""
        return f"{self.start[blocks[0]]}:{self.start[blocks[-1]] + self.rows[blocks[-1]]}"


@dataclass(frozen=True)
class Diagonal:
    """The square matrix with a vector on its diagonal: a block of a table."""

    of: Name


@dataclass(frozen=True)
class Slots:
    """A static array put together out of blocks, each the value of a tree over parameters."""

    blocks: tuple[tuple[Tree | None, ...], ...]
    heights: tuple[int, ...]
    widths: tuple[int, ...]
    shape: tuple[int, ...]  # in which it is handed out
    turned: bool = False  # whether it is stored (and handed out) transposed


class Machine:
    """A generated function with the static arrays and the scratch that it works on.

    `load` puts weights in, after which `go` may be called. One thread at a time may use it.
    """

    def __init__(self, binder: Binder, code: CodeType) -> None:
        self.system = binder.system
        self._statics = [n for n in binder.static_names if n in binder.system.trees]
        self.rows = binder.rows
        tail = (binder.batch,) if binder.batch else ()
        self.scratch = np.empty((binder.arenas["S"].total, *tail), binder.dtype)
        self._fills: list[tuple[np.ndarray, float, str, bool]] = []
        self._others: list[tuple[np.ndarray, Tree]] = []
        self._scaled: list[tuple[np.ndarray, int, int, float]] = []  # of a table, rows from, to
        self.dtype = binder.dtype
        self.go: Any = FunctionType(
            code, {**NUMPY_NAMES, **{n: recipe(self) for n, recipe in binder.recipes.items()}}
        )

    def table(self, table: Slots) -> np.ndarray:
        """An array for a table, to be filled from each run's weights."""
        height, width = sum(table.heights), sum(table.widths)
        stored = np.zeros((width, height) if table.turned else (height, width), self.dtype)
        whole = stored.T if table.turned else stored
        top = 0
        for row, rows in zip(table.blocks, table.heights, strict=True):
            left, fills, others = 0, len(self._fills), len(self._others)
            for tree, columns in zip(row, table.widths, strict=True):
                if tree is not None:
                    self._fill(whole[top : top + rows, left : left + columns], tree)
                left += columns
            if len(self._others) == others:
                self._share_scale(fills, whole, top, top + rows)
            top += rows
        return stored.reshape(table.shape)

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
        if not turned and len(self.system.cell.parameters.get(inner.name, "??")) == 1:
            block = block[:, 0] if block.ndim == 2 else block  # a vector goes in as it is
        self._fills.append((block, scale, inner.name, turned))

    def load(self, weights: Mapping[str, np.ndarray]) -> None:
        """Fill every static array from these weights."""
        given = weights
        if self._statics or self._others:
            columns = {n: w if w.ndim == 2 else w[:, None] for n, w in weights.items()}
            for name in self._statics:
                value = evaluate(self.system.trees[name], columns)
                columns[name] = np.broadcast_to(value, (self.rows(self.system.letter[name]), 1))
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
