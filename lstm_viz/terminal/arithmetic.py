"""Equations with their numbers.

Printed, every equation has its numbers put in. On a screen one is chosen: it has them, and each
other one is a single line with its result and, where there is room, its bar.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.kinds import Text
from lstm_viz.pictures.numerals import numeral
from lstm_viz.terminal.bars import bar
from lstm_viz.terminal.paper import Paper, lines
from lstm_viz.terminal.rows import Row, chained, columns
from lstm_viz.terminal.text import WIDE_NUMBER, aligned, ending, hanging, in_columns, room_for

EQUALS = Row("= ", "dim")
HIDDEN = Row("?", "bold reverse")
MARK, STAR = "▸ ", Row("*", "bold")
NARROWEST, WIDEST = 9, 64  # columns of a bar
LEAST_TITLE = 12  # columns: of `was -6.38e-5`, which stands there too


@lines.register
def _(picture: pictures.Arithmetic, paper: Paper) -> Iterator[Row]:
    results = aligned_with(
        [starred(HIDDEN if e.hidden else paper.number(e.result), e.changed) for e in picture.lines],
        picture.room,
        paper,
    )
    if picture.chosen >= 0:
        yield from _chosen_equation(picture, results, paper)
        return
    rows = [
        (
            paper.row((line.name,), "bold"),
            EQUALS + paper.row(line.symbols),
            EQUALS + paper.row(line.numbers),
            EQUALS + result,
            Row(paper.spell(line.title), "dim"),
        )
        for line, result in zip(picture.lines, results, strict=True)
    ]
    widths = [max(row[k].width for row in rows) for k in range(5)]
    for row in rows:
        if sum(widths) + 8 <= paper.width:
            yield in_columns(row, widths)
        else:
            yield from _below(row, widths[0] + 2, paper)


def aligned_with(numbers: list[Row], room: tuple[float, ...], paper: Paper) -> list[Row]:
    """Numbers below each other, in a column that has room for these others, changed, too.

    And for such as come in their place when something is held.
    """
    others = [starred(paper.number(each), True) for each in room_for(room)]
    return aligned([*numbers, *others])[: len(numbers)]


def starred(number: Row, changed: bool) -> Row:
    """The number, with a star after it where it has changed."""
    return number + STAR if changed else number


def _below(row: tuple[Row, ...], room: int, paper: Paper) -> Iterator[Row]:
    """One line an equation if it fits, else two, the numbers below the symbols, or more."""
    name, symbols, numbers, result, title = row
    edge = paper.width - result.width - 2
    head = name.padded(room) + symbols
    if head.width + 2 + numbers.width + 3 + title.width <= edge:
        yield (head + Row("  ") + numbers).padded(edge - title.width) + title + Row("  ") + result
        return
    if head.width + 3 + title.width <= edge:
        yield head.padded(edge - title.width) + title
    else:
        yield from hanging(name, title, room, paper.width)
        yield from hanging(Row(), symbols, room, paper.width)
    yield from ending(numbers, room, result, paper.width)


# ---------------------------------------------------------------------------- one of them chosen


def _chosen_equation(
    picture: pictures.Arithmetic, results: list[Row], paper: Paper
) -> Iterator[Row]:
    """Every equation with its result and bar; below the chosen one the numbers put in."""
    names = [paper.row((each.name,), "bold") for each in picture.lines]
    columns = _Listed.of(picture, paper, names, results)
    groups = [
        list(columns.equation(each, name, result, k == picture.chosen))
        for k, (each, name, result) in enumerate(zip(picture.lines, names, results, strict=True))
    ]
    chosen = min(picture.chosen, len(groups) - 1)
    line = picture.lines[chosen]
    used = {piece.text for piece in line.room[0] or line.symbols if isinstance(piece, Text)}
    wanted = [k for k, each in enumerate(picture.lines) if each.name.text in used]
    yield from fitting(groups, chosen, wanted, paper)


def kind_of(title: str) -> str:
    """What titles of one kind have in common, such as those of gates: how they end."""
    return title[-4:]


def widths_of_kinds(titles: Iterable[str], paper: Paper) -> dict[str, int]:
    """How wide the titles of each kind are: where one has no room, none of its kind is shown."""
    found: dict[str, int] = {}
    for title in titles:
        width = columns(paper.spell(title))
        found[kind_of(title)] = max(width, found.get(kind_of(title), 0))
    return found


@dataclass(frozen=True)
class _Listed:
    """Where things stand in a list of equations: name = symbols, result, bar, title."""

    paper: Paper
    name: int
    symbols: int
    result: int
    bar: int
    titles: dict[str, int]  # how wide the titles of a kind are

    @classmethod
    def of(
        cls, picture: pictures.Arithmetic, paper: Paper, names: list[Row], results: list[Row]
    ) -> _Listed:
        name = max(each.width for each in names) + 1
        result = results[0].width
        written = [
            _symbols(s.room[0] or s.symbols, "", paper.digits, paper.encoding)
            for s in picture.lines
        ]
        room = paper.width - 2 - name - result - 2
        barred = [each.low < each.high for each in picture.lines]
        symbols = min(max([each.width for each in written]), room)
        with_bar = [each.width for each, has in zip(written, barred, strict=True) if has]
        if room - symbols - 2 < NARROWEST and max(with_bar, default=room) <= room - 2 - NARROWEST:
            symbols = max(with_bar)  # a long one, without a bar, juts out
        left = room - symbols - 2
        titles = [
            columns(paper.spell(each.title)) for each in picture.lines if each.low < each.high
        ]
        title = max([LEAST_TITLE, *titles])
        width = min(left - title - 2 if left - title - 2 >= NARROWEST else left, WIDEST)
        kinds = widths_of_kinds((each.title for each in picture.lines), paper)
        width = width if width >= NARROWEST and any(barred) else 0
        return cls(paper, name, symbols, result, width, kinds)

    def equation(self, line: pictures.Line, name: Row, result: Row, chosen: bool) -> Iterator[Row]:
        paper = self.paper
        mark = Row(paper.spell(MARK), "bold") if chosen else Row("  ")
        style = "bold" if chosen else ""
        symbols = _symbols(line.symbols, style, paper.digits, paper.encoding)
        end = Row("  ") + (result.styled("bold reverse") if chosen else result)
        if self.bar and line.low < line.high:
            drawn = bar(line.result, line.low, line.high, self.bar, paper, line.name.of)
            end += Row("  ") + (Row(" " * self.bar) if line.hidden else drawn)
        title = Row(paper.spell(line.title), "dim")
        head = mark + name.padded(self.name)
        room = 2 + self.name + self.symbols
        if symbols.width > self.symbols:
            hang = head.width + EQUALS.width
            hang = hang if 2 * hang <= paper.width else 4
            yield from ending(head + symbols, 0, end, max(paper.width, end.width), hang)
        else:
            start = (head + symbols).padded(room) + end
            fits = start.width + 2 + self.titles[kind_of(line.title)] <= paper.width
            yield chained((start, Row("  "), title)) if fits else start
        if chosen:
            yield from self._numbers(line, result)

    def _numbers(self, line: pictures.Line, result: Row) -> Iterator[Row]:
        rows: list[Row] = []
        paper = self.paper
        widest = widest_of(line.room[1] or line.numbers, paper) + number_width(paper) + 4
        indent = 2 + self.name
        if indent + widest > paper.width:
            indent = 4
        if line.numbers:
            numbers = EQUALS + paper.row(line.numbers, "bold")
            shown = HIDDEN if line.hidden else Row(result.plain.strip(" *"), result.runs[-1][1])
            text = numbers + Row("  ") + EQUALS + shown
            rows = list(hanging(Row(), text, indent, paper.width))
        yield from rows
        yield from [Row()] * (rows_for(widest, paper.width - indent, paper) - len(rows))


def number_width(paper: Paper) -> int:
    """The columns that a number takes at most, but for a few."""
    return len(numeral(WIDE_NUMBER, paper.digits))


def widest_of(numbers: pictures.Expression, paper: Paper) -> int:
    """The columns of the numbers in an equation, were each as wide as a number can be."""
    words = "".join(piece.text for piece in numbers if isinstance(piece, Text))
    count = sum(not isinstance(piece, Text) for piece in numbers)
    bare = columns(words.replace("(", "").replace(")", ""))  # they come and go with signs
    return bare + count * (number_width(paper) + 2)


def rows_for(widest: int, room: int, paper: Paper) -> int:
    """How many rows so wide a text takes, which may break at any of its numbers."""
    return 1 if widest <= room else -(-widest // max(room - number_width(paper) // 2, 8))


@lru_cache(256)
def _symbols(symbols: pictures.Expression, style: str, digits: int, encoding: str) -> Row:
    """An equation's right side; the same in every frame."""
    return EQUALS + Paper(digits=digits, encoding=encoding).row(symbols, style)


def fitting(
    groups: list[list[Row]], chosen: int, wanted: Collection[int], paper: Paper
) -> Iterator[Row]:
    """As many groups of rows as the paper is high: the chosen one, the wanted, those nearest to it.

    How many are left out stands below them, and below that the rows that other steps need.
    """
    if not paper.height or sum(map(len, groups)) <= paper.height:
        yield from (row for group in groups for row in group)
        return
    spare = sum(not row.plain.strip() for row in groups[chosen])  # rows that other steps need
    full = 1 + sum(len(groups[k]) for k in {chosen, *wanted})
    if 0 < full - paper.height <= spare:  # what it is made of is more
        groups[chosen] = groups[chosen][: len(groups[chosen]) - spare]
    shown, left = {chosen}, paper.height - 1 - len(groups[chosen])
    nearest = sorted(range(len(groups)), key=lambda k: (k not in wanted, abs(k - chosen)))
    for k in nearest:
        if k not in shown and len(groups[k]) <= left:
            shown.add(k)
            left -= len(groups[k])
    rows = [row for k in sorted(shown) for row in groups[k]]
    blank = next(k for k, row in enumerate(reversed(rows)) if row.plain.strip())
    yield from rows[: len(rows) - blank]
    yield Row(f"  {paper.spell('⋮')} {len(groups) - len(shown)} ", "dim") + paper.words("more")
    yield from rows[len(rows) - blank :]
