"""MP4 through ffmpeg, and WebP through Pillow: pixels go in frame by frame, nothing is kept."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import numpy as np
from PIL import Image, ImageFilter

from lstm_viz.validation.errors import InputError

MARGIN = 4  # pixels around what differs from the first frame of a page
MISSING = (
    "an .mp4 needs ffmpeg, which was not found: install it, or pip install imageio-ffmpeg (a"
    " .gif or .webp needs nothing more)"
)


def find_ffmpeg() -> str:
    """The path of ffmpeg: on PATH, or the one that imageio-ffmpeg brings; `InputError` if none."""
    if there := shutil.which("ffmpeg"):
        return there
    try:
        return str(import_module("imageio_ffmpeg").get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        raise InputError(MISSING) from None


def write_mp4(path: Path, film: Iterable[np.ndarray], seconds: float, said: dict[str, str]) -> None:
    """Write a film as H.264, which every player and every slide program shows."""
    frames = iter(film)
    first = next(frames)
    with tempfile.TemporaryFile() as complaints:
        command = _command(find_ffmpeg(), path, first.shape, seconds, said)
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=complaints,
            start_new_session=True,  # Ctrl-C is ours to answer
        )
        try:
            _feed(process, first, frames)
            code = process.wait()
        except BaseException:
            process.kill()
            process.wait()
            raise
        if code:
            complaints.seek(0)
            raise OSError(_last_line(complaints) or f"ffmpeg ended with {code}")


def _command(
    ffmpeg: str, path: Path, shape: tuple[int, ...], seconds: float, said: dict[str, str]
) -> list[str]:
    rows, columns = shape[:2]
    given = f"-f rawvideo -pix_fmt rgba -s {columns}x{rows} -framerate {1 / seconds:g} -i -"
    wanted = "-an -c:v libx264 -preset fast -crf 19 -pix_fmt yuv420p -movflags +faststart"
    words = [part for key, text in said.items() for part in ("-metadata", f"{key}={text}")]
    start = [ffmpeg, "-y", "-loglevel", "error", *given.split(), *wanted.split()]
    return [*start, *words, "-f", "mp4", str(path)]


def _feed(process: subprocess.Popen[bytes], first: np.ndarray, rest: Iterator[np.ndarray]) -> None:
    """All frames into ffmpeg; if it stops reading, its own words say why."""
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        process.stdin.write(first.data)
        for pixels in rest:
            process.stdin.write(pixels.data)
    with suppress(BrokenPipeError):
        process.stdin.close()


def _last_line(complaints: IO[bytes]) -> str:
    lines = complaints.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else ""


# ---------------------------------------------------------------------------- WebP


class _Rest:
    """All frames but the first where Pillow takes an image: each is rendered when it is asked for.

    A list of images, or a generator, which Pillow makes a list of, would keep them all.
    """

    def __init__(self, film: Iterator[np.ndarray], count: int) -> None:
        self._film, self.n_frames = film, count

    def seek(self, frame: int) -> None:
        self._image = _image(next(self._film))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._image, name)


def _image(pixels: np.ndarray) -> Image.Image:
    return Image.fromarray(pixels[..., :3].copy())


def write_webp(file: IO[bytes], film: Iterable[np.ndarray], seconds: float, count: int) -> None:
    """Write a film of so many frames as an animated WebP, without loss."""
    options: dict[str, Any] = {"lossless": True, "method": 1, "quality": 40, "loop": 0}
    frames = iter(film)
    first = _image(next(frames))
    rest = [_Rest(frames, count - 1)] if count > 1 else []
    pace = round(1000 * seconds)
    first.save(file, "WEBP", save_all=True, append_images=rest, duration=pace, **options)


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
    differs = (255 * (one != other).any(axis=2)).astype(np.uint8)
    return np.asarray(Image.fromarray(differs).filter(ImageFilter.MaxFilter(2 * MARGIN + 1)))
