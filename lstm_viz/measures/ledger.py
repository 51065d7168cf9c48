"""The ledger: the gradient of every step's loss by every step's state, kept apart, not summed.

    ledger(gradients)["c"][t_loss, t]      # ∂L_{t_loss}/∂c_t; 0 above the loss
    ledger_norms(gradients)["c"]           # the same as norms, (T, T)

After RNNbow (Cashman, Patterson, Mosca & Chang, 2017), which did it for a vanilla RNN. All loss
times go back together as the rows of one matrix, one product with each part of the step's
Jacobian that is no diagonal.
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
    known,
    one_sequence,
    sweep,
    together,
)
from lstm_viz.measures.norms import lengths
from lstm_viz.trace.records import Gradients, Trace

CHUNK = 4 * 1024 * 1024  # bytes of Jacobians at a time, while they are in cache

Ways = dict[tuple[str, str], Adjoint]


def ledger(gradients: Gradients) -> dict[str, np.ndarray]:
    """State → ∂L_{t'}/∂state_t, (T loss times, T steps, rows), exact; 0 for t > t'.

    L_{t'} is the part of the loss that was given at step t', so the sum over t' is
    gradients[state]. One sequence only.
    """
    trace, steps = gradients.trace, len(gradients)
    found = {s: np.empty((steps, steps, trace[s].shape[-1])) for s in trace.cell.states}
    for t, entry in _entries(gradients):
        for state, rows in entry.items():
            found[state][t, :t], found[state][t, t:] = 0, rows
    return {state: array.swapaxes(0, 1) for state, array in found.items()}


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
    # row t' of a state: what L_{t'} sends to it at step t, and at the step before
    carried, coming = ({state: np.zeros_like(rows) for state, rows in sent.items()} for _ in "ab")
    longest = max(1, CHUNK // (8 * states.size**2))
    for stop in range(steps, 0, -longest):
        span = slice(max(0, stop - longest), stop)
        inside, onward = _ways(trace, span, inside=True), _ways(trace, span, inside=False)
        for t in range(stop - 1, span.start - 1, -1):
            entry = {state: rows[t:] for state, rows in carried.items()}
            for state, rows in _sent(entry, inside, t - span.start).items():
                entry[state] += rows
            for state, rows in entry.items():
                rows[0] = own[state][t]
            yield t, entry
            later = {state: rows[1:] for state, rows in entry.items()}
            room = {state: rows[t + 1 :] for state, rows in coming.items()}
            arrived = _sent(later, onward, t - span.start, room)
            for state, rows in coming.items():
                if state not in arrived:
                    rows[t + 1 :] = 0
                rows[t] = sent[state][t]
            carried, coming = coming, carried


def _seeds(
    gradients: Gradients, states: States
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """What each step's own loss gives to its states, and sends to those before: (T, rows)."""
    trace, cell = gradients.trace, gradients.cell
    seeds = {
        name: Adjoint(array.reshape(len(trace), -1, 1)) for name, array in gradients._given.items()
    }
    found, landed = sweep(cell, known(trace), seeds)
    there = together(landed)
    own, sent = (
        {
            s: adjoints[key].array[..., 0]
            if (key := s + tail) in adjoints
            else np.zeros_like(trace[s])
            for s in cell.states
        }
        for adjoints, tail in ((found, ""), (there, PREVIOUS))
    )
    return own, sent


def _ways(trace: Trace, span: slice, inside: bool) -> Ways:
    """∂a_t/∂b_t of two states inside a step, or ∂a_t/∂b_{t−1} but by another state of step t."""
    values, cell, found = known(trace, span), trace.cell, Ways()
    for of in cell.states:
        seed = {of: identity(values, of)}
        reached, landed = sweep(cell, values, seed, land=not inside, through_states=inside)
        for target, adjoint in (reached if inside else together(landed)).items():
            by = target.removesuffix(PREVIOUS)
            if by in cell.states and target != of:
                found[of, by] = adjoint
    return found


def _sent(
    arrived: dict[str, np.ndarray], ways: Ways, t: int, room: dict[str, np.ndarray] | None = None
) -> dict[str, np.ndarray]:
    """State → what reaches it by these ways at step t, of what has arrived at each: (K, rows).

    It is written into `room` where there is some.
    """
    found: dict[str, np.ndarray] = {}
    for (of, by), adjoint in ways.items():
        step, out = adjoint.array[t], room[by] if room and by not in found else None
        part = (
            np.multiply(arrived[of], step, out=out)
            if adjoint.diagonal
            else np.matmul(arrived[of], step.T, out=out)
        )
        if by in found:
            found[by] += part
        else:
            found[by] = part
    return found
