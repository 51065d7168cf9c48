"""The rows that a recipe works on: the stand-in that ships, or columns of a file of your own."""

from __future__ import annotations

import csv
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from lstm_viz.inputs import datasets as data
from lstm_viz.inputs.table import from_lines, lines_of, listed
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import did_you_mean, nearest

STAND_IN = "ibm"


@dataclass(frozen=True)
class PriceTable:
    """Columns of numbers, (rows, columns), the target last, and what to say of them."""

    values: np.ndarray
    names: tuple[str, ...]
    what: str
    stand_in: bool
    path: str = ""

    @property
    def told(self) -> dict[str, object]:
        """Where the rows are from, and a number that tells them from others."""
        rows = zlib.crc32(self.values.tobytes())
        return {"csv": self.path, "columns": list(self.names), "rows": rows}


def read_table(path: str | None, columns: Iterable[str], usual: tuple[str, ...]) -> PriceTable:
    """The columns of a CSV file, or of the stand-in where there is none.

    Without `columns` those of the recipe, found in upper or lower case. Raises `InputError` for an
    unknown column (with the nearest), a gap, text, or a column that never changes.
    """
    names = tuple(part.strip() for column in columns for part in column.split(","))
    if path is None:
        return _stand_in(names or usual)
    lines = lines_of(path)  # once: it may be a pipe
    names = names or _found(path, lines, usual)
    values = from_lines(lines, path, names).values
    for k, name in enumerate(names):
        if np.ptp(values[:, k]) == 0:
            raise InputError(f"{path}: column {name} is constant: there is nothing to learn")
    return PriceTable(values, names, f"{path}: {', '.join(names)}", False, path)


def _stand_in(names: tuple[str, ...]) -> PriceTable:
    rows = data.load(STAND_IN)
    for name in names:
        if name not in rows.columns:
            hint = nearest(name, rows.columns)
            raise InputError(f"the stand-in data has no column {name!r}: {hint}")
    values = np.stack([rows.columns[name] for name in names], axis=1)
    return PriceTable(values, names, rows.source.what, True)


def _found(path: str, lines: list[str], usual: tuple[str, ...]) -> tuple[str, ...]:
    known = {head.lower().strip(): head.strip() for head in _header(lines)}
    for name in usual:
        if name not in known:
            hint = did_you_mean(name, known) or f"there are {listed(known.values())}"
            raise InputError(
                f"{path} has no column {name!r}: {hint}; --column names the ones to use, the"
                f" target last"
            )
    return tuple(known[name] for name in usual)


def _header(lines: list[str]) -> list[str]:
    first = next((line for line in lines if line.strip()), "")
    separator = next((each for each in "\t;," if each in first), ",")
    return next(csv.reader([first], delimiter=separator), [])
