"""The command line: options → run → show or save, and nothing else.

Whatever needs NumPy or rich is imported inside the command, so that `--help` answers at once.
"""

from __future__ import annotations

from typing import Any, NoReturn

import click

from lstm_viz import __version__
from lstm_viz.program import Program, prepare

ENDINGS = (".npz", ".json", ".csv", ".txt")


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


def _start(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        from lstm_viz.starts import STARTS

        if value.partition(":")[0] not in STARTS:
            raise click.BadParameter(f"{value!r} is none of {', '.join(STARTS)}")
    return value


def _ending(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not value.lower().endswith(ENDINGS):
        raise click.BadParameter(f"{value!r} ends in none of {', '.join(ENDINGS)}")
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
@click.option(
    "--start",
    callback=_start,
    metavar="START",
    help="How random weights begin: pytorch, keras, identity, spectral:RADIUS, chrono:STEPS."
    "  [default: pytorch]",
)
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
@click.option("--at", type=click.IntRange(min=1), metavar="T", help="Show only this step.")
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
    help="Write the run to FILE.npz, .json, .csv or .txt.",
)
def step(**options: Any) -> None:
    """Every equation at every step: symbols, numbers, result.

    \b
      lstm-viz step                                   one LSTM unit that stores, holds, releases
      lstm-viz step --backward                        and where each gradient comes from
      lstm-viz step --cell gru --input sine --hidden 4 --unit 2
      lstm-viz step --input @prices.csv --column close --json
    """
    from lstm_viz.commands import run_step

    run_step(**options)


@program.command()
@click.argument("name", required=False)
@click.option("--latex", is_flag=True, help="The equations, forward and backward, as LaTeX.")
@click.option("--python", is_flag=True, help="A stand-alone NumPy file with forward and backward.")
@click.option("--text", is_flag=True, help="The cell's text, to edit and give back with --cell.")
def cells(name: str | None, latex: bool, python: bool, text: bool) -> None:
    """The zoo; or one cell, of the zoo or of a file: equations, gradients, parameters, words.

    \b
      lstm-viz cells gru
      lstm-viz cells gru --text > mine.txt            then: lstm-viz step --cell mine.txt
    """
    from lstm_viz.commands import run_cells

    run_cells(name, latex, python, text)
