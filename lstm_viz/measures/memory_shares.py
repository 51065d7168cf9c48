"""What is a state made of: of what each step wrote, what is left?"""

from __future__ import annotations

import numpy as np

from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.text import text
from lstm_viz.equations.tree import PREVIOUS, Name, Tree, factors, terms
from lstm_viz.kernels.evaluate import evaluate
from lstm_viz.measures.jacobians import known
from lstm_viz.trace.records import Trace
from lstm_viz.validation.errors import InputError


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
