"""What a student wrote, line by line: `name = what is given`; what stands after a # is aside."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import numpy as np

from lstm_viz.exercises.exercise import BLANK
from lstm_viz.exercises.expressions import value_of
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import count, nearest, short

EQUALS = re.compile("[=:＝：]")
COMMA = re.compile(r"[-+−]?\d{1,9},\d{1,20}")  # a decimal comma, where one number is asked
LONGEST = 65536  # characters of a student's file


def read_lines(
    text: str, names: Collection[str], unknown: list[str] | None = None
) -> dict[str, tuple[int, str]]:
    """The number of the line and what is given, by name; a name that is left open has none.

    A colon stands for =, as in other writing.

    A name in other capitals is read where only one can be meant. Raises `InputError`, with the
    line, for a name that is given twice, or is not asked; `unknown` takes the latter if given.
    """
    if len(text) > LONGEST:
        raise InputError(f"more than {LONGEST:,} characters are too many for an answer")
    found: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        code = line.partition("#")[0].strip()
        if not code:
            continue
        name, *given = map(str.strip, EQUALS.split(code, maxsplit=1))
        if not given:
            raise InputError(f"line {number}: write {next(iter(names))} = and your answer")
        alike = [each for each in names if each.lower() == name.lower()]
        if name not in names and len(alike) == 1:
            name = alike[0]
        if name not in names:
            said = f"line {number}: {short(name)!r} is not asked: {nearest(name, names)}"
            if unknown is None:
                raise InputError(said)
            unknown.append(said)
            continue
        if name in found:
            raise InputError(f"line {number}: {name} is given twice")
        if given[0] and set(given[0]) != {"_"}:
            found[name] = number, given[0]
    return found


def read_array(line: tuple[int, str], shape: tuple[int, ...], name: str) -> np.ndarray:
    """Numbers of this shape: `0.5`, `1, 2`, rows as `1, 2; 0.5, 3` or `[[1, 2], [0.5, 3]]`."""
    number, written = line
    wanted = int(np.prod(shape))
    parts = written.replace("[", "").replace("]", "").replace(";", ",").split(",")
    if len(parts) == 1 < wanted:
        parts = written.split()
    parts = [part for part in parts if part.strip()]
    if len(parts) != wanted:
        raise InputError(f"line {number}: {name}: {wanted_numbers(written, wanted, len(parts))}")
    try:
        values = [value_of(part, {}) for part in parts]
    except InputError as error:
        raise InputError(f"line {number}: {name}: {error}") from None
    return np.array(values, dtype=float).reshape(shape)


def wanted_numbers(written: str, wanted: int, found: int) -> str:
    """What to write instead of too many or too few numbers; of `0,98` for one, that it is 0.98."""
    if wanted == 1 and COMMA.fullmatch(written):
        return f"write {written.replace(',', '.')}, with a point"
    return f"write {count(wanted, 'number')}, not {found}"


def open_places(text: str) -> list[int]:
    """The lines in which a blank is still open."""
    lines = enumerate(text.splitlines(), 1)
    return [number for number, line in lines if BLANK in line.partition("#")[0]]


def shown(values: np.ndarray) -> str:
    """Numbers as they are said back: `0.5`, or `1, 2`."""
    return ", ".join(f"{value:.6g}" for value in np.ravel(values))


def rows_of(array: np.ndarray) -> str:
    """An array as a student may write it: `1, 2; 0.5, 3`."""
    rows = array if array.ndim > 1 else array[None]
    return "; ".join(", ".join(f"{value:.10g}" for value in row) for row in rows)


def named_values(values: Mapping[str, np.ndarray]) -> str:
    """Lines of `name = numbers`."""
    return "\n".join(f"{name} = {rows_of(np.atleast_1d(array))}" for name, array in values.items())
