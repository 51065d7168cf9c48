"""What `lstm-viz practise` does: read, write what is missing, watch, judge, keep the marks."""

from __future__ import annotations

from lstm_viz.exercises import EXERCISES, Exercise, Said, Verdict, judge, read_exercise
from lstm_viz.exercises.draw import DRAWS
from lstm_viz.exercises.folder import Folder, Stamp
from lstm_viz.exercises.numbers import SEARCHING
from lstm_viz.exercises.session import Session, first_open, judged, moved, pressed
from lstm_viz.exercises.tables import distinct
from lstm_viz.pictures.kinds import Picture
from lstm_viz.pictures.language import LANGUAGES, Language
from lstm_viz.terminal import open_console, show
from lstm_viz.terminal.asking import can_play
from lstm_viz.terminal.watching import watch
from lstm_viz.validation.errors import InputError, OptionError
from lstm_viz.views import practise as view

CURRENT, SEED, DRAWN = "current", "seed", "draws"
RUNNING = Verdict(False, (Said("Your function is running."),), finished=False)
ON_REQUEST = Verdict(False, (Said("Saved. Press c to run your function."),), finished=False)


def run_practise(name: str | None, folder: str, listed: bool, seed: int | None, lang: str) -> int:
    """Practise on the screen; without a keyboard, judge once what is there.

    The exit code is 1 where that is an answer, and not right.
    """
    say = LANGUAGES[lang]
    chosen = chosen_exercises(name)
    place = Folder(folder, chosen)
    marks = place.marks()
    own = _seed(marks, seed, folder)
    place = Folder(folder, [distinct(each, own) if own else each for each in chosen])
    desk = Desk(place, marks, own, say)
    if listed:
        _print(view.exercises(desk.state, len(chosen) + 4, say, named=True), say)
        return 0
    place.write()
    desk.open(name)
    if can_play():
        watch(desk, say)
        return 0
    desk.check()
    _print(desk.picture(80, 0), say)
    verdict = desk.state.verdict
    return int(verdict is not None and verdict.finished and not verdict.right)


def chosen_exercises(name: str | None) -> list[Exercise]:
    """All of the bank; those of a lesson; or the one of a file. A name begins in all of them."""
    if name is None or name in EXERCISES:
        return [read_exercise(each) for each in EXERCISES]
    if name.isascii() and name.isdigit():
        found = [each for each in EXERCISES if int(each[:2]) == int(name[:4])]
        if not found:
            last = int(EXERCISES[-1][:2])
            raise OptionError(f"lesson {name[:9]} has no exercises: there are lessons 1 to {last}")
        return [read_exercise(each) for each in found]
    return [read_exercise(name)]


def _seed(marks: dict[str, str], seed: int | None, folder: str) -> int:
    """The one that the folder began with; `OptionError` where another is asked for."""
    if SEED not in marks and CURRENT not in marks:
        return seed or 0
    if SEED in marks and marks.get(DRAWN) != str(DRAWS):
        raise InputError(
            f"{folder}: its numbers were drawn by another version of lstm-viz: choose another"
            " --folder"
        )
    began = marks.get(SEED, "0")
    if not (began.isascii() and began.isdigit()):
        raise InputError(f"{folder}: progress.toml: seed: {began!r} is not a number")
    if seed is not None and seed != int(began):
        raise OptionError(
            f"--seed {seed}: {folder} began with --seed {began}; choose another --folder"
        )
    return int(began)


def _print(picture: Picture, say: Language) -> None:
    show([picture], open_console(), say=say)


class Desk:
    """The session, and its files: what is watched on the screen."""

    def __init__(self, folder: Folder, marks: dict[str, str], seed: int, say: Language) -> None:
        self._folder, self._say, self._seed = folder, say, seed
        self._others = {k: v for k, v in marks.items() if k not in _names(folder)}
        own = {k: v for k, v in marks.items() if k in _names(folder)}
        self.state = Session(folder.exercises, marks=own)
        self._stamp: Stamp | None = None
        self._waiting = False  # for a look, once the screen has said so

    def open(self, name: str | None) -> None:
        """Set the exercise of this name; else the one that was set last; else the first open."""
        names = _names(self._folder)
        last = self._others.get(CURRENT, "")
        wanted = name if name in names else last if last in names and name is None else None
        at = names.index(wanted) if wanted else first_open(self.state, 0)
        self.state = moved(self.state, at)
        self._arrived()

    @property
    def over(self) -> bool:
        """Whether the student has gone."""
        return self.state.over

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Those of the list, or of an exercise."""
        return view.LIST_KEYS if self.state.chosen >= 0 else view.KEYS

    def picture(self, columns: int, rows: int) -> Picture:
        """The list, or the exercise."""
        if self.state.chosen >= 0:
            return view.exercises(self.state, rows, self._say)
        file = str(self._folder.file(self.state.exercise))
        return view.exercise(self.state, file, rows, self._say)

    def press(self, key: str) -> None:
        """What a key does; c judges what is there, and runs a function."""
        before = self.state
        if key == "c" and before.chosen < 0:
            self._stamp, self._waiting = None, before.exercise.kind == "numpy"
            self.state = judged(before, RUNNING) if self._waiting else before
        self.state = pressed(self.state, key)
        if self.state.at != before.at:
            self._arrived()
        elif self.state.marks != before.marks:
            self._keep()

    def look(self) -> None:
        """Judge what has been saved since; then look for the mistake, or run a function."""
        if self._waiting:
            self.check()
            return
        if (stamp := self._folder.stamp(self.state.exercise)) == self._stamp:
            return
        if stamp and self.state.exercise.kind == "numpy":  # a program is run on request only
            self._stamp = stamp
            self.state = judged(self.state, ON_REQUEST)
        else:
            self.check(quick=True)

    def check(self, quick: bool = False) -> None:
        """Judge what is in the file now; a quick verdict may wait for another look."""
        exercise = self.state.exercise
        self._stamp = self._folder.stamp(exercise)
        try:
            verdict = judge(exercise, self._folder.text(exercise), quick)
        except InputError as error:
            verdict = Verdict(False, (Said("{error}", {"error": str(error)}),), finished=False)
        before = self.state.marks
        self._waiting = SEARCHING in verdict.said
        self.state = judged(self.state, verdict)
        if self.state.marks != before:
            self._keep()

    def _arrived(self) -> None:
        """Another exercise is set: what is in its file is judged, but for a program."""
        self._stamp, self._waiting = None, False
        self._keep()
        if self.state.exercise.kind == "numpy":
            self._stamp = self._folder.stamp(self.state.exercise)
        else:
            self.check(quick=True)

    def _keep(self) -> None:
        seed = {SEED: str(self._seed), DRAWN: str(DRAWS)} if self._seed else {}
        self._folder.keep(
            {**self._others, **seed, CURRENT: self.state.exercise.name, **self.state.marks}
        )


def _names(folder: Folder) -> list[str]:
    return [each.name for each in folder.exercises]
