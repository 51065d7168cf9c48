"""Members of a zip, whose declared sizes are checked before a byte is read."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lstm_viz.validation.errors import InputError
from lstm_viz.validation.limits import refuse_too_large

MOST_MEMBERS = 200_000
BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    RuntimeError,  # and NotImplementedError
    UnicodeDecodeError,
)


@contextmanager
def opened(path: str | Path, refusal: str = "this zip file is broken") -> Iterator[zipfile.ZipFile]:
    """A zip to read from; whatever is wrong with it becomes an `InputError`."""
    try:
        with zipfile.ZipFile(path) as archive:
            if len(archive.infolist()) > MOST_MEMBERS:
                raise InputError(f"{path}: too many files in this zip")
            yield archive
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
    except BROKEN as error:
        raise InputError(f"{path}: {refusal} ({error})") from None


def member(archive: zipfile.ZipFile, name: str, path: str, largest: int | None = None) -> bytes:
    """All of one file in the zip, as long as it says it is and not longer than `largest`."""
    try:
        info = archive.getinfo(name)
    except KeyError:
        raise InputError(f"{path}: {name} is missing in this zip") from None
    refuse_too_large(4.0 * info.file_size, f"{path}: {name}", "a smaller file")
    if largest is not None and info.file_size > largest:
        raise InputError(f"{path}: {name} is too large ({info.file_size:,} bytes)")
    with archive.open(info) as file:
        content = file.read(info.file_size + 1)
    if len(content) != info.file_size:
        raise InputError(f"{path}: {name} is not as long as it says")
    return content
