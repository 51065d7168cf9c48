"""A wiring on characters: nodes as text with their number below, wires as lines with arrows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.scales import part_of
from lstm_viz.pictures.theme import colour_of
from lstm_viz.terminal.boxes import SHORT, Box, box_of, extents, written
from lstm_viz.terminal.paper import Paper, lines
from lstm_viz.terminal.places import Extent, Standing, Stop, standing
from lstm_viz.terminal.rows import Row
from lstm_viz.terminal.text import hanging
from lstm_viz.terminal.ways import drawn_ways, fans
from lstm_viz.terminal.wires import Cell, Way, Wires, arrival, draw_wires

USUAL_HEIGHT, LEAST_HEIGHT = 24, 6
NEAR_ZERO = 0.05  # of the scale: what is less is dim, as the wire beyond a shut gate


@lines.register
def _(picture: pictures.Wiring, paper: Paper) -> Iterator[Row]:
    head = list(hanging(Row(), paper.row(picture.title, "bold"), 0, paper.width))
    head = head if picture.title else []
    yield from head
    most = max((paper.height or USUAL_HEIGHT) - len(head), LEAST_HEIGHT)
    boxes, drawn, ways = laid(picture, paper, most)
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
    """Nodes as boxes, by key, and wires with their ways; without boxes there is too little room."""

    boxes: dict[str, Box]
    drawn: Wires
    ways: tuple[Way, ...]


def laid(picture: pictures.Wiring, paper: Paper, height: int) -> Laid:
    """A wiring on so many lines in which it is seen where every wire leads; else nothing."""
    nodes = tuple(n if n.turn <= picture.lit else replace(n, value=None) for n in picture.nodes)
    found = _placed(
        tuple(replace(n, value=n.value and 0.0, opening=None, turn=0) for n in nodes),
        tuple((w.start, w.end, w.bends) for w in picture.wires),
        picture.backward,
        (paper.width, height),
        (paper.encoding, paper.digits),
    )
    if found is None:
        return Laid({}, Wires([], [], {}), ())
    boxes = {
        n.key: box_of(
            _padded(n, found.pads),
            found.standing.at[n.key],
            found.lines[n.key],
            paper,
            found.digits[n.key],
        )
        for n in nodes
    }
    faint = tuple(part_of(w.value, picture.full, picture.low) < NEAR_ZERO for w in picture.wires)
    wires = tuple(
        (w.start, w.end, corners, w.of)
        for w, corners in zip(picture.wires, found.standing.ways, strict=True)
    )
    fine = paper.carries("│┘├▲▶")
    drawn, ways = draw_wires(wires, faint, picture.backward, paper.width, height, fine)
    return Laid(boxes, drawn, ways)


def _padded(node: pictures.Node, pads: Mapping[str, int]) -> pictures.Node:
    """A node as wide as the wires that come in beside its middle."""
    pad = " " * pads[node.key]
    return replace(node, symbol=f"{pad}{node.symbol}{pad}")


class Placed(NamedTuple):
    """Where all stands, how many digits each node's number has, what its lines cover, and how many
    blanks its symbol has on either side."""

    standing: Standing
    digits: dict[str, int]
    lines: dict[str, tuple[Extent, ...]]
    pads: dict[str, int]


@lru_cache(32)
def _placed(
    nodes: tuple[pictures.Node, ...],
    wires: tuple[tuple[str, str, tuple[tuple[float, float], ...]], ...],
    backward: bool,
    size: tuple[int, int],
    written_in: tuple[str, int],
) -> Placed | None:
    """All numbers with as many digits as there is room for; else as many numbers as there is room
    for: those of what comes in and goes out first, then of what has a name."""
    encoding, most = written_in
    paper = Paper(size[0], encoding=encoding, digits=most)
    at = {n.key: (n.x, n.y) for n in nodes}
    ways, ends = drawn_ways(at, wires), [end for _, end, _ in wires]

    def tried(digits: dict[str, int], free: int = 0) -> Placed | None:
        beside = fans(at, ends, ways, 1 + free)
        pads = dict.fromkeys(at, 0)
        for end, way in zip(ends, ways, strict=True):
            pads[end] = max(pads[end], abs(beside.get(way[-1][0], 0)) - 1)
        lines = {n.key: extents(_padded(n, pads), paper, digits[n.key]) for n in nodes}
        stops = {n.key: Stop(n.x, n.y, lines[n.key]) for n in nodes}
        pairs = [(start, end) for start, end, _ in wires]
        found = standing(stops, pairs, ways, beside, backward, size, free)
        return None if found is None else Placed(found, digits, lines, pads)

    for digits in range(most, min(most, 2) - 1, -1):
        for free in (1, 0):
            if found := tried(dict.fromkeys(at, digits), free):
                return found
    best = tried(dict.fromkeys(at, 0))
    for node in sorted(nodes, key=lambda n: (n.shape != "name", not n.label.text)):
        if best and (found := tried(best.digits | {node.key: min(most, 2)})):
            best = found
    return best


def _arrows(
    picture: pictures.Wiring, boxes: dict[str, Box], ways: tuple[Way, ...], fine: bool
) -> dict[int, dict[int, Cell]]:
    """An arrow beside the node that a wire leads to, by row and column; a mark in its place."""
    found: dict[int, dict[int, Cell]] = {}
    for wire, way in zip(picture.wires, ways, strict=True):
        target = boxes[wire.start if picture.backward else wire.end]
        if there := arrival(way, target.covers, fine):
            (row, column), arrow = there
            found.setdefault(row, {}).setdefault(column, (arrow, colour_of(wire.of)))
        back = way[::-1] if picture.backward else way
        if wire.mark and (there := arrival(back, boxes[wire.end].covers, fine)):
            row, column = there[0]
            mark = wire.mark if fine else SHORT.get(wire.mark, wire.mark)
            found.setdefault(row, {})[column] = (mark, colour_of(wire.of))
    return found
