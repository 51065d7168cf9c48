"""The options of `lstm-viz step`; see cli.py."""

from __future__ import annotations

from typing import Any

import click

from lstm_viz.commands.model_options import model_options
from lstm_viz.commands.shared_options import (
    COUNT,
    ends_as,
    finite,
    hold_option,
    input_options,
    language_option,
    play_options,
    problem_option,
    start_option,
    theme_option,
)
from lstm_viz.commands.whole import Whole


def _cast(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not value.lower().endswith(".cast"):
        raise click.BadParameter(f"{value!r} does not end in .cast")
    return value


def _at(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    from lstm_viz.views.step.state import is_token

    if not is_token(value):
        raise click.BadParameter(
            f"{value!r} is not a step or a view: write 3, or the name in the corner of a view,"
            " such as 3.c"
        )
    if int(value.lstrip("b").partition(".")[0]) < 1:
        raise click.BadParameter("the first step is 1")
    return str(int(value)) if value.isdigit() else value


def _size(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    parts = (value or "80x24").lower().split("x")
    good = len(parts) == 2 and all(part.isascii() and part.isdigit() for part in parts)
    if not good or not (20 <= int(parts[0]) <= 8000 and 6 <= int(parts[1]) <= 8000):
        raise click.BadParameter(
            f"{value!r} is not a size: write columns and rows of a screen, as 120x40, or the"
            " pixels of a picture, as 1920x1080"
        )
    return value


@click.command()
@click.option(
    "--cell",
    metavar="NAME|FILE",
    help="A built-in cell, or a text file of equations. With --model: run the model's weights in"
    " this cell.  [default: lstm]",
)
@input_options()
@click.option("--hidden", type=COUNT, metavar="N", help="Number of hidden units.  [default: 1]")
@click.option(
    "--weights",
    metavar="PRESET|FILE",
    help="latch, counter, forgetful or gomez (one LSTM unit), leaky (rnn), gru-latch (gru),"
    " adder (irnn); random; or a file of arrays by parameter name: .npz, .toml, .json.  [default:"
    " latch, leaky, gru-latch or adder where it fits, else random]",
)
@start_option
@click.option(
    "--forget-bias",
    type=float,
    callback=finite,
    metavar="B",
    help="Forget-gate bias.",
)
@model_options
@click.option(
    "--backward",
    is_flag=True,
    help="Show the backward pass too: each value, its gradient, and where the gradient comes from.",
)
@click.option(
    "--target",
    metavar="NUMBERS",
    help="Loss ½(h - target)², target = these numbers.  [default: no target; the loss is the sum"
    " of the output]",
)
@click.option(
    "--loss-at",
    type=click.Choice(["last", "all"]),
    metavar="last|all",
    help="Steps at which there is a loss.  [default: last]",
)
@problem_option
@hold_option
@click.option(
    "--at",
    callback=_at,
    metavar="T|TOKEN",
    help="Show only this step; or the view named in its corner, such as 3.c or b2.f.u1.",
)
@click.option("--unit", type=Whole(0), metavar="K", help="Show this unit.  [default: 0]")
@click.option(
    "--digits",
    type=Whole(1, 17),
    metavar="N",
    help="Significant digits to show, 1 to 17.  [default: 4]",
)
@click.option("--json", is_flag=True, help="Print the whole run as JSON (see docs/json.md).")
@click.option("--csv", is_flag=True, help="Print the run as CSV, one row per step.")
@click.option(
    "--save",
    multiple=True,
    callback=ends_as("step"),
    metavar="FILE",
    help="Save the run (.npz, .json, .csv, .txt); a picture (.png, .svg, .pdf), with --at the"
    " wiring at one step; a film of the wiring (.gif, .mp4, .webp); the screens as a page"
    " (.html), with --at one; or a recording (.cast).",
)
@click.option(
    "--as",
    "drawn_as",
    type=click.Choice(["terminal"]),
    metavar="terminal",
    help="With --save FILE.svg, .html or .txt: save what the terminal shows.",
)
@theme_option
@click.option(
    "--cast", callback=_cast, metavar="FILE.cast", help="Record the playback for asciinema."
)
@click.option(
    "--beside", metavar="NAME|FILE", help="The cell to compare with (key x).  [default: rnn]"
)
@click.option(
    "--quiz",
    type=Whole(1, 1000),
    metavar="N",
    help="Predict N numbers on the screen, one by one, and see how many were right.",
)
@play_options(2.0, "Steps, or operations of a film,")
@click.option(
    "--size",
    callback=_size,
    metavar="WxH",
    help="Size of a picture or film in pixels; of a terminal screen in columns and rows."
    "  [default: 1920x1080; 80x24 for a screen; 120x40 for .html]",
)
@language_option
def step(**options: Any) -> None:
    """Every equation at every step: symbols, numbers, result.

    In a terminal the run plays on the whole screen, key by key, forward and backward; ? lists
    the keys, q quits. Into a pipe, or with --no-animation, all steps are printed.

    \b
      lstm-viz step                                   one LSTM unit that stores, holds, releases
      lstm-viz step --backward                        and where each gradient comes from
      lstm-viz step --cell gru --input sine --hidden 4 --unit 2
      lstm-viz step --input @prices.csv --column close --json
      lstm-viz step --at b3.c --save back.html        one frame of the screen, to look at later
    """
    from lstm_viz.commands.step import run_step

    run_step(**options)
