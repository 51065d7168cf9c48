"""The row after the last, by a model that was trained on a recipe: nothing is trained.

found = resumed("b.npz", "bitcoin", RecipeSettings)
forecast(found, read_table("prices.csv", ("close",), ("close",)))
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_viz.inputs.scaling import Scaler
from lstm_viz.learning.recipes.recipe import RecipeSettings
from lstm_viz.learning.recipes.table import PriceTable
from lstm_viz.learning.resume import Resumed, carrying_on
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import count
from lstm_viz.validation.numbers import grouped

FAR = 10.0  # of what is scaled: a standard score, or times the range of the training rows


@dataclass(frozen=True)
class Forecast:
    """What comes after the last row, in the target's own units, and what the last row says.

    `reach` is how large its inputs are, scaled as in training.
    """

    target: str
    value: float
    last: float
    after: str  # the last row's date, empty where it has none
    reach: float

    @property
    def sentence(self) -> str:
        """`close after 2025-12-31: 101.2 predicted; the last one is 100.9 (persistence).`"""
        after = self.after or "the last row"
        return (
            f"{self.target} after {after}: {grouped(self.value)} predicted; the last one is"
            f" {grouped(self.last)} (persistence)." + (self.reach > FAR) * self._warning
        )

    @property
    def _warning(self) -> str:
        return (
            f" These rows are far from those it was trained on: scaled like those they reach"
            f" {grouped(self.reach)}."
        )


def forecast(found: Resumed[RecipeSettings], table: PriceTable) -> Forecast:
    """Predict from the last window of a table, scaled as the rows that it was trained on were."""
    settings, rows = found.settings, table.values
    with carrying_on(found.path):
        inputs, target = (_scaler(found.data, which) for which in ("inputs", "target"))
    if len(rows) < settings.window:
        raise InputError(
            f"{table.path or table.what}: {count(len(rows), 'row')} are too few: the model reads"
            f" {settings.window}"
        )
    if rows.shape[1] != len(inputs.centre):
        raise InputError(
            f"{found.path} reads {count(len(inputs.centre), 'column')}, {table.path} gives"
            f" {rows.shape[1]}: choose them with --column"
        )
    given = inputs(rows[-settings.window :])
    said = found.model.predict(given[None])
    value = float(target.inverse(said).ravel()[0])
    stamp = table.stamps[-1] if table.stamps else ""
    reach = float(np.abs(given).max())
    return Forecast(table.names[-1], value, float(rows[-1, -1]), stamp, reach)


def _scaler(data: dict[str, Any], which: str) -> Scaler:
    centre, scale = (np.array(each, dtype=float) for each in data["scalers"][which])
    if not (np.isfinite([centre, scale]).all() and (scale > 0).all()):
        raise ValueError("its scaler is broken")
    return Scaler(centre, scale)
