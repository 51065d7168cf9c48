"""The rows that a recipe works on: the stand-in that ships, or columns of a file of your own."""

from __future__ import annotations

import shlex
import zlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from lstm_viz.inputs import datasets as data
from lstm_viz.inputs.cells import Missing
from lstm_viz.inputs.heads import UnknownColumnError, place
from lstm_viz.inputs.table import from_file
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import nearest
from lstm_viz.validation.numbers import brief

STAND_IN = "ibm"
LARGEST = 1e30  # number in a file, and 1 over the least change of a column


@dataclass(frozen=True)
class PriceTable:
    """Columns of numbers, (rows, columns), the target last, and what to say of them."""

    values: np.ndarray
    names: tuple[str, ...]
    what: str
    stand_in: bool
    path: str = ""
    stamps: tuple[str, ...] = ()  # the date of each row, from the oldest on, where there are dates
    missing: Missing | None = None

    @property
    def told(self) -> dict[str, object]:
        """Where the rows are from, and a number that tells them from others."""
        rows = zlib.crc32(self.values.tobytes())
        return {
            "csv": self.path,
            "columns": list(self.names),
            "rows": rows,
            "missing": self.missing,
        }


def read_table(
    path: str | None,
    columns: Iterable[str],
    usual: tuple[str, ...],
    missing: Missing | None = None,
) -> PriceTable:
    """The columns of a CSV file, or of the stand-in where there is none.

    Without `columns` those of the recipe, whatever the file calls them. Raises `InputError` as
    `inputs.table.from_file` does, and for a column that never changes, or that single precision
    could not be computed with.
    """
    names = tuple(part.strip() for column in columns for part in column.split(","))
    if path is None:
        return _stand_in(names or usual)
    try:
        found = from_file(path, names or usual, missing or "ask")
    except UnknownColumnError as error:
        raise InputError(f"{error}{'' if names else _way_on(error.heads, usual)}") from None
    heads = found.rows or names
    for name, column in zip(heads, found.values.T, strict=True):
        most, span = float(np.abs(column).max()), float(column.max() / 2 - column.min() / 2)
        if not span:
            raise InputError(f"{path}: column {name} is constant: there is nothing to learn")
        if most > LARGEST:
            at = f"column {name} reaches {brief(most, 3)}"
            raise InputError(f"{path}: {at}: give it in another unit, below {brief(LARGEST)}")
        if span < 1 / LARGEST:
            at = f"column {name} changes by {brief(2 * span, 3)} at most"
            raise InputError(f"{path}: {at}: give it in a smaller unit")
    stamps = found.stamps if found.dated else ()
    return PriceTable(found.values, heads, found.what, False, path, stamps, missing)


def _way_on(heads: list[str], usual: tuple[str, ...]) -> str:
    """The columns of a recipe that a file has, where the target is among them."""
    there = {}
    for name in usual:
        with suppress(InputError):
            there[name] = heads[place("", heads, name)]
    if usual[-1] in there and len(there) > 1:
        return f"; without it: --column {shlex.quote(','.join(there.values()))}"
    return "; --column names the ones to use, the target last"


def _stand_in(names: tuple[str, ...]) -> PriceTable:
    rows = data.load(STAND_IN)
    for name in names:
        if name not in rows.columns:
            hint = nearest(name, rows.columns)
            raise InputError(f"the stand-in data has no column {name!r}: {hint}")
    values = np.stack([rows.columns[name] for name in names], axis=1)
    return PriceTable(values, names, rows.source.what, True, stamps=rows.labels)
