"""The options of `--model` in any command, and the command `lstm-viz model`; see cli.py."""

from __future__ import annotations

from typing import Any

import click

from lstm_viz.commands.shared_options import together

_HEAD = click.option(
    "--head",
    metavar="NAMES",
    help="What follows its recurrent layers, where the file does not say: last, each, states, mean,"
    " max or flatten, then layers and activations, such as last,fc1,relu,fc2; or none.",
)
_LAYER = click.option(
    "--layer",
    metavar="NAME",
    help="Its recurrent layer to show. What the file says stands around it runs too; of a file of"
    " weights, the layer alone, or several in this order: NAME,NAME.",
)
_NONLINEARITY = click.option(
    "--nonlinearity",
    metavar="tanh|relu|NAME,GATES",
    help="Where a file does not hold it: of PyTorch's plain RNN, tanh or relu; of Keras' weights"
    " alone, the activation and the gates' (tanh,hard_sigmoid).  [default: tanh]",
)
model_options = together(
    click.option(
        "--model",
        metavar="FILE",
        help="A model of PyTorch, Keras or ONNX: .pt, .pth, .safetensors, .npz, .keras, .h5,"
        " .onnx.",
    ),
    _LAYER,
    _HEAD,
    _NONLINEARITY,
    click.option(
        "--vocabulary",
        metavar="FILE",
        help="For --text or --input @FILE.txt: a word or character a line, numbered from 0;"
        " or JSON.",
    ),
    click.option(
        "--standardise",
        metavar="data|MEAN:SCALE,…",
        help="(x - mean) / scale for each column, as in training; data takes both from the input.",
    ),
)


@click.command()
@click.argument("file")
@_LAYER
@_HEAD
@_NONLINEARITY
@click.option(
    "--verify",
    is_flag=True,
    help="Run the same input through the framework too, and compare outputs and gradients.",
)
def model(**options: Any) -> None:
    """What is in a model's file: layers, cells, shapes; what is read and what is not.

    \b
      lstm-viz model net.pt
      lstm-viz model net.keras --verify               compare with Keras itself
      lstm-viz gradients --model net.pt --input @series.csv
    """
    from lstm_viz.commands.model import run_model_command

    run_model_command(**options)
