"""Arrays by name in `.npz` files; weights are one array a parameter, under its name."""

from __future__ import annotations

import io
import math
import tokenize
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

import numpy as np

from lstm_viz.files.atomic import replacing
from lstm_viz.files.reading import size_of
from lstm_viz.files.zips import Zip, broken_is_said
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.limits import PER_BYTE, refuse_unpacked
from lstm_viz.validation.numbers import as_numbers

Weights = dict[str, np.ndarray]  # by parameter
REFUSAL = "this is not an .npz file of weights, or a broken one"
LONGEST_HEAD, MOST_AXES = 10_000, 32


def save_weights(path: str | Path, weights: Mapping[str, Any]) -> None:
    """Write weights as `.npz`, one array a parameter, beside and then into place."""
    with replacing(path, "wb") as file:
        write_arrays(file, {name: np.asarray(array) for name, array in weights.items()})


def write_arrays(file: IO[bytes], arrays: Mapping[str, np.ndarray]) -> None:
    """Arrays by name, as `numpy.load` reads them; a name may be any text, even `file`."""
    with zipfile.ZipFile(file, "w") as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.ascontiguousarray(array), allow_pickle=False)


def load_weights(path: str | Path) -> Weights:
    """Read a `.npz` of weights: a dictionary parameter → array.

    Raises `InputError` as `read_arrays`, and for what is no finite number.
    """
    found = read_arrays(path)
    return {name: as_numbers(array, f"{path}: {name}") for name, array in found.items()}


def read_arrays(path: str | Path) -> dict[str, np.ndarray]:
    """All arrays of a `.npz` by name, as they are in it.

    Nothing in the file is executed, and what will be needed is known before anything is read.
    Raises `InputError` for a file that is none, is broken, or holds anything but numbers.
    """
    stored = stored_arrays(path)
    needed = float(PER_BYTE * sum(array.head.count for array in stored.values()))
    refuse_unpacked(needed, size_of(path), str(path))
    return {name: array.read() for name, array in stored.items()}


@dataclass(frozen=True)
class StoredArray:
    """An array that still lies in a `.npz`, of which only the head was read."""

    archive: Zip
    member: zipfile.ZipInfo
    path: str
    head: Head

    def read(self) -> np.ndarray:
        """Its numbers, as they lie there."""
        with broken_is_said(self.path, REFUSAL), self.archive.open(self.member) as file:
            file.read(self.head.length)
            content = file.read(declared := self.head.nbytes)
        if len(content) != declared:
            raise InputError(f"{self.path}: {self.member.filename} ends too early")
        return self.head.array(content)


def stored_arrays(path: str | Path) -> dict[str, StoredArray]:
    """The arrays of a `.npz` by name, unread; `InputError` for a file that is none, or broken."""
    with broken_is_said(path, REFUSAL):
        archive = Zip(path)
        members = [m for m in archive.infolist() if m.filename.endswith(".npy")]
        if not members:
            raise InputError(f"{path}: there are no arrays in it")
        found = [_stored(archive, member, str(path)) for member in members]
    return {array.member.filename.removesuffix(".npy"): array for array in found}


def _stored(archive: Zip, member: zipfile.ZipInfo, path: str) -> StoredArray:
    with archive.open(member) as file:
        head = array_head(file, f"{path}: {member.filename}")
    if not head.fits(member.file_size):
        raise InputError(
            f"{path}: {member.filename} declares the shape {head.shape}, and holds another"
        )
    return StoredArray(archive, member, path, head)


@dataclass(frozen=True)
class Head:
    """What stands before the numbers of an `.npy`, in `length` bytes."""

    shape: tuple[int, ...]
    fortran: bool  # whether columns come first
    dtype: np.dtype[Any]
    length: int

    @property
    def count(self) -> int:
        """How many numbers follow."""
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        """How many bytes of numbers follow."""
        return self.count * self.dtype.itemsize

    def fits(self, size: int) -> bool:
        """Whether head and numbers together have this size."""
        return min(self.shape, default=1) >= 0 and self.length + self.nbytes == size

    def array(self, content: bytes) -> np.ndarray:
        """The array of these bytes."""
        order: Literal["F", "C"] = "F" if self.fortran else "C"
        return np.frombuffer(content, self.dtype).reshape(self.shape, order=order)


def array_head(file: IO[bytes], what: str) -> Head:
    """The head of an array, which is short; `InputError` where it is none, or not of numbers."""
    start = file.read(12)
    old = start[6:8] == b"\1\0"
    length = int.from_bytes(start[8:10] if old else start[8:12], "little") + (10 if old else 12)
    if length > LONGEST_HEAD:
        raise InputError(f"{what} in it is not an array")
    whole = io.BytesIO(start + file.read(max(0, length - 12)))
    try:
        np.lib.format.read_magic(whole)
        read = np.lib.format.read_array_header_1_0 if old else np.lib.format.read_array_header_2_0
        shape, fortran, dtype = read(whole)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError, tokenize.TokenError):
        raise InputError(f"{what} in it is not an array") from None  # NumPy reads headers as Python
    if dtype.kind not in "fiub":
        raise InputError(f"{what} holds {dtype}, not numbers")
    if len(shape) > MOST_AXES:
        raise InputError(f"{what} has {len(shape)} axes, which is too many")
    return Head(shape, fortran, dtype, length)
