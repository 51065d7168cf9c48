"""The recipes and the tasks that there are."""

from __future__ import annotations

from lstm_viz.commands.train.report import say
from lstm_viz.learning.recipes import RECIPES
from lstm_viz.learning.tasks import TASKS
from lstm_viz.pictures.kinds import Rule, Table, Text


def list_all() -> None:
    """Every recipe and every task, a line each."""
    tasks = {
        t.name: f"{t.what}; baseline {t.baseline(t.steps):.3g}: {t.baseline_words}"
        for t in (make() for make in TASKS.values())
    }
    say(Rule("recipes"), _table(RECIPES), Rule("tasks"), _table(tasks))


def _table(known: dict[str, str]) -> Table:
    return Table(("", ""), tuple(((Text(name),), (Text(what),)) for name, what in known.items()))
