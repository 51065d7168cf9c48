"""`lstm-viz practise`: exercises in a folder, judged as they are saved."""

from __future__ import annotations

import click

from lstm_viz.commands.shared_options import language_option
from lstm_viz.commands.whole import Whole

FOLDER = "lstm-exercises"


@click.command()
@click.argument("name", required=False)
@click.option(
    "--folder", default=FOLDER, metavar="FOLDER", help=f"Folder of your files.  [default: {FOLDER}]"
)
@click.option("--list", "listed", is_flag=True, help="List all exercises, and which are done.")
@click.option(
    "--seed",
    type=Whole(0),
    metavar="N",
    help="Seed for the numbers of the exercises: another N gives other weights and inputs. A"
    " folder keeps the N that it began with.",
)
@language_option
def practise(name: str | None, folder: str, listed: bool, seed: int | None, lang: str) -> None:
    """Do exercises: write into a file, save it, read the verdict.

    The files are written once, into a folder, and never overwritten. NAME is an exercise,
    a lesson's number, or a file of your own. Without a keyboard the exercise is checked once.
    Exit code 1: its answer is not right; 0: it is, or none is finished yet.

    \b
      lstm-viz practise
      lstm-viz practise 5                            the exercises of lesson 5
      lstm-viz practise 02-1-one-step | cat          check it once, and print the verdict
      lstm-viz practise mine.toml                    an exercise of your own
    """
    import sys

    from lstm_viz.commands.practising import run_practise

    code = run_practise(name, folder, listed, seed, lang)
    sys.stdout.flush()  # a closed pipe is met here, where it is said
    sys.exit(code)
