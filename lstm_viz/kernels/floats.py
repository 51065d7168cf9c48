"""One unit, one input, one sequence: the same equations over plain Python floats.

For so few numbers Python's own arithmetic is several times faster than NumPy's calls. Where plain
floats give up (an overflow, a division by zero) the arrays take over, which answer inf or nan.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite

import numpy as np

from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.kernels.float_source import (
    backward_function,
    forward_function,
    needed,
    order,
    totals_function,
)
from lstm_viz.kernels.system import System, system
from lstm_viz.kernels.weights import Weights


@dataclass
class FloatRecord:
    """What a run over floats leaves for going back: a row of A a step, packed, 1 before it.

    Bytes are not looked through by the garbage collector, as tuples would be, nor need they be
    turned into an array number by number.
    """

    cell: Recurrence
    system: System
    weights: Weights
    plain: dict[str, float]  # the same
    rows: list[bytes]
    A: np.ndarray
    values: Mapping[str, np.ndarray]


def forward(
    cell: Recurrence,
    weights: Weights,
    plain: dict[str, float],
    x: np.ndarray,
    states: Mapping[str, np.ndarray],
) -> FloatRecord:
    """Run over x, (T, 1). Raises `ArithmeticError` or `ValueError` where floats give up."""
    s = system(cell)
    rows = forward_function(s)(x[:, 0].tolist(), plain, {n: v.item() for n, v in states.items()})
    A = _table(rows)
    if not isfinite(np.vdot(A, A)):
        raise OverflowError
    return FloatRecord(cell, s, weights, plain, rows, A, _Columns(s, A[:, 1:]))


def backward(
    recorded: FloatRecord, given: Mapping[str, np.ndarray]
) -> tuple[Mapping[str, np.ndarray], Weights]:
    """Go back: (gradients by name, (T, 1); gradients by weight)."""
    r, s, names = recorded, recorded.system, tuple(given)
    seeds = [given[name][::-1, 0].tolist() for name in names]
    out, stepwise = backward_function(s, names)(r.rows, seeds, r.plain)
    out.reverse()
    D = _table(out)
    with np.errstate(all="ignore"):
        pairs = D.T.dot(r.A[:, : needed(s)]).tolist()
    totals = dict(zip(s.parameters, totals_function(s)(pairs, stepwise), strict=True))
    return _Columns(s, D), Weights(r.weights.shapes, {}, totals)


def _table(rows: list[bytes]) -> np.ndarray:
    return np.frombuffer(b"".join(rows)).reshape(len(rows), -1)


class _Columns(Mapping[str, np.ndarray]):
    """Name → (T, 1), cut out of a table when it is asked for."""

    def __init__(self, s: System, table: np.ndarray) -> None:
        self._places, self._table = _places(s), table

    def __getitem__(self, name: str) -> np.ndarray:
        k = self._places[name]
        return self._table[:, k : k + 1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


@lru_cache(maxsize=256)
def _places(s: System) -> dict[str, int]:
    return {name: k for k, name in enumerate(order(s)) if name in s.cell.names}
