"""Where the nodes and wires of a wiring stand on characters: near where the picture has them.

Each row and each column that the picture has is put at least so far behind those before it that no
wire runs behind a node, on another node's wire, or into its corner, and no arrow stands where
another wire is. Two wires may cross. Where that takes more room than there is, nothing is placed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from lstm_viz.terminal.ways import Point

UP, DOWN = (0, 1), (0, -1)

Extent = tuple[int, int]  # columns that are covered left and right of a node's own


class Stop(NamedTuple):
    """A node: its place in the picture, and what each of its lines covers."""

    x: float
    y: float
    lines: tuple[Extent, ...]


class Tip(NamedTuple):
    """Where an arrow points at a node: on which side, and from which node its wire is."""

    side: tuple[int, int]
    x: float
    start: str


class Level(NamedTuple):
    """A level piece of the wires that begin at a node."""

    start: str
    low: float
    high: float

    def hides(self, tip: Tip) -> bool:
        """Whether an arrow up or down would stand on it, and not on its end."""
        if tip.start == self.start:
            return self.low < tip.x < self.high
        return self.low <= tip.x <= self.high


class Upright(NamedTuple):
    """An upright piece of the wires that begin at a node."""

    start: str
    x: float
    low: float
    high: float


class Piece(NamedTuple):
    """What covers columns left and right of a place in the picture, on some rows."""

    shape: str
    top: int
    bottom: int
    x: float
    left: int
    right: int


NOT_APART = {"arrow"}, {"arrow", "box"}  # which may touch: what they belong to does not


@dataclass(frozen=True)
class Standing:
    """The row and column of each node, and the corners of each wire."""

    at: dict[str, tuple[int, int]]
    ways: tuple[tuple[tuple[int, int], ...], ...]


def standing(
    stops: Mapping[str, Stop],
    wires: Sequence[tuple[str, str]],
    ways: Sequence[list[Point]],
    beside: Mapping[float, int],
    backward: bool,
    size: tuple[int, int],
    free: int = 0,
) -> Standing | None:
    """Nodes and wires on so many columns and rows, so many of them `free` between a node and a wire
    that passes it; nothing where they do not fit."""
    scene = _Scene(stops, wires, ways, beside, backward)
    rows = scene.rows(size[1])
    columns = rows and scene.columns(rows, size[0], free)
    if not rows or not columns:
        return None
    at = {key: (rows[round(s.y, 6)], columns[round(s.x, 6)]) for key, s in stops.items()}
    places = tuple(tuple((rows[y], columns[x]) for x, y in way) for way in ways)
    return Standing(at, places)


class _Scene:
    """All pieces of a wiring, and what must stand apart."""

    def __init__(
        self,
        stops: Mapping[str, Stop],
        wires: Sequence[tuple[str, str]],
        ways: Sequence[list[Point]],
        beside: Mapping[float, int],
        backward: bool,
    ) -> None:
        self.stops, self.beside = stops, beside
        self.middle = {
            way[-1][0]: round(stops[end].x, 6)
            for (_, end), way in zip(wires, ways, strict=True)
            if way[-1][0] in beside
        }
        self.levels: dict[float, set[Level]] = {}
        self.uprights: set[Upright] = set()
        self.beside_of = {  # of each column the places beside it, whichever node has them
            x: {x, *(each for each in beside if self.middle[each] == x)}
            for x in {round(stop.x, 6) for stop in stops.values()}
        }
        self.tips: dict[str, set[Tip]] = {key: set() for key in stops}
        for (start, end), way in zip(wires, ways, strict=True):
            key = start if backward else end
            tip, last = way[:2] if backward else way[:-3:-1]
            side = _sign(last[0] - tip[0]), _sign(last[1] - tip[1])
            self.tips[key].add(Tip(side, tip[0], start))
            for (x, y), (to_x, to_y) in pairwise(way):
                if y == to_y:
                    level = Level(start, min(x, to_x), max(x, to_x))
                    self.levels.setdefault(y, set()).add(level)
                else:
                    self.uprights.add(Upright(start, x, min(y, to_y), max(y, to_y)))

    def rows(self, height: int) -> dict[float, int] | None:
        """The row of every height in the picture."""
        nodes: dict[float, list[str]] = {}
        for key, stop in self.stops.items():
            nodes.setdefault(round(stop.y, 6), []).append(key)
        ys = sorted({*nodes, *self.levels}, reverse=True)
        before: list[list[tuple[int, int]]] = [[] for _ in ys]
        for j, y in enumerate(ys):
            for i, above in enumerate(ys[:j]):
                gap = max(self._gaps(nodes, above, y), default=0)
                if gap:
                    before[j].append((i, gap))
        lines = [max((len(self.stops[k].lines) for k in nodes.get(y, ())), default=1) for y in ys]
        wanted = [round((1 - y) * (height - 2)) for y in ys]
        found = _spread(wanted, before, [0] * len(ys), [height - n for n in lines])
        return None if found is None else dict(zip(ys, found, strict=True))

    def _gaps(self, nodes: Mapping[float, list[str]], above: float, below: float) -> Iterator[int]:
        """How many rows what is at one height must stay above what is at another."""
        for key in nodes.get(above, ()):
            high = len(self.stops[key].lines)
            for other in nodes.get(below, ()):
                if self.stops[key].x == self.stops[other].x:
                    yield high + bool(self._tips(key, DOWN) or self._tips(other, UP))
            for level in self.levels.get(below, ()):
                if self._covers(level, key):
                    yield high + any(level.hides(tip) for tip in self._tips(key, DOWN))
        for level in self.levels.get(above, ()):
            for other in nodes.get(below, ()):
                if self._covers(level, other):
                    yield 1 + any(level.hides(tip) for tip in self._tips(other, UP))
            for piece in self.levels.get(below, ()):
                if piece.low <= level.high and level.low <= piece.high:
                    yield 1

    def _covers(self, level: Level, key: str) -> bool:
        return any(
            level.low <= x <= level.high for x in self.beside_of[round(self.stops[key].x, 6)]
        )

    def _tips(self, key: str, side: tuple[int, int]) -> list[Tip]:
        return [tip for tip in self.tips[key] if tip.side == side]

    def columns(self, rows: Mapping[float, int], width: int, free: int) -> dict[float, int] | None:
        """The column of every place from left to right in the picture."""
        pieces = list(self._pieces(rows))
        xs = sorted({piece.x for piece in pieces})
        number = {x: k for k, x in enumerate(xs)}
        left, right = [0] * len(xs), [width - 1] * len(xs)
        gaps: dict[tuple[int, int], int] = {}
        for n, one in enumerate(pieces):
            k = number[one.x]
            if one.shape != "arrow":
                left[k], right[k] = max(left[k], one.left), min(right[k], width - 1 - one.right)
            for two in pieces[:n]:
                if one.x == two.x or one.top > two.bottom or two.top > one.bottom:
                    continue
                first, then = (one, two) if one.x < two.x else (two, one)
                shapes = {first.shape, then.shape}
                if shapes not in NOT_APART:
                    pair = number[first.x], number[then.x]
                    apart = 1 if shapes == {"box"} else free if "box" in shapes else 0
                    gap = first.right + then.left + 1 + apart
                    gaps[pair] = max(gaps.get(pair, 0), gap)
        before: list[list[tuple[int, int]]] = [[] for _ in xs]
        for (i, j), gap in gaps.items():
            before[j].append((i, gap))
        found = _spread([round(x * (width - 1)) for x in xs], before, left, right)
        if found is None:
            return None
        places = dict(zip(xs, found, strict=True))
        return places | {x: places[self.middle[x]] + off for x, off in self.beside.items()}

    def _pieces(self, rows: Mapping[float, int]) -> Iterator[Piece]:
        """What covers columns: the lines of nodes, arrows beside them, and upright wires."""
        for key, stop in self.stops.items():
            row, x = rows[round(stop.y, 6)], round(stop.x, 6)
            for k, (left, right) in enumerate(stop.lines):
                yield Piece("box", row + k, row + k, x, left, right)
            left, right = stop.lines[0]
            for side in {tip.side[0] for tip in self.tips[key]} - {0}:
                yield Piece("arrow", row, row, x, left + (side < 0), right + (side > 0))
        for each in self.uprights:
            off = self.beside.get(each.x, 0)
            x = self.middle.get(each.x, each.x)
            yield Piece("wire", rows[each.high], rows[each.low], x, -off, off)


def _spread(
    wanted: Sequence[int],
    before: Sequence[Sequence[tuple[int, int]]],
    low: Sequence[int],
    high: Sequence[int],
) -> list[int] | None:
    """Whole numbers from `low` to `high`, near the wanted ones, each so far behind those before it
    as it must be: (which, by how much). Nothing where that cannot be."""
    most, found = list(high), list[int]()
    for k in range(len(wanted) - 1, -1, -1):
        for j, gap in before[k]:
            most[j] = min(most[j], most[k] - gap)
    for k, near in enumerate(wanted):
        least = max([low[k], *(found[j] + gap for j, gap in before[k])])
        if least > most[k]:
            return None
        found.append(max(least, min(near, most[k])))
    return found


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)
