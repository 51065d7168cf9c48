"""Where blocks of rows lie, so that equal operations on neighbouring blocks become one call.

A step is a list of instructions on blocks (the rows of one quantity). Instructions of one kind that
do not wait for each other form a group. `arrange` looks for an order of all blocks in which as few
packs as possible hold each group: a pack runs as one call, its outputs lie side by side, and its
operands side by side or are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, permutations

from lstm_viz.kernels.instructions import Instruction, Pack, Ref, Static

BUDGET = 4000  # how many placements a search may try; the best so far is taken then


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
        self, groups: Sequence[Sequence[Instruction]], letters: dict[tuple[str, str], str]
    ) -> None:
        self.groups, self.letters = groups, letters
        self.links = _Links()
        self.best: tuple[int, list[Pack], dict[tuple[str, str], tuple[str, str]]] | None = None
        self.tried = 0
        self.packs: list[Pack] = []

    def run(self) -> tuple[list[Pack], dict[tuple[str, str], tuple[str, str]]]:
        self._group(0, 0)
        assert self.best is not None
        return self.best[1], self.best[2]

    def _hopeless(self, cost: int, k: int) -> bool:
        if self.best is None:
            return False
        return self.tried > BUDGET or cost + len(self.groups) - k >= self.best[0]

    def _group(self, k: int, cost: int) -> None:
        if self._hopeless(cost, k):
            return
        if k == len(self.groups):
            self.best = (
                cost,
                [Pack(list(c.members), list(c.swapped), list(c.vectors)) for c in self.packs],
                dict(self.links.after),
            )
            return
        self._start(k, list(self.groups[k]), cost)

    def _start(self, k: int, left: list[Instruction], cost: int) -> None:
        """Begin a pack with one of the instructions that are left."""
        if not left:
            self._group(k + 1, cost)
            return
        for position, first in enumerate(left):
            rest = left[:position] + left[position + 1 :]
            if first.operation == "product":
                for vectors, mark in self._vectors(first):
                    self.packs.append(Pack([first], [False], vectors))
                    self._grow(k, rest, cost + 2 * len(vectors) - 1)
                    self.packs.pop()
                    self.links.undo(mark)
                    if self._hopeless(cost + 1, k + 1):
                        return
            else:
                for swap in (False, True) if first.operation in _COMMUTE and rest else (False,):
                    self.packs.append(Pack([first], [swap]))
                    self._grow(k, rest, cost + 1)
                    self.packs.pop()
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
        """Make the last pack longer in every way that the links allow; else begin another."""
        self.tried += 1
        pack = self.packs[-1]
        for position, each in enumerate(left):
            for swap in (False, True) if each.operation in _COMMUTE else (False,):
                mark = len(self.links.trail)
                if self._fits(pack, each, swap):
                    pack.members.append(each)
                    pack.swapped.append(swap)
                    self._grow(k, left[:position] + left[position + 1 :], cost)
                    pack.members.pop()
                    pack.swapped.pop()
                self.links.undo(mark)
                if self._hopeless(cost, k + 1):
                    return
        if not left:
            self._group(k + 1, cost)
        else:
            self._start(k, left, cost)

    def _fits(self, pack: Pack, new: Instruction, swap: bool) -> bool:
        last, was = pack.members[-1], pack.swapped[-1]
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
            elif a == b:  # one for all: they must be as tall as it, and it the same for all before
                if self.letters[a.arena, a.block] != new.letter or any(
                    o != a for o in pack.slot(k)
                ):
                    return False
                if any(m.letter != new.letter for m in pack.members):
                    return False
            elif (len(pack.members) > 1 and pack.slot(k)[0] == a) or not self.links.join(a, b):
                return False
        return True


def arrange(
    groups: Sequence[Sequence[Instruction]], letters: dict[tuple[str, str], str]
) -> tuple[list[Pack], dict[str, list[str]]]:
    """The packs of a step, and the order of the blocks in each arena.

    `letters` gives every (arena, block) its letter of rows; all of them are placed.
    """
    packs, after = _Search(groups, letters).run()
    orders: dict[str, list[str]] = {}
    followers = set(after.values())
    for first in letters:
        if first in followers:
            continue
        here: tuple[str, str] | None = first
        while here is not None:
            orders.setdefault(here[0], []).append(here[1])
            here = after.get(here)
    return packs, orders
