"""Inputs from NumPy's files: `.npy`, or one array of an `.npz`."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from lstm_viz.files.npz import array_head, load_weights
from lstm_viz.files.reading import size_of
from lstm_viz.inputs.sequence import Sequence
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.limits import PER_BYTE, refuse_too_large
from lstm_viz.validation.numbers import as_numbers

USUAL = ("x", "inputs", "X")


def from_array_file(path: str, columns: Iterable[str] = ()) -> Sequence:
    """(T,) or (T, features); `columns` are numbers from 1, and, of an `.npz`, the array's name."""
    wanted = [part.strip() for column in columns for part in column.split(",")]
    if path.lower().endswith(".npz"):
        array, name, wanted = _of_npz(path, wanted)
    else:
        array, name = read_npy(path), path
    values = as_numbers(array, name)
    if values.ndim == 3 and 1 in values.shape[:2]:
        values = values.reshape(-1, values.shape[2])
    values = values[:, None] if values.ndim == 1 else values
    if values.ndim != 2 or 0 in values.shape:
        raise InputError(f"{name} has shape {values.shape}: a sequence is (T,) or (T, features)")
    for number in wanted:
        if not (number.isascii() and number.isdigit() and 1 <= int(number) <= values.shape[1]):
            raise InputError(f"{name} has columns 1 to {values.shape[1]}, none {number!r}")
    return Sequence(values[:, [int(n) - 1 for n in wanted]] if wanted else values, name)


def read_npy(path: str) -> np.ndarray:
    """The array of an `.npy`; one that is shorter than it says is refused before it is read."""
    size = size_of(path)
    try:
        with open(path, "rb") as file:
            head = array_head(file, path)
            if not head.fits(size):
                raise InputError(f"{path} declares the shape {head.shape}, and holds another")
            refuse_too_large(float(PER_BYTE * head.count), path, "a shorter sequence")
            return head.array(file.read(head.nbytes))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None


def _of_npz(path: str, wanted: list[str]) -> tuple[np.ndarray, str, list[str]]:
    arrays = load_weights(path)
    named = [name for name in wanted if name in arrays]
    usual = [name for name in USUAL if name in arrays]
    chosen = (named or usual or (list(arrays) if len(arrays) == 1 else []))[:1]
    if not chosen:
        known = ", ".join(list(arrays)[:12]) or "nothing"
        raise InputError(f"{path} holds several arrays: choose one with --column ({known})")
    rest = [name for name in wanted if name not in chosen]
    return arrays[chosen[0]], f"{path}: {chosen[0]}", rest
