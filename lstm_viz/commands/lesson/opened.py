"""The pictures of a piece as files, shown by whatever shows pictures on this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from lstm_viz.commands.lesson.frame import token
from lstm_viz.commands.lesson.lecture import Lecture
from lstm_viz.files.atomic import beside
from lstm_viz.lessons.run import LessonError
from lstm_viz.lessons.stage import Shown
from lstm_viz.lessons.state import state_folder
from lstm_viz.pictures.language import Language
from lstm_viz.validation.errors import InputError


def open_pictures(lecture: Lecture, say: Language) -> str:
    """Draw them with Matplotlib and open them; what to say: where they are."""
    if not lecture.shows():
        return say("there is no picture here")
    try:
        pictures = lecture.run.at(lecture.place.piece).pictures
        folder = state_folder()
        folder.mkdir(parents=True, exist_ok=True)
        paths = [folder / f"{token(lecture)}-{k}.png" for k in range(1, len(pictures) + 1)]
        for path, picture in zip(paths, pictures, strict=True):
            save_picture(picture, path)
    except (LessonError, InputError, OSError) as error:
        return str(error)
    for path in paths:
        _open(path)
    return str(paths[0])


def save_picture(picture: Shown, path: Path) -> None:
    """Write it by Matplotlib, as the ending of the path says."""
    from lstm_viz.figure import save_still

    if (own := picture.picture()) is not None:
        save_still(path, own)
        return
    with beside(path) as new:
        picture.figure().savefig(new, format=path.suffix.lstrip("."), dpi=150)


def _open(path: Path) -> None:
    """Start what shows a picture, where there is a screen for it."""
    program = "open" if sys.platform == "darwin" else "xdg-open"
    screen = sys.platform == "darwin" or {"DISPLAY", "WAYLAND_DISPLAY"} & {*os.environ}
    if screen and shutil.which(program):
        quiet = subprocess.DEVNULL
        subprocess.Popen([program, path], stdin=quiet, stdout=quiet, stderr=quiet)
