"""How a training tells what it does: in place on a terminal, in lines in a pipe, or as JSON.

All three look between updates, and so seldom that looking takes about 2 % of the time.
"""

from __future__ import annotations

import json
import sys
import time
from array import array
from contextlib import ExitStack
from typing import Any

import click
import numpy as np

from lstm_viz.commands.exit_codes import tell
from lstm_viz.commands.export import finite
from lstm_viz.commands.train.keeping import Keeping
from lstm_viz.commands.train.options import Output
from lstm_viz.learning.divergence import DivergedError, exploded, grown
from lstm_viz.learning.history import Progress, Smoothed
from lstm_viz.learning.snapshot import Snapshot, Training, gate_readings, gradient_norms
from lstm_viz.pictures.kinds import Picture, Text, Words
from lstm_viz.terminal import open_console, show
from lstm_viz.terminal.inplace import InPlace
from lstm_viz.validation.names import count, printable
from lstm_viz.views import train as view

SHARE, SHORTEST = 0.02, 0.1  # of the time, for looking; seconds between two looks
FILM_FRAMES = 60


class Report:
    """Follows one training."""

    def __init__(self, training: Training, output: Output) -> None:
        self.training, self.output, self.total = training, output, training.total
        self.film = bool(output.of("film"))
        self.smoothed, self.losses = Smoothed(0.95), array("d")
        self.done, self.told = 0, 0  # updates of this run; those up to the last line
        self.keeping = Keeping(training, output.of("data"))
        self.looking, self.frames = 0.0, []  # type: tuple[float, list[Snapshot]]
        self.interrupted = False
        self.spent = 0.0  # seconds of training, looking included

    def follow(self) -> None:
        """Go through all updates; Ctrl-C ends it, and whatever does, what was learned is kept."""
        self.begun = time.perf_counter()
        if not self.output.json_:
            say(view.title(self.training))
        with ExitStack() as stack:
            stack.callback(self.keeping.tell)
            place = stack.enter_context(InPlace()) if self.output.way == "live" else None
            try:
                with self.keeping.to_the_end():
                    self._go(place)
            except KeyboardInterrupt:
                self.interrupted = True
            if self.done and self.told < self.done and place is None:
                self.say(self.last)
            self.spent = time.perf_counter() - self.begun
            if self.film and self.done and (not self.frames or self.frames[-1].done < self.done):
                self.frames.append(self.snapshot(sample=False))
            if place is not None and self.done:
                place.show(view.frame(self.snapshot(sample=True)))
        if self.interrupted:
            updates = count(self.training.model.updates, "update")
            click.echo(f"stopped after {updates}; what was learned is kept", err=True)
        self.say_if_exploded()
        if self.done and not self.output.json_:
            say(*(Words((Text(each),)) for each in self.training.endings))

    def say_if_exploded(self) -> None:
        """One line on standard error where the loss, though finite, is far above its beginning."""
        base, model = self.training.baseline, self.training.model
        if self.done and exploded(self.losses[0], self.last.loss, base.loss if base else 0.0):
            opt, clipped = model.optimiser, model.clip.bounded
            tell(grown(self.losses[0], self.last.loss, opt.rate, opt.usual_rate, clipped))

    def _go(self, place: InPlace | None) -> None:
        """All updates, and a look between two of them when it is time."""
        due = self.begun + SHORTEST
        for each in self.training:
            self.note(each)
            now = time.perf_counter()
            self.keeping.now_and_then(now)
            if place is not None and now >= due:
                place.show(view.frame(self.snapshot(sample=True)))
                due = self.next_look(now)
            elif place is None and self.training.due(self.done):
                self.say(each)
                self.told = self.done

    def note(self, each: Progress) -> None:
        """Remember an update, and what the film needs of it."""
        self.losses.append(self.smoothed(each.loss))
        self.done, self.last = self.done + 1, each
        if self.film and self.done * FILM_FRAMES // self.total > len(self.frames):
            self.frames.append(self.snapshot(sample=False))

    def next_look(self, begun: float) -> float:
        """When to look again, given that this look began then."""
        now = time.perf_counter()
        self.looking += now - begun
        return now + max(SHORTEST, (now - begun) / SHARE)

    def snapshot(self, sample: bool) -> Snapshot:
        """One look, after the last update."""
        model = self.training.model
        return Snapshot(
            self.done,
            self.total,
            time.perf_counter() - self.begun,
            np.array(self.losses),
            self.last.norm,
            model.clip.acted,
            self.training.baseline,
            model.loss.what,
            gradient_norms(model),
            gate_readings(model),
            self.training.sample() if sample else None,
        )

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
        click.echo(self.training.line(each, figures))


def watch(training: Training, output: Output) -> Report:
    """Train to the end, or until Ctrl-C, and tell; the model is in its files before anything else.

    Also the film of a training that diverged is saved.
    """
    report = Report(training, output)
    try:
        report.follow()
    except DivergedError:
        _save_films(report)
        raise
    return report


def say(*found: Picture) -> None:
    """Print pictures below each other."""
    show(found, open_console())


def write_json(data: dict[str, Any]) -> None:
    """One line of strict JSON; what is not finite becomes null."""
    sys.stdout.write(json.dumps(finite(data), allow_nan=False) + "\n")
    sys.stdout.flush()


def save(report: Report, prediction: Picture | None = None) -> None:
    """A film of the learning, and the prediction, where they were asked for."""
    _save_films(report)
    if prediction:
        for path in report.output.of("still"):
            from lstm_viz.figure import save_still

            save_still(path, prediction)
            tell(f"saved {printable(path)}")


def _save_films(report: Report) -> None:
    """The loss, the gradient flow and the gates, frame by frame, up to the last update."""
    if not report.frames:
        return
    from lstm_viz.figure import save_film

    whole = np.array(report.losses)
    frames = [view.film_frame(each, whole) for each in report.frames]
    for path in report.output.of("film"):
        save_film(path, frames, seconds=0.12, title=f"lstm-viz train {report.training.title}")
        tell(f"saved {printable(path)}")
