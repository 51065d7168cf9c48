"""Scalers: columns on a common scale and back, fitted on some rows and used on any.

scaler = StandardScaler.fit(train)               # never on the test part
scaler.inverse(scaler(series))                   # the series again
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from lstm_viz.validation.errors import InputError

Array = np.ndarray
S = TypeVar("S", bound="Scaler")


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

    @classmethod
    def fit(
        cls: type[S], rows: Any, names: tuple[str, ...] = (), where: str = "the training part"
    ) -> S:
        """From rows, (N, features), of `where`; a column that is constant there is refused."""
        rows = np.asarray(rows, dtype=float)
        if rows.ndim != 2 or not len(rows):
            raise InputError(f"rows have shape {rows.shape}: they should be (N, features)")
        centre, scale = cls.read(rows)
        for k in np.flatnonzero(scale == 0):
            name = names[k] if k < len(names) else f"column {k + 1}"
            raise InputError(f"{name} is constant in {where}: it cannot be scaled")
        return cls(centre, scale)

    @staticmethod
    def read(rows: Array) -> tuple[Array, Array]:
        """(centre, scale) of rows."""
        raise NotImplementedError


class StandardScaler(Scaler):
    """Mean 0 and standard deviation 1 over the rows that it was fitted on."""

    @staticmethod
    def read(rows: Array) -> tuple[Array, Array]:
        """Mean and standard deviation."""
        return rows.mean(axis=0), rows.std(axis=0)


class MinMaxScaler(Scaler):
    """From 0 to 1 over the rows that it was fitted on; other rows may lie outside."""

    @staticmethod
    def read(rows: Array) -> tuple[Array, Array]:
        """The least, and how far it is to the largest."""
        return rows.min(axis=0), np.ptp(rows, axis=0)


SCALERS: dict[str, type[Scaler]] = {"standard": StandardScaler, "minmax": MinMaxScaler}
