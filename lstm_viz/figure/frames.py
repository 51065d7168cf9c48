"""Frames as pixels: what stands still is drawn once, what moves is drawn over it.

`Frames` yields (height, width, 4) arrays of bytes, one at a time and into the same memory: a film
of a thousand frames takes no more than one of two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg

from lstm_viz.figure.layout import DPI, Drawing
from lstm_viz.figure.style import settings
from lstm_viz.figure.tiles import Tiles
from lstm_viz.figure.uninterrupted import uninterrupted
from lstm_viz.pictures.kinds import Picture
from lstm_viz.pictures.numerals import DIGITS


class Frames:
    """The frames of a film, rendered as they are asked for.

    A frame of another build than the one before is drawn anew, in the first one's size.
    """

    def __init__(
        self,
        frames: Iterable[Picture],
        theme: str = "light",
        size: tuple[float, float] | None = None,
        digits: int = DIGITS,
        dpi: float = DPI,
    ) -> None:
        self._frames, self._options = frames, (theme, size, digits, dpi)
        self._drawing: Drawing | None = None
        self._background: Any = None
        self._tiles: Any = None

    def __iter__(self) -> Iterator[np.ndarray]:
        self._drawing, before = None, None
        pixels = np.zeros((0, 0, 4), np.uint8)
        for frame in self._frames:
            if frame is not before:  # else the film rests
                with uninterrupted(), settings():  # type as wide as measured
                    pixels = self._drawn(frame)
            before = frame
            yield pixels

    def _drawn(self, frame: Picture) -> np.ndarray:
        if self._drawing is None or not self._drawing.takes(frame):
            theme, size, digits, dpi = self._options
            if self._drawing is not None:
                size = tuple(self._drawing.figure.get_size_inches())
            self._drawing = Drawing(frame, theme, size, digits, dpi)
            self._background = still(self._drawing)
            self._tiles = tiles_of(self._drawing)
        else:
            self._drawing.put(frame)
            if self._drawing.sheet.stale:
                self._background = still(self._drawing)
        return moved(self._drawing, self._background, self._tiles)


def canvas_of(drawing: Drawing) -> FigureCanvasAgg:
    """The canvas, which draws with Agg."""
    canvas = drawing.figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    return canvas


def tiles_of(drawing: Drawing) -> Tiles:
    """What keeps the texts of a drawing."""
    return Tiles(*canvas_of(drawing).get_width_height(), drawing.figure.dpi)


def still(drawing: Drawing) -> Any:
    """The picture without what moves, to be drawn over again and again."""
    drawing.sheet.stale = False
    shown = [each for each in drawing.sheet.moving if each.get_visible()]
    for each in shown:
        each.set_visible(False)
    canvas = canvas_of(drawing)
    canvas.draw()
    for each in shown:
        each.set_visible(True)
    return canvas.copy_from_bbox(drawing.figure.bbox)


def moved(drawing: Drawing, background: Any, tiles: Tiles) -> np.ndarray:
    """The pixels of the picture as it is now, with its texts from the tiles if they are there."""
    canvas = canvas_of(drawing)
    canvas.restore_region(background)
    shown = [each for each in drawing.sheet.moving if each.get_visible()]
    tiles.draw(sorted(shown, key=Artist.get_zorder), canvas.get_renderer())
    return np.asarray(canvas.buffer_rgba())
