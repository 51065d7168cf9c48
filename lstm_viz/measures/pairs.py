"""‖∂a_t/∂b_k‖ for all pairs of steps k ≤ t, exactly, by divide and conquer over time.

For a cut m with k < m ≤ t the chain rule gives ∂a_t/∂b_k = F_t B_k, with F_t = ∂a_t/∂s_m and
B_k = ∂s_m/∂b_k, where s_m are the states that come into step m. Then ‖F B‖² = ⟨FᵀF, BBᵀ⟩, so one
product of flattened Gram matrices gives all pairs of a block: O(T H³ log T + T² H²).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lstm_viz.cell import PREVIOUS
from lstm_viz.measures.maps import (
    Adjoint,
    States,
    identity,
    jacobians,
    known,
    one_sequence,
    sweep,
    together,
)
from lstm_viz.trace import Trace

# Where squares cancel to less than this, the Gram product lost its digits: F B itself is formed.
CANCELLED = 1e-10
BLOCK = 16 * 1024 * 1024  # numbers of recomputed products at a time


@dataclass
class _Span:
    """Maps of a stretch of time, each of norm 1, its size in logarithms beside it."""

    ahead: np.ndarray  # ∂a_t/∂s_first for each t, (n, A, S)
    ahead_log: np.ndarray
    back: np.ndarray  # ∂s_end/∂b_k for each k, (n, S, B)
    back_log: np.ndarray
    across: np.ndarray  # ∂s_end/∂s_first, (1, S, S)
    across_log: np.ndarray


def all_pairs(trace: Trace, of: str = "", by: str = "", *, logarithm: bool = False) -> np.ndarray:
    """Frobenius norms ‖∂of_t/∂by_k‖, (T, T): row t, column k, 0 for k > t (−∞ as `logarithm`).

    `of` and `by` are recorded quantities, the cell's output unless given. By a change of `by` at
    step k everything changes that is computed from it later, the rest of the step included.
    """
    one_sequence(trace, "all pairs of steps")
    of, by = of or trace.cell.output, by or trace.cell.output
    ahead, back, within = _leaves(trace, of, by)
    maps, steps = jacobians(trace), len(trace)
    found = np.full((steps, steps), -math.inf)
    with np.errstate(divide="ignore"):
        np.fill_diagonal(found, np.log(np.linalg.norm(within, axis=(1, 2))))

    def span(start: int, stop: int) -> _Span:
        if stop - start == 1:
            own = slice(start, stop)
            return _Span(*_unit(ahead[own]), *_unit(back[own]), *_unit(maps[own]))
        middle = (start + stop) // 2
        early, late = span(start, middle), span(middle, stop)
        found[middle:stop, start:middle] = _pairs(late, early)
        return _joined(early, late)

    span(0, steps)
    return found if logarithm else np.exp(found)


def _leaves(trace: Trace, of: str, by: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """∂of_t/∂s_in (T, A, S), ∂s_out/∂by_t (T, S, B), ∂of_t/∂by_t (T, A, B)."""
    states, values, cell = States.of(trace), known(trace), trace.cell
    steps, above, below = len(trace), trace[of].shape[-1], trace[by].shape[-1]
    ahead = np.zeros((steps, above, states.size))
    inside, landed = sweep(cell, values, {of: identity(values, of)})
    for target, adjoint in together(landed).items():
        ahead[:, :, states.rows[target.removesuffix(PREVIOUS)]] = adjoint.jacobian()
    back = np.zeros((steps, states.size, below))
    for state in cell.states:
        reached = sweep(cell, values, {state: identity(values, state)})[0]
        if by in reached:
            back[:, states.rows[state]] = reached[by].jacobian()
    nothing = Adjoint(np.zeros((steps, below, above)))
    return ahead, back, inside.get(by, nothing).jacobian()


def _unit(matrices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Matrices of norm 1 (or 0), and the logarithms of what they were divided by."""
    largest = np.abs(matrices).max(axis=(1, 2))
    largest = np.where((largest > 0) & np.isfinite(largest), largest, 1.0)
    scaled = matrices / largest[:, None, None]
    size = np.sqrt(np.einsum("nij,nij->n", scaled, scaled))
    size = np.where(size > 0, size, 1.0)
    scaled /= size[:, None, None]
    return scaled, np.log(largest) + np.log(size)


def _joined(early: _Span, late: _Span) -> _Span:
    """The maps of two neighbouring stretches together, each by one large product."""
    n, rows, size = late.ahead.shape
    through = (late.ahead.reshape(-1, size) @ early.across[0]).reshape(n, rows, size)
    ahead, ahead_log = _unit(through)
    columns = early.back.transpose(1, 0, 2)
    onward = late.across[0] @ columns.reshape(size, -1)
    back, back_log = _unit(onward.reshape(columns.shape).transpose(1, 0, 2))
    across, across_log = _unit((late.across[0] @ early.across[0])[None])
    return _Span(
        np.concatenate([early.ahead, ahead]),
        np.concatenate([early.ahead_log, ahead_log + late.ahead_log + early.across_log]),
        np.concatenate([back, late.back]),
        np.concatenate([back_log + early.back_log + late.across_log, late.back_log]),
        across,
        across_log + early.across_log + late.across_log,
    )


def _pairs(late: _Span, early: _Span) -> np.ndarray:
    """ln ‖F_t B_k‖ for every t of the late stretch and every k of the early one."""
    f, b = late.ahead, early.back
    left, right = np.swapaxes(f, 1, 2) @ f, b @ np.swapaxes(b, 1, 2)
    squares = left.reshape(len(f), -1) @ right.reshape(len(b), -1).T
    t, k = np.nonzero(~(squares >= CANCELLED))
    each = max(1, BLOCK // (f.shape[1] * max(b.shape[2], f.shape[2])))
    for start in range(0, len(t), each):
        some = slice(start, start + each)
        product = f[t[some]] @ b[k[some]]
        squares[t[some], k[some]] = np.einsum("nij,nij->n", product, product)
    with np.errstate(divide="ignore"):
        logs: np.ndarray = np.log(squares) / 2 + late.ahead_log[:, None] + early.back_log[None, :]
    return logs
