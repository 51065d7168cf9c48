"""Forward through time: what the inputs alone decide is computed for all steps of a chunk at once,
what depends on the past step by step, and what nothing carries on afterwards, all at once again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache

import numpy as np

from lstm_viz.equations.tree import Tree, names_in
from lstm_viz.kernels.chunk_source import ChunkSource
from lstm_viz.kernels.emit import Binder
from lstm_viz.kernels.instructions import Instruction, Letters, Operand, Pack, Ref, schedule
from lstm_viz.kernels.layout import arrange
from lstm_viz.kernels.lower import Lowering
from lstm_viz.kernels.options import PlanOptions
from lstm_viz.kernels.system import LATE, System
from lstm_viz.kernels.ufuncs import call_source


class ForwardPlan:
    """The instructions of one step, packed and arranged; made once a cell, for all sizes."""

    def __init__(self, system: System, options: PlanOptions) -> None:
        self.system = system
        self.letters: Letters = {("A", "x"): system.letter["x"], ("A", "1"): "1"}
        for name in (*system.previous, *system.trees):
            if name not in system.states:
                self.letters["A", name] = system.letter[name]
        lowered = Lowering(system, options, self.letters)
        early = [name for name in system.trees if system.time[name] != LATE]
        late = [n for n in system.trees if system.time[n] == LATE and n not in system.carried]
        self.early = [*map(self._whole, early), *lowered.early]
        self.late = list(map(self._whole, late))
        step = lowered.instructions
        if options.lean:
            step = self._passing([*early, *late], lowered)
        self.packs, self.orders = arrange(schedule(step), self.letters)
        self.restored = self._restored(lowered, options.lean)

    def _whole(self, name: str) -> tuple[Ref, Tree, str]:
        return self.place(name), self.system.trees[name], self.system.letter[name]

    def _passing(self, others: list[str], lowered: Lowering) -> list[Instruction]:
        """The step, with what only the step itself reads in scratch memory and not recorded."""
        s = self.system
        read = {each for name in others for each in names_in(s.trees[name])} | {*s.products}
        read.update(n for name in s.trees for t in s.slopes(name).values() for n in names_in(t))
        read.update(n for _, tree, _ in lowered.early for n in names_in(tree))
        read.update(ref.block for ref, _, _ in lowered.early)
        moved: dict[Operand, Ref] = {}
        for name in s.loop:
            if name not in read and name not in s.states and name != s.cell.output:
                moved[Ref("A", name)] = Ref("S", name)
                self.letters["S", name] = self.letters.pop(("A", name))
        return [_with(each, moved) for each in lowered.instructions]

    def _restored(self, lowered: Lowering, lean: bool) -> list[Pack]:
        """What the loop kept scaled, or as its inverse, as the equations have it."""
        found = self._in_place("reciprocal", lowered.inverted)
        for scale, back in () if lean else ((-1.0, -1.0), (0.5, 2.0)):
            names = [name for name, its in lowered.scale.items() if its == scale]
            found += self._in_place("multiply", names, back)
        return found

    def _in_place(self, operation: str, blocks: Iterable[str], *numbers: float) -> list[Pack]:
        """The operation on each of the blocks, neighbours in one call."""
        place = {block: k for k, block in enumerate(self.orders.get("A", ()))}
        runs: list[list[Ref]] = []
        for block in sorted(blocks, key=place.__getitem__):
            if not runs or place[runs[-1][-1].block] + 1 != place[block]:
                runs.append([])
            runs[-1].append(Ref("A", block))
        return [
            Pack(tuple(self._of_itself(operation, ref, numbers) for ref in run)) for run in runs
        ]

    def _of_itself(self, operation: str, ref: Ref, numbers: tuple[float, ...]) -> Instruction:
        return Instruction(operation, ref, (ref, *numbers), (), self.letters["A", ref.block])

    def place(self, name: str) -> Ref:
        """Where a name is recorded."""
        return self.system.place(name)


def _with(each: Instruction, moved: Mapping[Operand, Ref]) -> Instruction:
    """An instruction with some of its blocks elsewhere."""
    operands = tuple(moved.get(operand, operand) for operand in each.operands)
    sigmoid = each.sigmoid and (moved.get(each.sigmoid[0], each.sigmoid[0]), each.sigmoid[1])
    out = moved.get(each.out, each.out)
    return replace(each, out=out, operands=operands, sigmoid=sigmoid)


@lru_cache(maxsize=256)
def forward_plan(system: System, options: PlanOptions) -> ForwardPlan:
    """The plan of a cell, made once."""
    return ForwardPlan(system, options)


def forward_source(plan: ForwardPlan, b: Binder, longest: int, exact: bool = False) -> str:
    """The generated `go(A, t0, t1)` that fills the steps t0 … t1 − 1 of the arena A.

    It answers whether a sigmoid came out so small that it must be computed exactly.
    """
    before = ChunkSource(b, longest, plan.system.recorded)
    after = ChunkSource(b, longest, plan.system.recorded)
    for ref, tree, letter in plan.early:
        before.emit(tree, before.view(ref), letter)
    for pack in () if b.batch else plan.restored:
        view = after.span_view("A", b.arenas["A"].span([m.out.block for m in pack.members]))
        numbers = [b.number(n) for n in pack.members[0].operands[1:] if isinstance(n, float)]
        after.lines.append(call_source(pack.members[0].operation, [view, *numbers], view))
    for ref, tree, letter in plan.late:
        after.emit(tree, after.view(ref), letter)
    # many sequences: while the rows are still in the nearest cache
    step = b.step_source([*plan.packs, *(plan.restored if b.batch else ())], exact=exact)
    small = "False" if exact else _small(plan.packs, b, after)
    return f"def go(A, t0, t1):\n{before.body}{step}{after.body}    return {small}\n"


def _small(packs: Iterable[Pack], b: Binder, chunk: ChunkSource) -> str:
    """Whether tanh made a sigmoid so small, or none, that its rounding would show."""
    least = float(np.finfo(b.dtype).eps) ** (1 / 3)
    found = []
    for pack in packs:
        if outs := [each.out for each in pack.members if each.sigmoid]:
            span = b.arenas["A"].span([ref.block for ref in outs])
            view = chunk.span_view("A", span, outs[0].later)
            found.append(f"not minimum.reduce({view}, None) >= {least!r}")
    return " or ".join(found) or "False"
