"""A lecture on the whole screen: keys, live commands, the second terminal, an edited script."""

from __future__ import annotations

import os
import time
from pathlib import Path

from lstm_viz.commands.lesson import frame
from lstm_viz.commands.lesson.lecture import Lecture
from lstm_viz.commands.lesson.live import run_live
from lstm_viz.commands.lesson.opened import open_pictures
from lstm_viz.lessons import state
from lstm_viz.lessons.read import read_lesson
from lstm_viz.pictures.language import Language
from lstm_viz.terminal.paper import Paper
from lstm_viz.terminal.rows import Row
from lstm_viz.terminal.screen import Screen
from lstm_viz.validation.errors import InputError

MOMENT = 0.25  # seconds between two looks at the script and at the second terminal


class Desk:
    """A lecture with what stands around it: help, the index, a line that is said once."""

    def __init__(self, lecture: Lecture) -> None:
        self.lecture, self.said, self.done = lecture, "", False
        self.helping, self.index = False, ""
        self.choosing = False
        self.began = time.time()
        self._written = _age(lecture.lesson.path)
        self._steered = state.steered(None)[0]
        self._told: state.Now | None = None

    @property
    def leaving(self) -> bool:
        """Whether the screen is to be left, for good or for a live command."""
        return self.done or self.lecture.wanted is not None

    def press(self, key: str) -> None:
        """What a key does."""
        self.said = ""
        if self.helping:
            self.helping = False
        elif self.choosing:
            self._choose(key)
        elif key == "q":
            self.done = True
        elif key == "?":
            self.helping = True
        elif key == "g":
            self.choosing, self.index = True, ""
        elif key == "o":
            self.said = open_pictures(self.lecture, self.lecture.say)
        else:
            self.lecture.press(key)
            if self.lecture.ended:
                self.lecture.ended = False
                self.said = self.lecture.say("This is the end of the lesson.")

    def _choose(self, key: str) -> None:
        most, here = len(self.lecture.lesson.pieces), self.lecture.place.piece
        if key.isascii() and key.isdigit():
            typed = self.index + key
            self.index = typed if 1 <= int(typed) <= most else key.strip("0")
            self.index = self.index if self.index and int(self.index) <= most else ""
        elif key in ("up", "down"):
            at = int(self.index or here + 1) + (1 if key == "down" else -1)
            self.index = str(min(max(at, 1), most))
        elif key == "backspace":
            self.index = self.index[:-1]
        else:
            self.choosing = False
            if key in ("enter", "space") and self.index:
                self.lecture.go(int(self.index) - 1)

    def look_around(self) -> None:
        """Take in the script, if it was edited."""
        age = _age(self.lecture.lesson.path)
        if age and age != self._written:
            self._written = age
            try:
                self.lecture.reload(read_lesson(self.lecture.lesson.path))
            except InputError as error:
                self.said = str(error)

    def steering(self) -> list[str]:
        """What was pressed in the second terminal."""
        self._steered, keys = state.steered(self._steered)
        return keys

    def forget_keys(self) -> None:
        """What was pressed in the second terminal up to now goes nowhere."""
        self._steered = state.steered(None)[0]

    def tell(self, process: int = 0) -> None:
        """Say where we are, if that is news; remember that a lesson was played to its end."""
        lecture, place = self.lecture, self.lecture.place
        path = str(lecture.lesson.path.absolute())
        now = state.Now(path, place.piece, place.stage, self.began, process)
        if now != self._told:
            self._told = now
            state.tell(now)
            if place.piece == len(lecture.lesson.pieces) - 1:
                state.finished(lecture.lesson.slug)

    def rows(self, paper: Paper) -> list[Row]:
        """The screen as it is now."""
        if self.helping:
            return frame.help_screen(self.lecture, paper)
        if self.choosing:
            return frame.index_screen(self.lecture, paper, self.index)
        minutes = int((time.time() - self.began) / 60)
        return frame.screen(self.lecture, paper, minutes, self.said)


def play(lecture: Lecture, say: Language) -> None:
    """Play on the terminal until q is pressed; a live command has the terminal to itself."""
    desk = Desk(lecture)
    try:
        while not desk.done:
            with Screen(say) as screen:
                _until_a_command(desk, screen)
            if lecture.wanted and not desk.done:
                wanted, lecture.wanted = lecture.wanted, None
                code = run_live(wanted, say)
                desk.forget_keys()
                desk.said = f"{wanted}: exit code {code}" if code else ""
    finally:
        desk.tell()


def _until_a_command(desk: Desk, screen: Screen) -> None:
    shown = _Shown(desk, screen)
    while not desk.leaving:
        desk.look_around()
        shown.draw()
        for key in screen.keys(MOMENT) + desk.steering():
            if not shown.press(key):
                break


class _Shown:
    """The screen. While a piece is run it says so, and what is typed meanwhile goes nowhere: what
    it is an answer to is not there yet."""

    def __init__(self, desk: Desk, screen: Screen) -> None:
        self._desk, self._screen = desk, screen
        self._rows: list[Row] = []
        self._worked = False
        desk.lecture.working = self._working

    def press(self, key: str) -> bool:
        """Do what a key does; whether the next one is to be heeded."""
        self._desk.press(key)
        return not self._desk.leaving and self.draw()

    def draw(self) -> bool:
        """Draw what is there now; False if something was run for that, and keys were dropped."""
        self._rows = self._desk.rows(self._screen.paper)
        self._screen.draw(self._rows)
        self._desk.tell(os.getpid())
        worked, self._worked = self._worked, False
        if worked:
            self._screen.forget_keys()
            self._desk.forget_keys()
        return not worked

    def _working(self) -> None:
        self._worked = True
        self._screen.draw(frame.working_screen(self._rows, self._screen.paper))


def _age(path: Path) -> float:
    """When a file was written; 0 while it is not there, as while an editor replaces it."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
