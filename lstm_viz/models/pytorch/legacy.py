"""Files from before PyTorch 1.6, and plain pickles: pickles in a row, then the storages."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from lstm_viz.models.pytorch.pickles import Global, Reference, read_from
from lstm_viz.models.pytorch.storages import Storages, Streamed
from lstm_viz.models.pytorch.values import STORAGES
from lstm_viz.models.tensors import MOST_TENSORS, width
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.limits import refuse_unpacked

MAGIC = 0x1950A86A20F9469CFC6C


class _Bounded(io.BufferedReader):
    """A file that is never asked for more than it has, whatever a pickle says of its lengths."""

    longest = 0

    def read(self, size: int | None = -1, /) -> bytes:
        left = max(0, self.longest - self.tell())
        return super().read(left if size is None or size < 0 else min(size, left))


def read_stream(path: str) -> tuple[Any, Storages | None]:
    """What the file holds, and its storages; a plain pickle has none.

    Raises `InputError` for a broken file.
    """
    with _Bounded(io.FileIO(path)) as file:
        file.longest = size = Path(path).stat().st_size
        first, _ = read_from(file, path)
        if first != MAGIC:
            refuse_unpacked(4.0 * file.tell(), size, path)
            return first, None
        for _ in ("version", "machine"):
            read_from(file, path)
        whole, references = read_from(file, path)
        keys, _ = read_from(file, path)
        return whole, Streamed(path, _places(file, keys, _widths(references), path))


def _widths(references: list[Reference]) -> dict[str, int]:
    """Bytes a number, by the key of the storage."""
    found = {}
    for reference in references:
        match reference.key:
            case ("storage", Global(name), str(key), *_) if name[6:] in STORAGES:
                found[key] = width(STORAGES[name[6:]])
    return found


def _places(
    file: _Bounded, keys: Any, widths: dict[str, int], path: str
) -> dict[str, tuple[int, int]]:
    """Each storage: eight bytes of count, then its numbers."""
    if not isinstance(keys, list) or len(keys) > MOST_TENSORS:
        raise InputError(f"{path}: this file does not list its storages")
    found = {}
    for key in keys:
        if key not in widths:
            raise InputError(f"{path}: the storage {key} holds numbers of a type that is not read")
        length = int.from_bytes(file.read(8), "little") * widths[key]
        if file.tell() + length > file.longest:
            raise InputError(f"{path}: the storage {key} ends too early")
        found[key] = (file.tell(), length)
        file.seek(length, io.SEEK_CUR)
    return found
