"""Initial states: numbers that are typed, of a table, of arrays; or the end of a saved run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lstm_viz.files.npz import load_weights
from lstm_viz.inputs import table
from lstm_viz.inputs.array_file import read_npy
from lstm_viz.inputs.sequence import typed
from lstm_viz.validation.errors import InputError, OptionError
from lstm_viz.validation.names import nearest

Array = np.ndarray


@dataclass(frozen=True)
class Asked:
    """What `--state` said: `name` is a state, a layer, layer.state, or empty; and the source."""

    name: str
    source: str

    @classmethod
    def of(cls, written: str) -> Asked:
        """From `h=h0.csv`, `decoder=run.npz`, `run.npz`."""
        name, equals, source = written.rpartition("=")
        if not source.strip() or (equals and not name.strip()):
            raise OptionError(f"--state {written}: write NAME=FILE, such as h=h0.csv, or FILE.npz")
        return cls(name.strip(), source.strip().removeprefix("@"))

    def __str__(self) -> str:
        return f"--state {self.name}={self.source}" if self.name else f"--state {self.source}"

    def all_of(self, states: tuple[str, ...]) -> dict[str, Array]:
        """The states of a cell that an `.npz` holds: of a run the last of each."""
        if not self.source.lower().endswith(".npz"):
            said = ", ".join(f"{state}=" for state in states)
            raise OptionError(f"{self}: say of which state this is ({said}); an .npz may hold all")
        arrays = load_weights(self.source)
        found = {state: _end(arrays, state) for state in states if state in arrays}
        if not found:
            raise InputError(f"{self.source} holds none of {', '.join(states)}")
        return found

    def one(self, state: str) -> Array:
        """The numbers of one state, (H,)."""
        if _is_typed(self.source):
            return typed(self.source, str(self)).values.reshape(-1)
        kind = Path(self.source).suffix.lower()
        if kind == ".npz":
            arrays = load_weights(self.source)
            if state not in arrays:
                raise InputError(f"{self.source} holds no {state}: {nearest(state, arrays)}")
            return _end(arrays, state)
        if kind == ".npy":
            return read_npy(self.source).reshape(-1)
        return _numbers(self.source)


def _is_typed(source: str) -> bool:
    try:
        return bool([float(part) for part in source.split(",")])
    except ValueError:
        return False


def _end(arrays: dict[str, Array], state: str) -> Array:
    """Of a run, which holds what came into each step too, the last step; else all the numbers."""
    array = arrays[state]
    ran = f"{state}_prev" in arrays and array.ndim == 2
    return array[-1] if ran else array.reshape(-1)


def _numbers(path: str) -> Array:
    values = table.from_file(path).values
    if 1 not in values.shape:
        rows, columns = values.shape
        raise InputError(f"{path} has {rows} rows of {columns}: a state is one row, or one column")
    return values.reshape(-1)
