"""All answers to an exercise that many students have, each with numbers of their own.

What is right, and what each mistake with a name gives, is computed for all at once.

    table = table_of([drawn(exercise, seed) for seed in seeds])
    table.truth, table.mistakes["no tanh on the output"]       # (students, numbers asked)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from lstm_viz.equations.parse import parse
from lstm_viz.equations.tree import Tree
from lstm_viz.exercises.counted import miscounts
from lstm_viz.exercises.draw import drawn
from lstm_viz.exercises.exercise import Exercise
from lstm_viz.exercises.numbers import FACTORS, LOSSES, answers_of
from lstm_viz.kernels.evaluate import evaluate
from lstm_viz.measures.named_many import Many, Values
from lstm_viz.problems import Asked, Problem
from lstm_viz.problems.problem import LOSS, PARAMETERS

Array = np.ndarray
TIMES = 2.5  # what is to be told apart differs by so many times what is still right: by .005
WRONG = 1000  # how much worse it is if a mistake cannot be told from what is right
REFERENCE = 16  # draws on which mistakes are compared that may be equal in effect
SAME = 1e-9
DRAWS, FAR = 8, 1 << 40  # draws of which one is taken, and how far their seeds are apart
FIRST, MOST_PAIRED = 40, 140  # so many are compared with each other; of more only what is right


@dataclass(frozen=True, eq=False)
class Table:
    """`names` (asked, how many numbers); all arrays (students, numbers), NaN: nothing is known."""

    names: tuple[tuple[str, int], ...]
    truth: Array
    tolerance: Array
    mistakes: Mapping[str, Array]

    def alike(self, names: Sequence[str] = ()) -> Array:
        """Which mistakes are too near to the first ones, 0 being what is right: (K, M, students).

        Of very many, (1, M, students): only those that are too near to what is right. `names` are
        the mistakes, in order, if not all of them.
        """
        rows = np.array([self.truth, *(self.mistakes[name] for name in names or self.mistakes)])
        least = TIMES * self.tolerance
        compared = rows[: FIRST if len(rows) <= MOST_PAIRED else 1]
        found = np.empty((len(compared), len(rows), len(self.truth)), bool)
        for k, row in enumerate(compared):
            with np.errstate(all="ignore"):
                found[k] = ~(np.abs(rows - row) >= least).any(axis=-1)
        return found

    def passing(self) -> Array:
        """How many of the mistakes would be taken for right, by student, and are not the same."""
        found = np.zeros(len(self.truth), int)
        for row in self.mistakes.values():
            off = np.abs(row - self.truth)
            other = (off > SAME).any(axis=1)
            found += other & ~(off > self.tolerance).any(axis=1)
        return found


def distinct(exercise: Exercise, seed: int) -> Exercise:
    """The exercise drawn anew, so that no mistake with a name is taken for right; as `drawn`."""
    if exercise.problem is None or not exercise.own:
        return drawn(exercise, seed)
    draws = [drawn(exercise, seed + k * FAR) for k in range(DRAWS)]
    return draws[int(np.argmin(table_of(draws).passing()))]


def table_of(exercises: Sequence[Exercise]) -> Table:
    """The table of draws of one exercise, a number each."""
    first = exercises[0]
    names = tuple((n, v.size) for n, v in answers_of(first).items())
    if first.problem is None:
        truth, mistakes = _expressed(exercises, names)
    else:
        truth, mistakes = _computed(exercises, names)
    within = _tolerance(first, names, truth)
    kept = {n: a for n, a in mistakes.items() if np.isfinite(a).any()}
    return Table(names, truth, within, kept)


def _tolerance(first: Exercise, names: tuple[tuple[str, int], ...], truth: Array) -> Array:
    """How far off each number is right."""
    parts = np.split(truth, np.cumsum([size for _, size in names])[:-1], axis=1)
    pairs = zip(names, parts, strict=True)
    return np.concatenate([first.tolerance(name).of(part) for (name, _), part in pairs], axis=1)


def separated(exercises: Sequence[Exercise], table: Table) -> Array:
    """How many pairs of mistakes are too near, by student; one and what is right count for many.

    Those that are so whatever the numbers are equal in effect, and do not count.
    """
    always = _always(exercises[0].name, tuple(table.mistakes), exercises[0])
    alike = table.alike() & ~always[..., None]
    return np.asarray(alike.sum(axis=(0, 1)) // 2 + WRONG * alike[0].sum(axis=0))


_KNOWN: dict[tuple[str, tuple[str, ...]], Array] = {}


def _always(name: str, mistakes: tuple[str, ...], exercise: Exercise) -> Array:
    if (name, mistakes) not in _KNOWN:
        table = table_of([drawn(exercise, seed) for seed in range(REFERENCE)])
        _KNOWN[name, mistakes] = np.asarray(table.alike(mistakes).all(axis=-1))
    return _KNOWN[name, mistakes]


# ---------------------------------------------------------------------------- of arithmetic


@lru_cache(1024)
def _tree(written: str) -> Tree:
    (equation,) = parse(f"value = {written}")
    return equation.tree


def _expressed(
    exercises: Sequence[Exercise], names: tuple[tuple[str, int], ...]
) -> tuple[Array, dict[str, Array]]:
    first = exercises[0]
    known = {n: np.array([e.given[n] for e in exercises], float) for n in first.given}

    def values(written: Mapping[str, object]) -> Array:
        columns = []
        for name, _ in names:
            told = name in written
            value = evaluate(_tree(str(written[name])), known) if told else np.nan
            columns.append(np.broadcast_to(np.asarray(value, float), len(exercises)))
        return np.array(columns).T

    with np.errstate(all="ignore"):
        mistakes = {name: values(written) for name, written in first.wrong.items()}
        return values(first.solution), mistakes


# ---------------------------------------------------------------------------- of a run


def _computed(
    exercises: Sequence[Exercise], names: tuple[tuple[str, int], ...]
) -> tuple[Array, dict[str, Array]]:
    problems = [each.problem for each in exercises if each.problem is not None]
    first = problems[0]
    many = Many(
        first.cell,
        {n: np.array([p.weights[n] for p in problems]) for n in first.weights},
        np.array([p.inputs for p in problems]),
        {n: np.array([p.states[n] for p in problems]) for n in first.states},
        by_step=any(asked.weight and asked.step is not None for asked in first.asked),
        wanted={asked.name for asked in first.asked if asked.gradient},
    )

    def seeds(values: Values) -> Values:
        return {first.cell.output: _seeds(problems, values[first.cell.output])}

    back = seeds if any(asked.gradient for asked in first.asked) else None
    row = partial(_row, problems, names=names)
    truth = row(many.truth(back))
    unknown = np.isnan(truth).all(axis=0)
    if unknown.any():  # a whole block of weights: each by its run
        own = [np.concatenate([v.ravel() for v in answers_of(e).values()]) for e in exercises]
        truth = np.where(unknown, np.array(own), truth)
    mistakes: dict[str, Array] = {}
    for edit, values in many.named(back):
        mistakes.setdefault(edit.name, row(values))
    by = {asked.written: asked for asked in first.asked}
    of_each = [by[name] for name, size in names for _ in range(size)]
    if back:
        gradient = np.array([asked.gradient for asked in of_each])
        mistakes |= {n: np.where(gradient, k * truth, truth) for k, n in FACTORS.items()}
    if any(loss := np.array([asked.name == LOSS for asked in of_each])):
        mistakes |= {n: np.where(loss, k * truth, truth) for k, n in LOSSES.items()}
    if any(counted := np.array([asked.name == PARAMETERS for asked in of_each])):
        counts = miscounts(first)
        mistakes |= {n: np.where(counted, k, truth) for n, k in counts.items()}
    return truth, mistakes


def _seeds(problems: Sequence[Problem], output: Array) -> Array:
    """∂L by the output, (T, N, rows): of half the squared distance, or of the sum."""
    first, off = problems[0], np.ones_like(output)
    if first.target is not None:
        off = output - np.array([p.target for p in problems]).swapaxes(0, 1)
    if first.loss_at == "last":
        off[:-1] = 0.0
    return off


def _losses(problems: Sequence[Problem], output: Array) -> Array:
    seeds = _seeds(problems, output)
    shares = seeds * output if problems[0].target is None else seeds**2 / 2
    return np.asarray(shares.sum(axis=(0, 2)))


def _row(problems: Sequence[Problem], values: Values, names: tuple[tuple[str, int], ...]) -> Array:
    by = {asked.written: asked for asked in problems[0].asked}
    parts = [_of(by[name], problems, values, size) for name, size in names]
    return np.concatenate(parts, axis=1)


def _of(asked: Asked, problems: Sequence[Problem], values: Values, size: int) -> Array:
    """The numbers of one thing that is asked, (N, size)."""
    n, first = len(problems), problems[0]
    if asked.name == LOSS:
        return _losses(problems, values[first.cell.output])[:, None]
    if asked.name == PARAMETERS:
        return np.full((n, 1), float(sum(map(np.size, first.weights.values()))))
    name = f"d{asked.name}" if asked.gradient else asked.name
    if asked.weight and asked.step is not None:
        name += f"@{asked.step + 1}"
    if name not in values:  # a whole block
        return np.full((n, size), np.nan)
    found = values[name]
    if not asked.weight:
        found = found.swapaxes(0, 1) if asked.step is None else found[asked.step]
        found = found if asked.unit is None else found[..., asked.unit]
    elif asked.unit is not None:
        found = found[:, asked.unit]
    return found.reshape(n, -1)
