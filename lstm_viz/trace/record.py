"""`Record`: arrays by name over time, that show and save themselves; a trace, its gradients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, overload

import numpy as np

from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import nearest

if TYPE_CHECKING:
    from matplotlib.figure import Figure


Names = str | Sequence[str] | None
A = TypeVar("A")


class UnknownNameError(InputError, KeyError):
    """A name that a trace does not record."""

    __str__ = InputError.__str__


class Record:
    """Arrays by name, stored feature-major, given out as read-only (T, rows) or (T, B, rows)."""

    def __init__(
        self,
        cell: Recurrence,
        stored: Mapping[str, np.ndarray],
        batched: bool,
        counts: np.ndarray | None = None,
    ) -> None:
        self.cell, self._stored, self.batched, self.counts = cell, stored, batched, counts
        self._given_out: dict[str, np.ndarray] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """What is recorded: the input, the states as they come in, every quantity."""
        return self.cell.names

    def __len__(self) -> int:
        return len(self._stored["x"])

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self._given_out:
            if name not in self.names:
                hint = nearest(str(name), self.names)
                raise UnknownNameError(f"{name!r} is not recorded: {hint}")
            self._given_out[name] = self._hand_out(self._stored[name])
        return self._given_out[name]

    def one(self, name: str, k: int = 0) -> np.ndarray:
        """(steps, rows) of the `k`th sequence of a batch, without its padding; or of the only."""
        if not self.batched:
            return self[name]
        return self[name][: None if self.counts is None else self.counts[k], k]

    def counted(self, values: np.ndarray) -> np.ndarray:
        """Of values shaped as `self[name]`, those at the steps that count: (steps, rows)."""
        if self.counts is None:
            return values.reshape(-1, values.shape[-1])
        return values[np.arange(len(self))[:, None] < self.counts]

    @overload
    def figure(
        self, names: Names = ..., t: int | None = ..., unit: int | None = ..., theme: str = ...
    ) -> Figure: ...

    @overload
    def figure(
        self, names: Names = ..., *, unit: int | None = ..., theme: str = ..., ax: A
    ) -> A: ...

    def figure(
        self,
        names: Names = None,
        t: int | None = None,
        unit: int | None = None,
        theme: str = "light",
        ax: Any = None,
    ) -> Any:
        """All steps as a Matplotlib figure: of all quantities, or of `names` ("f", ["f", "c"]).

        With `t` (from 0, −1 is the last) the cell's wiring at that step, for one unit; else `unit`
        leaves out the others. `theme` is "light" or "dark". Of a batch, the first sequence is
        drawn. With `ax`, Matplotlib axes, curves (or a heat map, for one name of several units) are
        drawn there, and the axes given back. Raises `InputError` for what is not there.
        """
        from lstm_viz.display import figure

        return figure(self, names, t, unit, theme, ax)  # type: ignore[arg-type]

    def save(
        self,
        path: str | Path,
        names: Names = None,
        t: int | None = None,
        unit: int | None = None,
        theme: str = "light",
    ) -> None:
        """Write it to a file, as `lstm-viz step --save` does: the file's ending says as what.

        .npz, .json and .csv hold the numbers; .png, .svg and .pdf the picture of `figure`; .gif,
        .mp4 and .webp the wiring step by step; .txt, .html and .cast what the screen shows.
        Gradients are saved with their run. Raises `InputError` for what cannot be written.
        """
        from lstm_viz.display import save

        save(self, path, names, t, unit, theme)  # type: ignore[arg-type]

    def _picture_(self, names: Names = None, t: int | None = None, unit: int | None = None) -> Any:
        """What `figure` draws, for any back end."""
        from lstm_viz.display import picture

        return picture(self, names, t, unit)  # type: ignore[arg-type]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        from lstm_viz.display import bundle

        return bundle(self)  # type: ignore[arg-type]

    def _hand_out(self, array: np.ndarray) -> np.ndarray:
        view = array.swapaxes(-1, -2) if self.batched else array.reshape(array.shape[:2])
        view = view.view()
        view.flags.writeable = False
        return view

    def _columns(self) -> dict[str, np.ndarray]:
        """Name → (T, rows, B), for equations to be evaluated over all of time."""
        return {
            name: self._stored[name].reshape(*self._stored[name].shape[:2], -1)
            for name in self.names
        }
