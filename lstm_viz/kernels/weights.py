"""Weights and their gradients as the kernels have them: copied, finite, read-only, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any

import numpy as np

from lstm_viz.validation.numbers import FLOAT64, as_numbers, surely_finite

Shapes = Mapping[str, tuple[int, ...]]


class Weights(Mapping[str, np.ndarray]):
    """Read-only arrays by name; those of one unit are floats until an array is asked for."""

    def __init__(
        self, shapes: Shapes, arrays: dict[str, np.ndarray], plain: dict[str, float] | None = None
    ) -> None:
        self.shapes, self._arrays, self.plain = shapes, arrays, plain

    @classmethod
    def of(cls, given: Mapping[str, Any], dtype: Any) -> Weights:
        """A copy of what is given; `InputError` says what is not an array of finite numbers."""
        if dtype is not FLOAT64:
            return cls.of_arrays(_copies(given, dtype))
        if type(given) is Weights and given.plain is not None:
            return given
        floats = _floats(given)
        return cls.of_arrays(_copies(given, dtype)) if floats is None else floats

    @classmethod
    def of_arrays(cls, arrays: dict[str, np.ndarray]) -> Weights:
        """These very arrays, from now on read-only."""
        for array in arrays.values():
            array.setflags(write=False)
        return cls({name: array.shape for name, array in arrays.items()}, arrays)

    def __reduce__(self) -> tuple[Any, ...]:
        if self.plain is not None:
            return Weights, (self.shapes, {}, self.plain)
        return Weights.of_arrays, (self._arrays,)

    def __getitem__(self, name: str) -> np.ndarray:
        if self.plain is not None and name not in self._arrays:
            array = self._arrays[name] = np.array(self.plain[name]).reshape(self.shapes[name])
            array.setflags(write=False)
        return self._arrays[name]

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """All of them as arrays."""
        return self._arrays if self.plain is None else dict(self)

    def __repr__(self) -> str:
        return repr(dict(self))

    def __or__(self, other: Mapping[str, Any]) -> dict[str, Any]:
        return {**self, **other}

    def __ror__(self, other: Mapping[str, Any]) -> dict[str, Any]:
        return {**other, **self}

    def __iter__(self) -> Iterator[str]:
        return iter(self.shapes)

    def __len__(self) -> int:
        return len(self.shapes)


def _floats(given: Mapping[str, Any]) -> Weights | None:
    """None where one is not an array of one float64, or where they are not surely finite."""
    shapes, plain = {}, {}
    for name, weight in given.items():
        if type(weight) is not np.ndarray or weight.dtype is not FLOAT64 or weight.size != 1:
            return None
        shapes[name], plain[name] = weight.shape, weight.item()
    return Weights(shapes, {}, plain) if isfinite(sum(plain.values())) else None


def _copies(given: Mapping[str, Any], dtype: Any) -> dict[str, np.ndarray]:
    """`as_numbers` of each, looked at all together where that will do."""
    arrays = given.values()
    if arrays and all(type(each) is np.ndarray and each.dtype is dtype for each in arrays):
        whole, end = np.concatenate([each.ravel() for each in arrays]), 0
        if surely_finite(whole):
            found = {}
            for name, each in given.items():
                start, end = end, end + each.size
                found[name] = whole[start:end].reshape(each.shape)
            return found
    return {name: as_numbers(weight, name, dtype) for name, weight in given.items()}
