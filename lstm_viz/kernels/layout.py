"""Where blocks of rows lie, so that equal operations on neighbouring blocks become one call.

A step is a list of instructions on blocks (the rows of one quantity). Instructions of one kind that
do not wait for each other form a group. `arrange` looks for an order of all blocks in which as few
packs as possible hold each group: a pack runs as one call, its outputs lie side by side, and its
operands side by side or are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, permutations

from lstm_viz.kernels.instructions import Block, Instruction, Letters, Operand, Pack, Ref, Static

BUDGET = 4000  # how many placements a search may try; the best so far is taken then


class _Links:
    """Which block must follow which; a trail of what was added, to take it back."""

    def __init__(self) -> None:
        self.after: dict[Block, Block] = {}
        self.before: dict[Block, Block] = {}
        self.trail: list[Block] = []

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


COMMUTE = ("add", "multiply", "maximum", "minimum")
Ways = tuple[Instruction, ...]  # an instruction, and with its operands the other way round


def _ways(each: Instruction) -> Ways:
    turned = replace(each, operands=each.operands[::-1])
    return (each, turned) if each.operation in COMMUTE else (each,)


class _Search:
    """Depth first over all packs that a group can be cut into, and all orders within them."""

    def __init__(self, groups: Sequence[Sequence[Instruction]], letters: Letters) -> None:
        self.groups = [[_ways(each) for each in group] for group in groups]
        self.letters, self.links, self.tried = letters, _Links(), 0
        self.best: tuple[int, tuple[Pack, ...], dict[Block, Block]] | None = None

    def run(self) -> tuple[tuple[Pack, ...], dict[Block, Block]]:
        self._group(0, (), 0)
        assert self.best is not None
        return self.best[1:]

    def _hopeless(self, cost: int, k: int) -> bool:
        if self.best is None:
            return False
        return self.tried > BUDGET or cost + len(self.groups) - k >= self.best[0]

    def _group(self, k: int, packs: tuple[Pack, ...], cost: int) -> None:
        if self._hopeless(cost, k):
            return
        if k < len(self.groups):
            self._start(k, packs, self.groups[k], cost)
        else:
            self.best = cost, packs, dict(self.links.after)

    def _start(self, k: int, packs: tuple[Pack, ...], left: list[Ways], cost: int) -> None:
        """Begin a pack with one of the instructions that are left."""
        if not left:
            self._group(k + 1, packs, cost)
        for position, ways in enumerate(left):
            rest = left[:position] + left[position + 1 :]
            if ways[0].operation == "product":
                for vectors, mark in self._vectors(ways[0]):
                    more = 2 * len(vectors) - 1
                    self._grow(k, (*packs, Pack(ways, vectors)), rest, cost + more)
                    self.links.undo(mark)
                    if self._hopeless(cost + 1, k + 1):
                        return
            else:
                for first in ways if rest else ways[:1]:
                    self._grow(k, (*packs, Pack((first,))), rest, cost + 1)
            if self._hopeless(cost + 1, k + 1):
                return

    def _grow(self, k: int, packs: tuple[Pack, ...], left: list[Ways], cost: int) -> None:
        """Make the last pack longer in every way that the links allow; else begin another."""
        self.tried += 1
        *done, pack = packs
        for position, ways in enumerate(left):
            for each in ways:
                mark = len(self.links.trail)
                if self._fits(pack, each):
                    longer = Pack((*pack.members, each), pack.vectors)
                    rest = left[:position] + left[position + 1 :]
                    self._grow(k, (*done, longer), rest, cost)
                self.links.undo(mark)
                if self._hopeless(cost, k + 1):
                    return
        self._start(k, packs, left, cost)

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

    def _fits(self, pack: Pack, new: Instruction) -> bool:
        last = pack.members[-1]
        if not self.links.join(last.out, new.out):
            return False
        if new.operation == "product":
            return True
        return all(self._fit(pack, k, last.operands[k], new) for k in range(len(new.operands)))

    def _fit(self, pack: Pack, k: int, a: Operand, new: Instruction) -> bool:
        b = new.operands[k]
        if not (isinstance(a, Ref) and isinstance(b, Ref)):
            return a == b or (isinstance(a, Static) and isinstance(b, Static))
        if a != b:  # neighbours, unless one has been the same for all so far
            shared = len(pack.members) > 1 and pack.slot(k)[0] == a
            return not shared and self.links.join(a, b)
        # one for all: they must be as tall as it, and it the same for all before
        tall = {self.letters[a.arena, a.block], new.letter, *(m.letter for m in pack.members)}
        return len(tall) == 1 and all(each == a for each in pack.slot(k))


def arrange(
    groups: Sequence[Sequence[Instruction]], letters: Letters
) -> tuple[tuple[Pack, ...], dict[str, list[str]]]:
    """The packs of a step, and the order of the blocks in each arena.

    `letters` gives every (arena, block) its letter of rows; all of them are placed.
    """
    packs, after = _Search(groups, letters).run()
    orders: dict[str, list[str]] = {}
    followers = set(after.values())
    for first in letters:
        if first in followers:
            continue
        here: Block | None = first
        while here is not None:
            orders.setdefault(here[0], []).append(here[1])
            here = after.get(here)
    return packs, orders
