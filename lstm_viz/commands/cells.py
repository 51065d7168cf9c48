"""`lstm-viz cells`: the built-in cells, or one cell in one of its notations."""

from __future__ import annotations

import sys

import click

from lstm_viz.commands.shared_options import language_option
from lstm_viz.validation.errors import OptionError


@click.command()
@click.argument("name", required=False)
@click.option("--latex", is_flag=True, help="Print the equations, forward and backward, as LaTeX.")
@click.option(
    "--python", is_flag=True, help="Print a stand-alone NumPy program, forward and backward."
)
@click.option("--text", is_flag=True, help="Print the cell's text, to edit and use with --cell.")
@language_option
def cells(name: str | None, lang: str, **notations: bool) -> None:
    """List the built-in cells, or show one: equations and gradients.

    The cell is a built-in one, or a text file of equations.

    \b
      lstm-viz cells gru
      lstm-viz cells gru --text > mine.txt            then: lstm-viz step --cell mine.txt
    """
    asked = [each for each in ("latex", "python", "text") if notations[each]]
    if len(asked) > 1:
        raise OptionError(f"--{asked[0]} and --{asked[1]}: give only one of them")
    if name is None and asked:
        raise OptionError(f"--{asked[0]} needs a cell's name: lstm-viz cells lstm --{asked[0]}")
    if name is not None and asked:
        _write(name, asked[0])
    else:
        _show(name, lang)


def _show(name: str | None, lang: str) -> None:
    from lstm_viz.experiments.one_cell import choose_cell
    from lstm_viz.pictures.language import LANGUAGES
    from lstm_viz.terminal import open_console, show
    from lstm_viz.views import cells as view

    say = LANGUAGES[lang]
    show(
        view.listing(say) if name is None else view.cell(choose_cell(name), say),
        open_console(),
        say=say,
    )


def _write(name: str, notation: str) -> None:
    from lstm_viz.equations.latex import latex
    from lstm_viz.equations.numpy_source import numpy_source
    from lstm_viz.experiments.one_cell import choose_cell
    from lstm_viz.views.cells import text_of

    cell = choose_cell(name)
    write = {"latex": latex, "python": numpy_source, "text": text_of}[notation]
    if not sys.stdout.isatty():  # a file: those who read it expect UTF-8
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    click.echo(write(cell).rstrip("\n"))
