"""A cell's text with blanks, or with a bug: what is equal in effect to the right one is right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lstm_viz.cells.cell import Cell
from lstm_viz.equations.parse import EquationError
from lstm_viz.equations.text import equation_text
from lstm_viz.exercises.exercise import Exercise, Said, Verdict
from lstm_viz.exercises.expressions import as_typed
from lstm_viz.exercises.lines import LONGEST, open_places, shown
from lstm_viz.exercises.numbers import MOST_NAMED, SEARCHING, told
from lstm_viz.measures.mistakes import mistakes
from lstm_viz.trace.records import Trace
from lstm_viz.trace.run import run
from lstm_viz.validation.errors import InputError

STEPS, INPUTS, UNITS = 4, 2, 3
NEAR = 1e-9
TRIES = 3  # draws of weights; two texts that differ do so in one of them


@dataclass(frozen=True, eq=False)
class _Numbers:
    """Weights, inputs and states drawn for a comparison."""

    weights: dict[str, np.ndarray]
    inputs: np.ndarray
    states: dict[str, np.ndarray]


def judge_text(exercise: Exercise, text: str, quick: bool = False) -> Verdict:
    """The verdict on a text of equations; where it is `quick`, no mistake is looked for."""
    if len(text) > LONGEST:
        raise InputError(f"more than {LONGEST:,} characters are too many for a cell")
    right = exercise.cell
    assert right is not None
    if places := open_places(text):
        said = Said("Still open: line {lines}.", {"lines": ", ".join(map(str, places))})
        return Verdict(False, (said,), finished=False)
    if exercise.kind == "bug" and _code(text) == _code(exercise.start):
        return Verdict(False, (Said("Nothing has been changed yet."),), finished=False)
    try:
        own = Cell("own", as_typed(text))
    except EquationError as error:
        raise InputError(str(error).partition("\n")[0]) from None
    if said_of := _unlike(exercise, own, right):
        return Verdict(False, (said_of,))
    for seed in range(TRIES):
        if (verdict := _compared(exercise, own, right, seed, quick)) is not None:
            return verdict
    return Verdict(True, (Said("Right: with random weights it computes the same."),))


def _code(text: str) -> list[str]:
    lines = (line.partition("#")[0].split() for line in text.splitlines())
    return ["".join(line) for line in lines if line]


def _unlike(exercise: Exercise, own: Cell, right: Cell) -> Said | None:
    """What the text has that is not given, or has not that is wanted."""
    for name in exercise.checked:
        if name not in own.quantities:
            return Said("No line computes {name}.", {"name": name})
    for name in own.parameters:
        if name not in right.parameters:
            return Said("{name} is not given: it is taken for a weight.", {"name": name})
        if len(own.parameters[name]) != len(right.parameters[name]):
            return Said("{name} is given in another shape.", {"name": name})  # fmt: skip
    for state in own.states:
        if state not in right.states:
            return Said("{name} is not carried from step to step here.", {"name": f"{state}_prev"})
    return None


def _drawn(right: Cell, seed: int, units: int, inputs: int) -> _Numbers:
    random = np.random.default_rng(seed + 17)
    shapes = right.shapes(inputs, units)
    weights = {name: random.uniform(-1.5, 1.5, shape) for name, shape in shapes.items()}
    sequence = random.uniform(-2, 2, (STEPS, inputs))
    sizes = right.sizes(weights, inputs)
    states = {s: random.uniform(-1, 1, sizes[right.letters(s)]) for s in right.states}
    return _Numbers(weights, sequence, states)


def _numbers_for(right: Cell, seed: int) -> _Numbers:
    """Several units; without a matrix one, for each would have an input of its own."""
    return _drawn(right, seed, UNITS, INPUTS) if right.matrices else _drawn(right, seed, 1, 1)


def _traces(own: Cell, right: Cell, numbers: _Numbers) -> tuple[Trace, Trace]:
    """The student's run and ours."""
    kept = {n: a for n, a in numbers.weights.items() if n in own.parameters}
    states = {n: a for n, a in numbers.states.items() if n in own.states}
    return (
        run(own, kept, numbers.inputs, states),
        run(right, numbers.weights, numbers.inputs, numbers.states),
    )


def _compared(exercise: Exercise, own: Cell, right: Cell, seed: int, quick: bool) -> Verdict | None:
    numbers = _numbers_for(right, seed)
    try:
        with np.errstate(all="ignore"):
            theirs, ours = _traces(own, right, numbers)
    except (InputError, ValueError) as error:
        return _not_run(exercise, own, right, str(error).rstrip("."))
    apart = [n for n in exercise.checked if not _near(theirs[n], ours[n])]
    if not apart:
        return None
    return _different(exercise, own, right, theirs, ours, quick)


def _not_run(exercise: Exercise, own: Cell, right: Cell, error: str) -> Verdict:
    """Sizes that do not fit: which line it is, told on one unit, where they do."""
    said = Said("It cannot be run: {error}.", {"error": error})
    try:
        with np.errstate(all="ignore"):
            names = _suspected(exercise, own, right)
    except (InputError, ValueError):
        names = ()
    return Verdict(False, (said, *named(names)), mistakes=names)


def named(names: tuple[str, ...]) -> tuple[Said, ...]:
    """The mistakes that a text computes, if there are any."""
    listed = "; or ".join(names[:MOST_NAMED])
    words = "It computes what a cell does with this mistake: {mistake}."
    return (Said(words, {"mistake": listed}),) if names else ()


def _near(one: np.ndarray, other: np.ndarray) -> bool:
    if one.shape != other.shape:
        return False
    return bool(np.allclose(one, other, rtol=NEAR, atol=NEAR, equal_nan=True))


def _different(
    exercise: Exercise, own: Cell, right: Cell, theirs: Trace, ours: Trace, quick: bool
) -> Verdict:
    """The first step and quantity that differ, and the mistake by name."""
    shared = [n for n in own.quantities if n in right.quantities]
    places = [
        (step, name)
        for step in range(STEPS)
        for name in shared
        if theirs[name].shape != ours[name].shape or not _near(theirs[name][step], ours[name][step])
    ]
    step, name = places[0]
    pieces = {"name": name, "step": str(step + 1)}
    said = [Said("It runs, and is not the same: {name} is the first to differ, at step {step}.",
                 pieces)]  # fmt: skip
    names = () if quick else _suspected(exercise, own, right)
    if quick:
        said.append(SEARCHING)
    elif names:
        said += named(names)
    else:
        value = {"name": name, "value": _on_one(own, right, name, step)}
        said.append(Said("On one unit, {name} comes to {value} there.", value))
    return Verdict(False, tuple(said), mistakes=names)


def _suspected(exercise: Exercise, own: Cell, right: Cell) -> tuple[str, ...]:
    """Mistakes that give, on one unit, all that the student's text gives."""
    for name, written in exercise.wrong.items():
        if _same(exercise, own, Cell("wrong", str(written["equations"])), right):
            return (name,)
    numbers = _drawn(right, 0, 1, 1)
    theirs, _ = _traces(own, right, numbers)
    given = {n: theirs[n] for n in exercise.checked if np.isfinite(theirs[n]).all()}
    found = mistakes(
        right, numbers.weights, numbers.inputs, given, states=numbers.states, tolerance=NEAR
    ).found
    lines = set(map(equation_text, own.equations))  # which the student knows
    return tuple(dict.fromkeys(told(e) for e in found if e.name or e.said or e.text not in lines))


def _same(exercise: Exercise, own: Cell, wrong: Cell, right: Cell) -> bool:
    """Whether two texts compute the same, on several units where they can be run on these."""
    try:
        numbers = _numbers_for(right, 0)
        theirs, _ = _traces(own, right, numbers)
        other, _ = _traces(wrong, right, numbers)
    except (InputError, ValueError):
        return False
    return all(n in other and _near(theirs[n], other[n]) for n in exercise.checked)


def _on_one(own: Cell, right: Cell, name: str, step: int) -> str:
    theirs, _ = _traces(own, right, _drawn(right, 0, 1, 1))
    return shown(theirs[name][step])
