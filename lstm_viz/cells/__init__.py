"""The zoo: every cell that comes with the package, nothing but text and words.

`CELLS` maps a name to its `Cell`; a cell's text is read when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module

from lstm_viz.cells.cell import Cell
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import did_you_mean

# The families, in the order of history as a lecture would tell it.
FAMILIES = {
    "rnn": ("rnn", "irnn"),
    "lstm": ("lstm", "lstm-1997", "peephole-lstm"),
    "greff": ("nig", "nfg", "nog", "niaf", "noaf", "cifg", "np", "fgr"),
    "gru": ("gru", "gru-reset-before", "mgu"),
    "parallel": ("mingru", "minlstm", "linear"),
    "xlstm": ("slstm",),
}


@cache
def _read(name: str) -> Cell:
    family = next(family for family, names in FAMILIES.items() if name in names)
    module = import_module(f"lstm_viz.cells.{family}")
    source, text = module.TEXTS[name]
    return Cell(name, text, source)


class _Zoo(Mapping[str, Cell]):
    """Name → cell. An unknown name is answered with the nearest one."""

    def __getitem__(self, name: str) -> Cell:
        if name not in list(self):
            hint = did_you_mean(name, self) or f"there are {', '.join(self)}"
            raise UnknownCellError(f"no cell is called {name!r}: {hint}")
        return _read(name)

    def __iter__(self) -> Iterator[str]:
        return (name for names in FAMILIES.values() for name in names)

    def __len__(self) -> int:
        return sum(map(len, FAMILIES.values()))

    def __contains__(self, name: object) -> bool:
        return name in list(self)


class UnknownCellError(InputError, KeyError):
    """A name that no cell of the zoo has."""

    def __str__(self) -> str:
        return str(self.args[0])


CELLS = _Zoo()
