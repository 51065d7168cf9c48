"""Members of a zip, whose declared sizes are checked before a byte is read."""

from __future__ import annotations

import io
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from lstm_viz.files.reading import size_of
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.limits import refuse_unpacked

MOST_MEMBERS = 50_000
LARGEST_DIRECTORY = 1 << 23
CHUNK = 1 << 20
USUAL_REFUSAL = "this zip file is broken"
BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    RuntimeError,  # and NotImplementedError
    UnicodeDecodeError,
)


class _Bounded(io.BufferedReader):
    """A file that hands out so much at a time, and no more."""

    longest = LARGEST_DIRECTORY

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > self.longest:
            raise zipfile.BadZipFile("its directory is too long")
        return super().read(size)

    def __del__(self) -> None:
        self.close()  # of a zip that nothing reads any more, in whatever order Python lets go


class Zip(zipfile.ZipFile):
    """A zip whose directory is bounded; it may stay open until nothing reads from it any more."""

    _file: _Bounded | None = None

    def __init__(self, path: str | Path) -> None:
        self.size = size_of(path)
        self._file = _Bounded(io.FileIO(path))
        try:
            super().__init__(self._file)
            if len(self.infolist()) > MOST_MEMBERS:
                raise zipfile.BadZipFile("too many files in it")
        except BaseException:
            self._file.close()
            raise
        self._file.longest = sys.maxsize

    def close(self) -> None:
        """Close the file too, which the zip itself would leave open."""
        super().close()
        if self._file:
            self._file.close()


@contextmanager
def broken_is_said(path: str | Path, refusal: str = USUAL_REFUSAL) -> Iterator[None]:
    """Whatever is wrong with a zip becomes an `InputError`."""
    try:
        yield
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
    except BROKEN as error:
        raise InputError(f"{path}: {refusal} ({error})") from None


@contextmanager
def opened(path: str | Path, refusal: str = USUAL_REFUSAL) -> Iterator[Zip]:
    """A zip to read from; whatever is wrong with it becomes an `InputError`."""
    with broken_is_said(path, refusal), Zip(path) as archive:
        yield archive


def member(archive: Zip, name: str, path: str, largest: int | None = None) -> bytes:
    """All of one file in the zip, as long as it says it is and not longer than `largest`."""
    try:
        info = archive.getinfo(name)
    except KeyError:
        raise InputError(f"{path}: {name} is missing in this zip") from None
    refuse_unpacked(4.0 * info.file_size, archive.size, f"{path}: {name}")
    if largest is not None and info.file_size > largest:
        raise InputError(f"{path}: {name} is too large ({info.file_size:,} bytes)")
    with archive.open(info) as file:
        content = file.read(info.file_size + 1)
    if len(content) != info.file_size:
        raise InputError(f"{path}: {name} is not as long as it says")
    return content


def part(archive: Zip, name: str, path: str, start: int, length: int) -> bytes:
    """Some bytes of one file in the zip; all of it is passed, so that its check sum is seen."""
    with broken_is_said(path), archive.open(name) as file:
        _pass(file, start)
        content = file.read(length)
        _pass(file, sys.maxsize)
    if len(content) != length:
        raise InputError(f"{path}: {name} is not as long as it says")
    return content


def _pass(file: IO[bytes], count: int) -> None:
    while count > 0 and (passed := len(file.read(min(count, CHUNK)))):
        count -= passed
