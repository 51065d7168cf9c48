"""Small data sets that ship with the package, by name; `NOTES.md` beside them says where from.

load("ibm").columns["close"]        # (3270,)
load("alice").text
"""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import numpy as np

from lstm_viz.validation.names import look_up


@dataclass(frozen=True)
class Source:
    """What a data set is, where it was taken from, and its licence."""

    file: str
    what: str
    rows: str
    source: str
    licence: str


SOURCES = {
    "ibm": Source(
        "ibm.csv.gz",
        "IBM shares a trading day, 2000 to 2013: open, high, low, close, adjusted, volume",
        "3,270 rows",
        "Quandl WIKI Prices, through bokeh-sampledata 2026.1",
        "public domain",
    ),
    "sunspots": Source(
        "sunspots.csv.gz",
        "sunspots a year, 1700 to 2008",
        "309 rows",
        "National Geophysical Data Center, through statsmodels",
        "public domain",
    ),
    "passengers": Source(
        "passengers.csv.gz",
        "airline passengers a month in thousands, 1949 to 1960",
        "144 rows",
        "Box & Jenkins, Time Series Analysis, 1976, Series G, through statsmodels",
        "public domain",
    ),
    "co2": Source(
        "co2.csv.gz",
        "carbon dioxide at Mauna Loa a week in ppmv, 1958 to 2001 (59 gaps filled: measured = 0)",
        "2,284 rows",
        "Keeling & Whorf 2004, through statsmodels",
        "public domain",
    ),
    "alice": Source(
        "alice.txt.gz",
        "Lewis Carroll, Alice's Adventures in Wonderland, chapters 1 to 3",
        "33,104 characters",
        "alice29.txt of the Canterbury corpus, through brotli 1.2.1",
        "public domain",
    ),
}


@dataclass(frozen=True)
class Data:
    """A data set: its columns of numbers, or its text, and the first column as labels."""

    name: str
    source: Source
    columns: dict[str, np.ndarray] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    text: str = ""


@cache
def load(name: str) -> Data:
    """The data set called `name`; its arrays are read-only, (rows,) each.

    Raises `InputError` for an unknown name, with the nearest one.
    """
    source = look_up(name, SOURCES, "data set")
    text = gzip.decompress(files(__package__).joinpath(source.file).read_bytes()).decode("utf-8")
    if source.file.endswith(".txt.gz"):
        return Data(name, source, text=text)
    head, *rows = csv.reader(text.splitlines())
    columns = {}
    for key, values in zip(head[1:], list(zip(*rows, strict=True))[1:], strict=True):
        columns[key] = np.array(values, dtype=float)
        columns[key].flags.writeable = False
    return Data(name, source, columns, tuple(row[0] for row in rows))
