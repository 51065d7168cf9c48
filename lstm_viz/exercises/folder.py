"""The student's folder: a file for each exercise, written once; and what was done, in one more.

Nothing that is there is ever written over but the file of progress, which is moved into place.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from lstm_viz.exercises.exercise import Exercise
from lstm_viz.exercises.lines import LONGEST
from lstm_viz.exercises.page import page_of
from lstm_viz.files.atomic import replacing
from lstm_viz.files.reading import size_of
from lstm_viz.files.tables import read_table
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import printable

PROGRESS = "progress.toml"
DONE, SHOWN = "done", "shown"
HEAD = f"""\
# What you have done, for lstm-viz practise: "{DONE}" is solved, "{SHOWN}" is solution looked at.
# Delete a line to begin that exercise again. Nothing of this is sent anywhere.
"""
Stamp = tuple[int, int, int]


class Folder:
    """A folder with the files of some exercises, and the marks that were earned there."""

    def __init__(self, path: str, exercises: Iterable[Exercise]) -> None:
        self.path, self.exercises = Path(path), tuple(exercises)

    def write(self) -> None:
        """Write the files that are not there; `InputError` where the folder cannot have them."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _refused(self.path, error) from None
        for exercise in self.exercises:
            try:
                with open(self.file(exercise), "x", encoding="utf-8") as file:
                    file.write(page_of(exercise))
            except FileExistsError:
                continue
            except OSError as error:
                raise _refused(self.file(exercise), error) from None

    def file(self, exercise: Exercise) -> Path:
        """Where the student writes."""
        return self.path / f"{exercise.name}{exercise.ending}"

    def stamp(self, exercise: Exercise) -> Stamp | None:
        """What changes when the file is saved; None while there is none."""
        try:
            found = os.stat(self.file(exercise))
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def text(self, exercise: Exercise) -> str:
        """What the student wrote; `InputError` where that cannot be read as a text."""
        path = self.file(exercise)
        if size_of(path) > LONGEST:
            raise InputError(f"{path}: more than {LONGEST:,} bytes are too many for an answer")
        try:
            return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            raise InputError(f"{path}: this is not a text (it is not UTF-8)") from None
        except OSError as error:
            raise InputError(f"{path}: {error.strerror or error}") from None

    # ---------------------------------------------------------------- what was done

    def marks(self) -> dict[str, str]:
        """ "done" or "shown" by exercise, and under "current" and "seed" what was begun."""
        path = self.path / PROGRESS
        if not path.exists():
            return {}
        found = read_table(str(path))
        for name, mark in found.items():
            if not isinstance(mark, str):
                raise InputError(f'{path}: {printable(name)}: write "{DONE}" or "{SHOWN}"')
        return found

    def keep(self, marks: Mapping[str, str]) -> None:
        """Write all marks, in the order of their names."""
        lines = (f'"{name}" = "{mark}"\n' for name, mark in sorted(marks.items()))
        with replacing(self.path / PROGRESS) as file:
            file.write(HEAD + "".join(lines))


def _refused(path: Path, error: OSError) -> InputError:
    return InputError(f"{path}: cannot be written ({error.strerror or error}): choose --folder")
