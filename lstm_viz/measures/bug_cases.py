"""A bug on one small batch: where it first goes wrong, what a check sees, how it learns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import SimpleNamespace
from typing import Any

import numpy as np

from lstm_viz.cells.cell import Cell
from lstm_viz.equations.tree import PREVIOUS
from lstm_viz.kernels import interpreter
from lstm_viz.kernels.evaluate import evaluate
from lstm_viz.measures.bugs import Bug, Weights
from lstm_viz.trace.records import Gradients, Trace
from lstm_viz.trace.run import backpropagate, run

Array = np.ndarray
Values = dict[str, Array]
STEPS, SEQUENCES, INPUTS, UNITS = 4, 3, 2, 3
NEAR = 1e-9  # two gradients are the same, of numbers about 1
PASSED = 1e-6  # relative error at which a check is content
TINY = 1e-20  # the complex step
RATE = 0.1


@dataclass(frozen=True)
class Checked:
    """One weight: the largest relative error that the check sees, and the true one."""

    weight: str
    seen: float
    true: float

    @property
    def passes(self) -> bool:
        """Whether the check is content."""
        return self.seen <= PASSED


@dataclass(frozen=True, eq=False)
class Case:
    """A bug with weights, inputs (T, B, I) and ∂L by the output (T, B, H)."""

    bug: Bug
    weights: Weights
    inputs: Array
    seeds: Array

    @cached_property
    def right(self) -> Gradients:
        """The run as it should be, and its gradient."""
        trace = run(self.bug.right, self.weights, self.inputs)
        return backpropagate(trace, {trace.cell.output: self.seeds})

    @cached_property
    def own_weights(self) -> Weights:
        """The weights that the program has."""
        return self.bug.start(self.weights) if self.bug.start else dict(self.weights)

    @cached_property
    def trace(self) -> Trace:
        """What the program computes."""
        return run(self.bug.own, self.own_weights, self.inputs)

    @cached_property
    def gradients(self) -> Values:
        """The program's gradients: `h`, `c`, … (T, B, rows), and of weights by name."""
        return gradients_with(self.bug, self.trace, self.seeds)

    @cached_property
    def exact(self) -> Values:
        """The gradients of what the program computes, by the derived equations."""
        found = backpropagate(self.trace, {self.trace.cell.output: self.seeds})
        return {n: found[n] for n in found.names} | dict(found.weights)

    @cached_property
    def first(self) -> tuple[str, int]:
        """The quantity or weight, and the step from 1 (0 for a weight), that is wrong first.

        Forward the earliest one; else the first as they are computed going back; ("", 0) if none.
        """
        cell = self.bug.own
        for t in range(len(self.inputs)):
            for name in cell.quantities:
                if _apart(self.trace[name][t], self.right.trace[name][t]):
                    return name, t + 1
        for t in reversed(range(len(self.inputs))):
            for name in self._going_back():
                if _apart(self.gradients[name][t], self.exact[name][t]):
                    return name, t + 1
        wrong = [n for n in self.weights if _apart(self.gradients[n], self.exact[n])]
        return (wrong[-1], 0) if wrong else ("", 0)

    def _going_back(self) -> list[str]:
        """Quantities in the order in which their gradients are finished."""
        cell = self.bug.own
        return [*reversed(cell.quantities), "x", *(s + PREVIOUS for s in cell.states)]

    @cached_property
    def check(self) -> tuple[Checked, ...]:
        """What a gradient check of the program sees, weight by weight, and what is true."""
        judge = complex_step(self.bug.own, self.own_weights, self.inputs, self.seeds)
        used = self.seeds
        if self.bug.kind == "check":  # what came back was added to the array that it was given
            used = self.exact[self.bug.own.output]
        seen = complex_step(self.bug.own, self.own_weights, self.inputs, used)
        return tuple(
            Checked(n, _error(self.gradients[n], seen[n]), _error(self.gradients[n], judge[n]))
            for n in self.weights
        )

    def losses(self, updates: int = 100, rate: float = RATE) -> tuple[Array, Array]:
        """(as it should be, with the bug): the loss before each update of plain gradient descent.

        Unit 0 of the output is to follow a target drawn by chance at every step.
        """
        target = np.random.default_rng(7).uniform(-0.5, 0.5, self.seeds.shape[:2])
        right = _Right(self.bug)
        return (
            _descent(right, dict(self.weights), self.inputs, target, updates, rate),
            _descent(self.bug, self.own_weights, self.inputs, target, updates, rate),
        )


def case_of(bug: Bug, seed: int = 0, sequences: int = SEQUENCES) -> Case:
    """The bug on numbers drawn for it."""
    random = np.random.default_rng(seed)
    shapes = bug.right.shapes(INPUTS, UNITS)
    weights = {name: random.uniform(-1, 1, shape) for name, shape in shapes.items()}
    inputs = random.uniform(-1, 1, (STEPS, sequences, INPUTS))
    return Case(bug, weights, inputs, random.uniform(-1, 1, (STEPS, sequences, UNITS)))


def gradients_with(bug: Bug | _Right, trace: Trace, seeds: Array) -> Values:
    """The gradients of a batched run, gone back through as the bug does."""
    cell = trace.cell
    if bug.edges == cell.backward and not bug.forgets and not bug.name.startswith("a peephole"):
        exact = backpropagate(trace, {cell.output: seeds})
        return {n: exact[n] for n in cell.names} | dict(exact.weights)
    kept = tuple(state for state in cell.states if state not in bug.forgets)
    stand_in: Any = SimpleNamespace(names=cell.names, backward=bug.edges, states=kept)
    given = {cell.output: seeds.swapaxes(1, 2)}
    weights = dict(trace.weights)
    values = {name: np.array(trace[name]).swapaxes(1, 2) for name in cell.names}
    if bug.name.startswith("a peephole"):  # of the shared vectors, the last sequence alone counts
        last = {name: array[..., -1:] for name, array in values.items()}
        alone = {name: array[..., -1:] for name, array in given.items()}
        _, only = interpreter.backward(stand_in, weights, last, alone, {})
    found, totals = interpreter.backward(stand_in, weights, values, given, {})
    summed = {name: totals[name] for name in weights}
    if bug.name.startswith("a peephole"):
        summed |= {name: only[name] for name in weights if name.startswith("p_")}
    return {name: array.swapaxes(1, 2) for name, array in found.items()} | summed


def complex_step(cell: Cell, weights: Mapping[str, Array], inputs: Array, seeds: Array) -> Weights:
    """∂Σ(seeds · output)/∂(each weight), by a complex step: exact to the last digits."""
    found = {}
    for name, array in weights.items():
        slope = np.zeros_like(array)
        for place in np.ndindex(*array.shape):
            stepped = {n: w.astype(complex) for n, w in weights.items()}
            stepped[name][place] += TINY * 1j
            output = _output(cell, stepped, inputs)
            slope[place] = float((output * seeds).sum().imag / TINY)
        found[name] = slope
    return found


def _output(cell: Cell, weights: Mapping[str, Array], inputs: Array) -> Array:
    """The output, (T, B, H), of complex weights: the equations as they stand."""
    columns = {n: w if w.ndim == 2 else w[:, None] for n, w in weights.items()}
    wide = inputs.shape[1]
    rows = cell.sizes(weights, inputs.shape[2])
    now = {s + PREVIOUS: np.zeros((rows[cell.letters(s)], wide), complex) for s in cell.states}
    outputs = []
    for x in inputs:
        step: dict[str, Any] = columns | now | {"x": x.T}
        for equation in cell.equations:
            step[equation.target] = evaluate(equation.tree, step)
        now = {s + PREVIOUS: step[s] for s in cell.states}
        outputs.append(step[cell.output].T)
    return np.array(outputs)


class _Right:
    """The same cell without the bug."""

    name, forgets = "", ()

    def __init__(self, bug: Bug) -> None:
        self.own, self.edges = bug.right, bug.right.backward


def _descent(
    bug: Bug | _Right, weights: Weights, inputs: Array, target: Array, updates: int, rate: float
) -> Array:
    losses = []
    for _ in range(updates):
        with np.errstate(all="ignore"):
            trace = run(bug.own, weights, inputs)
            off = trace[bug.own.output][..., 0] - target
            losses.append(float((off**2).sum() / 2))
            seeds = np.zeros(trace[bug.own.output].shape)
            seeds[..., 0] = off
            found = gradients_with(bug, trace, seeds)
            weights = {n: w - rate * found[n] for n, w in weights.items()}
        if not all(np.isfinite(w).all() for w in weights.values()):
            break
    return np.array([*losses, *[np.inf] * (updates - len(losses))])


def _apart(one: Array, other: Array) -> bool:
    return bool((np.abs(one - other) > NEAR).any())


def _error(one: Array, other: Array) -> float:
    """The largest relative error; 0 where both are 0."""
    largest = np.maximum(np.abs(one), np.abs(other))
    found = np.abs(one - other) / np.where(largest > 0, largest, 1.0)
    return float(found.max(initial=0.0))


def scored(case: Case, quantity: str, step: int) -> tuple[bool, bool]:
    """Of an answer, whether the quantity is right, and whether the step is."""
    name, t = case.first
    return quantity == name, step == t
