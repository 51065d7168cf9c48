"""How open do the gates stand, and are they stuck?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lstm_viz.equations.gates import roles, split
from lstm_viz.equations.tree import names_in
from lstm_viz.measures.memory_shares import kept_and_written, linear_states, normalised
from lstm_viz.measures.norms import half_life
from lstm_viz.trace.records import Trace

LEFT, RIGHT = 0.1, 0.9


@dataclass(frozen=True)
class Standing:
    """How numbers between 0 and 1 stand: their mean, the fractions under 0.1 and over 0.9."""

    mean: float
    shut: float
    open: float

    @property
    def between(self) -> float:
        """The fraction that is neither."""
        return 1 - self.shut - self.open


def stands(value: float) -> str:
    """`shut` under 0.1, `open` over 0.9, and empty between them, where a gate is neither."""
    return "shut" if value < LEFT else "open" if value > RIGHT else ""


def standing(values: np.ndarray) -> Standing:
    """How a gate stands, over all of its values."""
    return Standing(
        float(values.mean()), float((values < LEFT).mean()), float((values > RIGHT).mean())
    )


@dataclass(frozen=True)
class GateStatistics:
    """How one gate stands over a run, by unit.

    `left` and `right` are the fractions of steps under 0.1 and over 0.9, (rows,) (Karpathy, Johnson
    & Fei-Fei 2016); `mean` the mean; `counts` how many values fall between the `edges`, all units
    together; `half_life`, (rows,), in steps, where the gate multiplies a state's own past (and not
    that of another by which it is divided).
    `overall` is how all units stand together; `above_one` says that a value is above 1, as that of
    an exponential gate may be: it is counted with those next to 1.
    """

    name: str
    left: np.ndarray
    right: np.ndarray
    mean: np.ndarray
    counts: np.ndarray
    edges: np.ndarray
    overall: Standing
    above_one: bool = False
    state: str = ""
    half_life: np.ndarray | None = None

    @property
    def often(self) -> np.ndarray:
        """The fraction of values that fall between two edges; together 1."""
        shares: np.ndarray = self.counts / self.counts.sum()
        return shares

    @property
    def half_lives(self) -> tuple[float, float, float] | None:
        """The shortest, middle and longest half-life, ∞ for what is never halved; None where
        the gate keeps nothing."""
        if self.half_life is None:
            return None
        lives = np.where(self.half_life < 0, np.inf, self.half_life)
        low, middle, high = np.quantile(lives, (0, 0.5, 1), method="nearest")
        return float(low), float(middle), float(high)


def gate_statistics(trace: Trace, bins: int = 20) -> dict[str, GateStatistics]:
    """Every gate of the cell → how it stands over the run (and over a batch, without padding)."""
    return {name: _statistics(trace, name, bins) for name in roles(trace.cell)}


def _statistics(trace: Trace, name: str, bins: int) -> GateStatistics:
    values = trace.counted(trace[name])
    counts, edges = np.histogram(np.clip(values, 0, 1), bins, (0.0, 1.0))
    return GateStatistics(
        name,
        (values < LEFT).mean(axis=0),
        (values > RIGHT).mean(axis=0),
        values.mean(axis=0),
        counts,
        edges,
        standing(values),
        bool((values > 1).any()),
        *_half_lives(trace, name),
    )


def _half_lives(trace: Trace, name: str) -> tuple[str, np.ndarray | None]:
    for state in linear_states(trace.cell):
        if state in normalised(trace.cell):
            continue
        if name in names_in(split(trace.cell, state)[0]):
            kept, _ = kept_and_written(trace, state)
            return state, half_life(trace.counted(kept), axis=0)
    return "", None
