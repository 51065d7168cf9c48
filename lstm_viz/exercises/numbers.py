"""A number, or several: judged by the run or the expressions that they follow from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from lstm_viz.cells.cell import Cell
from lstm_viz.exercises.counted import miscounts
from lstm_viz.exercises.exercise import Exercise, Said, Verdict
from lstm_viz.exercises.expressions import value_of
from lstm_viz.exercises.lines import read_array, read_lines, shown
from lstm_viz.measures.edits import Edit
from lstm_viz.measures.mistakes import mistakes
from lstm_viz.problems import Asked, Problem, answers
from lstm_viz.problems.problem import LOSS, PARAMETERS
from lstm_viz.trace.records import Gradients
from lstm_viz.trace.run import backpropagate, run

Values = dict[str, np.ndarray]
Suspected = tuple[tuple[str, ...], tuple[str, ...], str]  # of all, of some; the first wrong
SEARCHING = Said("Looking for the mistake.")
SOME = (
    "No single mistake that is known here gives all these numbers."
    " This explains some of them: {mistake}."
)
FACTORS = {-1.0: "the sign of the loss's gradient", 2.0: "a factor 2 of the loss's gradient"}
LOSSES = {2.0: "the half of the loss forgotten"}
MOST_NAMED = 3  # mistakes of a tie that are said


def answers_of(exercise: Exercise) -> Values:
    """What is right, by what is asked: computed now, by a run or from the expressions."""
    if exercise.problem is None:
        return _expressed(exercise, exercise.solution)
    gradients, loss = _run(exercise.problem)
    return {a.asked.written: a.values for a in answers(exercise.problem, gradients, loss)}


def _expressed(exercise: Exercise, written: Mapping[str, object]) -> Values:
    known = exercise.given
    return {name: np.array([value_of(str(v), known)]) for name, v in written.items()}


def _run(problem: Problem) -> tuple[Gradients, float]:
    """A problem gone through and back, and its loss."""
    trace = run(problem.cell, problem.weights, problem.inputs, problem.states)
    output = trace[problem.cell.output]
    seeds = _seeds(problem, output)
    return backpropagate(trace, {problem.cell.output: seeds}), float(_shares(problem, output).sum())


def _shares(problem: Problem, output: np.ndarray) -> np.ndarray:
    """What of the loss is that of each step and unit."""
    seeds = _seeds(problem, output)
    return np.asarray(seeds * output if problem.target is None else seeds**2 / 2)


def _seeds(problem: Problem, output: np.ndarray) -> np.ndarray:
    """∂L by the output: of half the squared distance from the target, or of the sum."""
    apart = np.ones_like(output) if problem.target is None else output - problem.target
    if problem.loss_at == "last":
        apart[:-1] = 0.0
    return apart


def judge_numbers(exercise: Exercise, text: str, quick: bool = False) -> Verdict:
    """What is right so far, what is not, and, unless it is `quick`, which mistake gives it."""
    right = answers_of(exercise)
    lines = read_lines(text, right)
    given = {n: read_array(lines[n], v.shape, n) for n, v in right.items() if n in lines}
    if not given:
        return Verdict(False, (Said("Nothing is filled in yet."),), finished=False)
    wrong = [n for n in given if not agree(exercise, n, given[n], right[n])]
    if wrong:
        return _wrong(exercise, given, wrong, right, quick)
    if len(given) < len(right):
        counts = {"n": str(len(given)), "all": str(len(right))}
        said = Said("{n} of {all} are filled in, and right.", counts)
        return Verdict(False, (said,), finished=False)
    return Verdict(True, (Said("Right."),))


def agree(exercise: Exercise, name: str, given: np.ndarray, right: np.ndarray) -> bool:
    """Whether what is given for one answer is so near to these numbers that it is right."""
    return bool((np.abs(given - right) <= exercise.tolerance(name).of(right)).all())


def _wrong(
    exercise: Exercise, given: Values, wrong: list[str], right: Values, quick: bool
) -> Verdict:
    some: tuple[str, ...] = ()
    names, first = _own_names(exercise, given), wrong[0]
    if exercise.problem is not None and PARAMETERS in wrong:
        counted = miscounts(exercise.problem).items()
        names = tuple(n for n, number in counted if number == given[PARAMETERS].item())
    if not names and exercise.problem is not None and not quick:
        names, some, first = _suspected(exercise, given, wrong)
    pieces = {"name": first, "value": shown(given[first])}
    said = [Said("{name} = {value} is not what comes out.", pieces)]
    if before := [n for n in right if n in given and n not in wrong]:
        said.append(Said("Right: {names}.", {"names": ", ".join(before)}))
    said.append(SEARCHING if quick and not names else _named(names, some))
    return Verdict(False, tuple(said), mistakes=names)


def _named(names: tuple[str, ...], some: tuple[str, ...]) -> Said:
    if not (names or some):
        return Said("No single mistake that is known here gives this.")
    listed = {"mistake": "; or ".join((names or some)[:MOST_NAMED])}
    return Said("This is what comes out with a mistake: {mistake}." if names else SOME, listed)


def _own_names(exercise: Exercise, given: Values) -> tuple[str, ...]:
    """The exercise's own mistakes that give these numbers."""
    found = []
    for name, written in exercise.wrong.items():
        values = _expressed(exercise, written)
        both = values.keys() & given.keys()
        if both and all(agree(exercise, n, given[n], values[n]) for n in both):
            found.append(name)
    return tuple(found)


def _suspected(exercise: Exercise, given: Values, wrong: list[str]) -> Suspected:
    """The mistakes that give all that is given; else those that give the first that is wrong."""
    problem = exercise.problem
    assert problem is not None
    gradients, _ = _run(problem)
    by = {asked.written: asked for asked in problem.asked}
    judged = {
        n: _keyed(gradients, by[n], v) for n, v in given.items() if _is_judged(by[n], problem.cell)
    }
    first = next((n for n in wrong if n in judged), "")
    if not first:
        return (), (), wrong[0]
    within = float(np.min(exercise.tolerance(first).of(answers_of(exercise)[first])))
    cell = problem.cell

    def seeds(values: Values) -> Values:
        return {cell.output: _seeds(problem, values[cell.output])}

    def loss(values: Values) -> float:
        return float(_shares(problem, values[cell.output]).sum())

    def searched(names: Iterable[str]) -> tuple[str, ...]:
        found = mistakes(
            cell, problem.weights, problem.inputs, dict(judged[n] for n in names),
            states=problem.states, seeds=seeds, loss=loss, tolerance=within,
        ).found  # fmt: skip
        return tuple(dict.fromkeys(map(told, found)))

    until = [n for n in judged if n not in wrong or n == first]
    some = searched(until)  # whoever goes on from a mistake may make another
    whole = searched(judged) if some and len(judged) > len(until) else ()
    scaled = _scaled(exercise, given, by)
    if len(judged) == len(until):
        whole, some = some, ()
    return (*scaled, *whole), some, first


def _scaled(exercise: Exercise, given: Values, by: Mapping[str, Asked]) -> tuple[str, ...]:
    """The loss's gradient taken wrongly: every gradient is so many times what is right."""
    right = answers_of(exercise)
    known = {name: (factor, 1.0) for factor, name in FACTORS.items()}
    known |= {name: (1.0, factor) for factor, name in LOSSES.items()}

    def times(asked: Asked, gradient: float, loss: float) -> float:
        return gradient if asked.gradient else loss if asked.name == LOSS else 1.0

    return tuple(
        name
        for name, factors in known.items()
        if all(agree(exercise, n, v, right[n] * times(by[n], *factors)) for n, v in given.items())
    )


def told(edit: Edit) -> str:
    """What a mistake is called, or what it does, or the line that it makes of one."""
    return edit.name or edit.said or f"the line {edit.text}"


def _is_judged(asked: Asked, cell: Cell) -> bool:
    """Whether mistakes in the equations are looked for: not in a count, nor in a whole block."""
    return asked.name in (LOSS, *cell.names, *cell.parameters)


def _keyed(gradients: Gradients, asked: Asked, values: np.ndarray) -> tuple[str, np.ndarray]:
    """As `mistakes` takes it: a single unit among units that are not judged."""
    name, _, step = asked.written.partition("@")
    key = name.partition(".")[0] + (f"@{step}" if step else "")
    if asked.unit is None:
        return key, values
    if asked.weight:
        whole = np.full(np.shape(gradients.weights[asked.name]), np.nan)
        whole[asked.unit] = np.reshape(values, whole[asked.unit].shape)
        return key, whole
    recorded = gradients.trace[asked.name]
    whole = np.full(np.shape(recorded if asked.step is None else recorded[asked.step]), np.nan)
    whole[..., asked.unit] = np.reshape(values, whole[..., asked.unit].shape)
    return key, whole
