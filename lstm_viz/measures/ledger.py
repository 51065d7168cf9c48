"""The ledger: the gradient of every step's loss by every step's state, kept apart, not summed.

    ledger(gradients)["c"][t_loss, t]      # ∂L_{t_loss}/∂c_t; 0 above the loss
    ledger_norms(gradients)["c"]           # the same as norms, (T, T)

After RNNbow (Cashman, Patterson, Mosca & Chang, 2017), which did it for a vanilla RNN. All loss
times go back together as the rows of one matrix, one product with the step's Jacobian a step.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lstm_viz.equations.tree import PREVIOUS
from lstm_viz.measures.jacobians import (
    Adjoint,
    States,
    identity,
    jacobians,
    known,
    one_sequence,
    sweep,
    together,
)
from lstm_viz.measures.norms import lengths
from lstm_viz.trace.records import Gradients, Trace

CHUNK = 64 * 1024 * 1024  # bytes of Jacobians at a time

Within = dict[tuple[str, str], Adjoint]


def ledger(gradients: Gradients) -> dict[str, np.ndarray]:
    """State → ∂L_{t'}/∂state_t, (T loss times, T steps, rows), exact; 0 for t > t'.

    L_{t'} is the part of the loss that was given at step t', so the sum over t' is
    gradients[state]. One sequence only.
    """
    trace = gradients.trace
    steps = len(trace)
    found = {s: np.zeros((steps, steps, trace[s].shape[-1])) for s in trace.cell.states}
    for t, entry in _entries(gradients):
        for state, rows in entry.items():
            found[state][t:, t] = rows
    return found


def ledger_norms(gradients: Gradients) -> dict[str, np.ndarray]:
    """State → ‖∂L_{t'}/∂state_t‖₂, (T loss times, T steps); never holds more than the norms."""
    steps = len(gradients)
    found = {s: np.zeros((steps, steps)) for s in gradients.cell.states}
    for t, entry in _entries(gradients):
        for state, rows in entry.items():
            found[state][t:, t] = lengths(rows)
    return found


@dataclass(frozen=True)
class Reach:
    """After how many `steps` less than a share of a loss's gradient is left, the median of the
    losses; ∞ where more than that reaches the first step, as it does for `whole` of the `losses`.
    """

    steps: float
    whole: int
    losses: int


def reach(norms: np.ndarray, share: float = 0.01) -> Reach | None:
    """How far back the losses of a ledger's norms (T, T) reach; None where there is no loss.

    A loss whose gradient is not a finite number at some step says nothing, and is not counted.
    """
    lags = []
    known = np.isfinite(norms).all(axis=1)
    for t in np.flatnonzero((np.diagonal(norms) != 0) & known):
        under = np.flatnonzero(norms[t, : t + 1] < share * norms[t, t])
        lags.append(float(t - under[-1]) if len(under) else math.inf)
    if not lags:
        return None
    return Reach(sorted(lags)[len(lags) // 2], sum(map(math.isinf, lags)), len(lags))


def _entries(gradients: Gradients) -> Iterator[tuple[int, dict[str, np.ndarray]]]:
    """(t, state → ∂L_{t'}/∂state_t for t' = t … T − 1), the last step first."""
    trace = gradients.trace
    one_sequence(trace, "the ledger")
    states, steps = States.of(trace), len(trace)
    own, sent = _seeds(gradients, states)
    carried = np.zeros((steps, states.size))  # row t': what L_{t'} sends to the states of step t
    longest = max(1, CHUNK // (8 * states.size**2))
    for stop in range(steps, 0, -longest):
        span = slice(max(0, stop - longest), stop)
        maps, inside = jacobians(trace, span), _within(trace, span)
        for t in range(stop - 1, span.start - 1, -1):
            entry = _total(carried[t:], inside, t - span.start, states)
            for state, rows in entry.items():
                rows[0] = own[state][t]
            yield t, entry
            carried[t + 1 :] = carried[t + 1 :] @ maps[t - span.start]
            carried[t] = sent[t]


def _seeds(gradients: Gradients, states: States) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """What each step's own loss gives to its states (T, rows), and sends to those before (T, S)."""
    trace, cell = gradients.trace, gradients.cell
    seeds = {
        name: Adjoint(array.reshape(len(trace), -1, 1)) for name, array in gradients._given.items()
    }
    found, landed = sweep(cell, known(trace), seeds)
    own = {
        s: found[s].array[..., 0] if s in found else np.zeros_like(trace[s]) for s in cell.states
    }
    sent = np.zeros((len(trace), states.size))
    for target, adjoint in together(landed).items():
        sent[:, states.rows[target.removesuffix(PREVIOUS)]] = adjoint.array[..., 0]
    return own, sent


def _within(trace: Trace, span: slice) -> Within:
    """∂a_t/∂b_t inside a step, for the pairs of states that have one."""
    values, cell = known(trace, span), trace.cell
    return {
        (of, by): adjoint
        for of in cell.states
        for by, adjoint in sweep(cell, values, {of: identity(values, of)}, land=False)[0].items()
        if by in cell.states
    }


def _total(carried: np.ndarray, inside: Within, t: int, states: States) -> dict[str, np.ndarray]:
    """State → its whole gradient, from what arrives at each state from outside the step."""
    found = {s: np.zeros((len(carried), r.stop - r.start)) for s, r in states.rows.items()}
    for (of, by), adjoint in inside.items():
        arrived, step = carried[:, states.rows[of]], adjoint.array[t]
        found[by] += arrived * step if adjoint.diagonal else arrived @ step.T
    return found
