"""Frames as what a terminal has to be sent, which is only what differs from the frame before."""

from __future__ import annotations

from collections.abc import Sequence

from lstm_viz.terminal.rows import PLAIN, Row, ansi, clipped, columns

BEGIN, END = "\x1b[?2026h", "\x1b[?2026l"  # a synchronised update: shown at once, or not at all
ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J"  # another screen, no cursor, no wrapping
LEAVE = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l"


class Painter:
    """Remembers what is on the screen."""

    def __init__(self, width: int, height: int, depth: int) -> None:
        self.width, self.height, self.depth = width, height, depth
        self._rows: list[Row] = []

    def resize(self, width: int, height: int) -> None:
        """Another size: the next frame is drawn as a whole."""
        self.width, self.height, self._rows = width, height, []

    def paint(self, rows: Sequence[Row]) -> str:
        """What to send so that the screen shows these rows; empty if it already does."""
        fresh = [row if row.width <= self.width else clipped(row, self.width) for row in rows]
        fresh = (fresh + [Row()] * self.height)[: self.height]
        clear = "" if self._rows else "\x1b[0m\x1b[2J"
        before = self._rows or [Row()] * self.height
        parts = [
            _difference(old, new, k, self.depth)
            for k, (old, new) in enumerate(zip(before, fresh, strict=True), 1)
            if old.runs != new.runs
        ]
        self._rows = fresh
        return f"{BEGIN}{clear}{''.join(parts)}{END}" if parts or clear else ""


def _difference(old: Row, new: Row, line: int, depth: int) -> str:
    """Move to the first column that differs, and write from there to the last that does."""
    start, column = _same_start(old, new)
    rest = new[start:]
    end = ""
    if old.width == new.width:
        rest = _without_same_end(old, rest)
    elif old.width > new.width:
        end = "\x1b[0m\x1b[K"
    return f"\x1b[{line};{column + 1}H{ansi(rest, max(depth, PLAIN))}{end}"


def _same_start(old: Row, new: Row) -> tuple[int, int]:
    """How many characters, and columns, both rows begin with."""
    characters = place = 0
    for (text, style), (other, its) in zip(new.runs, old.runs, strict=False):
        if style != its:
            break
        if text == other:
            characters, place = characters + len(text), place + columns(text)
            continue
        same = next(
            (k for k, (a, b) in enumerate(zip(text, other, strict=False)) if a != b),
            min(len(text), len(other)),
        )
        return characters + same, place + columns(text[:same])
    return characters, place


def _without_same_end(old: Row, rest: Row) -> Row:
    """The runs of the rest, without those at the end that the old row ends with too."""
    runs = list(rest.runs)
    for run, other in zip(reversed(rest.runs), reversed(old.runs), strict=False):
        if run != other or len(runs) == 1:
            break
        runs.pop()
    return Row.of(runs)
