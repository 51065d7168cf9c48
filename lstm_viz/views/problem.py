"""Which problems are there, what does one ask, and what does the run answer?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import numpy as np

from lstm_viz.equations.tree import PREVIOUS
from lstm_viz.pictures.kinds import (
    Beside,
    Expression,
    Picture,
    Rule,
    Stack,
    Table,
    Text,
    Title,
    Words,
)
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.pictures.numerals import in_column
from lstm_viz.problems import Answer, Asked, Problem
from lstm_viz.problems.problem import LOSS, PARAMETERS
from lstm_viz.views.cells import equations
from lstm_viz.views.expressions import named

MOST_NUMBERS = 40  # of an array that is printed
COMMANDS = "lstm-viz problem NAME shows one, lstm-viz step --problem NAME runs it"


def bank(problems: Iterable[Problem], say: Language = ENGLISH) -> Iterator[Stack]:
    """All problems of the bank: name, title, where it is from."""
    rows = tuple(
        ((Text(each.name),), (Text(each.title),), (Text(each.source),)) for each in problems
    )
    title = Title(say("problems"), say.count(len(rows), "problem"))
    heads = say("problem"), say("title"), say("source")
    yield Stack((title, Words((Text(say(COMMANDS)),), "quiet"), Words(()), Table(heads, rows)))


def statement(problem: Problem, say: Language = ENGLISH) -> Iterator[Stack]:
    """One problem: what it is about, its equations, its numbers, what is asked."""
    facts = tuple(facts_of(problem, say))
    asked = tuple(((Text(each.written),), _words(each, say)) for each in problem.asked)
    yield Stack(
        (
            Title(problem.name, problem.title, facts),
            *([Words((Text(problem.statement),))] if problem.statement else []),
            Rule(say("equations")),
            equations(problem.cell, say),
            Rule(say("given")),
            Table(("", "", ""), tuple(_numbers(problem)), ()),
            Rule(say("asked")),
            Table(("", ""), asked),
        )
    )


def facts_of(problem: Problem, say: Language) -> Iterator[tuple[str, Expression]]:
    """Where it is from."""
    if problem.source:
        yield say("source"), (Text(problem.source),)


def _numbers(problem: Problem) -> Iterator[tuple[Expression, ...]]:
    """Each parameter, the input, the states: its name, its size, its numbers."""
    cell, target = problem.cell, problem.target
    for name, array in problem.weights.items():
        yield (named(cell, name),), (Text(_size(array)),), _written(array)
    for state, array in problem.states.items():
        yield (named(cell, f"{state}_prev"),), (Text(_size(array)),), _written(array)
    yield (Text("x", "input"),), (Text(_size(problem.inputs)),), _inputs(problem)
    if target is not None:
        yield (Text("target"),), (Text(_size(target)),), _written(target)


def _size(array: np.ndarray) -> str:
    return " × ".join(map(str, array.shape))


def _inputs(problem: Problem) -> Expression:
    """Of several features a row for each step; else as they were typed, or named."""
    several = problem.inputs.shape[1] > 1 and problem.inputs.size <= MOST_NUMBERS
    return _written(problem.inputs) if several else (Text(problem.input_words),)


def _written(array: np.ndarray) -> Expression:
    """The numbers, where they are few: a line for each row, their points below each other."""
    if array.size > MOST_NUMBERS:
        return (Text("…"),)
    if array.ndim == 1:
        return (Text("  ".join(f"{value:g}" for value in array)),)
    columns = [in_column([f"{value:g}" for value in column]) for column in array.T.tolist()]
    return (Text("\n".join("  ".join(row).rstrip() for row in zip(*columns, strict=True))),)


def headline(problem: Problem) -> Stack:
    """Its title and source, above a picture."""
    source = (Words((Text(problem.source),), "quiet"),) if problem.source else ()
    return Stack((Rule(problem.title), *source))


def _words(asked: Asked, say: Language) -> Expression:
    """What is asked, in words: `∂L/∂h at step 2`."""
    if asked.name == PARAMETERS:
        return say.phrase("how many parameters there are")
    state, step = asked.name.removesuffix(PREVIOUS), f"{(asked.step or 0) + 1}"
    name = f"∂L/∂{state}" if asked.gradient else state
    found = say.phrase(_when(asked), name=name, t=step)
    unit = () if asked.unit is None else say.phrase(", unit {unit}", unit=f"{asked.unit}")
    return (*found, *unit)


def _when(asked: Asked) -> str:
    before = asked.name.endswith(PREVIOUS)
    if asked.weight or asked.name == LOSS:
        return "{name}" if asked.step is None else "what step {t} adds to {name}"
    if asked.step is None:
        return "{name} before every step" if before else "{name} at every step"
    return "{name} before step {t}" if before else "{name} at step {t}"


def answered(
    problem: Problem,
    answers: Iterable[Answer],
    say: Language = ENGLISH,
    holds: str = "",
    columns: int = 1,
) -> Stack:
    """What was asked, as this run has it, and what the problem says of published answers.

    `holds` is what is held in this run. The answers stand in so many `columns`.
    """
    rows = tuple(
        ((Text(each.asked.written),), _words(each.asked, say), (Text("\n".join(each.rows)),))
        for each in answers
    )
    asked = say.phrase("what if {holds}", holds=holds) if holds else ()
    parts: list[Picture] = [Rule(say("answers"), asked), _in_columns(rows, columns)]
    parts += [Words((Text(problem.note),), "quiet")] if problem.note and not holds else []
    return Stack(tuple(parts))


def _in_columns(rows: tuple[tuple[Expression, ...], ...], columns: int) -> Picture:
    """Rows down the first column, then down the next."""
    each = max(math.ceil(len(rows) / columns), 1)
    tables = [Table(("", "", ""), rows[k : k + each]) for k in range(0, len(rows), each)]
    if columns == 1 or len(tables) < 2:
        return Table(("", "", ""), rows)
    return Beside(tuple(tables))
