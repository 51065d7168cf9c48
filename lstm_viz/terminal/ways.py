"""The corners of wires, level and upright, and which of them come into a node beside each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

NEAR = 0.02  # of the picture: a wire that turns so near a node's middle comes in beside others

Point = tuple[float, float]


def drawn_ways(
    nodes: Mapping[str, Point], wires: Iterable[tuple[str, str, tuple[Point, ...]]]
) -> list[list[Point]]:
    """The corners of wires, level and upright; what turns near a node's middle goes straight in."""
    found = []
    for start, end, bends in wires:
        way = [_rounded(nodes[start])]
        for point in (*bends, nodes[end]):
            (x, y), (to_x, to_y) = way[-1], _rounded(point)
            if point is nodes[end] and bends and 0 < abs(x - to_x) < NEAR:
                to_x = x
            if x != to_x and y != to_y:
                way.append((to_x, y))
            way.append((to_x, to_y))
        straight = [
            len({x for x, _ in k}) == 1 or len({y for _, y in k}) == 1 for k in _threes(way)
        ]
        found.append(
            [way[0], *(p for p, on in zip(way[1:], straight, strict=False) if not on), way[-1]]
        )
    return found


def _threes(way: list[Point]) -> Iterator[tuple[Point, Point, Point]]:
    return zip(way, way[1:], way[2:], strict=False)


def _rounded(point: Point) -> Point:
    return round(point[0], 6), round(point[1], 6)


def fans(nodes: Mapping[str, Point], ways: Iterable[tuple[str, list[Point]]]) -> dict[float, int]:
    """Of where wires come in beside a node's middle: so many columns beside it."""
    found: dict[float, int] = {}
    ends = list(ways)
    for key, (x, _) in nodes.items():
        middle = round(x, 6)
        beside = {w[-1][0] for to, w in ends if to == key} - {middle}
        for side in (-1, 1):
            mine = sorted((b for b in beside if (b - middle) * side > 0), key=lambda b: abs(b - x))
            found |= {b: side * (k + 1) for k, b in enumerate(mine)}
    return found
