"""How a training tells what it does: on a screen, in lines in a pipe, or as JSON.

All look between updates, and so seldom that looking takes less than 5 % of the time.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from array import array
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from functools import cached_property
from typing import Any

import numpy as np

from lstm_viz.commands import signals
from lstm_viz.commands.export import finite
from lstm_viz.commands.speaking import echo, language, tell
from lstm_viz.commands.train.drawn import drawn_whatever_ends, slide, spoken
from lstm_viz.commands.train.keeping import Keeping
from lstm_viz.commands.train.options import Output
from lstm_viz.commands.train.pace import until_next
from lstm_viz.commands.train.watching import watch_live
from lstm_viz.learning.divergence import DivergedError, exploded, grown, jumped
from lstm_viz.learning.history import Progress, Smoothed
from lstm_viz.learning.snapshot import Training
from lstm_viz.learning.watched import Looks
from lstm_viz.pictures.kinds import Picture, Text, Words
from lstm_viz.terminal import open_console, show
from lstm_viz.terminal.inplace import InPlace
from lstm_viz.validation.names import count
from lstm_viz.validation.numbers import brief
from lstm_viz.views import train as view
from lstm_viz.views.watched_curves import Watched

SHORTEST = 0.1  # seconds between two pictures
NOTHING = "stopped in the first update: nothing was learned"
DIVERGED = 3  # how the program ends if nothing was learned


class Report:
    """Follows one training."""

    def __init__(self, training: Training, output: Output) -> None:
        self.training, self.output, self.total = training, output, training.total
        self.smoothed = Smoothed(0.95)
        self.losses, self.means = array("d"), array("d")
        self.noting = threading.Lock()  # these two grow while a screen is drawn
        self.done, self.told = 0, 0  # updates of this run; those up to the last line
        self.begun_at = training.model.updates
        self.keeping = Keeping(training, output.of("data"))
        self.failed: DivergedError | None = None
        self.watched = False
        if output.looks:
            self.watch_from_now()
        self.interrupted = self.ended = self.exploded = False
        self.begun = time.perf_counter()
        self.spent = 0.0  # seconds of training, without looking

    def watch_from_now(self) -> None:
        """Look at the example from now on."""
        self.watched = self.looks is not None

    @cached_property
    def looks(self) -> Looks:
        """What is seen of one sequence, from when it is first asked for."""
        training = self.training
        return Looks(training.model, training.example, self.output.names, training.sample)

    def follow(self, stay: bool = False) -> None:
        """Go through all updates; Ctrl-C ends it, and whatever does, what was learned is kept.

        On a screen of its own it may `stay` until q.
        """
        self.begun = time.perf_counter()
        if not self.output.json_:
            say(view.title(self.training))
        with ExitStack() as stack:
            stack.callback(self.keeping.tell)
            place = stack.enter_context(InPlace()) if self.output.way == "place" else None
            try:
                with self.keeping.to_the_end():
                    if self.output.way == "live":
                        watch_live((self,), self.output.speed, stay)
                    else:
                        self._go(place)
            except KeyboardInterrupt:
                self.interrupted = True
            if self.done and self.told < self.done and self.output.way in ("lines", "json"):
                self.say(self.last)
            if self.watched:
                self.looks.take(last=True)
            if place is not None and self.done:
                place.show(spoken(self.picture()))
        if self.output.way == "live" and self.done:
            say(self.picture())
        self.tell_ending()

    def tell_ending(self) -> None:
        """What there is to say once it has ended."""
        if self.interrupted:
            updates = self.training.model.updates
            kept = f"stopped after {count(updates, 'update')}; what was learned is kept"
            tell(kept if updates else NOTHING)
        self.say_if_exploded()
        if (self.done or self.ended) and not self.output.json_:  # it may have stopped before
            say(*(Words((Text(each),)) for each in (*self._jump(), *self.training.endings)))

    def _jump(self) -> Iterator[str]:
        """That the loss jumped, where it did; one that exploded is told of already."""
        found = None if self.exploded else jumped(self.losses, self.means, self.begun_at)
        if found:
            yield found.words

    def say_if_exploded(self) -> None:
        """One line on standard error where the loss, though finite, is far above its beginning."""
        base, model = self.training.baseline, self.training.model
        if self.done and exploded(self.losses[0], self.last.loss, base.loss if base else 0.0):
            opt, clipped = model.optimiser, model.clip.bounded
            self.exploded = True
            tell(grown(self.losses[0], self.last.loss, opt.rate, opt.usual_rate, clipped))

    def _go(self, place: InPlace | None) -> None:
        """All updates, and a look between two of them when it is time."""
        due = self.begun + SHORTEST
        for each in self.updates():
            now = time.perf_counter()
            if place is not None and now >= due:
                place.show(spoken(self.picture()))
                due = until_next(now, time.perf_counter(), SHORTEST)
            elif place is None and self.training.due(self.done):
                self.say(each)
                self.told = self.done
        self.ended = True

    def updates(self) -> Iterator[Progress]:
        """The updates, each noted; the model is written now and then."""
        begun = time.perf_counter()
        for each in self.training:
            now = time.perf_counter()
            self.spent += now - begun  # not while it is looked at, or the screen stands
            with self.noting:
                self.losses.append(each.loss)
                self.means.append(self.smoothed(each.loss))
            self.done, self.last = self.done + 1, each
            self.keeping.now_and_then(now)
            if self.watched and self.looks.due():
                self.looks.take()
            yield each
            begun = time.perf_counter()

    # ---------------------------------------------------------------- what is seen of it

    def seen(self) -> Watched:
        """All that was seen so far."""
        whole = self.done if self.ended or self.interrupted else self.total
        with self.noting:
            losses, means = np.array(self.losses), np.array(self.means)
        return Watched(self.training, self.looks, losses, means, whole, self.begun_at)

    def picture(self) -> Picture:
        """As it is now, for a terminal."""
        return slide((self,), terminal=True)

    def say(self, each: Progress) -> None:
        """One line."""
        seconds, acted = time.perf_counter() - self.begun, self.training.model.clip.acted
        if self.output.json_:
            told = ("update", "epoch", "loss", "norm", "clipped")
            write_json({k: getattr(each, k) for k in told} | {"seconds": round(seconds, 3)})
            return
        clipped = f"  clipped {acted:,}" if acted else ""
        figures = (
            f"  loss {brief(each.loss, 5):<10} gradient norm {brief(each.norm, 3):<9}"
            f" {self.done / seconds:7,.0f} updates/s{clipped}"
        )
        echo(self.training.line(each, figures))


def watch(training: Training, output: Output, stay: bool = False, alone: bool = True) -> Report:
    """Train to the end, or until Ctrl-C, and tell; the model is in its files before anything else.

    Film and still of a training that diverged, or is ended by a signal, are saved. A training that
    is not `alone` and diverged has `failed`.
    """
    report = Report(training, output)
    with drawn_whatever_ends((report,), output):
        try:
            report.follow(stay)
        except DivergedError as error:
            if alone:
                raise
            report.failed = error
    return report


def end_if_nothing(*reports: Report) -> None:
    """Where all was stopped before anything was learned there is no result: end as q or Ctrl-C."""
    if all(each.interrupted and not each.training.model.updates for each in reports):
        if len(reports) > 1:  # else it has been said
            tell(NOTHING)
        sys.exit(signals.came() or 0)


def end_as(diverged: Iterable[bool]) -> None:
    """End with code 3 if all that was trained diverged; one that did not is a result."""
    if all(diverged):
        sys.exit(DIVERGED)


def say(*found: Picture) -> None:
    """Print pictures below each other."""
    show([spoken(each) for each in found], open_console(), say=language())


def write_json(data: dict[str, Any]) -> None:
    """One line of strict JSON; what is not finite becomes null."""
    sys.stdout.write(json.dumps(finite(data), allow_nan=False) + "\n")
    sys.stdout.flush()
