"""WebP, without loss: only what changes from frame to frame is written, encoded by Pillow.

A film is written a chunk a frame; a frame stays until the next that changes something.
https://developers.google.com/speed/webp/docs/riff_container says what stands in a file.
"""

from __future__ import annotations

import struct
from base64 import b64encode
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import IO

import numpy as np
from PIL import Image

from lstm_viz.figure.changes import Change, changes, packed

MARGIN = 4  # pixels around what differs from the first frame of a page
HEAD = 12  # bytes of a file before its chunks
ANIMATED, ALPHA = 0x02, 0x10


def write_webp(file: IO[bytes], film: Iterable[np.ndarray], seconds: float) -> None:
    """Write a film as an animated WebP that runs for ever, each frame for so many seconds."""
    pace, image, stays = round(1000 * seconds), b"", 0
    for change in changes(film):
        if not stays:
            _begin(file, change)
        if change.differs.size:
            if image:
                file.write(_frame(image, stays))
            image, stays = _image(change), 0
        stays += pace
    file.write(_frame(image, stays))
    end = file.tell()
    file.seek(4)
    file.write(struct.pack("<I", end - 8))
    file.seek(end)


def _begin(file: IO[bytes], whole: Change) -> None:
    rows, columns = whole.differs.shape
    size = struct.pack("<B3x", ANIMATED | ALPHA) + _three(columns - 1) + _three(rows - 1)
    file.write(b"RIFF\0\0\0\0WEBP" + _chunk(b"VP8X", size) + _chunk(b"ANIM", bytes(6)))


def _frame(image: bytes, stays: int) -> bytes:
    """A frame that is put over what was there, for so many milliseconds."""
    place, data = image[:HEAD], image[HEAD:]
    return _chunk(b"ANMF", place + _three(stays) + b"\0" + data)


def _image(change: Change) -> bytes:
    """Where a rectangle lies, which is at even places, its size, and its data."""
    x, y = change.x % 2, change.y % 2
    rows, columns = change.differs.shape
    seen = np.zeros((rows + y, columns + x, 4), np.uint8)
    packed(seen)[y:, x:][change.differs] = packed(change.pixels)[change.differs]
    data = BytesIO()
    Image.fromarray(seen).save(data, "WEBP", lossless=True, method=1, quality=40)
    corner = _three((change.x - x) // 2) + _three((change.y - y) // 2)
    size = _three(columns + x - 1) + _three(rows + y - 1)
    return corner + size + data.getvalue()[HEAD:]


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)


def _three(number: int) -> bytes:
    """A number in three bytes."""
    return number.to_bytes(3, "little")


def images(film: Iterable[np.ndarray]) -> Iterator[str]:
    """Frames as data that lie in a page of HTML: the first, and of others what differs from it.

    The first has no loss, and what differs a margin: else what blurs around words, or is blended
    where a browser makes the image smaller, would be a ghost of the first one's beside the others'.
    """
    first = None
    for pixels in film:
        colours = pixels[..., :3].copy()
        if first is None:
            first, image = colours, Image.fromarray(colours)
        else:
            image = Image.fromarray(np.dstack([colours, differing(first, colours)]))
        file = BytesIO()
        image.save(file, "WEBP", quality=75, method=4, lossless=first is colours)
        yield f"data:image/webp;base64,{b64encode(file.getvalue()).decode()}"


def differing(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """255 where two frames, (height, width, 3), differ, and MARGIN pixels around; else 0."""
    red, green, blue = np.moveaxis(one != other, 2, 0)
    differs = red | green | blue
    for there in (differs, differs.T):  # by rows, then by columns: in each, the pixels beside it
        own = there.copy()
        for off in range(1, MARGIN + 1):
            there[off:] |= own[:-off]
            there[:-off] |= own[off:]
    return np.where(differs, np.uint8(255), np.uint8(0))
