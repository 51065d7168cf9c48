"""One step as a linear map: how a small change of a state travels through the derived edges.

    blocks(trace)["c", "h"]      # ∂c_t/∂h_{t−1} at every step
    jacobians(trace)             # ∂(h, c)_t/∂(h, c)_{t−1}, (T, S, S)

A gradient that goes back through elementwise edges only stays diagonal; it becomes a full matrix
where the first `@` stands. So the Jacobian of a step costs O(H²), not O(H³).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_viz.equations.derivative import Edge
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.tree import PREVIOUS, Name, Negative, Operation, Transposed, Tree, names_in
from lstm_viz.kernels.evaluate import evaluate
from lstm_viz.trace.records import Trace
from lstm_viz.validation.errors import InputError


@dataclass(frozen=True)
class Adjoint:
    """The gradient of K numbers by a quantity's rows: (…, rows, K), or a diagonal (…, rows)."""

    array: np.ndarray
    diagonal: bool = False

    def __add__(self, other: Adjoint) -> Adjoint:
        if self.diagonal == other.diagonal:
            return Adjoint(self.array + other.array, self.diagonal)
        return Adjoint(self.dense() + other.dense())

    def dense(self) -> np.ndarray:
        """The full matrix, (…, rows, K)."""
        if not self.diagonal:
            return self.array
        rows = self.array.shape[-1]
        full = np.zeros((*self.array.shape, rows), self.array.dtype)
        full[..., np.arange(rows), np.arange(rows)] = self.array
        return full

    def jacobian(self) -> np.ndarray:
        """∂(the K numbers)/∂(the rows), (…, K, rows)."""
        return np.swapaxes(self.dense(), -1, -2)

    def scaled(self, factor: Any) -> Adjoint:
        """Each row times its factor, a number or (…, rows, 1)."""
        if self.diagonal and np.ndim(factor):
            factor = factor[..., 0]
        return Adjoint(self.array * factor, self.diagonal)

    def through(self, matrix: np.ndarray) -> Adjoint:
        """Back through `matrix @ v`."""
        if self.diagonal:
            return Adjoint(matrix.T * self.array[..., None, :])
        return Adjoint(matrix.T @ self.array)

    def before(self, other: Adjoint) -> Adjoint:
        """The chain rule: this is ∂a/∂b and `other` ∂b/∂c; the answer is ∂a/∂c."""
        if self.diagonal and other.diagonal:
            return Adjoint(self.array * other.array, True)
        if other.diagonal:
            return Adjoint(self.array * other.array[..., None])
        if self.diagonal:
            return Adjoint(other.array * self.array[..., None, :])
        return Adjoint(other.array @ self.array)


Known = dict[str, Any]
FREE = "free "  # before a name: no equation has such a name
Landing = tuple[str, str]  # an edge into a carried state: (source, state_prev)


def known(trace: Trace, steps: slice = slice(None)) -> Known:
    """Everything that the edges' coefficients need, as columns: (T, rows, 1), weights (rows, 1).

    Beside what is held somewhere stands where it is free: 1, and 0 where it is held.
    """
    weights = {n: w if w.ndim == 2 else w[:, None] for n, w in trace.weights.items()}
    free = {
        FREE + name: np.isnan(held[steps])[..., None].astype(held.dtype)
        for name, held in trace.held.items()
    }
    return {**weights, **free, **{name: trace[name][steps][..., None] for name in trace.names}}


def sweep(
    cell: Recurrence,
    values: Known,
    seeds: Mapping[str, Adjoint],
    land: bool = True,
    through_states: bool = True,
) -> tuple[dict[str, Adjoint], dict[Landing, Adjoint]]:
    """Back through one step, all steps at once, from adjoints of any of its quantities.

    The first answer holds the adjoint of every quantity that is reached inside the step (the seeds
    included), the second what each edge sends on to a carried state (nothing unless `land`). What
    goes by way of another state of the same step is left out unless `through_states`.
    """
    found, landed = dict(seeds), {}
    skipped = {*cell.parameters, "x", *(() if through_states else cell.states)}
    carried = {state + PREVIOUS for state in cell.states}
    for edge in cell.backward:
        if edge.source not in found or edge.target in skipped:
            continue
        if not land and edge.target in carried:
            continue
        sent = send(edge, found[edge.source], values)
        if edge.target in carried:
            landed[edge.source, edge.target] = sent
        else:
            found[edge.target] = found[edge.target] + sent if edge.target in found else sent
    return found, landed


def send(edge: Edge, adjoint: Adjoint, values: Known) -> Adjoint:
    """What an edge adds to the gradient of its target; its term is linear in the adjoint."""
    if FREE + edge.source in values:
        adjoint = adjoint.scaled(values[FREE + edge.source])
    return _linear(edge.term, "d" + edge.source, adjoint, values)


def _linear(tree: Tree, name: str, adjoint: Adjoint, values: Known) -> Adjoint:
    match tree:
        case Name():
            return adjoint
        case Negative(of):
            return _linear(of, name, adjoint, values).scaled(-1.0)
        case Operation("+", left, right):
            return _linear(left, name, adjoint, values) + _linear(right, name, adjoint, values)
        case Operation("-", left, right):
            less = _linear(right, name, adjoint, values).scaled(-1.0)
            return _linear(left, name, adjoint, values) + less
        case Operation("*", left, right):
            inside, factor = (left, right) if name in names_in(left) else (right, left)
            return _linear(inside, name, adjoint, values).scaled(evaluate(factor, values))
        case Operation("/", left, right):
            return _linear(left, name, adjoint, values).scaled(1.0 / evaluate(right, values))
        case Operation("@", Transposed(Name(matrix)), right):
            return _linear(right, name, adjoint, values).through(values[matrix])
    raise TypeError(f"not linear in {name}: {tree!r}")


def identity(values: Known, name: str) -> Adjoint:
    """∂q/∂q."""
    return Adjoint(np.ones_like(values[name][..., 0]), True)


def together(landed: Mapping[Landing, Adjoint]) -> dict[str, Adjoint]:
    """What lands on each carried state, over all edges."""
    found: dict[str, Adjoint] = {}
    for (_, target), adjoint in landed.items():
        found[target] = found[target] + adjoint if target in found else adjoint
    return found


# ---------------------------------------------------------------------------- all states together


@dataclass(frozen=True)
class States:
    """Where each state's rows stand in the vector of all states, (S,)."""

    rows: dict[str, slice]
    size: int

    @classmethod
    def of(cls, trace: Trace) -> States:
        """In the order of `cell.states`. Raises `InputError` for a cell that carries nothing."""
        rows, start = {}, 0
        for state in trace.cell.states:
            rows[state] = slice(start, start + trace[state].shape[-1])
            start = rows[state].stop
        if not start:
            raise InputError(f"{trace.cell.name} has no state")
        return cls(rows, start)


def blocks(trace: Trace, steps: slice = slice(None)) -> dict[tuple[str, str], np.ndarray]:
    """∂a_t/∂b_{t−1} for each pair of states, (T, rows of a, rows of b), but for those always 0."""
    values, cell = known(trace, steps), trace.cell
    return {
        (state, target.removesuffix(PREVIOUS)): adjoint.jacobian()
        for state in cell.states
        for target, adjoint in together(
            sweep(cell, values, {state: identity(values, state)})[1]
        ).items()
    }


def jacobians(trace: Trace, steps: slice = slice(None)) -> np.ndarray:
    """∂(all states)_t/∂(all states)_{t−1} at each step: (T, S, S), or (T, B, S, S) for a batch.

    The states stand in the order of `cell.states`. The chain rule over the edges of
    `cell.backward`; nothing is approximated.
    """
    states = States.of(trace)
    lead = trace["x"][steps].shape[:-1]
    whole = np.zeros((*lead, states.size, states.size), trace["x"].dtype)
    for (of, by), block in blocks(trace, steps).items():
        whole[..., states.rows[of], states.rows[by]] = block
    return whole


def one_sequence(trace: Trace, what: str) -> None:
    """Raise `InputError` for a batch."""
    if trace.batched:
        raise InputError(f"{what} is measured on one sequence: run it with inputs (T, I)")
