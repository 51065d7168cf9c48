"""Small inputs: by name, typed, from a CSV file, from standard input, or from a text's characters.

    named("sine:20", seed=0)              # (20, 1)
    typed("1,2;0.5,3")                    # (2, 2): two steps of two features
    from_file("prices.csv", ["close"])    # (T, 1)
    characters("hello")                   # (5, 4): one-hot over e h l o

Each gives a `Sequence`, or raises `InputError`, which names the place and the way out.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import IO

import numpy as np

from lstm_viz.equations.tree import did_you_mean
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.limits import refuse_too_large

# Bytes in memory for a byte, a row and a cell of CSV, while it is read.
PER_BYTE, PER_ROW, PER_CELL = 4, 400, 100


@dataclass(frozen=True)
class Sequence:
    """Input for a cell: `values` (T, I), what it is in words, and the steps' labels, if any."""

    values: np.ndarray
    what: str
    labels: tuple[str, ...] = ()


# ---------------------------------------------------------------------------- by name


@dataclass(frozen=True)
class Named:
    """A sequence by its name: what it is, its usual length, and its values for times 0 … T − 1."""

    what: str
    length: int
    values: Callable[[np.ndarray, np.random.Generator], np.ndarray]


def _echo(time: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    signs = rng.choice([-1.0, 1.0], len(time))
    return np.where(time < (len(time) + 1) // 2, signs, 0.0)


NAMED = {
    "impulse": Named("1, then nothing", 8, lambda t, rng: np.where(t == 0, 1.0, 0.0)),
    "echo": Named("random signs, then as long a silence to echo them", 8, _echo),
    "sine": Named("a sine, 12 steps a period", 12, lambda t, rng: np.sin(t * (np.pi / 6))),
    "damped-sine": Named(
        "a sine, 12 steps a period, that halves every period",
        24,
        lambda t, rng: np.sin(t * (np.pi / 6)) * 0.5 ** (t / 12),
    ),
    "square": Named(
        "4 steps of 1, 4 of -1, and so on", 16, lambda t, rng: np.where(t // 4 % 2 == 0, 1.0, -1.0)
    ),
    "noise": Named("independent normal numbers", 12, lambda t, rng: rng.standard_normal(len(t))),
}


def named(spec: str, seed: int = 0, bytes_per_step: float = 8.0) -> Sequence:
    """`sine`, or `sine:40` for another length; the random ones follow the seed.

    `bytes_per_step` is what a step will need later on: too long a sequence is refused before
    anything is allocated.
    """
    name, colon, length = spec.partition(":")
    if name not in NAMED:
        known = did_you_mean(name, NAMED) or f"there are {', '.join(NAMED)}"
        raise InputError(f"no sequence is called {name!r}: {known} (numbers are written 0,1,0)")
    known_sequence = NAMED[name]
    steps = _length(name, length) if colon else known_sequence.length
    refuse_too_large(steps * bytes_per_step, f"{steps:,} steps", "fewer steps")
    values = known_sequence.values(np.arange(steps), np.random.default_rng(seed))
    return Sequence(values.astype(float)[:, None], f"{name}: {known_sequence.what}")


def _length(name: str, written: str) -> int:
    if not (written.isascii() and written.isdigit() and len(written) <= 18 and int(written)):
        raise InputError(f"{written!r} is no length: write a number of steps, such as {name}:20")
    return int(written)


# ---------------------------------------------------------------------------- typed


def typed(given: str, what: str = "--input") -> Sequence:
    """Numbers: a comma list is one number a step; with `;` each part is a step of several."""
    parts = given.split(";") if ";" in given else given.split(",")
    if not given.strip():
        raise InputError(f"{what} is empty: write numbers, such as 0,1,0")
    rows = [
        [number(cell, f"{what}, step {t}") for cell in part.split(",")]
        for t, part in enumerate(parts, 1)
    ]
    values = _rows(rows, [f"{what}, step {t}" for t in range(1, len(rows) + 1)])
    return Sequence(values, written(values))


def number(written: str, place: str) -> float:
    """The finite number that is written; `InputError` names the place where there is none."""
    try:
        value = float(written)
    except ValueError:
        value = None
    if value is None or "_" in written:
        said = f"{_short(written)} is not a number" if written.strip() else "a number is missing"
        raise InputError(f"{place}: {said}")
    if not math.isfinite(value):
        raise InputError(f"{place}: {written.strip()} is not a finite number")
    return value


def _short(written: str) -> str:
    return repr(written.strip() if len(written) <= 40 else written[:39].strip() + "…")


def _rows(rows: list[list[float]], places: list[str]) -> np.ndarray:
    for row, place in zip(rows, places, strict=True):
        if len(row) != len(rows[0]):
            raise InputError(
                f"{place}: {_numbers(len(row))}, but {_numbers(len(rows[0]))} in {places[0]}:"
                " every step needs as many"
            )
    return np.array(rows, dtype=float)


def _numbers(count: int) -> str:
    return f"{count} number" if count == 1 else f"{count} numbers"


def written(values: np.ndarray) -> str:
    """Numbers as `typed` reads them; only the first of many."""
    rows = [",".join(f"{number:g}" for number in row) for row in values[:12]]
    return (";" if values.shape[1] > 1 else ",").join(rows) + (" …" if len(values) > 12 else "")


def characters(text: str, bytes_per_step: float = 8.0) -> Sequence:
    """One character a step, one-hot over the sorted characters of the text: (T, characters)."""
    if not text:
        raise InputError("--text is empty: give at least one character")
    known = sorted(set(text))
    needed = len(text) * (bytes_per_step + 24.0 * len(known))
    refuse_too_large(
        needed, f"{len(text):,} characters, {len(known):,} of them different", "a shorter text"
    )
    values = (np.array(list(text))[:, None] == np.array(known)).astype(float)
    shown = " ".join(repr(each)[1:-1] if each.strip() else repr(each) for each in known)
    what = f"one character a step, one-hot over {shown}"
    return Sequence(values, what, tuple(repr(each) for each in text))


# ---------------------------------------------------------------------------- rows of a file


def from_file(path: str, columns: Iterable[str] = ()) -> Sequence:
    """The numbers of a CSV file, a row a step; `columns` by name, or by number from 1.

    Without `columns` all columns of numbers. Comma, semicolon or tab separate; a first row
    without a number is the header.
    """
    if not path:
        raise InputError("--input @ needs the name of a file: @prices.csv")
    try:
        with open(path, "rb") as file:
            return from_lines(_read(file, path).splitlines(), path, columns)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None


def from_stream(stream: IO[bytes], columns: Iterable[str] = ()) -> Sequence:
    """Standard input, read as a file is; but a single line is read as `typed` reads it."""
    what = "standard input"
    lines = _read(stream, what).splitlines()
    written = [line for line in lines if line.strip()]
    if len(written) == 1 and not list(columns):
        return typed(written[0], what)
    return from_lines(lines, what, columns)


def _read(stream: IO[bytes], path: str) -> str:
    content, needed = bytearray(), 0
    while part := stream.read(1 << 20):
        content += part
        cells = sum(map(part.count, (b",", b";", b"\t", b" ")))
        needed += PER_BYTE * len(part) + PER_ROW * part.count(b"\n") + PER_CELL * cells
        refuse_too_large(needed, path, "a smaller file")
        if b"\0" in part:
            raise InputError(f"{path}: this is not a text of numbers (it holds zero bytes)")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path}: this is not a text of numbers (it is not UTF-8)") from None


def from_lines(lines: Iterable[str], path: str, columns: Iterable[str] = ()) -> Sequence:
    """As `from_file`, from lines of text."""
    columns = list(columns)
    table = list(_split(lines, path))
    wanted = [part.strip() for column in columns for part in column.split(",")]
    if not table:
        raise InputError(f"{path} is empty: a sequence needs at least one row of numbers")
    header = [] if any(_is_number(cell) for cell in table[0][1]) else table[0][1]
    body = table[1:] if header else table
    if not body:
        raise InputError(f"{path} holds no numbers, only {', '.join(map(_short, header[:6]))}")
    for line, cells in body:
        if len(cells) != len(table[0][1]):
            raise InputError(
                f"{path}, line {line}: {len(cells)} columns, but line {table[0][0]} has"
                f" {len(table[0][1])}"
            )
    names = header or [str(k) for k in range(1, len(body[0][1]) + 1)]
    chosen, left_out = _choose(path, names, body, wanted)
    values = np.array(
        [
            [number(cells[k], f"{path}, line {line}, column {names[k]}") for k in chosen]
            for line, cells in body
        ]
    )
    what = f"{path}: {', '.join(names[k] for k in chosen)}" if header or wanted else path
    return Sequence(values, what + (f" (left out, no numbers: {left_out})" if left_out else ""))


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
        said = "a quotation mark opens and none closes it" if unclosed else str(error)
        raise InputError(
            f"{path}, line {before + start + 1}: this is no row of a CSV file ({said})"
        ) from None


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return "_" not in cell


def _choose(
    path: str, names: list[str], body: list[tuple[int, list[str]]], wanted: list[str]
) -> tuple[list[int], str]:
    """Which columns to read, and the names of those left out because they hold text."""
    if wanted:
        return [_column(path, names, each) for each in wanted], ""
    numbers = [k for k in range(len(names)) if any(_is_number(cells[k]) for _, cells in body)]
    if not numbers:
        first = _short(body[0][1][0])
        raise InputError(
            f"{path}, line {body[0][0]}: {first} is not a number, nor is anything beside it"
        )
    return numbers, ", ".join(names[k] for k in range(len(names)) if k not in numbers)


def _column(path: str, names: list[str], wanted: str) -> int:
    if wanted in names:
        return names.index(wanted)
    if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted) <= len(names):
        return int(wanted) - 1
    known = did_you_mean(wanted, names) or f"there are {', '.join(names[:12])}"
    raise InputError(f"{path} has no column {wanted!r}: {known}")
