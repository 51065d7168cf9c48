"""A record shown where it stands: as a Matplotlib figure, and in a notebook."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from lstm_viz.pictures.kinds import Picture
from lstm_viz.trace.records import Gradients, Trace
from lstm_viz.validation.errors import InputError
from lstm_viz.views import overview
from lstm_viz.views.wiring import frames as wires

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_STEPS = 2000  # that a notebook draws without being asked


def picture(record: Trace | Gradients, t: int | None = None, unit: int = 0) -> Picture:
    """All steps as strips and heat maps; or the wiring at step `t` (from 0, −1 is the last)."""
    if t is None:
        return overview.overview(record)
    steps = len(record.one("x"))
    if not -steps <= t < steps:
        raise InputError(f"t = {t}: there are steps 0 to {steps - 1}, or -1 for the last")
    step = [range(steps)[t]]
    if isinstance(record, Gradients):
        return next(wires.backward(record, unit, step))
    return next(wires.forward(record, unit, step))


def figure(
    record: Trace | Gradients, t: int | None = None, unit: int = 0, theme: str = "light"
) -> Figure:
    """The same, drawn on an ordinary Matplotlib figure."""
    from lstm_viz.figure import drawn

    return drawn(picture(record, t, unit), theme)


def bundle(record: Trace | Gradients) -> dict[str, Any]:
    """What a notebook shows: the text, and a picture where that is not too much."""
    shown: dict[str, Any] = {"text/plain": repr(record)}
    if len(record) <= MOST_STEPS:
        file = BytesIO()
        drawn = figure(record)
        drawn.savefig(file, format="png", facecolor=drawn.get_facecolor())
        shown["image/png"] = file.getvalue()
    return shown
