"""Tables: rows of text below the heads of their columns.

One of numbers that is wider than the paper gets heads of several lines, then less between its
columns, then names of several lines; numbers are never broken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from lstm_viz.pictures import kinds as pictures
from lstm_viz.terminal.paper import Paper, lines
from lstm_viz.terminal.rows import Row, chained
from lstm_viz.terminal.text import aligned, hanging, wrapped

BETWEEN, LEAST = 2, 1  # columns of the terminal between two of a table
BESIDE = 26  # that a last column of text has beside the others, or it stands below them
LONG = 30  # columns of a text that has lines of its own

Cells = list[Row]


@lines.register
def _(picture: pictures.Table, paper: Paper) -> Iterator[Row]:
    rows = [[paper.row(cell) for cell in row] for row in picture.rows]
    for k in picture.right:
        for row, cell in zip(rows, aligned([row[k] for row in rows]), strict=True):
            row[k] = cell
    heads = [Row(paper.spell(head), "dim") for head in picture.heads]
    wide = _widest(heads, rows)
    before_last = sum(wide[:-1]) + BETWEEN * (len(wide) - 1)  # whose last text can hang
    if (_across(wide) if len(heads) - 1 in picture.right else before_last) > paper.width:
        widths, between = _fitted(heads, rows, picture.right, paper.width)
        if _across(widths, between) <= paper.width:
            yield from _broken(heads, rows, picture.right, widths, between)
            return
    yield from _hung(heads, rows, picture.right, paper.width)


def _hung(heads: Cells, rows: list[Cells], right: Sequence[int], width: int) -> Iterator[Row]:
    """Each row on a line, the last column in what room is left.

    Where there is little, it stands below, and below a long one before it, in that one's column.
    """
    widths = _widest(heads, rows)
    heads = [head.right(widths[k]) if k in right else head for k, head in enumerate(heads)]
    room = sum(widths[:-1]) + BETWEEN * (len(widths) - 1)
    room = room if width - room >= BESIDE or room + widths[-1] <= width else 4
    below = sum(widths[:-2]) + BETWEEN * (len(widths) - 2)  # where the last but one begins
    stacked = len(widths) > 2 and room == 4 and widths[-2] > LONG <= width - below
    kept, indent = (-2, below) if stacked else (-1, room)
    for row in [heads, *rows] if any(head.width for head in heads) else rows:
        gap, before = Row(" " * BETWEEN), Row()
        for k, (cell, wide) in enumerate(zip(row[:kept], widths[:kept], strict=True)):
            before += (cell.right(wide) if k in right else cell.padded(wide)) + gap
        for k, cell in enumerate(row[kept:], len(row) + kept):
            if k in right:
                cell = cell.right(widths[k])
            if cell.width:
                yield from hanging(before, cell, indent, width)
            elif before.width:
                yield from wrapped(before.stripped(), width)
            before = Row()


def _broken(
    heads: Cells, rows: list[Cells], right: Sequence[int], widths: list[int], between: int
) -> Iterator[Row]:
    """Cells of several lines; those of the heads end on the same one."""
    gap = Row(" " * between)
    for row in (heads, *rows):
        cells = [wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
        height = max(map(len, cells))
        if row is heads:
            cells = [[Row()] * (height - len(cell)) + cell for cell in cells]
        for line in zip_longest(*cells, fillvalue=Row()):
            parts: list[Row] = []
            for k, (part, width) in enumerate(zip(line, widths, strict=True)):
                parts += [gap] * bool(k)
                parts.append(part.right(width) if k in right else part.padded(width))
            yield chained(parts).stripped()


def _fitted(
    heads: Cells, rows: list[Cells], right: Sequence[int], width: int
) -> tuple[list[int], int]:
    """Widths of the columns, and how far they are apart, as near to this width as it goes."""
    widths, least = [], []
    for k, (head, *cells) in enumerate(zip(heads, *rows, strict=True)):
        word = _word(head)
        widths.append(max([word, *(cell.width for cell in cells)]))
        least.append(widths[k] if k in right else max([word, *map(_word, cells)]))
    between = BETWEEN if _across(widths) <= width else LEAST
    for k in sorted(range(len(widths)), key=lambda k: least[k] - widths[k]):
        widths[k] -= max(min(_across(widths, between) - width, widths[k] - least[k]), 0)
    return widths, between


def _word(text: Row) -> int:
    """How wide its widest word is."""
    return max(part.width for part in wrapped(text, 1))


def _widest(heads: Cells, rows: list[Cells]) -> list[int]:
    return [max(each.width for each in column) for column in zip(heads, *rows, strict=True)]


def _across(widths: list[int], between: int = BETWEEN) -> int:
    return sum(widths) + between * (len(widths) - 1)
