"""The options of `lstm-viz train`; see cli.py."""

from __future__ import annotations

import os
from typing import Any

import click

from lstm_viz.commands.shared_options import COUNT, LARGEST, MOST_LAYERS, above_zero, ends_as, share

SIZE = click.IntRange(1, LARGEST)


@click.command()
@click.argument("name", required=False, metavar="[RECIPE|TASK]")
@click.option("--cell", metavar="NAME|FILE", help="The cell; several for a task: rnn,lstm,gru.")
@click.option("--hidden", metavar="N[,N…]", help="Units, a layer each: 20 or 50,100.")
@click.option(
    "--layers", type=click.IntRange(1, MOST_LAYERS), metavar="N", help="How many recurrent layers."
)
@click.option("--steps", type=SIZE, metavar="T", help="Length of a task's sequences.")
@click.option("--window", type=SIZE, metavar="T", help="Rows that a recipe looks back on.")
@click.option("--batch", type=SIZE, metavar="B", help="Sequences in an update.")
@click.option(
    "--updates",
    type=click.IntRange(1, 10**9),
    metavar="N",
    help="At most so many updates of a task.",
)
@click.option(
    "--epochs", type=click.IntRange(1, 10**9), metavar="N", help="Times through a recipe's data."
)
@click.option(
    "--optimiser",
    metavar="NAME",
    help="sgd, adam or rmsprop with PyTorch's defaults; keras-sgd, keras-adam, keras-rmsprop.",
)
@click.option("--rate", type=float, callback=above_zero, metavar="R", help="The learning rate.")
@click.option("--loss", metavar="mse|mae", help="What a price recipe makes small.")
@click.option(
    "--clip-norm", type=float, callback=above_zero, metavar="C", help="Bound all gradients' norm."
)
@click.option(
    "--clip-value", type=float, callback=above_zero, metavar="C", help="Bound each gradient."
)
@click.option(
    "--dropout", type=float, callback=share, metavar="P", help="Share dropped behind each layer."
)
@click.option(
    "--start",
    metavar="START",
    help="How weights begin, as for step; several for a task: pytorch,keras.",
)
@click.option(
    "--forget-bias", metavar="B[,B…]", help="Bias of the forget gate: 0,1,2; chrono for a task."
)
@click.option(
    "--biases",
    type=click.IntRange(1, 2),
    metavar="1|2",
    help="Of a recurrent layer: one as in Keras, or two as in PyTorch, each with its own step.",
)
@click.option("--seed", type=click.IntRange(0, 10**9), metavar="N", help="The first seed.")
@click.option("--seeds", type=click.IntRange(1, 10_000), metavar="N", help="How many seeds.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 10_000),
    metavar="N",
    help="Processes.  [default: as many as cores]",
)
@click.option("--csv", metavar="FILE", help="Your own rows for a price recipe.")
@click.option("--column", multiple=True, metavar="NAME", help="Its columns, the target last.")
@click.option(
    "--split", type=float, callback=share, metavar="S", help="Share of the rows to train on."
)
@click.option(
    "--patience",
    type=COUNT,
    metavar="N",
    help="Stop when N epochs did not lower the smoothed loss.",
)
@click.option(
    "--resume",
    metavar="FILE.npz",
    help="Carry on exactly where a saved model stopped; the file holds all its options, and only"
    " --updates or --epochs may ask for more.",
)
@click.option("--json", "json_", is_flag=True, help="The log and the figures, a JSON line each.")
@click.option(
    "--save",
    multiple=True,
    callback=ends_as("train"),
    metavar="FILE",
    help="The model to FILE.npz; a film of the learning to .gif, .mp4 or .webp; a recipe's"
    " prediction to .png, .svg or .pdf.",
)
def train(name: str | None, **options: Any) -> None:
    """Train a recipe or a task and watch it learn; without a name, list them.

    In a terminal it is updated in place; into a pipe it prints lines. Ctrl-C stops, and what was
    learned is kept, shown and saved. A model to be saved is written every half minute, too, and
    whatever ends the training.

    \b
      lstm-viz train adding --cell gru
      lstm-viz train damped-sine --layers 4
      lstm-viz train bitcoin --csv prices.csv --column Close --save model.npz
      lstm-viz train temporal-order --cell lstm --forget-bias 0,1,2,chrono --seeds 5
    """
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(variable, "1")  # small products are no faster with more
    from lstm_viz.commands.train import run_train

    run_train(name, **options)
