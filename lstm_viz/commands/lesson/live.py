"""A command run on the whole terminal in the middle of a lecture, and back again."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lstm_viz.learning.recipes import RECIPES
from lstm_viz.lessons.read import SHIPPED, folder
from lstm_viz.pictures.language import Language
from lstm_viz.terminal.by_screen import another_terminal, by_screen
from lstm_viz.terminal.one_key import typed_unseen, wait_for_key
from lstm_viz.terminal.output import send
from lstm_viz.terminal.painter import ENTER, LEAVE

# What takes the whole screen, and the key that leaves it: a detective types answers, q is a letter.
PLAYED = {"step": "q", "gradients": "q", "detective": "esc"}
PRINTING = ("--still", "--json", "--csv", "--save", "--cast", "--help", "--answer", "--solution")


_FILE = re.compile(r"[\w.-]+\.(?:" + "|".join(end[1:] for end in SHIPPED) + r")\b")


def arguments(command: str) -> list[str]:
    """What is started for `lstm-viz step …`: this very program.

    A file that ships with the lessons is found wherever the lecture is held.
    """
    words = [located(word, lambda name: str(folder() / name)) for word in shlex.split(command)[1:]]
    return [sys.executable, "-m", "lstm_viz", *words]


def located(word: str, where: Callable[[str], str]) -> str:
    """A word of a command; `where` says how a file in it that ships with the lessons is written.

    A file of that name in the current folder comes first.
    """

    def written(match: re.Match[str]) -> str:
        ships = (folder() / match[0]).exists() and not Path(match[0]).exists()
        return where(match[0]) if ships else match[0]

    return _FILE.sub(written, word)


def run_live(command: str, say: Language) -> int:
    """Run it in this terminal, with all its keys; the exit code.

    Ctrl-C is for the command alone; a signal that ends us ends it first, so that the terminal is
    given back. What only prints stays to be read until a key is pressed, a screenful at a time.
    """
    with _ctrl_c_passed_on(), typed_unseen():
        return (_printed if _prints(command) else _whole_screen)(command, say)


def _printed(command: str, say: Language) -> int:
    """Run what prints, on a screen of its own, from its top."""
    send(f"{ENTER}\x1b[?7h\x1b[H", sys.stdout.encoding)
    try:
        print(f"$ {command}\n", flush=True)
        code = _run(command) if _trains(command) else _paged(command, say)
        _read_it(say)
        return code
    finally:
        send(LEAVE, sys.stdout.encoding)


def _read_it(say: Language) -> None:
    print(f"\n{say('a key goes back to the lesson')}", end="", flush=True)
    wait_for_key()
    send("\r\x1b[K", sys.stdout.encoding)  # the shell goes on in a row of its own


def _whole_screen(command: str, say: Language) -> int:
    """Run what is played. The shell is not seen before it; what it says at its end is, if it fails:
    how to come back to where it was left is of no use in a lesson."""
    with tempfile.TemporaryFile() as told:
        send(f"{ENTER}\x1b[H$ {command}", sys.stdout.encoding)
        try:
            code = _run(command, stderr=told)
        finally:
            send(LEAVE, sys.stdout.encoding)
        if code:
            print(f"$ {command}\n", flush=True)
            told.seek(0)
            os.write(sys.stderr.fileno(), told.read())
            _read_it(say)
    return code


def _run(command: str, **streams: Any) -> int:
    with _started(command, **streams) as process:
        return process.wait()


def _paged(command: str, say: Language) -> int:
    """Run what prints on a terminal of its own, of the same size, and stop where ours is full."""
    source, there = another_terminal()
    above = 2 + (len(command) + 1) // os.get_terminal_size(sys.stdout.fileno()).columns
    try:
        with _started(command, stdout=there) as process:
            os.close(there)
            by_screen(source, above, say)
            return process.wait()
    finally:
        os.close(source)


@contextmanager
def _started(command: str, **streams: Any) -> Iterator[subprocess.Popen[bytes]]:
    """It, ended before whatever ends us."""
    process = subprocess.Popen(arguments(command), **streams)
    try:
        yield process
    except BaseException:
        process.terminate()
        process.wait()
        raise


def _prints(command: str) -> bool:
    words = shlex.split(command)[1:]
    return not words or words[0] not in PLAYED or bool({*words} & {*PRINTING})


def leaving(command: str) -> str:
    """The key that leaves what a command shows; what only prints is left with any, so with q."""
    return "q" if _prints(command) else PLAYED[shlex.split(command)[1]]


def _trains(command: str) -> bool:
    """Whether it trains with keys of its own, before it prints what came of it."""
    words = shlex.split(command)[1:]
    return words[:1] == ["train"] and not {*words} & {*RECIPES}


@contextmanager
def _ctrl_c_passed_on() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
