"""Sheets: the questions of a lesson with numbers of each student's own, found again by name.

    sheets = sheets_of(7, ["2024123", "2024124"], salt="autumn")
    text_of(sheets[0]), text_of(sheets[0], solved=True)

Numbers follow from salt, lesson and student. Draws are tried until mistakes can be told apart from
what is right and from each other, and until no two sheets of a class are alike.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lstm_viz.exercises.draw import DRAWS, drawn
from lstm_viz.exercises.exercise import Exercise
from lstm_viz.exercises.page import page_of, solution_of
from lstm_viz.exercises.read import EXERCISES, read_exercise
from lstm_viz.exercises.tables import separated, table_of
from lstm_viz.validation.errors import InputError, OptionError
from lstm_viz.validation.names import short

KINDS = ("number", "choice", "weights", "cell", "bug")  # nothing that would have to be run
TRIES = 24
ROUNDS = 50
STUDENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
MOST_STUDENTS = 20_000


@dataclass(frozen=True, eq=False)
class Sheet:
    """A lesson's questions, as one student has them."""

    lesson: int
    student: str
    questions: tuple[Exercise, ...]

    @property
    def mark(self) -> str:
        """The draws that its numbers are of, and what tells them from other numbers: `2-1f9c04`."""
        told = repr([_drawn_of(each) for each in self.questions])
        return f"{DRAWS}-{hashlib.sha256(told.encode()).hexdigest()[:6]}"


def _drawn_of(question: Exercise) -> tuple[object, ...]:
    """What of a question is its student's own."""
    problem = question.problem
    arrays = [] if problem is None else [*problem.weights.values(), problem.inputs, problem.target]
    numbers = [None if a is None else np.asarray(a, float).ravel().tolist() for a in arrays]
    return question.name, sorted(question.given.items()), numbers, list(question.choices.items())


def checked_student(name: str) -> str:
    """The name or number of a student, also that of files; `InputError` if it cannot be."""
    if not STUDENT.fullmatch(name):
        raise InputError(
            f"{short(name)!r}: a student is written in letters, digits, and . _ - (at most 64)"
        )
    return name


def questions_of(lesson: int) -> list[Exercise]:
    """The exercises of a lesson that can be set on paper."""
    found = [read_exercise(n) for n in EXERCISES if n.startswith(f"{lesson:02}-")]
    found = [each for each in found if each.kind in KINDS]
    if not found:
        last = int(EXERCISES[-1][:2])
        raise OptionError(f"lesson {lesson} has no exercises: there are lessons 1 to {last}")
    return found


def sheets_of(lesson: int, students: Sequence[str], salt: str = "") -> list[Sheet]:
    """A sheet for each student, in order; the same for the same class, whatever its order.

    Raises `InputError` for a name that is no name of a file, or is there twice.
    """
    questions = questions_of(lesson)
    if len(students) > MOST_STUDENTS:
        raise InputError(f"{len(students):,} students are too many: at most {MOST_STUDENTS:,}")
    for name in students:
        checked_student(name)
    folded: set[str] = set()
    for name in students:
        if name.casefold() in folded:  # files of the same name, on most computers
            raise InputError(f"{name}: this student is there twice")
        folded.add(name.casefold())
    order = sorted(students)
    found: dict[str, Sheet] = {}
    seen: set[str] = set()
    for again in range(ROUNDS):
        open_ones = [name for name in order if name not in found]
        if not open_ones:
            break
        drawn_ones = [_draws(each, open_ones, salt, again) for each in questions]
        for k, name in enumerate(open_ones):
            sheet = Sheet(lesson, name, tuple(column[k] for column in drawn_ones))
            page = "".join(page_of(q) for q in sheet.questions if q.kind == "number")
            if page not in seen or again == ROUNDS - 1:
                found[name] = sheet
                seen.add(page)
    return [found[name] for name in students]


def _draws(exercise: Exercise, students: Sequence[str], salt: str, again: int) -> list[Exercise]:
    """One exercise for each: of several draws the first whose mistakes can all be told apart."""

    def seeds(attempt: int, names: Sequence[str]) -> list[int]:
        return [_seed(salt, exercise, name, again * TRIES + attempt) for name in names]

    if exercise.kind == "choice":
        return [_shuffled(exercise, seed) for seed in seeds(0, students)]
    if exercise.kind != "number" or not exercise.own:
        return [exercise] * len(students)
    best: dict[str, tuple[int, Exercise]] = {}
    for attempt in range(TRIES):
        names = [name for name in students if name not in best or best[name][0] > 0]
        if not names:
            break
        draws = [drawn(exercise, seed) for seed in seeds(attempt, names)]
        for name, draw, near in zip(names, draws, _near(draws), strict=True):
            if name not in best or near < best[name][0]:
                best[name] = int(near), draw
    return [best[name][1] for name in students]


def _near(draws: list[Exercise], together: int = 512) -> Iterator[int]:
    for k in range(0, len(draws), together):
        some = draws[k : k + together]
        yield from separated(some, table_of(some))


def _seed(salt: str, exercise: Exercise, student: str, attempt: int) -> int:
    told = "\n".join((salt, exercise.name, student, str(attempt)))
    return int.from_bytes(hashlib.sha256(told.encode()).digest()[:8], "big") >> 1


def _shuffled(exercise: Exercise, seed: int) -> Exercise:
    """The choices under other letters."""
    letters = list(exercise.choices)
    order = [letters[k] for k in np.random.default_rng(seed).permutation(len(letters))]
    choices = {new: exercise.choices[old] for new, old in zip(letters, order, strict=True)}
    return replace(exercise, choices=choices, answer=letters[order.index(exercise.answer)])


# ---------------------------------------------------------------------------- as text


def form_of(sheet: Sheet, solved: bool = False) -> str:
    """What a student fills in and hands in: a plain text, a part for each question."""
    head = {"student": sheet.student, "lesson": sheet.lesson, "numbers": sheet.mark}
    lines = [*(f"{name} = {value}" for name, value in head.items()), ""]
    for k, question in enumerate(sheet.questions, 1):
        lines += [f"[{k}]", solution_of(question) if solved else blank_of(question), ""]
    return "\n".join(lines)


def blank_of(question: Exercise) -> str:
    """The places for the answer, without all that stands above them."""
    lines = page_of(question).splitlines()
    return "\n".join(line for line in lines if line and not line.startswith("#"))


def head_of(question: Exercise) -> str:
    """The question and what is given, in words."""
    lines = page_of(question).splitlines()[1:]
    said = [line.removeprefix("#").removeprefix(" ") for line in lines if line.startswith("#")]
    return "\n".join(_without_saving(said)).strip("\n")


def _without_saving(lines: list[str]) -> list[str]:
    """On paper nothing is saved."""
    return [line.replace(", and save", "") for line in lines]


def text_of(sheet: Sheet, solved: bool = False) -> str:
    """The sheet in Markdown, or its key."""
    lines = [f"# Lesson {sheet.lesson}", "", f"For {sheet.student}.", ""]
    for k, question in enumerate(sheet.questions, 1):
        lines += [f"## {k}. {question.title}", "", "```text", head_of(question), "```", ""]
        lines += ["```text", solution_of(question) if solved else blank_of(question), "```", ""]
    return "\n".join(lines)
