"""What `lstm-viz sheet` does: print a sheet, or write one for each student, and the key."""

from __future__ import annotations

import csv
import html
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from lstm_viz.exercises.forms import form_text, is_filled_in
from lstm_viz.exercises.numbers import answers_of
from lstm_viz.exercises.page import solution_of
from lstm_viz.exercises.sheets import (
    Sheet,
    blank_of,
    checked_student,
    form_of,
    head_of,
    sheets_of,
    text_of,
)
from lstm_viz.files.atomic import check_writable, replacing
from lstm_viz.files.reading import size_of
from lstm_viz.pictures.kinds import Rule, Text, Title
from lstm_viz.validation.errors import InputError, OptionError

LONGEST = 1 << 22  # bytes of a roster
COLUMNS = "student", "id"


def run_sheet(
    lesson: int,
    student: str | None,
    roster: str | None,
    salt: str,
    save: str | None,
    kind: str,
    key: str | None,
) -> None:
    """One sheet, printed or saved; or those of a class."""
    if student is None and roster is None:
        raise OptionError("whose sheet? give --student ID, or --roster FILE.csv for a class")
    if roster is not None and student is None and save is None and key is None:
        raise OptionError("--roster needs --save FOLDER, or --key FILE.csv")
    students = read_roster(roster) if roster else [checked_student(student or "")]
    if student is not None and student not in students:
        raise InputError(f"{roster}: {student!r} is not in it")
    if save and student is not None:
        _writer(save)
        check_writable(save)
    if key:
        check_writable(key)
    sheets = sheets_of(lesson, students, salt)
    if student is not None:
        sheets = [each for each in sheets if each.student == student]
    if save:
        _check_forms([Path(save)] if student is not None else _forms(Path(save), sheets))
    if key:
        _write_key(key, sheets)
    if student is not None and save:
        _writer(save)(Path(save), sheets[0])
    elif save:
        _write_all(Path(save), sheets, kind)
    elif student is not None and not key:
        sys.stdout.write(text_of(sheets[0]))


def read_roster(path: str) -> list[str]:
    """The students of a CSV file: of the column `student` or `id`, else of the first one."""
    if size_of(path) > LONGEST:
        raise InputError(f"{path}: more than {LONGEST:,} bytes are too many for a roster")
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.reader(file, strict=True) if any(map(str.strip, row))]
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: this is not a CSV file: {error}") from None
    if not rows:
        raise InputError(f"{path}: there is no student in it")
    heads = [cell.strip().lower() for cell in rows[0]]
    column = next((heads.index(name) for name in COLUMNS if name in heads), None)
    if column is not None:
        rows = rows[1:]
    found = []
    for number, row in enumerate(rows, 1 if column is None else 2):
        name = row[column or 0].strip() if len(row) > (column or 0) else ""
        try:
            found.append(checked_student(name))
        except InputError as error:
            raise InputError(f"{path}, row {number}: {error}") from None
    if not found:
        raise InputError(f"{path}: there is no student in it")
    return found


def _forms(folder: Path, sheets: list[Sheet]) -> list[Path]:
    return [folder / f"{sheet.student}.txt" for sheet in sheets]


def _check_forms(paths: list[Path]) -> None:
    """A student's answers are never written over."""
    for path in paths:
        try:
            filled = path.suffix.lower() == ".txt" and is_filled_in(form_text(path))
        except (InputError, OSError):
            continue
        if filled:
            raise InputError(f"{path}: this form is filled in, and is not written over")


def _write_all(folder: Path, sheets: list[Sheet], kind: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: {error.strerror or error}") from None
    for sheet in sheets:
        for ending in (kind, "txt"):
            path = folder / f"{sheet.student}.{ending}"
            _writer(str(path))(path, sheet)
    print(f"{folder}{os.sep}: {len(sheets):,} sheets, and a form to fill in for each")


def _write_key(path: str, sheets: list[Sheet]) -> None:
    with replacing(path) as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["student", "question", "name", "answer"])
        for sheet in sheets:
            rows.writerows(_key(sheet))


def _key(sheet: Sheet) -> Iterable[tuple[str, int, str, str]]:
    for k, question in enumerate(sheet.questions, 1):
        if question.kind == "number":
            for name, values in answers_of(question).items():
                numbers = " ".join(f"{v:.{max(question.digits, 3)}g}" for v in values.ravel())
                yield sheet.student, k, name, numbers
        elif question.kind == "choice":
            yield sheet.student, k, "answer", question.answer
        else:
            yield sheet.student, k, question.kind, solution_of(question)


# ---------------------------------------------------------------------------- a file


def _writer(path: str) -> Callable[[Path, Sheet], None]:
    ending = Path(path).suffix.lower()
    if ending not in WRITERS:
        raise OptionError(f"{path!r} does not end in one of {', '.join(WRITERS)}")
    return WRITERS[ending]


def _write(path: Path, text: str) -> None:
    with replacing(path) as file:
        file.write(text)


def _pdf(path: Path, sheet: Sheet) -> None:
    from lstm_viz.figure.handout import save_pages

    title = f"Lesson {sheet.lesson}, for {sheet.student}"
    parts: list[object] = [Title(f"Lesson {sheet.lesson}", "", (("for", (Text(sheet.student),)),))]
    for k, question in enumerate(sheet.questions, 1):
        parts += [Rule(f"{k}. {question.title}"), head_of(question), blank_of(question)]
    save_pages(path, parts, title)  # type: ignore[arg-type]


def _page(sheet: Sheet) -> str:
    title = f"Lesson {sheet.lesson}, for {sheet.student}"
    parts = [
        f"<h2>{k}. {html.escape(question.title)}</h2>\n<pre>"
        f"{html.escape(head_of(question))}</pre>\n"
        f"<pre>{html.escape(blank_of(question))}</pre>\n"
        for k, question in enumerate(sheet.questions, 1)
    ]
    style = "body{font-family:system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}"
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{style}pre{{white-space:pre-wrap}}</style></head>\n<body><h1>{title}</h1>\n"
        + "".join(parts)
        + "</body></html>\n"
    )


WRITERS: dict[str, Callable[[Path, Sheet], None]] = {
    ".pdf": _pdf,
    ".md": lambda path, sheet: _write(path, text_of(sheet)),
    ".html": lambda path, sheet: _write(path, _page(sheet)),
    ".txt": lambda path, sheet: _write(path, form_of(sheet)),
}
