"""Many runs of a task: side by side on the screen, or as a sweep in many processes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import replace
from math import isfinite
from typing import Any

from lstm_viz.commands.speaking import echo, tell
from lstm_viz.commands.train.drawn import (
    drawn_whatever_ends,
    save_films,
    save_slide,
    slide,
    spoken,
)
from lstm_viz.commands.train.options import Output, TrainOptions
from lstm_viz.commands.train.report import Report, end_as, end_if_nothing, say, write_json
from lstm_viz.commands.train.watching import watch_live
from lstm_viz.commands.train.workers import boards, told_run, workers
from lstm_viz.learning.divergence import DivergedError
from lstm_viz.learning.tasks.settings import TaskSettings
from lstm_viz.learning.tasks.sweeps import Sweep, sweep
from lstm_viz.learning.tasks.training import SMALL, Result, TaskTraining
from lstm_viz.pictures.kinds import Text, Title, Words
from lstm_viz.terminal.inplace import InPlace
from lstm_viz.validation.names import count
from lstm_viz.validation.numbers import brief, lasted
from lstm_viz.views import train as view

TOLD = ("task", "cell", "forget_bias", "start", "seed")  # of what was asked for, in JSON
BESIDE = 3  # runs that are shown side by side, at most
LOOK = 0.25  # seconds between two looks at a sweep


def as_data(result: Result) -> dict[str, object]:
    """A result as JSON has it."""
    asked = {name: getattr(result.settings, name) for name in TOLD}
    told = {k: v for k, v in vars(result).items() if k not in ("settings", "curve")}
    return asked | told | {"seconds": round(result.seconds, 3)}


def _line(result: Result, number: int, runs: Sequence[TaskSettings]) -> str:
    """One line, its columns as wide as these runs need."""
    s, of, name = result.settings, len(runs), max(len(each.words()) for each in runs)
    right = f"  {100 * result.right:5.1f} % right" if isfinite(result.right) else ""
    updates = f"{count(result.updates, 'update'):>14}"
    return (
        f"{number:>{len(str(of))}} of {of}  {s.words():<{name}}  seed {s.seed} "
        f" {result.verdict:<10} {updates} {lasted(result.seconds):>6} s  loss"
        f" {brief(result.loss, 4)}{right}"
    )


# ---------------------------------------------------------------------------- side by side


def side_by_side(runs: list[TaskSettings], asked: TrainOptions) -> bool:
    """Whether a few runs with one seed are watched, or filmed, on the same batches."""
    one = len({each.seed for each in runs}) == 1 and not asked.jobs
    return 1 < len(runs) <= BESIDE and one and (asked.output.way == "live" or asked.output.pictures)


def watch_both(runs: list[TaskSettings], asked: TrainOptions) -> None:
    """Train all in turn, batch by batch, and show them beside each other."""
    output = asked.output
    reports = tuple(Report(TaskTraining(each), replace(output, save=())) for each in runs)
    for report in reports:
        report.watch_from_now()
    if not output.json_:
        first = reports[0].training
        facts = tuple(
            (each.training.label, (Text(dict(each.training.facts)["network"]),)) for each in reports
        )
        say(Title(first.title, first.what, facts))
    with drawn_whatever_ends(reports, output):
        results = _both(reports, output)
    save_films(reports, output)
    save_slide(reports, output)
    if not output.json_:
        _sum_up(results)
    end_as(result.diverged for result in results)


def _both(reports: tuple[Report, ...], output: Output) -> list[Result]:
    """How they ended, told in a line each."""
    try:
        if output.way == "live":
            watch_live(reports, output.speed, stay=True)
        else:
            _learn_all(reports)
    except KeyboardInterrupt:
        for report in reports:
            report.interrupted = not report.ended
    end_if_nothing(*reports)
    if output.way == "live" and all(report.done for report in reports):
        say(slide(reports, terminal=True))
    results = [
        report.training.result(report.failed is not None)  # type: ignore[attr-defined]
        for report in reports
    ]
    if output.way in ("live", "place"):
        say(view.ended(results))
    else:
        for k, result in enumerate(results, 1):
            told = _line(result, k, [each.settings for each in results])
            write_json(as_data(result)) if output.json_ else echo(told)
    if any(report.interrupted for report in reports):
        tell("stopped before all had ended")
    return results


def _learn_all(reports: tuple[Report, ...]) -> None:
    """Without a screen: one after the other."""
    for report in reports:
        try:
            for _ in report.updates():
                pass
        except DivergedError as error:
            report.failed = error
        report.ended = True
        report.looks.take(last=True)


# ---------------------------------------------------------------------------- sweeps


def sweep_all(runs: list[TaskSettings], asked: TrainOptions) -> None:
    """All runs, each in a process; on a terminal a table shows how far each is."""
    results: list[Result] = []
    in_place = asked.output.way in ("live", "place")
    try:
        for result in _results(runs, asked.jobs or os.cpu_count() or 1, in_place):
            results.append(result)
            if asked.output.json_:
                write_json(as_data(result))
            elif not in_place:
                echo(_line(result, len(results), runs))
    except KeyboardInterrupt:
        tell(f"stopped after {len(results)} of {len(runs)} runs")
        if not results:
            raise
    if results and not asked.output.json_:
        if in_place:
            say(view.ended(results))
        _sum_up(results)
    end_as(result.diverged for result in results)


def _sum_up(results: list[Result]) -> None:
    done = Sweep(tuple(results))
    say(view.sweep_table(done), view.who_learned(done), Words((Text(SMALL),), "quiet"))


def _results(runs: list[TaskSettings], jobs: int, in_place: bool) -> Iterator[Result]:
    """The results in order, each as soon as it and those before it are there."""
    if jobs == 1 and not in_place:
        yield from sweep(runs)
        return
    board = boards(len(runs))
    with workers(min(jobs, len(runs)), board) as pool:
        found = [pool.submit(told_run, k, each) for k, each in enumerate(runs)]
        if in_place:
            _show_until_done(runs, found, board)
        for each in found:
            yield each.result()


def _show_until_done(runs: list[TaskSettings], found: list[Future[Result]], board: Any) -> None:
    with InPlace() as place:
        left = set(found)
        while left:
            left = wait(left, LOOK, FIRST_COMPLETED).not_done
            so_far = zip(runs, found, board[::2], board[1::2], strict=True)
            place.show(
                spoken(
                    view.running(
                        [
                            view.Underway(
                                run.words(), run.seed, _state(each, updates), updates, loss
                            )
                            for run, each, updates, loss in so_far
                        ]
                    )
                )
            )
        place.clear()


def _state(run: Future[Result], updates: float) -> str:
    if run.done() and run.exception() is None:
        return run.result().verdict
    return "learning" if updates else "starting" if run.running() else view.WAITING
