"""The options of `--model` in any command, and the command `lstm-viz model`; see cli.py."""

from __future__ import annotations

from typing import Any

import click

from lstm_viz.commands.shared_options import input_options, language_option, together
from lstm_viz.validation.errors import OptionError

_HEAD = click.option(
    "--head",
    metavar="NAMES",
    help="What follows the recurrent layers, if the file does not say: last, each, states, mean,"
    " max or flatten, then layers and activations, such as last,fc1,relu,fc2; or none.",
)
_LAYER = click.option(
    "--layer",
    metavar="NAME",
    help="The recurrent layer to show. The layers around it run too, if the file gives their"
    " order. A file of weights does not: there the layer runs alone, or several in this"
    " order: NAME,NAME.",
)
_NONLINEARITY = click.option(
    "--nonlinearity",
    metavar="tanh|relu|NAME,GATES",
    help="The activation, if the file does not hold it: tanh or relu for a plain PyTorch RNN;"
    " for Keras weights alone, the activation and that of the gates (tanh,hard_sigmoid). "
    " [default: tanh]",
)
_VOCABULARY = click.option(
    "--vocabulary",
    metavar="FILE",
    help="The vocabulary for --text or --input @FILE.txt: one word or character per line,"
    " numbered from 0; or JSON.",
)
_STANDARDISE = click.option(
    "--standardise",
    metavar="data|MEAN:SCALE,…",
    help="Scale each column to (x - mean) / scale, as in training. data takes both from the input.",
)
model_options = together(
    click.option(
        "--model",
        metavar="FILE",
        help="A PyTorch, Keras or ONNX model: .pt, .pth, .safetensors, .npz, .keras, .h5, .onnx.",
    ),
    _LAYER,
    _HEAD,
    _NONLINEARITY,
    _VOCABULARY,
    _STANDARDISE,
)


_LISTING = ("layer", "head", "nonlinearity", "verify")  # what listing a file has a use for


@click.command()
@click.argument("file")
@_LAYER
@_HEAD
@_NONLINEARITY
@click.option(
    "--verify",
    is_flag=True,
    help="Run the same input through the framework and compare outputs and gradients.",
)
@click.option(
    "--against",
    metavar="FILE",
    help="Run the same input through another model and say where the two first differ, and"
    " possibly why.",
)
@click.option("--against-layer", metavar="NAME", help="The recurrent layer of the other model.")
@click.option(
    "--against-head", metavar="NAMES", help="What follows the other model's recurrent layers."
)
@input_options("  [default: noise]")
@_VOCABULARY
@_STANDARDISE
@click.option("--json", is_flag=True, help="With --against: print the result as JSON.")
@language_option
@click.pass_context
def model(ctx: click.Context, /, **options: Any) -> None:
    """List the layers in a model file: what is read, what is not.

    \b
      lstm-viz model net.pt
      lstm-viz model net.keras --verify               compare with Keras itself
      lstm-viz model net.pt --against net.onnx        compare with another model
      lstm-viz gradients --model net.pt --input @series.csv
    """
    del options["lang"]  # the program knows it: see speaking.py
    if options["against"] is not None:
        from lstm_viz.commands.against import run_against

        if options["verify"]:
            raise OptionError("--verify and --against: give only one of them")
        ctx.exit(run_against(**options))
    own = {name: options.pop(name) for name in ("file", *_LISTING)}
    for name, value in options.items():
        if value:
            raise OptionError(f"--{name.replace('_', '-')} is for --against FILE")
    from lstm_viz.commands.model import run_model_command

    run_model_command(**own)
