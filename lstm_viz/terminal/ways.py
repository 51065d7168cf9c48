"""The corners of wires, level and upright, and which of them come into a node beside each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

Point = tuple[float, float]


def drawn_ways(
    nodes: Mapping[str, Point], wires: Iterable[tuple[str, str, tuple[Point, ...]]]
) -> list[list[Point]]:
    """The corners of wires, level and upright; what turns beside a node goes straight in."""
    found = []
    for start, end, bends in wires:
        way = [_rounded(nodes[start])]
        for k, point in enumerate((*bends, nodes[end])):
            (x, y), (to_x, to_y) = way[-1], _rounded(point)
            if k == len(bends) > 0 and y != to_y:
                to_x = x
            if x != to_x and y != to_y:
                way.append((to_x, y))
            way.append((to_x, to_y))
        inner = zip(way, way[1:], way[2:], strict=False)
        found.append([way[0], *(b for a, b, c in inner if not _straight(a, b, c)), way[-1]])
    return found


def _straight(*points: Point) -> bool:
    return len({x for x, _ in points}) == 1 or len({y for _, y in points}) == 1


def _rounded(point: Point) -> Point:
    return round(point[0], 6), round(point[1], 6)


def fans(
    nodes: Mapping[str, Point], ends: Sequence[str], ways: Iterable[list[Point]], apart: int
) -> dict[float, int]:
    """Of where wires come in beside a node's middle: so many columns beside it.

    Where there are more than two on a side, they are so many columns `apart`.
    """
    xs: dict[tuple[str, bool], set[float]] = {}
    for end, way in zip(ends, ways, strict=True):
        xs.setdefault((end, way[-2][1] > way[-1][1]), set()).add(way[-1][0])
    found: dict[float, int] = {}
    for (key, _), beside in xs.items():
        middle = round(nodes[key][0], 6)
        for side in (-1, 1):
            mine = sorted((x for x in beside if (x - middle) * side > 0), key=lambda x: side * x)
            each = side * (apart if len(beside) > 3 else 1)
            found |= {x: each * (k + 1) for k, x in enumerate(mine)}
    return found
