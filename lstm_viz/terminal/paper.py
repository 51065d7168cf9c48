"""What pictures are drawn on, and the pictures that are words: titles, rules, tables, stacks.

    for row in lines(picture, Paper(width=80)): …

`lines` is one function a kind of picture; each gives rows that are no wider than the paper. Where
the paper has a height, whatever can stretch (a list with a chosen line, a plot) fills what is left.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, singledispatch
from itertools import pairwise
from typing import Any

from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.kinds import Expression, Picture
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.pictures.numerals import DIGITS, numeral
from lstm_viz.pictures.theme import colour_of, spelled
from lstm_viz.terminal.rows import Row, chained, clipped, columns
from lstm_viz.terminal.text import hanging, wrapped

STYLES = {"plain": "", "quiet": "dim", "warning": "bold", "strong": "bold", "headline": "bold"}
LEAST_ROWS = 9  # that are left for each of those that stretch and are still to come
WIDEST = 6  # columns for a step
BETWEEN = 3  # columns between pictures next to each other


@dataclass(frozen=True)
class Paper:
    """So many columns (and rows, or 0 for as many as it takes), digits, and an encoding.

    `colours` says whether colour may carry what characters then need not. `sides` are the columns
    left and right of plots that share one axis of time, `step` those of a step with its number;
    0 where there is no room for numbers.
    """

    width: int = 80
    digits: int = DIGITS
    encoding: str = "utf-8"
    height: int = 0
    colours: bool = False
    say: Language = ENGLISH
    sides: tuple[int, int] | None = None
    step: int = 0

    def sized(self, width: int, height: int) -> Paper:
        """The same paper in another size."""
        told = self.digits, self.encoding, height, self.colours, self.say, self.sides, self.step
        return Paper(width, *told)

    def across(self, count: int) -> int:
        """How many columns so many steps take between the `sides`: all there are, as a rule."""
        left, right = self.sides or (0, 0)
        return min(max(self.width - left - right, 8), count * WIDEST)

    def row(self, expression: Expression, style: str = "") -> Row:
        """An expression with its numbers rounded and its quantities coloured."""
        return Row.of([(self._written(piece), _styled(style, piece.of)) for piece in expression])

    def wide(self, expression: Expression) -> int:
        """How many columns an expression takes."""
        return columns("".join([self._written(piece) for piece in expression]))

    def _written(self, piece: pictures.Text | pictures.Value) -> str:
        if isinstance(piece, pictures.Value):
            return numeral(piece.value, max(self.digits, piece.digits))
        return piece.text if piece.text.isascii() else self.spell(piece.text)

    def words(self, english: str, style: str = "dim") -> Row:
        """Words of our own, in the language of the paper."""
        return Row(self.spell(self.say(english)), style)

    def spell(self, written: str) -> str:
        """The text in characters that the encoding has."""
        return spelled(written, self.encoding)

    def carries(self, glyphs: str) -> bool:
        """Whether these characters can be drawn as they are."""
        return spelled(glyphs, self.encoding) == glyphs

    def number(self, value: float, style: str = "bold", digits: int = 0) -> Row:
        """A rounded number, with at least so many digits; what is zero is said quietly."""
        return Row(numeral(value, max(self.digits, digits)), "dim" if value == 0 else style)


@cache
def _styled(style: str, of: str) -> str:
    """The style with the colour of a kind of quantity, if it is one."""
    return f"{style} {colour_of(of)}".strip()


@singledispatch
def lines(picture: Any, paper: Paper) -> Iterator[Row]:
    """The lines of a picture; every kind of picture has a function of its own."""
    raise TypeError(f"no way to write a {type(picture).__name__}")


@singledispatch
def sides(picture: Any, paper: Paper) -> tuple[int, int]:
    """How many columns a picture over time needs left and right of its plot."""
    return 0, 0


@singledispatch
def with_number(picture: Any, paper: Paper) -> int:
    """How many columns of a step its numbers need; 0 where it has none, or too many steps."""
    return 0


def stretches(picture: Picture) -> bool:
    """Whether a picture can fill more rows, or do with fewer."""
    match picture:
        case pictures.Stack(parts) | pictures.Beside(parts):
            return any(map(stretches, parts))
        case pictures.Arithmetic() | pictures.Sweep():
            return picture.chosen >= 0
    return isinstance(
        picture, pictures.Curves | pictures.Areas | pictures.Landscape | pictures.Wiring
    )


def least(picture: Picture) -> int:
    """How many rows a picture that stretches would have; a wiring so many that no nodes touch."""
    if not isinstance(picture, pictures.Wiring):
        return LEAST_ROWS
    heights: dict[float, list[float]] = {}
    for node in picture.nodes:
        heights.setdefault(round(node.x, 3), []).append(node.y)
    gaps = [b - a for column in heights.values() for a, b in pairwise(sorted(column))]
    return max(LEAST_ROWS, 2 + math.ceil(2 / min(gaps, default=1.0)))


@lines.register
def _(picture: pictures.Stack, paper: Paper) -> Iterator[Row]:
    if picture.in_step:
        needed = [sides(part, paper) for part in picture.parts]
        both = max(n[0] for n in needed), max(n[1] for n in needed)
        widths = [with_number(part, replace(paper, sides=both)) for part in picture.parts]
        paper = replace(paper, sides=both, step=max(widths))
    free = paper.sized(paper.width, 0)
    if not paper.height:
        for part in picture.parts:
            yield from lines(part, free)
        return
    fixed = [None if stretches(part) else list(lines(part, free)) for part in picture.parts]
    left = paper.height - sum(len(rows) for rows in fixed if rows is not None)
    if any(isinstance(p, pictures.Wiring) and left < least(p) for p in picture.parts):
        for k, part in enumerate(picture.parts):  # it needs the rows of what is said aside
            if isinstance(part, pictures.Words) and part.tone == "quiet":
                left, fixed[k] = left + len(fixed[k] or ()), []
    waiting = [part for part, rows in zip(picture.parts, fixed, strict=True) if rows is None]
    for part, rows in zip(picture.parts, fixed, strict=True):
        if rows is None:
            waiting = waiting[1:]
            rows = _stretched(part, waiting, left, paper)
            left -= len(rows)
        yield from rows


def _stretched(part: Picture, waiting: list[Picture], left: int, paper: Paper) -> list[Row]:
    """A part in the rows that are left, with room for those that are still to come."""
    rows: list[Row] = []
    wanted = min(sum(map(least, waiting)), left - LEAST_ROWS)
    for kept in dict.fromkeys((LEAST_ROWS * len(waiting), wanted)):
        rows = list(lines(part, paper.sized(paper.width, max(left - kept, 4))))
        if left - len(rows) >= wanted:
            break
    return rows


@lines.register
def _(picture: pictures.Beside, paper: Paper) -> Iterator[Row]:
    shares = picture.widths or (1,) * len(picture.parts)
    room = paper.width - BETWEEN * (len(shares) - 1)
    room -= room % len(shares) if len(set(shares)) == 1 else 0  # what is alike is as wide
    ends = [room * sum(shares[:k]) // sum(shares) for k in range(len(shares) + 1)]
    widths = [end - start for start, end in pairwise(ends)]
    drawn = [
        list(lines(part, paper.sized(width, paper.height)))
        for part, width in zip(picture.parts, widths, strict=True)
    ]
    empty, gap = Row(), Row(" " * BETWEEN)
    for k in range(max(map(len, drawn))):
        parts: list[Row] = []
        for rows, width in zip(drawn, widths, strict=True):
            parts += [gap] if parts else []
            parts.append(clipped(rows[k] if k < len(rows) else empty, width))
        yield chained(parts).stripped()


@lines.register
def _(picture: pictures.Words, paper: Paper) -> Iterator[Row]:
    text = picture.text if picture.typed is None else picture.typed
    rows = wrapped(paper.row(text, STYLES[picture.tone]), paper.width)
    kept = len(wrapped(paper.row(picture.room), paper.width)) if picture.room else 0
    yield from rows + [Row()] * (max(kept, picture.rows) - len(rows))


@lines.register
def _(picture: pictures.Title, paper: Paper) -> Iterator[Row]:
    head = paper.row((pictures.Text(picture.name),), "bold")
    yield from wrapped(head + paper.row((pictures.Text(f"   {picture.what}"),)), paper.width)
    labels = [Row(paper.spell(label), "dim") for label, _ in picture.facts]
    room = max((label.width for label in labels), default=0) + 2
    for label, (_, expression) in zip(labels, picture.facts, strict=True):
        yield from hanging(label, paper.row(expression), room, paper.width)


@lines.register
def _(picture: pictures.Rule, paper: Paper) -> Iterator[Row]:
    dash = paper.spell("─")
    text = (
        Row(f"{dash * 2} ", "dim")
        + Row(paper.spell(picture.text), "bold")
        + Row("   ")
        + paper.row(picture.beside)
    ).stripped()
    yield Row()
    *first, last = wrapped(text, paper.width)
    yield from first
    left = max(paper.width - last.width, 0)
    yield last + Row(f" {dash * left}"[:left], "dim")
