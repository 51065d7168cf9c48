"""Weights in `.npz` files, one array a parameter, under the parameter's name."""

from __future__ import annotations

import math
import tokenize
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np

from lstm_viz.files.atomic import replacing
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

    Nothing in the file is executed, and declared sizes are checked before anything is read. Raises
    `InputError` for a file that is none, is broken, or holds anything but finite numbers.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            refuse_too_large(sum(m.file_size for m in members), f"{path}", "a smaller file")
            found = {
                m.filename.removesuffix(".npy"): _read_array(archive, m, path) for m in members
            }
    except zipfile.BadZipFile:
        raise InputError(f"{path}: this is not an .npz file of weights") from None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
    except (EOFError, zipfile.LargeZipFile, RuntimeError, zlib.error) as error:
        raise InputError(f"{path}: this .npz file is broken ({error})") from None
    return {name: as_numbers(array, f"{path}: {name}") for name, array in found.items()}


def _read_array(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: str | Path) -> np.ndarray:
    with archive.open(member) as file:
        try:
            version = np.lib.format.read_magic(file)
            read = (
                np.lib.format.read_array_header_1_0
                if version == (1, 0)
                else np.lib.format.read_array_header_2_0
            )
            shape, fortran, dtype = read(file)
        except (ValueError, SyntaxError, tokenize.TokenError):  # NumPy reads headers as Python
            raise InputError(f"{path}: {member.filename} in it is no array") from None
        if dtype.kind not in "fiub":
            raise InputError(f"{path}: {member.filename} holds {dtype}, not numbers")
        declared = math.prod(shape) * dtype.itemsize
        if min(shape, default=1) < 0 or declared != member.file_size - file.tell():
            raise InputError(
                f"{path}: {member.filename} declares the shape {shape}, and holds another"
            )
        content = file.read(declared)
    if len(content) != declared:
        raise InputError(f"{path}: {member.filename} ends too early")
    return np.frombuffer(content, dtype).reshape(shape, order="F" if fortran else "C")
