"""`lstm-viz cells`: the zoo, or one cell in one of its notations."""

from __future__ import annotations

import sys

import click

from lstm_viz.experiments.one_cell import choose_cell
from lstm_viz.pictures.language import LANGUAGES
from lstm_viz.terminal import open_console, show
from lstm_viz.validation.errors import OptionError


def run_cells(name: str | None, latex: bool, python: bool, text: bool, lang: str) -> None:
    """`lstm-viz cells`: the zoo, or one cell in one of its languages."""
    from lstm_viz.views import cells as view

    say = LANGUAGES[lang]
    languages = [
        option for option, on in (("--latex", latex), ("--python", python), ("--text", text)) if on
    ]
    if len(languages) > 1:
        raise OptionError(f"{' and '.join(languages)} are two languages: give one of them")
    if name is None:
        if languages:
            raise OptionError(
                f"{languages[0]} needs a cell's name: lstm-viz cells lstm {languages[0]}"
            )
        show(view.zoo(say), open_console(), say=say)
        return
    cell = choose_cell(name)
    if not languages:
        show(view.cell(cell, say), open_console(), say=say)
        return
    from lstm_viz.equations.latex import latex as latex_of
    from lstm_viz.equations.numpy_source import numpy_source

    if not sys.stdout.isatty():  # a file: those who read it expect UTF-8
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    write = view.text_of if text else latex_of if latex else numpy_source
    click.echo(write(cell).rstrip("\n"))
