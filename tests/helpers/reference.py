"""The truth about gradients, by another road: complex-step differentiation of a cell's own text.

A cell's text is Python's syntax, so here Python itself computes it, over complex arrays. Where an
input of an analytic function is moved by i·ε, the imaginary part of its value is ε times the slope,
with no difference of near numbers and so with no loss of digits (Squire & Trapp, 1998). Nothing of
the package's reading, derivation or kernels is used but the bodies of the known functions.

Vectors are (copies, rows, B): copy k is the run in which point k was moved, so that one run gives
the slopes by all points at once. A function with a kink branches on the real part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from lstm_viz import Cell
from lstm_viz.equations.functions import FUNCTIONS

EPSILON = 1e-60
Weights = dict[str, np.ndarray]
Values = dict[str, np.ndarray]


@dataclass(frozen=True)
class Point:
    """One number that can be moved: an element of a weight, or of a record at step `t`."""

    name: str
    place: tuple[int, ...]
    t: int | None = None


# ---------------------------------------------------------------------------- functions


def _noted(gap: Any, near: list[Any] | None) -> None:
    if near is not None:
        near.append(np.abs(np.real(gap)))


def _primitives(near: list[Any] | None) -> dict[str, Callable[..., Any]]:
    def choose(a: Any, b: Any, larger: bool) -> Any:
        _noted(a - b, near)
        return np.where((np.real(a) >= np.real(b)) == larger, a, b)

    def kink(v: Any, right: Any, left: Any) -> Any:
        _noted(v, near)
        return np.where(np.real(v) > 0, right, left)

    return {
        "tanh": np.tanh,
        "exp": np.exp,
        "log": np.log,
        "log1p": lambda v: np.log(1 + v),
        "expm1": np.expm1,
        "sin": np.sin,
        "cos": np.cos,
        "sqrt": np.sqrt,
        "maximum": lambda a, b: choose(a, b, True),
        "minimum": lambda a, b: choose(a, b, False),
        "abs": lambda v: kink(v, v, -v),
        "step": lambda v: kink(v, 1.0, 0.0),
        "sign": lambda v: kink(v, 1.0, -1.0),
    }


@cache
def _code(text: str) -> Any:
    return compile(text, "the cell's text", "eval")


def functions(near: list[Any] | None = None) -> dict[str, Callable[..., Any]]:
    """Every known function over complex numbers; `near` collects distances from kinks."""
    known = _primitives(near)
    for name, function in FUNCTIONS.items():
        if function.body:
            known[name] = _from_body(function.body, function.arguments, known)
    return known


def _from_body(body: str, arguments: tuple[str, ...], known: dict[str, Any]) -> Callable[..., Any]:
    return lambda *given: eval(
        _code(body), {"__builtins__": {}}, {**known, **dict(zip(arguments, given, strict=True))}
    )


# ---------------------------------------------------------------------------- running


def lines(cell: Cell) -> list[tuple[str, str]]:
    """(target, expression) of each line of the cell's text, split without the package's reader."""
    codes = [line.split("#")[0] for line in cell.text.splitlines()]
    return [(a.strip(), b.strip()) for a, _, b in (code.partition("=") for code in codes) if b]


def evaluate(
    cell: Cell,
    weights: Mapping[str, np.ndarray],
    x: np.ndarray,
    states: Mapping[str, np.ndarray],
    moved: Mapping[tuple[str, int], Any] | None = None,
    near: list[Any] | None = None,
) -> Iterable[Values]:
    """Step by step every value, from x (T, I, B), states (rows, B) and weights (copies, …, …).

    `moved` adds to a record where it comes into being: (name, t) → array.
    """
    moved = moved or {}
    known: dict[str, Any] = {**functions(near), **weights}
    carried = dict(states)
    first = {name: w[0] if w.ndim == 3 else w for name, w in weights.items()}
    flat = {name: w if name in cell.matrices else w[:, 0] for name, w in first.items()}
    shape = {name: (rows, x.shape[2]) for name, rows in rows_of(cell, flat, x.shape[1]).items()}
    for t, x_t in enumerate(x):

        def take(name: str, value: Any, t: int = t) -> None:
            value = value if np.shape(value)[-2:] == shape[name] else value + np.zeros(shape[name])
            known[name] = value + moved[name, t] if (name, t) in moved else value

        take("x", x_t)
        for state in cell.states:
            take(f"{state}_prev", carried[state])
        for target, expression in lines(cell):
            take(target, eval(_code(expression), {"__builtins__": {}}, known))
        carried = {state: known[state] for state in cell.states}
        yield {name: known[name] for name in cell.names}


def slopes(
    cell: Cell,
    weights: Weights,
    x: np.ndarray,
    states: Values,
    losses: list[Values],
    points: list[Point],
) -> np.ndarray:
    """d(loss)/d(point) for each column of the batch: (losses, points, B).

    A loss is Σ cotangent × value, its cotangents given as name → (T, rows, B). A weight moves all
    columns, a record its own one; the columns do not meet, so one copy serves them all.
    """
    copies = {}
    for name, weight in weights.items():
        flat = weight if weight.ndim == 2 else weight[:, None]
        copies[name] = np.repeat(flat[None].astype(complex), len(points), axis=0)
    moved: dict[tuple[str, int], np.ndarray] = {}
    for k, point in enumerate(points):
        if point.t is None:
            copies[point.name][(k, *point.place, 0)[:3]] += 1j * EPSILON
        else:
            rows = rows_of(cell, weights, x.shape[1])[point.name]
            there = moved.setdefault(
                (point.name, point.t), np.zeros((len(points), rows, 1), complex)
            )
            there[k, point.place[0]] = 1j * EPSILON
    found = np.zeros((len(losses), len(points), x.shape[2]))
    for t, values in enumerate(evaluate(cell, copies, x, states, moved)):
        for j, loss in enumerate(losses):
            for name, cotangent in loss.items():
                slope = np.imag(values[name]) / EPSILON
                slope = np.broadcast_to(slope, (len(points), *cotangent.shape[1:]))
                found[j] += (cotangent[t] * slope).sum(axis=1)
    return found


def rows_of(cell: Cell, weights: Weights, inputs: int) -> dict[str, int]:
    """How many rows each recorded name has."""
    sizes = cell.sizes(weights, inputs)
    return {name: sizes[cell.letters(name)] for name in cell.names}


# ---------------------------------------------------------------------------- examples


@dataclass(frozen=True)
class Example:
    """A cell with something to compute: x (T, I, B), states (rows, B), all numbers different."""

    cell: Cell
    weights: Weights
    x: np.ndarray
    states: Values

    @property
    def rows(self) -> dict[str, int]:
        """How many rows each recorded name has."""
        return rows_of(self.cell, self.weights, self.x.shape[1])

    @property
    def columns(self) -> tuple[int, int]:
        """T and B."""
        return self.x.shape[0], self.x.shape[2]


def example(
    cell: Cell,
    steps: int,
    batch: int,
    inputs: int = 2,
    hidden: int = 3,
    seed: int = 0,
    candidates: int = 1000,
) -> Example | None:
    """Random weights, inputs and states with which every value stays small.

    Of many candidates the first is taken whose values are all within ±4, or else ±8, and which
    keeps away from all kinks; None if none does.
    """
    rng = np.random.default_rng(seed)
    shapes = cell.shapes(inputs, hidden)
    drawn = {name: rng.normal(0, 0.5, (candidates, *shape)) for name, shape in shapes.items()}
    x = rng.normal(0, 1, (steps, inputs, batch))
    rows = rows_of(cell, {name: w[0] for name, w in drawn.items()}, inputs)
    states = {name: rng.normal(0, 0.5, (rows[name], batch)) for name in cell.states}
    for largest in (4.0, 8.0):
        if (good := _well_behaved(cell, drawn, x, states, largest)).any():
            best = int(np.argmax(good))
            return Example(cell, {name: w[best] for name, w in drawn.items()}, x, states)
    return None


def _well_behaved(
    cell: Cell, drawn: Weights, x: np.ndarray, states: Values, largest: float
) -> np.ndarray:
    """Which of the candidates keep all values within ±largest and 1e-6 away from kinks."""
    count = len(next(iter(drawn.values()))) if drawn else 1
    good = np.ones(count, bool)
    stacked = {name: w if w.ndim == 3 else w[..., None] for name, w in drawn.items()}
    near: list[Any] = []

    def everywhere(fine: Any) -> np.ndarray:
        whole = np.broadcast_to(fine, (count, *np.shape(fine)[-2:]))
        return whole.reshape(count, -1).all(axis=1)

    with np.errstate(all="ignore"):
        for values in evaluate(cell, stacked, x, states, near=near):
            for name in cell.quantities:
                good &= everywhere(np.abs(values[name]) < largest)
            for gap in near:
                good &= everywhere(gap > 1e-6)
            near.clear()
            if not good.any():
                break
    return good


def points_of(sample: Example, most_steps: int = 8, seed: int = 0) -> list[Point]:
    """Every element of every weight, and every record at the first, the last and other steps."""
    steps = len(sample.x)
    rng = np.random.default_rng(seed)
    if steps <= most_steps:
        times = range(steps)
    else:
        between = rng.choice(np.arange(2, steps - 2), most_steps - 4, replace=False)
        times = sorted({0, 1, *(int(t) for t in between), steps - 2, steps - 1})
    weights = [
        Point(name, place)
        for name, weight in sample.weights.items()
        for place in np.ndindex(weight.shape)
    ]
    return weights + [
        Point(name, (row,), t)
        for name, rows in sample.rows.items()
        for t in times
        for row in range(rows)
    ]


# ---------------------------------------------------------------------------- comparing


def errors(
    gradients: Any, points: list[Point], truth: np.ndarray
) -> list[tuple[float, float, str]]:
    """How far gradients are from the truth: (worst element, norm, where), one for each array.

    An array is a weight, or a record at one step, so that a step where gradients have vanished is
    measured by its own size and not by the largest of the sequence. The worst element is
    |g − r| / |r|; the norm ‖g − r‖ / ‖r‖ (but where an array is less than a thousandth of all
    weights, or of all records at its step, it is a sum that cancelled, and that thousandth counts).

    A name whose true gradient is zero at all steps but for rounding (below 1e-13 of the largest
    anywhere, as that of a stabiliser) is measured against that largest one.
    """
    arrays: dict[tuple[str, int | None], list[tuple[float, float]]] = {}
    for point, slope in zip(points, truth, strict=True):
        if point.t is None:
            pairs = [(gradients.weights[point.name][point.place], slope.sum())]
        else:
            record = gradients[point.name][point.t].reshape(len(slope), -1)
            pairs = list(zip(record[:, point.place[0]], slope, strict=True))
        arrays.setdefault((point.name, point.t), []).extend(pairs)
    largest = np.abs(truth).max()
    sizes: dict[str, float] = {}
    around: dict[int | None, float] = {}
    for (name, t), pairs in arrays.items():
        true = [abs(r) for _, r in pairs]
        sizes[name] = max(sizes.get(name, 0.0), *true)
        around[t] = np.hypot(around.get(t, 0.0), np.linalg.norm(true))
    found = []
    for (name, t), pairs in arrays.items():
        g, r = np.array(pairs).T
        element, norm = np.abs(r), max(np.linalg.norm(r), 1e-3 * around[t])
        if sizes[name] <= 1e-13 * largest:
            element, norm = np.full(r.shape, largest), largest
        worst = max(map(_ratio, np.abs(g - r), element))
        where = name if t is None else f"{name} at step {t}"
        found.append((worst, _ratio(np.linalg.norm(g - r), norm), where))
    return found


def _ratio(error: float, size: float) -> float:
    """error / size, and 0 / 0 = 0."""
    return 0.0 if error == 0 else float(error / max(size, 1e-300))
