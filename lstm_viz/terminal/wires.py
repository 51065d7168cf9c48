"""A wiring on characters: nodes as text with their number below, wires as lines with arrows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from lstm_viz import pictures
from lstm_viz.numerals import numeral
from lstm_viz.terminal.paper import Paper, hanging, lines
from lstm_viz.terminal.rows import Row, columns
from lstm_viz.theme import LOOKS

USUAL_HEIGHT = 24
UP, DOWN, LEFT, RIGHT = 1, 2, 4, 8
CORNERS = " │││─┘┐┤─└┌├─┴┬┼"
PLAIN_CORNERS = " |||-+++-+++-+++"
ARROWS = {UP: "▲", DOWN: "▼", LEFT: "◀", RIGHT: "▶"}
PLAIN_ARROWS = {UP: "^", DOWN: "v", LEFT: "<", RIGHT: ">"}
BRACKETS = {"box": "[]", "dot": "()", "gate": "()", "name": ("", "")}

Place = tuple[int, int]  # row and column


@lines.register
def _(picture: pictures.Wiring, paper: Paper) -> Iterator[Row]:
    head = list(hanging(Row(), paper.row(picture.title, "bold"), 0, paper.width))
    yield from head if picture.title else []
    height = (paper.height or USUAL_HEIGHT) - (len(head) if picture.title else 0)
    field = _Field(paper, max(height, 6))
    boxes = {node.key: field.box(node) for node in picture.nodes}
    for wire in picture.wires:
        field.wire(wire, boxes[wire.start], boxes[wire.end], picture.backward)
    of = {wire.start: wire.of for wire in reversed(picture.wires)}
    for node in picture.nodes:
        field.node(node, boxes[node.key], of.get(node.key, ""), picture.backward)
    yield from field.rows()


@dataclass(frozen=True)
class _Box:
    """What a node covers: its middle, and its lines from a corner."""

    row: int
    column: int
    left: int
    lines: tuple[str, ...]

    def covers(self, place: Place) -> bool:
        width = max(map(columns, self.lines))
        inside = self.left <= place[1] < self.left + width
        return inside and self.row <= place[0] < self.row + len(self.lines)


class _Field:
    """Characters to draw on."""

    def __init__(self, paper: Paper, height: int) -> None:
        self.paper, self.width, self.height = paper, paper.width, height
        self.lines: dict[Place, tuple[int, str, str]] = {}  # directions, style, whose wire
        self.over: dict[Place, tuple[str, str]] = {}
        fine = paper.carries("│┘├▲▶")
        self.corners = CORNERS if fine else PLAIN_CORNERS
        self.arrows = ARROWS if fine else PLAIN_ARROWS

    def place(self, x: float, y: float) -> Place:
        return round((1 - y) * (self.height - 2)), round(x * (self.width - 1))

    def box(self, node: pictures.Node) -> _Box:
        opened, closed = BRACKETS[node.shape]
        symbol = f"{opened}{self.paper.spell(node.symbol)}{closed}" if node.symbol else ""
        name = self.paper.spell(node.label.text)
        found = [f"{symbol} {name}".strip() or "o"]
        if node.value is not None:
            found.append(numeral(node.value, self.paper.digits))
        row, column = self.place(node.x, node.y)
        width = max(map(columns, found))
        left = min(max(column - width // 2, 0), max(self.width - width, 0))
        return _Box(min(row, self.height - len(found)), column, left, tuple(found))

    def node(self, node: pictures.Node, box: _Box, of: str, backward: bool) -> None:
        style = LOOKS[node.label.of or of].colour if node.label.of or of else ""
        value = LOOKS["gradient"].colour if backward else style
        for k, text in enumerate(box.lines):
            room = max(map(columns, box.lines)) if node.shape == "name" else 0
            for j, letter in enumerate(text.ljust(room)):
                self.over[box.row + k, box.left + j] = (
                    letter,
                    f"bold {value if k else style}".strip(),
                )

    def wire(self, wire: pictures.Wire, start: _Box, end: _Box, backward: bool) -> None:
        """A line through the bends, always along or across, with an arrow where it arrives."""
        path = list(self._path(wire, start, end))
        style = LOOKS[wire.of].colour if wire.of else ""
        for one, other in pairwise(path):
            self._add(one, _towards(one, other), style, wire.start)
            self._add(other, _towards(other, one), style, wire.start)
        if backward:
            path, end = path[::-1], start
        for one, other in zip(path[::-1], path[-2::-1], strict=False):
            if not end.covers(other):
                if not end.covers(one):
                    other, one = one, path[-1]
                self.over.setdefault(other, (self.arrows[_towards(other, one)], style))
                break

    def _path(self, wire: pictures.Wire, start: _Box, end: _Box) -> Iterator[Place]:
        """Every place that a wire goes through."""
        corners = [(start.row, start.column)]
        for x, y in wire.bends:
            row, column = self.place(x, y)
            if abs(column - end.column) <= 2 and abs(x * (self.width - 1) - end.column) > 0.1:
                column = end.column + (1 if x * (self.width - 1) > end.column else -1)
            corners.append((row, column))
        last = (
            corners[-1][1] if wire.bends and abs(corners[-1][1] - end.column) <= 1 else end.column
        )
        corners.append((end.row, last))
        yield corners[0]
        for (row, column), (to_row, to_column) in pairwise(corners):
            while column != to_column:
                column += 1 if to_column > column else -1
                yield row, column
            while row != to_row:
                row += 1 if to_row > row else -1
                yield row, column

    def _add(self, place: Place, direction: int, style: str, whose: str) -> None:
        known, old, other = self.lines.get(place, (0, style, whose))
        self.lines[place] = known | direction, style if whose == other else old, other

    def rows(self) -> Iterator[Row]:
        drawn = {p: (self.corners[bits], style) for p, (bits, style, _) in self.lines.items()}
        drawn |= self.over
        for row in range(self.height):
            cells = (drawn.get((row, column), (" ", "")) for column in range(self.width))
            yield Row.of(cells).stripped()


def _towards(one: Place, other: Place) -> int:
    if one[0] != other[0]:
        return DOWN if other[0] > one[0] else UP
    return RIGHT if other[1] > one[1] else LEFT
