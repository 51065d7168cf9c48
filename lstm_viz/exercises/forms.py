"""What a student hands in: a form of plain text, read part by part, number by number."""

from __future__ import annotations

import re

import numpy as np

from lstm_viz.exercises.expressions import value_of
from lstm_viz.exercises.lines import LONGEST, read_lines, wanted_numbers
from lstm_viz.exercises.sheets import Sheet
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import short

Part = str | InputError  # what stands below a question's number, or why it cannot be read
PART = re.compile(r"\[(\d{1,3})\]")
NUMBER = re.compile(r"[-+−]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?")


def parts_of(text: str, sheet: Sheet) -> dict[int, Part]:
    """What stands below each [k], or what is wrong where it is there twice.

    Raises `InputError` for a text of another student, or of none.
    """
    if len(text) > LONGEST:
        raise InputError(f"more than {LONGEST:,} characters are too many for an answer")
    head: list[str] = []
    parts: dict[int, str] = {}
    twice: dict[int, Part] = {}
    current = 0
    for number, line in enumerate(text.splitlines(), 1):
        if match := PART.fullmatch(line.strip()):
            current = int(match[1])
            if not 1 <= current <= len(sheet.questions):
                raise InputError(f"line {number}: [{current}] is not a question")
            if current in parts:
                twice[current] = InputError(f"line {number}: [{current}] is there twice")
            parts[current] = "\n" * number  # so that lines are counted from the beginning
        elif current:
            parts[current] += line + "\n"
        else:
            head.append(line)
    said = read_lines("\n".join(head), ("student", "lesson"))
    for name, wanted in (("student", sheet.student), ("lesson", str(sheet.lesson))):
        if name not in said:
            raise InputError(f"line 1: write {name} = {wanted}")
        place, given = said[name]
        if given != wanted:
            raise InputError(f"line {place}: {name} = {short(given)}: {wanted} is expected")
    return {**parts, **twice}


def numbers_in(text: str, names: tuple[tuple[str, int], ...]) -> tuple[np.ndarray, str]:
    """The numbers of each name, NaN where none is given, and what of them could not be read."""
    found: list[float] = []
    errors: list[str] = []
    lines = read_lines(text, [name for name, _ in names], errors)
    for name, size in names:
        number, written = lines.get(name, (0, ""))
        try:
            found += _values(written, size) if written else [np.nan] * size
        except InputError as error:  # it costs its own point only
            found += [np.nan] * size
            errors.append(f"line {number}: {name}: {error}")
    return np.array(found), "; ".join(errors)


def _values(written: str, size: int) -> list[float]:
    parts = re.split(r"[;,\s]+", written.strip("[]").strip())
    if len(parts) != size:
        parts = [part for part in re.split("[;,]", written.strip("[]")) if part.strip()]
    if len(parts) != size:
        raise InputError(wanted_numbers(written, size, len(parts)))
    return [_value(part) for part in parts]


def _value(part: str) -> float:
    """A decimal number; or arithmetic, which is read as equations are, and not run."""
    short_enough = NUMBER.fullmatch(part) and "e" not in part.lower()
    return float(part.replace("−", "-")) if short_enough else value_of(part, {})
