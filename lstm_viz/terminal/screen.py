"""The terminal taken over, and given back as it was whatever happens.

On another screen than the one that was there, keys come one by one and unseen. A new size is
drawn at once; Ctrl-Z gives the terminal back until `fg`.
"""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.terminal.asking import typed_early
from lstm_viz.terminal.keys import decode
from lstm_viz.terminal.output import depth, open_console, send
from lstm_viz.terminal.painter import ENTER, LEAVE, Painter
from lstm_viz.terminal.paper import Paper
from lstm_viz.terminal.rows import ATTRIBUTES, SIXTEEN, Row

try:
    import termios
    import tty
except ImportError:  # Windows
    termios = tty = None  # type: ignore[assignment]

ESCAPE_PAUSE = 0.05  # seconds after which Escape is a key, not the beginning of one
HUNG_UP = 129
LEAST = 20, 6


class Screen:
    """The whole screen of the terminal, as long as `with` lasts."""

    def __init__(self, say: Language = ENGLISH) -> None:
        console = open_console()
        self._out, self._in = sys.stdout, sys.stdin.fileno()
        self._painter = Painter(*self._size(), max(depth(console), ATTRIBUTES))
        self._encoding, self._say = console.encoding, say
        self._resized, self._stopped, self._waiting = False, False, typed_early()
        self._before: dict[int, Any] = {}
        self.blank = True  # whether all is to be drawn: at first, at a new size, after Ctrl-Z

    def __enter__(self) -> Screen:
        self._wake, self._ring = os.pipe()
        for end in (self._wake, self._ring):
            os.set_blocking(end, False)
        self._old_ring = signal.set_wakeup_fd(self._ring, warn_on_full_buffer=False)
        for number, handler in (
            (signal.SIGWINCH, self._on_resize),
            (signal.SIGTSTP, self._on_stop),
        ):
            self._before[number] = signal.signal(number, handler)
        try:
            self._take()
        except BaseException:  # Ctrl-C as the screen is taken
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._give_back()
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._old_ring)
        os.close(self._wake)
        os.close(self._ring)

    @property
    def paper(self) -> Paper:
        """Paper of the size of the screen."""
        painter = self._painter
        return Paper(
            painter.width,
            3,
            self._encoding,
            painter.height,
            painter.depth >= SIXTEEN,
            self._say,
        )

    def draw(self, rows: Sequence[Row]) -> None:
        """Show these rows; only what changed is sent."""
        self.blank = False
        if sent := self._painter.paint(rows):
            try:
                send(sent, self._encoding)
            except OSError:  # the terminal is gone
                sys.exit(HUNG_UP)

    def keys(self, timeout: float | None) -> list[str]:
        """The keys pressed, as soon as there are any; none after so many seconds, or a new size."""
        if self._waiting:
            timeout = ESCAPE_PAUSE
        ready = select.select([self._in, self._wake], [], [], timeout)[0]
        if self._wake in ready:
            with suppress(BlockingIOError):
                os.read(self._wake, 4096)
        if self._stopped:
            self._pause()
        if self._resized:
            self._resized = False
            self._empty()
        sent = self._read() if self._in in ready else b""
        found, self._waiting = decode(self._waiting + sent, more=bool(sent))
        return found

    def forget_keys(self) -> None:
        """What was pressed up to now goes nowhere."""
        termios.tcflush(self._in, termios.TCIFLUSH)
        self._waiting = b""

    def _read(self) -> bytes:
        try:
            sent = os.read(self._in, 4096)
        except OSError:
            sent = b""
        return sent or sys.exit(HUNG_UP)

    # ---------------------------------------------------------------- taking and giving back

    def _take(self) -> None:
        self._modes = termios.tcgetattr(self._in)
        tty.setcbreak(self._in)
        self._empty()
        send(ENTER, self._encoding)

    def _empty(self) -> None:
        self._painter.resize(*self._size())
        self.blank = True

    def _give_back(self) -> None:
        try:
            with suppress(OSError, ValueError):
                send(LEAVE, self._encoding)
        finally:
            with suppress(termios.error, OSError):
                termios.tcsetattr(self._in, termios.TCSADRAIN, self._modes)

    def _size(self) -> tuple[int, int]:
        try:
            width, height = os.get_terminal_size(self._out.fileno())
        except OSError:
            width, height = 0, 0
        return max(width or 80, LEAST[0]), max(height or 24, LEAST[1])

    def _on_resize(self, *_: object) -> None:
        self._resized = True

    def _on_stop(self, *_: object) -> None:
        self._stopped = True

    def _pause(self) -> None:
        """Ctrl-Z: the terminal as it was, until we are called back."""
        self._stopped = False
        self._give_back()
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, self._on_stop)
        self._take()
