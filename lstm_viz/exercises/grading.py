"""Points and mistakes of a class: answer files read as text, and nothing of them is ever run.

graded = grade(sheets, {"2024123": text, …})
graded.results[0].points, graded.mistakes()
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from lstm_viz.exercises.exercise import Exercise, Verdict
from lstm_viz.exercises.forms import OTHER_SALT, Part, form_read, numbers_in
from lstm_viz.exercises.judge import verdict_of
from lstm_viz.exercises.sheets import Sheet, blank_of
from lstm_viz.exercises.tables import Table, table_of
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import short

TOGETHER = 256  # students whose numbers are computed at once
EXACT = 0.26  # of what is still right: half a unit of the last digit asked for, and a bit
UNKNOWN = "no single mistake that is known gives this"
BLANK = "nothing is filled in"
NOTHING = "Nothing "  # is chosen, or has been changed


@dataclass(frozen=True)
class Answer:
    """One question of one student: points, of how many, and the mistakes that give the numbers.

    `error` says in one line what of it could not be read.
    """

    points: int
    of: int
    mistakes: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True)
class Result:
    """A student: an answer to each question, or in `refused` why nothing was read.

    `notes` are lines about the form.
    """

    student: str
    answers: tuple[Answer, ...] = ()
    refused: str = ""
    notes: tuple[str, ...] = ()

    @property
    def points(self) -> int:
        """All points."""
        return sum(each.points for each in self.answers)


@dataclass(frozen=True)
class Graded:
    """A class: `of` are the points that there are."""

    lesson: int
    of: int
    results: tuple[Result, ...]
    missing: tuple[str, ...] = field(default=())

    def mistakes(self) -> list[tuple[int, int, int, str]]:
        """(students, of how many who answered, question, mistake), the most frequent first."""
        found: Counter[tuple[int, str]] = Counter()
        given: Counter[int] = Counter()
        for result in self.results:
            for k, answer in enumerate(result.answers, 1):
                given[k] += answer.mistakes != (BLANK,)
                if answer.mistakes and answer.mistakes != (BLANK,):
                    found[k, "; or ".join(answer.mistakes)] += 1
        ranked = sorted(found.items(), key=lambda each: (-each[1], each[0]))
        return [(n, given[k], k, name) for (k, name), n in ranked]


def grade(sheets: Sequence[Sheet], texts: Mapping[str, str | InputError]) -> Graded:
    """Grade what is there of a class; a text that cannot be read is refused with its line.

    `texts` is what each student handed in, or the error that its file was.
    """
    by = {sheet.student: sheet for sheet in sheets}
    read: dict[str, dict[int, Part]] = {}
    notes: dict[str, tuple[str, ...]] = {}
    refused: dict[str, str] = {}
    for student, text in texts.items():
        try:
            if isinstance(text, InputError):
                raise text
            if student not in by:
                raise InputError(f"{short(student)!r} is not in the roster")
            form = form_read(text, by[student])
            read[student], notes[student] = form.parts, form.notes
        except InputError as error:
            refused[student] = str(error)
    columns = _columns([by[student] for student in read], list(read.values()))
    answers = {student: tuple(column[k] for column in columns) for k, student in enumerate(read)}
    if texts and all(said.endswith(OTHER_SALT) for said in refused.values()) and not read:
        raise InputError(OTHER_SALT.replace("these are not", "no form has"))
    results = [Result(s, answers.get(s, ()), refused.get(s, ""), notes.get(s, ())) for s in texts]
    points = sum(_worth(question) for question in sheets[0].questions)
    missing = tuple(sheet.student for sheet in sheets if sheet.student not in texts)
    return Graded(sheets[0].lesson, points, tuple(results), missing)


def _worth(question: Exercise) -> int:
    """A point for each number asked; else one."""
    return len(table_of([question]).names) if question.kind == "number" else 1


def _columns(sheets: list[Sheet], parts: list[dict[int, Part]]) -> list[list[Answer]]:
    """The answers to each question, in the order of the students."""
    columns: list[list[Answer]] = []
    for k in range(len(sheets[0].questions) if sheets else 0):
        questions = [sheet.questions[k] for sheet in sheets]
        texts = [part.get(k + 1, "") for part in parts]
        if questions[0].kind == "number":
            columns.append(list(_numbers(questions, texts)))
        else:
            columns.append([_one(q, t) for q, t in zip(questions, texts, strict=True)])
    return columns


# ---------------------------------------------------------------------------- texts, choices


def _one(question: Exercise, text: Part) -> Answer:
    try:
        return _read(question, text)
    except InputError as error:
        return Answer(0, 1, (), str(error))


def _read(question: Exercise, text: Part) -> Answer:
    if isinstance(text, InputError):
        raise text
    if not text.strip():
        return Answer(0, 1, (BLANK,))
    if text.split() == blank_of(question).split():
        return Answer(0, 1, (BLANK,))
    verdict = verdict_of(question, text) if question.kind == "choice" else _judged(question, text)
    if verdict.right:
        return Answer(1, 1)
    if not verdict.finished:
        said = str(verdict.said[0])
        if said.startswith(NOTHING):
            return Answer(0, 1, (BLANK,))
        return Answer(0, 1, (), f"{said[:1].lower()}{said[1:].rstrip('.')}")
    return Answer(0, 1, verdict.mistakes or (UNKNOWN,))


@lru_cache(4096)
def _judged(question: Exercise, text: str) -> Verdict:
    """The same text is judged once: its question is the same for all."""
    return verdict_of(question, text)


# ---------------------------------------------------------------------------- numbers


def _numbers(questions: list[Exercise], texts: list[Part]) -> Iterator[Answer]:
    for k in range(0, len(questions), TOGETHER):
        table = table_of(questions[k : k + TOGETHER])
        for row, text in enumerate(texts[k : k + TOGETHER]):
            yield _graded(table, row, text)


def _graded(table: Table, row: int, text: Part) -> Answer:
    """Points for what is right, and the mistakes that give all that is given."""
    worth = len(table.names)
    try:
        if isinstance(text, InputError):
            raise text
        given, error = numbers_in(text, table.names)
    except InputError as refused:
        return Answer(0, worth, (), str(refused))
    if np.isnan(given).all():
        return Answer(0, worth, () if error else (BLANK,), error)
    near = np.abs(given - table.truth[row]) <= table.tolerance[row]
    ends = np.cumsum([size for _, size in table.names])
    pieces = np.split(near, ends[:-1])
    points = sum(bool(piece.all()) for piece in pieces)
    wrong = np.isfinite(given) & ~near
    if not wrong.any():
        return Answer(points, worth, (), error)
    return Answer(points, worth, _named(table, row, given) or (UNKNOWN,), error)


def _named(table: Table, row: int, given: np.ndarray) -> tuple[str, ...]:
    """Those that give all that is given; of several those that give its every digit."""
    asked = np.isfinite(given)
    found: dict[bool, list[str]] = {True: [], False: []}
    for name, numbers in table.mistakes.items():
        own = numbers[row]
        known = asked & np.isfinite(own)
        off, within = np.abs(own - given)[known], table.tolerance[row][known]
        if known.any() and (off <= within).all() and not _is_right(table, row, given, known):
            found[bool((off <= EXACT * within).all())].append(name)
    return tuple((found[True] or found[False])[:3])


def _is_right(table: Table, row: int, given: np.ndarray, known: np.ndarray) -> bool:
    """Whether nothing that a mistake says anything about is wrong."""
    off = np.abs(given - table.truth[row])
    return bool((off[known] <= table.tolerance[row][known]).all())
