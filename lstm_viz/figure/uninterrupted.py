"""Ctrl-C and its like wait while Matplotlib draws.

Matplotlib is called back from C, where what a signal's handler raises is lost or becomes another
error. A picture takes a second at most, a frame of a film much less.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_ENDS_US = [s for s in signal.Signals if s.name in ("SIGINT", "SIGTERM", "SIGHUP")]


@contextmanager
def uninterrupted() -> Iterator[None]:
    """What comes meanwhile is heard afterwards; what ends the process at once still does so."""
    if threading.current_thread() is not threading.main_thread():  # signals are never heard there
        yield
        return
    came: list[int] = []
    before: dict[signal.Signals, Any] = {}
    try:
        for number in _ENDS_US:
            if callable(handler := signal.getsignal(number)):
                before[number] = handler
                signal.signal(number, lambda number, _: came.append(number))
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        for first in came[:1]:
            signal.raise_signal(first)
