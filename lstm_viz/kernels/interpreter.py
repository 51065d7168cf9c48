"""Equations evaluated as they stand, tree by tree: slow, plain, the measure for the fast kernels.

Vectors are columns, (…, rows, B), whatever stands before; a matrix is (rows, columns), a vector
parameter (rows, 1). Everything broadcasts over time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.tree import PREVIOUS
from lstm_viz.kernels.evaluate import PRIMITIVES, evaluate
from lstm_viz.kernels.weights import Weights


def forward(
    cell: Recurrence,
    weights: Mapping[str, np.ndarray],
    x: np.ndarray,
    states: Mapping[str, np.ndarray],
    primitives: Mapping[str, Callable[..., Any]] = PRIMITIVES,
) -> dict[str, np.ndarray]:
    """Every quantity at every step: name → (T, rows, B), from x (T, I, B) and states (rows, B)."""
    known: dict[str, Any] = {name: w if w.ndim == 2 else w[:, None] for name, w in weights.items()}
    known |= {state + PREVIOUS: states[state] for state in cell.states}
    sizes = cell.sizes(weights, x.shape[1])
    shape = {name: (sizes[cell.letters(name)], x.shape[2]) for name in cell.names}
    steps: list[dict[str, Any]] = []
    for x_t in x:
        known["x"] = x_t
        for equation in cell.equations:
            value = evaluate(equation.tree, known, primitives)
            known[equation.target] = np.broadcast_to(value, shape[equation.target])
        steps.append({name: known[name] for name in cell.names})
        known |= {state + PREVIOUS: known[state] for state in cell.states}
    return {name: np.array([step[name] for step in steps]) for name in cell.names}


def backward(
    cell: Recurrence,
    weights: Mapping[str, np.ndarray],
    values: Mapping[str, np.ndarray],
    given: Mapping[str, np.ndarray],
) -> tuple[dict[str, np.ndarray], Weights]:
    """The derived equations, edge by edge, last step first: (gradients of names, of weights)."""
    gradients = {name: np.zeros_like(values[name]) for name in cell.names}
    totals = {name: np.zeros_like(weight) for name, weight in weights.items()}
    wide = values["x"].shape[2]
    known: dict[str, Any] = {
        name: w if w.ndim == 2 else np.broadcast_to(w[:, None], (len(w), wide))
        for name, w in weights.items()
    }
    for name, array in given.items():
        gradients[name] += array
    for t in reversed(range(len(values["x"]))):
        known |= {name: values[name][t] for name in cell.names}
        for edge in cell.backward:
            known["d" + edge.source] = gradients[edge.source][t]
            term = evaluate(edge.term, known)
            if edge.target in totals:
                total = totals[edge.target]
                total += term if total.ndim == 2 else term.sum(axis=1)
            else:
                gradients[edge.target][t] += term
        if t:
            for state in cell.states:
                gradients[state][t - 1] += gradients[state + PREVIOUS][t]
    return gradients, Weights.of_arrays(totals)
