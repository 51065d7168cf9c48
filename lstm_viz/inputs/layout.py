"""Where the rows of a table are: what separates its cells, its titles, heads and last remarks."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from lstm_viz.inputs.cells import Row, half_width, is_missing, is_written
from lstm_viz.inputs.heads import listed, means
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import count, short

LOOKED_AT = 200  # rows that say what separates cells


@dataclass(frozen=True)
class Table:
    """Rows of as many cells each, with the lines that they are from; `remarks` were left out."""

    heads: tuple[str, ...]  # empty where there are none
    body: list[Row]
    remarks: tuple[Row, ...] = ()

    @property
    def names(self) -> list[str]:
        """The heads, or numbers from 1."""
        return list(self.heads) or [str(k) for k in range(1, len(self.body[0][1]) + 1)]

    @property
    def words(self) -> str:
        """`left out, no rows: 'https://…' (line 1)`, or nothing."""
        said = [
            f"{short(next(filter(None, cells)))!r} (line {line})" for line, cells in self.remarks
        ]
        more = f" and {count(len(said) - 3, 'line')} more" if len(said) > 3 else ""
        return f"left out, no rows: {', '.join(said[:3])}{more}" if said else ""


def read(lines: Iterable[str], path: str) -> Table:
    """The rows of lines of text; `InputError` where there are none, or not of as many cells."""
    rows = list(_split(lines, path))
    if not rows:
        raise InputError(f"{path} is empty: at least one row of numbers is needed")
    width = Counter(len(cells) for _, cells in rows).most_common(1)[0][0]
    first, last = _titles(rows, width), _end(rows, width)
    remarks, rows = (*rows[:first], *rows[last:]), rows[first:last]
    heads, body = _heads(path, rows)
    if not body:
        raise InputError(f"{path} holds no numbers, only {listed(list(map(repr, heads[:6])))}")
    for line, cells in body:
        if len(cells) != len(rows[0][1]):
            raise InputError(
                f"{path}, line {line}: {count(len(cells), 'column')}, but line {rows[0][0]} has"
                f" {len(rows[0][1])}: mend the line, or take it out"
            )
    return Table(tuple(heads), body, remarks)


# ---------------------------------------------------------------------------- cells


def _split(lines: Iterable[str], path: str) -> Iterator[Row]:
    """(line number, cells) of each row that is not blank."""
    written = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not written:
        return
    separator = _separator(written)
    if len(told := written[0][1].strip().lower()) == 5 and told.startswith("sep="):
        separator, written = told[4], written[1:]
    if separator is None:
        rows: Iterator[Row] = ((number, line.split()) for number, line in written)
    else:
        rows = _csv(written, separator, path)
    for line, cells in rows:
        if any(map(str.strip, cells)):
            yield line, [half_width(cell.strip()) for cell in cells]


def _separator(written: list[tuple[int, str]]) -> str | None:
    """The first of tab, semicolon, bar and comma that at least half of the lines have."""
    seen = [line for _, line in islice(written, LOOKED_AT)]
    return next((s for s in "\t;|," if 2 * sum(s in line for line in seen) >= len(seen)), None)


def _csv(written: list[tuple[int, str]], separator: str, path: str) -> Iterator[Row]:
    source = (line for _, line in written)
    reader = csv.reader(source, delimiter=separator, skipinitialspace=True, strict=True)
    start = 0
    try:
        for cells in reader:
            yield written[reader.line_num - 1][0], cells
            start = reader.line_num
    except csv.Error as error:
        unclosed = "end of data" in str(error)
        said = "a quotation mark is opened but never closed" if unclosed else str(error)
        raise InputError(
            f"{path}, line {written[start][0]}: this is not a row of a CSV file ({said})"
        ) from None


# ---------------------------------------------------------------------------- what is no row


def _titles(rows: list[Row], width: int) -> int:
    """How many lines stand before the heads or the first row."""
    for k, (_, cells) in enumerate(rows[:20]):
        marked = cells[0].startswith(("#", "http://", "https://"))
        lone = width > 1 and sum(map(bool, cells)) == 1
        if not marked and not (lone and _is_remark(cells)) and not _above_heads(rows[k:], width):
            return k
    return 0


def _above_heads(rows: list[Row], width: int) -> bool:
    """Whether a line has words for fewer cells than the line of heads below it."""
    (_, cells), *below = rows
    heads = below[0][1] if below else []
    few = len(cells) < width == len(heads)
    return few and not any(map(is_written, heads)) and any(map(_is_word, cells))


def _end(rows: list[Row], width: int) -> int:
    """Where the lines begin that stand after the last row."""
    end = len(rows)
    while width > 1 and end > 1 and _is_remark(last := rows[end - 1][1]):
        if sum(map(bool, last)) > 1 and len(last) == width:
            break
        end -= 1
    return end


def _is_remark(cells: list[str]) -> bool:
    """Whether a line holds words and no number, missing or not."""
    said = [cell for cell in cells if cell]
    return not any(is_written(c) or is_missing(c) for c in said) and any(
        map(str.isalpha, "".join(said))
    )


# ---------------------------------------------------------------------------- heads


def _heads(path: str, rows: list[Row]) -> tuple[list[str], list[Row]]:
    """The names of the columns, if there are any, and the rows below them."""
    levels = _levels(rows)
    if levels:
        return _joined([cells for _, cells in rows[:levels]]), rows[levels:]
    if _is_header(path, rows):
        return rows[0][1], rows[1:]
    return [], rows


def _levels(rows: list[Row]) -> int:
    """How many rows of heads pandas has written: the last names the index, and nothing else."""
    for k, (_, cells) in enumerate(rows[:5]):
        if len(cells) != len(rows[0][1]) or any(map(is_written, cells)):
            return 0
        if k and len(cells) > 1 and _is_word(cells[0]) and not any(cells[1:]):
            return k + 1
    return 0


def _joined(levels: list[list[str]]) -> list[str]:
    """`Close` of (Close, SBUX); `Close SBUX` where there are several tickers."""
    *above, last = levels
    telling = [each for each in above if len(set(each[1:])) > 1 or means(each[1])]
    return [last[0], *map(" ".join, zip(*(level[1:] for level in telling or above), strict=True))]


def _is_header(path: str, rows: list[Row]) -> bool:
    """Whether the first row holds names; `InputError` where its numbers may be names or data."""
    (_, first), *rest = rows
    if not any(map(is_written, first)):
        return True
    below = [[row[k] for _, row in rest if k < len(row)] for k in range(len(first))]
    above_numbers = [k for k, column in enumerate(below) if any(map(is_written, column))]
    if any(_is_word(first[k]) for k in above_numbers):
        return True
    years = [k for k in above_numbers if _is_year(first[k])]
    if years and not any(_is_year(cell) for k in years for cell in below[k]):
        raise InputError(
            f"{path}, line {rows[0][0]}: {listed([first[k] for k in years[:4]])} may be numbers or"
            " names: for names write words, such as y2021; for numbers put a row of names above"
        )
    return False


def _is_word(cell: str) -> bool:
    return any(map(str.isalpha, cell)) and not is_written(cell) and not is_missing(cell)


def _is_year(cell: str) -> bool:
    return cell.isascii() and cell.isdigit() and len(cell) == 4 and 1500 <= int(cell) < 2200
