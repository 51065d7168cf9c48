"""Five well-known tutorials' systems, with their numbers, from scratch, with honest baselines."""

from __future__ import annotations

from lstm_viz.learning.recipes.prices import BITCOIN, CSI300, KERAS_STACK, STARBUCKS
from lstm_viz.learning.recipes.recipe import Recipe, RecipeSettings
from lstm_viz.learning.recipes.sine import NAME, WHAT

PRICES: dict[str, Recipe] = {r.name: r for r in (BITCOIN, CSI300, KERAS_STACK, STARBUCKS)}
RECIPES: dict[str, str] = {**{r.name: r.what for r in PRICES.values()}, NAME: WHAT}

__all__ = ["PRICES", "RECIPES", "Recipe", "RecipeSettings"]
