"""Where nodes and wires of a wiring are drawn, in a unit square.

Of a wire its bends are said, and how many of them lie on a line that it shares with others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Point = tuple[float, float]
Places = dict[str, Point]
Routes = dict[tuple[str, str], tuple[tuple[Point, ...], int]]
Family = tuple[Places, Routes]

MANY = 5  # wires that come into a node: it is a bar then, as wide as they need
OUT = "'"  # c' is c as it leaves the step


def bus(start: str, ends: Iterable[tuple[str, float]], *corners: Point) -> Routes:
    """Wires that share a line along their corners, then leave it upwards or downwards at x."""
    level = corners[-1][1]
    return {(start, end): ((*corners[:-1], (x, level)), len(corners)) for end, x in ends}


def straight(*pairs: tuple[str, str]) -> Routes:
    return dict.fromkeys(pairs, ((), 0))


def turns_of(keys: Iterable[str], pairs: Sequence[tuple[str, str]]) -> dict[str, int]:
    """How many nodes lie before each, on the longest way."""
    turns = dict.fromkeys(keys, 0)
    for _ in turns:
        for start, end in pairs:
            turns[end] = max(turns[end], turns[start] + 1)
    return turns
