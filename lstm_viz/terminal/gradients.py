"""Gradients beside their values, and the shares that they are the sums of.

Printed, every gradient has its shares below it; on a screen the chosen one has, and each other one
is a single line with its bar.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.numerals import percentage, power_of_ten
from lstm_viz.terminal.arithmetic import (
    EQUALS,
    HIDDEN,
    MARK,
    aligned_with,
    fitting,
    kind_of,
    number_width,
    rows_for,
    starred,
    widest_of,
    widths_of_kinds,
)
from lstm_viz.terminal.bars import by_size
from lstm_viz.terminal.paper import Paper, lines
from lstm_viz.terminal.rows import Row, chained, clipped, columns
from lstm_viz.terminal.text import ending, hanging

ARROW = "← "
LEAST_INDENT = 4  # columns, where what is indented as far as the others has no room
PERCENT = 8  # columns for "  -100 %"
LEAST_BAR, WIDEST_BAR = 14, 64
TITLES = 29  # columns that bars leave to what quantities are called, if they can
GAP, NO_PERCENT = Row("  "), Row(" " * PERCENT)


@lines.register
def _(picture: pictures.Sweep, paper: Paper) -> Iterator[Row]:
    sums = picture.gradients
    values = aligned_with([paper.number(e.value, "") for e in sums], picture.room, paper)
    numbers = aligned_with(
        [
            starred(HIDDEN if e.hidden else paper.number(e.gradient, digits=e.digits), e.changed)
            for e in sums
        ]
        + [paper.number(share.value, "", e.digits) for e in sums for share in e.shares],
        picture.room,
        paper,
    )
    totals, rest = numbers[: len(sums)], iter(numbers[len(sums) :])
    columns = _Columns.of(picture, paper, values, totals)
    yield columns.heads()
    groups = []
    for k, (each, value, total) in enumerate(zip(sums, values, totals, strict=True)):
        group = list(columns.total(each, value, total, k == picture.chosen))
        several = sum(not share.absent for share in each.shares) > 1
        for share in each.shares:
            number = next(rest)
            if picture.chosen in (-1, k) and not each.hidden:
                group += columns.share(share, number, several)
        groups.append(group)
    chosen = max(picture.chosen, 0)
    there = [share for share in sums[chosen].shares if not share.absent] if sums else []
    pieces = [piece for share in there for piece in share.source]
    sources = {piece.text for piece in pieces if isinstance(piece, pictures.Text)}
    wanted = [k for k, each in enumerate(sums) if each.name.text in sources]
    below = paper.sized(paper.width, max(paper.height - 1, 0))
    yield from fitting(groups, chosen, wanted, below)


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
    ends: tuple[float, float]  # of the bars
    beside: bool  # numbers stand beside the symbols, not below
    titles: dict[str, int]  # how wide the titles of a kind are

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
        needed += max([widest_of(s.numbers, paper) for s in shares], default=0)
        chosen, beside = picture.chosen >= 0, needed <= paper.width
        ends = picture.low, picture.high
        titles = widths_of_kinds((each.title for each in picture.gradients), paper)
        return cls(paper, chosen, name, source, symbols, value, gradient, ends, beside, titles)

    @cached_property
    def bar(self) -> int:
        """How wide a bar is: none where nothing is chosen, and none on narrow paper."""
        if not self.chosen or self.ends[0] >= self.ends[1]:
            return 0
        room = self.paper.width - self.name - self.value - self.gradient - PERCENT - 3 * GAP.width
        least, usual = min(room, LEAST_BAR), (room - TITLES)
        return min(max(least, usual), WIDEST_BAR) if least >= 7 else 0

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
        right = self.right(value, total, self.scale(), self.paper.words("share"))
        return Row(" " * max(0, self.paper.width - right.width)) + right.stripped()

    def scale(self) -> Row:
        """The ends of the bars, and that they are logarithmic."""
        if not self.bar:
            return Row()
        low, high = (power_of_ten(each) for each in self.ends)
        words = self.paper.words("log")
        free = self.bar - len(low) - len(high) - words.width
        if free < 2:
            return Row(low.ljust(self.bar - len(high)) + high, "dim")
        return (
            Row(low + " " * (free // 2), "dim")
            + words
            + Row(" " * (free - free // 2) + high, "dim")
        )

    def total(self, each: pictures.Gradient, value: Row, total: Row, chosen: bool) -> Iterator[Row]:
        paper = self.paper
        mark = (MARK if chosen else "  ") if self.chosen else ""
        head = _head(mark, each.name, each.title, self.name, paper.encoding)
        drawn = None
        if self.bar and not each.hidden:
            drawn = by_size(each.gradient, *self.ends, self.bar, paper, "gradient")
        right = self.right(value, total.styled("reverse") if chosen else total, drawn)
        title = self.titles[kind_of(each.title)]
        if self.chosen and self.name + GAP.width + title + 2 + right.width > paper.width:
            head = clipped(head, self.name)
        yield from ending(head, 0, right, paper.width)

    def share(self, share: pictures.Share, number: Row, several: bool) -> Iterator[Row]:
        """Where a share comes from, its formula, its numbers; in as many rows at every step."""
        paper = self.paper
        part = percentage(share.part) if several else ""
        right = number.padded(self.gradient) + Row(part.rjust(PERCENT), "dim")
        if self.bar:
            right += Row("  ") + by_size(share.value, *self.ends, self.bar, paper, "gradient")
        arrow = len(paper.spell(ARROW))
        start = self.name if self.name + arrow + self.source <= paper.width else LEAST_INDENT
        head = Row(" " * start) + Row(paper.spell(ARROW), "dim") + paper.row(share.source)
        symbols = paper.row(share.symbols)
        numbers = EQUALS + paper.row(share.numbers) if share.numbers else Row()
        room = start + arrow + self.source + 2
        head = head.padded(room)
        beside = (head + symbols).padded(room + self.symbols if self.beside else 0) + Row("  ")
        free = paper.width - 2 - right.width
        wide = numbers.width
        if self.chosen and numbers.runs:
            wide = max(wide, EQUALS.width + widest_of(share.numbers, paper))
        longest = max([number_width(paper), *map(columns, symbols.plain.split())])
        indents = [room] * (paper.width - room >= 30) + [self.name + 2]
        room = next((k for k in indents if paper.width - k >= longest), LEAST_INDENT)
        rows, kept = list(ending(beside + numbers, 0, right, paper.width)), 1
        if beside.width + wide > free and self.chosen and head.width + symbols.width <= free:
            rows = list(ending(head + symbols, 0, right, paper.width))
            rows += hanging(Row(), numbers, room, paper.width) if numbers.runs else ()
            kept = 1 + bool(numbers.runs) * rows_for(wide, paper.width - room, paper)
        elif beside.width + wide > free:
            rows = list(hanging(head, symbols, room, paper.width))
            below = rows_for(wide, paper.width - room, paper)
            kept = len(rows) + (below + (room + wide > free)) * self.chosen
            rows += ending(numbers, room, right, paper.width)
        yield from [] if share.absent else rows
        yield from [Row()] * (max(kept, len(rows)) - (0 if share.absent else len(rows)))


@lru_cache(128)
def _head(mark: str, name: pictures.Text, title: str, room: int, encoding: str) -> Row:
    """How a gradient's line begins; the same in every frame."""
    paper = Paper(encoding=encoding)
    named = Row(paper.spell(mark), "bold") + paper.row((name,), "bold")
    return named.padded(room) + GAP + Row(paper.spell(title), "dim")
