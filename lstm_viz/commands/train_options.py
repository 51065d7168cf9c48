"""The options of `lstm-viz train`; see cli.py."""

from __future__ import annotations

import os
from typing import Any

import click

from lstm_viz.commands.shared_options import (
    COUNT,
    LARGEST,
    MOST_LAYERS,
    above_zero,
    ends_as,
    language_option,
    share,
    size_option,
    theme_option,
)
from lstm_viz.commands.whole import Whole

SIZE = Whole(1, LARGEST)


def depths(ctx: click.Context, option: click.Parameter, value: str | None) -> tuple[int, ...]:
    """Numbers of layers, each once."""
    if value is None:
        return ()
    layers = Whole(1, MOST_LAYERS)
    return tuple(dict.fromkeys(layers(part, option, ctx) for part in value.split(",")))


@click.command()
@click.argument("name", required=False, metavar="[RECIPE|TASK]")
@click.option("--cell", metavar="NAME|FILE", help="The cell. A task takes several: rnn,lstm,gru.")
@click.option("--hidden", metavar="N[,N…]", help="Hidden units per layer: 20 or 50,100.")
@click.option(
    "--layers",
    callback=depths,
    metavar="N[,N…]",
    help="Number of recurrent layers; damped-sine compares several: 1,2,4.",
)
@click.option("--steps", type=SIZE, metavar="T", help="Sequence length (tasks).")
@click.option(
    "--window", type=SIZE, metavar="T", help="Number of past rows in each input (recipes)."
)
@click.option("--batch", type=SIZE, metavar="B", help="Batch size.")
@click.option(
    "--updates",
    type=Whole(1, 10**9),
    metavar="N",
    help="Maximum number of updates (tasks, csi300).",
)
@click.option("--epochs", type=Whole(1, 10**9), metavar="N", help="Number of epochs (recipes).")
@click.option(
    "--optimiser",
    metavar="NAME[,N…]",
    help="sgd, adam or rmsprop with PyTorch's defaults; keras-sgd, keras-adam, keras-rmsprop. A"
    " price recipe compares several: keras-rmsprop,keras-adam.",
)
@click.option("--rate", type=float, callback=above_zero, metavar="R", help="Learning rate.")
@click.option("--loss", metavar="mse|mae", help="Loss function (price recipes).")
@click.option(
    "--clip-norm",
    type=float,
    callback=above_zero,
    metavar="C",
    help="Clip the global gradient norm at C.",
)
@click.option(
    "--clip-value", type=float, callback=above_zero, metavar="C", help="Clip each gradient at ±C."
)
@click.option(
    "--dropout", type=float, callback=share, metavar="P", help="Dropout rate after each layer."
)
@click.option(
    "--start",
    metavar="START",
    help="Weight initialisation, as for step. A task takes several: pytorch,keras.",
)
@click.option(
    "--forget-bias",
    metavar="B[,B…]",
    help="Forget-gate bias. A task takes several, or chrono: 0,1,2,chrono.",
)
@click.option(
    "--biases",
    type=Whole(1, 2),
    metavar="1|2",
    help="Biases per gate: 1 as in Keras, or 2 as in PyTorch. Only their sum counts, but each is"
    " trained.  [default: 2 for starbucks, else 1]",
)
@click.option(
    "--seed", type=Whole(0, 10**9), metavar="N", help="Seed; with --seeds, the first one."
)
@click.option("--seeds", type=Whole(1, 10_000), metavar="N", help="Number of seeds.")
@click.option(
    "--jobs",
    type=Whole(1, 10_000),
    metavar="N",
    help="Number of processes for several runs of a task.  [default: one per core]",
)
@click.option(
    "--as-written",
    is_flag=True,
    help="Train as the tutorial does: csi300 with its own cost, and what that cost hides; bitcoin"
    " at its own size.",
)
@click.option(
    "--many-to-many",
    is_flag=True,
    help="Predict the next five values at every step, not only at the last (damped-sine).",
)
@click.option("--csv", metavar="FILE", help="Your own data (price recipes).")
@click.option(
    "--column",
    multiple=True,
    metavar="NAME",
    help="Columns of the data; the last one is the target.",
)
@click.option(
    "--missing",
    type=click.Choice(["skip", "hold"]),
    help="Where a number is missing: skip the row, or hold (repeat) the number before.",
)
@click.option(
    "--split", type=float, callback=share, metavar="S", help="Fraction of the rows to train on."
)
@click.option(
    "--patience",
    type=COUNT,
    metavar="N",
    help="Stop after N epochs without a lower smoothed loss.",
)
@click.option(
    "--resume",
    metavar="FILE.npz",
    help="Continue exactly where a saved model stopped. The file holds all options; only"
    " --updates or --epochs may be larger.",
)
@click.option(
    "--forecast",
    is_flag=True,
    help="With --resume: predict the row after the last one, of --csv or of the same file; nothing"
    " is trained (price recipes).",
)
@click.option(
    "--gates",
    metavar="I,F",
    help="Quantities to show while it learns, by name.  [default: two gates]",
)
@click.option(
    "--speed",
    type=float,
    callback=above_zero,
    metavar="S",
    help="Speed of the display: at 1 a short training is shown within ten seconds.  [default: 1]",
)
@click.option(
    "--json",
    "json_",
    is_flag=True,
    help="Print the log and the results as JSON, one object per line.",
)
@click.option(
    "--save",
    multiple=True,
    callback=ends_as("train"),
    metavar="FILE",
    help="Save the model (.npz), a film of the training (.gif, .mp4, .webp), or a picture (.png,"
    " .svg, .pdf, .txt): a recipe's prediction, or the last frame of a task's film.",
)
@size_option("picture or film", "1920x1080; a prediction is as high as it needs")
@theme_option
@language_option
def train(name: str | None, **options: Any) -> None:
    """Train a recipe or a task and watch it learn, or list them all.

    In a terminal one sequence is shown again and again while the network learns: space pauses, ← →
    go back and forth, g shows the gradient, Enter steps through the cell, ? lists all keys. Into a
    pipe, lines are printed. q and Ctrl-C stop; what was learned is kept, shown and saved. With
    --save the model is also written every 30 seconds, and however the training ends.

    \b
      lstm-viz train adding --cell gru
      lstm-viz train damped-sine --layers 4
      lstm-viz train bitcoin --csv prices.csv --column Close --save model.npz
      lstm-viz train temporal-order --cell lstm --forget-bias 0,1,2,chrono --seeds 5
    """
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(variable, "1")  # small products are no faster with more
    del options["lang"]  # the program knows it: see speaking.py
    from lstm_viz.commands.train import run_train

    run_train(name, **options)
