"""The recipes, the tasks and the data that there are."""

from __future__ import annotations

from lstm_viz.commands.train.report import say
from lstm_viz.learning.recipes import RECIPES
from lstm_viz.learning.tasks import find_task, numbers, symbols
from lstm_viz.pictures.kinds import Rule, Table, Text


def list_all() -> None:
    """Every recipe and every task, a line each."""
    recipes = tuple(((Text(name),), (Text(what),)) for name, what in RECIPES.items())
    names = [task.name for task in (*numbers.TASKS, *symbols.TASKS)] + ["characters"]
    tasks = [find_task(name) for name in names]
    rows = tuple(
        (
            (Text(t.name),),
            (Text(f"{t.what}; baseline {t.baseline(t.steps):.3g}: {t.baseline_words}"),),
        )
        for t in tasks
    )
    say(Rule("recipes"), Table(("", ""), recipes), Rule("tasks"), Table(("", ""), rows))
