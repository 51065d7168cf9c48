"""Tasks that show what a memory is for: generators with lengths, seeds and baselines.

task = find_task("adding")
x, y = task.fresh(seed=0, update=0, steps=100, batch=32)      # (100, 2, 32), (1, 32)
"""

from __future__ import annotations

from collections.abc import Callable

from lstm_viz.learning.tasks import characters, numbers, symbols
from lstm_viz.learning.tasks.task import Task
from lstm_viz.validation.names import look_up

TASKS: dict[str, Callable[[], Task]] = {
    **{task.name: lambda task=task: task for task in (*numbers.TASKS, *symbols.TASKS)},  # type: ignore[misc]
    "characters": characters.characters,
}


def find_task(name: str) -> Task:
    """The task called `name`. Raises `InputError` for an unknown one, with the nearest."""
    return look_up(name, TASKS, "task")()


__all__ = ["TASKS", "Task", "find_task"]
