"""The night before: every lesson and every command is run, terminal and files are looked at."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterable
from itertools import chain

from lstm_viz.commands.lesson.live import arguments
from lstm_viz.files.atomic import check_writable
from lstm_viz.lessons.read import Lesson
from lstm_viz.lessons.run import Run
from lstm_viz.lessons.state import state_folder
from lstm_viz.pictures.language import Language
from lstm_viz.terminal import open_console, show
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import count
from lstm_viz.views.lesson.listing import ready

Row = tuple[str, str, str]
PATIENCE = 120.0  # seconds for a command
GOOD, AMISS = "✓", "✗"
LEAST = 80, 24  # columns and rows of a terminal that every piece fits


def rehearse(lessons: Iterable[Lesson], say: Language) -> None:
    """Print a line for each lesson and for the machine; `InputError` if anything is not ready."""
    console = open_console()
    amiss = 0
    machine = (_terminal(console.size), _characters(console.encoding), _pictures(), _folder())
    for mark, name, words in chain(machine, map(_lesson, lessons)):
        amiss += mark == AMISS
        show([ready([(mark, say.known(name), words)])], console, say=say)
    if amiss:
        raise InputError(f"{amiss} of these {'is' if amiss == 1 else 'are'} not ready")


def _terminal(size: tuple[int, int]) -> Row:
    fits = size[0] >= LEAST[0] and size[1] >= LEAST[1]
    wanted = "" if fits else f": at least {LEAST[0]} × {LEAST[1]} are needed"
    return GOOD if fits else AMISS, "terminal", f"{size[0]} × {size[1]}{wanted}"


def _characters(encoding: str) -> Row:
    try:
        "─▸✓●∂".encode(encoding)
    except UnicodeError:
        return AMISS, "characters", f"{encoding}: set LANG to one with UTF-8, such as C.UTF-8"
    return GOOD, "characters", encoding


def _pictures() -> Row:
    """Whether Matplotlib draws, and with which fonts."""
    from lstm_viz.figure.fonts import BUNDLED, USUAL, bundled, letters

    if not letters(USUAL):
        return AMISS, "fonts", f"{USUAL}, which comes with Matplotlib, is not there"
    if not bundled():
        return AMISS, "fonts", f"{BUNDLED}, which comes with lstm-viz, is not there"
    return GOOD, "fonts", f"{USUAL}, {BUNDLED}"


def _folder() -> Row:
    """Where the notes and the lecture meet."""
    folder = state_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        check_writable(os.fspath(folder / "lecture.json"))
    except (OSError, InputError) as error:
        return AMISS, "files", f"--notes cannot follow: {error}"
    return GOOD, "files", os.fspath(folder)


def _lesson(lesson: Lesson) -> Row:
    """Run it, fill in its notes, and run each of its commands."""
    name, start = f"{lesson.number}", time.monotonic()
    try:
        run = Run(lesson)
        run.whole()
        for cell in lesson.cells:
            run.filled(cell)
    except InputError as error:
        return AMISS, name, str(error)
    commands = [command for piece in lesson.pieces for command in piece.commands]
    for command in commands:
        if wrong := _tried(command, os.fspath(lesson.path.parent)):
            return AMISS, name, f"{command}: {wrong}"
    seconds = time.monotonic() - start
    counted = count(len(commands), "command")
    return GOOD, name, f"{lesson.question} {len(lesson.pieces)} pieces, {counted}, {seconds:.1f} s"


def _tried(command: str, folder: str) -> str:
    """What is wrong with a command; empty if it runs."""
    try:
        done = subprocess.run(
            arguments(command),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"it has not ended after {PATIENCE:.0f} seconds"
    return done.stderr.strip() or f"exit code {done.returncode}" if done.returncode else ""
