"""An update is made as a whole or not at all: a signal that would end the program waits until then.

with WHOLE.listening():        # once, around a training
    with WHOLE:                # around each update
        …                      # Ctrl-C, SIGTERM and SIGHUP do here what they do, but afterwards,
                               # or where it calls `WHOLE.ask`, since nothing is changed yet
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

PATIENCE = 0.5  # seconds after a signal, until it is said what is waited for
ENDS_US = [s for s in signal.Signals if s.name in ("SIGINT", "SIGTERM", "SIGHUP")]


class Whole(threading.local):
    """What runs under `with` is not broken off; signals reach the main thread alone."""

    def __init__(self) -> None:
        self.depth, self.listeners = 0, 0
        self.came: list[int] = []
        self.before: dict[int, Callable[..., Any]] = {}
        self.once = False
        self.late: Callable[[], object] = int  # says so; nothing, unless somebody has words for it
        self.leave: Callable[[], object] = int  # raises where this thread is to end
        self.timer: threading.Timer | None = None

    def __enter__(self) -> None:
        self.depth += 1

    def __exit__(self, *_: object) -> None:
        self.depth -= 1
        if self.came and not self.depth:
            self._pass_on(self.came.pop(0), None)

    def ask(self) -> None:
        """Where what runs may yet be broken off: do what a signal that came does."""
        if self.came:
            self._pass_on(self.came.pop(0), None)
        self.leave()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear the signals, as far as somebody else did, until this is left."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        if not self.listeners:
            for number in ENDS_US:
                each = signal.getsignal(number)
                if callable(each) and each != self._heard:  # ours, where a Ctrl-C broke in here
                    self.before[number] = each
                    signal.signal(number, self._heard)
        self.listeners += 1
        try:
            yield
        finally:
            self.listeners -= 1
            if not self.listeners:
                for heard, each in self.before.items():
                    signal.signal(heard, each)

    @contextmanager
    def first_only(self) -> Iterator[None]:
        """Listen, and let all signals but the first wait until this is left."""
        with self.listening():
            self.once, held = True, self.depth
            try:
                yield
            finally:
                self.once, self.depth = False, held
                if self.came and not held:
                    self._pass_on(self.came.pop(0), None)

    def _heard(self, number: int, frame: Any) -> None:
        if self.depth:
            self.came.append(number)
            if not self.timer:
                self.timer = threading.Timer(PATIENCE, self.late)
                self.timer.daemon = True
                self.timer.start()
        else:
            self._pass_on(number, frame)

    def _pass_on(self, number: int, frame: Any) -> None:
        if self.timer:
            self.timer.cancel()
            self.timer = None
        if self.once:
            self.depth += 1
        self.before[number](number, frame)


WHOLE = Whole()
