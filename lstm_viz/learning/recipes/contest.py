"""Several networks over several seeds on the same test rows, and what their spread allows to say.

contest = Contest(("LSTM", "MLP"), (score, …))
contest.verdicts()                   # "LSTM beats MLP on 2 of 5 seeds: no verdict."
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from lstm_viz.learning.recipes.recipe import Recipe, RecipeSettings
from lstm_viz.learning.recipes.score import Score
from lstm_viz.learning.recipes.table import PriceTable
from lstm_viz.learning.recipes.training import RecipeTraining
from lstm_viz.validation.names import count
from lstm_viz.validation.numbers import grouped

PERSISTENCE = "persistence"


@dataclass(frozen=True)
class Contender:
    """What takes part: its name in the table, its settings, and which rival of the recipe it is."""

    name: str
    settings: RecipeSettings
    rival: str = ""

    def training(self, recipe: Recipe, table: PriceTable, seed: int) -> RecipeTraining:
        """A fresh run of this seed."""
        settings = replace(self.settings, seed=seed)
        return RecipeTraining(recipe, settings, table, self.rival, called=self.name)


def contenders(
    recipe: Recipe, settings: RecipeSettings, optimisers: tuple[str, ...] = ()
) -> list[Contender]:
    """The recipe's network first, then its rivals, or its other window; or one for each optimiser.

    With another window than the recipe's own there is nothing to compare it with.
    """
    cell = settings.cell.upper()
    if len(optimisers) > 1:
        return [Contender(name, replace(settings, optimiser=name)) for name in optimisers]
    if recipe.other_window and settings.window == recipe.settings.window:
        windows = (settings.window, recipe.other_window)
        return [Contender(f"{cell}, window {n}", replace(settings, window=n)) for n in windows]
    rivals = [Contender(name, settings, name) for name in recipe.rivals_of(settings)]
    return [Contender(cell, settings), *rivals]


@dataclass(frozen=True)
class Standing:
    """One contender over its seeds: errors seed by seed, and how many diverged."""

    name: str
    rmse: tuple[float, ...]
    mae: tuple[float, ...]
    seconds: float
    diverged: int = 0

    @property
    def middle(self) -> float:
        """The median of its root mean squared errors."""
        return float(np.median(self.rmse))

    @property
    def middle_mae(self) -> float:
        """The median of its mean absolute errors."""
        return float(np.median(self.mae))

    @property
    def span(self) -> tuple[float, float]:
        """The lowest and the highest of its root mean squared errors."""
        return min(self.rmse), max(self.rmse)

    @property
    def span_mae(self) -> tuple[float, float]:
        """The lowest and the highest of its mean absolute errors."""
        return min(self.mae), max(self.mae)


@dataclass(frozen=True)
class Contest:
    """The scores of all contenders, on the same test rows; `names` in the order of the table.

    `diverged` has the contender of each run that did; one that was broken off is in neither.
    """

    names: tuple[str, ...]
    scores: tuple[Score, ...]
    seeds: int
    diverged: tuple[str, ...] = ()

    @classmethod
    def of_runs(
        cls,
        names: Sequence[str],
        runs: Sequence[RecipeTraining],
        seeds: int,
        diverged: Sequence[str] = (),
    ) -> Contest:
        """Of runs that have ended, on the last rows, which all of them test."""
        rows = min(run.tested for run in runs)
        return cls(tuple(names), tuple(run.score(rows) for run in runs), seeds, tuple(diverged))

    def of(self, name: str) -> dict[int, Score]:
        """The scores of one contender by seed."""
        return {score.seed: score for score in self.scores if score.name == name}

    def standings(self) -> list[Standing]:
        """A row for each contender, and persistence, which has one error whatever the seed."""
        rows = []
        for name in self.names:
            found, diverged = self.of(name).values(), self.diverged.count(name)
            if not found:
                rows.append(Standing(name, (), (), 0.0, diverged))
                continue
            seconds = float(np.median([each.seconds for each in found]))
            errors = [tuple(each.model for each in found), tuple(each.mae for each in found)]
            rows.append(Standing(name, errors[0], errors[1], seconds, diverged))
        one = self.scores[0]
        rows.append(Standing(PERSISTENCE, (one.persistence,), (one.persistence_mae,), 0.0))
        return rows

    def verdicts(self) -> list[str]:
        """The first against each other one, seed by seed; then all against persistence."""
        first, *others = self.names
        said = [self._between(first, other) for other in others]
        return [each for each in said if each] + [self._against_persistence()]

    def _between(self, one: str, other: str) -> str:
        errors = [{k: v.model for k, v in self.of(name).items()} for name in (one, other)]
        return between(one, other, *errors)

    def _against_persistence(self) -> str:
        level = self.scores[0].persistence
        won = sum(score.model < level for score in self.scores)
        known = f"persistence (tomorrow = today, {grouped(level)})"
        if not won:
            return f"{known[0].upper()}{known[1:]} beats every run."
        if won == len(self.scores):
            return f"Every run beats {known}."
        return f"{won} of {len(self.scores)} runs beat {known}."


def between(one: str, other: str, mine: dict[int, float], theirs: dict[int, float]) -> str:
    """Who has the smaller error seed by seed; a verdict only where all of them agree."""
    both = [seed for seed in mine if seed in theirs]
    won = sum(mine[seed] < theirs[seed] for seed in both)
    if not both:
        return ""
    if won in (0, len(both)):
        better, worse = (one, other) if won else (other, one)
        return f"{better} beats {worse} on {_all(len(both))}."
    return f"{one} beats {other} on {won} of {count(len(both), 'seed')}: no verdict."


def _all(seeds: int) -> str:
    return "the one seed that was run" if seeds == 1 else f"all {seeds} seeds"
