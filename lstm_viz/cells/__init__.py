"""Built-in cells: all that come with the package, nothing but text and words.

`CELLS` maps a name to its `Cell`; a cell's text is read when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from lstm_viz.cells import greff, gru, lstm, parallel, rnn, xlstm
from lstm_viz.cells.cell import Cell
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import nearest

# In the order of history as a lecture would tell it; each has its cells in `TEXTS`.
FAMILIES = (rnn, lstm, greff, gru, parallel, xlstm)


class UnknownCellError(InputError, KeyError):
    """A name that no built-in cell has."""

    def __str__(self) -> str:
        return str(self.args[0])


class _Zoo(Mapping[str, Cell]):
    """Name → cell. An unknown name is answered with the nearest one."""

    def __getitem__(self, name: str) -> Cell:
        for family in FAMILIES:
            if name in family.TEXTS:
                source, text = family.TEXTS[name]
                return _read(name, text, source)
        raise UnknownCellError(f"no cell is called {name!r}: {nearest(name, self)}")

    def __iter__(self) -> Iterator[str]:
        return (name for family in FAMILIES for name in family.TEXTS)

    def __len__(self) -> int:
        return sum(len(family.TEXTS) for family in FAMILIES)

    def __contains__(self, name: object) -> bool:
        return name in list(self)


@cache
def _read(name: str, text: str, source: str) -> Cell:
    return Cell(name, text, source)


CELLS = _Zoo()
