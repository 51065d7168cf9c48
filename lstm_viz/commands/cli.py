"""The command line: the group and its commands, each in a file of its own.

Whatever needs NumPy or rich is imported inside a command, so that `--help` answers at once.
"""

from __future__ import annotations

import sys
from typing import NoReturn

import click

from lstm_viz.commands import signals
from lstm_viz.commands.cells import cells
from lstm_viz.commands.check import check
from lstm_viz.commands.completion import completed
from lstm_viz.commands.data import data
from lstm_viz.commands.detective import detective
from lstm_viz.commands.exit_codes import Program, prepare
from lstm_viz.commands.gradients_options import gradients
from lstm_viz.commands.lesson_options import lesson
from lstm_viz.commands.model_options import model
from lstm_viz.commands.practise import practise
from lstm_viz.commands.problem import problem
from lstm_viz.commands.sheet import grade, sheet
from lstm_viz.commands.step_options import step
from lstm_viz.commands.train_options import train
from lstm_viz.version import __version__


def main() -> NoReturn:
    """The program `lstm-viz`."""
    try:
        prepare()
        try:
            program.main(prog_name="lstm-viz")
        finally:
            signals.leave_alone()
    except KeyboardInterrupt:  # as the last word was said
        sys.exit(130)


@click.group(
    cls=Program,
    invoke_without_command=True,
    subcommand_metavar="[COMMAND] [ARGS]...",
    context_settings={"max_content_width": 100},
)
@click.version_option(__version__, prog_name="lstm-viz")
@click.pass_context
def program(ctx: click.Context) -> None:
    """See every number inside a recurrent network, forward and backward."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


for command in (
    step, cells, train, data, gradients, model, problem, lesson, practise, sheet, grade,
    check, detective,
):  # fmt: skip
    program.add_command(completed(command))
