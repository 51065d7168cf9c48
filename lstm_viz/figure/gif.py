"""GIF, frame by frame: only what changed is written, in colours chosen for it.

The first frame's colours are the palette of the whole file. A later frame writes the rectangle that
changed, unchanged pixels in it transparent; where its colours are not in the palette it brings its
own. Nothing is kept but the last frame.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from io import BytesIO
from typing import IO

import numpy as np
from PIL import Image

from lstm_viz.figure.changes import Change, changes

COLOURS = 255  # and one for what is transparent
FAR, FEW = 14.0, 12  # so far off is wrong, and more than so few pixels of it are seen
POPULAR = 128  # how many colours are chosen because they are frequent, the others for what is left


class Palette:
    """Up to 255 colours, and which of them each 15-bit colour is drawn in."""

    def __init__(self, colours: np.ndarray) -> None:
        self.colours = colours.astype(np.float32)
        self._nearest = np.full(1 << 15, -1, np.int16)
        self._off = np.zeros(1 << 15, np.float32)

    @classmethod
    def of(cls, pixels: np.ndarray) -> Palette:
        """The colours that serve some pixels (n, 3) best.

        Each is one that there is, the most frequent of its cell: were the background a mean of
        itself and of edges on it, then what is wiped out would stay on it as a shadow.
        """
        whole = pixels.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
        colours, counts = np.unique(whole, return_counts=True)
        colours = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1)
        cells = _cells(colours)
        order = np.lexsort((counts, cells))
        ends = order[np.flatnonzero(np.diff(cells[order], append=-1))]
        total = np.bincount(cells, counts)[cells[ends]]
        return cls(_chosen(colours[ends].astype(float), total))

    def indices(self, pixels: np.ndarray) -> np.ndarray:
        """The number of the nearest colour of each pixel (n, 3)."""
        numbers: np.ndarray = self._nearest[self._known(pixels)].astype(np.uint8)
        return numbers

    def off(self, pixels: np.ndarray) -> int:
        """How many pixels are far from the colours that they get."""
        return int(np.count_nonzero(self._off[self._known(pixels)] > FAR))

    def _known(self, pixels: np.ndarray) -> np.ndarray:
        """The cell of each pixel, and its nearest colour found if it was not known yet."""
        cells = _cells(pixels)
        new = np.flatnonzero(np.bincount(cells, minlength=1 << 15))
        new = new[self._nearest[new] < 0]
        if len(new):
            middles = np.stack([new >> 10, (new >> 5) & 31, new & 31], axis=1) * 8.0 + 4.0
            away = np.abs(middles[:, None] - self.colours[None])
            nearest = (away**2).sum(axis=2).argmin(axis=1)
            self._nearest[new] = nearest
            self._off[new] = away[np.arange(len(new)), nearest].max(axis=1)
        return cells

    @property
    def table(self) -> bytes:
        """The 256 colours as they stand in a file; the last is the transparent one."""
        whole = np.zeros((256, 3), np.uint8)
        whole[: len(self.colours)] = np.round(self.colours)
        return whole.tobytes()


def _cells(pixels: np.ndarray) -> np.ndarray:
    """Colours as numbers of 15 bits."""
    wide = (pixels >> 3).astype(np.int32)
    return (wide[:, 0] << 10) | (wide[:, 1] << 5) | wide[:, 2]


def _chosen(found: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The most frequent colours, then again and again the one that is drawn worst without."""
    order = np.argsort(-counts)
    if len(found) <= COLOURS:
        return found[order]
    chosen = list(order[:POPULAR])
    off = np.full(len(found), np.inf)
    for k in chosen:
        off = np.minimum(off, ((found - found[k]) ** 2).sum(axis=1))
    weight = np.sqrt(counts)
    while len(chosen) < COLOURS:
        k = int(np.argmax(off * weight))
        chosen.append(k)
        off = np.minimum(off, ((found - found[k]) ** 2).sum(axis=1))
    return found[chosen]


# ---------------------------------------------------------------------------- the file


def write_gif(file: IO[bytes], film: Iterable[np.ndarray], seconds: float, comment: str) -> None:
    """Write a film as a GIF that runs for ever, each frame for so many seconds."""
    delay = max(2, round(100 * seconds))  # viewers slow down what is faster than 2/100 s
    palette = None
    for change in changes(film):
        if palette is None:
            palette = Palette.of(change.new)
            _begin(file, change.differs.shape, palette, comment)
        _write(file, change, palette, delay)
    file.write(b";")


def _begin(file: IO[bytes], shape: tuple[int, ...], palette: Palette, comment: str) -> None:
    file.write(b"GIF89a" + struct.pack("<HHBBB", shape[1], shape[0], 0xF7, 0, 0) + palette.table)
    file.write(b"!\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00")
    if comment:
        file.write(b"!\xfe" + _blocks(comment.encode()) + b"\x00")


def _blocks(data: bytes) -> bytes:
    parts = (data[k : k + 255] for k in range(0, len(data), 255))
    return b"".join(bytes([len(part)]) + part for part in parts)


def _control(delay: int) -> bytes:
    """How long a frame stays, that the next is drawn over it, and which colour is transparent."""
    return b"!\xf9\x04" + struct.pack("<BHBB", 5, delay, 255, 0)


def _write(file: IO[bytes], change: Change, palette: Palette, delay: int) -> None:
    """What has changed; a frame in which nothing has is one transparent pixel."""
    new = change.new
    own = palette.off(new) > FEW
    if own:
        palette = Palette.of(new)
    rows, columns = change.differs.shape if change.differs.size else (1, 1)
    numbers = np.full((rows, columns), 255, np.uint8)
    if change.differs.size:
        numbers[change.differs] = palette.indices(new)
    place = struct.pack("<HHHHB", change.x, change.y, columns, rows, 0x87 if own else 0)
    file.write(_control(delay) + b"," + place)
    file.write((palette.table if own else b"") + _compressed(numbers))


def _compressed(numbers: np.ndarray) -> bytes:
    """The image data of one frame, compressed by Pillow: its own GIF, less what stands before."""
    image = Image.fromarray(numbers)
    buffer = BytesIO()
    image.save(buffer, "GIF", optimize=False, interlace=False)
    data = buffer.getbuffer()
    start = 13 + (3 << ((data[10] & 7) + 1)) * (data[10] >> 7)
    while data[start] == 0x21:  # extensions
        start += 2
        while data[start]:
            start += data[start] + 1
        start += 1
    start += 10 + (3 << ((data[start + 9] & 7) + 1)) * (data[start + 9] >> 7)
    return bytes(data[start:-1])
