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
    start_option,
    theme_option,
)


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
            f"{value!r} is no step and no frame: write 3, or what stands in the corner, 3.c"
        )
    if int(value.lstrip("b").partition(".")[0]) < 1:
        raise click.BadParameter("0 is not in the range x>=1: the first step is 1")
    return str(int(value)) if value.isdigit() else value


def _size(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    parts = (value or "80x24").lower().split("x")
    good = len(parts) == 2 and all(part.isascii() and part.isdigit() for part in parts)
    if not good or not (20 <= int(parts[0]) <= 400 and 6 <= int(parts[1]) <= 400):
        raise click.BadParameter(f"{value!r} is no size: write columns and rows, 20x6 to 400x400")
    return value


@click.command()
@click.option(
    "--cell",
    metavar="NAME|FILE",
    help="A cell of the zoo, or a text file of equations; with --model, what its weights are put"
    " into.  [default: lstm]",
)
@input_options()
@click.option("--hidden", type=COUNT, metavar="N", help="How many units.  [default: 1]")
@click.option(
    "--weights",
    metavar="PRESET|FILE.npz",
    help="latch, counter, forgetful or gomez (one LSTM unit), leaky (rnn), gru-latch (gru); random;"
    " or a file by parameter name.  [default: latch, leaky or gru-latch where it fits]",
)
@start_option
@click.option(
    "--forget-bias",
    type=float,
    callback=finite,
    metavar="B",
    help="Set the bias of the forget gate.",
)
@model_options
@click.option(
    "--backward",
    is_flag=True,
    help="Go back too: value and gradient, and where each gradient comes from.",
)
@click.option(
    "--target",
    metavar="NUMBERS",
    help="Go back from half the squared distance to these.  [default: from the sum of the output]",
)
@click.option(
    "--loss-at",
    type=click.Choice(["last", "all"]),
    metavar="last|all",
    help="Which steps the loss looks at.  [default: last]",
)
@hold_option
@click.option(
    "--at",
    callback=_at,
    metavar="T|TOKEN",
    help="Show only this step; or the frame with this token in its corner, such as 3.c or b2.f.u1.",
)
@click.option(
    "--unit", type=click.IntRange(min=0), metavar="K", help="Show this unit.  [default: 0]"
)
@click.option(
    "--digits",
    type=click.IntRange(1, 17),
    metavar="N",
    help="Significant digits to show.  [default: 4]",
)
@click.option("--json", is_flag=True, help="Print all of the run as JSON (see docs/json.md).")
@click.option("--csv", is_flag=True, help="Print a row a step, a column a number.")
@click.option(
    "--save",
    multiple=True,
    callback=ends_as("step"),
    metavar="FILE",
    help="Write the run to FILE.npz, .json, .csv or .txt; a picture of it, one step's wiring with"
    " --at, to FILE.png, .svg or .pdf; a film of the wiring to FILE.gif, .mp4 or .webp; what the"
    " screen shows, one frame with --at and else all, to FILE.html, and played to FILE.cast.",
)
@click.option(
    "--as",
    "drawn_as",
    type=click.Choice(["terminal"]),
    metavar="terminal",
    help="With --save FILE.svg, .html or .txt: the terminal's screen, drawn as a file.",
)
@theme_option
@click.option(
    "--cast", callback=_cast, metavar="FILE.cast", help="Record the played run for asciinema."
)
@click.option(
    "--beside", metavar="NAME|FILE", help="The cell that x shows beside this one.  [default: rnn]"
)
@play_options(2.0, "Steps")
@click.option(
    "--size",
    callback=_size,
    metavar="COLUMNSxROWS",
    help="Of saved and recorded frames.  [default: 80x24]",
)
@language_option
def step(**options: Any) -> None:
    """Every equation at every step: symbols, numbers, result.

    In a terminal the run is played on the whole screen, key by key, forward and back; ? lists the
    keys, q quits. Into a pipe, or with --no-animation, all steps are printed.

    \b
      lstm-viz step                                   one LSTM unit that stores, holds, releases
      lstm-viz step --backward                        and where each gradient comes from
      lstm-viz step --cell gru --input sine --hidden 4 --unit 2
      lstm-viz step --input @prices.csv --column close --json
      lstm-viz step --at b3.c --save back.html        one frame of the screen, to look at later
    """
    from lstm_viz.commands.step import run_step

    run_step(**options)
