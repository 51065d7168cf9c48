"""Frames written one below the other, in colour only where there is a terminal for it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterable
from typing import IO, Any

from rich.console import Console

from lstm_viz.pictures.kinds import Picture
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.pictures.numerals import DIGITS
from lstm_viz.terminal.paper import Paper, lines
from lstm_viz.terminal.rows import ATTRIBUTES, MANY, PLAIN, SIXTEEN, TRUECOLOUR, ansi

_ENDS_US = {s for s in signal.Signals if s.name in ("SIGINT", "SIGTERM", "SIGHUP")}
_DEPTHS = {None: PLAIN, "standard": SIXTEEN, "256": MANY, "truecolor": TRUECOLOUR, "windows": PLAIN}

WIDEST = 1000  # columns, whatever the variable COLUMNS says


def open_console(file: IO[str] | None = None, width: int | None = None, **options: Any) -> Console:
    """A console on standard output, or on a file; in colour only where that is a terminal."""
    console = Console(
        file=file or sys.stdout, width=width, highlight=False, markup=False, emoji=False, **options
    )
    if console.width > WIDEST:
        console.width = WIDEST
    return console


def depth(console: Console) -> int:
    """How much colour a console has; a terminal that wants none still has bold and reverse."""
    if console.no_color or console.color_system is None:
        return ATTRIBUTES if console.is_terminal and not console.is_dumb_terminal else PLAIN
    return _DEPTHS[console.color_system]


def send(text: str, encoding: str) -> None:
    """Straight to the terminal, to the last byte: a signal that would end us waits for that long.

    Nothing is left in a buffer for a terminal that is gone.
    """
    data = text.encode(encoding, "replace")
    masking = hasattr(signal, "pthread_sigmask")  # not on Windows
    try:
        if masking:
            signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS_US)
        while data:
            data = data[os.write(sys.stdout.fileno(), data) :]
    finally:
        if masking:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS_US)


def show(
    frames: Iterable[Picture], console: Console, digits: int = DIGITS, say: Language = ENGLISH
) -> None:
    """Write all frames below each other, each as soon as it is there."""
    colours = depth(console)
    paper = Paper(
        max(console.width, 20), digits, console.encoding, colours=colours >= SIXTEEN, say=say
    )
    for frame in frames:
        console.file.write(
            "".join(f"{ansi(row.stripped(), colours)}\n" for row in lines(frame, paper))
        )
        console.file.flush()
