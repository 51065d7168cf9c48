"""How a training tells what it does: on a screen, in lines in a pipe, or as JSON.

All look between updates, and so seldom that looking takes less than 5 % of the time.
"""

from __future__ import annotations

import json
import sys
import time
from array import array
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from functools import cached_property
from typing import Any

import numpy as np

from lstm_viz.commands.exit_codes import warned_plainly
from lstm_viz.commands.export import finite
from lstm_viz.commands.speaking import echo, language, tell
from lstm_viz.commands.train.keeping import Keeping
from lstm_viz.commands.train.options import Output
from lstm_viz.commands.train.watching import watch_live
from lstm_viz.learning.divergence import DivergedError, exploded, grown
from lstm_viz.learning.history import Progress, Smoothed
from lstm_viz.learning.snapshot import Training
from lstm_viz.learning.watched import Looks
from lstm_viz.pictures.kinds import Picture, Text, Words
from lstm_viz.pictures.translated import translated
from lstm_viz.terminal import open_console, show
from lstm_viz.terminal.inplace import InPlace
from lstm_viz.validation.names import count, printable
from lstm_viz.views import train as view
from lstm_viz.views import watched
from lstm_viz.views.watched_curves import Watched

SHARE, SHORTEST, LONGEST = 0.03, 0.1, 0.5  # of the time, for drawing; seconds between two pictures
DIVERGED = 3  # how the program ends if nothing was learned
UNITS = 8  # that are drawn in a terminal
SLIDE, SQUARE, FILM = (1280, 720), (1280, 1280), 12.0  # pixels, of one and of several; seconds
MOVING, HELD = 100, 20  # frames of a film; those at its end that are the same


class Report:
    """Follows one training."""

    def __init__(self, training: Training, output: Output) -> None:
        self.training, self.output, self.total = training, output, training.total
        self.smoothed = Smoothed(0.95)
        self.losses, self.means = array("d"), array("d")
        self.done, self.told = 0, 0  # updates of this run; those up to the last line
        self.begun_at = training.model.updates
        self.keeping = Keeping(training, output.of("data"))
        self.failed: DivergedError | None = None
        self.watched = False
        if output.looks:
            self.watch_from_now()
        self.interrupted = self.ended = self.exploded = False
        self.begun = time.perf_counter()
        self.spent = 0.0  # seconds of training, looking included

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
                        watch_live((self,), self.output.speed or 1.0, stay)
                    else:
                        self._go(place)
            except KeyboardInterrupt:
                self.interrupted = True
            if self.done and self.told < self.done and self.output.way in ("lines", "json"):
                self.say(self.last)
            self.spent = time.perf_counter() - self.begun
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
            updates = count(self.training.model.updates, "update")
            tell(f"stopped after {updates}; what was learned is kept")
        self.say_if_exploded()
        if self.done and not self.output.json_:
            say(*(Words((Text(each),)) for each in self.training.endings))

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
                ended = time.perf_counter()
                due = ended + min(max(SHORTEST, (ended - now) / SHARE), LONGEST)
            elif place is None and self.training.due(self.done):
                self.say(each)
                self.told = self.done
        self.ended = True

    def updates(self) -> Iterator[Progress]:
        """The updates, each noted; the model is written now and then."""
        for each in self.training:
            self.losses.append(each.loss)
            self.means.append(self.smoothed(each.loss))
            self.done, self.last = self.done + 1, each
            now = time.perf_counter()
            self.keeping.now_and_then(now)
            if self.watched and self.looks.due(now):
                self.looks.take()
            yield each

    # ---------------------------------------------------------------- what is seen of it

    def seen(self) -> Watched:
        """All that was seen so far."""
        whole = self.done if self.ended or self.interrupted else self.total
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
            f"  loss {each.loss:<10.5g} gradient norm {each.norm:<9.3g}"
            f" {self.done / seconds:7,.0f} updates/s{clipped}"
        )
        echo(self.training.line(each, figures))


def watch(training: Training, output: Output, stay: bool = False, alone: bool = True) -> Report:
    """Train to the end, or until Ctrl-C, and tell; the model is in its files before anything else.

    Also the film of a training that diverged is saved. If it is not `alone`, it has then `failed`.
    """
    report = Report(training, output)
    try:
        report.follow(stay)
    except DivergedError as error:
        if alone:
            save_films((report,), output)
            raise
        report.failed = error
    return report


def end_as(diverged: Iterable[bool]) -> None:
    """End with code 3 if all that was trained diverged; one that did not is a result."""
    if all(diverged):
        sys.exit(DIVERGED)


def say(*found: Picture) -> None:
    """Print pictures below each other."""
    show([spoken(each) for each in found], open_console(), say=language())


def spoken(picture: Picture) -> Picture:
    """The picture in the language of this run."""
    return translated(picture, language())


def write_json(data: dict[str, Any]) -> None:
    """One line of strict JSON; what is not finite becomes null."""
    sys.stdout.write(json.dumps(finite(data), allow_nan=False) + "\n")
    sys.stdout.flush()


def save(report: Report, prediction: Picture | None = None) -> None:
    """A film of the learning, and the prediction, where they were asked for.

    Where there is no prediction to draw, the last frame of the film is drawn.
    """
    save_films((report,), report.output)
    stills = report.output.of("still")
    if stills and prediction is None:
        save_stills(report.output, slide((report,)), SLIDE)
    elif stills and prediction is not None:
        save_stills(report.output, prediction)


def slide(reports: tuple[Report, ...], terminal: bool = False) -> Picture:
    """What was seen last, of one or side by side."""
    frame = watched.Frame(max(each.training.model.updates for each in reports), wide=True)
    if terminal:
        frame = watched.Frame(frame.update, units=UNITS, paired=True)
    return watched.picture(tuple(each.seen() for each in reports), frame, titled=not terminal)


def save_stills(output: Output, drawn: Picture, pixels: tuple[int, int] | None = None) -> None:
    """One picture into each of the files."""
    for path in output.of("still"):
        from lstm_viz.figure import save_still

        with warned_plainly():
            save_still(path, spoken(drawn), output.theme or "light", pixels=pixels)
        tell(f"saved {printable(path)}")


def save_films(reports: tuple[Report, ...], output: Output) -> None:
    """What was seen, in some seconds whatever the number of updates; the last frame is held."""
    paths = output.of("film")
    if not paths or not any(report.done for report in reports):
        return
    from lstm_viz.figure import save_film

    seen = tuple(report.seen() for report in reports)
    ends = [each.training.model.updates for each in seen]
    places = np.linspace(min(each.begun for each in seen), max(ends), MOVING)
    frames: list[Picture] = [
        spoken(watched.picture(seen, watched.Frame(place, wide=True))) for place in places
    ]
    frames += [frames[-1]] * HELD
    for path in paths:
        title = f"lstm-viz train {reports[0].training.title}"
        size = SLIDE if len(reports) == 1 else SQUARE
        with warned_plainly():
            save_film(
                path,
                frames,
                output.theme or "light",
                seconds=FILM / len(frames),
                title=title,
                pixels=size,
            )
        tell(f"saved {printable(path)}")
