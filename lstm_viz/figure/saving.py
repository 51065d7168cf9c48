"""Pictures and films as files: written beside, moved into place, with what they show in words."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterable, Iterator
from html import escape
from itertools import tee
from pathlib import Path
from typing import IO, NamedTuple, TypeVar

from matplotlib.text import Text

from lstm_viz.figure.fonts import Thicker
from lstm_viz.figure.frames import Frames
from lstm_viz.figure.gif import write_gif
from lstm_viz.figure.layout import DPI, Drawing, wanted
from lstm_viz.figure.mp4 import find_ffmpeg, write_mp4
from lstm_viz.figure.style import THEMES, settings
from lstm_viz.figure.uninterrupted import uninterrupted
from lstm_viz.figure.webp import images, write_webp
from lstm_viz.files.atomic import beside, replacing
from lstm_viz.files.page import page
from lstm_viz.pictures.alt_text import describe
from lstm_viz.pictures.kinds import Picture
from lstm_viz.pictures.numerals import DIGITS

STILLS, FILMS = ("png", "svg", "pdf"), ("gif", "mp4", "webp")
STILL_DPI = 200
HAIR = 0.01  # pixels: Matplotlib rounds down, and 1919.999… would be one too few
SLIDE = 12.0  # inches: how wide a figure of so many pixels is
SMALLEST = 2.0  # times smaller type is in a picture that shows much, at most
COLUMN = 8.4  # inches: what a column takes
SLOW = 1.0  # seconds after which a bar says how far it is

Anything = TypeVar("Anything")


def ending(path: str | Path) -> str:
    """`png` for plot.PNG."""
    return Path(path).suffix.lower().lstrip(".")


def can_save(path: str | Path) -> None:
    """Raise `InputError` if what is needed for such a file is missing: before any work is done."""
    if ending(path) == "mp4":
        find_ffmpeg()


def save_still(
    path: str | Path,
    picture: Picture,
    theme: str = "light",
    *,
    pixels: tuple[int, int] | None = None,
    digits: int = DIGITS,
    title: str = "lstm-viz",
    room: Room | None = None,
) -> None:
    """Write one picture as .png, .svg or .pdf, of so many pixels or as high as it likes.

    `room`: the type of a picture of so many pixels is smaller where else it had too little.
    """
    size, dpi = fitted(picture, pixels, digits, room) if pixels else (None, STILL_DPI)
    with replacing(path, "wb") as file, uninterrupted():
        drawing = Drawing(picture, theme, size, digits, dpi if pixels else DPI)
        write_still(file, drawing, ending(path), title, dpi)


def sized(pixels: tuple[int, int]) -> tuple[tuple[float, float], float]:
    """A figure's size in inches and its dots per inch: its type is that of a slide."""
    wide, high = pixels
    return (SLIDE, SLIDE * high / wide), wide / SLIDE


class Room(NamedTuple):
    """How much of the height that it would like a picture needs, and how small its type starts."""

    part: float = 1.0
    smaller: float = 1.0


def fitted(
    picture: Picture, pixels: tuple[int, int], digits: int = DIGITS, room: Room | None = None
) -> tuple[tuple[float, float], float]:
    """As `sized`; where there is said what room a picture needs, its type is so small as it takes.

    What shows several things is not squeezed until they lie upon each other.
    """
    (wide, high), dpi = sized(pixels)
    times = room.smaller if room else 1.0
    while (
        room
        and times < SMALLEST
        and wanted(picture, wide * times, digits) * room.part > high * times
    ):
        times *= 1.05
    dpi /= times
    return ((pixels[0] + HAIR) / dpi, (pixels[1] + HAIR) / dpi), dpi


def in_columns(count: int) -> Room:
    """The room of pictures in so many columns, each wide enough for its titles."""
    return Room(1.0, max(1.0, count * COLUMN / SLIDE))


def least_height(picture: Picture, wide: int, room: Room) -> int:
    """How many pixels high a picture so many wide must be, in the smallest type: an even number."""
    inches = SLIDE * max(SMALLEST, room.smaller)
    return 2 * math.ceil(wanted(picture, inches) * room.part * wide / inches / 2)


def write_still(
    file: IO[bytes],
    drawing: Drawing,
    kind: str,
    title: str = "lstm-viz",
    dpi: float = STILL_DPI,
) -> None:
    """Write a drawing as png, svg or pdf, with what it shows in words."""
    words = describe(drawing.picture)
    said = {"Title": title, ("Subject" if kind == "pdf" else "Description"): words}
    if kind == "svg":
        said |= {"Date": None}  # type: ignore[dict-item]
    for text in drawing.figure.findobj(Text) if kind != "png" else ():
        if any(isinstance(each, Thicker) for each in text.get_path_effects() or ()):
            text.set_fontweight("bold")
        text.set_path_effects([])  # with a halo it would be a shape, which nobody can search
    with settings():
        drawing.figure.savefig(
            file, format=kind, dpi=dpi, facecolor=drawing.sheet.ink.ground, metadata=said
        )


def save_film(
    path: str | Path,
    frames: Iterable[Picture],
    theme: str = "light",
    *,
    seconds: float = 0.1,
    count: int | None = None,
    pixels: tuple[int, int] | None = None,
    digits: int = DIGITS,
    title: str = "lstm-viz",
    words: str = "",
    room: Room | None = None,
) -> None:
    """Write frames as .gif, .mp4 or .webp, each for so many seconds.

    `count` is how many there are, for the bar that is shown on a terminal when it takes a while;
    `words` are what it shows, where its first frame does not say it; `room` as in `save_still`.
    """
    kind = ending(path)
    can_save(path)
    frames, looked_at = tee(frames)
    first = next(looked_at)
    del looked_at
    words = words or describe(first)
    size, dpi = fitted(first, pixels, digits, room) if pixels else (None, DPI)
    film = Frames(_with_bar(frames, count, str(path)), theme, size, digits, dpi)
    if kind == "mp4":
        with beside(path) as new:
            write_mp4(new, film, seconds, {"title": title, "comment": words})
        return
    with replacing(path, "wb") as file:
        if kind == "gif":
            write_gif(file, film, seconds, words)
        else:
            write_webp(file, film, seconds)


def write_page(
    file: IO[str],
    told: Iterable[tuple[str, Picture]],
    theme: str,
    pixels: tuple[int, int],
    title: str,
    lang: str = "en",
) -> None:
    """Write frames, each with what it says, as one page of HTML; see `files.page`."""
    words, pictures = zip(*told, strict=True)
    size, dpi = sized(pixels)
    film = Frames(_with_bar(pictures, len(pictures), "page"), theme, size, dpi=dpi)
    ink = THEMES[theme]
    file.writelines(page(_markup(words, images(film)), title, ink.ground, ink.text, lang))


def _markup(words: Iterable[str], data: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What each frame says, and its image, upon the first one."""
    for k, (said, source) in enumerate(zip(words, data, strict=True)):
        below = f"<style>figure{{background:url({source}) 0/100% no-repeat}}</style>" * (k == 0)
        yield said, f'{below}<img alt="{escape(said, quote=True)}" src="{source}">'


def _with_bar(
    things: Iterable[Anything], count: int | None, what: str, width: int = 30
) -> Iterator[Anything]:
    """The same things; on a terminal a bar shows how many have passed, once it takes long."""
    start, shown = time.monotonic(), False
    terminal = sys.stderr.isatty()
    try:
        for k, thing in enumerate(things, 1):
            yield thing
            if terminal and time.monotonic() - start > SLOW:
                shown = True
                done = f"{'#' * round(width * k / count):<{width}} {k}/{count}" if count else f"{k}"
                sys.stderr.write(f"\r{what}  {done} frames")
                sys.stderr.flush()
    finally:
        if shown:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
