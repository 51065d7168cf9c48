"""NumPy source out of trees and calls, and what it is bound to.

`Binder` collects the lines of one generated function and every object that they name: views are
written as slices with literal offsets, matrices and other static values are stacked once. The source
is printed from checked trees with names of our own, so compiling it runs nothing that was typed.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import Any

import numpy as np

from lstm_viz.equations import Call, Name, Negative, Number, Operation, Tree, walk
from lstm_viz.kernels import plain
from lstm_viz.kernels.layout import Call as Packed
from lstm_viz.kernels.layout import Instruction, Operand, Ref, Static
from lstm_viz.kernels.system import STATIC, System, expand

UFUNCS = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "**": "power"}
DIRECT = {
    "abs": "absolute",
    **{n: n for n in ("tanh", "exp", "log", "log1p", "expm1", "maximum", "minimum", "sign")},
}


# np.negative is not among them: NumPy 2.4 gets it wrong for some strided views (−x is x · −1 here).
NUMPY_NAMES: dict[str, Any] = {"__builtins__": builtins} | {
    name: getattr(np, name)
    for name in (
        *UFUNCS.values(),
        *DIRECT.values(),
        "positive",
        "square",
        "reciprocal",
        "matmul",
        "copyto",
        "heaviside",
    )
}
SCRATCH = " scratch"  # no name of a text
Given = dict[str, Any]  # weights as columns and matrices, static quantities, the scratch arena


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


class Binder:
    """What generated source names: statics, registers, views; and the lines themselves."""

    def __init__(self, system: System, sizes: Mapping[str, int], batch: int, dtype: Any) -> None:
        self.system, self.sizes, self.batch, self.dtype = system, sizes, batch, np.dtype(dtype)
        self.static_names = {n for n, time in system.time.items() if time == STATIC}
        self.recipes: dict[str, Callable[[Given], Any]] = {}
        self.arenas: dict[str, Arena] = {}
        self._cache: dict[Any, str] = {}

    def compiled(self, source: str, what: str) -> Callable[[Mapping[str, np.ndarray]], Any]:
        """Compile a source that defines `go`; the answer makes that function for given weights."""
        space: dict[str, Any] = {}
        exec(compile(source, f"<lstm_viz {what}>", "exec"), space)
        code = space["go"].__code__
        tail = (self.batch,) if self.batch else ()

        def for_weights(weights: Mapping[str, np.ndarray]) -> Any:
            given: Given = {n: w if w.ndim == 2 else w[:, None] for n, w in weights.items()}
            for name, tree in self.system.trees.items():
                if name in self.static_names:
                    value = plain.evaluate(tree, given)
                    given[name] = np.broadcast_to(value, (self.rows(self.system.letter[name]), 1))
            given[SCRATCH] = np.empty((self.arenas["S"].total, *tail), self.dtype)
            return FunctionType(
                code, {**NUMPY_NAMES, **{n: recipe(given) for n, recipe in self.recipes.items()}}
            )

        return for_weights

    # ---------------------------------------------------------------- static values

    def rows(self, letter: str) -> int:
        return 1 if letter in ("", "1") else self.sizes[letter]

    def bind(self, key: Any, prefix: str, recipe: Callable[[Given], Any]) -> str:
        """A name for what a recipe makes of the weights, the same for the same key."""
        if key not in self._cache:
            self._cache[key] = f"{prefix}{len(self._cache)}"
            self.recipes[self._cache[key]] = recipe
        return self._cache[key]

    def column(self, tree: Tree, letter: str, given: Given) -> np.ndarray:
        """A static tree as a column (rows, 1), or (rows,) where there is no batch."""
        value = np.asarray(plain.evaluate(tree, given), self.dtype)
        value = np.broadcast_to(value, (self.rows(letter), 1))
        return np.ascontiguousarray(value if self.batch else value[:, 0])

    def matrix(self, tree: Tree, rows: int, given: Given) -> np.ndarray:
        """A static tree as a matrix; a vector parameter is one of one column."""
        value = np.asarray(plain.evaluate(tree, given), self.dtype)
        return value if value.ndim == 2 else np.broadcast_to(value, (rows, 1))

    def static(self, trees: Sequence[Tree], letters: Sequence[str], fold: bool) -> str:
        def stack(given: Given) -> np.ndarray:
            parts = [
                self.column(tree, letter, given)
                for tree, letter in zip(trees, letters, strict=True)
            ]
            if len(parts) == 1 or (all(tree == trees[0] for tree in trees) and fold):
                return parts[0]
            return np.stack(parts) if fold else np.concatenate(parts)

        return self.bind(("static", tuple(trees), tuple(letters), fold), "k", stack)

    def stacked(
        self,
        blocks: Sequence[Sequence[Tree | None]],
        heights: Sequence[int],
        widths: Sequence[int],
        given: Given,
    ) -> np.ndarray:
        """One matrix out of a table of static trees."""
        whole = np.zeros((sum(heights), sum(widths)), self.dtype)
        top = 0
        for row, height in zip(blocks, heights, strict=True):
            left = 0
            for tree, width in zip(row, widths, strict=True):
                if tree is not None:
                    whole[top : top + height, left : left + width] = self.matrix(
                        tree, height, given
                    )
                left += width
            top += height
        return whole

    # ---------------------------------------------------------------- a step

    def step_source(self, calls: Sequence[Packed], backwards: bool) -> str:
        """The loop over the steps t0 … t1 − 1: views from zipped arrays, then one line a call."""
        views: dict[tuple[str, int, int], str] = {}
        lines: list[str] = []

        def view(refs: Sequence[Ref], fold: int) -> str:
            arena = self.arenas[refs[0].arena]
            span = arena.span([r.block for r in refs])
            if refs[0].arena == "S":
                return self.bind(
                    ("scratch", span, fold), "s", lambda given: self._scratch(given, span, fold)
                )
            shift = refs[0].later
            shape = (
                f".reshape(t1 - t0, {fold}, -1{', ' + str(self.batch) if self.batch else ''})"
                if fold
                else ""
            )
            source = f"{refs[0].arena}[t0 + {shift}:t1 + {shift}, {span}]{shape}{'[::-1]' if backwards else ''}"
            return views.setdefault((source, 0, 0), f"v{len(views)}")

        for call in calls:
            lines += self._call(call, view)
        if not lines:
            return ""
        heads = ", ".join(source for source, _, _ in views)
        targets = ", ".join(views.values())
        body = "\n        ".join(lines)
        return f"    for ({targets},) in zip({heads}):\n        {body}\n"

    @staticmethod
    def _scratch(given: Given, span: str, fold: int) -> np.ndarray:
        a, b = map(int, span.split(":"))
        part = given[SCRATCH][a:b]
        return part.reshape(fold, -1, *part.shape[1:]) if fold else part

    def _call(self, call: Packed, view: Any) -> list[str]:
        outs = [m.out for m in call.members]
        if call.members[0].operation == "product":
            return self._product(call, view)
        slots = [call.slot(k) for k in range(len(call.members[0].operands))]
        many = len(call.members)
        fold = many if many > 1 and any(_same(slot) for slot in slots) else 0
        parts = [self._operand(slot, call.members, fold, view) for slot in slots]
        return [f"{call.members[0].operation}({', '.join(parts)}, out={view(outs, fold)})"]

    def _operand(
        self, slot: Sequence[Operand], members: Sequence[Instruction], fold: int, view: Any
    ) -> str:
        first = slot[0]
        if isinstance(first, float):
            return repr(first)
        if isinstance(first, Static):
            return self.static(
                [o.tree for o in slot if isinstance(o, Static)],
                [m.letter for m in members],
                bool(fold),
            )
        if fold and _same(slot):
            return str(view([first], 0))
        return str(view([o for o in slot if isinstance(o, Ref)], fold))

    def _product(self, call: Packed, view: Any) -> list[str]:
        out = view([m.out for m in call.members], 0)
        heights = [self.rows(m.letter) for m in call.members]
        lines = []
        for k, run in enumerate(call.vectors):
            widths = [self.arenas[r.arena].rows[r.block] for r in run]
            table = [
                [dict(zip(m.operands, m.factors, strict=True)).get(r) for r in run]
                for m in call.members
            ]
            key = ("matrix", tuple(map(tuple, table)))
            dot = self.bind(
                key, "dot", lambda given, t=table, w=widths: self.stacked(t, heights, w, given).dot
            )
            if k == 0:
                lines.append(f"{dot}({view(run, 0)}, {out})")
                continue
            shape = (sum(heights), *((self.batch,) if self.batch else ()))
            part = self.bind(("part", shape), "p", lambda _, s=shape: np.empty(s, self.dtype))
            lines += [f"{dot}({view(run, 0)}, {part})", f"add({out}, {part}, {out})"]
        return lines

    # ---------------------------------------------------------------- all steps of a chunk at once

    def chunk(self, longest: int) -> ChunkSource:
        return ChunkSource(self, longest)


class ChunkSource:
    """Source that evaluates trees over the steps t0 … t1 − 1 at once, into views and registers."""

    def __init__(self, binder: Binder, longest: int) -> None:
        self.binder, self.longest = binder, longest
        self.lines: list[str] = []
        self.local: dict[str, str] = {}  # what a name in a tree stands for: source of a view
        self._views: dict[str, str] = {}
        self._temporary: dict[str, str] = {}

    def view(self, ref: Ref) -> str:
        """A local name for the view of a block over the chunk."""
        span = self.binder.arenas[ref.arena].span([ref.block])
        return self.span_view(ref.arena, span, ref.later)

    def span_view(self, arena: str, span: str, later: int = 0) -> str:
        source = f"{arena}[t0 + {later}:t1 + {later}, {span}]"
        if source not in self._views:
            self._views[source] = f"w{len(self._views)}"
            self.lines.append(f"{self._views[source]} = {source}")
        return self._views[source]

    def register(self, letter: str, number: int | str) -> str:
        """A scratch array as long as the chunk."""
        b = self.binder
        shape = (self.longest, b.rows(letter), *((b.batch,) if b.batch else ()))
        whole = b.bind(("register", shape, number), "r", lambda _: np.empty(shape, b.dtype))
        source = f"{whole}[:t1 - t0]"
        if source not in self._views:
            self._views[source] = f"w{len(self._views)}"
            self.lines.append(f"{self._views[source]} = {source}")
        return self._views[source]

    def keep(self, name: str, tree: Tree, letter: str) -> None:
        """Evaluate a tree that several others use into a register of its own."""
        target = self.register(letter, f"keep {name}")
        self.emit(tree, target, letter)
        self._temporary[name] = target

    def leaf(self, tree: Tree, letter: str) -> str | None:
        """The source of what needs no evaluation."""
        b = self.binder
        if isinstance(tree, Number):
            return repr(tree.value)
        if isinstance(tree, Name) and tree.name in self._temporary:
            return self._temporary[tree.name]
        if isinstance(tree, Name) and tree.name in self.local:
            return self.local[tree.name]
        names = {each.name for each in walk(tree) if isinstance(each, Name)}
        if names <= b.static_names:
            return b.static([tree], [letter], False)
        return None

    def emit(self, tree: Tree, dest: str, letter: str, depth: int = 0) -> None:
        """Lines that put the value of a tree into `dest`, which no part of the tree reads."""
        if (source := self.leaf(tree, letter)) is not None:
            self.lines.append(f"copyto({dest}, {source})")
            return
        match tree:
            case Negative(of):
                self._apply("multiply", [of, Number(-1.0)], dest, letter, depth)
            case Operation("@", matrix, vector):
                self._matmul(matrix, vector, dest)
            case Operation("**", left, Number(2.0)):
                self._apply("square", [left], dest, letter, depth)
            case Operation(operator, left, right):
                self._apply(UFUNCS[operator], [left, right], dest, letter, depth)
            case Call("sigmoid", (inside,)) if self.binder.system.inexact:
                self._apply("multiply", [inside, Number(0.5)], dest, letter, depth)
                self.lines += [
                    f"tanh({dest}, {dest})",
                    f"multiply({dest}, 0.5, {dest})",
                    f"add({dest}, 0.5, {dest})",
                ]
            case Call("step", (inside,)):
                self._apply("heaviside", [inside, Number(0.0)], dest, letter, depth)
            case Call(function, arguments) if function in DIRECT:
                self._apply(DIRECT[function], list(arguments), dest, letter, depth)
            case Call():
                inner = expand(tree)
                assert inner is not None
                self.emit(inner, dest, letter, depth)
            case _:
                raise TypeError(f"cannot emit {tree!r}")

    def _apply(self, ufunc: str, parts: Sequence[Tree], dest: str, letter: str, depth: int) -> None:
        sources, used = [], False
        for part in parts:
            source = self.leaf(part, letter)
            if source is None:
                # the first part that needs work may use the destination, the others need registers
                source = self.register(letter, depth) if used else dest
                self.emit(part, source, letter, depth + used)
                used = True
            sources.append(source)
        self.lines.append(f"{ufunc}({', '.join(sources)}, out={dest})")

    def _matmul(self, matrix: Tree, vector: Tree, dest: str) -> None:
        source = self.leaf(vector, "")
        assert source is not None, "the vector of a product has a name"
        self.lines.append(
            self.matmul_line(
                ("one", matrix), lambda given: self.binder.matrix(matrix, 0, given), source, dest
            )
        )

    def matmul_line(self, key: Any, matrix: Any, source: str, dest: str) -> str:
        """`dest = matrix @ source` for every step."""
        b = self.binder
        name = b.bind(
            (*key, bool(b.batch)),
            "m",
            lambda given: np.ascontiguousarray(matrix(given) if b.batch else matrix(given).T),
        )
        return (
            f"matmul({name}, {source}, {dest})" if b.batch else f"matmul({source}, {name}, {dest})"
        )


def _same(slot: Sequence[Operand]) -> bool:
    return not isinstance(slot[0], float) and all(each == slot[0] for each in slot)


__all__ = ["Arena", "Binder", "ChunkSource", "Given"]
