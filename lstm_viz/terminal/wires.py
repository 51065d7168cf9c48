"""A wiring on characters: nodes as text with their number below, wires as lines with arrows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from lstm_viz import pictures
from lstm_viz.numerals import numeral
from lstm_viz.terminal.paper import Paper, hanging, lines
from lstm_viz.terminal.rows import Row, columns
from lstm_viz.theme import LOOKS

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
    drawn, paths = _lines(places, wires, paper.width, height, fine)
    boxes = _boxes(picture.nodes, {key: place for key, place, _ in places}, paper)
    if not boxes:
        words = paper.words("The wiring of this cell needs a larger screen.")
        yield from hanging(Row(), words, 0, paper.width)
        return
    over: dict[Place, Cell] = {}
    arrows = ARROWS if fine else PLAIN_ARROWS
    for wire, path in zip(picture.wires, paths, strict=True):
        target = boxes[wire.start if picture.backward else wire.end]
        if found := _arrival(path[::-1] if picture.backward else path, target):
            place, direction = found
            over.setdefault(place, (arrows[direction], _colour(wire.of)))
    flows = {wire.start: wire.of for wire in reversed(picture.wires)}
    for node in picture.nodes:
        over |= _node(node, boxes[node.key], flows.get(node.key, ""), picture.backward)
    yield from _rows(drawn, over, paper.width)


def _colour(of: str) -> str:
    return LOOKS[of].colour if of else ""


def _place(x: float, y: float, width: int, height: int) -> Place:
    return round((1 - y) * (height - 2)), round(x * (width - 1))


# ---------------------------------------------------------------------------- nodes


@dataclass(frozen=True)
class _Box:
    """What a node covers: its lines from the upper left corner on."""

    row: int
    left: int
    width: int
    lines: tuple[str, ...]

    def covers(self, place: Place) -> bool:
        inside = self.left <= place[1] < self.left + self.width
        return inside and self.row <= place[0] < self.row + len(self.lines)


def _boxes(nodes: tuple[pictures.Node, ...], at: dict[str, Place], paper: Paper) -> dict[str, _Box]:
    """Every node's box; where they would touch, without the numbers of what has no name, then
    with fewer digits; none at all where that is not enough."""
    named = tuple(node if node.label.text else replace(node, value=None) for node in nodes)
    for digits in range(paper.digits, min(paper.digits, 1) - 1, -1):
        for shown in (nodes, named):
            sheet = replace(paper, digits=digits)
            boxes = {node.key: _box(node, at[node.key], sheet) for node in shown}
            if not _collide(boxes.values()):
                return boxes
    return {}


def _collide(boxes: Iterable[_Box]) -> bool:
    """Whether any two nodes would touch: then numbers could not be told apart."""
    taken: set[Place] = set()
    for box in boxes:
        for k, text in enumerate(box.lines):
            own = {(box.row + k, box.left + j) for j in range(columns(text) + 1)}
            if own & taken:
                return True
            taken |= own
    return False


def _box(node: pictures.Node, place: Place, paper: Paper) -> _Box:
    opened, closed = BRACKETS[node.shape]
    drawn = node.symbol if paper.carries(node.symbol) else SHORT.get(node.symbol, "o")
    symbol = f"{opened}{drawn}{closed}" if node.symbol else ""
    found = [f"{symbol} {paper.spell(node.label.text)}".strip() or "o"]
    if node.value is not None:
        found.append(numeral(node.value, paper.digits))
    width = max(map(columns, found))
    left = min(max(place[1] - width // 2, 0), max(paper.width - width, 0))
    return _Box(place[0], left, width, tuple(found))


def _node(node: pictures.Node, box: _Box, flow: str, backward: bool) -> dict[Place, Cell]:
    style = _colour(node.label.of or flow)
    value = _colour("gradient") if backward else style
    room = box.width if node.shape == "name" else 0
    return {
        (box.row + k, box.left + j): (letter, f"bold {value if k else style}".strip())
        for k, text in enumerate(box.lines)
        for j, letter in enumerate(text.ljust(room))
    }


# ---------------------------------------------------------------------------- wires


@dataclass(frozen=True)
class _Drawn:
    """All wires, by line: the characters by column, and the row that they make."""

    cells: list[dict[int, Cell]]
    rows: list[Row]


@lru_cache(8)
def _lines(
    places: tuple[tuple[str, Place, float], ...],
    wires: tuple[tuple[str, str, tuple[tuple[float, float], ...], str], ...],
    width: int,
    height: int,
    fine: bool,
) -> tuple[_Drawn, tuple[tuple[Place, ...], ...]]:
    """The lines of all wires, and every wire's way; the same for every frame of a run."""
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
        paths.append(path)
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


def _arrival(path: tuple[Place, ...], box: _Box) -> tuple[Place, int] | None:
    """The last place of a way before the node that it leads to, and its direction there."""
    for one, other in pairwise(path[::-1]):
        if not box.covers(other):
            return other, _towards(other, one)
    return None


def _rows(drawn: _Drawn, over: dict[Place, Cell], width: int) -> Iterator[Row]:
    """The wires with the nodes over them; most lines are as they were."""
    added: dict[int, dict[int, Cell]] = {}
    for (row, column), cell in over.items():
        if 0 <= column < width:
            added.setdefault(row, {})[column] = cell
    for k, cells in enumerate(drawn.cells):
        yield _row(cells | added[k]) if k in added else drawn.rows[k]


def _row(cells: dict[int, Cell]) -> Row:
    """The characters of a line, by column."""
    runs, end = [], 0
    for column in sorted(cells):
        if column > end:
            runs.append((" " * (column - end), ""))
        runs.append(cells[column])
        letter = cells[column][0]
        end = column + (1 if letter < "\u2e80" else columns(letter))
    return Row.of(runs)
