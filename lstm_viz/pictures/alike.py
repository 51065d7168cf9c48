"""One scale for one quantity: pictures of one kind side by side have the ends of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from lstm_viz.pictures.kinds import Bars, Curves, Grid, Picture, Stack


def alike(stacks: Sequence[Stack]) -> list[Stack]:
    """The same stacks; their first bars, heat maps and logarithmic curves on one scale each."""
    found = list(stacks)
    ways: tuple[tuple[type, Any], ...] = ((Bars, _bars), (Grid, _grids), (Curves, _curves))
    for kind, put in ways:
        firsts = [next((p for p in each.parts if isinstance(p, kind)), None) for each in found]
        shown = [first for first in firsts if first is not None]
        if len(shown) > 1:
            scaled = dict(zip(map(id, shown), put(shown), strict=True))
            found = [replace(e, parts=tuple(scaled.get(id(p), p) for p in e.parts)) for e in found]
    return found


def _bars(pictures: list[Bars]) -> list[Picture]:
    ends = [(bar.low, bar.high) for each in pictures for bar in each.bars]
    low, high = min(end[0] for end in ends), max(end[1] for end in ends)
    return [
        replace(each, bars=tuple(replace(bar, low=low, high=high) for bar in each.bars))
        for each in pictures
    ]


def _grids(pictures: list[Grid]) -> list[Picture]:
    low, high = min(each.low for each in pictures), max(each.high for each in pictures)
    return [replace(each, low=low, high=high) for each in pictures]


def _curves(pictures: list[Curves]) -> list[Picture]:
    """Those by logarithms: from the smallest number of all curves to the largest."""
    values = np.concatenate([np.ravel(c.values) for each in pictures for c in each.curves])
    known = values[np.isfinite(values) & (values > 0)]
    if not len(known) or not all(each.logarithmic for each in pictures):
        return list(pictures)
    return [replace(each, low=float(known.min()), high=float(known.max())) for each in pictures]
