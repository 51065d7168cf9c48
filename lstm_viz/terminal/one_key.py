"""One key, unseen, and then on."""

from __future__ import annotations

import os
import sys

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
