"""Is there a screen to draw on, and anybody at its keyboard?

A notebook's `!command`, a log of `script` and many runners give a program a terminal at which
nobody sits: whoever waits for a key there waits for ever. Real terminals answer when they are asked
what they are, and so they are asked before a key is waited for.
"""

from __future__ import annotations

import os
import re
import select
import sys
import time
from functools import cache

try:
    import termios
    import tty
except ImportError:  # Windows
    termios = tty = None  # type: ignore[assignment]

ASK = b"\x1b[c"  # "primary device attributes": what are you? (ECMA-48, DA)
ANSWER, BEGUN = re.compile(rb"\x1b\[\?[\d;]*c"), re.compile(rb"(\x1b(\[(\?[\d;]*)?)?)?")
END = b"\x04\x00"  # how the end of what is typed comes: Ctrl-D, or what the kernel makes of it
PATIENCE = 2.0  # seconds; over SSH an answer takes a while

_early: list[bytes] = []


def in_notebook() -> bool:
    """Whether we run for a cell of a notebook, where no key can come."""
    return "JPY_PARENT_PID" in os.environ


def on_screen() -> bool:
    """Whether what is written can be written over: not in a pipe, a notebook, a plain terminal."""
    named = os.environ.get("TERM", "") not in ("", "dumb", "unknown")
    return named and not in_notebook() and sys.stdout is not None and sys.stdout.isatty()


@cache
def can_play() -> bool:
    """Whether there is a whole screen to play on, and keys can arrive."""
    if termios is None or sys.stdin is None or not (on_screen() and sys.stdin.isatty()):
        return False
    if not _in_front(sys.stdin.fileno()):
        return False
    modes = termios.tcgetattr(sys.stdin)
    try:
        tty.setcbreak(sys.stdin, termios.TCSANOW)
        os.write(sys.stdout.fileno(), ASK)
        return _answered(sys.stdin.fileno())
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSANOW, modes)


def _in_front(keyboard: int) -> bool:
    """Whether the keys are ours: a job in the background that asked for them would be stopped."""
    try:
        return os.tcgetpgrp(keyboard) == os.getpgrp()
    except OSError:  # a terminal that is not the one we run on
        return True


def typed_early() -> bytes:
    """The keys that came while the terminal was asked, once."""
    early = b"".join(_early)
    _early.clear()
    return early


def _answered(keyboard: int) -> bool:
    """Whether the terminal answers, or somebody types, before patience ends."""
    end, sent = time.monotonic() + PATIENCE, b""
    while (left := end - time.monotonic()) > 0:
        if not select.select([keyboard], [], [], left)[0]:
            return False
        sent += (part := os.read(keyboard, 4096))
        keys = ANSWER.sub(b"", sent)
        if not part or (keys and not keys.strip(END)):
            return False
        if keys != sent or not BEGUN.fullmatch(keys):
            _early.append(keys)
            return True
    return False
