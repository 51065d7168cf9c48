"""Options and checks that several commands have, and how options become what is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lstm_viz.commands.output import endings

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Check = Callable[[click.Context, click.Parameter, Any], Any]
Options = TypeVar("Options", bound="DataclassInstance")
SLOWEST, FASTEST = 0.1, 60.0  # frames a second
COUNT = click.IntRange(min=1)


def gather(kind: type[Options], given: Mapping[str, Any]) -> Options:
    """What is asked for, each field by its name; None is what was left open."""
    names = [each.name for each in fields(kind)]
    return kind(**{name: given[name] for name in names if given.get(name) is not None})


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
    lambda value: SLOWEST <= value <= FASTEST, f"not in the range {SLOWEST:g}<=x<={FASTEST:g}"
)


def ends_as(command: str) -> Check:
    """A file, or several, that this command writes; see `output.ENDINGS`."""
    known = endings(command)

    def checked(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
        for path in (value,) if isinstance(value, str) else value or ():
            if not path.lower().endswith(known):
                raise click.BadParameter(f"{path!r} ends in none of {', '.join(known)}")
        return value

    return checked


def _start(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        from lstm_viz.weights.starts import STARTS

        if value.partition(":")[0] not in STARTS:
            raise click.BadParameter(f"{value!r} is none of {', '.join(STARTS)}")
    return value


start_option = click.option(
    "--start",
    callback=_start,
    metavar="START",
    help="How random weights begin: pytorch, keras, identity, spectral:RADIUS, chrono:STEPS."
    "  [default: pytorch]",
)
theme_option = click.option(
    "--theme",
    type=click.Choice(["light", "dark"]),
    help="The ground of a picture or film.  [default: light]",
)
language_option = click.option(
    "--lang", type=click.Choice(["en", "zh"]), default="en", help="English, or Chinese."
)
