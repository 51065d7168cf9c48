"""`over_weights`: the gradient over two weights of a problem, and gradient descent there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lstm_viz.pictures.kinds import Picture
from lstm_viz.problems import Descent, Landscape, Problem, descent, landscape, read_problem
from lstm_viz.views import landscape as view

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Descents:
    """What `lstm-viz problem cliff --landscape` draws: the gradient's size, and two descents."""

    problem: Problem
    landscape: Landscape
    plain: Descent
    clipped: Descent

    def figure(self, theme: str = "light") -> Figure:
        """It as a Matplotlib figure."""
        from lstm_viz.figure import drawn

        return drawn(self._picture_(), theme)

    def _picture_(self) -> Picture:
        """What `figure` draws, for any back end."""
        return view.field(self.landscape, (self.plain, self.clipped))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"text/plain": repr(self), "image/png": self.figure()._repr_png_()}  # type: ignore[attr-defined]

    def __repr__(self) -> str:
        ends = f"{self.plain.losses[-1]:.4g} plain, {self.clipped.losses[-1]:.4g} clipped"
        return f"Descents({self.problem.name}: loss {ends})"


def over_weights(
    problem: str | Path | Problem = "cliff",
    fine: int = 201,
    *,
    rate: float = 0.1,
    clip: float = 0.5,
    updates: int = 100,
) -> Descents:
    """The size of the gradient at `fine` places each way, and plain and clipped descent there.

    `problem` is one of the bank, a file, or read already; `[over]` names its two weights and their
    ends. `clip` is the norm at which the second descent is clipped. Raises `InputError` for a
    problem of several units, of matrices, or without these ends.
    """
    asked = problem if isinstance(problem, Problem) else read_problem(str(problem))
    ways = (descent(asked, rate, each, updates) for each in (None, clip))
    return Descents(asked, landscape(asked, fine), *ways)
