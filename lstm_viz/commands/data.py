"""`lstm-viz data`: the data sets that ship."""

from __future__ import annotations

import click

from lstm_viz.commands.shared_options import language_option
from lstm_viz.commands.speaking import language


@click.command()
@language_option
def data(lang: str) -> None:
    """List the data that ships with lstm-viz: sources and licences."""
    from lstm_viz.inputs.datasets import SOURCES
    from lstm_viz.pictures.kinds import Table, Text
    from lstm_viz.pictures.translated import translated
    from lstm_viz.terminal import open_console, show

    rows = tuple(
        ((Text(name),), (Text(s.rows),), (Text(s.licence),), (Text(f"{s.what}. {s.source}"),))
        for name, s in SOURCES.items()
    )
    table = Table(("name", "size", "licence", "description and source"), rows)
    show([translated(table, language())], open_console(), say=language())
