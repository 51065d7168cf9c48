"""How open do the gates stand, and how long does a memory last behind them?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from lstm_viz.equations.gates import forget_gates
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.tree import Call, Name, Number, Operation
from lstm_viz.measures.memory_shares import kept_and_written, linear_states
from lstm_viz.trace.records import Trace

GATES = ("sigmoid", "hard_sigmoid", "hard_sigmoid_keras2")
SHUT, OPEN = 0.1, 0.9


class Openness(NamedTuple):
    """The fractions of values under 0.1 and over 0.9, and their mean."""

    shut: Any
    opened: Any
    mean: Any


def openness(values: np.ndarray, axis: int | None = None) -> Openness:
    """How far a gate stands open, over all its values, or along one axis of them."""
    return Openness(
        (values < SHUT).mean(axis=axis), (values > OPEN).mean(axis=axis), values.mean(axis=axis)
    )


@dataclass(frozen=True)
class GateStatistics:
    """How one gate stands over a run, by unit.

    `left` and `right` are the fractions of steps under 0.1 and over 0.9, (rows,) (Karpathy, Johnson
    & Fei-Fei 2016); `mean` the mean; `counts` how many values fall between the `edges`, all units
    together; `half_life`, (rows,), in steps, where the gate multiplies a state's own past.
    """

    name: str
    left: np.ndarray
    right: np.ndarray
    mean: np.ndarray
    counts: np.ndarray
    edges: np.ndarray
    state: str = ""
    half_life: np.ndarray | None = None


def gates(cell: Recurrence) -> tuple[str, ...]:
    """The quantities that are gates: a sigmoid, or one minus a gate."""
    found: list[str] = []
    for equation in cell.equations:
        match equation.tree:
            case Call(function) if function in GATES:
                found.append(equation.target)
            case Operation("-", Number(1.0), Name(other)) if other in found:
                found.append(equation.target)
    return tuple(found)


def gate_statistics(trace: Trace, bins: int = 20) -> dict[str, GateStatistics]:
    """Every gate of the cell → how it stands over the run (and over the batch)."""
    return {name: _statistics(trace, name, bins) for name in gates(trace.cell)}


def _statistics(trace: Trace, name: str, bins: int) -> GateStatistics:
    values = trace[name].reshape(-1, trace[name].shape[-1])
    counts, edges = np.histogram(values, bins, (0.0, 1.0))
    return GateStatistics(
        name,
        *openness(values, axis=0),
        counts,
        edges,
        *_half_lives(trace, name),
    )


def _half_lives(trace: Trace, name: str) -> tuple[str, np.ndarray | None]:
    for state, gate in forget_gates(trace.cell).items():
        if gate.name == name and state in linear_states(trace.cell):
            kept, _ = kept_and_written(trace, state)
            return state, half_lives(kept)
    return "", None


def half_lives(kept: np.ndarray) -> np.ndarray:
    """Steps in which half of a memory is lost, by unit: ln ½ over the run's mean of ln(kept).

    `kept` is (…, rows) of factors in [0, 1]: ∞ where all is kept, 0 where one step wiped it out.
    """
    with np.errstate(divide="ignore"):
        rate = np.log(np.abs(kept)).reshape(-1, kept.shape[-1]).mean(axis=0)
        return np.where(rate == 0, math.inf, math.log(0.5) / rate)
