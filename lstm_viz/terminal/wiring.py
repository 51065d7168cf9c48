"""A wiring on characters: nodes as text with their number below, wires as lines with arrows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.scales import part_of
from lstm_viz.pictures.theme import colour_of
from lstm_viz.terminal.boxes import Box, box_of, boxes_of, without_number, written
from lstm_viz.terminal.paper import Paper, lines
from lstm_viz.terminal.rows import Row
from lstm_viz.terminal.text import hanging
from lstm_viz.terminal.wires import (
    Cell,
    Place,
    Way,
    WireKey,
    Wires,
    arrival,
    draw_wires,
    fans,
    place_of,
)

USUAL_HEIGHT, LEAST_HEIGHT = 24, 6
NEAR_ZERO = 0.05  # of the scale: what is less is dim, as the wire beyond a shut gate


@lines.register
def _(picture: pictures.Wiring, paper: Paper) -> Iterator[Row]:
    head = list(hanging(Row(), paper.row(picture.title, "bold"), 0, paper.width))
    head = head if picture.title else []
    yield from head
    most = max((paper.height or USUAL_HEIGHT) - len(head), LEAST_HEIGHT)
    boxes, drawn, ways, _ = laid(picture, paper, most)
    if not boxes:
        words = paper.words("The wiring of this cell needs a larger screen.")
        yield from hanging(Row(), words, 0, paper.width)
        return
    fine = paper.carries("│┘├▲▶")
    over = _arrows(picture, boxes, ways, fine)
    flows = {wire.start: wire.of for wire in reversed(picture.wires)}
    for node in picture.nodes:
        box = boxes[node.key]
        flow = flows.get(node.key, "")
        for k, (start, cell) in enumerate(written(node, box, flow, picture.backward)):
            text, style = cell
            for column, letter in enumerate(text, start):
                over.setdefault(box.row + k, {})[column] = letter, style
    yield from drawn.with_nodes(over, paper.width)


class Laid(NamedTuple):
    """Nodes as boxes, by key, and wires with their ways; without boxes there is too little room.

    `clear`: everywhere it is seen where a wire leads.
    """

    boxes: dict[str, Box]
    drawn: Wires
    ways: tuple[Way, ...]
    clear: bool = True


def laid(picture: pictures.Wiring, paper: Paper, most: int) -> Laid:
    """The highest wiring in which all joins are seen; where there is none, the highest.

    A number stands where no wire leads elsewhere, and no arrow on one.
    """
    wires = tuple((w.start, w.end, w.bends, w.of) for w in picture.wires)
    nodes = _as_wide_as_their_fans(picture, fans(wires, _across(picture, paper), paper.width))
    first: Laid | None = None
    for height in range(most, LEAST_HEIGHT - 1, -1):
        found = _laid(replace(picture, nodes=nodes), wires, paper, height)
        if found.boxes and found.clear:
            return found
        first = first or (found if found.boxes else None)
    return first or Laid({}, Wires([], [], {}), ())


def _across(picture: pictures.Wiring, paper: Paper) -> dict[str, float]:
    return {n.key: n.x * (paper.width - 1) for n in picture.nodes}


def _as_wide_as_their_fans(
    picture: pictures.Wiring, found: dict[str, dict[float, int]]
) -> tuple[pictures.Node, ...]:
    """The nodes as far as the picture is lit, wide where more than three wires come in below."""
    nodes = (n if n.turn <= picture.lit else replace(n, value=None) for n in picture.nodes)
    many = {key for key, fan in found.items() if any(abs(column) > 1 for column in fan.values())}
    return tuple(replace(n, symbol=f" {n.symbol} ") if n.key in many else n for n in nodes)


def _laid(picture: pictures.Wiring, wires: tuple[WireKey, ...], paper: Paper, height: int) -> Laid:
    """So many lines high."""
    at = {n.key: place_of(n.x, n.y, paper.width, height) for n in picture.nodes}
    boxes = boxes_of(picture.nodes, at, paper)
    if not boxes:
        return Laid({}, Wires([], [], {}), ())
    places = tuple((key, at[key], x) for key, x in _across(picture, paper).items())
    faint = tuple(part_of(w.value, picture.full, picture.low) < NEAR_ZERO for w in picture.wires)
    fine = paper.carries("│┘├▲▶")
    drawn, ways = draw_wires(places, wires, faint, picture.backward, paper.width, height, fine)
    for node in picture.nodes:
        boxes[node.key] = _clear(node, at[node.key], boxes[node.key], drawn, paper)
    clear = True
    for wire, way in zip(picture.wires, ways, strict=True):
        key = wire.start if picture.backward else wire.end
        if not _arrives_alone(wire, way, boxes[key], drawn):
            boxes[key] = without_number(boxes[key])
            clear = clear and _arrives_alone(wire, way, boxes[key], drawn)
    behind = (
        key not in wire
        for key, box in boxes.items()
        for column in range(box.starts[0], box.ends[0])
        for wire in drawn.passing.get((box.row, column), ())
    )
    return Laid(boxes, drawn, ways, clear and not any(behind))


def _clear(node: pictures.Node, place: Place, box: Box, drawn: Wires, paper: Paper) -> Box:
    """The node with its number where that lies on no wire that leads elsewhere: with fewer digits
    where it does, and then without."""
    if len(box.texts) < 2:
        return box
    for digits in range(paper.digits, min(paper.digits, 2) - 1, -1):
        tried = box_of(node, place, paper, digits, True)
        fits = tried.ends[1] - tried.starts[1] <= box.ends[1] - box.starts[1]
        if fits and not _is_crossed(node.key, place, tried, drawn):
            return tried
    return without_number(box)


def _is_crossed(key: str, place: Place, box: Box, drawn: Wires) -> bool:
    """Whether a wire runs along a node's number, or behind it to some other node."""
    row = box.row + 1
    level = drawn.cells[row] if row < len(drawn.cells) else {}
    for column in range(box.starts[1], box.ends[1]):
        others = any(key not in wire for wire in drawn.passing.get((row, column), ()))
        aside = abs(column - place[1]) > 2 and (row, column) in drawn.passing
        if others or aside or level.get(column, ("", ""))[0] in ("─", "-"):
            return True
    return False


def _arrives_alone(wire: pictures.Wire, way: Way, box: Box, drawn: Wires) -> bool:
    """Whether the arrow into a node stands on no wire that begins elsewhere."""
    there = arrival(way, box.covers, True)
    return not there or all(start == wire.start for start, _ in drawn.passing[there[0]])


def _arrows(
    picture: pictures.Wiring, boxes: dict[str, Box], ways: tuple[Way, ...], fine: bool
) -> dict[int, dict[int, Cell]]:
    """An arrow beside the node that a wire leads to, by row and column."""
    found: dict[int, dict[int, Cell]] = {}
    for wire, way in zip(picture.wires, ways, strict=True):
        target = boxes[wire.start if picture.backward else wire.end]
        if there := arrival(way, target.covers, fine):
            (row, column), arrow = there
            found.setdefault(row, {}).setdefault(column, (arrow, colour_of(wire.of)))
    return found
