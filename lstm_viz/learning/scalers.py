"""Scalers fitted on the training part, windows over a series, and splits in time order.

train, test = split(series, 0.8)                 # the first 80 % and the rest
scaler = StandardScaler.fit(train)               # never on the test part
inputs, targets = windows(scaler(series), 7)     # (N, 7, features), (N, features)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_viz.validation.errors import InputError

Array = np.ndarray


@dataclass(frozen=True)
class Scaler:
    """y = (x − centre) / scale, feature by feature."""

    centre: Array
    scale: Array

    def __call__(self, values: Any) -> Array:
        """Values, (…, features), on the new scale."""
        return np.asarray((np.asarray(values, dtype=float) - self.centre) / self.scale)

    def inverse(self, values: Any) -> Array:
        """Values back on their own scale."""
        return np.asarray(np.asarray(values, dtype=float) * self.scale + self.centre)


class StandardScaler(Scaler):
    """Mean 0 and standard deviation 1 over the rows that it was fitted on."""

    @classmethod
    def fit(cls, rows: Any, names: tuple[str, ...] = ()) -> StandardScaler:
        """From the training rows, (N, features); a column that is constant there is refused."""
        rows = _rows(rows)
        return cls(rows.mean(axis=0), _spread(rows.std(axis=0), names))


class MinMaxScaler(Scaler):
    """From 0 to 1 over the rows that it was fitted on; other rows may lie outside."""

    @classmethod
    def fit(cls, rows: Any, names: tuple[str, ...] = ()) -> MinMaxScaler:
        """From the training rows, (N, features); a column that is constant there is refused."""
        rows = _rows(rows)
        return cls(rows.min(axis=0), _spread(np.ptp(rows, axis=0), names))


SCALERS: dict[str, type[StandardScaler] | type[MinMaxScaler]] = {
    "standard": StandardScaler,
    "minmax": MinMaxScaler,
}


def _rows(rows: Any) -> Array:
    found = np.asarray(rows, dtype=float)
    if found.ndim != 2 or not len(found):
        raise InputError(f"rows have shape {found.shape}: they should be (N, features)")
    return found


def _spread(spread: Any, names: tuple[str, ...]) -> Array:
    for k in np.flatnonzero(spread == 0):
        name = names[k] if k < len(names) else f"column {k + 1}"
        raise InputError(f"{name} is constant in the training part: there is nothing to scale by")
    return np.array(spread, dtype=float)


def windows(series: Any, length: int, ahead: int = 1) -> tuple[Array, Array]:
    """Every `length` rows that follow each other, and the row `ahead` steps after them.

    (rows, features) → inputs (N, length, features) and targets (N, features), oldest first.
    """
    series = np.asarray(series, dtype=float)
    count = len(series) - length - ahead + 1
    if length < 1 or ahead < 1 or count < 1:
        raise InputError(
            f"{len(series)} rows are too few for a window of {length} and a target {ahead} later"
        )
    views = np.lib.stride_tricks.sliding_window_view(series, length, axis=0)[:count]
    return views.swapaxes(1, 2).copy(), series[length + ahead - 1 :].copy()


def split(values: Array, share: float) -> tuple[Array, Array]:
    """The first `share` of the rows, and the rest: the future is never trained on."""
    first = int(share * len(values))
    if not 0 < first < len(values):
        raise InputError(f"{len(values)} rows cannot be split at {share:g}: a part is empty")
    return values[:first], values[first:]
