"""What is to be held, as `run(…, hold=…)` takes it, becomes an array for each name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.tree import PREVIOUS
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import count, nearest, short
from lstm_viz.validation.numbers import as_numbers


def held_arrays(
    cell: Recurrence, hold: Mapping[str, Any], shapes: Mapping[str, tuple[int, ...]], dtype: Any
) -> dict[str, np.ndarray]:
    """Each as (T, rows) or (T, B, rows), its shape in `shapes`; not-a-number where it is free.

    Raises `InputError` for a name that cannot be held, a step that is not there, a wrong shape.
    """
    return {name: _array(cell, name, given, shapes, dtype) for name, given in hold.items()}


def _array(
    cell: Recurrence, name: str, given: Any, shapes: Mapping[str, tuple[int, ...]], dtype: Any
) -> np.ndarray:
    check_held(cell, name)
    whole = np.full(shapes[name], np.nan, dtype)
    if not isinstance(given, Mapping):
        return np.array(_over_time(name, given, whole.shape, dtype), order="C")
    for step, value in given.items():
        if not (isinstance(step, int | np.integer) and -len(whole) <= step < len(whole)):
            there = f"the run has {count(len(whole), 'step')}, from 0"
            raise InputError(f"{name} cannot be held at step {step!r}: {there}")
        whole[step] = _stretched(name, value, _numbers(name, value, dtype), whole.shape[1:])
    return whole


def check_held(cell: Recurrence, name: str) -> None:
    """Raise `InputError` for what is no quantity of the cell and not its input."""
    if name in ("x", *cell.quantities):
        return
    state = str(name).removesuffix(PREVIOUS)
    if state in cell.states:
        ways = f"hold {state} at the previous step; before the first, give it with --state"
        raise InputError(f"{name} cannot be held: {ways}")
    if name in cell.parameters:
        raise InputError(f"{name} is a weight, which cannot be held: change its value instead")
    hint = nearest(str(name), ("x", *cell.quantities))
    raise InputError(
        f"{short(str(name))!r} cannot be held: {cell.name} has no such quantity; {hint}"
    )


def _over_time(name: str, given: Any, shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """A number; or one for each step, (T,); for each unit too, (T, rows); or all of the shape."""
    array = _numbers(name, given, dtype)
    if 0 < array.ndim < len(shape):
        array = array.reshape(len(array), *[1] * (len(shape) - array.ndim), *array.shape[1:])
    if array.ndim and array.shape[0] != shape[0]:
        raise _misshapen(name, given, shape)
    return _stretched(name, given, array, shape)


def _stretched(name: str, given: Any, array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    try:
        return np.broadcast_to(array, shape)
    except ValueError:
        raise _misshapen(name, given, shape) from None


def _numbers(name: str, given: Any, dtype: Any) -> np.ndarray:
    """Finite numbers, but for not-a-number, which leaves free."""
    try:
        array = np.array(given, dtype=float)
    except (TypeError, ValueError):
        return as_numbers(given, f"hold {name}", dtype)  # which says what is wrong
    if np.ma.is_masked(given):
        return as_numbers(given, f"hold {name}", dtype)
    free = np.isnan(array)
    numbers = as_numbers(np.where(free, 0.0, array), f"hold {name}", dtype)
    return np.where(free, np.array(np.nan, numbers.dtype), numbers)


def _misshapen(name: str, given: Any, shape: tuple[int, ...]) -> InputError:
    return InputError(
        f"hold {name} has shape {np.shape(given)}: it should be a number, {shape[:1]} or {shape}"
    )
