"""Gradients beside their values, and the shares that they are the sums of.

Printed, every gradient has its shares below it; on a screen the chosen one has, and each other one
is a single line with its bar.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.numerals import percentage
from lstm_viz.terminal.arithmetic import EQUALS, HIDDEN, MARK, around, starred
from lstm_viz.terminal.bars import bar
from lstm_viz.terminal.paper import Paper, lines
from lstm_viz.terminal.rows import Row, chained, clipped
from lstm_viz.terminal.text import aligned, ending, hanging

ARROW = "← "
PERCENT = 8  # columns for "  -100 %"
GAP, NO_PERCENT = Row("  "), Row(" " * PERCENT)


@lines.register
def _(picture: pictures.Sweep, paper: Paper) -> Iterator[Row]:
    sums = picture.gradients
    values = aligned([paper.number(each.value, "") for each in sums])
    numbers = aligned(
        [
            starred(HIDDEN if e.hidden else paper.number(e.gradient, digits=e.digits), e.changed)
            for e in sums
        ]
        + [paper.number(share.value, "", e.digits) for e in sums for share in e.shares]
    )
    totals, rest = numbers[: len(sums)], iter(numbers[len(sums) :])
    columns = _Columns.of(picture, paper, values, totals)
    yield columns.heads()
    groups = []
    for k, (each, value, total) in enumerate(zip(sums, values, totals, strict=True)):
        group = list(columns.total(each, value, total, k == picture.chosen))
        for share in each.shares:
            number = next(rest)
            if picture.chosen in (-1, k) and not each.hidden:
                group += columns.share(share, number, len(each.shares) > 1)
        groups.append(group)
    yield from around(
        groups, max(picture.chosen, 0), paper.sized(paper.width, max(paper.height - 1, 0))
    )


@dataclass(frozen=True)
class _Columns:
    """Where things stand in a sweep: the widths of names, sources, formulas and numbers."""

    paper: Paper
    chosen: bool
    name: int
    source: int
    symbols: int
    value: int
    gradient: int
    largest: float
    beside: bool  # numbers stand beside the symbols, not below

    @classmethod
    def of(
        cls, picture: pictures.Sweep, paper: Paper, values: list[Row], totals: list[Row]
    ) -> _Columns:
        shares = [share for each in picture.gradients for share in each.shares]
        widest = lambda found: max([paper.wide(each) for each in found], default=0)  # noqa: E731
        name = widest((each.name,) for each in picture.gradients) + 2 * (picture.chosen >= 0)
        source, symbols = widest(s.source for s in shares), widest(s.symbols for s in shares)
        value = max(paper.words("value").width, *(each.width for each in values))
        gradient = max(paper.words("gradient").width, *(each.width for each in totals))
        needed = name + len(paper.spell(ARROW)) + source + symbols + gradient + PERCENT + 8
        needed += widest(s.numbers for s in shares)
        known = [abs(e.gradient) for e in picture.gradients if not e.hidden]
        largest = max((each for each in known if each < float("inf")), default=0.0)
        chosen, beside = picture.chosen >= 0, needed <= paper.width
        return cls(paper, chosen, name, source, symbols, value, gradient, largest, beside)

    @cached_property
    def bar(self) -> int:
        """How wide a bar is: none where nothing is chosen, and none on narrow paper."""
        room = (self.paper.width - 46) // 2
        return min(room, 15) if self.chosen and room >= 7 else 0

    def right(
        self, value: Row, total: Row, drawn: Row | None = None, part: Row | None = None
    ) -> Row:
        head = part or NO_PERCENT
        parts = [value.padded(self.value), GAP, total.padded(self.gradient), head.right(PERCENT)]
        if self.bar:
            parts += [GAP, (drawn or Row()).padded(self.bar)]
        return chained(parts)

    def heads(self) -> Row:
        value = self.paper.words("value").right(self.value)
        total = self.paper.words("gradient").right(self.gradient)
        right = self.right(value, total, part=self.paper.words("share"))
        return Row(" " * max(0, self.paper.width - right.width)) + right.stripped()

    def total(self, each: pictures.Gradient, value: Row, total: Row, chosen: bool) -> Iterator[Row]:
        paper = self.paper
        mark = (MARK if chosen else "  ") if self.chosen else ""
        head = _head(mark, each.name, each.title, self.name, paper.encoding)
        drawn = None
        if self.bar and self.largest and not each.hidden:
            top = self.largest
            drawn = bar(each.gradient, -top, top, self.bar, paper, "gradient")
        right = self.right(value, total.styled("reverse") if chosen else total, drawn)
        if self.chosen and head.width + 2 + right.width > paper.width:
            head = clipped(head, self.name)
        yield from ending(head, 0, right, paper.width)

    def share(self, share: pictures.Share, number: Row, several: bool) -> Iterator[Row]:
        paper = self.paper
        part = percentage(share.part) if several else ""
        right = number.padded(self.gradient) + Row(part.rjust(PERCENT), "dim")
        if self.bar:
            signed = math.copysign(share.part, share.value)
            right += Row("  ") + bar(signed, -1.0, 1.0, self.bar, paper, "gradient")
        head = Row(" " * self.name) + Row(paper.spell(ARROW), "dim") + paper.row(share.source)
        symbols = paper.row(share.symbols)
        numbers = EQUALS + paper.row(share.numbers) if share.numbers else Row()
        room = self.name + len(paper.spell(ARROW)) + self.source + 2
        head = head.padded(room)
        beside = (head + symbols).padded(room + self.symbols if self.beside else 0) + Row("  ")
        beside += numbers
        if beside.width + 2 + right.width <= paper.width:
            yield from ending(beside, 0, right, paper.width)
            return
        room = room if paper.width - room >= 30 else self.name + 2
        if self.chosen and head.width + symbols.width + 2 + right.width <= paper.width:
            yield from ending(head + symbols, 0, right, paper.width)
            yield from hanging(Row(), numbers, room, paper.width) if numbers.runs else ()
            return
        yield from hanging(head, symbols, room, paper.width)
        yield from ending(numbers, room, right, paper.width)


@lru_cache(128)
def _head(mark: str, name: pictures.Text, title: str, room: int, encoding: str) -> Row:
    """How a gradient's line begins; the same in every frame."""
    paper = Paper(encoding=encoding)
    named = Row(paper.spell(mark), "bold") + paper.row((name,), "bold")
    return named.padded(room) + GAP + Row(paper.spell(title), "dim")
