"""Ctrl-C, SIGTERM and SIGHUP end the program with their own exit code, wherever they come.

What a handler raises is lost where Python was called back from C, as by a destructor: it is raised
once more, a moment later.
"""

from __future__ import annotations

import signal
import sys
from contextlib import suppress
from functools import partial

CODES = {"SIGINT": 130, "SIGTERM": 143, "SIGHUP": 129}
MOMENT = 0.01  # seconds
_came: list[int] = []


def hear() -> None:
    """Raise what ends the program on each of the signals that is not ignored, as nohup does."""
    for name, code in CODES.items():
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, partial(_end, code))
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, lambda *_: _raise(_came[-1]))
        sys.unraisablehook = _once_more


def came() -> int | None:
    """The exit code of the last signal; None where there was none."""
    return _came[-1] if _came else None


def leave_alone() -> None:
    """The work is done: from here on a signal ends the process at once, without a word."""
    for name in CODES:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


def _end(code: int, *_: object) -> None:
    _came.append(code)
    _raise(code)


def _raise(code: int) -> None:
    if code == CODES["SIGINT"]:
        raise KeyboardInterrupt
    sys.exit(code)


def _once_more(lost: sys.UnraisableHookArgs) -> None:
    if _came and isinstance(lost.exc_value, KeyboardInterrupt | SystemExit):
        with suppress(ValueError):
            signal.setitimer(signal.ITIMER_REAL, MOMENT)
    else:
        sys.__unraisablehook__(lost)
