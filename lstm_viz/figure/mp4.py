"""MP4 through ffmpeg: pixels go in frame by frame, nothing is kept."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import IO

import numpy as np

from lstm_viz.validation.errors import InputError

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
    # without frames that are made of later ones: an eighth sooner, and no larger for drawings
    wanted = "-an -c:v libx264 -preset veryfast -bf 0 -crf 19 -pix_fmt yuv420p -movflags +faststart"
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
