"""The derived equations evaluated as they stand, edge by edge: slow, plain, for any set of edges.

Vectors are columns, (…, rows, B), whatever stands before; a matrix is (rows, columns), a vector
parameter (rows, 1). Everything broadcasts over time.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

import numpy as np

from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.tree import PREVIOUS
from lstm_viz.kernels.evaluate import evaluate
from lstm_viz.kernels.held import passing
from lstm_viz.kernels.weights import Weights


def backward(
    cell: Recurrence,
    weights: Mapping[str, np.ndarray],
    values: Mapping[str, np.ndarray],
    given: Mapping[str, np.ndarray],
    held: Mapping[str, np.ndarray],
    only: Container[str] | None = None,
) -> tuple[dict[str, np.ndarray], Weights]:
    """The derived equations, edge by edge, last step first: (gradients of names, of weights).

    No gradient passes through the equation of what is `held`, (T, rows, B), where it is a number.
    The gradients of names and weights that are not in `only` are those of the loss alone.
    """
    gradients = {name: np.zeros(values[name].shape, values[name].dtype) for name in cell.names}
    totals = {name: np.zeros(weight.shape, weight.dtype) for name, weight in weights.items()}
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
            source = edge.source
            above = gradients[source][t]
            if source in held:
                above = passing({source: held[source][t]}, source, above)
            known["d" + source] = above
            if only is not None and edge.target not in only:
                continue
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
