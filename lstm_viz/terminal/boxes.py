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

SHORT = {"σ": "s", "Σ": "S", "×": "*", "÷": "/", "−": "-"}  # in ASCII
USUAL = 3  # columns more than digits: of -0.1234, as may come when something is held
BRACKETS = {"box": "[]", "dot": "()", "bar": "()", "gate": "()", "name": ("", "")}


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


def extents(node: pictures.Node, paper: Paper, digits: int) -> tuple[tuple[int, int], ...]:
    """What each line of a node covers left and right of its own column; of no digits, no number."""
    _, width, middle = _name(node.shape, node.symbol, node.label.text, paper.encoding)
    lines = [(middle, width - middle - 1)]
    if digits and (node.room or node.value is not None):
        wide = _number(node, digits, paper.digits)[1]
        lines.append((wide // 2, wide - wide // 2 - 1))
    if node.shape == "name":  # one block, in which its number stands below it
        wide = max(left + right + 1 for left, right in lines)
        lines = [(wide // 2, wide - wide // 2 - 1)] * len(lines)
    return tuple(lines)


def box_of(
    node: pictures.Node, place: Place, lines: tuple[tuple[int, int], ...], paper: Paper, digits: int
) -> Box:
    """What is done there stands where the wires meet, the number below it."""
    name, _, middle = _name(node.shape, node.symbol, node.label.text, paper.encoding)
    starts = tuple(place[1] - left for left, _ in lines)
    ends = tuple(place[1] + right + 1 for _, right in lines)
    texts = [(starts[0] if node.shape == "name" else place[1] - middle, name)]
    if len(lines) > 1:
        number = _number(node, digits, paper.digits)[0]
        centred = max(place[1] - len(number) // 2, starts[1])
        texts.append((starts[1] if node.shape == "name" else centred, number))
    return Box(place[0], starts, ends, tuple(texts))


def _number(node: pictures.Node, digits: int, most: int) -> tuple[str, int]:
    """A node's number, and the columns for it: those of the widest of all steps, of so many digits.

    It has as many digits, up to `most`, as these columns hold; with none it is left out, so that
    it covers nothing else.
    """
    own = () if node.value is None else (node.value,)
    numbers = [numeral(value, digits) for value in node.room or own]
    wide = max([*map(len, numbers), digits + USUAL * bool(numbers)])
    if node.value is None:
        return "", wide
    fitting = (numeral(node.value, k) for k in range(most, 0, -1))
    return next((each for each in fitting if len(each) <= wide), ""), wide


@lru_cache(256)
def _name(shape: str, symbol: str, label: str, encoding: str) -> tuple[str, int, int]:
    """The upper line of a node, how wide it is, and where the middle of what is done there is."""
    opened, closed = BRACKETS[shape]
    plain = "".join(SHORT.get(letter, letter) for letter in symbol)
    drawn = symbol if spelled(symbol, encoding) == symbol else plain
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
