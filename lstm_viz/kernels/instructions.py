"""A step as instructions on blocks of rows, and which of them can run at the same time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lstm_viz.equations.tree import Tree


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
Block = tuple[str, str]  # an arena and a block in it
Letters = dict[Block, str]  # of the rows of each block


@dataclass(frozen=True)
class Instruction:
    """`out = operation(operands)`; for "product" the factors are matrices beside their vectors."""

    operation: str
    out: Ref
    operands: tuple[Operand, ...]
    factors: tuple[Tree, ...] = ()
    letter: str = ""
    sigmoid: tuple[Operand, float] | None = None  # the last of a sigmoid's: scaled so, it is of −v

    @property
    def kind(self) -> tuple[Any, ...]:
        """What instructions must share to become one call."""
        if self.operation == "product":
            return ("product", frozenset(self.operands))
        slots = tuple(
            each.arena if isinstance(each, Ref) else "static" if isinstance(each, Static) else each
            for each in self.operands
        )
        return (self.operation, self.out.arena, slots)


@dataclass(frozen=True)
class Pack:
    """Instructions that run as one: their outputs and operands are neighbours, in this order."""

    members: tuple[Instruction, ...]
    vectors: Sequence[Sequence[Ref]] = ()  # of a product: its operands, in runs of neighbours

    def slot(self, k: int) -> list[Operand]:
        """The k-th operand of each member."""
        return [member.operands[k] for member in self.members]


def schedule(instructions: Sequence[Instruction]) -> list[list[Instruction]]:
    """Groups of instructions of one kind, in an order in which all is there when needed."""
    waits: list[set[int]] = []
    writer: dict[Ref, int] = {}
    for k, each in enumerate(instructions):
        needed = {
            writer[r] for r in (*each.operands, each.out) if isinstance(r, Ref) and r in writer
        }
        waits.append(needed.union(*(waits[n] for n in needed)))
        writer[each.out] = k
    left, groups = set(range(len(instructions))), []
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
        groups.append([instructions[k] for k in ready[kind]])
        left -= set(ready[kind])
    return groups
