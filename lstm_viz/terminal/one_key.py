"""One key, unseen, and then on."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

try:
    import termios
    import tty
except ImportError:  # Windows
    termios = tty = None  # type: ignore[assignment]


def wait_for_key() -> None:
    """Wait for a key; afterwards the terminal is as it was."""
    keyboard = sys.stdin.fileno()
    before = termios.tcgetattr(keyboard)
    try:
        tty.setcbreak(keyboard)
        os.read(keyboard, 64)
    finally:
        termios.tcsetattr(keyboard, termios.TCSAFLUSH, before)


@contextmanager
def typed_unseen() -> Iterator[None]:
    """Show nothing of what is typed meanwhile, and drop it at the end."""
    if termios is None or not sys.stdin.isatty():
        yield
        return
    keyboard = sys.stdin.fileno()
    before = termios.tcgetattr(keyboard)
    silent = termios.tcgetattr(keyboard)
    silent[3] &= ~termios.ECHO
    termios.tcsetattr(keyboard, termios.TCSANOW, silent)
    try:
        yield
    finally:
        termios.tcsetattr(keyboard, termios.TCSAFLUSH, before)
