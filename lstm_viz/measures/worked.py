"""Arithmetic as a reader does it: from the numbers as they are printed, rounded.

How many significant digits must the numbers of a line have, so that it comes out? And is its
result a number, or only what rounding has left of a zero?
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_viz.equations.tree import Call, Name, Negative, Number, Operation, Tree
from lstm_viz.kernels.evaluate import evaluate
from lstm_viz.measures.products import products

SPELLED_OUT = 3  # terms of a dot product that are written one by one; of more only the sum is
CLOSE = 0.01  # of the result: so far a reader may be off
LEAST, MOST = 4, 14  # digits: a result that needs more is what rounding has left
NEAR_ONE = 1e-3  # what is nearer to 1 has too few digits to be taken from it

Values = Mapping[str, np.ndarray]  # at one step
Read = Callable[[float, int], tuple[float, float]]


@dataclass(frozen=True)
class Worked:
    """A line of arithmetic: its result, 0 where that is rounding, and the digits that it takes."""

    result: float
    digits: int


def worked(tree: Tree, values: Values, row: int, result: float, read: Read) -> Worked:
    """How row `row` of a tree comes out, whose recorded value is `result`.

    `read` says which number a reader has of one that is printed in so many significant digits, and
    what its last digit counts.
    """
    with np.errstate(all="ignore"):
        return _in_digits(
            lambda n: _by_hand(tree, values, row, lambda v: read(v, n)[0]), result, read
        )


def added_up(summands: Mapping[Any, float], result: float, read: Read) -> Worked:
    """How a sum comes out of its summands."""
    return _in_digits(lambda n: sum(read(v, n)[0] for v in summands.values()), result, read)


def _in_digits(by_hand: Callable[[int], Any], result: float, read: Read) -> Worked:
    if not np.isfinite(result):
        return Worked(result, LEAST)
    for digits in range(LEAST, MOST + 1):
        if all(_comes_out(by_hand(n), result, *read(result, n)) for n in (digits, digits + 1)):
            return Worked(result, digits)
    return _in_digits(by_hand, 0.0, read) if result else Worked(0.0, MOST)


def _comes_out(found: float, result: float, printed: float, last_digit: float) -> bool:
    return bool(abs(found - printed) <= max(CLOSE * abs(result), 0.4 * last_digit))


def complement(tree: Operation, values: Values, row: int) -> float | None:
    """1 − f, or 1 − g², where f or g² is so near to 1 that its printed digits do not tell."""
    match tree:
        case Operation("-", Number(1), Name() | Operation("**", Name(), Number(2))):
            found = float(_exactly(tree, values, row))
            return found if 0 < abs(found) < NEAR_ONE else None
    return None


def _exactly(tree: Tree, values: Values, row: int) -> Any:
    match tree:
        case Name(name):
            return entry(values[name], row)
        case Operation(operator, left, right):
            one, other = (Number(_exactly(each, values, row)) for each in (left, right))
            return evaluate(Operation(operator, one, other), {})
    return evaluate(tree, {})


def entry(vector: np.ndarray, row: int) -> Any:
    """A row of a vector; the last where there are fewer."""
    return vector[min(row, len(vector) - 1)]


def _by_hand(tree: Tree, values: Values, row: int, read: Callable[[float], float]) -> Any:
    """The value of a tree with each of its numbers as it is printed."""
    match tree:
        case Name(name):
            return np.float64(read(float(entry(values[name], row))))
        case Operation("@", _, right):
            found = products(tree, values, row)
            if len(found.weights) > SPELLED_OUT:
                return np.float64(read(found.total))
            return sum(
                read(float(weight)) * _by_hand(right, values, k, read)
                for k, weight in enumerate(found.weights)
            )
        case Operation(operator, left, right):
            if (known := complement(tree, values, row)) is not None:
                return np.float64(read(known))
            one, other = (Number(_by_hand(each, values, row, read)) for each in (left, right))
            return evaluate(Operation(operator, one, other), {})
        case Call(function, arguments):
            given = tuple(Number(_by_hand(each, values, row, read)) for each in arguments)
            return evaluate(Call(function, given), {})
        case Negative(of):
            return -_by_hand(of, values, row, read)
        case Number(value):
            return np.float64(value)
    raise TypeError(f"no number stands for {tree!r}")
