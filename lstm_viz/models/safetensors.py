"""`.safetensors`: eight bytes of length, a JSON header, then raw numbers. No package is needed."""

from __future__ import annotations

import json
import math
import os
from itertools import pairwise
from typing import Any

import numpy as np

from lstm_viz.files.npz import MOST_AXES
from lstm_viz.models.tensors import MOST_TENSORS, Tensor, as_float, width
from lstm_viz.validation.errors import InputError

LARGEST_HEADER = 1 << 24
TYPES = {
    "F64": "float64",
    "F32": "float32",
    "F16": "float16",
    "BF16": "bfloat16",
    "I64": "int64",
    "I32": "int32",
    "I16": "int16",
    "I8": "int8",
    "U8": "uint8",
    "U16": "uint16",
    "U32": "uint32",
    "U64": "uint64",
    "BOOL": "bool",
}


def tensors(path: str) -> dict[str, Tensor]:
    """The tensors of a file by name; `InputError` for a length, a place or an overlap that lies."""
    try:
        size = os.path.getsize(path)
        with open(path, "rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if size < 8 or length > min(size - 8, LARGEST_HEADER):
                raise InputError(
                    f"{path}: the header says it has {length:,} bytes, the file {size:,}"
                )
            head = _header(file.read(length), path)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
    body = size - 8 - length
    found = {name: _tensor(path, name, each, body, 8 + length) for name, each in head.items()}
    _check_overlap(path, [each["data_offsets"] for each in head.values()])
    return found


def _header(content: bytes, path: str) -> dict[str, Any]:
    try:
        head = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        raise InputError(f"{path}: the header of this file is not JSON") from None
    if not isinstance(head, dict) or len(head) > MOST_TENSORS:
        raise InputError(f"{path}: the header of this file does not list tensors")
    head.pop("__metadata__", None)
    return head


def _tensor(path: str, name: str, said: Any, body: int, start: int) -> Tensor:
    try:
        shape, (begin, end) = tuple(said["shape"]), said["data_offsets"]
        dtype = TYPES[said["dtype"]]
        good = all(type(n) is int and 0 <= n < 2**62 for n in (*shape, begin, end))
        good = good and len(shape) <= MOST_AXES
    except (TypeError, ValueError, KeyError):
        raise InputError(
            f"{path}: {name} has a wrong description, or a type that is not supported"
        ) from None
    if not good or not begin <= end <= body or end - begin != math.prod(shape) * width(dtype):
        raise InputError(f"{path}: {name} has an offset outside the file")
    return Tensor(
        name, shape, dtype, lambda: _read(path, name, start + begin, end - begin, dtype, shape)
    )


def _check_overlap(path: str, places: list[list[int]]) -> None:
    places = sorted(place for place in places if place[0] < place[1])
    for (_, end), (begin, _) in pairwise(places):
        if begin < end:
            raise InputError(f"{path}: two tensors overlap")


def _read(
    path: str, name: str, start: int, length: int, dtype: str, shape: tuple[int, ...]
) -> np.ndarray:
    with open(path, "rb") as file:
        file.seek(start)
        content = file.read(length)
    if len(content) != length:
        raise InputError(f"{path}: {name} ends too early")
    return as_float(content, dtype, f"{path}: {name}").reshape(shape)
