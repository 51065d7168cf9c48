"""Many runs of a task side by side, and who learned.

for result in sweep(grid(settings, ["rnn", "lstm"], seeds=5), executor): …
Sweep(results).summary()
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from lstm_viz.equations.gates import forget_gates
from lstm_viz.learning.tasks.settings import TaskSettings
from lstm_viz.learning.tasks.training import Result, run


def grid(
    first: TaskSettings,
    cells: Iterable[str] = (),
    forget_biases: Iterable[str] = (),
    starts: Iterable[str] = (),
    seeds: int = 1,
) -> list[TaskSettings]:
    """All combinations; a cell without a forget gate comes once, without a forget bias."""
    found = []
    for cell, start in product(list(cells) or [first.cell], list(starts) or [first.start]):
        one = replace(first, cell=cell, start=start)
        biases = list(forget_biases) or [first.forget_bias]
        for bias in biases if forget_gates(one.the_cell()) else [""]:
            found += [replace(one, forget_bias=bias, seed=first.seed + k) for k in range(seeds)]
    return list(dict.fromkeys(found))


def sweep(settings: Iterable[TaskSettings], executor: Executor | None = None) -> Iterator[Result]:
    """The results in order, each as soon as it and those before it are there.

    Without an executor one after the other. Dask's `client.get_executor()`, mpi4py's and the
    standard library's will do; the results are the same.
    """
    yield from (executor.map if executor else map)(run, settings)


@dataclass(frozen=True)
class Summary:
    """One kind of run: how many of its seeds were solved; medians over those that did not diverge.

    `updates` is over the solved ones, None where there is none; `right` is not-a-number for a task
    that does not count right answers, as `loss` is where all diverged.
    """

    words: str
    solved: int
    runs: int
    updates: float | None
    seconds: float
    right: float
    loss: float
    diverged: int = 0
    span: tuple[int, int] | None = None  # the fewest and the most updates of the solved ones


@dataclass(frozen=True)
class Sweep:
    """The results of many runs of one task."""

    results: tuple[Result, ...]

    def groups(self) -> dict[str, list[Result]]:
        """Results by what was run, in the order in which they came."""
        found: dict[str, list[Result]] = {}
        for result in self.results:
            found.setdefault(result.settings.words(), []).append(result)
        return found

    def summary(self) -> list[Summary]:
        """How each kind of run did."""
        return [_summary(words, group) for words, group in self.groups().items()]

    def middles(self) -> dict[str, Result]:
        """The seed in the middle of each kind, by updates and then by loss.

        One that diverged only where all did.
        """
        found = {words: _steady(group) or group for words, group in self.groups().items()}
        return {
            words: sorted(group, key=lambda r: (r.updates, r.loss))[len(group) // 2]
            for words, group in found.items()
        }


def _steady(group: list[Result]) -> list[Result]:
    return [result for result in group if not result.diverged]


def _summary(words: str, group: list[Result]) -> Summary:
    solved = [r.updates for r in group if r.solved]
    seconds = float(np.median([r.seconds for r in group]))
    ends = [(r.right, r.loss) for r in _steady(group)] or [(np.nan, np.nan)]
    right, loss = np.median(ends, axis=0).tolist()
    updates = float(np.median(solved)) if solved else None
    diverged = sum(r.diverged for r in group)
    span = (min(solved), max(solved)) if solved else None
    return Summary(words, len(solved), len(group), updates, seconds, right, loss, diverged, span)
