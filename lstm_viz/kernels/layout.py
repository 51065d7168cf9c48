"""Where blocks of rows lie, so that equal operations on neighbouring blocks become one call.

A step is a list of instructions on blocks (the rows of one quantity). Instructions of one kind that
do not wait for each other form a pack. `arrange` looks for an order of all blocks in which as many
packs as possible run as one call: outputs side by side, and operands side by side or the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, permutations
from typing import Any

from lstm_viz.equations.tree import Tree

BUDGET = 4000  # how many placements a search may try; the best so far is taken then


@dataclass(frozen=True)
class Ref:
    """A block in an arena (A recorded, D gradients, S scratch), at this step or `later` by one."""

    arena: str
    block: str
    later: int = 0


@dataclass(frozen=True)
class Static:
    """A value known before the sequence, as a tree over parameters and numbers."""

    tree: Tree


Operand = Ref | Static | float


@dataclass(frozen=True)
class Instruction:
    """`out = operation(operands)`; for "product" the factors are matrices beside their vectors."""

    operation: str
    out: Ref
    operands: tuple[Operand, ...]
    factors: tuple[Tree, ...] = ()
    letter: str = ""

    @property
    def kind(self) -> tuple[Any, ...]:
        """What instructions must share to become one call."""
        if self.operation == "product":
            return ("product", frozenset(self.operands))
        slots = tuple(
            each
            if isinstance(each, float)
            else "static"
            if isinstance(each, Static)
            else each.arena
            for each in self.operands
        )
        return (self.operation, self.out.arena, slots)


@dataclass
class Call:
    """Instructions that run as one: their outputs and operands are neighbours, in this order."""

    members: list[Instruction]
    swapped: list[bool] = field(default_factory=list)
    vectors: list[list[Ref]] = field(
        default_factory=list
    )  # of a product: its neighbouring operands

    def slot(self, k: int) -> list[Operand]:
        """The k-th operand of each member."""
        return [
            m.operands[1 - k] if swap else m.operands[k]
            for m, swap in zip(self.members, self.swapped, strict=True)
        ]


def schedule(instructions: Sequence[Instruction]) -> list[list[Instruction]]:
    """Packs of instructions of one kind, in an order in which everything is there when needed."""
    waits: list[set[int]] = []
    writer: dict[Ref, int] = {}
    for k, each in enumerate(instructions):
        needed = {
            writer[r] for r in (*each.operands, each.out) if isinstance(r, Ref) and r in writer
        }
        waits.append(needed.union(*(waits[n] for n in needed)))
        writer[each.out] = k
    left, packs = set(range(len(instructions))), []
    while left:
        ready: dict[tuple[Any, ...], list[int]] = {}
        for k in sorted(left):
            if not waits[k] & left:
                ready.setdefault(instructions[k].kind, []).append(k)

        waiting = [k for k in left if waits[k] & left]
        growing = {  # kinds that it pays to keep back, as more of them will be ready
            instructions[k].kind
            for k in waiting
            if not waits[k] & set(ready.get(instructions[k].kind, ()))
        }
        kind = min(ready, key=lambda each: (each in growing, ready[each][0]))
        packs.append([instructions[k] for k in ready[kind]])
        left -= set(ready[kind])
    return packs


class _Links:
    """Which block must follow which; a trail of what was added, to take it back."""

    def __init__(self) -> None:
        self.after: dict[tuple[str, str], tuple[str, str]] = {}
        self.before: dict[tuple[str, str], tuple[str, str]] = {}
        self.trail: list[tuple[str, str]] = []

    def join(self, one: Ref, other: Ref) -> bool:
        a, b = (one.arena, one.block), (other.arena, other.block)
        if one.arena != other.arena or one.later != other.later or a == b:
            return False
        if self.after.get(a) == b:
            return True
        if a in self.after or b in self.before:
            return False
        end = b
        while end in self.after:
            end = self.after[end]
        if end == a:
            return False
        self.after[a], self.before[b] = b, a
        self.trail.append(a)
        return True

    def undo(self, mark: int) -> None:
        while len(self.trail) > mark:
            a = self.trail.pop()
            del self.before[self.after.pop(a)]


_COMMUTE = ("add", "multiply", "maximum", "minimum")


class _Search:
    def __init__(
        self, packs: Sequence[Sequence[Instruction]], letters: dict[tuple[str, str], str]
    ) -> None:
        self.packs, self.letters = packs, letters
        self.links = _Links()
        self.best: tuple[int, list[Call], dict[tuple[str, str], tuple[str, str]]] | None = None
        self.tried = 0
        self.calls: list[Call] = []

    def run(self) -> tuple[list[Call], dict[tuple[str, str], tuple[str, str]]]:
        self._pack(0, 0)
        assert self.best is not None
        return self.best[1], self.best[2]

    def _hopeless(self, cost: int, k: int) -> bool:
        if self.best is None:
            return False
        return self.tried > BUDGET or cost + len(self.packs) - k >= self.best[0]

    def _pack(self, k: int, cost: int) -> None:
        if self._hopeless(cost, k):
            return
        if k == len(self.packs):
            self.best = (
                cost,
                [Call(list(c.members), list(c.swapped), list(c.vectors)) for c in self.calls],
                dict(self.links.after),
            )
            return
        self._start(k, list(self.packs[k]), cost)

    def _start(self, k: int, left: list[Instruction], cost: int) -> None:
        """Begin a call with one of the instructions that are left."""
        if not left:
            self._pack(k + 1, cost)
            return
        for position, first in enumerate(left):
            rest = left[:position] + left[position + 1 :]
            if first.operation == "product":
                for vectors, mark in self._vectors(first):
                    self.calls.append(Call([first], [False], vectors))
                    self._grow(k, rest, cost + 2 * len(vectors) - 1)
                    self.calls.pop()
                    self.links.undo(mark)
                    if self._hopeless(cost + 1, k + 1):
                        return
            else:
                for swap in (False, True) if first.operation in _COMMUTE and rest else (False,):
                    self.calls.append(Call([first], [swap]))
                    self._grow(k, rest, cost + 1)
                    self.calls.pop()
            if self._hopeless(cost + 1, k + 1):
                return

    def _vectors(self, product: Instruction) -> Iterator[tuple[list[list[Ref]], int]]:
        """Orders of a product's operands: all side by side, or else as runs of neighbours."""
        refs = [each for each in product.operands if isinstance(each, Ref)]
        orders = permutations(refs) if len(refs) <= 5 else iter([tuple(refs)])
        split = None
        for order in orders:
            mark = len(self.links.trail)
            self.tried += 1
            if all(self.links.join(a, b) for a, b in pairwise(order)):
                yield [list(order)], mark
            self.links.undo(mark)
            split = split or order
        mark = len(self.links.trail)
        runs: list[list[Ref]] = []
        for each in split or ():
            if runs and self.links.join(runs[-1][-1], each):
                runs[-1].append(each)
            else:
                runs.append([each])
        if len(runs) > 1:
            yield runs, mark

    def _grow(self, k: int, left: list[Instruction], cost: int) -> None:
        """Make the last call longer in every way that the links allow; else begin another."""
        self.tried += 1
        call = self.calls[-1]
        for position, each in enumerate(left):
            for swap in (False, True) if each.operation in _COMMUTE else (False,):
                mark = len(self.links.trail)
                if self._fits(call, each, swap):
                    call.members.append(each)
                    call.swapped.append(swap)
                    self._grow(k, left[:position] + left[position + 1 :], cost)
                    call.members.pop()
                    call.swapped.pop()
                self.links.undo(mark)
                if self._hopeless(cost, k + 1):
                    return
        if not left:
            self._pack(k + 1, cost)
        else:
            self._start(k, left, cost)

    def _fits(self, call: Call, new: Instruction, swap: bool) -> bool:
        last, was = call.members[-1], call.swapped[-1]
        if not self.links.join(last.out, new.out):
            return False
        if new.operation == "product":
            return True
        for k in range(len(new.operands)):
            a = last.operands[1 - k] if was else last.operands[k]
            b = new.operands[1 - k] if swap else new.operands[k]
            if isinstance(a, float) or isinstance(b, float):
                if a != b:
                    return False
            elif isinstance(a, Static) or isinstance(b, Static):
                if type(a) is not type(b):
                    return False
            elif (
                a == b
            ):  # one operand for all: they must be as tall as it, and it the same for all before
                if self.letters[a.arena, a.block] != new.letter or any(
                    o != a for o in call.slot(k)
                ):
                    return False
                if any(m.letter != new.letter for m in call.members):
                    return False
            elif (len(call.members) > 1 and call.slot(k)[0] == a) or not self.links.join(a, b):
                return False
        return True


def arrange(
    packs: Sequence[Sequence[Instruction]], letters: dict[tuple[str, str], str]
) -> tuple[list[Call], dict[str, list[str]]]:
    """The calls of a step, and the order of the blocks in each arena.

    `letters` gives every (arena, block) its letter of rows; all of them are placed.
    """
    calls, after = _Search(packs, letters).run()
    orders: dict[str, list[str]] = {}
    followers = set(after.values())
    for first in letters:
        if first in followers:
            continue
        here: tuple[str, str] | None = first
        while here is not None:
            orders.setdefault(here[0], []).append(here[1])
            here = after.get(here)
    return calls, orders
