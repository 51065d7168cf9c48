"""A record shown where it stands: as a figure, on axes, in a notebook, as a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lstm_viz.pictures.kinds import Picture
from lstm_viz.trace.record import Names
from lstm_viz.trace.records import Gradients, Trace
from lstm_viz.trace.run import backpropagate
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import nearest, short, which_units
from lstm_viz.views import overview
from lstm_viz.views.step.printed import UNKNOWN
from lstm_viz.views.wiring import frames as wires

if TYPE_CHECKING:
    from matplotlib.axes import Axes


MOST_STEPS = 2000  # that a notebook draws without being asked


def picture(
    record: Trace | Gradients, names: Names = None, t: int | None = None, unit: int | None = None
) -> Picture:
    """All steps as strips and heat maps; or the wiring at step `t` (from 0, −1 is the last)."""
    chosen = _names(record, names)
    _check_unit(record, chosen or record.names, unit)
    if t is None and not chosen and unit is None:
        return overview.overview(record)
    if t is None:
        return overview.some(record, chosen or ("x", *overview.shown(record)), unit)
    if chosen:
        raise InputError(
            "names are of quantities over time, t is of one step: give only one of them"
        )
    step = [step_of(t, len(record.one("x")))]
    if isinstance(record, Gradients):
        return next(wires.backward(record, unit or 0, step))
    return next(wires.forward(record, unit or 0, step))


def figure(
    record: Trace | Gradients,
    names: Names = None,
    t: int | None = None,
    unit: int | None = None,
    theme: str = "light",
    ax: Axes | None = None,
) -> Any:
    """The same, drawn on an ordinary Matplotlib figure; or, with `ax`, curves on those axes."""
    from lstm_viz.figure import drawn, put_on

    if ax is None:
        return drawn(picture(record, names, t, unit), theme)
    if t is not None:
        raise InputError("ax takes numbers over time, t is of one step: give only one of them")
    chosen = _names(record, names) or overview.shown(record)
    _check_unit(record, chosen, unit)
    return put_on(ax, overview.over_time(record, chosen, unit), theme)


def bundle(record: Trace | Gradients) -> dict[str, Any]:
    """What a notebook shows: the text, and a picture where that is not too much."""
    shown: dict[str, Any] = {"text/plain": repr(record)}
    if len(record) <= MOST_STEPS:
        shown["image/png"] = figure(record)._repr_png_()
    return shown


def save(
    record: Trace | Gradients,
    path: str | Path,
    names: Names = None,
    t: int | None = None,
    unit: int | None = None,
    theme: str = "light",
) -> None:
    """Write a record to a file, as `lstm-viz step --save` writes a run: by the file's ending."""
    from lstm_viz.commands.output import Output, Screen
    from lstm_viz.commands.step import write
    from lstm_viz.figure import save_still

    output = Output(save=str(path), backward=isinstance(record, Gradients), told=False)
    output.check("step")
    if output.mode() == "still":
        whole = picture(record, names, t, unit)
        return save_still(path, whole, theme, title=record.cell.name)
    if names is not None or t is not None:
        raise InputError("names and t are for a picture: save it as .png, .svg or .pdf")
    if record.batched and output.ending not in ("json", "npz", "gif", "mp4", "webp"):
        raise InputError(f".{output.ending} holds one sequence: run one of this batch alone")
    _check_unit(record, record.names, unit)
    with np.errstate(all="ignore"):
        write(_experiment(record), output, Screen(unit=unit or 0, theme=theme))


# ---------------------------------------------------------------------------- what is asked for


def _names(record: Trace | Gradients, names: Names) -> tuple[str, ...]:
    """Those that were asked for, if any; `InputError` for what is not recorded."""
    chosen = (names,) if isinstance(names, str) else names or ()
    if not isinstance(chosen, Sequence):
        raise InputError(f"names = {short(repr(names))}: give names, such as 'f', or a step as t=2")
    for name in chosen:
        if name not in record.names:
            raise InputError(f"{short(str(name))!r} is not recorded: {nearest(str(name), record)}")
    return tuple(chosen)


def step_of(t: int, steps: int) -> int:
    """A step from 0, where −1 is the last; `InputError` where there is none."""
    if not (isinstance(t, int | np.integer) and -steps <= t < steps):
        raise InputError(f"t = {t}: there are steps 0 to {steps - 1}, or -1 for the last")
    return range(steps)[t]


def _check_unit(record: Trace | Gradients, names: Sequence[str], unit: int | None) -> None:
    units = max(record[name].shape[-1] for name in names)
    if unit is not None and not (isinstance(unit, int | np.integer) and 0 <= unit < units):
        raise InputError(f"unit = {unit}: {which_units(units)}")


def _experiment(record: Trace | Gradients) -> Any:
    """The run as a command has it; what loss its gradients are of is known to the caller only."""
    from lstm_viz.experiments.experiment import Experiment
    from lstm_viz.experiments.losses import OutputLoss
    from lstm_viz.experiments.options import StepOptions
    from lstm_viz.inputs.sequence import Sequence, written

    trace = record.trace if isinstance(record, Gradients) else record
    gradients = record if isinstance(record, Gradients) else backpropagate(trace)
    x = trace.one("x")
    loss = OutputLoss(float("nan"), gradients[trace.cell.output], UNKNOWN)
    found = Experiment(StepOptions(), trace, loss, Sequence(x, written(x)), "as given")
    found.__dict__["gradients"] = gradients
    return found
