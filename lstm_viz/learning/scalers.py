"""Scalers fitted on the training part, windows over a series, and splits in time order.

train, test = split(series, 0.8)                 # the first 80 % and the rest
scaler = StandardScaler.fit(train)               # never on the test part
inputs, targets = windows(scaler(series), 7)     # (N, 7, features), (N, features)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_viz.inputs.scaling import SCALERS, MinMaxScaler, Scaler, StandardScaler
from lstm_viz.validation.errors import InputError

Array = np.ndarray
__all__ = ["SCALERS", "MinMaxScaler", "Scaler", "StandardScaler", "split", "windows"]


def windows(series: Any, length: int, ahead: int = 1) -> tuple[Array, Array]:
    """Every `length` rows that follow each other, and the row `ahead` steps after them.

    (rows, features) → inputs (N, length, features) and targets (N, features), oldest first. With
    `ahead` 0 the target is the window's own last row.
    """
    series = np.asarray(series, dtype=float)
    count = len(series) - length - ahead + 1
    if length < 1 or ahead < 0 or count < 1:
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
