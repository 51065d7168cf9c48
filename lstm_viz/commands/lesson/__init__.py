"""What `lstm-viz lesson` does: list the lessons, play one, follow it, save it, rehearse it."""

from __future__ import annotations

from lstm_viz.commands.output import _can_play
from lstm_viz.lessons.read import Lesson, find, read_lesson, read_lessons
from lstm_viz.lessons.run import Run
from lstm_viz.lessons.state import done
from lstm_viz.pictures.language import LANGUAGES
from lstm_viz.terminal import open_console, show
from lstm_viz.validation.errors import InputError, OptionError


def run_listing(name: str | None, check: bool, notes: bool, lang: str) -> None:
    """The list of lessons; the rehearsal; or the notes of the one that is played."""
    from lstm_viz.views.lesson.listing import listing

    say = LANGUAGES[lang]
    if check:
        from lstm_viz.commands.lesson.rehearsal import rehearse

        rehearse(read_lessons() if name is None else (read_lesson(find(name)),), say)
    elif notes:
        from lstm_viz.commands.lesson.notes import follow

        if not _can_play():
            raise InputError("--notes needs a terminal with a keyboard")
        follow(say)
    else:
        show([listing(read_lessons(), done(), say)], open_console(), say=say)


def run_lesson(name: str, at: str | None, save: str | None, lang: str) -> None:
    """One lesson: played; into a file; into a pipe as text."""
    say, found = LANGUAGES[lang], read_lesson(find(name))
    piece = _piece(found, at) if at else 0
    if save:
        from lstm_viz.commands.lesson.save import save_lesson

        save_lesson(found, save, say)
    elif _can_play():
        from lstm_viz.commands.lesson.lecture import Lecture
        from lstm_viz.commands.lesson.play import play

        lecture = Lecture(found, say)
        lecture.go(piece)
        play(lecture, say)
    else:
        from lstm_viz.commands.lesson.printed import printed

        show(printed(Run(found), say, piece), open_console(), say=say)


def _piece(lesson: Lesson, at: str) -> int:
    """`7.4`, or 4, as a piece from 0."""
    number, _, piece = at.rpartition(".")
    pieces = len(lesson.pieces)
    if (
        number not in ("", f"{lesson.number}")
        or not piece.isdecimal()
        or not 1 <= int(piece) <= pieces
    ):
        first, last = f"{lesson.number}.1", f"{lesson.number}.{pieces}"
        raise OptionError(f"--at {at}: the pieces of this lesson are {first} to {last}")
    return int(piece) - 1
