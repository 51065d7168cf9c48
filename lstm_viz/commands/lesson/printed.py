"""A lesson as text below each other: what is played, printed."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

from lstm_viz.commands.lesson.live import arguments
from lstm_viz.lessons.run import Run
from lstm_viz.pictures.kinds import Picture, Stack, Table, Text, Title, Words
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.views.lesson import piece as view

MOST_LINES = 40  # of what a command printed


def printed(run: Run, say: Language = ENGLISH, first: int = 0) -> Iterator[Picture]:
    """The lesson from a piece on, each as soon as it has run."""
    lesson = run.lesson
    yield Stack((Title(f"{lesson.number}", lesson.question), Words(())))
    for k in range(first, len(lesson.pieces)):
        yield Stack((*parts(run, k, say), Words(())))


def parts(run: Run, k: int, say: Language = ENGLISH) -> Iterator[Picture]:
    """A piece with what came of it."""
    piece, played = run.lesson.pieces[k], run.at(k)
    if piece.kind == "live":
        rows = tuple(((Text("$"),), (Text(command),)) for command in piece.commands)
        yield Table(("", ""), rows)
    elif piece.kind == "code" and not piece.silent:
        yield from view.written(piece)
        yield Words(())
    elif piece.kind == "code":
        yield from view.head(piece)
    yield from view.came(played, say)


def output_of(command: str) -> str:
    """What a command prints into a pipe: its first lines."""
    done = subprocess.run(
        arguments(command),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    lines = done.stdout.rstrip("\n").split("\n")
    return "\n".join(lines if len(lines) <= MOST_LINES else [*lines[:MOST_LINES], "…"])
