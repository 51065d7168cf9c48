"""A training on the whole screen: shown while it is learned, and at leisure where that is quick.

The updates run between two pictures, as fast as they can. What is shown may lie behind them: what
is learned within a second is shown within ten.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lstm_viz.commands.train.stepping import step_into
from lstm_viz.learning.history import Progress
from lstm_viz.pictures.film import Film, Key
from lstm_viz.pictures.kinds import Picture, Text
from lstm_viz.terminal.paper import Paper
from lstm_viz.terminal.player import Player, status
from lstm_viz.terminal.rows import Row, clipped
from lstm_viz.terminal.screen import Screen
from lstm_viz.views import watched

if TYPE_CHECKING:
    from lstm_viz.commands.train.report import Report

SECONDS = 10.0  # in which what is learned quickly is shown, at speed 1
CATCHING_UP = 0.3  # seconds in which what is shown comes up to what has been learned
SMOOTH, LONGEST, SHARE = 0.08, 0.5, 0.04  # seconds between two pictures; of the time, for drawing
SLICE = 0.05  # seconds of training between two looks at the keys
LOSS_ROWS, FIXED = 8, 1  # of a screen: for the loss; for what stands once
HELD = ("g", "up", "down")  # keys that do not stop what plays


@dataclass(frozen=True)
class At:
    """What is shown: after which update, which part, from which unit on; whether to step in."""

    update: float
    part: watched.Part = "cells"
    first: int = 0
    entering: bool = False


class Show(Player):
    """A player of what has been seen so far, while more is learned."""

    def __init__(self, reports: tuple[Report, ...], speed: float) -> None:
        self.reports, self.begun = reports, min(report.begun_at for report in reports)
        super().__init__(self._film(), At(self.begun), speed)
        self.playing = self.following = True
        self.shown, self.before = 0.0, time.monotonic()

    @property
    def learned(self) -> int:
        """The update that the training has come to."""
        return max(report.training.model.updates for report in self.reports)

    @property
    def ended(self) -> bool:
        """Whether all is learned."""
        return all(report.ended for report in self.reports)

    def press(self, key: str, now: float = 0.0) -> None:
        """What a key does; moving by hand stops what plays."""
        playing = self.playing
        if key == "space" and not self.helping:
            self.playing = not playing
            if self.playing and self.ended and self.state.update >= self.learned:
                self.state, self.following = replace(self.state, update=self.begun), False
            return
        super().press(key, now)
        if key in HELD:
            self.playing = playing
        elif key in ("left", "right", "home", "end"):
            self.following = False

    def tick(self, now: float) -> None:
        """Go on in what was seen, so far as the time says."""
        passed, self.before = now - self.before, now
        if not self.playing:
            return
        ahead, whole = self.learned - self.state.update, SECONDS / self.speed
        pace = max(self.learned - self.begun, 1) / whole
        if self.following:
            self.shown += passed
            pace = ahead / max(whole - self.shown, CATCHING_UP)
        update = min(self.state.update + pace * passed, self.learned)
        if self.learned - update < 0.5:
            update, self.following = self.learned, True
            self.playing = not self.ended
        self.state = replace(self.state, update=update)

    def rows(self, paper: Paper) -> list[Row]:
        """The screen as it is now, and at its foot how far the training is."""
        rows = super().rows(paper)
        if self.helping:
            return rows
        right = paper.row(self._foot(), "bold")
        left = paper.sized(paper.width - right.width - 2, paper.height)
        foot = status(self.film, self.state, left, False, self.overflow, self.speed)
        rows[-1] = clipped(foot, left.width).padded(paper.width - right.width) + right
        return rows

    def _foot(self) -> tuple[Text, ...]:
        if self.ended:
            return (Text("▶ " * self.playing + "learned"),)
        report = self.reports[0]
        passed = time.perf_counter() - report.begun
        rate = report.done / passed if passed > 0 else 0.0
        left = (report.total - report.done) / rate if rate else 0.0
        minutes, seconds = divmod(int(left + 0.5), 60)
        return (Text(f"{rate:,.0f} updates/s, {minutes}:{seconds:02} left at most"),)

    # ---------------------------------------------------------------- the film

    def _film(self) -> Film:
        return Film(
            picture=self._picture,
            token=lambda at: f"update {at.update:,.0f} of {self._total():,}",
            onward=lambda at: None,
            keys=(
                Key(("left",), "← →", "back and forth through what was seen",
                    lambda at: self._moved(at, -1), "back, forth", "← →"),
                Key(("right",), "", "", lambda at: self._moved(at, 1)),
                Key(("home",), "Home End", "the first look, and the last",
                    lambda at: replace(at, update=self.begun)),
                Key(("end",), "", "", lambda at: replace(at, update=self.learned)),
                Key(("g",), "g", "the gradient by distance, or the cell again", _turned,
                    "gradient"),
                Key(("up",), "↑ ↓", "other units", lambda at: self._other(at, -1)),
                Key(("down",), "", "", lambda at: self._other(at, 1)),
                Key(("enter",), "Enter", "step through this sequence, with the weights of now",
                    lambda at: replace(at, entering=True), "step"),
            ),
            title="train",
            reopens=False,
        )  # fmt: skip

    def _total(self) -> int:
        if self.ended:
            return self.learned
        return max(report.begun_at + report.total for report in self.reports)

    def _looks(self) -> list[int]:
        """All updates after which there was a look."""
        found = {each.update for report in self.reports for each in report.looks.all}
        return sorted(found)

    def _moved(self, at: At, by: int) -> At:
        known = self._looks()
        place = bisect_right(known, at.update) - 1 + by
        return replace(at, update=known[min(max(place, 0), len(known) - 1)])

    def _other(self, at: At, by: int) -> At:
        units = min(len(v.T) for r in self.reports for v in r.looks.all[0].values.values())
        return replace(at, first=min(max(at.first + by, 0), units - 1))

    def _picture(self, at: At, columns: int, rows: int) -> Picture:
        seen = tuple(report.seen() for report in self.reports)
        maps = max(len(each.looks.names) for each in seen)
        inputs = watched.input_rows(seen[0])
        loss = LOSS_ROWS * (1 + (len(seen) > 1))
        lines = max((rows - loss - FIXED - inputs - maps) // maps, 1)
        frame = watched.Frame(at.update, at.part, at.first, 2 * lines, paired=True)
        return watched.picture(seen, frame, titled=False)


def _turned(at: At) -> At:
    return replace(at, part="cells" if at.part == "gradient" else "gradient")


# ---------------------------------------------------------------------------- on the terminal


def watch_live(reports: tuple[Report, ...], speed: float, stay: bool) -> None:
    """Train, and show it; until all is shown, or, if it is to `stay`, until q."""
    show = Show(reports, speed)
    updates = [report.updates() for report in reports]
    while not show.done:
        with Screen() as screen:
            _run(show, screen, updates, stay)
        if show.state.entering:
            show.state = replace(show.state, entering=False)
            report = reports[0]
            step_into(report.training, report.looks, report.looks.at(show.state.update))
            show.before = time.monotonic()
    for report in reports:
        report.interrupted = not report.ended


def _run(show: Show, screen: Screen, updates: list[Iterator[Progress]], stay: bool) -> None:
    due = 0.0
    while not (show.done or show.state.entering):
        now = time.monotonic()
        show.tick(now)
        if now >= due:
            screen.draw(show.rows(screen.paper))
            cost = time.monotonic() - now
            slow = SMOOTH if show.ended else min(max(SMOOTH, cost / SHARE), LONGEST)
            due = now + slow
        if show.ended and not (stay or show.playing):
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
            if not report.ended and next(each, None) is None:
                report.ended = True
                report.looks.take(last=True)
        if show.ended or time.monotonic() >= until:
            return
