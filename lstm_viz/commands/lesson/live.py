"""A command run on the whole terminal in the middle of a lecture, and back again."""

from __future__ import annotations

import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lstm_viz.lessons.read import SHIPPED, folder
from lstm_viz.pictures.language import Language
from lstm_viz.terminal.one_key import wait_for_key

PLAYED = ("step", "gradients")  # commands that take the whole screen, and are left with q
PRINTING = ("--still", "--json", "--csv", "--save", "--cast", "--help")


_FILE = re.compile(r"[\w.-]+\.(?:" + "|".join(end[1:] for end in SHIPPED) + r")\b")


def arguments(command: str) -> list[str]:
    """What is started for `lstm-viz step …`: this very program.

    A file that ships with the lessons is found wherever the lecture is held.
    """
    words = [_FILE.sub(_found, word) for word in shlex.split(command)[1:]]
    return [sys.executable, "-m", "lstm_viz", *words]


def _found(match: re.Match[str]) -> str:
    beside = folder() / match[0]
    return str(beside) if not Path(match[0]).exists() and beside.exists() else match[0]


def run_live(command: str, say: Language) -> int:
    """Run it in this terminal, with all its keys; the exit code.

    Ctrl-C is for the command alone; a signal that ends us ends it first, so that the terminal is
    given back. What only prints stays to be read until a key is pressed.
    """
    print(f"$ {command}\n", flush=True)
    with _ctrl_c_passed_on():
        process = subprocess.Popen(arguments(command))
        try:
            code = process.wait()
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if code or _prints(command):
        print(f"\n{say('a key goes back to the lesson')}", flush=True)
        wait_for_key()
    return code


def _prints(command: str) -> bool:
    words = shlex.split(command)[1:]
    return not words or words[0] not in PLAYED or bool({*words} & {*PRINTING})


@contextmanager
def _ctrl_c_passed_on() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
