"""`Comparison`: the gradients of several cells side by side, as numbers, a figure or a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lstm_viz.display import step_of
from lstm_viz.experiments.gradient_flow import GradientFlows
from lstm_viz.pictures.kinds import Picture, Stack
from lstm_viz.trace.record import UnknownNameError
from lstm_viz.trace.records import Gradients
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import look_up
from lstm_viz.views.gradients import PARTS
from lstm_viz.views.gradients.film import GradientFilm

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STYLES = {"chain": False, "curves": True}
SLIDE = 12.0, 6.75  # inches
WIDE = 100_000  # columns, where a part has room for every step


class Comparison(Mapping[str, Gradients]):
    """What `lstm-viz gradients` shows: each line by its name, and how its gradient fades.

    `comparison["lstm"]` are that line's gradients (of the first seed), whose `trace` is the run.
    """

    def __init__(self, flows: GradientFlows) -> None:
        self.flows = flows
        self._by_name = {flow.name: flow for flow in flows.flows}

    def __getitem__(self, name: str) -> Gradients:
        return look_up(name, self._by_name, "line", UnknownNameError).gradients

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def __repr__(self) -> str:
        return f"Comparison({', '.join(self)}): {self._film().said}"

    @property
    def norms(self) -> dict[str, np.ndarray]:
        """‖∂L/∂state_t‖₂ of each line's memory, (seeds, T)."""
        return {name: flow.profiles for name, flow in self._by_name.items()}

    @property
    def left(self) -> dict[str, np.ndarray]:
        """The same as a part of what it is at the last step: the median of the seeds, (T,)."""
        return {name: flow.left for name, flow in self._by_name.items()}

    def figure(
        self,
        part: str | None = None,
        t: int | None = None,
        style: str = "chain",
        theme: str = "light",
    ) -> Figure:
        """The backward pass as a Matplotlib figure: all of it, or as far as step `t` (from 0).

        `style` is "chain" or "curves"; `part` a closer look, as the options of `lstm-viz gradients`
        are called: "gates", "ledger", "memory", "routes", "spectrum".
        """
        from lstm_viz.figure import drawn

        return drawn(self._picture_(part, t, style), theme, None if part else SLIDE)

    def save(
        self,
        path: str | Path,
        part: str | None = None,
        style: str | None = None,
        theme: str = "light",
    ) -> None:
        """Write it to a file, as `lstm-viz gradients --save` does: its ending says as what.

        .npz, .json and .csv hold the numbers, .png, .svg and .pdf the picture, .gif, .mp4 and
        .webp the film, .html a page for the keys, .txt what is printed. Raises `InputError` for
        what cannot be written.
        """
        from lstm_viz.commands.gradients import write
        from lstm_viz.commands.output import Output, Screen

        output = Output(save=str(path), told=False)
        output.check("gradients")
        asked = self._film(part, style or "chain").asked
        write(self.flows, asked, output, Screen(theme=theme, style=style))

    def _picture_(
        self, part: str | None = None, t: int | None = None, style: str = "chain"
    ) -> Picture:
        """What `figure` draws, for any back end."""
        film = self._film(part, style)
        if part is None:
            look = film.first() if t is None else film.read(f"{step_of(t, self.flows.steps) + 1}")
            return film.still(look)
        if t is not None:
            raise InputError("t is for the gradients over time, part is another look: give one")
        return Stack(tuple(film.stills(film.first(), WIDE)))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"text/plain": repr(self), "image/png": self.figure()._repr_png_()}  # type: ignore[attr-defined]

    def _film(self, part: str | None = None, style: str = "chain") -> GradientFilm:
        curves = look_up(style, STYLES, "style")
        asked = () if part is None else (look_up(part, PARTS, "part").name,)
        return GradientFilm(self.flows, asked, curves=curves)
