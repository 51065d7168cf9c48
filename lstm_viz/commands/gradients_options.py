"""The options of `lstm-viz gradients`; see cli.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from lstm_viz.commands.model_options import model_options
from lstm_viz.commands.shared_options import (
    COUNT,
    MOST,
    ends_as,
    hold_option,
    input_options,
    language_option,
    play_options,
    problem_option,
    size_option,
    start_option,
    theme_option,
)
from lstm_viz.commands.whole import Whole
from lstm_viz.views.gradients import PARTS


def _numbers(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[float, ...]:
    if value is None:
        return ()
    try:
        found = tuple(float(part) for part in value.split(","))
    except ValueError:
        raise click.BadParameter(f"{value!r} is not a number or a list such as 0,1,3") from None
    for each in found:
        if each - each != 0:
            raise click.BadParameter(f"{each} is not a finite number")
        if each < 0 and param.name == "radii":
            raise click.BadParameter(f"{each:g} is below 0")
    return tuple(dict.fromkeys(found))


def _loss(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is None or value in ("last", "all"):
        return value
    if not (value.startswith("at:") and _counts(value.removeprefix("at:"))):
        raise click.BadParameter(f"{value!r} is not last, all or at:K (a step, from 1)")
    return value


def _at(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    part, dot, number = value.partition(".")
    good = part in PARTS and (not dot or _counts(number))
    if not good and not _counts(value.removeprefix("f")):
        raise click.BadParameter(f"{value!r} is not a step, and not one of {', '.join(PARTS)}")
    return value


def _counts(written: str) -> bool:
    """Whether it is a number from 1."""
    return written.isascii() and written.isdigit() and int(written) > 0


def part_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """An option a part: a file in views/gradients."""
    for part in reversed(PARTS.values()):
        command = click.option(f"--{part.name}", is_flag=True, help=part.help)(command)
    return command


@click.command()
@click.option(
    "--cells",
    metavar="NAMES|FILES",
    help="Built-in cells, or text files of equations.  [default: rnn, lstm, and lstm with its"
    " forget gate held open]",
)
@click.option(
    "--length",
    type=Whole(2, MOST),
    metavar="T",
    help="Number of time steps.  [default: 100]",
)
@click.option("--hidden", type=COUNT, metavar="N", help="Number of hidden units.  [default: 16]")
@input_options("  [default: noise]")
@start_option
@click.option(
    "--forget-bias",
    "biases",
    callback=_numbers,
    metavar="B,B,…",
    help="Forget-gate bias. Several values give one line each: 0,1,3,5.",
)
@click.option(
    "--spectral-radius",
    "radii",
    callback=_numbers,
    metavar="R,R,…",
    help="Scale the recurrent weights to this spectral radius. Several values give one line each.",
)
@click.option(
    "--loss",
    "loss_at",
    callback=_loss,
    metavar="last|all|at:K",
    help="Steps at which there is a loss.  [default: last; all for --ledger]",
)
@click.option(
    "--seeds",
    type=Whole(1, 1000),
    default=1,
    metavar="N",
    help="Number of seeds: shows the median and the 10-90 % band.  [default: 1]",
)
@model_options
@click.option(
    "--cell",
    "into",
    metavar="NAME|FILE",
    help="With --model: run its weights in this cell, built-in or a text file of equations.",
)
@click.option(
    "--target",
    metavar="NUMBERS",
    help="With --model: the target output.  [default: none; the loss is the sum of the outputs]",
)
@click.option(
    "--style",
    type=click.Choice(["chain", "curves"]),
    help="chain: the unrolled network, one bead per step. curves: heat strips and curves. "
    " [default: chain; curves where it is printed]",
)
@part_options
@click.option(
    "--cut",
    multiple=True,
    metavar="ROUTE",
    help="Add each line again with a path cut: c_prev (the direct memory path), h_prev (all"
    " paths through the output), h_prev:z_f (into the forget gate, h → z_f → c). --routes"
    " lists the paths.",
)
@problem_option
@hold_option
@click.option(
    "--trained",
    "weights",
    metavar="FILE",
    help="Weights of a trained cell, by parameter name (.npz, .toml, .json). --cells names the"
    " cell.",
)
@click.option(
    "--unit",
    type=Whole(0),
    default=0,
    metavar="K",
    help="The unit that --memory shows.  [default: 0]",
)
@click.option(
    "--at",
    callback=_at,
    metavar="T|TOKEN",
    help="Show the backward pass at this step; or the view named in its corner: f36 in the"
    " forward pass, routes.2 for a part.",
)
@click.option("--json", is_flag=True, help="Print the numbers as JSON (see docs/json.md).")
@click.option(
    "--csv", is_flag=True, help="Print the norms (or the chosen parts) as CSV, one row per step."
)
@click.option(
    "--save",
    multiple=True,
    callback=ends_as("gradients"),
    metavar="FILE",
    help="Save the numbers (.npz, .json, .csv), the picture (.txt, .png, .svg, .pdf), the film"
    " (.gif, .mp4, .webp), or a page for the keys ← and → (.html).",
)
@size_option("picture, film or page", "1920x1080; 1280x720 for .html")
@theme_option
@language_option
@play_options(10.0, "Frames")
@click.option("--animate", is_flag=True, help="Print every frame of the sweep, even into a pipe.")
def gradients(**options: Any) -> None:
    """Show where the gradient goes, in several cells side by side.

    In a terminal it plays on the whole screen, forward and backward: space plays, c switches to
    strips and curves, ? lists the keys, q quits. Into a pipe, or with --no-animation, the
    picture is printed.

    \b
      lstm-viz gradients                              rnn, lstm, and lstm with f held open
      lstm-viz gradients --save flow.gif              the film; flow.png is its last frame
      lstm-viz gradients --cells lstm --forget-bias 0,1,3,5
      lstm-viz gradients --cells lstm --forget-bias 5 --cut c_prev    without the direct memory path
      lstm-viz gradients --seeds 10 --style curves --save flow.png
      lstm-viz gradients --cells lstm,gru --routes
    """
    from lstm_viz.commands.gradients import run_gradients

    run_gradients(**options)
