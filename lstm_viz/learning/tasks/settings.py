"""What a run of a task depends on: as it was asked for, and with every number filled in."""

from __future__ import annotations

from dataclasses import dataclass

from lstm_viz.learning.settings import Settings


@dataclass(frozen=True)
class TaskSettings(Settings):
    """What is None is the task's own number.

    `forget_bias` is a number, `chrono`, or empty for what the start gives.
    """

    task: str
    hidden: int | None = None
    layers: int = 1
    steps: int | None = None
    batch: int | None = None
    updates: int | None = None
    forget_bias: str = ""

    def words(self) -> str:
        """`lstm, keras, forget bias 2`; the start is said where it is not the usual one."""
        start = f", {self.start}" if self.start != type(self).start else ""
        bias = f", forget bias {self.forget_bias}" if self.forget_bias else ""
        return self.cell + start + bias


@dataclass(frozen=True, kw_only=True)
class Filled(TaskSettings):
    """Settings in which no number is open: `Task.filled` makes them."""

    hidden: int
    steps: int
    batch: int
    updates: int
    rate: float
