"""Rows for the labels at the ends of curves: a row each, in their order, near their curves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean


def fitted(wanted: Sequence[float], height: int) -> tuple[list[int], range]:
    """The rows of labels, and those of them that have no room: in their place stands one.

    `wanted` are places from the top in rows, ascending. Left out are those that follow each other
    and let the others stand nearest to their places.
    """
    many = len(wanted) - height + 1
    if many <= 1:
        return spread(wanted, height), range(0)
    first = min(range(height), key=lambda k: _off(_without(wanted, k, many), height))
    return list(range(height)), range(first, first + many)


def _without(wanted: Sequence[float], first: int, many: int) -> list[float]:
    end = first + many
    return [*wanted[:first], fmean(wanted[first:end]), *wanted[end:]]


def _off(wanted: Sequence[float], height: int) -> float:
    """How far labels that fill all rows are from their places."""
    return sum(abs(row + 0.5 - place) for row, place in zip(range(height), wanted, strict=True))


def spread(wanted: Sequence[float], height: int) -> list[int]:
    """A row of its own for each, in their order, as near as may be to those `wanted`, ascending.

    Those that would share a row stand around their mean (isotonic regression by pooling).
    """
    pools: list[list[float]] = []
    for k, row in enumerate(wanted):
        pools.append([row - k])
        while len(pools) > 1 and fmean(pools[-2]) >= fmean(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    firsts = [math.floor(fmean(pool)) for pool in pools for _ in pool]
    most = height - len(wanted)
    return [min(max(first, 0), most) + k for k, first in enumerate(firsts)]
