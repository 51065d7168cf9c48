"""The student's file: the question, what is given, and places for the answer; nothing of it.

`solved` is the same with the answer in it, for whoever gives up, and for the tests.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping

import numpy as np

from lstm_viz.equations.text import equation_text
from lstm_viz.exercises.exercise import Exercise
from lstm_viz.exercises.lines import rows_of
from lstm_viz.exercises.numbers import answers_of
from lstm_viz.problems import Problem

WIDTH = 78
TOGETHER, COLUMN = 3, 16  # single numbers in a line, and how far apart they begin


def question_of(exercise: Exercise) -> str:
    """The question with what is given put in for {names}."""
    return filled(exercise, exercise.question)


def filled(exercise: Exercise, words: str) -> str:
    """A text of the exercise with what is given put in for {names}."""
    given = exercise.given

    def put(match: re.Match[str]) -> str:
        return f"{given[match[1]]:.10g}" if match[1] in given else match[0]

    return re.sub(r"\{(\w+)\}", put, words)


def page_of(exercise: Exercise, solved: bool = False) -> str:
    """All of the file, as it is given out, or solved."""
    head = f"Lesson {exercise.lesson}: {exercise.title}"
    lines = ["", *textwrap.wrap(question_of(exercise), WIDTH), ""]
    body = (exercise.start if not solved else solution_of(exercise)).strip("\n")
    if exercise.kind in ("number", "choice", "weights"):
        body = "\n".join(BODIES[exercise.kind](exercise, solved))
    given = given_of(exercise)
    said = [*lines, *given, *([""] if given else []), *_precision(exercise), *HOW[exercise.kind]]
    return "".join(f"# {line}".rstrip() + "\n" for line in [head, *said]) + f"\n{body}\n"


def solution_of(exercise: Exercise) -> str:
    """The answer alone, as it may be written into the file."""
    if exercise.kind in ("number", "choice", "weights"):
        return "\n".join(BODIES[exercise.kind](exercise, True))
    if exercise.kind == "numpy":
        return str(exercise.solution["text"])
    assert exercise.cell is not None  # without comments: each line is to be copied as it stands
    return "\n".join(map(equation_text, exercise.cell.equations))


def _numbers(exercise: Exercise, solved: bool) -> Iterator[str]:
    for name, values in answers_of(exercise).items():
        yield f"{name} = {_rounded(name, values, exercise)}" if solved else f"{name} ="


def _rounded(name: str, values: np.ndarray, exercise: Exercise) -> str:
    """As many digits as are asked for; of what is judged by its share, four that count."""
    digits, share = exercise.digits, exercise.tolerance(name).share
    return ", ".join(
        f"{v:.4g}" if share or 0 < abs(v) < 10.0**-digits else f"{v:.{digits}f}"
        for v in values.ravel()
    )


def _choices(exercise: Exercise, solved: bool) -> Iterator[str]:
    yield f"answer = {exercise.answer}" if solved else "answer ="


def _weights(exercise: Exercise, solved: bool) -> Iterator[str]:
    for name, value in exercise.solution.items():
        array = np.asarray(value)
        size = " x ".join(map(str, array.shape))
        behind = f"    # {size}" if array.size > 1 else ""
        yield f"{name} = {rows_of(array)}" if solved else f"{name} ={behind}"


BODIES = {"number": _numbers, "choice": _choices, "weights": _weights}


def _precision(exercise: Exercise) -> Iterator[str]:
    """How exact an answer has to be."""
    if exercise.kind != "number":
        return
    names: dict[str, list[str]] = {}
    for name in answers_of(exercise):
        within = exercise.tolerance(name)
        most = f"{100 * within.most:g} %" if within.share else f"{within.most:g}"
        names.setdefault(most, []).append(name)
    if list(names) == ["0"]:
        return
    parts = [f"{m} ({', '.join(n)})" if len(names) > 1 else m for m, n in names.items()]
    yield from textwrap.wrap(f"Right is what is off by at most {'; '.join(parts)}.", WIDTH)


def given_of(exercise: Exercise) -> list[str]:
    """The cell, its numbers, what the loss is, what can be chosen: what is not asked for."""
    problem, cell = exercise.problem, exercise.cell
    if problem is not None:
        return list(_of_problem(problem))
    if exercise.kind == "choice":
        return list(_offered(exercise))
    if exercise.kind != "weights" or cell is None:
        return []
    given = ["", "Given:", *_values(exercise.weights)] if exercise.weights else []
    return [*_equations(cell.text), *given]


def _offered(exercise: Exercise) -> Iterator[str]:
    for letter, (words, _) in exercise.choices.items():
        first, *more = textwrap.wrap(filled(exercise, words), WIDTH - 3)
        yield f"{letter}  {first}"
        yield from (f"   {line}" for line in more)


def _of_problem(problem: Problem) -> Iterator[str]:
    yield from _equations(problem.cell.text)
    states = {f"{name}_prev": array for name, array in problem.states.items()}
    given: Mapping[str, np.ndarray] = {**problem.weights, **states}
    yield from ["", "Given:", *_values(given)]
    yield from _indented(f"x = {_sequence(problem)}")
    if problem.target is not None:
        yield from _indented(f"target = {rows_of(problem.target.ravel())}")
    for asked in problem.asked:
        if asked.step is not None and not asked.gradient:
            yield from ["", f"{asked.written} is {asked.name} at step {asked.step + 1}."]
            break
    for asked in problem.asked:
        if asked.weight and asked.step is not None:
            words = f"{asked.written} is what step {asked.step + 1} alone adds to d{asked.name}."
            yield from ["", words]
            break
    if any(asked.gradient for asked in problem.asked):
        output, at = problem.cell.output, problem.loss_at
        when = "at the last step" if at == "last" else "at every step, added up"
        loss = output if problem.target is None else f"({output} - target)^2 / 2"
        yield from ["", f"The loss L is {loss} {when}; dh is the gradient of L by h."]


def _sequence(problem: Problem) -> str:
    steps = len(problem.inputs)
    if problem.inputs.shape[1] == 1 and steps > 12:
        return problem.input_words
    between = ", " if problem.inputs.shape[1] == 1 else "; "
    rows = between.join(", ".join(f"{v:g}" for v in row) for row in problem.inputs)
    word = "step" if steps == 1 else "steps"
    return f"{rows}    ({steps} {word})"


def _equations(text: str) -> Iterator[str]:
    yield "Equations:"
    yield from _indented(textwrap.dedent(text).strip("\n"))


def _values(values: Mapping[str, np.ndarray]) -> list[str]:
    """Lines of `name = numbers`, several single numbers in one."""
    rows: list[str] = []
    together = 0
    for name, array in values.items():
        line = f"{name} = {rows_of(np.atleast_1d(array))}"
        if np.size(array) == 1 and 0 < together < TOGETHER:
            rows[-1] += " " * max(COLUMN - len(rows[-1]) % COLUMN, 2) + line
            together += 1
        else:
            rows.append(line)
            together = int(np.size(array) == 1)
    return _indented("\n".join(rows))


def _indented(text: str) -> list[str]:
    return [f"    {line}" for line in text.splitlines()]


HOW = {
    "number": ("Write numbers, and save; 0.5 * 0.3 and sigmoid(0.3) are read, too.",),
    "choice": ("Write one letter, and save.",),
    "cell": ("Write an expression for each ____, and save. What is equal in effect is right.",),
    "bug": ("Change what is wrong, and save. What is equal in effect is right.",),
    "weights": ("Write numbers, a vector as 1, 2 and rows as 1, 2; 0.5, 3, and save.",),
    "numpy": (
        "Save, and press c: your function is then run, in a process of its own,",
        "for at most five seconds. It is run only when you press c.",
    ),
}
