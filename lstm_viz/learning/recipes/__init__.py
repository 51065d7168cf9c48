"""Five well-known tutorials' systems, with their numbers, from scratch, with honest baselines."""

from __future__ import annotations

from lstm_viz.learning.recipes.prices import BITCOIN, CSI300, KERAS_STACK, STARBUCKS
from lstm_viz.learning.recipes.recipe import Recipe, RecipeSettings
from lstm_viz.learning.recipes.sine import DAMPED_SINE, NAME, what

PRICES: dict[str, Recipe] = {r.name: r for r in (BITCOIN, CSI300, KERAS_STACK, STARBUCKS)}
RECIPES: dict[str, str] = {
    **{r.name: r.what(r.settings, r.columns) for r in PRICES.values()},
    NAME: what(DAMPED_SINE),
}

__all__ = ["PRICES", "RECIPES", "Recipe", "RecipeSettings"]
