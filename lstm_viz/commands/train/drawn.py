"""The films and stills of a training: at its end, or in few frames where something ends it before.

A signal, a closed pipe, a full disk for the output, a training that diverged: what was seen is
drawn all the same, within a few seconds. A signal that comes meanwhile breaks that off.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from lstm_viz.commands.exit_codes import warned_plainly
from lstm_viz.commands.output import SAVED_WIDTH, in_pixels
from lstm_viz.commands.speaking import language, tell
from lstm_viz.commands.train.live import Followed
from lstm_viz.commands.train.options import Output
from lstm_viz.files.atomic import replacing
from lstm_viz.learning.divergence import DivergedError
from lstm_viz.pictures.kinds import Picture
from lstm_viz.pictures.translated import translated
from lstm_viz.terminal import open_console, show
from lstm_viz.validation.names import printable
from lstm_viz.views import watched

UNITS = 8  # that are drawn in a terminal
SLIDE, FILM = (1920, 1080), 12.0  # pixels; seconds
FRAMES, FEW = (100, 20), (20, 4)  # of a film: those that move, then those at its end that do not

Trainings = tuple[Followed, ...]


@contextmanager
def drawn_whatever_ends(reports: Trainings, output: Output) -> Iterator[None]:
    """Where what is done in here does not come to its end, draw what was seen until then."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, OSError, DivergedError):
        seen = [report for report in reports if report.done]
        for report in reports if seen and output.pictures else ():
            report.interrupted = not report.ended
            report.looks.take(last=True)
        if seen:
            save_films(reports, output, FEW)
            save_slide(reports, output)
        raise


def spoken(picture: Picture) -> Picture:
    """The picture in the language of this run."""
    return translated(picture, language())


def save(report: Followed, prediction: Picture | None = None) -> None:
    """A film of the learning, and the prediction, where they were asked for.

    Where there is no prediction to draw, the last frame of the film is drawn.
    """
    save_films((report,), report.output)
    if prediction is None:
        save_slide((report,), report.output)
    else:
        save_stills(report.output, prediction)
        save_texts(report.output, prediction)


def slide(reports: Trainings, terminal: bool = False) -> Picture:
    """What was seen last, of one or side by side."""
    frame = watched.Frame(max(each.training.model.updates for each in reports), wide=True)
    if terminal:
        frame = watched.Frame(frame.update, units=UNITS, paired=True)
    return watched.picture(tuple(each.seen() for each in reports), frame, titled=not terminal)


def save_slide(reports: Trainings, output: Output) -> None:
    """What was seen last, into each file that is a picture, or a text as a terminal shows it."""
    if output.of("still"):
        save_stills(output, slide(reports), SLIDE, len(reports))
    if output.of("text"):
        save_texts(output, slide(reports, terminal=True))


@contextmanager
def _told(path: str) -> Iterator[None]:
    """Say whether a file was written, also where a signal breaks that off."""
    word = "{path} was not written"
    try:
        yield
        word = "saved {path}"
    finally:
        tell(word.format(path=printable(path)))


def save_texts(output: Output, drawn: Picture) -> None:
    """One picture in letters into each of the files, without colours."""
    for path in output.of("text"):
        with _told(path), replacing(path, "w") as file:
            console = open_console(file, width=SAVED_WIDTH, color_system=None)
            show([spoken(drawn)], console, say=language())


def save_stills(
    output: Output, drawn: Picture, pixels: tuple[int, int] | None = None, columns: int = 1
) -> None:
    """One picture into each of the files, of the size asked for, else of so many `pixels`."""
    for path in output.of("still"):
        from lstm_viz.figure import save_still

        size, theme = in_pixels(output.size) or pixels, output.theme or "light"
        with _told(path), warned_plainly():
            save_still(path, spoken(drawn), theme, pixels=size, room=_room(columns))


def _room(columns: int) -> Any:
    """What a picture needs for what stands in columns, each with its own plots."""
    from lstm_viz.figure import in_columns

    return in_columns(columns) if columns > 1 else None


def save_films(reports: Trainings, output: Output, many: tuple[int, int] = FRAMES) -> None:
    """What was seen, in some seconds whatever the number of updates; the last frame is held."""
    paths = output.of("film")
    if not paths:
        return
    from lstm_viz.figure import save_film

    moving, held = many
    seen = tuple(report.seen() for report in reports)
    ends = [each.training.model.updates for each in seen]
    places = np.linspace(min(each.begun for each in seen), max(ends), moving)
    frames: list[Picture] = [
        spoken(watched.picture(seen, watched.Frame(place, wide=True))) for place in places
    ]
    frames += [frames[-1]] * held
    for path in paths:
        title = f"lstm-viz train {reports[0].training.title}"
        with _told(path), warned_plainly():
            save_film(
                path,
                frames,
                output.theme or "light",
                seconds=FILM / len(frames),
                title=title,
                pixels=in_pixels(output.size) or SLIDE,
                room=_room(len(reports)),
            )
