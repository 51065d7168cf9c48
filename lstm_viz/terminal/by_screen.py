"""What a program prints, a screenful at a time."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator

from lstm_viz.pictures.language import Language
from lstm_viz.terminal.one_key import wait_for_key
from lstm_viz.terminal.painter import BEGIN, END

try:
    import termios
except ImportError:  # Windows
    termios = None  # type: ignore[assignment]

WIPED = "\r\x1b[K"
_BEGIN, _END = BEGIN.encode(), END.encode()
_UP = re.compile(rb"\x1b\[(\d+)A")
_CUT = re.compile(rb"(?<=\n)|(\x1b\[(?:\?2026[hl]|\d+A))")
FOOT = 2  # lines below a screenful: a blank one, and what is said there


def another_terminal() -> tuple[int, int]:
    """File descriptors of a terminal of the size of ours: what is printed there, and where."""
    source, there = os.openpty()
    size = os.get_terminal_size(sys.stdout.fileno())
    termios.tcsetwinsize(there, (size.lines, size.columns))
    return source, there


def by_screen(source: int, above: int, say: Language) -> None:
    """Copy what comes from a file descriptor to the terminal, as it comes, to its end.

    Where the screen is full, with `above` lines at first, wait for a key; not in the middle of a
    picture that is drawn in place.
    """
    page = max(os.get_terminal_size(sys.stdout.fileno()).lines - FOOT, 1)
    room, drawing = max(page - above, 1), False
    for part in _parts(source):
        if room <= 0 and not drawing and not _CUT.fullmatch(part):
            _write(f"({say('a key shows what follows')})".encode(sys.stdout.encoding, "replace"))
            wait_for_key()
            _write(WIPED.encode())
            room = page
        _write(part)
        drawing = part == _BEGIN or (drawing and part != _END)
        up = _UP.match(part)
        room = min(room + int(up[1]), page) if up else room - part.endswith(b"\n")


def _parts(source: int) -> Iterator[bytes]:
    """What comes, cut at ends of lines and at what a picture in place begins and ends with."""
    rest = b""
    while data := _read(source):
        *whole, rest = _CUT.split(rest + data)
        if b"\x1b" not in rest:  # it may be the beginning of one of those
            whole, rest = [*whole, rest], b""
        yield from filter(None, whole)
    if rest:
        yield rest


def _read(source: int) -> bytes:
    """What came; empty at the end, where a terminal whose program has ended fails."""
    try:
        return os.read(source, 4096)
    except OSError:
        return b""


def _write(data: bytes) -> None:
    while data:
        data = data[os.write(sys.stdout.fileno(), data) :]
