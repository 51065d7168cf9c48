"""What a program prints, a screenful at a time."""

from __future__ import annotations

import os
import sys

from lstm_viz.pictures.language import Language
from lstm_viz.terminal.one_key import wait_for_key

try:
    import termios
except ImportError:  # Windows
    termios = None  # type: ignore[assignment]

WIPED = "\r\x1b[K"
FOOT = 3  # lines below a screenful: a blank one, what is said there, the cursor's


def another_terminal() -> tuple[int, int]:
    """File descriptors of a terminal of the size of ours: what is printed there, and where."""
    source, there = os.openpty()
    size = os.get_terminal_size(sys.stdout.fileno())
    termios.tcsetwinsize(there, (size.lines, size.columns))
    return source, there


def by_screen(source: int, above: int, say: Language) -> None:
    """Copy what comes from a file descriptor to the terminal, as it comes, to its end.

    Where the screen is full, with `above` lines at first, wait for a key.
    """
    page = max(os.get_terminal_size(sys.stdout.fileno()).lines - FOOT, 1)
    room = max(page - above, 1)
    while data := _read(source):
        for line in data.splitlines(keepends=True):
            if not room:
                _write(
                    f"({say('a key shows what follows')})".encode(sys.stdout.encoding, "replace")
                )
                wait_for_key()
                _write(WIPED.encode())
                room = page
            _write(line)
            room -= line.endswith(b"\n")


def _read(source: int) -> bytes:
    """What came; empty at the end, where a terminal whose program has ended fails."""
    try:
        return os.read(source, 4096)
    except OSError:
        return b""


def _write(data: bytes) -> None:
    while data:
        data = data[os.write(sys.stdout.fileno(), data) :]
