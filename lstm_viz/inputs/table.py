"""Rows of numbers: a CSV file, or standard input."""

from __future__ import annotations

import csv
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from typing import IO

import numpy as np

from lstm_viz.inputs import cells
from lstm_viz.inputs.cells import Missing, Row, is_number
from lstm_viz.inputs.sequence import Sequence, _short, typed
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.limits import READING, refuse_too_large
from lstm_viz.validation.names import count, did_you_mean, short

# Bytes in memory for a byte, a row and a cell of CSV, while it is read.
PER_BYTE, PER_ROW, PER_CELL = 4, 400, 100


def from_file(path: str, columns: Iterable[str] = (), missing: Missing | None = None) -> Sequence:
    """The numbers of a CSV file, a row a step; `columns` by name, or by number from 1.

    Without `columns` all columns of numbers. Comma, semicolon or tab separate. A first row without
    a number is the header, and so is one with a word above a number; one whose numbers look like
    years above other numbers is refused, because it may be either. Where a number is `missing`
    its row is skipped, or the number before held, or it is refused with these ways out (`ask`). A
    column of dates, or another whose texts all differ, names the steps.
    """
    if not path:
        raise InputError("--input @ needs the name of a file: @prices.csv")
    text, how = _content(path)
    sequence = from_lines(text.splitlines(), path, columns, missing)
    return replace(sequence, what=sequence.what + how)


def lines_of(path: str) -> list[str]:
    """The lines of a file of text, of which a pipe has so many; `InputError` where it is none."""
    return _content(path)[0].splitlines()


def _content(path: str) -> tuple[str, str]:
    try:
        with open(path, "rb") as file:
            return _read(file, path)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None


def from_stream(
    stream: IO[bytes], columns: Iterable[str] = (), missing: Missing | None = None
) -> Sequence:
    """Standard input, read as a file is; but a single line is read as `typed` reads it."""
    what = "standard input"
    text, how = _read(stream, what)
    lines = text.splitlines()
    written = [line for line in lines if line.strip()]
    if len(written) == 1 and not list(columns):
        return typed(written[0], what)
    sequence = from_lines(lines, what, columns, missing)
    return replace(sequence, what=sequence.what + how)


def _read(stream: IO[bytes], path: str) -> tuple[str, str]:
    """The text, and how it was read where that is not UTF-8."""
    content, needed, endless = bytearray(), 0, not _is_regular(stream)
    while part := stream.read(1 << 20):
        content += part
        cells = sum(map(part.count, (b",", b";", b"\t", b" ")))
        needed += PER_BYTE * len(part) + PER_ROW * part.count(b"\n") + PER_CELL * cells
        refuse_too_large(needed, path, "a smaller file")
        if endless and needed > READING:
            raise InputError(
                f"{path}: reading this would take more than {READING / 1e9:.1f} GB, and it may"
                " never end: save it as a file"
            )
        if b"\0" in part:
            raise InputError(f"{path}: this is not a text file (it contains zero bytes)")
    return _decoded(content, path)


def _decoded(content: bytearray, path: str) -> tuple[str, str]:
    """UTF-8; or GB 2312, whose bytes no European text has one behind the other."""
    for encoding, how in (("utf-8-sig", ""), ("gb2312", " (read as GB 2312)")):
        with suppress(UnicodeDecodeError):
            return content.decode(encoding), how
    raise InputError(
        f"{path}: this is not a text file in UTF-8, UTF-16 or GBK: save it as UTF-8 (for Western"
        " European text: iconv -f latin1 -t utf-8)"
    )


def _is_regular(stream: IO[bytes]) -> bool:
    try:
        return stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    except OSError:  # it has no file behind it
        return False


def from_lines(
    lines: Iterable[str],
    path: str,
    columns: Iterable[str] = (),
    missing: Missing | None = None,
) -> Sequence:
    """As `from_file`, from lines of text."""
    columns = list(columns)
    table = list(_split(lines, path))
    wanted = [part.strip() for column in columns for part in column.split(",")]
    if not table:
        raise InputError(f"{path} is empty: at least one row of numbers is needed")
    header = table[0][1] if _is_header(path, [row for _, row in table]) else []
    body = table[1:] if header else table
    if not body:
        raise InputError(f"{path} holds no numbers, only {listed(map(repr, header[:6]))}")
    for line, row in body:
        if len(row) != len(table[0][1]):
            raise InputError(
                f"{path}, line {line}: {len(row)} columns, but line {table[0][0]} has"
                f" {len(table[0][1])}"
            )
    names = header or [str(k) for k in range(1, len(body[0][1]) + 1)]
    asked = [_column(path, names, each) for each in wanted]
    cells.without_commas(path, names, body, asked or range(len(names)))
    numeric = [k for k in range(len(names)) if any(is_number(row[k]) for _, row in body)]
    chosen = asked or _numeric(path, numeric, body)
    words = [k for k in range(len(names)) if k not in numeric and k not in chosen]
    found = list(cells.numbers(path, names, body, chosen, missing))
    if not found:
        raise InputError(f"{path}: in every row a number is missing")
    what = f"{path}: {listed(names[k] for k in chosen)}" if header or wanted else path
    if words and not wanted:
        what += f" (left out, no numbers: {listed(names[k] for k in words)})"
    if gone := len(body) - len(found):
        what += f", {count(gone, 'row')} left out (a number is missing)"
    if missing == "hold" and (
        held := sum(cells.is_missing(row[k]) for _, row in body for k in chosen)
    ):
        what += f", {count(held, 'missing number')} held from the row before"
    stamps = cells.stamps(body, words)
    return Sequence(
        np.array([row for _, row in found]),
        what,
        rows=tuple(names[k] for k in chosen) if header else (),
        stamps=tuple(stamps[k] for k, _ in found) if stamps else (),
    )


def _is_header(path: str, rows: list[list[str]]) -> bool:
    """Whether the first row holds names; `InputError` where its numbers may be names or data."""
    first, rest = rows[0], rows[1:]
    if not any(is_number(cell) for cell in first):
        return True
    below = [[row[k] for row in rest if k < len(row)] for k in range(len(first))]
    above_numbers = [k for k, column in enumerate(below) if any(map(is_number, column))]
    if any(_is_word(first[k]) for k in above_numbers):
        return True
    years = [k for k in above_numbers if _is_year(first[k])]
    if years and not any(_is_year(cell) for k in years for cell in below[k]):
        raise InputError(
            f"{path}, line 1: {listed(first[k] for k in years[:4])} may be numbers or names:"
            " for names write words, such as y2021; for numbers put a row of names above"
        )
    return False


def _is_word(cell: str) -> bool:
    missing = ("na", "n/a", "none", "null")
    return any(map(str.isalpha, cell)) and not is_number(cell) and cell.lower() not in missing


def _is_year(cell: str) -> bool:
    return cell.isascii() and cell.isdigit() and len(cell) == 4 and 1500 <= int(cell) < 2200


def _split(lines: Iterable[str], path: str) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells) of each row that is not blank."""
    lines = iter(lines)
    first = next((pair for pair in enumerate(lines, 1) if pair[1].strip()), None)
    if first is None:
        return
    separator = next((each for each in "\t;," if each in first[1]), None)
    before, rest = first[0] - 1, chain([first[1]], lines)
    if separator is None:
        rows: Iterator[tuple[int, list[str]]] = (
            (before + k, line.split()) for k, line in enumerate(rest, 1)
        )
    else:
        rows = _csv(rest, separator, path, before)
    yield from (
        (line, [c.strip() for c in cells]) for line, cells in rows if any(map(str.strip, cells))
    )


def _csv(
    lines: Iterable[str], separator: str, path: str, before: int
) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=True)
    start = 0
    try:
        for cells in reader:
            yield before + reader.line_num, cells
            start = reader.line_num
    except csv.Error as error:
        unclosed = "end of data" in str(error)
        said = "a quotation mark is opened but never closed" if unclosed else str(error)
        raise InputError(
            f"{path}, line {before + start + 1}: this is not a row of a CSV file ({said})"
        ) from None


def _numeric(path: str, numeric: list[int], body: list[Row]) -> list[int]:
    """The columns that hold numbers; `InputError` where none does."""
    if not numeric:
        first = _short(body[0][1][0])
        raise InputError(
            f"{path}, line {body[0][0]}: {first} is not a number, nor is anything beside it"
        )
    return numeric


def listed(names: Iterable[str]) -> str:
    """The first of many names, and of long ones the beginning."""
    known = list(names)
    return ", ".join(map(short, known[:12])) + (", …" if len(known) > 12 else "")


def _column(path: str, names: list[str], wanted: str) -> int:
    if wanted in names:
        return names.index(wanted)
    if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted) <= len(names):
        return int(wanted) - 1
    known = did_you_mean(wanted, names) or f"there are {listed(names)}"
    raise InputError(f"{path} has no column {short(wanted)!r}: {known}")
