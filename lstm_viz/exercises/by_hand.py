"""Weights by hand: judged by what the cell does with them, whatever they are."""

from __future__ import annotations

import numpy as np

from lstm_viz.exercises.exercise import Exercise, Said, Verdict
from lstm_viz.exercises.lines import read_array, read_lines, shown
from lstm_viz.files.npz import Weights
from lstm_viz.trace.run import run

WITHIN = 0.1  # how far off is right, where an exercise does not say


def judge_weights(exercise: Exercise, text: str) -> Verdict:
    """The first sequence, and step of it, at which the cell does something else."""
    shapes = {name: np.shape(v) for name, v in exercise.solution.items()}
    lines = read_lines(text, shapes)
    given = {n: read_array(lines[n], shapes[n], n) for n in shapes if n in lines}
    if missing := [name for name in shapes if name not in given]:
        said = Said("Still open: {names}.", {"names": ", ".join(missing)})
        return Verdict(False, (said,), finished=False)
    found = first_apart(exercise, given)
    if found is None:
        return Verdict(True, (Said("Right on every sequence that was tried."),))
    said = Said("Fed {input}, {name} is {value} at step {step}, and {wanted} is wanted.", found)
    return Verdict(False, (said, *_named(exercise, given)), mistakes=_names(exercise, given))


def first_apart(exercise: Exercise, given: Weights) -> dict[str, str] | None:
    """Where the cell first does not what is wanted; None where it always does."""
    cell, within = exercise.cell, WITHIN
    assert cell is not None
    if exercise.within:
        within = exercise.tolerance(exercise.watched).most
    weights = {**exercise.weights, **given}
    for case in exercise.cases:
        with np.errstate(all="ignore"):
            output = run(cell, weights, case.inputs)[exercise.watched]
        known = ~np.isnan(case.wanted)
        off = known & ~(np.abs(output - case.wanted) <= within)
        if not off.any():
            continue
        step, *rest = (int(k) for k in np.argwhere(off)[0])
        if case.inputs.ndim == 3:
            sequence = int(np.argwhere(off.any(axis=(0, 2)))[0][0])
            step = int(np.argwhere(off[:, sequence].any(axis=-1))[0][0])
            rest = [sequence, int(np.argmax(off[step, sequence]))]
            fed = case.inputs[:, sequence]
        else:
            fed = case.inputs
        place = (step, *rest)
        return {
            "input": _sequence(fed),
            "name": exercise.watched,
            "value": f"{output[place]:.3g}",
            "step": str(step + 1),
            "wanted": f"{case.wanted[place]:.3g}",
        }
    return None


def _sequence(inputs: np.ndarray) -> str:
    if inputs.shape[1] == 1:
        return " ".join(f"{x:g}" for x in inputs[:, 0])
    return " ".join(f"({shown(row)})" for row in inputs)


def _names(exercise: Exercise, given: Weights) -> tuple[str, ...]:
    """The exercise's own mistakes: those whose weights do the same as the ones given."""
    here = first_apart(exercise, given)
    found = []
    for name, written in exercise.wrong.items():
        other = {n: np.asarray(v, float).reshape(given[n].shape) for n, v in written.items()}
        if first_apart(exercise, {**given, **other}) == here:
            found.append(name)
    return tuple(found)


def _named(exercise: Exercise, given: Weights) -> tuple[Said, ...]:
    names = _names(exercise, given)
    listed = "; or ".join(names)
    words = "This is what comes out with a mistake: {mistake}."
    return (Said(words, {"mistake": listed}),) if names else ()
