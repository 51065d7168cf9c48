"""A NumPy function of the student's: run in a process of its own, with a limit of time and memory.

Its arguments are quantities of a step by name: `x`, `h_prev`, `W_i`, `f`; `dh` and `dc` are
gradients, `dc_next` what comes back from the step after. What it gives is compared by name.
"""

from __future__ import annotations

import ast
from itertools import combinations
from typing import Any

import numpy as np

from lstm_viz.equations.tree import PREVIOUS
from lstm_viz.exercises.elsewhere import ENDED, STOPPED, run_elsewhere
from lstm_viz.exercises.exercise import BLANK, Exercise, Said, Verdict
from lstm_viz.exercises.lines import LONGEST, open_places
from lstm_viz.exercises.numbers import told as named
from lstm_viz.measures.mistakes import mistakes
from lstm_viz.trace.records import Gradients
from lstm_viz.trace.run import backpropagate, run
from lstm_viz.validation.errors import InputError

Arrays = dict[str, np.ndarray]
SECONDS = 5.0
INPUTS, UNITS = 2, 3  # of the step that is computed
NEAR = 1e-6
NEXT = "_next"

CALL = """
space = {"__name__": "own"}
exec(compile(told["text"], "own", "exec"), space)
given = {name: np.array(value) for name, value in told["given"].items()}
found = space[told["function"]](**given)
found = found if isinstance(found, (tuple, list)) else (found,)
said = {"found": [np.asarray(each, dtype=float).tolist() for each in found]}
"""


def judge_function(exercise: Exercise, text: str) -> Verdict:
    """Run the function and compare what it gives; it is said that it is run."""
    if len(text) > LONGEST:
        raise InputError(f"more than {LONGEST:,} characters are too many for a function")
    if places := open_places(text):
        said = Said("Still open: line {lines}.", {"lines": ", ".join(map(str, places))})
        return Verdict(False, (said,), finished=False)
    gradients, seeds = _truth(exercise)
    name, arguments = signature(exercise.start)
    given = {each: value_in(gradients, seeds, each) for each in arguments}
    found = _called(text, name, given)
    wanted = {each: value_in(gradients, seeds, each) for each in exercise.checked}
    if isinstance(found, Said):
        return Verdict(False, (found,))
    if len(found) != len(wanted):
        counts = {"n": str(len(found)), "all": ", ".join(wanted)}
        return Verdict(False, (Said("It returns {n} arrays; wanted are {all}.", counts),))
    arrays = dict(zip(wanted, found, strict=True))
    for each, array in arrays.items():
        if array.shape != wanted[each].shape:
            pieces = {"name": each, "shape": str(array.shape), "wanted": str(wanted[each].shape)}
            words = "{name} has shape {shape}; it should have {wanted}."
            return Verdict(False, (Said(words, pieces),))
    apart = [n for n, a in arrays.items() if not np.allclose(a, wanted[n], NEAR, NEAR)]
    cell = exercise.cell
    ranks = {n: k for k, n in enumerate(cell.names)} if cell else {}
    apart.sort(key=lambda name: ranks.get(name, len(ranks)))
    if not apart:
        return Verdict(True, (Said("Right: it returns what the run has."),))
    said = Said("{name} is the first to differ.", {"name": apart[0]})
    if swapped := _swapped(arrays, wanted):
        pieces = {"one": swapped[0], "other": swapped[1]}
        order = Said("{one} and {other} are returned in the other order.", pieces)
        return Verdict(False, (said, order), mistakes=(str(order),))
    names = _suspected(exercise, gradients, seeds, arrays)
    more = [Said("This is what comes out with a mistake: {mistake}.",
                 {"mistake": "; or ".join(names[:3])})] if names else []  # fmt: skip
    return Verdict(False, (said, *more), mistakes=names)


def _swapped(arrays: Arrays, wanted: Arrays) -> tuple[str, str] | None:
    """Two arrays of which each is right in the other's place, all others being right."""
    for one, other in combinations(arrays, 2):
        turned = {**arrays, one: arrays[other], other: arrays[one]}
        if all(a.shape == wanted[n].shape and np.allclose(a, wanted[n], NEAR, NEAR)
               for n, a in turned.items()):  # fmt: skip
            return one, other
    return None


def signature(text: str) -> tuple[str, tuple[str, ...]]:
    """The function's name and its arguments, read from its text without running it."""
    tree = ast.parse(text.replace(BLANK, "None"))
    function = next(node for node in tree.body if isinstance(node, ast.FunctionDef))
    return function.name, tuple(each.arg for each in function.args.args)


def _truth(exercise: Exercise) -> tuple[Gradients, dict[str, np.ndarray]]:
    """One step, from states that are not 0, and what comes back to its states."""
    cell, random = exercise.cell, np.random.default_rng(3)
    assert cell is not None
    shapes = cell.shapes(INPUTS, UNITS)
    weights = {name: random.uniform(-1.5, 1.5, shape) for name, shape in shapes.items()}
    sizes = cell.sizes(weights, INPUTS)
    before = {s: random.uniform(-1, 1, sizes[cell.letters(s)]) for s in cell.states}
    trace = run(cell, weights, random.uniform(-2, 2, (1, INPUTS)), before)
    arriving = dict.fromkeys((cell.output, *cell.states))
    seeds = {name: random.uniform(-1, 1, trace[name].shape) for name in arriving}
    return backpropagate(trace, seeds), seeds


def value_in(gradients: Gradients, seeds: dict[str, np.ndarray], name: str) -> np.ndarray:
    """A quantity, a weight or a gradient of the step; what comes back from the next one."""
    trace, plain = gradients.trace, name.removeprefix("d")
    if name in trace:
        return np.asarray(trace[name][0])
    if name in trace.weights:
        return np.asarray(trace.weights[name])
    if plain in trace.weights:
        return np.asarray(gradients.weights[plain])
    if name.endswith(NEXT):
        return np.asarray(seeds[plain.removesuffix(NEXT)][0])
    return np.asarray(gradients[plain][0])


def _called(text: str, function: str, given: dict[str, np.ndarray]) -> list[np.ndarray] | Said:
    """What the function gives back; or what is said of it where it gives nothing."""
    arrays = {name: array.tolist() for name, array in given.items()}
    told = {"text": text, "function": function, "given": arrays}
    said = run_elsewhere(CALL, told, SECONDS, 2)
    if said == STOPPED:
        return Said("It was stopped after {n} seconds.", {"n": f"{SECONDS:g}"})
    if said == ENDED:
        return Said("It ended without returning anything.")
    if "error" in said:
        return Said("Line {n}: {error}", {"n": str(said["line"]), "error": said["error"]})
    return [np.array(each, dtype=float) for each in said["found"]]


def _suspected(
    exercise: Exercise, gradients: Gradients, seeds: dict[str, np.ndarray], arrays: dict[str, Any]
) -> tuple[str, ...]:
    cell, trace = exercise.cell, gradients.trace
    assert cell is not None
    given = {name if name[1:] in trace.weights else f"{name}@1": a for name, a in arrays.items()}
    before = {state: trace[state + PREVIOUS][0] for state in cell.states}
    for state in cell.states:  # what comes back from the next step is in no equation
        kept = {name: array for name, array in seeds.items() if name != state}
        alone = backpropagate(trace, kept)
        values = {name: value_in(alone, seeds, name) for name in arrays}
        if all(np.allclose(a, values[name], NEAR, NEAR) for name, a in arrays.items()):
            return (f"d{state}{NEXT} forgotten",)
    found = mistakes(
        cell, trace.weights, trace.inputs, given, states=before, seeds=seeds, tolerance=NEAR
    ).found
    return tuple(dict.fromkeys(map(named, found)))
