"""Instructions as NumPy source of the loop over steps, and what generated source is bound to.

`Binder` has a name for every object that the source of one function uses: views are written as
slices with literal offsets, matrices and other static values are stacked once. The source is
printed from checked trees with names of our own: compiling it runs nothing that was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from lstm_viz.equations.tree import Name, Negative, Transposed, Tree
from lstm_viz.kernels import recipes
from lstm_viz.kernels.instructions import Instruction, Operand, Pack, Ref, Static
from lstm_viz.kernels.machine import Arena, Blueprint, Machine, Recipe, Slots, rows
from lstm_viz.kernels.system import STATIC, System
from lstm_viz.kernels.ufuncs import call_source

View = Callable[[Sequence[Ref], int], str]  # neighbouring blocks, folded in how many
NARROW, MOST_PARTS = 64, 16  # sequences up to which a large product is cut; into how many parts


class Binder:
    """The names of one generated function: static arrays, registers, scratch."""

    def __init__(
        self,
        system: System,
        arenas: Mapping[str, Arena],
        sizes: Mapping[str, int],
        batch: int,
        dtype: Any,
        small: int,
    ) -> None:
        self.system, self.arenas, self.sizes = system, arenas, sizes
        self.batch, self.dtype, self.small = batch, np.dtype(dtype), small
        self.tail = (batch,) if batch else ()
        self.recipes: dict[str, Recipe] = {}
        self._cache: dict[Any, str] = {}

    def compiled(self, source: str, what: str) -> Callable[[], Machine]:
        """Compile a source that defines `go`; the answer makes machines of it."""
        space: dict[str, Any] = {}
        exec(compile(source, f"<lstm_viz {what}>", "exec"), space)
        s, scratch = self.system, (self.arenas["S"].total, *self.tail)
        statics = tuple(
            (name, tree, self.rows(s.letter[name]))
            for name, tree in s.trees.items()
            if s.time[name] == STATIC
        )
        vectors = frozenset(name for name, shape in s.parameters.items() if len(shape) == 1)
        code = space["go"].__code__
        return partial(
            Machine, Blueprint(code, self.recipes, statics, vectors, scratch, self.dtype)
        )

    # ---------------------------------------------------------------- static values

    def rows(self, letter: str) -> int:
        return rows(letter, self.sizes)

    def bind(self, key: Any, prefix: str, recipe: Recipe) -> str:
        """A name for what a recipe makes for a machine, the same for the same key."""
        if key not in self._cache:
            self._cache[key] = f"{prefix}{len(self._cache)}"
            self.recipes[self._cache[key]] = recipe
        return self._cache[key]

    def number(self, value: float) -> str:
        """A number as an array: NumPy takes twice as long to find out what to do with a float."""
        return self.bind(("number", repr(value)), "c", partial(recipes.number, value))

    def bind_slots(self, prefix: str, slots: Slots) -> str:
        return self.bind((prefix, slots), prefix, lambda machine: machine.array(slots))

    def shape(self, matrix: Tree) -> tuple[int, int]:
        """The rows and columns of a static matrix; a vector parameter is one of one column."""
        match matrix:
            case Name(name):
                letters = self.system.parameters[name]
                return self.rows(letters[0]), self.rows(letters[1]) if len(letters) > 1 else 1
            case Transposed(of):
                return self.shape(of)[::-1]
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
        shape = (*shape, 1) if self.batch else shape
        return self.bind_slots("k", Slots(blocks, heights, (1,), shape))

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

        OpenBLAS multiplies small matrices (up to `small` multiplications) as they lie, and packs
        larger ones first, which costs as much again where the batch is narrow.
        """
        work = height * width * self.batch
        if work <= self.small or self.batch > NARROW:
            return 1
        fit = (n for n in range(2, MOST_PARTS + 1) if height % n == 0 and work / n < self.small)
        return next(fit, 1)

    # ---------------------------------------------------------------- a step

    def step_source(
        self, packs: Sequence[Pack], backwards: bool = False, exact: bool = False
    ) -> str:
        """The loop over the steps t0 … t1 − 1: views from zipped arrays, then one line a pack.

        `exact` has sigmoids that tanh made computed once more, without it.
        """
        views: dict[str, str] = {}

        def view(refs: Sequence[Ref], fold: int) -> str:
            if refs[0].arena == "S":
                return self._scratch(refs, fold)
            source = self._steps(refs, fold) + ("[::-1]" if backwards else "")
            return views.setdefault(source, f"v{len(views)}")

        lines: list[str] = []
        for pack in packs:
            lines += self._call(pack, view)
            if exact:
                lines += self._exactly(pack, view)
        if not lines:
            return ""
        body = "\n        ".join(lines)
        names, made = ", ".join(views.values()), ", ".join(views)
        each = self.bind("steps", "each", recipes.steps)
        return f"    for ({names},) in {each}(t0, t1, lambda: zip({made})):\n        {body}\n"

    def _scratch(self, refs: Sequence[Ref], fold: int) -> str:
        span = self.arenas["S"].span([r.block for r in refs])
        return self.bind(("scratch", span, fold), "s", partial(recipes.scratch, span, fold))

    def _steps(self, refs: Sequence[Ref], fold: int) -> str:
        """Neighbouring blocks at each step, as source; folded, each in an axis of its own."""
        arena, later = refs[0].arena, refs[0].later
        span = self.arenas[arena].span([r.block for r in refs])
        shape = ", ".join(map(str, ("t1 - t0", fold, -1, *self.tail)))
        folded = f".reshape({shape})" if fold else ""
        return steps_source(arena, span, later) + folded

    def _call(self, pack: Pack, view: View) -> list[str]:
        outs = [m.out for m in pack.members]
        if pack.members[0].operation == "product":
            return self._product(pack, view)
        slots = [pack.slot(k) for k in range(len(pack.members[0].operands))]
        many = len(pack.members)
        alike = len({m.letter for m in pack.members}) == 1
        fold = many if many > 1 and alike and any(map(_same, slots)) else 0
        parts = [self._operand(slot, pack.members, fold, view) for slot in slots]
        return [call_source(pack.members[0].operation, parts, view(outs, fold))]

    def _exactly(self, pack: Pack, view: View) -> Iterator[str]:
        for each in pack.members:
            if each.sigmoid:
                of, factor = each.sigmoid
                out, source = view([each.out], 0), self._operand([of], [each], 0, view)
                yield f"multiply({source}, {factor}, {out})"
                yield from (f"exp({out}, {out})", f"add({out}, {self.number(1.0)}, {out})")
                yield f"reciprocal({out}, {out})"

    def _operand(
        self, slot: Sequence[Operand], members: Sequence[Instruction], fold: int, view: View
    ) -> str:
        first = slot[0]
        if isinstance(first, float):
            return self.number(first)
        if isinstance(first, Static):
            return self.static(
                [o.tree for o in slot if isinstance(o, Static)],
                [m.letter for m in members],
                bool(fold),
            )
        if fold and _same(slot):
            return view([first], 0)
        return view([o for o in slot if isinstance(o, Ref)], fold)

    def _product(self, pack: Pack, view: View) -> list[str]:
        lines: list[str] = []
        outs = [m.out for m in pack.members]
        for run in pack.vectors:
            slots = self._matrix(pack, run)
            parts = self._parts(*slots.shape) if len(pack.vectors) == 1 else 1
            if parts > 1:
                height, width = slots.shape
                cut = replace(slots, shape=(parts, height // parts, width))
                name = self.bind_slots("m", cut)
                return [f"matmul({name}, {view(run, 0)}, {view(outs, parts)})"]
            out = view(outs, 0)
            dot = self.bind(("dot", slots), "dot", partial(recipes.dot, slots))
            if not lines:
                lines.append(f"{dot}({view(run, 0)}, {out})")
                continue
            shape = (slots.shape[0], *self.tail)
            part = self.bind(("part", shape), "p", partial(recipes.empty, shape))
            lines += [f"{dot}({view(run, 0)}, {part})", f"add({out}, {part}, {out})"]
        return lines

    def _matrix(self, pack: Pack, run: Sequence[Ref]) -> Slots:
        """What a run of neighbouring vectors is multiplied by, a row of blocks for each member."""
        factors = [dict(zip(m.operands, m.factors, strict=True)) for m in pack.members]
        heights = tuple(self.rows(m.letter) for m in pack.members)
        widths = tuple(self.arenas[r.arena].rows[r.block] for r in run)
        blocks = tuple(tuple(known.get(r) for r in run) for known in factors)
        trees = [tree for row in blocks for tree in row if tree is not None]
        # copied as the weights lie: to turn a large matrix at each update costs as much as a step
        lying = bool(self.batch) and all(isinstance(tree, Transposed) for tree in trees)
        return Slots(blocks, heights, widths, (sum(heights), sum(widths)), lying=lying)


def steps_source(arena: str, span: str, later: int) -> str:
    """Rows at the steps t0 … t1 − 1 as source; of D there may be these steps alone."""
    start, stop = ("0", "t1 - t0") if arena == "D" else ("t0", "t1")
    return f"{arena}[{start} + {later}:{stop} + {later}, {span}]"


def _same(slot: Sequence[Operand]) -> bool:
    return not isinstance(slot[0], float) and all(each == slot[0] for each in slot)
