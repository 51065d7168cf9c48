"""One run of a task from its settings, and many of them side by side.

result = run(Settings("temporal-order", forget_bias="chrono"))
for result in sweep(settings, executor): …       # any concurrent.futures.Executor
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from lstm_viz.cells import CELLS
from lstm_viz.cells.cell import Cell
from lstm_viz.equations.gates import forget_gates
from lstm_viz.learning.clipping import Clipping
from lstm_viz.learning.history import Progress, Smoothed
from lstm_viz.learning.model import Model
from lstm_viz.learning.tasks import Task, find_task
from lstm_viz.network.build import build, dense, recurrent

TESTED = 500  # fresh sequences for the last figures
SMOOTHING = 0.95


@dataclass(frozen=True)
class Settings:
    """Everything that a run of a task depends on; what is None is the task's own number.

    `forget_bias` is a number, `chrono`, or empty for what the start gives. `text` is the text of a
    cell that is none of the zoo.
    """

    task: str
    cell: str = "lstm"
    text: str = ""
    hidden: int | None = None
    layers: int = 1
    steps: int | None = None
    batch: int | None = None
    updates: int | None = None
    optimiser: str = "adam"
    rate: float | None = None
    clip_norm: float | None = None
    clip_value: float | None = None
    start: str = "pytorch"
    forget_bias: str = ""
    biases: int = 1
    seed: int = 0

    def filled(self) -> Settings:
        """With the task's own numbers where nothing else was said."""
        task = find_task(self.task)
        own = {key: getattr(task, key) for key in ("hidden", "steps", "batch", "updates", "rate")}
        if self.clip_norm is None and self.clip_value is None:
            own["clip_norm"] = task.clip
        return replace(self, **{k: v for k, v in own.items() if getattr(self, k) is None})

    def the_cell(self) -> Cell:
        """The cell of the zoo, or the one that the text describes."""
        return Cell(self.cell, self.text) if self.text else CELLS[self.cell]

    def words(self) -> str:
        """`lstm, forget bias 2`."""
        bias = f", forget bias {self.forget_bias}" if self.forget_bias else ""
        return self.cell + bias


@dataclass(frozen=True)
class Result:
    """How a run ended: solved or not, after how many updates and seconds; figures on fresh ones."""

    settings: Settings
    solved: bool
    updates: int
    seconds: float
    loss: float
    right: float
    baseline: float
    curve: tuple[float, ...]  # the loss, smoothed, at 100 places at most


def task_model(task: Task, settings: Settings) -> Model:
    """A fresh model for a task: recurrent layers and one dense layer."""
    s = settings.filled()
    assert s.hidden
    assert s.steps
    start, bias = s.start, None
    if s.forget_bias == "chrono":
        start = f"chrono:{s.steps}"
    elif s.forget_bias:
        bias = float(s.forget_bias)
    cell = s.the_cell()
    plans = [
        recurrent(cell, s.hidden, sequences=task.each_step or k + 1 < s.layers)
        for k in range(s.layers)
    ]
    network = build(
        [*plans, dense(task.outputs)], task.inputs, start=start, forget_bias=bias, seed=s.seed
    )
    clip = Clipping(s.clip_value, s.clip_norm)
    model = Model(
        network,
        task.loss,
        s.optimiser,
        s.rate,
        clip=clip,
        carry=task.carry,
        biases=s.biases,
        seed=s.seed,
    )
    model.notes = {"task": task.name, "steps": s.steps}
    return model


class TaskTraining:
    """The updates of a run: iterate for `Progress`; `result` when done or broken off."""

    def __init__(self, settings: Settings, model: Model | None = None) -> None:
        self.settings = settings.filled()
        self.task = find_task(settings.task)
        self.model = model or task_model(self.task, self.settings)
        self.loss, self.right = Smoothed(SMOOTHING), Smoothed(SMOOTHING)
        self.curve: list[float] = []
        self.rights: list[float] = []
        self.solved, self.seconds = False, 0.0

    def batch(self, update: int) -> tuple[np.ndarray, np.ndarray]:
        """The batch of an update."""
        s = self.settings
        assert s.steps
        assert s.batch
        if self.task.carry:
            return self.task.make.at(update, s.steps, s.batch)  # type: ignore[attr-defined, no-any-return]
        return self.task.fresh(s.seed, update, s.steps, s.batch)

    def __iter__(self) -> Iterator[Progress]:
        """Train until it is solved, or the updates are used up."""
        s, task, model = self.settings, self.task, self.model
        assert s.steps
        assert s.updates
        for update in range(model.updates, s.updates):
            begun = time.perf_counter()
            x, y = self.batch(update)
            progress = model.progress(x, y)
            assert model.outputs is not None
            self.curve.append(self.loss(progress.loss))
            if task.right:
                self.rights.append(self.right(task.right(model.outputs, x, y)))
            self.seconds += time.perf_counter() - begun
            right = self.rights[-1] if self.rights else 0.0
            if update >= 20 and task.solved(s.steps, self.curve[-1], right):
                self.solved = self._confirmed()
            yield progress
            if self.solved:
                return

    def _confirmed(self) -> bool:
        """Whether it holds on fresh sequences too."""
        assert self.settings.steps
        loss, right = self.tested()
        return self.task.solved(self.settings.steps, loss, right)

    def tested(self) -> tuple[float, float]:
        """(loss, share of right answers) on fresh sequences."""
        s = self.settings
        assert s.steps
        x, y = self.task.make(np.random.default_rng([s.seed, 5]), s.steps, TESTED)
        y = y if y.dtype.kind == "i" else y.astype(np.float32)
        x = x.astype(np.float32)
        outputs = self.model.outputs_of(x)
        right = self.task.right(outputs, x, y) if self.task.right else float("nan")
        return self.model.loss(outputs, y)[0], right

    def result(self) -> Result:
        """How it ended."""
        assert self.settings.steps
        loss, right = self.tested()
        solved = self.task.solved(self.settings.steps, loss, right)
        places = np.linspace(0, len(self.curve) - 1, min(100, len(self.curve))).astype(int)
        return Result(
            self.settings,
            solved,
            self.model.updates,
            self.seconds,
            loss,
            right,
            self.task.baseline(self.settings.steps),
            tuple(self.curve[k] for k in places),
        )


def run(settings: Settings) -> Result:
    """Train from the settings to the end."""
    training = TaskTraining(settings)
    for _ in training:
        pass
    return training.result()


def grid(
    first: Settings,
    cells: Iterable[str] = (),
    forget_biases: Iterable[str] = (),
    starts: Iterable[str] = (),
    seeds: int = 1,
) -> list[Settings]:
    """All combinations; a cell without a forget gate comes once, without a forget bias."""
    found = []
    for cell, start in product(list(cells) or [first.cell], list(starts) or [first.start]):
        one = replace(first, cell=cell, start=start)
        biases = list(forget_biases) or [first.forget_bias]
        for bias in biases if forget_gates(one.the_cell()) else [""]:
            found += [replace(one, forget_bias=bias, seed=first.seed + k) for k in range(seeds)]
    return list(dict.fromkeys(found))


def sweep(settings: Iterable[Settings], executor: Executor | None = None) -> Iterator[Result]:
    """The results in order, each as soon as it and those before it are there.

    Without an executor one after the other. Dask's `client.get_executor()`, mpi4py's and the
    standard library's will do; the results are the same.
    """
    if executor is None:
        yield from map(run, settings)
    else:
        yield from executor.map(run, settings)
