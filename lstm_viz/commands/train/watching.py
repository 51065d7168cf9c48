"""A training on the whole screen: the updates run between two pictures, as fast as they can."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

from lstm_viz.commands.speaking import language
from lstm_viz.commands.train.live import Followed, Show
from lstm_viz.commands.train.stepping import step_into
from lstm_viz.learning.divergence import DivergedError
from lstm_viz.learning.history import Progress
from lstm_viz.terminal.screen import Screen

SMOOTH, LONGEST, SHARE = 0.08, 0.5, 0.03  # seconds between two pictures; of the time, for drawing
SLICE = 0.05  # seconds of training between two looks at the keys


def watch_live(reports: tuple[Followed, ...], speed: float | None, stay: bool) -> None:
    """Train, and show it; until all is shown, or, if it is to `stay`, until q.

    One that is not to stay holds up what comes after it only where a speed was asked for.
    """
    show = Show(reports, speed or 1.0, leisure=stay or speed is not None)
    updates = [report.updates() for report in reports]
    while not show.done:
        with Screen(language()) as screen:
            _run(show, screen, updates, stay)
        if show.state.entering:
            show.state = replace(show.state, entering=False)
            report = reports[0]
            step_into(report.training, report.looks, report.looks.at(show.state.update))
            show.before = time.monotonic()
    for report in reports:
        report.interrupted = not report.ended
    if len(reports) == 1 and reports[0].failed:
        raise reports[0].failed


def _run(show: Show, screen: Screen, updates: list[Iterator[Progress]], stay: bool) -> None:
    due = 0.0
    while not (show.done or show.state.entering):
        now = time.monotonic()
        show.tick(now)
        if now >= due or (show.ended and not show.playing):  # then nothing comes until a key
            screen.draw(show.rows(screen.paper))
            cost = time.monotonic() - now
            slow = SMOOTH if show.ended else min(max(SMOOTH, cost / SHARE), LONGEST)
            due = now + slow
        if show.over and not stay:
            return show.press("q")
        wait: float | None = 0.0
        if not show.ended:
            _learn(show, updates, min(due, now + SLICE))
        else:
            wait = max(due - time.monotonic(), 0.0) if show.playing else None
        for key in screen.keys(wait):
            show.press(key, now)
            due = 0.0
        if wait is None:
            due, show.before = 0.0, time.monotonic()
    return None


def _learn(show: Show, updates: list[Iterator[Progress]], until: float) -> None:
    """Updates of all in turn, until it is time to draw."""
    while True:
        for report, each in zip(show.reports, updates, strict=True):
            if not report.ended and _is_over(report, each):
                report.ended = True
                report.looks.take(last=True)
        if show.ended or time.monotonic() >= until:
            return


def _is_over(report: Followed, updates: Iterator[Progress]) -> bool:
    """Whether there was no update more, or it diverged."""
    try:
        return next(updates, None) is None
    except DivergedError as error:
        report.failed = error
    return True
