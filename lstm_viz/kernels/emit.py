"""NumPy source out of trees and calls, and what it is bound to.

`Binder` collects the lines of one generated function and every object that they name: views are
written as slices with literal offsets, matrices and other static values are stacked once. The
source is printed from checked trees with names of our own: compiling it runs nothing that was
typed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from lstm_viz.equations.tree import Call, Name, Negative, Number, Operation, Transposed, Tree, walk
from lstm_viz.kernels.instructions import Instruction, Operand, Pack, Ref, Static
from lstm_viz.kernels.machine import Arena, Machine, Slots
from lstm_viz.kernels.system import STATIC, System, expand
from lstm_viz.kernels.ufuncs import DIRECT, UFUNCS

Recipe = Callable[["Machine"], Any]
SMALL, NARROW, MOST_PARTS = 1_000_000, 32, 16


class Binder:
    """What generated source names: static arrays, registers, views; and the lines themselves."""

    def __init__(self, system: System, sizes: Mapping[str, int], batch: int, dtype: Any) -> None:
        self.system, self.sizes, self.batch, self.dtype = system, sizes, batch, np.dtype(dtype)
        static = {n for n, time in system.time.items() if time == STATIC}
        self.static_names = [n for n in (*system.parameters, *system.trees) if n in static]
        self.recipes: dict[str, Recipe] = {}
        self.arenas: dict[str, Arena] = {}
        self._cache: dict[Any, str] = {}

    def compiled(self, source: str, what: str) -> Callable[[], Machine]:
        """Compile a source that defines `go`; the answer makes machines of it."""
        space: dict[str, Any] = {}
        exec(compile(source, f"<lstm_viz {what}>", "exec"), space)
        return partial(Machine, self, space["go"].__code__)

    # ---------------------------------------------------------------- static values

    def rows(self, letter: str) -> int:
        return 1 if letter in ("", "1") else self.sizes[letter]

    def bind(self, key: Any, prefix: str, recipe: Recipe) -> str:
        """A name for what a recipe makes for a machine, the same for the same key."""
        if key not in self._cache:
            self._cache[key] = f"{prefix}{len(self._cache)}"
            self.recipes[self._cache[key]] = recipe
        return self._cache[key]

    def bind_slots(self, prefix: str, table: Slots) -> str:
        return self.bind((prefix, table), prefix, lambda machine: machine.table(table))

    def shape(self, matrix: Tree) -> tuple[int, int]:
        """The rows and columns of a static matrix; a vector parameter is one of one column."""
        match matrix:
            case Name(name):
                letters = self.system.cell.parameters[name]
                return self.rows(letters[0]), self.rows(letters[1]) if len(letters) > 1 else 1
            case Transposed(of):
                rows, columns = self.shape(of)
                return columns, rows
            case Negative(of):
                return self.shape(of)
        raise TypeError(f"no matrix: {matrix!r}")

    def static(self, trees: Sequence[Tree], letters: Sequence[str], fold: bool) -> str:
        """Static columns below each other, or (folded) side by side in an axis of their own."""
        if fold and all(tree == trees[0] for tree in trees):
            trees, letters, fold = trees[:1], letters[:1], False
        heights = tuple(map(self.rows, letters))
        shape = (len(trees), heights[0]) if fold else (sum(heights),)
        blocks = tuple((tree,) for tree in trees)
        return self.bind_slots(
            "k", Slots(blocks, heights, (1,), (*shape, 1) if self.batch else shape)
        )

    def matmul_line(self, matrices: Sequence[Tree], source: str, dest: str) -> str:
        """`dest = [matrices side by side] @ source` for every step."""
        shapes = [self.shape(matrix) for matrix in matrices]
        height, widths = shapes[0][0], tuple(width for _, width in shapes)
        turned = not self.batch
        shape = (sum(widths), height) if turned else (height, sum(widths))
        name = self.bind_slots("m", Slots((tuple(matrices),), (height,), widths, shape, turned))
        parts = (source, name) if turned else (name, source)
        return f"matmul({', '.join(parts)}, {dest})"

    def _parts(self, height: int, width: int) -> int:
        """In how many equal parts, top to bottom, a matrix should meet a batch.

        OpenBLAS multiplies small matrices (up to SMALL multiplications) as they lie, and packs
        larger ones first, which costs as much again where the batch is narrow.
        """
        work = height * width * self.batch
        if work <= SMALL or self.batch > NARROW:
            return 1
        fit = (n for n in range(2, MOST_PARTS + 1) if height % n == 0 and work / n < SMALL)
        return next(fit, 1)

    # ---------------------------------------------------------------- a step

    def step_source(self, packs: Sequence[Pack], backwards: bool) -> str:
        """The loop over the steps t0 … t1 − 1: views from zipped arrays, then one line a pack."""
        views: dict[tuple[str, int, int], str] = {}
        lines: list[str] = []

        def view(refs: Sequence[Ref], fold: int) -> str:
            arena = self.arenas[refs[0].arena]
            span = arena.span([r.block for r in refs])
            if refs[0].arena == "S":
                return self.bind(("scratch", span, fold), "s", partial(_scratch, span, fold))
            shift = refs[0].later
            shape = (
                f".reshape(t1 - t0, {fold}, -1{', ' + str(self.batch) if self.batch else ''})"
                if fold
                else ""
            )
            steps = f"t0 + {shift}:t1 + {shift}"
            source = f"{refs[0].arena}[{steps}, {span}]{shape}{'[::-1]' if backwards else ''}"
            return views.setdefault((source, 0, 0), f"v{len(views)}")

        for pack in packs:
            lines += self._call(pack, view)
        if not lines:
            return ""
        heads = ", ".join(source for source, _, _ in views)
        targets = ", ".join(views.values())
        body = "\n        ".join(lines)
        return f"    for ({targets},) in zip({heads}):\n        {body}\n"

    def _call(self, pack: Pack, view: Any) -> list[str]:
        outs = [m.out for m in pack.members]
        if pack.members[0].operation == "product":
            return self._product(pack, view)
        slots = [pack.slot(k) for k in range(len(pack.members[0].operands))]
        many = len(pack.members)
        fold = many if many > 1 and any(_same(slot) for slot in slots) else 0
        parts = [self._operand(slot, pack.members, fold, view) for slot in slots]
        return [f"{pack.members[0].operation}({', '.join(parts)}, out={view(outs, fold)})"]

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

    def _product(self, pack: Pack, view: Any) -> list[str]:
        heights = [self.rows(m.letter) for m in pack.members]
        outs = [m.out for m in pack.members]
        lines = []
        for k, run in enumerate(pack.vectors):
            widths = [self.arenas[r.arena].rows[r.block] for r in run]
            blocks = tuple(
                tuple(dict(zip(m.operands, m.factors, strict=True)).get(r) for r in run)
                for m in pack.members
            )
            table = Slots(blocks, tuple(heights), tuple(widths), (sum(heights), sum(widths)))
            parts = self._parts(*table.shape) if len(pack.vectors) == 1 else 1
            if parts > 1:
                shape = (parts, sum(heights) // parts, sum(widths))
                name = self.bind_slots("m", replace(table, shape=shape))
                lines.append(f"matmul({name}, {view(run, 0)}, out={view(outs, parts)})")
                continue
            out = view(outs, 0)
            dot = self.bind(("dot", table), "dot", partial(_dot, table))
            if k == 0:
                lines.append(f"{dot}({view(run, 0)}, {out})")
                continue
            part_shape = (sum(heights), *((self.batch,) if self.batch else ()))
            part = self.bind(("part", part_shape), "p", partial(_part, part_shape))
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

    def keep(self, name: str, tree: Tree, letter: str, place: Ref | None = None) -> None:
        """Evaluate a tree that several others use, into a block or a register of its own."""
        target = self.view(place) if place else self.register(letter, f"keep {name}")
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
        if names <= set(b.static_names):
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
            case Call("sigmoid", (inside,)) if self.binder.system.sigmoid_by_tanh:
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
        self.lines.append(self.binder.matmul_line([matrix], source, dest))


def _dot(table: Slots, machine: Machine) -> Any:
    return machine.table(table).dot


def _part(shape: tuple[int, ...], machine: Machine) -> np.ndarray:
    return np.empty(shape, machine.dtype)


def _scratch(span: str, fold: int, machine: Machine) -> np.ndarray:
    first, last = map(int, span.split(":"))
    part = machine.scratch[first:last]
    return part.reshape(fold, -1, *part.shape[1:]) if fold else part


def _same(slot: Sequence[Operand]) -> bool:
    return not isinstance(slot[0], float) and all(each == slot[0] for each in slot)


__all__ = ["Arena", "Binder", "ChunkSource", "Machine"]
