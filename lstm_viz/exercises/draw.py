"""An exercise with numbers of one's own: the same question, other weights, inputs, givens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from lstm_viz.exercises.exercise import Exercise
from lstm_viz.problems import Problem

DRAWS = 2  # which draws a seed gives: raised where they become others
INPUT, TARGET, WEIGHTS = "input", "target", "weights"
Range = tuple[float, ...]  # lowest, highest, and the distance of two neighbours


def drawn(exercise: Exercise, seed: int) -> Exercise:
    """The exercise with what it lets be drawn anew, the same for the same seed.

    One whose numbers are not its student's own stays as it is.
    """
    random = np.random.default_rng(seed)
    own, given = exercise.own, dict(exercise.given)
    for name in given:
        if name in own:
            given[name] = float(_drawn(np.ones(1), own[name], random)[0])
    problem = exercise.problem
    if problem is not None and own:
        problem = _problem(problem, own, random)
    return replace(exercise, given=given, problem=problem)


def _problem(problem: Problem, own: Mapping[str, Range], random: np.random.Generator) -> Problem:
    weights = dict(problem.weights)
    inputs, target = problem.inputs, problem.target
    if WEIGHTS in own:
        weights = {name: _drawn(array, own[WEIGHTS], random) for name, array in weights.items()}
    if INPUT in own:
        inputs = _drawn(inputs, own[INPUT], random)
    if TARGET in own and target is not None:
        target = _drawn(target, own[TARGET], random)
    return replace(problem, weights=weights, inputs=inputs, target=target)


def _drawn(array: np.ndarray, own: Range, random: np.random.Generator) -> np.ndarray:
    """Other numbers in the place of all but the zeros; none of them is 0."""
    low, high, apart = own
    choices = np.round(np.arange(low, high + apart / 2, apart), 9)
    found = random.choice(choices[choices != 0], size=np.shape(array))
    return np.where(np.asarray(array) == 0, 0.0, found)
