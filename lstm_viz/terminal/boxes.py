"""The nodes of a wiring on characters: what is done there, and the number below it.

A box is as wide as the widest of the numbers that its node has at any step, so that nothing moves
from one step to the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.numerals import numeral
from lstm_viz.pictures.theme import colour_of, spelled
from lstm_viz.terminal.paper import Paper
from lstm_viz.terminal.rows import columns
from lstm_viz.terminal.wires import Cell, Place

SHORT = {"σ": "s", "Σ": "S", " Σ ": " S ", "×": "*", "÷": "/", "−": "-", "1−": "1-"}  # in ASCII
USUAL = 3  # columns more than digits: of -0.1234, as may come when something is held
BRACKETS = {"box": "[]", "dot": "()", "gate": "()", "name": ("", "")}


class Box(NamedTuple):
    """What a node covers: its lines from a row on, each from a column up to another.

    `texts` are what is written in them, each from a column of its own on.
    """

    row: int
    starts: tuple[int, ...]
    ends: tuple[int, ...]  # the column after each line
    texts: tuple[tuple[int, str], ...]

    def covers(self, place: Place) -> bool:
        """Whether a place lies in one of its lines."""
        k = place[0] - self.row
        return 0 <= k < len(self.starts) and self.starts[k] <= place[1] < self.ends[k]


def boxes_of(
    nodes: tuple[pictures.Node, ...], at: dict[str, Place], paper: Paper
) -> dict[str, Box]:
    """Every node's box; where they would touch, without the numbers of what has no name, then
    with fewer digits; none at all where that is not enough."""
    for digits in range(paper.digits, min(paper.digits, 1) - 1, -1):
        for every in (True, False):
            if found := _apart(nodes, at, paper, digits, every):
                return found
    return {}


def _apart(
    nodes: tuple[pictures.Node, ...], at: dict[str, Place], paper: Paper, digits: int, every: bool
) -> dict[str, Box]:
    """Every node's box; none where two would touch, as numbers could not be told apart then."""
    found: dict[str, Box] = {}
    taken: dict[int, list[tuple[int, int]]] = {}
    for node in nodes:
        box = box_of(node, at[node.key], paper, digits, every or bool(node.label.text))
        for k, (left, end) in enumerate(zip(box.starts, box.ends, strict=True), box.row):
            others = taken.setdefault(k, [])
            if any(left <= stop and start <= end for start, stop in others):
                return {}
            others.append((left, end))
        found[node.key] = box
    return found


def box_of(node: pictures.Node, place: Place, paper: Paper, digits: int, numbered: bool) -> Box:
    """What is done there stands where the wires meet, the number below it."""
    name, width, middle = _name(node.shape, node.symbol, node.label.text, paper.encoding)
    numbered = numbered and bool(node.room or node.value is not None)
    number, wide = _number(node, digits, paper.digits)
    sizes, middles, texts = [width], [middle], [name]
    if numbered:
        sizes, middles, texts = [width, wide], [middle, wide // 2], [name, number]
    starts = [
        min(max(place[1] - middle, 0), max(paper.width - size, 0))
        for size, middle in zip(sizes, middles, strict=True)
    ]
    ends = [start + size for start, size in zip(starts, sizes, strict=True)]
    if node.shape == "name":
        starts = [min(starts)] * len(starts)
        if starts[0] > 0:  # on the right the wire ends at the name, which has the numbers' room
            ends = [max(ends)] * len(ends)
        columns_of = starts
    else:
        columns_of = [
            starts[0],
            *(max(place[1] - len(number) // 2, starts[-1]) for _ in starts[1:]),
        ]
    return Box(place[0], tuple(starts), tuple(ends), tuple(zip(columns_of, texts, strict=True)))


def _number(node: pictures.Node, digits: int, most: int) -> tuple[str, int]:
    """A node's number, and the columns for it: those of the widest of all steps, of so many digits.

    It has as many digits, up to `most`, as these columns hold.
    """
    own = () if node.value is None else (node.value,)
    numbers = [numeral(value, digits) for value in node.room or own]
    wide = max([*map(len, numbers), digits + USUAL * bool(numbers)])
    if node.value is None:
        return "", wide
    fitting = (numeral(node.value, k) for k in range(most, 0, -1))
    shortest = numeral(node.value, 1)
    return next((each for each in fitting if len(each) <= wide), shortest), max(wide, len(shortest))


def without_number(box: Box) -> Box:
    """The box of what is done alone."""
    return Box(box.row, box.starts[:1], box.ends[:1], box.texts[:1])


@lru_cache(256)
def _name(shape: str, symbol: str, label: str, encoding: str) -> tuple[str, int, int]:
    """The upper line of a node, how wide it is, and where the middle of what is done there is."""
    opened, closed = BRACKETS[shape]
    drawn = symbol if spelled(symbol, encoding) == symbol else SHORT.get(symbol, "o")
    bracketed = f"{opened}{drawn}{closed}" if symbol else ""
    name = f"{bracketed} {spelled(label, encoding)}".strip() or "o"
    return name, columns(name), columns(bracketed or name) // 2


def written(node: pictures.Node, box: Box, flow: str, backward: bool) -> Iterator[tuple[int, Cell]]:
    """A node's lines, each with its first column and its style."""
    style = colour_of(node.label.of or flow)
    for k, (start, text) in enumerate(box.texts):
        look = colour_of("gradient") if backward and k else style
        whole = text.ljust(box.ends[k] - start) if node.shape == "name" else text
        yield start, (whole, f"bold {look}".strip())
