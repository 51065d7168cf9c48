"""Pictures updated in place, below what was printed before, and left standing at the end.

with InPlace() as place:
    place.show(picture)        # again and again

The cursor comes back whatever ends it: an error, Ctrl-C, SIGTERM (which `program` turns into an
exit). A picture is never higher than the screen, so that nothing scrolls away half drawn.
"""

from __future__ import annotations

import os
import sys

from lstm_viz.pictures.kinds import Picture
from lstm_viz.terminal.output import depth, open_console, send
from lstm_viz.terminal.painter import BEGIN, END
from lstm_viz.terminal.paper import Paper, lines
from lstm_viz.terminal.rows import ATTRIBUTES, SIXTEEN, Row, ansi, clipped

HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"


class InPlace:
    """A stretch of rows of the terminal that is written anew each time."""

    def __init__(self) -> None:
        self._console = open_console()
        self._depth = max(depth(self._console), ATTRIBUTES)
        self._height = 0

    def __enter__(self) -> InPlace:
        sys.stdout.flush()  # what was printed before
        send(HIDE, self._console.encoding)
        return self

    def __exit__(self, *_: object) -> None:
        send(f"\x1b[0m{SHOW}", self._console.encoding)

    def show(self, picture: Picture) -> None:
        """Put a picture where the one before stood."""
        rows = self.rows(picture)
        up = f"\x1b[{self._height}A" if self._height else ""
        text = "".join(f"\r{ansi(row, self._depth)}\x1b[0m\x1b[K\n" for row in rows)
        self._height = len(rows)
        send(f"{BEGIN}{up}\r{text}\x1b[J{END}", self._console.encoding)

    def rows(self, picture: Picture) -> list[Row]:
        """The picture on what room there is."""
        width, height = os.get_terminal_size() if sys.stdout.isatty() else (0, 0)
        width, height = max((width or 80) - 1, 20), max((height or 24) - 1, 5)
        paper = Paper(width, 3, self._console.encoding, height, self._depth >= SIXTEEN)
        return [clipped(row, width) for row in lines(picture, paper)][:height]
