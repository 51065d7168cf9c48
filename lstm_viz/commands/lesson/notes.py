"""The lecturer's notes in a second terminal: they follow the lecture, and steer it too."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from lstm_viz.commands.lesson.frame import MARGIN
from lstm_viz.lessons import state
from lstm_viz.lessons.read import Lesson, read_lesson
from lstm_viz.lessons.run import LessonError, Run
from lstm_viz.pictures.language import Language
from lstm_viz.terminal.pages import pages
from lstm_viz.terminal.paper import Paper
from lstm_viz.terminal.rows import Row, clipped
from lstm_viz.terminal.screen import Screen
from lstm_viz.validation.errors import InputError
from lstm_viz.views.lesson.listing import notes

MOMENT = 0.25  # seconds between two looks at the lecture


class Notes:
    """What stands in the second terminal."""

    def __init__(self, say: Language) -> None:
        self.say, self.scroll = say, 0
        self._read: tuple[str, float, Lesson] | None = None
        self._filled: dict[str, str] = {}

    def rows(self, paper: Paper, now: state.Now | None) -> list[Row]:
        """The notes of where the lecture is, the clock at the foot."""
        room = replace(paper, width=paper.width - 2 * MARGIN, height=paper.height - 4)
        lesson = self._lesson(now)
        if now is None or lesson is None:
            waiting = self.say("no lecture yet: lstm-viz lesson NUMBER in another terminal")
            return [Row(), clipped(Row(f"  {paper.spell(waiting)}"), paper.width)]
        here = min(now.piece, len(lesson.pieces) - 1)
        # The notes of the last cell that has any stay while the lecture goes on from there.
        behind = (lesson.notes_at(k) for k in range(here, -1, -1))
        said = next(filter(None, behind), "")
        found = pages(notes(lesson, here, self._filled.get(said, said), self.say), room)
        self.scroll = min(self.scroll, len(found) - 1)
        head = Row(f" {lesson.number} ", "bold reverse") + Row(
            f"  {paper.spell(lesson.question)}", "bold"
        )
        body = [Row(" " * MARGIN) + row for row in found[self.scroll]]
        body += [Row()] * (paper.height - 4 - len(body))
        foot = self._clock(now, lesson, here, paper)
        more = f" ({self.scroll + 1}/{len(found)}, PgDn)" if len(found) > 1 else ""
        return [
            clipped(row, paper.width)
            for row in (Row(), Row(" " * MARGIN) + head, Row(), *body, foot + Row(more, "dim"))
        ]

    def _lesson(self, now: state.Now | None) -> Lesson | None:
        if now is None:
            return None
        with suppress(InputError, OSError):
            age = Path(now.path).stat().st_mtime
            if self._read is None or self._read[:2] != (now.path, age):
                self._read = now.path, age, read_lesson(Path(now.path))
                self._filled = filled_notes(self._read[2])
        return self._read[2] if self._read else None

    def _clock(self, now: state.Now, lesson: Lesson, here: int, paper: Paper) -> Row:
        planned = lesson.notes.minutes * (here + 1) / len(lesson.pieces)
        gone = max(time.time() - now.began, 0) / 60
        words = self.say.phrase(
            "{gone} min gone, {planned} planned up to here, {all} in all",
            gone=f"{gone:.0f}",
            planned=f"{planned:.0f}",
            all=f"{lesson.notes.minutes}",
        )
        ended = self.say("the lecture is over") if not now.process else ""
        token = Row(f" {lesson.number}.{here + 1} ", "bold reverse")
        return (
            token
            + Row("  ")
            + (Row(paper.spell(ended), "bold") if ended else paper.row(words, "bold"))
        )


def filled_notes(lesson: Lesson) -> dict[str, str]:
    """Notes with numbers of the run in them, filled in: as written → as shown."""
    found = {c.source: c for c in lesson.cells if c.kind == "notes" and "{" in c.source}
    run = Run(lesson)
    try:
        if found:
            run.whole()
        return {source: run.filled(cell) for source, cell in found.items()}
    except LessonError:
        return {}


def follow(say: Language) -> None:
    """Follow the lecture until q is pressed; every other key goes to it."""
    shown = Notes(say)
    with Screen(say) as screen:
        while True:
            screen.draw(shown.rows(screen.paper, state.where()))
            for key in screen.keys(MOMENT):
                if key == "q":
                    return
                if key in ("page up", "page down"):
                    shown.scroll = max(shown.scroll + (1 if key == "page down" else -1), 0)
                elif key in _STEERING:
                    state.steer(key)


_STEERING = {
    "space",
    "right",
    "left",
    "home",
    "end",
    "up",
    "down",
    "enter",
    "backspace",
    *"0123456789",
}
