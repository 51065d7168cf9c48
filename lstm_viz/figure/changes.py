"""What changes from frame to frame of a film, for files that write nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np


class Change(NamedTuple):
    """The smallest rectangle that holds all pixels that differ from the frame before.

    `x`, `y` are its left upper corner; `pixels`, (height, width, 4) bytes, what is seen there;
    `differs`, (height, width), which of them are new. It is empty where nothing has changed.
    """

    x: int
    y: int
    pixels: np.ndarray
    differs: np.ndarray

    @property
    def new(self) -> np.ndarray:
        """The colours of the new pixels, (n, 3)."""
        found: np.ndarray = packed(self.pixels)[self.differs]
        return found.view(np.uint8).reshape(-1, 4)[:, :3]


def changes(film: Iterable[np.ndarray]) -> Iterator[Change]:
    """Of a film of arrays (height, width, 4): its first frame, then what changes.

    A frame of another size than the one before is whole too. No more than two frames are kept.
    """
    last = np.zeros((0, 0), np.uint32)
    for pixels in film:
        now = packed(pixels)
        if last.shape != now.shape:
            last = now.copy()
            yield Change(0, 0, pixels, np.ones(now.shape, bool))
            continue
        differs = last != now
        rows = _span(differs.any(axis=1))
        columns = _span(differs[rows].any(axis=0))
        box = rows, columns
        last[box] = now[box]
        yield Change(columns.start, rows.start, pixels[box], differs[box])


def packed(pixels: np.ndarray) -> np.ndarray:
    """Four bytes as one number."""
    numbers: np.ndarray = pixels.view(np.uint32)[..., 0]
    return numbers


def _span(there: np.ndarray) -> slice:
    """From the first to the last that is true."""
    found = np.flatnonzero(there)
    return slice(int(found[0]), int(found[-1]) + 1) if len(found) else slice(0, 0)
