"""What truncating costs: the weights' gradient of pieces, with states carried, beside the whole.

Truncated backpropagation through time cuts a sequence into pieces of k steps. The states go on from
piece to piece, the gradient does not: each loss reaches back to the beginning of its piece only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from lstm_viz.equations.tree import PREVIOUS
from lstm_viz.measures.norms import lengths as norms_of
from lstm_viz.trace.records import Gradients
from lstm_viz.trace.run import backpropagate, run
from lstm_viz.validation.errors import InputError

SMALL = 0.1  # an error
USUAL = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True)
class Truncation:
    """The pieces' lengths, and the error of each: ‖truncated − whole‖ / ‖whole‖ over all weights.

    An error is not-a-number where the whole gradient is zero or not finite.
    """

    lengths: tuple[int, ...]
    errors: np.ndarray

    def shortest(self, error: float = SMALL) -> int | None:
        """The shortest piece from which on no longer one errs by more; None if none is tried."""
        good = ~(self.errors > error) & np.isfinite(self.errors)
        last_bad = max(np.flatnonzero(~good), default=-1)
        return self.lengths[last_bad + 1] if last_bad + 1 < len(self.lengths) else None


def truncation(gradients: Gradients, lengths: Iterable[int] | None = None) -> Truncation:
    """The errors for pieces of these lengths, by default 1, 2, 5, 10 … below the whole.

    Raises `InputError` for a length below 1.
    """
    count = len(gradients)
    tried = tuple(k for k in USUAL if k < count) if lengths is None else tuple(lengths)
    for length in tried:
        if length < 1:
            raise InputError(f"a piece of {length} steps: it should have 1 or more")
    whole = _flat(gradients.weights)
    states = [gradients.trace[state] for state in gradients.trace.cell.states]
    if not whole.any() or not all(np.isfinite(each).all() for each in (whole, *states)):
        return Truncation(tried, np.full(len(tried), np.nan))
    apart = [_flat(truncated(gradients, length)) - whole for length in tried]
    errors = norms_of(np.reshape(apart, (-1, whole.size))) / norms_of(whole)
    return Truncation(tried, errors)


def truncated(gradients: Gradients, length: int) -> dict[str, np.ndarray]:
    """∂L/∂weights by truncated backpropagation, in pieces of `length` steps from the first on."""
    trace = gradients.trace
    given = gradients.from_loss
    totals = {name: np.zeros_like(array) for name, array in trace.weights.items()}
    for start in range(0, len(trace), length):
        piece = slice(start, start + length)
        states = {state: trace[state + PREVIOUS][start] for state in trace.cell.states}
        hold = {name: array[piece] for name, array in trace.held.items()}
        again = run(
            gradients.cell, trace.weights, trace.inputs[piece], states, hold=hold,
            dtype=trace.inputs.dtype,
        )  # fmt: skip
        found = backpropagate(again, {name: array[piece] for name, array in given.items()})
        for name, total in totals.items():
            total += found.weights[name]
    return totals


def _flat(weights: Mapping[str, np.ndarray]) -> np.ndarray:
    return np.concatenate([np.ravel(array) for array in weights.values()] or [np.zeros(0)])
