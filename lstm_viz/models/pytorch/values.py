"""Tensors and arrays as a pickle describes them → `Tensor`, with every size checked first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from lstm_viz.files.npz import MOST_AXES
from lstm_viz.models.pytorch.pickles import Global, Made, Reference
from lstm_viz.models.pytorch.storages import Storages
from lstm_viz.models.tensors import Tensor, as_float, width
from lstm_viz.validation.errors import InputError

STORAGES = {
    "FloatStorage": "float32",
    "DoubleStorage": "float64",
    "HalfStorage": "float16",
    "BFloat16Storage": "bfloat16",
    "LongStorage": "int64",
    "IntStorage": "int32",
    "ShortStorage": "int16",
    "CharStorage": "int8",
    "ByteStorage": "uint8",
    "BoolStorage": "bool",
    "QInt8Storage": "int8",
    "QUInt8Storage": "uint8",
}
WRAPPED = ("torch._utils _rebuild_parameter", "torch._utils _rebuild_parameter_with_state")
PLAIN = ("torch._utils _rebuild_tensor_v2", "torch._utils _rebuild_tensor")
QUANTISED = "torch._utils _rebuild_qtensor"
ARRAY = tuple(f"numpy.{core}.multiarray _reconstruct" for core in ("core", "_core"))
FROM_BUFFER = tuple(f"numpy.{core}.numeric _frombuffer" for core in ("core", "_core"))


def is_tensor(value: Any) -> bool:
    """Whether a pickled value is a tensor of PyTorch or an array of NumPy."""
    return isinstance(value, Made) and ("_rebuild_" in value.maker or is_array(value))


def is_array(value: Any) -> bool:
    """Whether it is an array of NumPy."""
    return isinstance(value, Made) and value.maker in (*ARRAY, *FROM_BUFFER)


def tensor(name: str, value: Made, storages: Storages | None, path: str) -> Tensor:
    """The tensor that a pickled value describes; one of a kind that is not read is refused later.

    Raises `InputError` for sizes that its storage does not have.
    """
    if is_array(value):
        return _array(name, value)
    wrong = _unread(name, f"is a tensor of a kind that is not read ({value.maker})")
    while value.maker in WRAPPED:
        if not (isinstance(value.arguments, tuple) and isinstance(value.arguments[0], Made)):
            return wrong
        value = value.arguments[0]
    if storages is None or value.maker not in (*PLAIN, QUANTISED):
        return wrong
    try:
        reference, offset, shape, stride = value.arguments[:4]
        kind, storage, key, _, count = reference.key[:5]
        dtype = STORAGES[storage.name.removeprefix("torch ")]
        whole = [offset, count, *shape, *stride]
        good = kind == "storage" and isinstance(reference, Reference) and isinstance(key, str)
        good = (
            good and len(shape) == len(stride) <= MOST_AXES and reference.key[5:] in ((), (None,))
        )
        scale = _scale(value.arguments[4], shape) if value.maker == QUANTISED else None
    except (TypeError, ValueError, AttributeError, KeyError, IndexError):
        return wrong
    if not good or not all(isinstance(n, int) and 0 <= n < 2**62 for n in whole):
        raise InputError(f"{path}: {name} has sizes that cannot be")
    _check(name, (offset, count), shape, stride, storages.length(key), dtype, path)

    def read() -> np.ndarray:
        numbers = _read(name, storages, key, offset, tuple(shape), tuple(stride), dtype, path)
        return numbers if scale is None else scale[0] * (numbers.astype(float) - scale[1])

    return Tensor(name, tuple(shape), dtype if scale is None else "float64", read)


def _scale(said: tuple[Any, ...], shape: Sequence[int]) -> tuple[float, int]:
    """(scale, zero point) of a tensor quantised as a whole."""
    scheme, scale, zero = said
    if not (isinstance(scheme, Global) and scheme.name == "torch per_tensor_affine"):
        raise ValueError("quantised in another way")
    return float(scale), int(zero)


def _check(
    name: str,
    place: tuple[int, int],
    shape: Sequence[int],
    stride: Sequence[int],
    length: int,
    dtype: str,
    path: str,
) -> None:
    offset, count = place
    end = _end(offset, shape, stride)
    if 0 not in shape and (end > count or math.prod(shape) > count):
        raise InputError(f"{path}: {name}, {tuple(shape)}, reaches beyond its storage")
    if length != count * width(dtype):
        raise InputError(
            f"{path}: the storage of {name} should hold {count:,} numbers, but does not"
        )


def _end(offset: int, shape: Sequence[int], stride: Sequence[int]) -> int:
    return offset + sum((n - 1) * s for n, s in zip(shape, stride, strict=True)) + 1


def _read(
    name: str,
    storages: Storages,
    key: str,
    offset: int,
    shape: tuple[int, ...],
    stride: tuple[int, ...],
    dtype: str,
    path: str,
) -> np.ndarray:
    if 0 in shape:
        return np.zeros(shape)
    wide, end = width(dtype), _end(offset, shape, stride)
    content = storages.read(key, offset * wide, (end - offset) * wide)
    flat = as_float(content, dtype, f"{path}: {name}")
    steps = tuple(s * flat.itemsize for s in stride)
    return np.array(np.lib.stride_tricks.as_strided(flat, shape, steps))


def _unread(name: str, why: str) -> Tensor:
    return Tensor(name, (), "float32", lambda: np.zeros(()), why)


def _array(name: str, value: Made) -> Tensor:
    """An array of NumPy, whose bytes stand in the pickle itself."""
    wrong = _unread(name, "is an array of a kind that is not read")
    try:
        if value.maker in FROM_BUFFER:
            content, said, shape, order = value.arguments
        else:
            _, shape, said, fortran, content = value.state
            order = "F" if fortran else "C"
        dtype = _dtype(said)
        content = _bytes(content)
        good = len(shape) <= MOST_AXES and all(type(n) is int and 0 <= n < 2**62 for n in shape)
    except (TypeError, ValueError, AttributeError, IndexError, UnicodeError):
        return wrong
    if not good or math.prod(shape) * dtype.itemsize != len(content) or order not in ("C", "F"):
        return wrong
    shape = tuple(shape)
    return Tensor(
        name,
        shape,
        dtype.name,
        lambda: np.frombuffer(content, dtype).reshape(shape, order=order),
    )


def _dtype(said: Made) -> np.dtype[Any]:
    """From `dtype('f4', …)` with the state (3, '<', …)."""
    kind = said.arguments[0]
    order = said.state[1] if said.state else "|"
    if said.maker != "numpy dtype" or kind[0] not in "fiub" or order not in ("<", ">", "|", "="):
        raise ValueError("no numbers")
    found: np.dtype[Any] = np.dtype(kind).newbyteorder(order)
    return found


def _bytes(content: Any) -> bytes:
    """Protocols before 3 write bytes as a text in latin-1."""
    if isinstance(content, Made) and content.maker == "_codecs encode":
        return bytes(content.arguments[0].encode("latin1"))
    if isinstance(content, Made) and content.maker == "builtins bytearray":
        content = content.arguments[0]
    if not isinstance(content, bytes | bytearray):
        raise TypeError("no bytes")
    return bytes(content)
