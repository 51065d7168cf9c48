"""What a student hands in: a form of plain text, read part by part, number by number."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lstm_viz.exercises.expressions import value_of
from lstm_viz.exercises.lines import LONGEST, read_lines, wanted_numbers
from lstm_viz.exercises.sheets import Sheet, blank_of, questions_of
from lstm_viz.validation.errors import InputError, OptionError
from lstm_viz.validation.names import short

Part = str | InputError  # what stands below a question's number, or why it cannot be read
PARTS = re.compile(r"(?m)^[ \t]*\[\s*\d{1,3}\s*\]\s*:?[ \t]*$")
PART = re.compile(r"\[\s*(\d{1,3})\s*\]\s*:?")
HEAD = "student", "lesson", "numbers"
OTHER_DRAWS = (
    "these numbers were drawn by another version of lstm-viz: grade the form with that version"
)
OTHER_SALT = "these are not the numbers that this --salt gives: use the salt of the sheets"
NO_MARK = (
    "the line 'numbers = ...' is missing: its numbers may be those of another --salt or version"
)
NUMBER = re.compile(r"[-+−]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?")


@dataclass(frozen=True)
class Form:
    """What stands below each question's number, and lines about the rest of it."""

    parts: dict[int, Part]
    notes: tuple[str, ...] = ()


def form_text(path: Path) -> str:
    """The text of a form; `InputError` where it is none."""
    if path.is_symlink() or not path.is_file():
        raise InputError("this is not a file")
    with open(path, "rb") as file:
        content = file.read(4 * LONGEST + 1)
    if len(content) > 4 * LONGEST:
        raise InputError(f"more than {4 * LONGEST:,} bytes are too many for an answer")
    try:
        wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        return content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("this is not a text (it is not UTF-8): save it as UTF-8") from None


def is_filled_in(text: str) -> bool:
    """Whether a text is a form of some lesson, and other than it was handed out."""
    parts = PARTS.split(text)
    lesson = head_of_form(text).get("lesson", (0, ""))[1]
    if len(parts) == 1 or not lesson.isdecimal():
        return False
    try:
        blanks = [blank_of(question).split() for question in questions_of(int(lesson))]
    except OptionError:
        return False
    return [part.split() for part in parts[1:]] != blanks


def form_read(text: str, sheet: Sheet) -> Form:
    """What stands below each [k], or what is wrong where it is there twice.

    Raises `InputError` for a text of another student, or of none, and for other numbers.
    """
    if len(text) > LONGEST:
        raise InputError(f"more than {LONGEST:,} characters are too many for an answer")
    parts: dict[int, str] = {}
    twice: dict[int, Part] = {}
    notes: list[str] = []
    current = 0
    for number, line in enumerate(text.splitlines(), 1):
        if match := PART.fullmatch(line.strip()):
            current = int(match[1])
            if not 1 <= current <= len(sheet.questions):
                notes.append(f"line {number}: [{current}] is not a question: it is passed over")
            elif current in parts:
                twice[current] = InputError(f"line {number}: [{current}] is there twice")
            parts[current] = "\n" * number  # so that lines are counted from the beginning
        elif current:
            parts[current] += line + "\n"
    _check_head(head_of_form(text), sheet)
    if "numbers" not in head_of_form(text):
        notes.append(NO_MARK)
    known = {k: part for k, part in parts.items() if 1 <= k <= len(sheet.questions)}
    return Form({**known, **twice}, tuple(notes))


def head_of_form(text: str) -> dict[str, tuple[int, str]]:
    """The lines above the first question: whose form it is, of which lesson, of which numbers."""
    lines = text[:LONGEST].splitlines()
    first = next((k for k, line in enumerate(lines) if PART.fullmatch(line.strip())), len(lines))
    return read_lines("\n".join(lines[:first]), HEAD)


def _check_head(said: Mapping[str, tuple[int, str]], sheet: Sheet) -> None:
    for name, wanted in (("student", sheet.student), ("lesson", str(sheet.lesson))):
        if name not in said:
            raise InputError(f"line 1: write {name} = {wanted}")
        place, given = said[name]
        if (given.lstrip("0") if name == "lesson" else given.casefold()) != wanted.casefold():
            raise InputError(f"line {place}: {name} = {short(given)}: {wanted} is expected")
    place, given = said.get("numbers", (0, sheet.mark))
    if given.lower() != sheet.mark:
        same = given.partition("-")[0] == sheet.mark.partition("-")[0]
        why = OTHER_SALT if same else OTHER_DRAWS
        raise InputError(f"line {place}: numbers = {short(given)}: {why}")


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
