"""What products of Jacobians do: singular values, rank, radius, a bound, Lyapunov exponents."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.tree import PREVIOUS, Call, Name, Operation, Tree, names_in, terms
from lstm_viz.measures.jacobians import jacobians, one_sequence
from lstm_viz.trace.records import Trace

# The largest slope of a function anywhere; what is not here has none that is known.
STEEPEST = {
    "tanh": 1.0,
    "relu": 1.0,
    "softsign": 1.0,
    "softplus": 1.0,
    "sigmoid": 0.25,
    "hard_sigmoid": 1 / 6,
    "hard_sigmoid_keras2": 0.2,
}


ROUNDING = 1e-14  # singular values under this part of the largest say nothing
HELD = 700.0  # the largest logarithm whose number a float can hold


@dataclass(frozen=True)
class Spectrum:
    """Singular values of ∂s_T/∂s_{T−k} for some lags k, where s is the vector of all states, (S,).

    `values` is (lags, S), the largest first, each times exp(`scale`) of its lag: products over long
    lags leave the range of floats. Those under 1e-16 of the largest are rounding.
    """

    lags: np.ndarray
    values: np.ndarray
    scale: np.ndarray

    @property
    def logs(self) -> np.ndarray:
        """ln σ for each lag, the largest first, (lags, S)."""
        with np.errstate(divide="ignore"):
            logarithm: np.ndarray = np.log(self.values) + self.scale[:, None]
        return logarithm

    @property
    def largest(self) -> np.ndarray:
        """ln σ₁ for each lag."""
        return self.logs[:, 0]

    @property
    def middle(self) -> np.ndarray:
        """ln of the middle one for each lag; not a number where that is rounding."""
        column = self.values.shape[1] // 2
        true = self.values[:, column] > ROUNDING * self.values[:, 0]
        return np.where(true, self.logs[:, column], np.nan)

    @property
    def rank(self) -> np.ndarray:
        """The effective rank for each lag."""
        return effective_rank(self.values)


def spectrum(trace: Trace, lags: Sequence[int] | None = None, end: int | None = None) -> Spectrum:
    """Singular values of the products J_T J_{T−1} … J_{T−k+1}, by lag k (all, unless `lags` says).

    `end` is how many steps of the trace count (all). Hochreiter 1991; Pascanu et al. 2013, eq. 5.
    """
    one_sequence(trace, "the spectrum")
    steps = len(trace) if end is None else end
    wanted = list(range(1, steps + 1)) if lags is None else [k for k in lags if 1 <= k <= steps]
    product, scale, found = None, 0.0, []
    for lag in range(1, max(wanted, default=0) + 1):
        step = jacobians(trace, slice(steps - lag, steps - lag + 1))[0]
        product = step if product is None else product @ step
        size = float(np.abs(product).max())
        if size and math.isfinite(size):
            product, scale = product / size, scale + math.log(size)
        if lag in wanted:
            found.append((_singular_values(product), scale))
    values = np.array([v for v, _ in found]).reshape(len(found), -1)
    return Spectrum(np.array(wanted), values, np.array([s for _, s in found]))


def _singular_values(matrix: np.ndarray) -> np.ndarray:
    """The largest first; not numbers where the matrix is not finite."""
    if not np.isfinite(matrix).all():
        return np.full(len(matrix), np.nan)
    values: np.ndarray = np.linalg.svd(matrix, compute_uv=False)
    return values


def singular_values(trace: Trace) -> np.ndarray:
    """Singular values of ∂s_t/∂s_{t−1} at each step, (T, S), the largest first."""
    one_sequence(trace, "the spectrum")
    return np.linalg.svd(jacobians(trace), compute_uv=False)


def spectral_radius(trace: Trace) -> np.ndarray:
    """The largest |eigenvalue| of ∂s_t/∂s_{t−1} at each step, (T,)."""
    one_sequence(trace, "the spectral radius")
    found: np.ndarray = np.abs(np.linalg.eigvals(jacobians(trace))).max(axis=-1)
    return found


def effective_rank(values: np.ndarray) -> np.ndarray:
    """exp(−Σ p ln p), p = σ / Σσ over the last axis (Roy & Vetterli 2007); 0 where all are 0.

    Not a number where one of them is not.
    """
    total = values.sum(axis=-1, keepdims=True)
    p = values / np.where(total > 0, total, 1.0)
    surprise = -p * np.log(np.where(p > 0, p, 1.0))
    rank: np.ndarray = np.where(total[..., 0] == 0, 0.0, np.exp(surprise.sum(axis=-1)))
    return rank


def grown(logarithms: np.ndarray) -> np.ndarray:
    """The numbers of some logarithms; ∞ where floats cannot hold them."""
    with np.errstate(over="ignore"):
        numbers: np.ndarray = np.exp(logarithms)
    return numbers


def held(logarithms: np.ndarray) -> np.ndarray:
    """The numbers of some logarithms; not a number where floats cannot hold them."""
    visible = np.abs(logarithms) < HELD
    numbers: np.ndarray = np.where(visible, np.exp(np.clip(logarithms, -HELD, HELD)), np.nan)
    return numbers


@dataclass(frozen=True)
class Bound:
    """Pascanu's bound for one state: ‖∂h_t/∂h_{t−k}‖ ≤ (γ σ₁)^k."""

    matrix: str
    gamma: float
    sigma: float

    @property
    def rate(self) -> float:
        """γ σ₁: under 1 the gradient must vanish; only above 1 can it explode."""
        return self.gamma * self.sigma

    @property
    def at_one(self) -> bool:
        """Whether γ σ₁ is 1, but for rounding."""
        return math.isclose(self.rate, 1.0, rel_tol=1e-12)

    def over(self, lags: np.ndarray) -> np.ndarray:
        """ln of the bound for each lag."""
        logarithm: np.ndarray = lags * (math.log(self.rate) if self.rate else -math.inf)
        return logarithm


def bound(trace: Trace) -> Bound | None:
    """Pascanu, Mikolov & Bengio 2013, section 2.1, for a cell h = σ(U @ h_prev + …) with one state.

    Without a function γ is 1. None for any other cell, where the bound does not hold, and for one
    with routes cut.
    """
    cell = trace.cell
    found = None if cell.cut else _recurrence(cell)
    if found is None:
        return None
    matrix, steepest = found
    return Bound(matrix, steepest, float(np.linalg.norm(trace.weights[matrix], 2)))


@dataclass(frozen=True)
class Rate:
    """How fast neighbouring runs part or meet: their distance halves (or doubles) in `steps`.

    `per_step` is ln σ₁ / `over`, of the product over as many steps as the run has: the largest
    finite-time Lyapunov exponent. −∞, and no steps, where nothing is left of any small difference;
    not a number where the product is not finite.
    """

    per_step: float
    halves: bool
    steps: float
    over: int


def rate(trace: Trace) -> Rate:
    """How fast the run and its neighbours part or meet, over the whole run."""
    exponent = float(spectrum(trace, [len(trace)]).largest[0]) / len(trace)
    steps = math.log(2) / abs(exponent) if exponent else math.inf
    return Rate(exponent, exponent < 0, steps, len(trace))


def _recurrence(cell: Recurrence) -> tuple[str, float] | None:
    """(matrix, steepest slope) of h = function(matrix @ h_prev + what the past does not touch)."""
    if len(cell.states) != 1:
        return None
    (state,) = cell.states
    late = {state + PREVIOUS}
    for equation in cell.equations:
        if late & set(names_in(equation.tree)):
            late.add(equation.target)
    tree, steepest = _inlined(cell, cell.equation[state].tree), 1.0
    match tree:
        case Call(function, (inside,)) if function in STEEPEST:
            tree, steepest = _inlined(cell, inside), STEEPEST[function]
    match [(s, t) for s, t in terms(tree) if late & set(names_in(t))]:
        case [(_, Operation("@", Name(matrix), Name(past)))] if past == state + PREVIOUS:
            return matrix, steepest
    return None


def _inlined(cell: Recurrence, tree: Tree) -> Tree:
    while isinstance(tree, Name) and tree.name in cell.equation:
        tree = cell.equation[tree.name].tree
    return tree


def lyapunov(trace: Trace, count: int | None = None) -> np.ndarray:
    """The `count` largest Lyapunov exponents of the run, in 1/step, the largest first.

    By QR at every step (Benettin et al. 1980; for recurrent networks Vogt et al. 2022): averages of
    ln |r_kk|. Above 0 neighbouring runs drift apart, below 0 they meet. −∞ for a direction that a
    step wipes out.
    """
    one_sequence(trace, "the Lyapunov exponents")
    size = jacobians(trace, slice(0, 1)).shape[-1]
    count = min(size, size if count is None else count)
    basis = np.linalg.qr(np.random.default_rng(0).standard_normal((size, count)))[0]
    total = np.zeros(count)
    with np.errstate(divide="ignore"):
        for t in range(len(trace)):
            basis, r = np.linalg.qr(jacobians(trace, slice(t, t + 1))[0] @ basis)
            total += np.log(np.abs(np.diag(r)))
    return np.sort(total / len(trace))[::-1]
