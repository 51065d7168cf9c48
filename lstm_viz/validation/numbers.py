"""Values from outside become finite arrays, or one line says what is not one."""

from __future__ import annotations

import re
from math import isfinite
from typing import Any

import numpy as np

from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import short

FLOAT64 = np.dtype(np.float64)


def as_numbers(values: Any, what: str, dtype: Any = FLOAT64) -> np.ndarray:
    """A copy of the values as finite numbers; `InputError` says what is not one, and where."""
    if type(values) is np.ndarray and values.dtype is dtype:
        array = values.copy(order="C")
        if surely_finite(array.ravel()):
            return array
    if np.ma.is_masked(values):
        raise InputError(f"{what}: some values are masked: fill them in or leave them out")
    try:
        array = np.array(values)
        if array.dtype.kind not in "biufO":
            raise TypeError
        if array.dtype.kind == "O":
            array = array.astype(np.float64)
        array = array.astype(dtype, order="C")
    except (TypeError, ValueError, OverflowError):
        raise InputError(f"{what}: these are not numbers in rows of equal length") from None
    if not np.isfinite(array).all():
        place = tuple(int(k) for k in np.argwhere(~np.isfinite(array))[0])
        at = f" at {list(place)}" if place else ""
        raise InputError(f"{what}: {array[place]}{at} is not a finite number")
    return array


def as_number(value: Any, what: str) -> float:
    """One finite number; `InputError` for anything else."""
    array = as_numbers(value, what)
    if array.ndim:
        raise InputError(f"{what}: this is not one number, its shape is {array.shape}")
    return float(array)


def as_count(value: Any, what: str, least: int = 1) -> int:
    """A whole number, at least so many; `InputError` for anything else."""
    if not isinstance(value, int | np.integer) or value < least:
        raise InputError(f"{what} = {short(repr(value))}: give an integer from {least} on")
    return int(value)


def typed_numbers(values: Any, what: str) -> np.ndarray:
    """As `as_numbers`, of lists that somebody wrote: `true` is not 1 there."""
    _refuse_truth(values, what, ())
    return as_numbers(values, what)


def _refuse_truth(values: Any, what: str, place: tuple[int, ...]) -> None:
    if isinstance(values, bool):
        at = f" at {list(place)}" if place else ""
        raise InputError(f"{what}: {str(values).lower()}{at} is not a number: write 1 or 0")
    if isinstance(values, list):
        for k, each in enumerate(values):
            _refuse_truth(each, what, (*place, k))


def float_type(dtype: Any) -> np.dtype:
    """The type of numbers to compute with, floats only, in this machine's order of bytes."""
    try:
        found = np.dtype(dtype)
    except TypeError:
        found = np.dtype(object)
    if found.kind != "f" or found.itemsize not in (4, 8):
        raise InputError(f"dtype {dtype!r}: only float64 and float32 are supported")
    kind: np.dtype = np.dtype(found.type)
    return kind


def surely_finite(flat: np.ndarray) -> bool:
    """Whether one number says that all are finite: much faster than to ask each of them."""
    if flat.size <= 64:
        return isfinite(sum(flat.tolist()))
    return isfinite(np.vdot(flat, flat))  # which does not warn, as `dot` does


def fixed(number: float) -> str:
    """Four decimals, `0.0237`; four digits of what is large: `2.949e+20`."""
    return f"{number:.4f}" if abs(number) < 1000 else f"{number:.4g}"


def grouped(number: float) -> str:
    """Four significant digits, thousands apart: 2,596,000, not 2.596e+06."""
    return f"{float(f'{number:.4g}'):,.12g}"


def lasted(seconds: float) -> str:
    """Seconds with one decimal, and two digits of less than one: none took 0.0."""
    return f"{seconds:.1f}" if seconds >= 1 else brief(seconds, 2)


def brief(number: float, digits: int = 6) -> str:
    """So many significant digits at most, with an exponent as everywhere on the screens: 1e-5."""
    return re.sub(r"e\+?(-?)0*", r"e\1", f"{number:.{digits}g}")
