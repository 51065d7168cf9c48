"""Where a run goes and as what: the options that say so, and the table of all endings.

ENDINGS["svg"]            Ending("still", …): one picture
Output(save="run.json")   a run into a file; output.mode() is "data"
Screen(at="3.c")          what of it is looked at, and how
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from lstm_viz.commands.speaking import tell
from lstm_viz.files.atomic import check_writable, replacing
from lstm_viz.pictures.numerals import DIGITS
from lstm_viz.validation.errors import InputError, OptionError
from lstm_viz.validation.names import printable

if TYPE_CHECKING:
    from rich.console import Console

    from lstm_viz.pictures.language import Language

SAVED_WIDTH = 120  # columns of what is printed into a file


class Ending(NamedTuple):
    """What a file of this ending is, and the commands that write it."""

    form: str
    commands: str


ENDINGS = {
    "npz": Ending("data", "step gradients train"),
    "json": Ending("data", "step gradients problem"),
    "csv": Ending("data", "step gradients"),
    "txt": Ending("text", "step gradients train problem"),
    "html": Ending("screen", "step gradients"),
    "cast": Ending("recording", "step"),
    "png": Ending("still", "step gradients train problem"),
    "svg": Ending("still", "step gradients train problem"),
    "pdf": Ending("still", "step gradients train problem"),
    "gif": Ending("film", "step gradients train"),
    "mp4": Ending("film", "step gradients train"),
    "webp": Ending("film", "step gradients train"),
}
SCREENS = ("txt", "svg", "html", "cast")  # with --as terminal


def ending(path: str) -> str:
    """`png` for plot.PNG."""
    return path.lower().rpartition(".")[2]


def form(path: str) -> str:
    """What a file is by its ending: data, text, screen, recording, still or film."""
    return ENDINGS[ending(path)].form


def endings(command: str) -> tuple[str, ...]:
    """The endings that a command writes, `.npz` first."""
    return tuple(f".{each}" for each, of in ENDINGS.items() if command in of.commands.split())


@dataclass(frozen=True)
class Output:
    """How a run leaves the program, as it was asked for; `backward` says that it is gone back.

    What was saved is `told`.
    """

    json: bool = False
    csv: bool = False
    save: str | None = None
    drawn_as: str | None = None
    cast: str | None = None
    animate: bool = False
    still: bool = False
    backward: bool = False
    told: bool = True

    @property
    def path(self) -> str | None:
        """The file that is written, if there is one."""
        return self.save or self.cast

    @property
    def ending(self) -> str:
        """Its ending; json or csv where these are printed."""
        return ending(self.path) if self.path else "json" if self.json else "csv" * self.csv

    @property
    def ways(self) -> list[str]:
        """The options that name a way out."""
        ways = ("--json", self.json), ("--csv", self.csv), ("--save", self.save)
        return [option for option, on in (*ways, ("--cast", self.cast)) if on]

    def check(self, command: str = "") -> None:
        """`OptionError` for two outputs, or a screen that is none; `InputError` for no file.

        Also for one that a `command` does not write.
        """
        if command and not str(self.path).lower().endswith(endings(command)):
            raise InputError(
                f"{self.path}: it does not end in one of {', '.join(endings(command))}"
            )
        if len(self.ways) > 1:
            raise OptionError(f"{' and '.join(self.ways)}: give only one of them")
        if self.drawn_as and self.ending not in SCREENS:
            known = ", ".join(f".{each}" for each in SCREENS)
            raise OptionError(f"--as {self.drawn_as} is for a screen that is saved: as {known}")
        if self.path:
            check_writable(self.path)

    def mode(self, framed: bool = False) -> str:
        """The form of the file that is written; else data, play, or text, or a `framed` screen."""
        shape = ENDINGS[self.ending].form if self.ending else ""
        if shape == "text" or (not shape and (self.still or not _can_play())):
            return "screen" if framed or self.drawn_as else "text"
        return "screen" if self.drawn_as and shape == "still" else shape or "play"

    @contextmanager
    def file(self) -> Iterator[IO[Any]]:
        """Standard output, or the file: written beside, moved into place, and said to be saved."""
        if self.path is None:
            yield sys.stdout
            return
        with replacing(self.path, "wb" if self.ending == "npz" else "w") as file:
            yield file
        self.say_saved()

    @contextmanager
    def console(self) -> Iterator[Console]:
        """A console on standard output, or on the file, then without colours."""
        from lstm_viz.terminal import open_console

        with self.file() as file:
            plain = {"width": SAVED_WIDTH, "color_system": None} if self.path else {}
            yield open_console(file, **plain)

    def say_saved(self) -> None:
        """Tell which file is there now."""
        if self.told:
            tell(f"saved {printable(str(self.path))}")


def in_pixels(size: str | None) -> tuple[int, int] | None:
    """`1920x1080` as two numbers; None where no size is asked for."""
    if size is None:
        return None
    width, _, height = size.lower().partition("x")
    return int(width), int(height)


def _can_play() -> bool:
    from lstm_viz.terminal import can_play

    return can_play()


@dataclass(frozen=True)
class Screen:
    """What is looked at first, in which language, how fast, how large; `beside` is another cell,
    `style` how the gradients are drawn."""

    at: str | None = None
    unit: int = 0
    digits: int = DIGITS
    lang: str = "en"
    speed: float = 2.0
    size: str | None = None
    theme: str | None = None
    style: str | None = None
    beside: str | None = None
    quiz: int = 0

    @property
    def say(self) -> Language:
        """The language."""
        from lstm_viz.pictures.language import LANGUAGES

        return LANGUAGES[self.lang]

    @property
    def framed(self) -> bool:
        """Whether a frame of the screen is asked for, by its token."""
        return self.beside is not None or not (self.at is None or self.at.isdigit())
