"""What the screen of a training shows: as far as it is, or after it, at leisure or by hand.

What is learned within a second is shown within ten.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from lstm_viz.commands.speaking import language, said
from lstm_viz.commands.train.options import Output
from lstm_viz.learning.divergence import DivergedError
from lstm_viz.learning.history import Progress
from lstm_viz.learning.snapshot import Training
from lstm_viz.learning.watched import Looks
from lstm_viz.pictures.film import Film, Key
from lstm_viz.pictures.kinds import Picture, Text
from lstm_viz.pictures.translated import translated
from lstm_viz.terminal.paper import Paper
from lstm_viz.terminal.player import Player, status
from lstm_viz.terminal.rows import Row, clipped
from lstm_viz.views import watched
from lstm_viz.views.watched_curves import Watched

SECONDS = 10.0  # in which what is learned quickly is shown, at speed 1
CATCHING_UP = 0.3  # seconds in which what is shown comes up to what has been learned
LOSS_ROWS, FIXED = 8, 3  # of a screen: for the loss; for what stands once
FEW = 2  # rows of a map: where there are fewer, ticks would cost too many
HELD = ("g", "up", "down")  # keys that do not stop what plays


class Followed(Protocol):
    """A training under way: a `Report`, as far as it is needed here."""

    training: Training
    output: Output
    done: int
    total: int
    begun: float
    begun_at: int
    ended: bool
    interrupted: bool
    failed: DivergedError | None

    @property
    def looks(self) -> Looks:
        """What was seen of one sequence."""

    def seen(self) -> Watched:
        """All that was seen."""

    def updates(self) -> Iterator[Progress]:
        """The updates that are still to be made."""


@dataclass(frozen=True)
class At:
    """What is shown: after which update, which part, from which unit on; whether to step in."""

    update: float
    part: watched.Part = "cells"
    first: int = 0
    entering: bool = False


class Show(Player):
    """A player of what has been seen so far, while more is learned.

    At `leisure` what was learned quickly goes on playing; else it is shown as it is learned.
    """

    def __init__(self, reports: tuple[Followed, ...], speed: float, leisure: bool = True) -> None:
        self.reports, self.begun = reports, min(report.begun_at for report in reports)
        super().__init__(self._film(), At(self.begun), speed)
        self.playing = self.following = True
        self.shown, self.before = 0.0 if leisure else SECONDS / speed, time.monotonic()

    @property
    def learned(self) -> int:
        """The update that the training has come to."""
        return max(report.training.model.updates for report in self.reports)

    @property
    def ended(self) -> bool:
        """Whether all is learned."""
        return all(report.ended for report in self.reports)

    @property
    def over(self) -> bool:
        """Whether all that was learned has been shown; what is paused before that is not."""
        return self.ended and not self.playing and self.state.update >= self.learned

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
            pace = ahead / max(whole - self.shown, CATCHING_UP)
            self.shown += passed
        update = min(self.state.update + pace * passed, self.learned)
        if self.following and self.ended and self.shown > whole + CATCHING_UP:
            update = self.learned
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
            failed = any(report.failed for report in self.reports)
            word = said("diverged" if failed else "learned")
            return (Text("▶ " * self.playing + word),)
        report = self.reports[0]
        passed = time.perf_counter() - report.begun
        if not (report.done and passed > 0):
            return (Text(said("in the first update")),)
        rate = report.done / passed
        minutes, seconds = divmod(int((report.total - report.done) / rate + 0.5), 60)
        often = f"{rate:,.0f}" if rate >= 10 else f"{rate:.2g}"
        return (Text(said(f"{often} updates/s, {minutes}:{seconds:02} left at most")),)

    # ---------------------------------------------------------------- the film

    def _film(self) -> Film:
        return Film(
            picture=self._picture,
            token=lambda at: said(f"update {at.update:,.0f}"),
            onward=lambda at: at,  # `tick` plays, by the time that has passed
            keys=(
                Key(("left",), "← →", "back and forth through what was seen",
                    lambda at: self._moved(at, -1), "seek", "← →"),
                Key(("right",), "", "", lambda at: self._moved(at, 1)),
                Key(("home",), "Home End", "the first look, and the last",
                    lambda at: replace(at, update=self.begun)),
                Key(("end",), "", "", lambda at: replace(at, update=self.learned)),
                Key(("enter",), "Enter", "step through this sequence with the weights shown",
                    lambda at: replace(at, entering=True), "step"),
                Key(("g",), "g", "the gradient by distance, or the cell again", _turned,
                    "gradient"),
                Key(("up",), "↑ ↓", "other units", lambda at: self._other(at, -1)),
                Key(("down",), "", "", lambda at: self._other(at, 1)),
            ),
            title="train",
            reopens=False,
        )  # fmt: skip

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
        many = len(seen) > 1
        _, sample = seen[0].looks.sample_at(at.update)
        loss = LOSS_ROWS * (1 + (many and watched.is_drawn(sample, many)))
        room, marked = rows - loss - FIXED - many - maps, bool(seen[0].example.marks)
        there = room - inputs - marked >= maps  # or the memory would be what is cut
        room -= inputs * there
        ticks = (room - maps * marked) // maps >= FEW  # over every map, else over the first
        lines = max((room - (maps if ticks else 1) * marked) // maps, 1)
        frame = watched.Frame(
            at.update, at.part, at.first, 2 * lines, paired=True, inputs=there, ticks=ticks
        )
        return translated(watched.picture(seen, frame, titled=False), language())


def _turned(at: At) -> At:
    return replace(at, part="cells" if at.part == "gradient" else "gradient")
