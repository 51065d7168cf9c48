"""What is asked of a run, taken from it: nothing here knows what the answer should be."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import numpy as np

from lstm_viz.equations.blocks import joined
from lstm_viz.problems.problem import LOSS, PARAMETERS, Asked, Problem
from lstm_viz.trace.records import Gradients


@dataclass(frozen=True, eq=False)
class Answer:
    """What was asked, and its numbers: (rows,) at a step, (T, rows) at all, or as the weight is.

    As text `h@2 = 0.772`, with so many `digits`; of a table each row in brackets.
    """

    asked: Asked
    values: np.ndarray
    digits: int

    def __str__(self) -> str:
        several = len(self.rows) > 1
        return f"{self.asked.written} = {' '.join(f'[{r}]' if several else r for r in self.rows)}"

    @property
    def rows(self) -> tuple[str, ...]:
        """The numbers as text, a row of a table each; a single row or column is one."""
        if self.values.ndim < 2 or 1 in self.values.shape:
            return (self._row(self.values),)
        return tuple(map(self._row, self.values))

    def _row(self, values: np.ndarray) -> str:
        digits = 0 if self.asked.name == PARAMETERS else self.digits
        return " ".join(_number(float(value), digits) for value in values.ravel())


def _number(value: float, digits: int) -> str:
    """With so many decimals; `3.4e-5` where these are zeros, but it is none."""
    fixed = f"{value:.{digits}f}"
    if value == 0 or not isfinite(value) or fixed.strip("-0."):
        return fixed.removeprefix("-") if value == 0 else fixed
    mantissa, _, exponent = f"{value:.1e}".partition("e")
    return f"{mantissa}e{int(exponent)}"


def answers(problem: Problem, gradients: Gradients, loss: float) -> tuple[Answer, ...]:
    """What a problem asks, of a run that was gone back through."""
    digits = problem.digits
    return tuple(Answer(each, _values(each, gradients, loss), digits) for each in problem.asked)


def _values(asked: Asked, gradients: Gradients, loss: float) -> np.ndarray:
    trace = gradients.trace
    if asked.name == LOSS:
        return np.array([loss])
    if asked.name == PARAMETERS:
        return np.array([sum(np.size(weight) for weight in trace.weights.values())])
    if asked.weight:
        return _unit(asked, _of_weight(asked, gradients), 0)
    values = (gradients if asked.gradient else trace)[asked.name]
    return _unit(asked, values if asked.step is None else values[asked.step], -1)


def _of_weight(asked: Asked, gradients: Gradients) -> np.ndarray:
    """A weight, its gradient, or what one step alone adds to that."""
    arrays = dict(gradients.weights if asked.gradient else gradients.trace.weights)
    if asked.step is not None:
        arrays = gradients.weights_at(asked.step)
    return (arrays | joined(gradients.cell.blocks, arrays))[asked.name]


def _unit(asked: Asked, values: np.ndarray, axis: int) -> np.ndarray:
    """One unit's numbers: of a quantity those of its column, of a weight those of its row."""
    return values if asked.unit is None else np.take(values, [asked.unit], axis)
