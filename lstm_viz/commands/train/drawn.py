"""The films and stills of a training: at its end, or in few frames where something ends it before.

A signal, a closed pipe, a full disk for the output, a training that diverged: what was seen is
drawn all the same, within a few seconds. A signal that comes meanwhile breaks that off.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from lstm_viz.commands.exit_codes import tell
from lstm_viz.commands.train.live import Followed
from lstm_viz.commands.train.options import Output
from lstm_viz.learning.divergence import DivergedError
from lstm_viz.pictures.kinds import Picture
from lstm_viz.validation.names import printable
from lstm_viz.views import train as view
from lstm_viz.views import watched

UNITS = 8  # that are drawn in a terminal
SLIDE, SQUARE, FILM = (1280, 720), (1280, 1280), 12.0  # pixels, of one and of several; seconds
FRAMES, FEW = (100, 20), (20, 4)  # of a film: those that move, then those at its end that do not

Trainings = tuple[Followed, ...]


@contextmanager
def drawn(reports: Trainings, output: Output) -> Iterator[None]:
    """Write the films and stills that were asked for, whatever ends what is done in here."""
    left = output.of("film") + output.of("still")
    try:
        yield
        _save(reports, left, FRAMES)
    except (KeyboardInterrupt, SystemExit, OSError, DivergedError):
        for report in reports:
            report.interrupted = not report.ended
        if any(report.done for report in reports):
            _save(reports, left, FEW)
        raise


def _save(reports: Trainings, left: list[str], frames: tuple[int, int]) -> None:
    """Draw what is left to be drawn, one after the other."""
    if left:
        for report in reports:
            report.looks.take(last=True)
    while left:
        if left[0] in reports[0].output.of("film"):
            _save_film(left[0], reports, frames)
        else:
            _save_still(left[0], reports)
        tell(f"saved {printable(left.pop(0))}")


def _save_still(path: str, reports: Trainings) -> None:
    """The prediction, of what has one; else the last frame of the film."""
    from lstm_viz.figure import save_still

    prediction = reports[0].training.prediction()
    if prediction is not None and len(reports) == 1:
        save_still(path, view.sample(prediction))
    else:
        save_still(path, slide(reports), pixels=SLIDE if len(reports) == 1 else SQUARE)


def _save_film(path: str, reports: Trainings, many: tuple[int, int]) -> None:
    """What was seen, in some seconds whatever the number of updates; the last frame is held."""
    from lstm_viz.figure import save_film

    moving, held = many
    seen = tuple(report.seen() for report in reports)
    ends = [each.training.model.updates for each in seen]
    places = np.linspace(min(each.begun for each in seen), max(ends), moving)
    frames: list[Picture] = [
        watched.picture(seen, watched.Frame(place, wide=True)) for place in places
    ]
    frames += [frames[-1]] * held
    title = f"lstm-viz train {reports[0].training.title}"
    size = SLIDE if len(reports) == 1 else SQUARE
    save_film(path, frames, seconds=FILM / len(frames), title=title, pixels=size)


def slide(reports: Trainings, terminal: bool = False) -> Picture:
    """What was seen last, of one or side by side."""
    frame = watched.Frame(max(each.training.model.updates for each in reports), wide=True)
    if terminal:
        frame = watched.Frame(frame.update, units=UNITS, paired=True)
    return watched.picture(tuple(each.seen() for each in reports), frame, titled=not terminal)
