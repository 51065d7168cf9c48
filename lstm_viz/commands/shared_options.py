"""Options and checks that several commands have, and how options become what is asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

from lstm_viz.commands.output import Output, endings
from lstm_viz.commands.speaking import KNOWN, VARIABLE
from lstm_viz.commands.whole import Whole
from lstm_viz.validation.errors import OptionError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Command = Callable[..., Any]
Decorator = Callable[[Command], Command]
Check = Callable[[click.Context, click.Parameter, Any], Any]
Options = TypeVar("Options", bound="DataclassInstance")
SLOWEST, FASTEST = 0.1, 60.0  # frames a second
MOST = 10**15  # of what is counted: what no machine holds is refused before it is multiplied
COUNT = Whole(1, MOST)
READ = "cell", "cells", "input", "into", "model", "problem", "weights", "beside", "vocabulary"
LARGEST, MOST_LAYERS = 10**7, 1000  # units, steps or sequences; layers


def gather(kind: type[Options], given: Mapping[str, Any]) -> Options:
    """What is asked for, each field by its name, also of what is composed; None was left open."""
    found: dict[str, Any] = {}
    for each in fields(kind):
        part: Any = each.default
        composed = is_dataclass(part)
        found[each.name] = gather(type(part), given) if composed else given.get(each.name)
    return kind(**{name: value for name, value in found.items() if value is not None})


def outputs(given: Mapping[str, Any]) -> list[Output]:
    """The ways out: one for each --save; `OptionError` for a file that is read as well."""
    read = [word for key in READ for word in str(given.get(key) or "").removeprefix("@").split(",")]
    for path in given["save"]:
        if Path(path).is_file() and any(map(Path(path).samefile, filter(os.path.isfile, read))):
            raise OptionError(f"--save {path}: this run reads that file; save under another name")
    one = gather(Output, {**given, "save": None})
    return [replace(one, save=path) for path in dict.fromkeys(given["save"])] or [one]


def standard_input() -> IO[bytes] | None:
    """Its bytes; None where it is closed, and in a notebook, where nobody can type."""
    from lstm_viz.terminal.asking import in_notebook

    if sys.stdin is not None and sys.stdin.isatty() and in_notebook():
        return None
    return getattr(sys.stdin, "buffer", None)


def check(good: Callable[[float], bool], words: str) -> Check:
    """A number that is checked; not a number is never good."""

    def checked(ctx: click.Context, param: click.Parameter, value: float | None) -> float | None:
        if value is not None and not good(value):
            raise click.BadParameter(f"{value:g} is {words}")
        return value

    return checked


finite = check(lambda value: value - value == 0, "not a finite number")
above_zero = check(lambda value: 0 < value < float("inf"), "not a number above 0")
share = check(lambda value: 0 < value < 1, "not between 0 and 1")
playable = check(
    lambda value: SLOWEST <= value <= FASTEST, f"not between {SLOWEST:g} and {FASTEST:g}"
)


def ends_as(command: str) -> Check:
    """A file, or several, that this command writes; see `output.ENDINGS`."""
    known = endings(command)

    def checked(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
        for path in (value,) if isinstance(value, str) else value or ():
            if not path.lower().endswith(known):
                raise click.BadParameter(f"{path!r} does not end in one of {', '.join(known)}")
        return value

    return checked


def _start(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        from lstm_viz.weights.starts import STARTS

        if value.partition(":")[0] not in STARTS:
            raise click.BadParameter(f"{value!r} is not one of {', '.join(STARTS)}")
    return value


def together(*options: Decorator) -> Decorator:
    """Several options as one."""

    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def input_options(default: str = "") -> Decorator:
    """What goes in; `default` is said where nothing is asked for."""
    return together(
        click.option(
            "--input",
            metavar="NUMBERS|NAME|@FILE|-",
            help="Numbers: 0,1,0, or 1,2;0.5,3 for two steps of two features. A name: impulse,"
            " echo, sine, damped-sine, square or noise, optionally with a length: sine:40. A"
            f" file: @FILE.csv. Standard input: -.{default}",
        ),
        click.option(
            "--column",
            multiple=True,
            metavar="NAME",
            help="Columns of the file, by name or by number from 1.  [default: all numeric"
            " columns]",
        ),
        click.option(
            "--missing",
            type=click.Choice(["skip", "hold"]),
            help="Where a number is missing: skip the row, or hold (repeat) the number before. "
            " [default: the file is refused]",
        ),
        click.option(
            "--text",
            metavar="TEXT",
            help="A text as input: one character per step, one-hot encoded.",
        ),
        click.option(
            "--steps",
            type=COUNT,
            metavar="N",
            help="Use only the first N steps of the input (the rest may be padding).",
        ),
        click.option(
            "--state",
            multiple=True,
            metavar="NAME=FILE",
            help="An initial state: h=h0.csv, c=0.5,-1, or lstm.h=h0.npy for a layer of a model;"
            " or a saved run, FILE.npz, to start where it ended.  [default: 0]",
        ),
        click.option(
            "--seed",
            type=Whole(0),
            metavar="N",
            help="Seed for random weights and inputs.  [default: 0]",
        ),
    )


problem_option = click.option(
    "--problem",
    metavar="NAME|FILE.toml",
    help="A published problem, or a file: takes its cell and numbers, and answers what it asks."
    " lstm-viz problem lists them.",
)
hold_option = click.option(
    "--hold",
    multiple=True,
    metavar="NAME=NUMBER@STEP",
    help="What if? f=1@3 holds f at 1 at step 3, f=1@3-5 at steps 3 to 5, f=1 at all steps;"
    " f.u2=0 in one unit; x=0@2 an input; W_f[0,1]=2 a weight. Everything that follows is"
    " computed again.",
)


def play_options(speed: float, what: str) -> Decorator:
    """How it is played, and whether; `speed` is the usual one of so many things a second."""
    return together(
        click.option(
            "--speed",
            type=float,
            default=speed,
            callback=playable,
            metavar="N",
            help=f"{what} a second while it plays.  [default: {speed:g}]",
        ),
        click.option(
            "--no-animation",
            "still",
            is_flag=True,
            help="Print instead of playing on the screen.",
        ),
    )


def _size(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """An even number of pixels each way, as films need it."""
    parts = (value or "1920x1080").lower().split("x")
    good = len(parts) == 2 and all(part.isascii() and part.isdigit() for part in parts)
    if not good or any(int(p) % 2 or not 200 <= int(p) <= 8000 for p in parts):
        raise click.BadParameter(
            f"{value!r} is not a size: write even numbers of pixels, such as 1920x1080"
        )
    return value


def size_option(what: str, usual: str) -> Decorator:
    """The size in pixels of what is saved, as `output.in_pixels` reads it."""
    return click.option(
        "--size",
        callback=_size,
        metavar="WxH",
        help=f"Size of a {what} in pixels.  [default: {usual}]",
    )


start_option = click.option(
    "--start",
    callback=_start,
    metavar="START",
    help="Weight initialisation: pytorch, keras, identity, spectral:RADIUS, chrono:STEPS. "
    " [default: pytorch]",
)
theme_option = click.option(
    "--theme",
    type=click.Choice(["light", "dark"]),
    help="Background of a picture, film or page.  [default: light]",
)
language_option = click.option(
    "--lang",
    type=click.Choice(KNOWN),
    default="en",
    envvar=VARIABLE,
    help=f"English or Chinese.  [default: what the variable {VARIABLE} says, or en]",
)
