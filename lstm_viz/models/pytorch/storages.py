"""Where the numbers of PyTorch's tensors lie: in a zip, one file a storage, or after the pickles
of a file from before PyTorch 1.6.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from lstm_viz.files.zips import Zip, part
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.limits import READING

MOST_PASSED = 64  # bytes of storages for a byte of the file, as many tensors may share one


class Storages(Protocol):
    """The storages of one file, by key."""

    def length(self, key: str) -> int:
        """How many bytes the storage of one more tensor holds, −1 where there is none."""

    def read(self, key: str, start: int, length: int) -> bytes:
        """Some bytes of it."""


class Zipped:
    """Storages that are the files `data/0`, `data/1` … of a zip."""

    def __init__(self, archive: Zip, root: str, path: str) -> None:
        self.archive, self.root, self.path = archive, root, path
        self._sizes = {info.filename: info.file_size for info in archive.infolist()}
        self._passed = 0

    def length(self, key: str) -> int:
        """As its entry in the zip says; `InputError` where too many tensors share too little."""
        found = self._sizes.get(f"{self.root}data/{key}", -1)
        self._passed += max(found, 0)
        if self._passed > READING + MOST_PASSED * self.archive.size:
            raise InputError(f"{self.path}: its tensors claim more numbers than the file holds")
        return found

    def read(self, key: str, start: int, length: int) -> bytes:
        """All of the entry is passed, so that its check sum is seen."""
        return part(self.archive, f"{self.root}data/{key}", self.path, start, length)


class Streamed:
    """Storages in sequence in a file: `places` holds where each begins, and its length."""

    def __init__(self, path: str, places: Mapping[str, tuple[int, int]]) -> None:
        self.path, self._places = path, places

    def length(self, key: str) -> int:
        """As the stream says."""
        return self._places.get(key, (0, -1))[1]

    def read(self, key: str, start: int, length: int) -> bytes:
        """`InputError` where the file ends before them."""
        with open(self.path, "rb") as file:
            file.seek(self._places[key][0] + start)
            content = file.read(length)
        if len(content) != length:
            raise InputError(f"{self.path}: the storage {key} ends too early")
        return content
