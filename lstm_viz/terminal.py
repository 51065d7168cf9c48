"""Pictures as lines of text, with colour where there is a terminal; the only room that knows rich.

paper = Paper(width=80, digits=3)
for line in lines(picture, paper): …          # rich Text, none wider than the paper
show(frames, open_console(), digits=3)        # all of them, a frame after the other
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import singledispatch
from typing import IO, Any

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text as Rich

from lstm_viz import pictures
from lstm_viz.numerals import numeral, point
from lstm_viz.pictures import Expression, Picture
from lstm_viz.theme import LOOKS, spelled

ARROW = "← "
EQUALS = Rich().append("= ", "dim")
PERCENT = 7  # columns for "  100 %"


@dataclass(frozen=True)
class Paper:
    """What is drawn on: so many columns, so many digits, and the encoding that it can carry."""

    width: int = 80
    digits: int = 3
    encoding: str = "utf-8"

    def rich(self, expression: Expression, style: str = "") -> Rich:
        """An expression with its numbers rounded and its quantities coloured."""
        text = Rich()
        for piece in expression:
            written = (
                numeral(piece.value, self.digits)
                if isinstance(piece, pictures.Value)
                else piece.text
            )
            colour = LOOKS[piece.of].colour if piece.of else ""
            text.append(self.say(written), f"{style} {colour}".strip())
        return text

    def say(self, written: str) -> str:
        """The text in characters that the encoding has."""
        return spelled(written, self.encoding)

    def number(self, value: float, style: str = "bold") -> Rich:
        """A rounded number; what is zero or not a number is said quietly."""
        return _styled(numeral(value, self.digits), "dim" if value == 0 else style)


def show(frames: Iterable[Picture], console: Console, digits: int = 3) -> None:
    """Write all frames below each other, each as soon as it is there."""
    paper = Paper(max(console.width, 20), digits, console.encoding)
    for frame in frames:
        if console.color_system is None:
            console.file.write("".join(f"{line.plain.rstrip()}\n" for line in lines(frame, paper)))
        else:
            found = list(lines(frame, paper))
            for line in found:
                line.rstrip()
            console.print(Rich("\n").join(found), soft_wrap=True)


class _Console(Console):
    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def open_console(file: IO[str] | None = None, width: int | None = None, **options: Any) -> Console:
    """A console on standard output, or on a file; in colour only where that is a terminal."""
    return _Console(
        file=file or sys.stdout, width=width, highlight=False, markup=False, emoji=False, **options
    )


@singledispatch
def lines(picture: Any, paper: Paper) -> Iterator[Rich]:
    """The lines of a picture; every kind of picture has its own function below."""
    raise TypeError(f"no way to write a {type(picture).__name__}")


@lines.register
def _(picture: pictures.Stack, paper: Paper) -> Iterator[Rich]:
    for part in picture.parts:
        yield from lines(part, paper)


@lines.register
def _(picture: pictures.Words, paper: Paper) -> Iterator[Rich]:
    style = {"plain": "", "quiet": "dim", "warning": "bold"}[picture.tone]
    yield from _wrapped(paper.rich(picture.text, style), paper.width)


@lines.register
def _(picture: pictures.Title, paper: Paper) -> Iterator[Rich]:
    head = paper.rich((pictures.Text(picture.name),), "bold")
    yield from _wrapped(head + paper.rich((pictures.Text(f"   {picture.what}"),)), paper.width)
    room = max((len(paper.say(label)) for label, _ in picture.facts), default=0) + 2
    for label, expression in picture.facts:
        yield from _hanging(
            _styled(paper.say(label), "dim"), paper.rich(expression), room, paper.width
        )


@lines.register
def _(picture: pictures.Rule, paper: Paper) -> Iterator[Rich]:
    dash = paper.say("─")
    text = (
        _styled(f"{dash * 2} ", "dim")
        + _styled(paper.say(picture.text), "bold")
        + Rich("   ")
        + paper.rich(picture.beside)
    )
    text.rstrip()
    yield Rich()
    *first, last = _wrapped(text, paper.width)
    yield from first
    last.append(
        f" {dash * max(paper.width - last.cell_len - 1, 0)}"[: max(paper.width - last.cell_len, 0)],
        "dim",
    )
    yield last


@lines.register
def _(picture: pictures.Table, paper: Paper) -> Iterator[Rich]:
    rows = [[paper.rich(cell) for cell in row] for row in picture.rows]
    for k in picture.right:
        _align_points([row[k] for row in rows])
    widths = [
        max(len(head), *(row[k].cell_len for row in rows)) for k, head in enumerate(picture.heads)
    ]
    heads = [_styled(paper.say(head), "dim") for head in picture.heads]
    for k in picture.right:
        heads[k].pad_left(widths[k] - heads[k].cell_len)
    room = sum(widths[:-1]) + 2 * (len(widths) - 1)
    room = room if paper.width - room >= 20 or room + widths[-1] <= paper.width else 4
    for row in [heads, *rows] if any(picture.heads) else rows:
        before = Rich()
        for cell, width in zip(row[:-1], widths, strict=False):
            before += _padded(cell, width + 2)
        yield from _hanging(before, row[-1], room, paper.width)


# ---------------------------------------------------------------------------- equations


@lines.register
def _(picture: pictures.Arithmetic, paper: Paper) -> Iterator[Rich]:
    results = [paper.number(line.result) for line in picture.lines]
    _align_points(results)
    rows = [
        (
            paper.rich((line.name,), "bold"),
            EQUALS + paper.rich(line.symbols),
            EQUALS + paper.rich(line.numbers),
            EQUALS + result,
            _styled(paper.say(line.title), "dim"),
        )
        for line, result in zip(picture.lines, results, strict=True)
    ]
    widths = [max(row[k].cell_len for row in rows) for k in range(5)]
    wide = sum(widths) + 8 <= paper.width
    for row in rows:
        if wide:
            yield _in_columns(row, widths)
        else:
            yield from _below(row, widths[0] + 2, paper)


def _below(row: tuple[Rich, ...], room: int, paper: Paper) -> Iterator[Rich]:
    """One line an equation if it fits, else two, the numbers below the symbols, or more."""
    name, symbols, numbers, result, title = row
    edge = paper.width - result.cell_len - 2
    head = _padded(name, room) + symbols
    if head.cell_len + 2 + numbers.cell_len + 3 + title.cell_len <= edge:
        yield _padded(head + "  " + numbers, edge - title.cell_len) + title + "  " + result
        return
    if head.cell_len + 3 + title.cell_len <= edge:
        yield _padded(head, edge - title.cell_len) + title
    else:
        yield from _hanging(name, title, room, paper.width)
        yield from _hanging(Rich(), symbols, room, paper.width)
    yield from _ending(numbers, room, result, result.cell_len, paper.width)


def _ending(text: Rich, indent: int, result: Rich, room: int, width: int) -> Iterator[Rich]:
    """Text after an indent, and the result at the right end of its last line or below it."""
    found = list(_hanging(Rich(), text, indent, width)) if text.cell_len else [Rich()]
    if found[-1].cell_len + 2 + room > width:
        found.append(Rich())
    yield from found[:-1]
    yield _padded(found[-1], width - room) + result


# ---------------------------------------------------------------------------- gradients


@lines.register
def _(picture: pictures.Sweep, paper: Paper) -> Iterator[Rich]:
    values = [paper.number(each.value, "") for each in picture.gradients]
    totals = [paper.number(each.gradient) for each in picture.gradients]
    shares = [[paper.number(s.value, "") for s in each.shares] for each in picture.gradients]
    percents = [
        [f"{100 * s.part:.0f} %" if len(each.shares) > 1 else "" for s in each.shares]
        for each in picture.gradients
    ]
    _align_points(values)
    _align_points([*totals, *(s for group in shares for s in group)])
    columns = _Columns.of(picture, paper, values, totals)
    yield columns.heads(paper)
    for each, value, total, group, parts in zip(
        picture.gradients, values, totals, shares, percents, strict=True
    ):
        yield from columns.total(each, value, total, paper)
        for share, number, part in zip(each.shares, group, parts, strict=True):
            yield from columns.share(share, number, part, paper)


@dataclass(frozen=True)
class _Columns:
    """Where things stand in a sweep: the widths of names, sources, formulas and numbers."""

    name: int
    source: int
    symbols: int
    value: int
    gradient: int
    beside: bool  # numbers stand beside the symbols, not below

    @classmethod
    def of(
        cls, picture: pictures.Sweep, paper: Paper, values: list[Rich], totals: list[Rich]
    ) -> _Columns:
        shares = [share for each in picture.gradients for share in each.shares]
        widest = lambda found: max((paper.rich(each).cell_len for each in found), default=0)  # noqa: E731
        name = widest((each.name,) for each in picture.gradients)
        source, symbols = widest(s.source for s in shares), widest(s.symbols for s in shares)
        value = max(5, *(each.cell_len for each in values))
        gradient = max(8, *(each.cell_len for each in totals))
        needed = (
            name
            + len(paper.say(ARROW))
            + source
            + 2
            + symbols
            + 2
            + 2
            + widest(s.numbers for s in shares)
            + 2
            + gradient
            + PERCENT
        )
        return cls(name, source, symbols, value, gradient, needed <= paper.width)

    def right(self, value: Rich, total: Rich) -> Rich:
        return _padded(value, self.value) + "  " + _padded(total, self.gradient) + " " * PERCENT

    def heads(self, paper: Paper) -> Rich:
        value, gradient = _styled("value", "dim"), _styled("gradient", "dim")
        value.pad_left(self.value - value.cell_len)
        gradient.pad_left(self.gradient - gradient.cell_len)
        right = self.right(value, gradient)
        return Rich(" " * max(0, paper.width - right.cell_len)) + right

    def total(
        self, each: pictures.Gradient, value: Rich, total: Rich, paper: Paper
    ) -> Iterator[Rich]:
        head = (
            _padded(paper.rich((each.name,), "bold"), self.name)
            + "  "
            + _styled(paper.say(each.title), "dim")
        )
        right = self.right(value, total)
        yield from _ending(head, 0, right, right.cell_len, paper.width)

    def share(self, share: pictures.Share, number: Rich, part: str, paper: Paper) -> Iterator[Rich]:
        right = _padded(number, self.gradient) + _styled(part.rjust(PERCENT), "dim")
        head = Rich(" " * self.name) + _styled(paper.say(ARROW), "dim") + paper.rich(share.source)
        symbols = paper.rich(share.symbols)
        numbers = EQUALS + paper.rich(share.numbers) if share.numbers else Rich()
        room = self.name + len(paper.say(ARROW)) + self.source + 2
        head = _padded(head, room)
        beside = _padded(head + symbols, room + self.symbols if self.beside else 0) + "  " + numbers
        if beside.cell_len + 2 + right.cell_len <= paper.width:
            yield from _ending(beside, 0, right, right.cell_len, paper.width)
            return
        room = room if paper.width - room >= 30 else self.name + 2
        yield from _hanging(head, symbols, room, paper.width)
        yield from _ending(numbers, room, right, right.cell_len, paper.width)


# ---------------------------------------------------------------------------- text


def _in_columns(row: Iterable[Rich], widths: list[int]) -> Rich:
    """Cells side by side, two columns apart."""
    return Rich("  ").join(_padded(cell, width) for cell, width in zip(row, widths, strict=True))


def _styled(written: str, style: str) -> Rich:
    """Text in a style of its own, which does not reach what is added to it."""
    return Rich().append(written, style)


def _padded(text: Rich, width: int) -> Rich:
    """A copy that is at least so wide."""
    text = text.copy()
    text.pad_right(max(0, width - text.cell_len))
    return text


def _align_points(numbers: list[Rich]) -> None:
    """Pad numbers so that their decimal points stand below each other and all are as wide."""
    before = max((point(each.plain) for each in numbers), default=0)
    for each in numbers:
        each.pad_left(before - point(each.plain))
    width = max((each.cell_len for each in numbers), default=0)
    for each in numbers:
        each.pad_right(width - each.cell_len)


def _hanging(head: Rich, text: Rich, indent: int, width: int) -> Iterator[Rich]:
    """A head and the text beside it, wrapped so that all of its lines begin at the indent."""
    if head.cell_len > indent:
        yield head
        head = Rich()
    for part in _wrapped(text, max(width - indent, 8)):
        yield _padded(head, indent) + part
        head = Rich()


def _wrapped(text: Rich, width: int) -> list[Rich]:
    """The text in lines of at most so many columns, broken at spaces; a longer word stays whole."""
    if "\n" in text.plain:
        return [line for part in text.split("\n") for line in _wrapped(part, width)]
    if text.cell_len <= width:
        return [text]
    found, start, used, last = [], 0, 0, 0
    for k, letter in enumerate(text.plain):
        used += cell_len(letter)
        if letter == " ":
            last = k
        if used > width and last > start:
            found.append(text[start:last])
            start, used = last + 1, cell_len(text.plain[last + 1 : k + 1])
    return [*found, text[start:]]
