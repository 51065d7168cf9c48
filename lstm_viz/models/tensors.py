"""Tensors of a file: name, shape and type are known at once, the numbers are read when asked."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_viz.validation.errors import InputError
from lstm_viz.validation.limits import refuse_too_large
from lstm_viz.validation.names import short
from lstm_viz.validation.numbers import as_numbers

LONGEST_WORD = 100
MOST_TENSORS, MOST_LAYERS = 20_000, 1000


@dataclass(frozen=True)
class Tensor:
    """An array that still lies in its file; `refused` says why its numbers cannot be had."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    read: Callable[[], np.ndarray]
    refused: str = ""

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return math.prod(self.shape)

    def numbers(self) -> np.ndarray:
        """Its numbers, in 64 bits.

        Raises `InputError` where they are refused, one is not finite, or there are too many.
        """
        if self.refused:
            raise InputError(f"{self.name} {self.refused}")
        refuse_too_large(16.0 * self.size, self.name, "a smaller model")
        return as_numbers(self.read(), self.name)


Tensors = Mapping[str, Tensor]


@contextmanager
def broken_is_said(path: str) -> Iterator[None]:
    """Whatever stumbles over what a broken file says becomes an `InputError` of one line."""
    try:
        yield
    except InputError as error:
        error.args = (_shortened(str(error), path),)
        raise
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        said = " ".join(f"{type(error).__name__}: {error}".split())[:100]
        raise InputError(f"{path}: this file is broken ({said})") from None
    except (RecursionError, NotImplementedError) as error:
        raise InputError(f"{path}: this file is broken ({type(error).__name__})") from None


def _shortened(said: str, path: str) -> str:
    """In one line; what the file says at length is cut, but not the path."""
    begins = path if said.startswith(path) else ""
    rest = said.removeprefix(begins)
    words = " ".join(short(word, LONGEST_WORD) for word in rest.split())
    return begins + " " * rest[:1].isspace() + words


def of_arrays(arrays: Mapping[str, Any]) -> dict[str, Tensor]:
    """Arrays that are in memory already, as tensors."""
    return {name: _in_memory(name, np.asarray(array)) for name, array in arrays.items()}


def _in_memory(name: str, array: np.ndarray) -> Tensor:
    return Tensor(name, array.shape, str(array.dtype), lambda: array)


def width(dtype: str) -> int:
    """How many bytes a number of this type takes."""
    return 2 if dtype == "bfloat16" else np.dtype(dtype).itemsize


def as_float(content: bytes | memoryview, dtype: str, what: str) -> np.ndarray:
    """Raw little-endian bytes as numbers; bfloat16 is widened."""
    if dtype == "bfloat16":
        wide = np.frombuffer(content, "<u2").astype("<u4") << 16
        return wide.view("<f4")
    try:
        return np.frombuffer(content, np.dtype(dtype).newbyteorder("<"))
    except (TypeError, ValueError):
        raise InputError(f"{what} holds numbers of the type {dtype}, which is not read") from None
