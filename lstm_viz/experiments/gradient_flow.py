"""Flows: the same input through several cells, back from the same loss, measured at every step."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from lstm_viz import measures
from lstm_viz.equations.gates import split
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.text import text
from lstm_viz.trace.records import Gradients, Trace
from lstm_viz.trace.run import backpropagate
from lstm_viz.validation.errors import InputError

Watch = Callable[[Iterable[Any], int], Iterable[Any]]  # is handed the runs, and how many


def long_enough(steps: int) -> None:
    """Raise `InputError` for a sequence in which no gradient goes back from step to step."""
    if steps < 2:
        raise InputError(
            "one step is too short: at least two steps are needed; the gradients of a single step"
            " are shown by lstm-viz step --backward"
        )


@dataclass(frozen=True, eq=False)
class GradientFlow:
    """One cell's gradients: of the first seed all, of every seed the norms at each step.

    `profiles` are ‖∂L/∂state_t‖₂ of the watched state, (seeds, T); `alone` are those of the last
    step's loss alone, where the loss looks at other steps too.
    """

    name: str
    setting: str
    gradients: Gradients
    profiles: np.ndarray
    alone: np.ndarray | None = None

    @property
    def cell(self) -> Recurrence:
        """The cell that was run."""
        return self.trace.cell

    @property
    def units(self) -> int:
        """How many it has: of a cell with states of several sizes those of the largest."""
        return max(int(self.trace[name].shape[-1]) for name in self.cell.quantities)

    @property
    def state(self) -> str:
        """The state that is watched."""
        return self.cell.memory

    @property
    def trace(self) -> Trace:
        """The first seed's run."""
        return self.gradients.trace

    @cached_property
    def relative(self) -> np.ndarray:
        """Each seed's norms as parts of its own last one, (seeds, T)."""
        return np.array([measures.relative(profile) for profile in self.profiles])

    @property
    def left(self) -> np.ndarray:
        """The median part that is left, (T,)."""
        middle: np.ndarray = np.median(self.relative, axis=0)
        return middle

    @property
    def judged(self) -> np.ndarray:
        """The norms of one loss, the last, (seeds, T): several would hide how one fades."""
        return self.profiles if self.alone is None else self.alone

    @cached_property
    def arrived(self) -> np.ndarray:
        """The median part of that one loss's gradient that is left, (T,)."""
        middle: np.ndarray = np.median([measures.relative(each) for each in self.judged], axis=0)
        return middle

    @property
    def band(self) -> tuple[np.ndarray, np.ndarray] | None:
        """The first and the ninth tenth of the seeds' parts; None for one seed."""
        if len(self.profiles) == 1:
            return None
        low, high = np.quantile(self.relative, (0.1, 0.9), axis=0, method="nearest")
        return low, high

    @property
    def is_cut(self) -> bool:
        """Whether some of its routes are cut."""
        return bool(self.cell.cut)

    @cached_property
    def not_finite(self) -> tuple[str, int] | None:
        """The first quantity of the run that is not finite, and from which step on (from 0)."""
        return measures.not_finite_since(self.trace)

    @cached_property
    def everywhere(self) -> GradientFlow:
        """The same run, back from a loss on the output at every step."""
        given = {self.cell.output: np.ones_like(self.trace[self.cell.output])}
        return replace(self, gradients=backpropagate(self.trace, given))

    @cached_property
    def kept(self) -> tuple[str, np.ndarray] | None:
        """What the watched state's past is multiplied by, as text and (T, rows); None without, and
        where the state is divided by another that is multiplied by the same."""
        if self.state not in measures.linear_states(self.cell):
            return None
        if self.state in measures.normalised(self.cell):
            return None
        kept, _ = measures.kept_and_written(self.trace, self.state)
        return text(split(self.cell, self.state)[0]), kept


@dataclass(frozen=True)
class GradientFlows:
    """All flows, and in words what they have in common; `names` are those of the steps, if any."""

    flows: tuple[GradientFlow, ...]
    facts: tuple[tuple[str, str], ...]
    names: tuple[str, ...] = ()

    @property
    def steps(self) -> int:
        """T."""
        return len(self.flows[0].trace)

    @property
    def start(self) -> int:
        """The last step (from 0) that has a gradient: there its backward pass begins."""
        there = [np.flatnonzero(flow.judged.any(axis=0)) for flow in self.flows]
        return max((int(each[-1]) for each in there if len(each)), default=self.steps - 1)


def last_alone(slope: np.ndarray) -> np.ndarray:
    """A loss's slope (T, rows) at the last step, 0 before it."""
    alone = np.zeros_like(slope)
    alone[-1] = slope[-1]
    return alone
