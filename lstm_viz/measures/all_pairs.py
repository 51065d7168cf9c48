"""‖∂a_t/∂b_k‖ for all pairs of steps k ≤ t, exactly, by divide and conquer over time.

For a cut m with k < m ≤ t the chain rule gives ∂a_t/∂b_k = F_t B_k, with F_t = ∂a_t/∂s_m and
B_k = ∂s_m/∂b_k, where s_m are the states that come into step m. Then ‖F B‖² = ⟨FᵀF, BBᵀ⟩, so one
product of flattened Gram matrices gives all pairs of a block: O(T H³ log T + T² H²).
"""

from __future__ import annotations

import math
from typing import NamedTuple

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
from lstm_viz.trace.records import Trace

# Where squares cancel to less than this, the Gram product lost its digits: F B itself is formed.
CANCELLED = 1e-10
SAFE = 1e-200  # squares further out may have lost digits to underflow or overflow
BLOCK = 16 * 1024 * 1024  # numbers of recomputed products at a time


class _Scaled(NamedTuple):
    """Matrices of norm 1 (or 0), (n, …, …), and the logarithms of their sizes beside them."""

    matrices: np.ndarray
    logs: np.ndarray


class _Span(NamedTuple):
    """Maps of a stretch of time; empty where nobody asks for them."""

    ahead: _Scaled  # ∂a_t/∂s_first for each t, (n, A, S)
    back: _Scaled  # ∂s_end/∂b_k for each k, (n, S, B)
    across: _Scaled  # ∂s_end/∂s_first, (1, S, S)


def all_pairs(trace: Trace, of: str = "", by: str = "", *, logarithm: bool = False) -> np.ndarray:
    """Frobenius norms ‖∂of_t/∂by_k‖, (T, T): row t, column k, 0 for k > t (−∞ as `logarithm`).

    `of` and `by` are recorded quantities, the cell's output unless given. By a change of `by` at
    step k everything changes that is computed from it later, the rest of the step included.
    """
    one_sequence(trace, "all pairs of steps")
    of, by = of or trace.cell.output, by or trace.cell.output
    maps, steps = jacobians(trace), len(trace)
    ahead, back, within = _leaves(trace, of, by, maps)
    found = np.full((steps, steps), -math.inf)
    with np.errstate(divide="ignore"):
        np.fill_diagonal(found, np.log(np.linalg.norm(within, axis=(1, 2))))

    def span(start: int, stop: int, forth: bool, back_too: bool) -> _Span:
        if stop - start == 1:
            own = slice(start, stop)
            return _Span(*(_unit(array[own].copy()) for array in (ahead, back, maps)))
        middle = (start + stop) // 2
        early, late = span(start, middle, forth, True), span(middle, stop, True, back_too)
        found[middle:stop, start:middle] = _pairs(late.ahead, early.back)
        return _joined(early, late, forth, back_too)

    span(0, steps, False, False)
    return found if logarithm else np.exp(found)


def _leaves(
    trace: Trace, of: str, by: str, maps: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """∂of_t/∂s_in (T, A, S), ∂s_out/∂by_t (T, S, B), ∂of_t/∂by_t (T, A, B)."""
    states, values, cell = States.of(trace), known(trace), trace.cell
    steps, above, below = len(trace), trace[of].shape[-1], trace[by].shape[-1]
    inside, landed = sweep(cell, values, {of: identity(values, of)}, land=of not in cell.states)
    ahead = maps[:, states.rows[of]] if of in cell.states else np.zeros((steps, above, states.size))
    for target, adjoint in together(landed).items():
        ahead[:, :, states.rows[target.removesuffix(PREVIOUS)]] = adjoint.jacobian()
    back = np.zeros((steps, states.size, below))
    for state in cell.states:
        reached = sweep(cell, values, {state: identity(values, state)}, land=False)[0]
        if by in reached:
            back[:, states.rows[state]] = reached[by].jacobian()
    nothing = Adjoint(np.zeros((steps, below, above)))
    return ahead, back, inside.get(by, nothing).jacobian()


def _unit(matrices: np.ndarray) -> _Scaled:
    """The matrices, divided in place by their norms."""
    flat = matrices.reshape(len(matrices), -1)
    squares = np.einsum("nk,nk->n", flat, flat)
    extra = np.zeros(len(matrices))
    if not ((squares > SAFE) & (squares < 1 / SAFE)).all():
        largest = np.abs(flat).max(axis=1)
        largest = np.where((largest > 0) & np.isfinite(largest), largest, 1.0)
        flat /= largest[:, None]
        squares, extra = np.einsum("nk,nk->n", flat, flat), np.log(largest)
    size = np.sqrt(np.where(squares > 0, squares, 1.0))
    flat /= size[:, None]
    return _Scaled(matrices, np.log(size) + extra)


def _chained(product: np.ndarray, *logs: np.ndarray) -> _Scaled:
    matrices, own = _unit(product)
    return _Scaled(matrices, sum(logs, own))


def _both(one: _Scaled, other: _Scaled) -> _Scaled:
    return _Scaled(*(np.concatenate(pair) for pair in zip(one, other, strict=True)))


def _joined(early: _Span, late: _Span, forth: bool, back_too: bool) -> _Span:
    """The maps of two neighbouring stretches together, each by one large product."""
    ahead, back, across = early.ahead, late.back, early.across
    (first, first_log), (then, then_log) = early.across, late.across
    if forth or back_too:
        across = _chained(then @ first, first_log, then_log)
    if forth:
        rows = late.ahead.matrices
        onward = (rows.reshape(-1, rows.shape[2]) @ first[0]).reshape(rows.shape)
        ahead = _both(early.ahead, _chained(onward, late.ahead.logs, first_log))
    if back_too:
        back = _both(_chained(then[0] @ early.back.matrices, early.back.logs, then_log), late.back)
    return _Span(ahead, back, across)


def _pairs(ahead: _Scaled, back: _Scaled) -> np.ndarray:
    """ln ‖F_t B_k‖ for every t of the late stretch and every k of the early one."""
    f, b = ahead.matrices, back.matrices
    left, right = np.swapaxes(f, 1, 2) @ f, b @ np.swapaxes(b, 1, 2)
    squares = left.reshape(len(f), -1) @ right.reshape(len(b), -1).T
    t, k = np.nonzero(~(squares >= CANCELLED))
    each = max(1, BLOCK // (f.shape[1] * max(b.shape[2], f.shape[2])))
    for start in range(0, len(t), each):
        some = slice(start, start + each)
        product = f[t[some]] @ b[k[some]]
        squares[t[some], k[some]] = np.einsum("nij,nij->n", product, product)
    with np.errstate(divide="ignore"):
        logs: np.ndarray = np.log(squares) / 2 + ahead.logs[:, None] + back.logs
    return logs
