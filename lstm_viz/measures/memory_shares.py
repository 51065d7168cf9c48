"""What is a state made of, and how open do the gates stand?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lstm_viz.equations.gates import forget_gates
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.text import text
from lstm_viz.equations.tree import PREVIOUS, Call, Name, Number, Operation, Tree, factors, terms
from lstm_viz.kernels.evaluate import evaluate
from lstm_viz.measures.jacobians import known
from lstm_viz.trace.records import Trace
from lstm_viz.validation.errors import InputError

GATES = ("sigmoid", "hard_sigmoid", "hard_sigmoid_keras2")
LEFT, RIGHT = 0.1, 0.9


# ---------------------------------------------------------------------------- memory shares


def linear_states(cell: Recurrence) -> tuple[str, ...]:
    """The states whose equation multiplies their own past: c = f * c_prev + …."""
    return tuple(state for state in cell.states if _read(cell, state)[0])


def _read(
    cell: Recurrence, state: str
) -> tuple[list[tuple[float, list[Tree]]], list[tuple[float, Tree]]]:
    """What the past is multiplied by, and what is added: (sign, factors) and (sign, term)."""
    past, keeps, adds = Name(state + PREVIOUS), [], []
    for sign, term in terms(cell.equation[state].tree):
        parts = factors(term)
        if parts.count(past) == 1:
            keeps.append((sign, [part for part in parts if part != past]))
        else:
            adds.append((sign, term))
    return keeps, adds


def keeping(cell: Recurrence, state: str) -> str:
    """What the past is multiplied by, as text: `f`, `1 - z`; `1` where nothing stands there."""
    keeps, _ = _read(cell, state)
    written = [" * ".join(text(part) for part in parts) or "1" for _, parts in keeps]
    return " + ".join(written)


def kept_and_written(trace: Trace, state: str) -> tuple[np.ndarray, np.ndarray]:
    """(kept, written) with state_t = kept_t ⊙ state_{t−1} + written_t; each shaped as trace[state].

    For c = f * c_prev + i * g these are f and i ⊙ g. Raises `InputError` for a state whose equation
    does not multiply its own past.
    """
    cell = trace.cell
    keeps, adds = _read(cell, state) if state in cell.states else ([], [])
    if not keeps:
        able = ", ".join(linear_states(cell)) or "none does"
        raise InputError(
            f"{cell.name}: {state} does not multiply its own past, so it has no shares ({able})"
        )
    values, shape = known(trace), trace[state].shape
    kept, written = np.zeros(shape), np.zeros(shape)
    for sign, parts in keeps:
        product = np.full(shape, sign)
        for part in parts:
            product = product * _column(part, values)
        kept += product
    for sign, term in adds:
        written += sign * _column(term, values)
    return kept, written


def _column(tree: Tree, values: dict[str, np.ndarray]) -> np.ndarray | float:
    value = evaluate(tree, values)
    column: np.ndarray | float = value[..., 0] if np.ndim(value) else value
    return column


def memory_shares(trace: Trace, state: str) -> np.ndarray:
    """What is in state_t of what was written at each k: (T, T + 1, rows), or (T, T + 1, B, rows).

    Entry [t, 0] is what is left of the initial state, [t, k + 1] what is left of step k's; they sum
    to trace[state][t] over the second axis. Exact where the equation multiplies its own past.
    """
    kept, written = kept_and_written(trace, state)
    steps = len(trace)
    found = np.zeros((steps, steps + 1, *kept.shape[1:]))
    left = np.zeros((steps + 1, *kept.shape[1:]))
    left[0] = trace[state + PREVIOUS][0]
    for t in range(steps):
        left[: t + 1] *= kept[t]
        left[t + 1] = written[t]
        found[t, : t + 2] = left[: t + 2]
    return found


def last_shares(trace: Trace, state: str) -> np.ndarray:
    """As `memory_shares(trace, state)[-1]`, (T + 1, rows), in one pass and little memory."""
    kept, written = kept_and_written(trace, state)
    later = np.ones((len(trace) + 1, *kept.shape[1:]))  # Π of what is kept after each step
    later[:-1] = np.cumprod(kept[::-1], axis=0)[::-1]
    return np.concatenate([trace[state + PREVIOUS][:1], written]) * later


# ---------------------------------------------------------------------------- gates


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
        (values < LEFT).mean(axis=0),
        (values > RIGHT).mean(axis=0),
        values.mean(axis=0),
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
