"""`lstm-viz check`: somebody's own LSTM, GRU or RNN beside ours."""

from __future__ import annotations

import click

from lstm_viz.commands.shared_options import language_option


@click.command()
@click.argument("file")
@click.option(
    "--cell",
    metavar="NAME",
    help="The built-in cell that it should be.  [default: the file's, else lstm]",
)
@click.option("--json", is_flag=True, help="Print what was found as JSON.")
@language_option
def check(file: str, cell: str | None, json: bool, lang: str) -> None:
    """Check your own LSTM, GRU or RNN: where does it first go wrong?

    FILE is a program (.py) with a function forward, and perhaps backward, which is run in a process
    of its own; or numbers (.json, .npz): x, weights, values and gradients by name. Exit code 0:
    right; 1: not.

    \b
      lstm-viz check mine.py
      lstm-viz check mine.py --cell gru
      lstm-viz check numbers.json
    """
    import sys

    from lstm_viz.commands.checking import run_check

    sys.exit(run_check(file, cell, json, lang))
