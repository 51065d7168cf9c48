"""What was drawn of a text, kept as pixels: put down again as long as it stays as it is.

To lay out text takes longest of all in a film, and from frame to frame few texts change. One that
has changed says so itself (`stale`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.text import Text

AROUND = 0.1  # inches that a text's halo and its ground reach beyond it, at most


class Tile(NamedTuple):
    """Pixels, upside down as Agg takes them, and how far they are from the lower left corner."""

    x: int
    y: int
    pixels: np.ndarray


class Tiles:
    """The texts of one drawing, whose canvas has so many pixels."""

    def __init__(self, width: int, height: int, dpi: float) -> None:
        self._apart = RendererAgg(width, height, dpi)
        self._pixels = np.asarray(self._apart.buffer_rgba())
        self._pixels[:] = 0
        self._around = round(AROUND * dpi)
        self._kept: dict[Text, Tile] = {}

    def draw(self, artists: Iterable[Artist], renderer: RendererAgg) -> None:
        """Draw artists as they are now, one over the other."""
        kept: dict[Text, Tile] = {}
        gc = renderer.new_gc()
        for each in artists:
            if not isinstance(each, Text):
                each.draw(renderer)
            elif each.get_text():
                is_known = each in self._kept and not each.stale
                kept[each] = tile = self._kept[each] if is_known else self._tile(each)
                renderer.draw_image(gc, tile.x, tile.y, tile.pixels)
        gc.restore()
        self._kept = kept

    def _tile(self, text: Text) -> Tile:
        """A text drawn alone."""
        high, wide = self._pixels.shape[:2]
        box = text.get_window_extent(self._apart).padded(self._around)
        left, right = np.clip([box.x0, box.x1], 0, wide).astype(int)
        low, top = np.clip([box.y0, box.y1], 0, high).astype(int)
        text.draw(self._apart)
        there = self._pixels[high - top : high - low, left:right]
        tile = Tile(int(left), int(low), there[::-1].copy())
        there[:] = 0
        return tile
