"""Frames as what a terminal has to be sent, which is only what differs from the frame before."""

from __future__ import annotations

from collections.abc import Sequence

from lstm_viz.terminal.rows import Row, Run, clipped, columns, written

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
    same = _same_start(old.runs, new.runs)
    place = columns("".join([text for text, _ in new.runs[:same]]))
    rest = list(new.runs[same:])
    if rest and same < len(old.runs) and rest[0][1] == old.runs[same][1]:
        text, style = rest[0]
        begin = _same_start(old.runs[same][0], text)
        place += columns(text[:begin])
        rest[0] = text[begin:], style
    if old.width == new.width:
        _drop_same_end(old.runs, rest)
    end = "\x1b[0m\x1b[K" if old.width > new.width else ""
    return f"\x1b[{line};{place + 1}H{written(rest, depth)}{end}"


def _same_start(old: Sequence[object], new: Sequence[object]) -> int:
    """How many runs, or letters, both begin with."""
    for k, (one, other) in enumerate(zip(old, new, strict=False)):
        if one != other:
            return k
    return min(len(old), len(new))


def _drop_same_end(old: Sequence[Run], rest: list[Run]) -> None:
    """Take away the runs that the old row ends with too; the first of the rest may be cut."""
    for run in reversed(old):
        if len(rest) == 1 or rest[-1] != run:
            break
        rest.pop()
