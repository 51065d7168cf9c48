"""Weights as they are written by hand: nested lists by parameter, short where nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.files.npz import Weights
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import nearest, short
from lstm_viz.validation.numbers import typed_numbers


def typed_weights(cell: Recurrence, given: Any, whose: str, features: int | None = None) -> Weights:
    """Each parameter's array, of nested lists.

    A number stands for an array of one; a row of `features` numbers for a matrix that one unit has
    for its inputs; a list for a matrix of one column, if there is one input. A matrix that the text
    has before several vectors, `W_f @ [h_prev, x]`, may stand whole. Raises `InputError`, which
    begins with `whose`, for a name that is none, for what are no numbers, and for shapes.
    """
    known = [*cell.parameters, *cell.blocks]
    if not isinstance(given, Mapping):
        raise InputError(f"{whose}: write names and their numbers, such as {known[0]} = [1.0]")
    for name in given:
        if name not in known:
            hint = nearest(name, known)
            raise InputError(f"{whose}: {cell.name} has no parameter {short(name)!r}: {hint}")
    arrays = {
        name: _shaped(typed_numbers(value, f"{whose}: {name}"), name, cell, features)
        for name, value in given.items()
    }
    try:
        return dict(cell.split(arrays, features))
    except InputError as error:
        raise InputError(f"{whose}: {error}") from None


def _shaped(array: np.ndarray, name: str, cell: Recurrence, features: int | None) -> np.ndarray:
    letters = cell.parameters.get(name, ("H", "?"))
    if len(letters) == 1:
        return array.reshape(1) if array.ndim == 0 else array
    if array.ndim == 0:
        return array.reshape(1, 1)
    if array.ndim == 1 and (len(array) == 1 or name in cell.blocks):
        return array[None]
    if array.ndim == 1 and letters[1] == cell.letters("x"):
        return array[:, None] if features == 1 else array[None] if features == len(array) else array
    return array
