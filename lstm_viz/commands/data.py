"""`lstm-viz data`: the data sets that ship."""

from __future__ import annotations

from lstm_viz.commands.train.report import say
from lstm_viz.inputs import datasets as data
from lstm_viz.pictures.kinds import Table, Text


def list_data() -> None:
    """`lstm-viz data`: every data set with its source and licence."""
    rows = tuple(
        ((Text(name),), (Text(s.rows),), (Text(s.licence),), (Text(f"{s.what}. {s.source}"),))
        for name, s in data.SOURCES.items()
    )
    say(Table(("name", "size", "licence", "what, and where from"), rows))
