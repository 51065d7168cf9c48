"""`lstm-viz detective`: twelve programs with a bug; find it."""

from __future__ import annotations

import click

from lstm_viz.commands.shared_options import language_option


@click.command()
@click.argument("case", required=False)
@click.option(
    "--answer", metavar="NAME@STEP", help="What is wrong first: c@3, b_o for a weight, or none."
)
@click.option("--solution", is_flag=True, help="Show the bug, and where it was seen.")
@language_option
def detective(case: str | None, answer: str | None, solution: bool, lang: str) -> None:
    """Find twelve bugs in LSTMs: where does each go wrong first?

    A case shows its loss, what a gradient check sees, and how far each step is from a right
    program. The answer is scored by quantity and step; what the bug is, is told when both are
    right, or with --solution.

    \b
      lstm-viz detective 1
      lstm-viz detective 1 --answer c@3
    """
    from lstm_viz.commands.investigating import run_detective

    run_detective(case, answer, solution, lang)
