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
    start_option,
    theme_option,
)
from lstm_viz.views.gradients import PARTS


def _numbers(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[float, ...]:
    if value is None:
        return ()
    try:
        found = tuple(float(part) for part in value.split(","))
    except ValueError:
        raise click.BadParameter(f"{value!r} is no number, and no list such as 0,1,3") from None
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
        raise click.BadParameter(f"{value!r} is none of last, all, at:K (a step, from 1)")
    return value


def _at(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    part, dot, number = value.partition(".")
    good = part in PARTS and (not dot or _counts(number))
    if not good and not _counts(value):
        raise click.BadParameter(f"{value!r} is no step, and none of {', '.join(PARTS)}")
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
    default="rnn,lstm,gru",
    metavar="NAMES|FILES",
    help="Cells of the zoo, or text files of equations.  [default: rnn,lstm,gru]",
)
@click.option(
    "--length", type=click.IntRange(2, MOST), metavar="T", help="How many steps.  [default: 100]"
)
@click.option("--hidden", type=COUNT, metavar="N", help="How many units.  [default: 16]")
@input_options("  [default: noise]")
@start_option
@click.option(
    "--forget-bias",
    "biases",
    callback=_numbers,
    metavar="B,B,…",
    help="Set the bias of the forget gates; several for a line each, as 0,1,3,5.",
)
@click.option(
    "--spectral-radius",
    "radii",
    callback=_numbers,
    metavar="R,R,…",
    help="Scale the recurrent weights to this spectral radius; several for a line each.",
)
@click.option(
    "--loss",
    "loss_at",
    callback=_loss,
    metavar="last|all|at:K",
    help="Which steps the loss looks at.  [default: last; all for --ledger]",
)
@click.option(
    "--seeds",
    type=click.IntRange(1, 1000),
    default=1,
    metavar="N",
    help="So many runs: their median, and a band that holds eight tenths of them.  [default: 1]",
)
@model_options
@click.option(
    "--cell",
    "into",
    metavar="NAME|FILE",
    help="With --model: a cell, or a text file of equations, that its weights are put into.",
)
@click.option(
    "--target",
    metavar="NUMBERS",
    help="With --model: what its output should be.  [default: the outputs' sum as the loss]",
)
@part_options
@click.option(
    "--cut",
    multiple=True,
    metavar="ROUTE",
    help="Beside each line, the same with a route cut: h_prev:z_f (into the forget gate), f, or"
    " h_prev (all through it); --routes lists them.",
)
@hold_option
@click.option(
    "--trained",
    "weights",
    metavar="FILE.npz",
    help="The weights of a trained cell, by parameter name; --cells says which.",
)
@click.option(
    "--unit", type=click.IntRange(min=0), default=0, metavar="K", help="For --memory.  [default: 0]"
)
@click.option(
    "--at",
    callback=_at,
    metavar="T|TOKEN",
    help="The sweep at this step; or what has this token in its corner, such as routes.2.",
)
@click.option("--json", is_flag=True, help="Print the numbers as JSON.")
@click.option("--csv", is_flag=True, help="Print the norms (or those parts), a row a step.")
@click.option(
    "--save",
    multiple=True,
    callback=ends_as("gradients"),
    metavar="FILE",
    help="Write the numbers to FILE.npz, .json or .csv, the picture to .txt, .png, .svg or .pdf,"
    " the animation to .gif, .mp4 or .webp.",
)
@theme_option
@language_option
@play_options(10.0, "Frames")
@click.option("--animate", is_flag=True, help="Into a pipe, too: every frame of the sweep.")
def gradients(**options: Any) -> None:
    """Where does the gradient go? The same input through several cells, and back from the loss.

    In a terminal the sweep from the loss back to the first step is played on the whole screen:
    space plays, ? lists the keys, q quits. Into a pipe, or with --no-animation, the picture is
    printed.

    \b
      lstm-viz gradients                              rnn, lstm and gru over 100 steps
      lstm-viz gradients --cells lstm --forget-bias 0,1,3,5
      lstm-viz gradients --seeds 10 --save flow.png
      lstm-viz gradients --cells lstm --forget-bias 3 --cut h_prev
      lstm-viz gradients --cells lstm,gru --routes
    """
    from lstm_viz.commands.gradients import run_gradients

    run_gradients(**options)
