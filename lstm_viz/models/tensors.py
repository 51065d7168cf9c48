"""Tensors of a file: name, shape and type are known at once, the numbers are read when asked."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_viz.validation.errors import InputError

MOST_TENSORS = 100_000
LONGEST_NAME = 1000


@dataclass(frozen=True)
class Tensor:
    """An array that still lies in its file."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    read: Callable[[], np.ndarray]

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return math.prod(self.shape)

    @property
    def wide(self) -> bool:
        """Whether its numbers are of 64 bits."""
        return self.dtype in ("float64", "F64")

    def numbers(self) -> np.ndarray:
        """Its numbers, in 64 bits; `InputError` where one is not finite."""
        from lstm_viz.validation.limits import refuse_too_large
        from lstm_viz.validation.numbers import as_numbers

        refuse_too_large(8.0 * self.size, self.name, "a smaller model")
        return as_numbers(self.read(), self.name)


Tensors = Mapping[str, Tensor]


@contextmanager
def broken_is_said(path: str) -> Iterator[None]:
    """Whatever stumbles over what a broken file says becomes an `InputError` of one line."""
    try:
        yield
    except InputError as error:
        said = " ".join(str(error).split())
        raise InputError(said) from None
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        said = " ".join(f"{type(error).__name__}: {error}".split())[:100]
        raise InputError(f"{path}: this file is broken ({said})") from None
    except (RecursionError, NotImplementedError) as error:
        raise InputError(f"{path}: this file is broken ({type(error).__name__})") from None


def of_arrays(arrays: Mapping[str, Any]) -> dict[str, Tensor]:
    """Arrays that are in memory already, as tensors."""
    found = {}
    for name, array in arrays.items():
        array = np.asarray(array)
        found[name] = Tensor(name, array.shape, str(array.dtype), lambda a=array: a)  # type: ignore[misc]
    return found


def blocks(array: np.ndarray, names: Sequence[str], prefix: str) -> dict[str, np.ndarray]:
    """Rows in equal blocks, one for each name: `W_i`, `W_f` … from (4H, I)."""
    parts = np.split(array, len(names))
    return {f"{prefix}_{name}": part for name, part in zip(names, parts, strict=True)}


def as_float(content: bytes, dtype: str, what: str) -> np.ndarray:
    """Raw little-endian bytes as numbers; bfloat16 is widened."""
    if dtype == "bfloat16":
        wide = np.frombuffer(content, "<u2").astype("<u4") << 16
        return wide.view("<f4")
    try:
        return np.frombuffer(content, np.dtype(dtype).newbyteorder("<"))
    except (TypeError, ValueError):
        raise InputError(f"{what} holds numbers of the type {dtype}, which is not read") from None
