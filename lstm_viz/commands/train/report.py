"""How a training tells what it does: in place on a terminal, in lines in a pipe, or as JSON.

All three look between updates, and so seldom that looking takes about 2 % of the time.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import Any

import click
import numpy as np

from lstm_viz.learning import snapshot as looking
from lstm_viz.learning.history import Progress, Smoothed
from lstm_viz.learning.model import Model
from lstm_viz.learning.snapshot import Sample, Seen
from lstm_viz.pictures.kinds import Picture, Text, Title
from lstm_viz.terminal import open_console, show
from lstm_viz.terminal.inplace import InPlace
from lstm_viz.views import train as view

SHARE, SHORTEST = 0.02, 0.1  # of the time, for looking; seconds between two looks
FILM_FRAMES = 60


class Report:
    """Follows one training. `every` is after how many updates a line is due."""

    def __init__(
        self,
        model: Model,
        title: str,
        what: str,
        facts: Iterable[tuple[str, str]],
        total: int,
        *,
        every: int,
        way: str = "lines",
        baseline: float | None = None,
        baseline_words: str = "",
        sample: Callable[[], Sample | None] = lambda: None,
        tail: Callable[[], str] = lambda: "",
        film: bool = False,
        per_epoch: int = 0,
    ) -> None:
        self.model, self.title, self.what, self.facts = model, title, what, tuple(facts)
        self.total, self.every, self.way, self.film = total, max(1, every), way, film
        self.baseline, self.baseline_words = baseline, baseline_words
        self.sample, self.tail, self.per_epoch = sample, tail, per_epoch
        self.smoothed, self.losses = Smoothed(0.95), np.empty(max(total, 1))
        self.done = 0  # updates of this run
        self.looking, self.frames = 0.0, []  # type: tuple[float, list[Seen]]
        self.interrupted = False
        self.spent = 0.0  # seconds of training, looking included

    def follow(self, updates: Iterable[Progress]) -> None:
        """Go through all updates; Ctrl-C ends it and keeps what was learned."""
        self.begun = time.perf_counter()
        self.say_title()
        with ExitStack() as stack:
            place = stack.enter_context(InPlace()) if self.way == "live" else None
            due = self.begun + SHORTEST
            try:
                for each in updates:
                    self.note(each)
                    now = time.perf_counter()
                    if place is not None and now >= due:
                        place.show(view.frame(self.seen(each, sample=True)))
                        due = self._next(now)
                    elif place is None and self.done % self.every == 0:
                        self.say(each)
            except KeyboardInterrupt:
                self.interrupted = True
            self.spent = time.perf_counter() - self.begun
            if place is not None and self.done:
                place.show(view.frame(self.seen(self.last, sample=True)))
        if self.interrupted:
            click.echo(f"stopped after {self.done:,} updates; what was learned is kept", err=True)

    def note(self, each: Progress) -> None:
        """Remember an update, and what the film needs of it."""
        if self.done < len(self.losses):
            self.losses[self.done] = self.smoothed(each.loss)
        self.done, self.last = min(self.done + 1, len(self.losses)), each
        if self.film and self.done * FILM_FRAMES // self.total > len(self.frames):
            self.frames.append(self.seen(each, sample=False))

    def _next(self, begun: float) -> float:
        """When to look again, given that this look began then."""
        now = time.perf_counter()
        self.looking += now - begun
        return now + max(SHORTEST, (now - begun) / SHARE)

    def seen(self, each: Progress, sample: bool) -> Seen:
        """One look."""
        return Seen(
            self.title,
            self.what,
            self.facts,
            self.done,
            self.total,
            time.perf_counter() - self.begun,
            self.losses[: self.done].copy(),
            each.norm,
            self.model.clip.acted,
            self.baseline,
            self.baseline_words,
            self.model.loss.what,
            looking.gradient_norms(self.model),
            looking.gates(self.model),
            self.sample() if sample else None,
        )

    # ---------------------------------------------------------------- words

    def say_title(self) -> None:
        """What is trained, once."""
        if self.way != "json":
            facts = tuple((label, (Text(text),)) for label, text in self.facts)
            say(Title(self.title, self.what, facts))

    def say(self, each: Progress) -> None:
        """One line."""
        if self.way == "json":
            write_json(
                {
                    "update": each.update,
                    "epoch": each.epoch,
                    "loss": each.loss,
                    "norm": each.norm,
                    "clipped": each.clipped,
                    "seconds": round(time.perf_counter() - self.begun, 3),
                }
            )
            return
        seconds = time.perf_counter() - self.begun
        where = f"update {each.update:>6,}"
        if self.per_epoch:
            where = f"epoch {each.epoch:>5,}"
        clipped = f"  clipped {self.model.clip.acted:,}" if self.model.clip.acted else ""
        click.echo(
            f"{where}  loss {self.losses[self.done - 1]:<10.5g} gradient norm {each.norm:<9.3g}"
            f" {self.done / seconds:7,.0f} updates/s{clipped}{self.tail()}"
        )


def say(*found: Picture) -> None:
    """Print pictures below each other."""
    show(found, open_console())


def write_json(data: dict[str, Any]) -> None:
    """One line of strict JSON; what is not finite becomes null."""
    finite = {
        k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in data.items()
    }
    sys.stdout.write(json.dumps(finite) + "\n")
    sys.stdout.flush()


def save_learning(path: str, report: Report) -> None:
    """A film of the learning: the loss, the gradient flow and the gates, frame by frame."""
    from lstm_viz.figure import save_film

    whole = report.losses[: report.done]
    frames = [view.film_frame(seen, whole) for seen in report.frames if seen.norms]
    if not frames:
        click.echo(f"{path}: too few updates for a film, nothing was saved", err=True)
        return
    save_film(path, frames, seconds=0.12, title=f"lstm-viz train {report.title}")
    click.echo(f"saved {path}", err=True)
