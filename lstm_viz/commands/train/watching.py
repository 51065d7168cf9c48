"""A training on the whole screen, which answers while it learns."""

from __future__ import annotations

import time
from dataclasses import replace

from lstm_viz.commands.speaking import language
from lstm_viz.commands.train.learner import Learner
from lstm_viz.commands.train.live import Followed, Show
from lstm_viz.commands.train.pace import until_next
from lstm_viz.commands.train.stepping import step_into
from lstm_viz.terminal.screen import Screen

SMOOTH = 0.08  # seconds between two pictures, at least
LOOK = 0.1  # seconds after which it is seen that all is learned


def watch_live(reports: tuple[Followed, ...], speed: float | None, stay: bool) -> None:
    """Train, and show it; until all is shown, or, if it is to `stay`, until q.

    One that is not to stay holds up what comes after it only where a speed was asked for.
    """
    show = Show(reports, speed or 1.0, leisure=stay or speed is not None)
    with Learner(reports) as learner:
        while not show.done:
            with Screen(language()) as screen:
                _run(show, screen, learner, stay)
            if show.state.entering:
                show.state = replace(show.state, entering=False)
                report = reports[0]
                step_into(report.training, report.looks, report.looks.at(show.state.update))
                show.before = time.monotonic()
                learner.go_on()
    learner.check()
    for report in reports:
        report.interrupted = not report.ended
    if len(reports) == 1 and reports[0].failed:
        raise reports[0].failed


def _run(show: Show, screen: Screen, learner: Learner, stay: bool) -> None:
    due, size = 0.0, (0, 0)
    while not (show.done or (show.state.entering and learner.hold())):
        learner.check()
        now, paper = time.monotonic(), screen.paper
        show.tick(now)
        ended = show.ended
        resized, size = size != (paper.width, paper.height), (paper.width, paper.height)
        if now >= due or resized or (ended and not show.playing):  # then nothing comes until a key
            screen.draw(show.rows(paper))
            due = now + SMOOTH if ended else until_next(now, time.monotonic(), SMOOTH)
        if show.over and not stay:
            return show.press("q")
        left = max(due - time.monotonic(), 0.0)
        wait = min(left, LOOK) if not ended else left if show.playing else None
        for key in screen.keys(wait):
            show.press(key, now)
            due = 0.0
        if wait is None:
            due, show.before = 0.0, time.monotonic()
    return None
