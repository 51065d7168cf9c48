"""What `lstm-viz grade` does: read forms, grade them, print and save points and mistakes."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from lstm_viz.commands.sheets import read_roster
from lstm_viz.commands.speaking import tell
from lstm_viz.exercises.forms import form_text, head_of_form
from lstm_viz.exercises.grading import Answer, Graded, grade
from lstm_viz.exercises.sheets import sheets_of
from lstm_viz.files.atomic import check_writable, replacing
from lstm_viz.validation.errors import InputError, OptionError
from lstm_viz.validation.names import count, printable, short

MOST_SHOWN = 20


def run_grade(folder: str, roster: str, salt: str, as_json: bool, save: tuple[str, ...]) -> None:
    """Grade a folder."""
    for path in save:
        if not path.lower().endswith((".csv", ".json")):
            raise OptionError(f"{path!r} does not end in one of .csv, .json")
        check_writable(path)
    students = read_roster(roster)
    found = read_forms(folder)
    texts = _of_students(found, students)
    sheets = sheets_of(_lesson(folder, texts or found), students, salt)
    try:
        graded = grade(sheets, texts)
    except InputError as error:
        raise InputError(f"{folder}: {error}") from None
    for result in graded.results:
        if result.refused:
            tell(printable(f"{result.student}.txt: {result.refused}"))
        for note in result.notes:
            tell(printable(f"{result.student}.txt: {note}"))
        for k, answer in enumerate(result.answers, 1):
            if answer.error:
                tell(printable(f"{result.student}.txt, question {k}: {answer.error}"))
    known = {student.casefold() for student in students}
    for name in sorted(name for name in found if name.casefold() not in known):
        tell(printable(f"{name}.txt: {short(name)!r} is not in the roster"))
    for path in save:
        with replacing(path) as file:
            if path.lower().endswith(".json"):
                json.dump(as_data(graded), file, indent=1)
            else:
                csv.writer(file, lineterminator="\n").writerows(_rows(graded))
    if as_json:
        json.dump(as_data(graded), sys.stdout, indent=1)
        print()
    else:
        print("\n".join(_said(graded)))


def read_forms(folder: str) -> dict[str, str | InputError]:
    """The text of each ID.txt of a folder by ID; an error where there is none to read."""
    place = Path(folder)
    if not place.is_dir():
        raise InputError(f"{folder}: there is no such folder")
    found: dict[str, str | InputError] = {}
    for path in sorted(place.glob("*.txt")):
        try:
            found[path.stem] = form_text(path)
        except InputError as error:
            found[path.stem] = error
        except OSError as error:
            found[path.stem] = InputError(error.strerror or str(error))
    if not found:
        raise InputError(f"{folder}: there are no forms in it, such as 2024123.txt")
    return found


def _of_students(
    found: Mapping[str, str | InputError], students: Sequence[str]
) -> dict[str, str | InputError]:
    """What each student handed in, also in a file whose name is in other capitals."""
    folded = {name.casefold(): name for name in found}
    own = {
        student: student if student in found else folded.get(student.casefold(), "")
        for student in students
    }
    return {student: found[name] for student, name in own.items() if name}


def _lesson(folder: str, texts: Mapping[str, str | InputError]) -> int:
    """The lesson that most forms are of; others are refused with their line."""
    named = []
    for text in texts.values():
        with suppress(InputError):
            head = head_of_form(text) if isinstance(text, str) else {}
            _, value = head.get("lesson", (0, ""))
            if value.isascii() and value.isdigit():
                named.append(int(value[:4]))
    if not named:
        raise InputError(f"{folder}: no form says of which lesson it is: lesson = 7")
    return max(set(named), key=named.count)


def _said(graded: Graded) -> list[str]:
    read = [each for each in graded.results if not each.refused]
    mean = sum(each.points for each in read) / max(len(read), 1)
    lines = [f"lesson {graded.lesson}   {count(len(read), 'form')}, {graded.of} points", ""]
    lines += [f"{each.points:>4}  {each.student}" for each in read]
    lines += ["", f"mean {mean:.1f} of {graded.of}"] if read else []
    refused = len(graded.results) - len(read)
    lines += [f"refused: {refused}"] if refused else []
    lines += [f"not handed in: {len(graded.missing)}"] if graded.missing else []
    found = graded.mistakes()
    lines += ["", "mistakes"] if found else []
    lines += [f"{n:>4} of {of}: {name} (question {k})" for n, of, k, name in found[:MOST_SHOWN]]
    return lines


def _rows(graded: Graded) -> list[list[Any]]:
    questions = range(1, 1 + max((len(r.answers) for r in graded.results), default=0))
    heads = ["student", "points", "of", *(f"question {k}" for k in questions)]
    rows: list[list[Any]] = [[*heads, *(f"mistake {k}" for k in questions), "refused"]]
    for each in graded.results:
        answers = each.answers or (None,) * len(questions)
        points = [answer.points if answer else "" for answer in answers]
        names = [_wrong(answer) if answer else "" for answer in answers]
        rows.append([each.student, each.points, graded.of, *points, *names, each.refused])
    rows += [[s, 0, graded.of, *[""] * 2 * len(questions), "not handed in"] for s in graded.missing]
    return [[_harmless(cell) for cell in row] for row in rows]


def _wrong(answer: Answer) -> str:
    """The mistakes of an answer, and what of it could not be read."""
    return ". ".join(filter(None, ("; or ".join(answer.mistakes), answer.error)))


def _harmless(cell: Any) -> Any:
    """A spreadsheet takes what begins so for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@")) else cell


def as_data(graded: Graded) -> dict[str, Any]:
    """All of it as dictionaries, lists and numbers."""
    return {
        "lesson": graded.lesson,
        "of": graded.of,
        "students": [
            {
                "student": each.student,
                "points": each.points,
                "refused": each.refused or None,
                "notes": list(each.notes),
                "answers": [
                    {"points": a.points, "of": a.of, "mistakes": list(a.mistakes),
                     "error": a.error or None}
                    for a in each.answers
                ],
            }
            for each in graded.results
        ],
        "missing": list(graded.missing),
        "mistakes": [
            {"students": n, "of": of, "question": k, "mistake": name}
            for n, of, k, name in graded.mistakes()
        ],
    }  # fmt: skip
