"""The loss of a problem and its gradient over two weights, and where gradient descent goes there.

For one unit without matrices: each unit of such a cell goes its own way, so that one run with as
many units as there are places has them all.

cliff = landscape(read_problem("cliff"))         # Pascanu, Mikolov & Bengio 2013, figure 6
cliff.norms.max(), np.median(cliff.norms)
descent(read_problem("cliff"), rate=0.1, clip=0.5).losses
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lstm_viz.problems.problem import Problem
from lstm_viz.trace.run import backpropagate, run
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import count

Array = np.ndarray
FINE = 126  # places each way
TOGETHER = 4096  # places in one run: their records stay small


@dataclass(frozen=True)
class Landscape:
    """The loss, and ‖∂L/∂(two weights)‖: (len(y), len(x)), over `names`, x the first of them."""

    names: tuple[str, str]
    x: Array
    y: Array
    losses: Array
    norms: Array

    @property
    def steepest(self) -> tuple[float, float]:
        """Where the gradient is largest; what is not finite is no number to compare."""
        known = np.where(np.isfinite(self.norms), self.norms, -1.0)
        row, column = np.unravel_index(int(known.argmax()), known.shape)
        return float(self.x[column]), float(self.y[row])

    @property
    def largest(self) -> float:
        """The largest gradient that is finite; 0 where none is."""
        return float(self.norms[np.isfinite(self.norms)].max(initial=0.0))

    @property
    def usual(self) -> tuple[float, float]:
        """Between which sizes all gradients but one of a hundred lie; (0, 0) where none is."""
        known = self.norms[np.isfinite(self.norms)]
        low, high = np.quantile(known, (0.005, 0.995)) if known.size else (0.0, 0.0)
        return float(low), float(high)

    @property
    def median(self) -> float:
        """The one in the middle of those that are finite."""
        known = self.norms[np.isfinite(self.norms)]
        return float(np.median(known)) if known.size else float("nan")


@dataclass(frozen=True)
class Descent:
    """Places, (updates + 1, 2), and the loss and the gradient's norm at each.

    It ends early where the gradient is no longer finite. `clip` is the norm at which gradients were
    clipped, None for never; `acted` is at how many updates it was.
    """

    places: Array
    losses: Array
    norms: Array
    clip: float | None = None

    @property
    def farthest(self) -> float:
        """The length of the longest step."""
        return float(np.linalg.norm(np.diff(self.places, axis=0), axis=1).max(initial=0.0))

    @property
    def updates(self) -> int:
        """How many steps there were."""
        return len(self.places) - 1

    @property
    def stopped(self) -> bool:
        """Whether it ended because the gradient is not finite."""
        return not np.isfinite(self.norms[-1])

    @property
    def acted(self) -> int:
        """At how many updates the gradient was clipped."""
        return 0 if self.clip is None else int((self.norms[:-1] > self.clip).sum())


def landscape(problem: Problem, fine: int | tuple[int, int] = FINE) -> Landscape:
    """The loss and its gradient over the two weights of `problem.over`, at `fine` places each way.

    Raises `InputError` for a problem of several units, of matrices, or without these ends.
    """
    names = _varied(problem)
    counts = (fine, fine) if isinstance(fine, int) else fine
    x, y = (_between(problem.over[name], n) for name, n in zip(names, counts, strict=True))
    places = np.stack([each.ravel() for each in np.meshgrid(x, y)], axis=1)
    parts = [_at(problem, names, places[k : k + TOGETHER]) for k in range(0, len(places), TOGETHER)]
    losses, slopes = (np.concatenate(each) for each in zip(*parts, strict=True))
    shape = len(y), len(x)
    return Landscape(names, x, y, losses.reshape(shape), _norms(slopes).reshape(shape))


def descent(
    problem: Problem, rate: float = 0.1, clip: float | None = None, updates: int = 100
) -> Descent:
    """Gradient descent by two weights, from the problem's own, the norm clipped at `clip`."""
    names = _varied(problem)
    places = [np.array([float(problem.weights[name][0]) for name in names])]
    losses, norms = [], []
    for update in range(updates + 1):
        loss, slope = (each[0] for each in _at(problem, names, places[-1][None]))
        losses.append(loss)
        norms.append(float(np.hypot(*slope)))
        if update == updates or not np.isfinite(norms[-1]):
            break
        shorter = 1.0 if clip is None or norms[-1] <= clip else clip / norms[-1]
        places.append(places[-1] - rate * shorter * slope)
    return Descent(np.array(places), np.array(losses), np.array(norms), clip)


def _norms(slopes: Array) -> Array:
    found: Array = np.hypot(slopes[:, 0], slopes[:, 1])
    return found


def _varied(problem: Problem) -> tuple[str, str]:
    """The two weights that are varied."""
    cell, names = problem.cell, tuple(problem.over)
    if cell.matrices or any(weight.size > 1 for weight in problem.weights.values()):
        raise InputError(
            f"{problem.name}: a landscape is of one unit whose weights are numbers: write w * x,"
            " not W @ x"
        )
    if len(names) != 2:
        raise InputError(
            f"{problem.name}: over: it has {count(len(names), 'weight')}; a landscape needs the"
            " ends of two, such as w = [4, 6.5] and b = [-3, 1] below [over]"
        )
    return names[0], names[1]


def _at(problem: Problem, names: tuple[str, str], places: Array) -> tuple[Array, Array]:
    """(loss, ∂L/∂both weights) at places (N, 2): (N,) and (N, 2), a unit a place."""
    cell, many = problem.cell, len(places)
    weights = {name: np.repeat(weight, many) for name, weight in problem.weights.items()}
    weights |= {name: places[:, k] for k, name in enumerate(names)}
    states = {name: np.repeat(state, many) for name, state in problem.states.items()}
    inputs = problem.inputs
    if cell.letters("x") != "I":  # each unit reads its own
        inputs = np.repeat(inputs, many, axis=1)
    with np.errstate(all="ignore"):
        trace = run(cell, weights, inputs, states)
        losses, slope = _loss(problem, trace[cell.output])
        found = backpropagate(trace, {cell.output: slope}).weights
    return losses, np.stack([found[name] for name in names], axis=1)


def _loss(problem: Problem, output: Array) -> tuple[Array, Array]:
    """The loss of each unit, (N,), and its slope by the output, (T, N), as a problem has it."""
    off = output if problem.target is None else output - problem.target
    each = off if problem.target is None else off**2 / 2
    slope = np.ones_like(off) if problem.target is None else off
    if problem.loss_at == "all":
        return each.sum(axis=0), slope
    last = np.zeros_like(slope)
    last[-1] = slope[-1]
    return each[-1], last


def _between(ends: Array, many: int) -> Array:
    return np.linspace(float(ends[0]), float(ends[1]), many)
