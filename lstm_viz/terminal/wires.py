"""The wires of a wiring on characters: lines between places, joined where they meet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from lstm_viz.pictures.theme import colour_of
from lstm_viz.terminal.rows import Row, columns

UP, DOWN, LEFT, RIGHT = 1, 2, 4, 8
OPPOSITE = {UP: DOWN, DOWN: UP, LEFT: RIGHT, RIGHT: LEFT}
CORNERS = " │││─┘┐┤─└┌├─┴┬┼"
PLAIN_CORNERS = " |||-+++-+++-+++"
ARROWS = {UP: "▲", DOWN: "▼", LEFT: "◀", RIGHT: "▶"}
PLAIN_ARROWS = {UP: "^", DOWN: "v", LEFT: "<", RIGHT: ">"}

Place = tuple[int, int]  # row and column
Way = tuple[Place, ...]
Cell = tuple[str, str]  # a character and its style
WireKey = tuple[str, str, Way, str]  # start, end, corners, kind


@dataclass(frozen=True)
class Wires:
    """All wires, by line: the characters by column, and the row that they make."""

    cells: list[dict[int, Cell]]
    rows: list[Row]
    passing: dict[Place, set[tuple[str, str]]]  # by place the wires there: start and end
    last: dict[int, tuple[dict[int, Cell], Row]] = field(default_factory=dict)

    def with_nodes(self, over: dict[int, dict[int, Cell]], width: int) -> Iterator[Row]:
        """The wires with arrows and nodes over them; most lines are as they were."""
        for k, cells in enumerate(self.cells):
            added = {c: cell for c, cell in over.get(k, {}).items() if 0 <= c < width}
            if not added:
                yield self.rows[k]
                continue
            if k not in self.last or self.last[k][0] != added:
                self.last[k] = added, _row(cells | added)
            yield self.last[k][1]


@lru_cache(32)
def draw_wires(
    wires: tuple[WireKey, ...],
    faint: tuple[bool, ...],
    backward: bool,
    width: int,
    height: int,
    fine: bool,
) -> tuple[Wires, tuple[Way, ...]]:
    """The lines of all wires, and every wire's way from its arrow on.

    Lines that begin at one node join; where others cross, the level one passes over.
    """
    found: dict[Place, dict[str, tuple[int, str]]] = {}
    passing: dict[Place, set[tuple[str, str]]] = {}
    ways: dict[tuple[str, str], Way] = {}
    for dim, (start, end, corners, of) in sorted(zip(faint, wires, strict=True), reverse=True):
        path = (corners[0], *_between(corners))
        for place in path:
            passing.setdefault(place, set()).add((start, end))
        style = "dim " * dim + colour_of(of)
        for one, other in pairwise(path):
            direction = _towards(one, other)
            for place, way in ((one, direction), (other, OPPOSITE[direction])):
                lines = found.setdefault(place, {})
                lines[start] = lines.get(start, (0, ""))[0] | way, style
        ways[start, end] = path if backward else path[::-1]
    glyphs = CORNERS if fine else PLAIN_CORNERS
    cells: list[dict[int, Cell]] = [{} for _ in range(height)]
    for (row, column), lines in found.items():
        if 0 <= row < height and 0 <= column < width:
            bits, style = _on_top(list(lines.values()))
            cells[row][column] = glyphs[bits], style
    drawn = Wires(cells, [_row(each) for each in cells], passing)
    return drawn, tuple(ways[w[0], w[1]] for w in wires)


def _on_top(lines: list[tuple[int, str]]) -> tuple[int, str]:
    """Of lines that cross, the level one; else the one that goes most ways, whatever is faint."""
    return max(lines, key=lambda line: (line[0] == LEFT | RIGHT, line[0].bit_count(), line[0]))


def _between(corners: Way) -> Iterator[Place]:
    """Every place from the first corner's on, along and then across."""
    for (row, column), (to_row, to_column) in pairwise(corners):
        yield from ((row, each) for each in _from_to(column, to_column))
        yield from ((each, to_column) for each in _from_to(row, to_row))


def _from_to(start: int, end: int) -> range:
    """Every number after the start up to the end, up or down."""
    return range(start + 1, end + 1) if end >= start else range(start - 1, end - 1, -1)


def _towards(one: Place, other: Place) -> int:
    if one[0] != other[0]:
        return DOWN if other[0] > one[0] else UP
    return RIGHT if other[1] > one[1] else LEFT


def arrival(way: Way, covers: Callable[[Place], bool], fine: bool) -> tuple[Place, str] | None:
    """The first place of a way outside the node that it begins in, and the arrow back."""
    for one, other in pairwise(way):
        if not covers(other):
            return other, (ARROWS if fine else PLAIN_ARROWS)[_towards(other, one)]
    return None


def _row(cells: dict[int, Cell]) -> Row:
    """The characters of a line, by column."""
    runs: list[Cell] = []
    end = 0
    for column in sorted(cells):
        if column > end:
            runs.append((" " * (column - end), ""))
        runs.append(cells[column])
        letter = cells[column][0]
        end = column + (1 if letter < "\u2e80" else columns(letter))
    return Row.of(runs)
