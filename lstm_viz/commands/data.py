"""`lstm-viz data`: the data sets that ship."""

from __future__ import annotations

import click


@click.command()
def data() -> None:
    """List the data that ships with lstm-viz: sources and licences."""
    from lstm_viz.inputs.datasets import SOURCES
    from lstm_viz.pictures.kinds import Table, Text
    from lstm_viz.terminal import open_console, show

    rows = tuple(
        ((Text(name),), (Text(s.rows),), (Text(s.licence),), (Text(f"{s.what}. {s.source}"),))
        for name, s in SOURCES.items()
    )
    show([Table(("name", "size", "licence", "description and source"), rows)], open_console())
