"""Rows of numbers: a CSV file as people have it, or standard input; from the oldest to the newest.

`content` reads a file, `layout` says where its rows are, `order` brings them into that of
their dates, `cells` reads their numbers. What was decided on the way stands in `Sequence.what`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import IO

import numpy as np

from lstm_viz.inputs import cells, content, dates, heads, layout, order
from lstm_viz.inputs.cells import Missing, Row, is_missing, is_number
from lstm_viz.inputs.heads import listed
from lstm_viz.inputs.sequence import Sequence, _short, typed
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import count, short
from lstm_viz.validation.numbers import grouped

UNEVEN = 1000.0  # how much larger one column may be than another before it is said


def from_file(path: str, columns: Iterable[str] = (), missing: Missing | None = None) -> Sequence:
    """The numbers of a CSV file, a row a step, the oldest first where a column holds dates.

    `columns` by name, by number from 1, or `open`, `high`, `low`, `close`, `adjusted`, `volume`,
    whatever the file calls them; without them all columns of numbers. Comma, semicolon, bar or tab
    separate. A first row without a number is the header, and so is one with a word above a number;
    one whose numbers look like years above other numbers is refused, because it may be either.
    Where a number is `missing` its row is skipped, or the number before held, or it is refused with
    these ways out (`ask`). Dates, or another column whose texts all differ, name the steps.
    """
    if not path:
        raise InputError("--input @ needs the name of a file: @prices.csv")
    text, how = content.of_file(path)
    return _with(from_lines(text.splitlines(), path, columns, missing), how)


def from_stream(
    stream: IO[bytes], columns: Iterable[str] = (), missing: Missing | None = None
) -> Sequence:
    """Standard input, read as a file is; but a single line is read as `typed` reads it."""
    what = "standard input"
    text, how = content.of_stream(stream, what)
    lines = text.splitlines()
    written = [line for line in lines if line.strip()]
    if len(written) == 1 and not list(columns):
        return typed(written[0], what)
    return _with(from_lines(lines, what, columns, missing), how)


def _with(sequence: Sequence, how: str) -> Sequence:
    return replace(sequence, what=f"{sequence.what}; {how}") if how else sequence


def from_lines(
    lines: Iterable[str],
    path: str,
    columns: Iterable[str] = (),
    missing: Missing | None = None,
) -> Sequence:
    """As `from_file`, from lines of text."""
    table = layout.read(lines, path)
    names, rows = table.names, order.in_time(path, table.names, table.body)
    wanted = [part.strip() for column in columns for part in column.split(",")]
    asked = [heads.place(path, names, each) for each in wanted]
    others = [k for k in range(len(names)) if not (rows.dates and k in rows.dates.columns)]
    marks = cells.plain(path, names, rows.body, asked or others)
    numeric = [k for k in others if any(is_number(row[k]) for _, row in rows.body)]
    chosen = asked or _numeric(path, names, numeric, rows.body, bool(rows.dates))
    rows = order.traded(names, rows)
    found = list(cells.numbers(path, names, rows.body, chosen, missing))
    if not found:
        raise InputError(f"{path}: in every row a number is missing")
    words = [k for k in others if k not in numeric and k not in chosen]
    what = f"{path}: {listed([names[k] for k in chosen])}" if table.heads or wanted else path
    if words and not wanted:
        what += f" (left out, not numeric: {listed([names[k] for k in words])})"
    rest = rows.of([k for k, _ in found], *_gone(rows.body, chosen, len(found), missing))
    dated = order.span(rest.dates) if rest.dates else []
    values = np.array([row for _, row in found])
    scales = uneven([names[k] for k in chosen], values)
    notes = filter(None, (*dated, *rest.notes, marks, table.words, scales))
    return Sequence(
        values,
        "; ".join((what, *notes)),
        rows=tuple(names[k] for k in chosen) if table.heads else (),
        stamps=rest.dates.stamps if rest.dates else cells.stamps(rest.body, words),
        dated=rest.dates is not None,
    )


def uneven(names: list[str], values: np.ndarray) -> str:
    """`scales differ: …` if the largest numbers of two columns are 1,000 times apart."""
    sizes = np.abs(values).max(axis=0)
    low, high = int(np.where(sizes > 0, sizes, np.inf).argmin()), int(sizes.argmax())
    if not sizes[low] > 0 or sizes[high] / UNEVEN < sizes[low]:
        return ""
    return "scales differ: " + ", ".join(
        f"{short(names[k])} up to {grouped(sizes[k])}" for k in (high, low)
    )


def _gone(body: list[Row], chosen: list[int], kept: int, missing: Missing | None) -> list[str]:
    """What was done where a number was missing."""
    said = []
    if gone := len(body) - kept:
        said.append(f"{count(gone, 'row')} left out (a number is missing)")
    held = sum(is_missing(row[k]) for _, row in body for k in chosen)
    if missing == "hold" and held:
        said.append(f"{count(held, 'missing number')} held from the row before")
    return said


def _numeric(
    path: str, names: list[str], numeric: list[int], body: list[Row], dated: bool
) -> list[int]:
    """The columns that hold numbers, but for the row numbers that pandas writes, and a second
    column of dates; `InputError` where none does."""
    if not numeric:
        first = _short(body[0][1][0])
        raise InputError(
            f"{path}, line {body[0][0]}: {first} is not a number, nor is anything beside it"
        )
    return [
        k
        for k in numeric
        if not (dated and dates.are_numbers(names[k], body, k))
        and (_named(names[k]) or not _counts([row[k] for _, row in body]))
    ] or numeric


def _named(head: str) -> bool:
    """Whether a column has a name; pandas reads one that has none as Unnamed: 0."""
    return bool(head) and not head.startswith("Unnamed:")


def _counts(column: list[str]) -> bool:
    """Whether the rows are numbered from 0, in any order."""
    return set(column) == set(map(str, range(len(column))))
