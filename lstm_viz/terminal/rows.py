"""A line of text in runs of one style each, and the styles as a terminal's own codes.

row = Row("c", "bold #d9541e") + Row(" = 0.918")
row.width, row.plain, row.padded(20), row[2:5]
ansi(row, TRUECOLOUR)                    # with escape sequences
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from rich.cells import get_character_cell_size
from rich.color import Color, ColorSystem

Run = tuple[str, str]  # text and style

# How much colour a terminal has.
PLAIN, ATTRIBUTES, SIXTEEN, MANY, TRUECOLOUR = 0, 1, 16, 256, 1 << 24

# What we draw with: Latin, Greek, arrows, mathematics, boxes, blocks and braille, a column each.
_NARROW = re.compile(
    "[ -~\xa1-\u02ff\u0370-\u0482\u2010-\u205e\u2070-\u2319\u22ee\u2500-\u25fc\u2800-\u28ff]*"
)

_ATTRIBUTES = {"bold": "1", "reverse": "7", "underline": "4"}
_QUIET = "#7d7d7d"
_SYSTEMS = {
    SIXTEEN: ColorSystem.STANDARD,
    MANY: ColorSystem.EIGHT_BIT,
    TRUECOLOUR: ColorSystem.TRUECOLOR,
}


def columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii() or _NARROW.fullmatch(text):
        return len(text)
    return sum(map(get_character_cell_size, text))


class Row:
    """One line; it never changes, every method gives another."""

    __slots__ = ("runs", "width")

    def __init__(self, text: str = "", style: str = "") -> None:
        self.runs: tuple[Run, ...] = ((text, style),) if text else ()
        self.width = columns(text)  # how many columns it takes

    @classmethod
    def of(cls, runs: Iterable[Run]) -> Row:
        """A row of these runs, those of one style joined."""
        return _measured(_joined(runs))

    @classmethod
    def exactly(cls, runs: Iterable[Run], width: int) -> Row:
        """A row of these runs, as they are, of which it is known that they are so wide."""
        return _made(tuple(runs), width)

    @property
    def plain(self) -> str:
        """The text without its styles."""
        return "".join([text for text, _ in self.runs])

    def __add__(self, other: Row) -> Row:
        return _made(self.runs + other.runs, self.width + other.width)

    def __getitem__(self, part: slice) -> Row:
        """The characters (not columns) from start to stop."""
        start, stop, _ = part.indices(len(self.plain))
        return Row.of(_cut(self.runs, start, stop))

    def padded(self, width: int) -> Row:
        """At least so wide, with spaces after."""
        lacking = width - self.width
        return _made((*self.runs, (" " * lacking, "")), width) if lacking > 0 else self

    def right(self, width: int) -> Row:
        """At least so wide, with spaces before."""
        lacking = width - self.width
        return _made(((" " * lacking, ""), *self.runs), width) if lacking > 0 else self

    def stripped(self) -> Row:
        """Without the spaces at its end."""
        if not self.runs or not self.runs[-1][0][-1].isspace():
            return self
        runs = list(self.runs)
        while runs and runs[-1][0].isspace():
            runs.pop()
        if runs and runs[-1][0][-1:] == " ":
            runs[-1] = runs[-1][0].rstrip(), runs[-1][1]
        return _measured(tuple(runs))

    def styled(self, style: str) -> Row:
        """Every run with this added to its style."""
        return Row.of((text, f"{own} {style}".strip()) for text, own in self.runs)

    def lines(self) -> Iterator[Row]:
        """The parts between its line ends."""
        start = 0
        for part in self.plain.split("\n"):
            yield self[start : start + len(part)]
            start += len(part) + 1


def _made(runs: tuple[Run, ...], width: int) -> Row:
    row = Row.__new__(Row)
    row.runs, row.width = runs, width
    return row


def _measured(runs: tuple[Run, ...]) -> Row:
    return _made(runs, columns("".join([text for text, _ in runs])))


def _joined(runs: Iterable[Run]) -> tuple[Run, ...]:
    text, style = "", ""
    found = []
    for more, other in runs:
        if other == style:
            text += more
        else:
            if text:
                found.append((text, style))
            text, style = more, other
    if text:
        found.append((text, style))
    return tuple(found)


def _cut(runs: Iterable[Run], start: int, stop: int) -> Iterator[Run]:
    for text, style in runs:
        size = len(text)
        if start < size and stop > 0:
            yield (text if start <= 0 and stop >= size else text[max(start, 0) : stop]), style
        start, stop = start - size, stop - size


def chained(rows: Iterable[Row]) -> Row:
    """Rows in sequence."""
    runs: list[Run] = []
    width = 0
    for row in rows:
        runs += row.runs
        width += row.width
    return _made(tuple(runs), width)


def clipped(row: Row, width: int) -> Row:
    """The row in exactly so many columns; a wide character that is cut in two becomes a space."""
    if row.width <= width:
        return row.padded(width)
    text, used = row.plain, 0
    for k, letter in enumerate(text):
        size = 1 if letter.isascii() else get_character_cell_size(letter)
        if used + size > width:
            return row[:k].padded(width)
        used += size
    return row


# ---------------------------------------------------------------------------- colours


def ansi(row: Row, depth: int) -> str:
    """The row with a terminal's escape sequences for as much colour as it has."""
    return written(row.runs, depth)


def written(runs: Iterable[Run], depth: int) -> str:
    """Runs with escape sequences, as `ansi`."""
    if depth == PLAIN:
        return "".join([text for text, _ in runs])
    known = _escapes(depth)
    return "".join([known[run] for run in runs])


class _Escapes(dict[Run, str]):
    """Runs with their escape sequences, each made once: a lookup is all that most cells cost."""

    MOST = 2048

    def __init__(self, depth: int) -> None:
        self.depth = depth

    def __missing__(self, run: Run) -> str:
        text, style = run
        codes = codes_of(style, self.depth)
        if len(self) >= self.MOST:
            self.clear()
        self[run] = f"\x1b[{codes}m{text}\x1b[0m" if codes and text else text
        return self[run]


@cache
def _escapes(depth: int) -> _Escapes:
    return _Escapes(depth)


@lru_cache(4096)
def codes_of(style: str, depth: int) -> str:
    """`bold on #0e8f6e` as the numbers of an escape sequence."""
    found, ground = [], False
    for word in style.split():
        if word == "on":
            ground = True
        elif word in _ATTRIBUTES:
            found.append(_ATTRIBUTES[word])
        elif depth > ATTRIBUTES:
            near = Color.parse(_QUIET if word == "dim" else word).downgrade(_SYSTEMS[depth])
            found.extend(near.get_ansi_codes(foreground=not ground))
            ground = False
    return ";".join(found)


def rgb(colour: str) -> tuple[int, int, int]:
    """#rrggbb as three numbers."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
