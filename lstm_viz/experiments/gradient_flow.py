"""Flows: the same input through several cells, back from the same loss, measured at every step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import IO

import numpy as np

from lstm_viz import measures
from lstm_viz.equations.gates import split
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.text import text
from lstm_viz.trace.records import Gradients, Trace
from lstm_viz.trace.run import backpropagate

USUAL = "rnn,lstm,gru"


@dataclass(frozen=True)
class AskedFlows:
    """What the command line asks for; None is what was left open."""

    cells: str = USUAL
    length: int | None = None
    hidden: int | None = None
    input: str | None = None
    column: tuple[str, ...] = ()
    text: str | None = None
    start: str | None = None
    forget_bias: tuple[float, ...] = ()
    spectral_radius: tuple[float, ...] = ()
    loss: str | None = None
    seed: int = 0
    seeds: int = 1
    cut: tuple[str, ...] = ()
    trained: str | None = None
    target: str | None = None
    model: str | None = None
    layer: str | None = None
    head: str | None = None
    nonlinearity: str | None = None
    vocabulary: str | None = None
    standardise: str | None = None
    stdin: IO[bytes] | None = None


@dataclass(frozen=True, eq=False)
class Flow:
    """One cell's gradients: of the first seed all, of every seed the norms at each step.

    `profiles` are ‖∂L/∂state_t‖₂, (seeds, T); `state` is the one that is watched: the memory, where
    the cell has one, else the output.
    """

    name: str
    setting: str
    state: str
    gradients: Gradients
    profiles: np.ndarray
    bias: float | None = None

    @property
    def cell(self) -> Recurrence:
        """The cell that was run."""
        return self.trace.cell

    @property
    def trace(self) -> Trace:
        """The first seed's run."""
        return self.gradients.trace

    @property
    def norms(self) -> np.ndarray:
        """The median over the seeds, (T,)."""
        middle: np.ndarray = np.median(self.profiles, axis=0)
        return middle

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
    def band(self) -> tuple[np.ndarray, np.ndarray] | None:
        """The first and the ninth tenth of the seeds' parts; None for one seed."""
        if len(self.profiles) == 1:
            return None
        low, high = np.quantile(self.relative, (0.1, 0.9), axis=0, method="nearest")
        return low, high

    @property
    def is_cut(self) -> bool:
        """Whether some of its routes are cut."""
        return self.cell is not self.gradients.cell

    @cached_property
    def everywhere(self) -> Flow:
        """The same run, back from a loss on the output at every step; no route is cut."""
        given = {self.cell.output: np.ones_like(self.trace[self.cell.output])}
        return replace(self, gradients=backpropagate(self.trace, given))

    @cached_property
    def kept(self) -> tuple[str, np.ndarray] | None:
        """What the watched state's past is multiplied by, as text and (T, rows); None without."""
        if self.state not in measures.linear_states(self.cell):
            return None
        kept, _ = measures.kept_and_written(self.trace, self.state)
        return text(split(self.cell, self.state)[0]), kept


@dataclass(frozen=True)
class Flows:
    """All flows, and in words what they have in common."""

    flows: tuple[Flow, ...]
    facts: tuple[tuple[str, str], ...]
    loss: str

    @property
    def steps(self) -> int:
        """T."""
        return len(self.flows[0].trace)
