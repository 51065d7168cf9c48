"""Arrays by name in `.npz` files; weights are one array a parameter, under its name."""

from __future__ import annotations

import math
import tokenize
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np

from lstm_viz.files.atomic import replacing
from lstm_viz.files.zips import opened
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.limits import refuse_too_large
from lstm_viz.validation.numbers import as_numbers

Weights = dict[str, np.ndarray]  # by parameter


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

    Nothing in the file is executed, and declared sizes are checked before anything is read. Raises
    `InputError` for a file that is none, is broken, or holds anything but numbers.
    """
    with opened(path, "this is not an .npz file of weights, or a broken one") as archive:
        members = [m for m in archive.infolist() if m.filename.endswith(".npy")]
        if not members:
            raise InputError(f"{path}: there are no arrays in it")
        refuse_too_large(4.0 * sum(m.file_size for m in members), f"{path}", "a smaller file")
        return {m.filename.removesuffix(".npy"): _read(archive, m, path) for m in members}


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: str | Path) -> np.ndarray:
    with archive.open(member) as file:
        shape, fortran, dtype = _header(file, f"{path}: {member.filename}")
        declared = math.prod(shape) * dtype.itemsize
        if min(shape, default=1) < 0 or declared != member.file_size - file.tell():
            raise InputError(
                f"{path}: {member.filename} declares the shape {shape}, and holds another"
            )
        content = file.read(declared)
    if len(content) != declared:
        raise InputError(f"{path}: {member.filename} ends too early")
    return np.frombuffer(content, dtype).reshape(shape, order="F" if fortran else "C")


def _header(file: IO[bytes], what: str) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Shape, whether columns come first, and the type of the numbers."""
    try:
        old = np.lib.format.read_magic(file) == (1, 0)
        read = np.lib.format.read_array_header_1_0 if old else np.lib.format.read_array_header_2_0
        shape, fortran, dtype = read(file)
    except (ValueError, TypeError, SyntaxError, RecursionError, tokenize.TokenError):
        raise InputError(f"{what} in it is no array") from None  # NumPy reads headers as Python
    if dtype.kind not in "fiub":
        raise InputError(f"{what} holds {dtype}, not numbers")
    return shape, fortran, dtype
