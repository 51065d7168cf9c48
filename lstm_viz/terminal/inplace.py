"""Pictures updated in place, below what was printed before, and left standing at the end.

with InPlace() as place:
    place.show(picture)        # again and again

The cursor comes back whatever ends it: an error, Ctrl-C, SIGTERM (which `program` turns into an
exit); and for as long as Ctrl-Z stops it. A picture is never higher than the screen, so that
nothing scrolls away half drawn.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from lstm_viz.pictures.kinds import Picture
from lstm_viz.terminal.output import depth, open_console, send
from lstm_viz.terminal.painter import BEGIN, END
from lstm_viz.terminal.paper import Paper, lines
from lstm_viz.terminal.rows import ATTRIBUTES, SIXTEEN, Row, ansi, clipped

HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"


def _size() -> tuple[int, int]:
    """Columns and rows of the terminal; (0, 0) where there is none."""
    columns, rows = os.get_terminal_size() if sys.stdout.isatty() else (0, 0)
    return columns, rows


class InPlace:
    """A stretch of rows of the terminal that is written anew each time."""

    def __init__(self) -> None:
        self._console = open_console()
        self._depth = max(depth(self._console), ATTRIBUTES)
        self._height, self._size = 0, _size()
        self._sending, self._stopped = False, False
        self._before: Any = None

    def __enter__(self) -> InPlace:
        sys.stdout.flush()  # what was printed before
        if hasattr(signal, "SIGTSTP") and signal.getsignal(signal.SIGTSTP) == signal.SIG_DFL:
            self._before = signal.signal(signal.SIGTSTP, self._on_stop)
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._send(f"\x1b[0m{SHOW}")
        finally:
            if self._before is not None:
                signal.signal(signal.SIGTSTP, self._before)

    def show(self, picture: Picture) -> None:
        """Put a picture where the one before stood."""
        rows = self.rows(picture)
        up = f"\x1b[{self._height}A" if self._height else HIDE
        if self._height and self._size != _size():  # the terminal has moved what stood there
            up = "\x1b[2J\x1b[H"
        self._size = _size()
        text = "".join(f"\r{ansi(row, self._depth)}\x1b[0m\x1b[K\n" for row in rows)
        self._height = len(rows)
        self._send(f"{BEGIN}{up}\r{text}\x1b[J{END}")

    def clear(self) -> None:
        """Take the picture away."""
        if self._height:
            self._send(f"\x1b[{self._height}A\r\x1b[J")
            self._height = 0

    def rows(self, picture: Picture) -> list[Row]:
        """The picture on what room there is."""
        width, height = _size()
        width, height = max((width or 80) - 1, 20), max((height or 24) - 1, 5)
        paper = Paper(width, 3, self._console.encoding, height, self._depth >= SIXTEEN)
        return [clipped(row, width) for row in lines(picture, paper)][:height]

    def _send(self, text: str) -> None:
        """All of it; Ctrl-Z waits for that long."""
        self._sending = True
        try:
            send(text, self._console.encoding)
        finally:
            self._sending = False
        if self._stopped:
            self._pause()

    def _on_stop(self, *_: object) -> None:
        self._stopped = True
        if not self._sending:
            self._pause()

    def _pause(self) -> None:
        """Ctrl-Z: the cursor is there until we are called back; then a picture begins anew."""
        self._stopped = False
        send(f"\x1b[0m{SHOW}", self._console.encoding)
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, self._on_stop)
        self._height = 0
