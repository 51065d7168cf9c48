"""The command line: options → run → show or save, and nothing else.

Whatever needs NumPy or rich is imported inside the command, so that `--help` answers at once.
"""

from __future__ import annotations

from typing import Any, NoReturn

import click

from lstm_viz import __version__
from lstm_viz.commands.exit_codes import Program, prepare
from lstm_viz.commands.gradients_options import gradients
from lstm_viz.commands.model_options import model, model_options
from lstm_viz.commands.shared_options import check_speed, start_option, theme_option

DATA_ENDINGS = (".npz", ".json", ".csv", ".txt")
ENDINGS = (*DATA_ENDINGS, ".svg", ".html", ".png", ".pdf", ".gif", ".mp4", ".webp")


def main() -> NoReturn:
    """The program `lstm-viz`."""
    prepare()
    program.main(prog_name="lstm-viz")


@click.group(cls=Program, invoke_without_command=True, context_settings={"max_content_width": 100})
@click.version_option(__version__, prog_name="lstm-viz")
@click.pass_context
def program(ctx: click.Context) -> None:
    """See every number inside a recurrent network, forward and backward."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def _finite(ctx: click.Context, param: click.Parameter, value: float | None) -> float | None:
    if value is not None and value - value != 0:
        raise click.BadParameter(f"{value} is not a finite number")
    return value


def _above_zero(ctx: click.Context, param: click.Parameter, value: float | None) -> float | None:
    if value is not None and not 0 < value < float("inf"):
        raise click.BadParameter(f"{value} is not a number above 0")
    return value


def _share(ctx: click.Context, param: click.Parameter, value: float | None) -> float | None:
    if value is not None and not 0 < value < 1:
        raise click.BadParameter(f"{value} is not between 0 and 1")
    return value


def _ending(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not value.lower().endswith(ENDINGS):
        raise click.BadParameter(f"{value!r} ends in none of {', '.join(ENDINGS)}")
    return value


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


@program.command()
@click.option(
    "--cell",
    default="lstm",
    metavar="NAME|FILE",
    help="A cell of the zoo, or a text file of equations.  [default: lstm]",
)
@click.option(
    "--input",
    metavar="NUMBERS|NAME|@FILE|-",
    help="0,1,0 (1,2;0.5,3 for steps of several features); impulse, echo, sine, damped-sine,"
    " square or noise, with a length as in sine:40; @FILE.csv; - for standard input.",
)
@click.option(
    "--column",
    multiple=True,
    metavar="NAME",
    help="Columns of the file, by name or by number from 1.  [default: all that hold numbers]",
)
@click.option(
    "--text", metavar="TEXT", help="One character a step, one-hot over the text's characters."
)
@click.option(
    "--hidden", type=click.IntRange(min=1), metavar="N", help="How many units.  [default: 1]"
)
@click.option(
    "--weights",
    metavar="PRESET|FILE.npz",
    help="latch, counter, forgetful or gomez (one LSTM unit); random; or a file by parameter name."
    "  [default: latch where it fits]",
)
@start_option
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    metavar="N",
    help="For random weights and inputs.  [default: 0]",
)
@click.option(
    "--forget-bias",
    type=float,
    callback=_finite,
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
    "--digits", type=click.IntRange(0, 17), metavar="N", help="Decimals to show.  [default: 3]"
)
@click.option(
    "--json", "json_", is_flag=True, help="Print all of the run as JSON (see docs/json.md)."
)
@click.option("--csv", "csv_", is_flag=True, help="Print a row a step, a column a number.")
@click.option(
    "--save",
    callback=_ending,
    metavar="FILE",
    help="Write the run to FILE.npz, .json, .csv or .txt; what the screen shows, one frame with"
    " --at and else all, to FILE.svg or .html; a picture of it, one step's wiring with --at, to"
    " FILE.png or .pdf; a film of the wiring to FILE.gif, .mp4 or .webp.",
)
@theme_option
@click.option(
    "--cast", callback=_cast, metavar="FILE.cast", help="Record the played run for asciinema."
)
@click.option(
    "--beside", metavar="NAME|FILE", help="The cell that x shows beside this one.  [default: rnn]"
)
@click.option(
    "--speed",
    type=float,
    default=2.0,
    callback=check_speed,
    metavar="N",
    help="Steps a second while it plays.  [default: 2]",
)
@click.option(
    "--size",
    callback=_size,
    metavar="COLUMNSxROWS",
    help="Of saved and recorded frames.  [default: 80x24]",
)
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", help="English, or Chinese.")
@click.option(
    "--no-animation", is_flag=True, help="Print all steps, even where there is a screen to play on."
)
def step(**options: Any) -> None:
    """Every equation at every step: symbols, numbers, result.

    In a terminal the run is played on the whole screen, key by key, forward and back; ? lists the
    keys, q quits. Into a pipe, or with --no-animation, all steps are printed.

    \b
      lstm-viz step                                   one LSTM unit that stores, holds, releases
      lstm-viz step --backward                        and where each gradient comes from
      lstm-viz step --cell gru --input sine --hidden 4 --unit 2
      lstm-viz step --input @prices.csv --column close --json
      lstm-viz step --at b3.c --save back.svg         one frame of the screen as a picture
    """
    from lstm_viz.commands.step import run_step

    run_step(**options)


@program.command()
@click.argument("name", required=False)
@click.option("--latex", is_flag=True, help="The equations, forward and backward, as LaTeX.")
@click.option("--python", is_flag=True, help="A stand-alone NumPy file with forward and backward.")
@click.option("--text", is_flag=True, help="The cell's text, to edit and give back with --cell.")
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", help="English, or Chinese.")
def cells(name: str | None, latex: bool, python: bool, text: bool, lang: str) -> None:
    """The zoo; or one cell, of the zoo or of a file: equations, gradients, parameters, words.

    \b
      lstm-viz cells gru
      lstm-viz cells gru --text > mine.txt            then: lstm-viz step --cell mine.txt
    """
    from lstm_viz.commands.cells import run_cells

    run_cells(name, latex, python, text, lang)


def _saved_training(
    ctx: click.Context, param: click.Parameter, value: tuple[str, ...]
) -> tuple[str, ...]:
    for path in value:
        if not path.lower().endswith(TRAINED):
            raise click.BadParameter(f"{path!r} ends in none of {', '.join(TRAINED)}")
    return value


TRAINED = (".npz", ".gif", ".mp4", ".webp", ".png", ".svg", ".pdf")
COUNT = click.IntRange(min=1)


@program.command()
@click.argument("name", required=False, metavar="[RECIPE|TASK]")
@click.option("--cell", metavar="NAME|FILE", help="The cell; several for a task: rnn,lstm,gru.")
@click.option("--hidden", metavar="N[,N…]", help="Units, a layer each: 20 or 50,100.")
@click.option("--layers", type=COUNT, metavar="N", help="How many recurrent layers.")
@click.option("--steps", type=COUNT, metavar="T", help="Length of a task's sequences.")
@click.option("--window", type=COUNT, metavar="T", help="Rows that a recipe looks back on.")
@click.option("--batch", type=COUNT, metavar="B", help="Sequences in an update.")
@click.option("--updates", type=COUNT, metavar="N", help="At most so many updates of a task.")
@click.option("--epochs", type=COUNT, metavar="N", help="Times through a recipe's data.")
@click.option(
    "--optimiser",
    metavar="NAME",
    help="sgd, adam or rmsprop with PyTorch's defaults; keras-sgd, keras-adam, keras-rmsprop.",
)
@click.option("--rate", type=float, callback=_finite, metavar="R", help="The learning rate.")
@click.option("--loss", metavar="mse|mae", help="What a price recipe makes small.")
@click.option(
    "--clip-norm", type=float, callback=_above_zero, metavar="C", help="Bound all gradients' norm."
)
@click.option(
    "--clip-value", type=float, callback=_above_zero, metavar="C", help="Bound each gradient."
)
@click.option(
    "--dropout", type=float, callback=_share, metavar="P", help="Share dropped behind each layer."
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
@click.option("--seed", type=click.IntRange(min=0), metavar="N", help="The first seed.")
@click.option("--seeds", type=COUNT, metavar="N", help="How many seeds.")
@click.option("--jobs", type=COUNT, metavar="N", help="Processes.  [default: as many as cores]")
@click.option("--csv", metavar="FILE", help="Your own rows for a price recipe.")
@click.option("--column", multiple=True, metavar="NAME", help="Its columns, the target last.")
@click.option(
    "--split", type=float, callback=_share, metavar="S", help="Share of the rows to train on."
)
@click.option(
    "--patience",
    type=COUNT,
    metavar="N",
    help="Stop when N epochs did not lower the smoothed loss.",
)
@click.option("--resume", metavar="FILE.npz", help="Carry on exactly where a saved model stopped.")
@click.option("--json", "json_", is_flag=True, help="The log and the figures, a JSON line each.")
@click.option(
    "--save",
    multiple=True,
    callback=_saved_training,
    metavar="FILE",
    help="The model to FILE.npz; a film of the learning to .gif, .mp4 or .webp; a recipe's"
    " prediction to .png, .svg or .pdf.",
)
def train(name: str | None, **options: Any) -> None:
    """Train a recipe or a task and watch it learn; without a name, list them.

    In a terminal it is updated in place; into a pipe it prints lines. Ctrl-C stops, and what was
    learned is kept, shown and saved.

    \b
      lstm-viz train adding --cell gru
      lstm-viz train damped-sine --layers 4
      lstm-viz train bitcoin --csv prices.csv --column Close --save model.npz
      lstm-viz train temporal-order --cell lstm --forget-bias 0,1,2,chrono --seeds 5
    """
    import os

    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(variable, "1")  # small products are no faster with more
    from lstm_viz.commands.train import run_train

    run_train(name, **options)


@program.command()
def data() -> None:
    """The data that ships with lstm-viz: what it is, where it is from, its licence."""
    from lstm_viz.commands.data import list_data

    list_data()


program.add_command(gradients)
program.add_command(model)
