"""The runs of a price recipe: one is watched, of several each is a row; none is the end of all."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace

import click

from lstm_viz.commands.speaking import echo, tell
from lstm_viz.commands.train.options import Output
from lstm_viz.commands.train.pace import until_next
from lstm_viz.commands.train.report import Report, watch, write_json
from lstm_viz.learning.divergence import DivergedError, exploded, grown
from lstm_viz.learning.history import Smoothed
from lstm_viz.learning.recipes.contest import Contender
from lstm_viz.learning.recipes.training import RecipeTraining
from lstm_viz.terminal.inplace import InPlace
from lstm_viz.validation.numbers import grouped, lasted
from lstm_viz.views import train as view

LOOK = 0.25  # seconds between two looks at the rows, at least


@dataclass(frozen=True)
class Ended:
    """A run that has ended, judged on its last `rows`; one that diverged says why."""

    training: RecipeTraining
    diverged: str = ""
    rows: int | None = None


def watch_one(
    training: RecipeTraining, output: Output, stay: bool = False, alone: bool = True
) -> Report:
    """Its summary, then the training itself."""
    if not output.json_:
        click.echo(training.model.summary(training.settings.window))
    return watch(training, output, stay, alone)


def ended(training: RecipeTraining, report: Report) -> Ended:
    """How a run that was watched has ended; that a loss exploded has been told."""
    end = Ended(training, str(report.failed or "its loss exploded" * report.exploded))
    if report.failed:
        _tell(end, report.output)
    return end


def others(
    first: RecipeTraining, entered: list[Contender], seeds: int, output: Output
) -> Iterator[Ended]:
    """All other runs; one seed's are watched, of several each is a row. Ctrl-C ends them.

    What has no cell to look at is a row too.
    """
    begun, recipe, table = first.settings.seed, first.recipe, first.prepared.table
    runs = [(each, seed) for seed in range(begun, begun + seeds) for each in entered][1:]
    fresh = (each.training(recipe, table, seed) for each, seed in runs)
    if seeds > 1 or output.json_:
        names = [(each.name, seed) for each, seed in runs]
        yield from rows(names, fresh, output, first.tested)
        return
    output = replace(output, save=())  # which the first has
    for k, training in enumerate(fresh, 1):
        if output.looks and not training.recurs:
            yield from rows([(training.name, begun)], [training], output, first.tested)
            continue
        report = watch_one(training, output, k == len(runs), alone=False)
        if report.interrupted:
            return
        yield ended(training, report)


def rows(
    names: list[tuple[str, int]], fresh: Iterable[RecipeTraining], output: Output, judged: int
) -> Iterator[Ended]:
    """Runs that nobody watches one by one, judged on the same rows, the last so many.

    A terminal has a table of them until all have ended.
    """
    done: list[Ended] = []
    with ExitStack() as stack:
        place = None
        if output.way in ("live", "place"):
            place = stack.enter_context(InPlace())
            stack.callback(place.clear)
        table = _Table(names, place)
        for k, training in enumerate(fresh):
            try:
                end = replace(table.run(k, training), rows=judged)
            except KeyboardInterrupt:
                name, seed = names[k]
                tell(f"stopped in the run of {name}, seed {seed}")
                break
            if not place:
                _tell(end, output)
            done.append(end)
            yield end
    for end in done if place else ():
        _tell(end, output)


class _Table:
    """A row for each run, drawn anew now and then."""

    def __init__(self, names: list[tuple[str, int]], place: InPlace | None) -> None:
        self.rows, self.place = [view.Underway(*each) for each in names], place

    def run(self, k: int, training: RecipeTraining) -> Ended:
        """Run it, as row k."""
        mean, first, last, due = Smoothed(0.95), 0.0, 0.0, self._draw(k, "learning", 0, 0.0)
        why = ""
        try:
            for done, each in enumerate(training):
                first, last = first if done else each.loss, each.loss
                value = mean(last)
                if self.place and time.perf_counter() >= due:
                    due = self._draw(k, "learning", each.update, value)
        except DivergedError as error:
            why = str(error)
        if exploded(first, last):
            opt, clipped = training.model.optimiser, training.model.clip.bounded
            why = why or grown(first, last, opt.rate, opt.usual_rate, clipped)
        self._draw(k, "diverged" if why else "done", training.model.updates, mean.value)
        return Ended(training, why)

    def _draw(self, k: int, state: str, updates: int, loss: float) -> float:
        """Row k as it is now; when it is time to draw again."""
        begun, row = time.perf_counter(), self.rows[k]
        self.rows[k] = replace(row, state=state, updates=updates, loss=loss)
        if self.place:
            self.place.show(view.running(self.rows))
        return until_next(begun, time.perf_counter(), LOOK)


def _tell(end: Ended, output: Output) -> None:
    """One line; in JSON only of a run that diverged, since the others' scores follow."""
    training = end.training
    name, seed = training.name, training.settings.seed
    if not output.json_:
        score = "" if end.diverged else grouped(training.score(end.rows).model)
        said = end.diverged or f"test RMSE {score}, {lasted(training.seconds)} s"
        echo(f"{name}, seed {seed}: {said}")
    elif end.diverged:
        told = {"recipe": training.title, "name": name, "seed": seed, "diverged": end.diverged}
        write_json(told)
