"""What is a state made of: what it kept of itself, what was written, and when?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lstm_viz.equations.gates import split
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.tree import PREVIOUS, ZERO, Operation, names_in, walk
from lstm_viz.kernels.evaluate import evaluate
from lstm_viz.measures.jacobians import known
from lstm_viz.trace.records import Gradients, Trace
from lstm_viz.validation.errors import InputError


def linear_states(cell: Recurrence) -> tuple[str, ...]:
    """The states whose equation multiplies their own past: c = f * c_prev + …."""
    return tuple(state for state in cell.states if split(cell, state)[0] != ZERO)


def normalised(cell: Recurrence) -> frozenset[str]:
    """The states of which only the ratio to another is read: c and n of h = o * (c / n).

    A common factor of both is no forgetting, so what multiplies their past says nothing of how long
    they hold.
    """
    linear = set(linear_states(cell))
    pairs = [
        (linear & set(names_in(part.left)), linear & set(names_in(part.right)))
        for equation in cell.equations
        for part in walk(equation.tree)
        if isinstance(part, Operation) and part.operator == "/"
    ]
    return frozenset(s for above, below in pairs if above and below for s in above | below)


def kept_and_written(
    trace: Trace, state: str, steps: slice = slice(None)
) -> tuple[np.ndarray, np.ndarray]:
    """(kept, written) with state_t = kept_t ⊙ state_{t−1} + written_t; each shaped as trace[state].

    For c = f * c_prev + i * g these are f and i ⊙ g; where c is held nothing is kept, and the
    held value is written. Raises `InputError` for a state whose equation
    does not multiply its own past.
    """
    cell = trace.cell
    if state not in linear_states(cell):
        able = ", ".join(linear_states(cell)) or "none does"
        raise InputError(
            f"{cell.name}: {state} does not multiply its own past, so it has no shares ({able})"
        )
    values, shape = known(trace, steps), trace[state][steps].shape
    found = []
    for tree in split(cell, state):
        value = evaluate(tree, values)
        column = value[..., 0] if np.ndim(value) else value
        found.append(np.broadcast_to(column, shape).astype(float))
    kept, written = found
    if state in trace.held:
        held = trace.held[state][steps]
        free = np.isnan(held)
        return np.where(free, kept, 0.0), np.where(free, written, held)
    return kept, written


@dataclass(frozen=True)
class MemoryLedger:
    """What becomes of a state at one step, by unit: was + changed + written = now.

    `share` is what its past is multiplied by, `share_lost` is 1 − share; `changed` is
    how much of it that takes away, (share − 1) · was.
    """

    was: np.ndarray
    share: np.ndarray
    share_lost: np.ndarray
    changed: np.ndarray
    written: np.ndarray
    now: np.ndarray


def ledger(trace: Trace, state: str, t: int) -> MemoryLedger:
    """What becomes of a state at step t (from 0): each (rows,), or (B, rows).

    Raises `InputError` for a state whose equation does not multiply its own past.
    """
    step = slice(t, t + 1)
    share, written = (each[0] for each in kept_and_written(trace, state, step))
    was = trace[state + PREVIOUS][t]
    return MemoryLedger(was, share, 1 - share, (share - 1) * was, written, trace[state][t])


def first_written(trace: Trace, name: str, unit: int = 0) -> int:
    """The first step at which a quantity is written: at least half as much as at any other.

    What is written is what is added to what a state keeps of its past; for all else its change.
    """
    values = trace[name][..., unit]
    if name in linear_states(trace.cell):
        written = kept_and_written(trace, name)[1][..., unit]
    else:
        before = name + PREVIOUS
        start = trace[before][:1, ..., unit] if before in trace else np.zeros_like(values[:1])
        written = np.diff(values, axis=0, prepend=start)
    size = np.nan_to_num(np.abs(written), posinf=0.0)
    return int(np.argmax(size >= size.max() / 2))


def most_erased(trace: Trace, name: str, unit: int = 0) -> int | None:
    """The step at which most of a state's past is taken away; None where none ever is."""
    if name not in linear_states(trace.cell):
        return None
    kept = kept_and_written(trace, name)[0][..., unit]
    was = trace[name + PREVIOUS][..., unit]
    gone = np.nan_to_num(np.abs(was) - np.abs(kept * was), posinf=0.0)
    return int(np.argmax(gone)) if gone.max() > 0 else None


def passed_on(gradients: Gradients, state: str, t: int) -> np.ndarray:
    """∂L/∂state_{t−1} over ∂L/∂state_t, by unit: what of a state's gradient goes back a step."""
    with np.errstate(divide="ignore", invalid="ignore"):
        part: np.ndarray = gradients[state + PREVIOUS][t] / gradients[state][t]
    return part


def goes_on_alone(gradients: Gradients, state: str) -> bool:
    """Whether what comes back to a unit of a state's past comes from that unit of it alone.

    It does where no matrix mixes the units on the way, or where there is only one unit.
    """
    if gradients.trace[state].shape[-1] == 1:
        return True
    back = (edge.term for edge in gradients.cell.backward if edge.target == state + PREVIOUS)
    return not any(
        isinstance(node, Operation) and node.operator == "@" for term in back for node in walk(term)
    )


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


def in_spans(shares: np.ndarray, count: int) -> dict[tuple[int, int], np.ndarray]:
    """Memory shares (T, T + 1) of one unit by when they were written, in about equal spans.

    (first, last) step, both from 1 → (T,); (0, 0) is the initial state. They sum to the state.
    """
    steps = shares.shape[1] - 1
    edges = [round(k) for k in np.linspace(0, steps, min(count, steps) + 1)]
    spans = {(a + 1, b): shares[:, a + 1 : b + 1].sum(axis=1) for a, b in pairwise(edges)}
    return {(0, 0): shares[:, 0]} | spans


def recent(shares: np.ndarray, part: float = 0.5) -> int:
    """In how many of the last steps a `part` of what a memory holds was written, by size.

    `shares` are those of one step and unit, (T + 1,). 0 for a memory that holds nothing.
    """
    size = np.abs(shares[::-1])
    if not size.sum():
        return 0
    return min(int(np.searchsorted(np.cumsum(size), part * size.sum())) + 1, len(size))
