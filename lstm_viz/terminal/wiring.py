"""A wiring on characters: nodes as text with their number below, wires as lines with arrows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.numerals import numeral
from lstm_viz.pictures.theme import LOOKS, spelled
from lstm_viz.terminal.paper import Paper, lines
from lstm_viz.terminal.rows import Row, columns
from lstm_viz.terminal.text import hanging

USUAL_HEIGHT, LEAST_HEIGHT = 24, 6
UP, DOWN, LEFT, RIGHT = 1, 2, 4, 8
OPPOSITE = {UP: DOWN, DOWN: UP, LEFT: RIGHT, RIGHT: LEFT}
CORNERS = " │││─┘┐┤─└┌├─┴┬┼"
PLAIN_CORNERS = " |||-+++-+++-+++"
ARROWS = {UP: "▲", DOWN: "▼", LEFT: "◀", RIGHT: "▶"}
PLAIN_ARROWS = {UP: "^", DOWN: "v", LEFT: "<", RIGHT: ">"}
SHORT = {"σ": "s", "Σ": "S", "×": "*", "÷": "/", "−": "-", "1−": "1-"}  # in ASCII
BRACKETS = {"box": "[]", "dot": "()", "gate": "()", "name": ("", "")}

Place = tuple[int, int]  # row and column
Cell = tuple[str, str]  # a character and its style


@lines.register
def _(picture: pictures.Wiring, paper: Paper) -> Iterator[Row]:
    head = list(hanging(Row(), paper.row(picture.title, "bold"), 0, paper.width))
    head = head if picture.title else []
    yield from head
    height = max((paper.height or USUAL_HEIGHT) - len(head), LEAST_HEIGHT)
    fine = paper.carries("│┘├▲▶")
    places = tuple(
        (n.key, _place(n.x, n.y, paper.width, height), n.x * (paper.width - 1))
        for n in picture.nodes
    )
    wires = tuple((w.start, w.end, w.bends, w.of) for w in picture.wires)
    drawn, ways = _lines(places, wires, picture.backward, paper.width, height, fine)
    boxes = _boxes(picture.nodes, {key: place for key, place, _ in places}, paper)
    if not boxes:
        words = paper.words("The wiring of this cell needs a larger screen.")
        yield from hanging(Row(), words, 0, paper.width)
        return
    over: dict[int, dict[int, Cell]] = {}
    arrows = ARROWS if fine else PLAIN_ARROWS
    for wire, way in zip(picture.wires, ways, strict=True):
        target = boxes[wire.start if picture.backward else wire.end]
        if found := _arrival(way, target):
            (row, column), direction = found
            if 0 <= column < paper.width:
                over.setdefault(row, {}).setdefault(column, (arrows[direction], _colour(wire.of)))
    flows = {wire.start: wire.of for wire in reversed(picture.wires)}
    for node in picture.nodes:
        box = boxes[node.key]
        for k, cell in enumerate(_node(node, box, flows.get(node.key, ""), picture.backward)):
            text, style = cell
            cells = over.setdefault(box.row + k, {})
            for column, letter in enumerate(text[: paper.width - box.left], box.left):
                cells[column] = letter, style
    yield from drawn.with_nodes(over)


def _colour(of: str) -> str:
    return LOOKS[of].colour if of else ""


def _place(x: float, y: float, width: int, height: int) -> Place:
    return round((1 - y) * (height - 2)), round(x * (width - 1))


# ---------------------------------------------------------------------------- nodes


class _Box(NamedTuple):
    """What a node covers: its lines from the upper left corner on."""

    row: int
    left: int
    width: int
    lines: tuple[str, ...]
    ends: tuple[int, ...]  # the column behind each line

    def covers(self, place: Place) -> bool:
        inside = self.left <= place[1] < self.left + self.width
        return inside and self.row <= place[0] < self.row + len(self.lines)


def _boxes(nodes: tuple[pictures.Node, ...], at: dict[str, Place], paper: Paper) -> dict[str, _Box]:
    """Every node's box; where they would touch, without the numbers of what has no name, then
    with fewer digits; none at all where that is not enough."""
    for digits in range(paper.digits, min(paper.digits, 1) - 1, -1):
        for every in (True, False):
            if found := _apart(nodes, at, paper, digits, every):
                return found
    return {}


def _apart(
    nodes: tuple[pictures.Node, ...], at: dict[str, Place], paper: Paper, digits: int, every: bool
) -> dict[str, _Box]:
    """Every node's box; none where two would touch, as numbers could not be told apart then."""
    found: dict[str, _Box] = {}
    taken: dict[int, list[tuple[int, int]]] = {}
    for node in nodes:
        box = _box(node, at[node.key], paper, digits, every or bool(node.label.text))
        left, row = box.left, box.row
        for k, end in enumerate(box.ends):
            others = taken.get(row + k)
            if others is None:
                taken[row + k] = [(left, end)]
                continue
            for start, stop in others:
                if left <= stop and start <= end:
                    return {}
            others.append((left, end))
        found[node.key] = box
    return found


def _box(node: pictures.Node, place: Place, paper: Paper, digits: int, numbered: bool) -> _Box:
    name, width = _name(node.shape, node.symbol, node.label.text, paper.encoding)
    if not numbered or node.value is None:
        left = min(max(place[1] - width // 2, 0), max(paper.width - width, 0))
        return _Box(place[0], left, width, (name,), (left + width,))
    number = numeral(node.value, digits)
    size = max(width, len(number))
    left = min(max(place[1] - size // 2, 0), max(paper.width - size, 0))
    return _Box(place[0], left, size, (name, number), (left + width, left + len(number)))


@lru_cache(256)
def _name(shape: str, symbol: str, label: str, encoding: str) -> tuple[str, int]:
    """The upper line of a node, and how wide it is."""
    opened, closed = BRACKETS[shape]
    drawn = symbol if spelled(symbol, encoding) == symbol else SHORT.get(symbol, "o")
    bracketed = f"{opened}{drawn}{closed}" if symbol else ""
    name = f"{bracketed} {spelled(label, encoding)}".strip() or "o"
    return name, columns(name)


def _node(node: pictures.Node, box: _Box, flow: str, backward: bool) -> Iterator[Cell]:
    """A node's lines, each with its style."""
    style = _colour(node.label.of or flow)
    room = box.width if node.shape == "name" else 0
    for k, text in enumerate(box.lines):
        look = _colour("gradient") if backward and k else style
        yield text.ljust(room), f"bold {look}".strip()


# ---------------------------------------------------------------------------- wires


@dataclass(frozen=True)
class _Drawn:
    """All wires, by line: the characters by column, and the row that they make."""

    cells: list[dict[int, Cell]]
    rows: list[Row]
    last: dict[int, tuple[dict[int, Cell], Row]] = field(default_factory=dict)

    def with_nodes(self, over: dict[int, dict[int, Cell]]) -> Iterator[Row]:
        """The wires with the nodes over them; most lines are as they were."""
        for k, cells in enumerate(self.cells):
            if not (added := over.get(k)):
                yield self.rows[k]
                continue
            if k not in self.last or self.last[k][0] != added:
                self.last[k] = added, _row(cells | added)
            yield self.last[k][1]


@lru_cache(8)
def _lines(
    places: tuple[tuple[str, Place, float], ...],
    wires: tuple[tuple[str, str, tuple[tuple[float, float], ...], str], ...],
    backward: bool,
    width: int,
    height: int,
    fine: bool,
) -> tuple[_Drawn, tuple[tuple[Place, ...], ...]]:
    """The lines of all wires, and every wire's way from its arrow on; the same for a whole run."""
    at = {key: place for key, place, _ in places}
    across = {key: exact for key, _, exact in places}
    found: dict[Place, tuple[int, str]] = {}
    paths = []
    for start, end, bends, of in wires:
        corners = _corners(at[start], at[end], across[end], bends, width, height)
        path = (corners[0], *_between(corners))
        for one, other in pairwise(path):
            direction = _towards(one, other)
            for place, way in ((one, direction), (other, OPPOSITE[direction])):
                bits, style = found.get(place, (0, _colour(of)))
                found[place] = bits | way, style
        paths.append(path if backward else path[::-1])
    glyphs = CORNERS if fine else PLAIN_CORNERS
    cells: list[dict[int, Cell]] = [{} for _ in range(height)]
    for (row, column), (bits, style) in found.items():
        if 0 <= row < height and 0 <= column < width:
            cells[row][column] = glyphs[bits], style
    return _Drawn(cells, [_row(each) for each in cells]), tuple(paths)


def _corners(
    start: Place,
    end: Place,
    exact: float,
    bends: tuple[tuple[float, float], ...],
    width: int,
    height: int,
) -> list[Place]:
    """Start, bends and end; what enters a node from below stays a column beside what else does."""
    found = [start]
    for x, y in bends:
        row, column = _place(x, y, width, height)
        beside = x * (width - 1) - exact
        if abs(column - end[1]) <= 2 and abs(beside) > 0.01:
            column = end[1] + (1 if beside > 0 else -1)
        found.append((row, column))
    last = found[-1][1] if bends and abs(found[-1][1] - end[1]) <= 1 else end[1]
    return [*found, (end[0], last)]


def _between(corners: list[Place]) -> Iterator[Place]:
    """Every place from the first corner's on, along and then across."""
    for (row, column), (to_row, to_column) in pairwise(corners):
        yield from ((row, each) for each in _from_to(column, to_column))
        yield from ((each, to_column) for each in _from_to(row, to_row))


def _from_to(start: int, end: int) -> range:
    """Every number behind the start up to the end, up or down."""
    return range(start + 1, end + 1) if end >= start else range(start - 1, end - 1, -1)


def _towards(one: Place, other: Place) -> int:
    if one[0] != other[0]:
        return DOWN if other[0] > one[0] else UP
    return RIGHT if other[1] > one[1] else LEFT


def _arrival(way: tuple[Place, ...], box: _Box) -> tuple[Place, int] | None:
    """The first place of a way outside the node that it begins in, and the direction back."""
    for one, other in pairwise(way):
        if not box.covers(other):
            return other, _towards(other, one)
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
