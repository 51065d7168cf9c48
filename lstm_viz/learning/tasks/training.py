"""One run of a task from its settings.

result = run(TaskSettings("temporal-order", forget_bias="chrono"))
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_viz.learning.divergence import DivergedError, exploded
from lstm_viz.learning.history import Progress, Smoothed
from lstm_viz.learning.model import Model
from lstm_viz.learning.resume import Resumable
from lstm_viz.learning.snapshot import Baseline, Facts, Sample
from lstm_viz.learning.tasks import Task, find_task
from lstm_viz.learning.tasks.settings import Filled, TaskSettings
from lstm_viz.learning.watched import Example
from lstm_viz.learning.whole import WHOLE
from lstm_viz.network.build import dense, recurrent
from lstm_viz.validation.names import count
from lstm_viz.weights.starts import serves_chrono

Array = np.ndarray
TESTED = 500  # fresh sequences for the last figures
SMOOTHING = 0.95
CHRONO = ": the time constants of the memory then reach up to {}"
HINT = "Try {}{}. The cell {} is known to solve this task, with all else at its default."
FEWEST = 3  # steps that chrono is for
AGAIN = 20  # updates between two tests of a text
SMALL = "Small-scale demonstration, not a replication of the paper's figures."


@dataclass(frozen=True)
class Result:
    """How a run ended: solved, diverged or neither, and when; figures on fresh sequences."""

    settings: Filled
    solved: bool
    updates: int
    seconds: float
    loss: float
    right: float
    baseline: float
    curve: tuple[float, ...]  # the loss, smoothed, at 100 places at most
    diverged: bool = False

    @property
    def verdict(self) -> str:
        """How it ended, in a word."""
        return "diverged" if self.diverged else "solved" if self.solved else "not solved"

    def at(self, updates: Array) -> Array:
        """The curve at these updates, not-a-number where the run had ended."""
        places = np.linspace(1, self.updates, len(self.curve))
        return np.asarray(np.interp(updates, places, self.curve, right=np.nan))


def task_model(task: Task, settings: Filled) -> Model:
    """A fresh model for a task: recurrent layers and one dense layer."""
    s, start, bias = settings, settings.start, None
    if s.forget_bias == "chrono":
        start = f"chrono:{s.steps}"
    elif s.forget_bias:
        bias = float(s.forget_bias)
    plans = [
        recurrent(s.the_cell(), s.hidden, sequences=task.each_step or k + 1 < s.layers)
        for k in range(s.layers)
    ]
    return s.model(
        [*plans, dense(task.outputs)],
        task.inputs,
        task.loss,
        start=start,
        forget_bias=bias,
        carry=task.follow is not None,
    )


class TaskTraining(Resumable):
    """The updates of a run: iterate for `Progress`; `result` when done or broken off.

    A model that was saved in such a run carries it on. It stops where the task is solved, unless
    it is to go `onwards`, as a text does when it was solved before.
    """

    def __init__(
        self, settings: TaskSettings, model: Model | None = None, onwards: bool = False
    ) -> None:
        self.task = find_task(settings.task)
        self.settings = s = self.task.filled(settings)
        self.title, self.what = self.task.name, self.task.what
        self.take_up(model, task_model(self.task, s))
        self.loss, self.right = Smoothed(SMOOTHING), Smoothed(SMOOTHING)
        for name, found in self.remembered().items():
            {"loss": self.loss, "right": self.right}[name].memory = found
        self.solved = self._is_solved()
        self.onwards = onwards or (self.solved and self.task.follow is not None)
        self.curve: list[float] = []
        self.last = self.last_right = float("nan")  # of the last update, not smoothed
        self.seconds = 0.0
        self.total, self.every = s.updates - self.model.updates, max(1, s.updates // 20)
        self.sequence, self.label = self.task.example(s.seed, s.steps), s.words()
        self.symbols = self.task.symbols
        self.baseline = Baseline(self.task.baseline(s.steps), self.task.baseline_words)

    @property
    def example(self) -> Example:
        """A fresh sequence, always the same."""
        return self.sequence

    def batch(self, update: int) -> tuple[Array, Array]:
        """The batch of an update."""
        s = self.settings
        return self.task.fresh(s.seed, update, s.steps, s.batch)

    def __iter__(self) -> Iterator[Progress]:
        """Train until it is solved, or the updates are used up."""
        s, task, model = self.settings, self.task, self.model
        with WHOLE.listening():
            while model.updates < s.updates and (self.onwards or not self.solved):
                begun = time.perf_counter()
                x, y = self.batch(model.updates)
                with WHOLE:
                    progress = model.progress(x, y)
                    self.last = progress.loss
                    self.curve.append(self.loss(self.last))
                    if task.right:
                        self.last_right = task.right(model.outputs, x, y)
                        self.right(self.last_right)
                    self.seconds += time.perf_counter() - begun
                self.solved = self._is_solved()
                yield progress

    def _is_solved(self) -> bool:
        """Whether it seems solved, smoothed, and on fresh sequences is."""
        task, steps = self.task, self.settings.steps
        if self.model.updates <= 20 or not task.solved(steps, self.loss.value, self.right.value):
            return False
        if task.follow and self.model.updates % AGAIN:
            return False
        return task.solved(steps, *self.tested())

    def memory(self) -> dict[str, Any]:
        """The loss and the right answers, smoothed."""
        return {"loss": self.loss.memory, "right": self.right.memory}

    @property
    def advice(self) -> list[str]:
        """What would have solved it, where that is known."""
        s, advised = self.settings, self.task.advised
        alone = advised.keys() == {"forget_bias"}
        if self.solved or not advised or self.model.updates < s.updates:
            return []
        useless = s.steps < FEWEST or not serves_chrono(s.the_cell())
        tried = s.forget_bias or s.start.startswith("chrono") or useless
        if tried if alone else all(getattr(s, name) == was for name, was in advised.items()):
            return []
        options = " ".join(f"--{name.replace('_', '-')} {was}" for name, was in advised.items())
        why = CHRONO.format(count(s.steps, "step")) if alone else ""
        return [HINT.format(options, why, advised.get("cell", f"{type(s).cell} with {options}"))]

    def tested(self) -> tuple[float, float]:
        """(loss, share of right answers) on fresh sequences."""
        s = self.settings
        x, y = self.task.some(np.random.default_rng([s.seed, 5]), s.steps, TESTED)
        outputs = self.model.outputs_of(x)
        right = self.task.right(outputs, x, y) if self.task.right else float("nan")
        return self.model.loss(outputs, y)[0], right

    def result(self, diverged: bool = False) -> Result:
        """How it ended; a loss that exploded has diverged too, though it is finite."""
        with np.errstate(all="ignore"):
            loss, right = self.tested()
        if self.curve:
            diverged |= exploded(self.curve[0], self.last, self.baseline.loss)
        places = np.linspace(0, len(self.curve) - 1, min(100, len(self.curve))).astype(int)
        return Result(
            self.settings,
            not diverged and self.task.solved(self.settings.steps, loss, right),
            self.model.updates,
            self.seconds,
            loss,
            right,
            self.baseline.loss,
            tuple(self.curve[k] for k in places) or (loss,),
            diverged,
        )

    # ---------------------------------------------------------------- what it tells

    @property
    def facts(self) -> Facts:
        """The network, how it is trained, and where the task is from."""
        s, model = self.settings, self.model
        return [
            ("network", f"{s.cell}, {count(s.hidden, 'unit')}, {count(s.layers, 'layer')},"
             f" {count(model.network.count, 'weight')}, {s.begun}"),
            ("training", f"{count(s.steps, 'step')}, batches of {s.batch:,}, {s.learned}, at most"
             f" {count(s.updates, 'update')}{self.carried_on}"),
            ("source", self.task.source),
            ("note", SMALL),
        ]  # fmt: skip

    def line(self, progress: Progress, figures: str) -> str:
        """The figures of this update, and how many answers of its batch are right."""
        right = f"  right {100 * self.last_right:.1f} %" if self.task.right else ""
        return f"update {progress.update:>6,}{figures}{right}"

    def sample(self) -> Sample | None:
        """The example: what it should say, and what it says."""
        model, task, target = self.model, self.task, self.example.target
        if task.write:
            return Sample("sampled from its probabilities", words=task.write(model, 60))
        said = model.loss.predicted(model.outputs_of(self.example.inputs))[..., 0].copy()
        truth = target[..., 0]
        if task.each_step and model.loss.classes:
            right = lambda said: np.take_along_axis(said, target, 1)[:, 0]  # noqa: E731
            sample = Sample("probability of the right symbol", np.ones(len(target)), says=right)
        elif task.each_step:
            sample = Sample("truth and prediction", truth[:, 0], says=lambda said: said[:, 0])
        elif model.loss.classes:
            names = task.answers or tuple(map(str, range(len(said))))
            only = (np.arange(len(said)) == truth).astype(float)
            sample = Sample("probability of each answer", only, names=names, says=np.asarray)
        else:
            sample = Sample("truth and prediction", truth, names=("",) * len(said), says=np.asarray)
        return sample.when(said)


def run(settings: TaskSettings, tell: Callable[[int, float], None] | None = None) -> Result:
    """Train from the settings to the end, which may be that it diverges.

    `tell` hears after each update how many there were, and the smoothed loss.
    """
    training, diverged = TaskTraining(settings), False
    try:
        for each in training:
            if tell:
                tell(each.update, training.loss.value)
    except DivergedError:
        diverged = True
    return training.result(diverged)
