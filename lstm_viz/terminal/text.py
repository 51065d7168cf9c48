"""Lines wrapped, aligned and put into columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lstm_viz.pictures.breaks import may_break
from lstm_viz.pictures.numerals import point
from lstm_viz.terminal.rows import Row, columns

WIDE_NUMBER, ROUNDED = -0.0012345, 1.2345e-17  # as wide as most can be; as of 0.3 - 0.1 - 0.2
WITHIN = ",;"  # after these a list that has no room in a line is broken


def in_columns(row: Iterable[Row], widths: list[int]) -> Row:
    """Cells side by side, two columns apart."""
    found = Row()
    for cell, width in zip(row, widths, strict=True):
        found = (found + Row("  ") if found.runs else found) + cell.padded(width)
    return found


def room_for(numbers: Sequence[float]) -> tuple[float, ...]:
    """These numbers, and such as come in their place when something is held: of the other sign, or
    what rounding leaves of 0."""
    return (*numbers, -max(10.0, *map(abs, numbers)), ROUNDED, WIDE_NUMBER) if numbers else ()


def aligned(numbers: list[Row]) -> list[Row]:
    """Numbers padded so that their decimal points stand below each other and all are as wide."""
    points = [point(each.plain) for each in numbers]
    before = max(points, default=0)
    moved = [
        each.right(each.width + before - own) for each, own in zip(numbers, points, strict=True)
    ]
    width = max([each.width for each in moved], default=0)
    return [each.padded(width) for each in moved]


def ending(text: Row, indent: int, result: Row, width: int, hang: int = 0) -> Iterator[Row]:
    """Text after an indent, and the result at the right end of its last line or below it.

    The second line and all after it begin at `hang` columns more.
    """
    if text.runs and indent + text.width + 2 + result.width <= width and "\n" not in text.plain:
        line = text if not indent else Row(" " * indent) + text
        yield line.padded(width - result.width) + result
        return
    found = list(hanging(Row(), text, indent, width)) if text.runs else [Row()]
    if hang and len(found) > 1:
        first = len(found[0].plain) - indent
        rest = text[first + (text.plain[first] == " ") :]
        found[1:] = hanging(Row(), rest, indent + hang, width)
    if found[-1].width + 2 + result.width > width:
        found.append(Row())
    yield from found[:-1]
    yield found[-1].padded(width - result.width) + result


def hanging(head: Row, text: Row, indent: int, width: int) -> Iterator[Row]:
    """A head and the text beside it, wrapped so that all of its lines begin at the indent."""
    if head.width > indent:
        yield from wrapped(head.stripped(), width)
        head = Row()
    for part in wrapped(text, max(width - indent, 8)):
        yield head.padded(indent) + part
        head = Row()


def wrapped(text: Row, width: int) -> list[Row]:
    """The text in lines of at most so many columns, broken at spaces.

    A longer word is broken after a sign of `WITHIN`, else it stays whole, as paths do. Chinese,
    which has no spaces, is broken where `may_break` allows it.
    """
    if "\n" in text.plain:
        return [line for part in text.lines() for line in wrapped(part, width)]
    if text.width <= width:
        return [text]
    found, start, used, last, within = [], 0, 0, 0, 0
    for k, letter in enumerate(text.plain):
        size = columns(letter)
        if letter == " " and text.plain[k + 1 : k + 2] != "%":
            last = k
        if used + size > width and letter != " " and max(last, within) > start:
            end = last if last > start else within
            found.append(text[start:end].stripped())
            start = end + (text.plain[end] == " ")
            used = columns(text.plain[start:k])
        used += size
        if letter in WITHIN:
            within = k + 1
        if size == 2 and may_break(letter, text.plain[k + 1 : k + 2] or " "):
            last = k + 1
    return [*found, text[start:]]
