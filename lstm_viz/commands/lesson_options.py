"""`lstm-viz lesson`: the list of lessons, or one of them: played, followed, saved, checked."""

from __future__ import annotations

from typing import Any

import click

from lstm_viz.commands.shared_options import language_option
from lstm_viz.validation.errors import OptionError


@click.command()
@click.argument("name", required=False)
@click.option("--at", metavar="PIECE", help="Begin at this piece, such as 7.4.")
@click.option(
    "--notes",
    is_flag=True,
    help="For a second terminal: the notes, the clock, and what comes next.",
)
@click.option(
    "--save",
    type=click.Path(),
    metavar="FILE",
    help="Write it to a file: a notebook with its outputs (.ipynb), one page without scripts"
    " (.html), Markdown (.md), a handout (.pdf), or text (.txt).",
)
@click.option(
    "--check", is_flag=True, help="Rehearse every lesson, or this one, and print one line for each."
)
@language_option
def lesson(name: str | None, check: bool, **given: Any) -> None:
    """List the lessons, or play one in the terminal.

    NAME is a lesson's number or name, or a file of your own.

    \b
      lstm-viz lesson                        the list
      lstm-viz lesson 2                      play it; ? shows the keys
      lstm-viz lesson --notes                in a second terminal
      lstm-viz lesson 2 --save lesson.html

    Into a pipe it is printed as text.
    """
    from lstm_viz.commands.lesson import run_lesson, run_listing

    asked = [f"--{key}" for key in ("at", "notes", "save") if given[key]] + ["--check"] * check
    if len(asked) > 1:
        raise OptionError(f"{' and '.join(asked)}: give only one of them")
    if name is None and given["at"]:
        name = given["at"].partition(".")[0]
    if name is None or check or given["notes"]:
        if given["save"]:
            raise OptionError("--save needs a lesson: lstm-viz lesson 2 --save lesson.html")
        if name is not None and given["notes"]:
            raise OptionError("--notes follows whichever lesson is played: leave out the name")
        run_listing(name, check, given["notes"], given["lang"])
    else:
        run_lesson(name, given["at"], given["save"], given["lang"])
