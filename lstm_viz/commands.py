"""What the commands do once their options are read: choose, run, show or save."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import click
import numpy as np

from lstm_viz.choices import Asked, Chosen, Loss, OptionError, choose, choose_cell, choose_loss
from lstm_viz.pictures import Picture
from lstm_viz.trace import Gradients, Trace, backpropagate, run
from lstm_viz.views import step as view
from lstm_viz.views import step_back as view_back


def run_step(
    *,
    backward: bool,
    at: int | None,
    unit: int | None,
    digits: int | None,
    json_: bool,
    csv_: bool,
    save: str | None,
    **asked: Any,
) -> None:
    """`lstm-viz step`: run a cell and print its arithmetic, or all of it as data."""
    _check_output(json_, csv_, save, {"--at": at, "--unit": unit, "--digits": digits})
    wanted = Asked(stdin=getattr(sys.stdin, "buffer", None), **asked)
    chosen = choose(wanted)
    with np.errstate(all="ignore"):  # what is not finite is shown, and said
        trace = run(chosen.cell, chosen.weights, chosen.sequence.values)
        loss = gradients = None
        if backward or wanted.target is not None or wanted.loss_at is not None:
            loss = choose_loss(wanted, chosen, trace)
            gradients = backpropagate(trace, {trace.cell.output: loss.gradient})
        _check_shown(trace, at, unit)
        frames = _frames(chosen, trace, loss, gradients, at, unit or 0)
        if save:
            _save(save, trace, gradients, loss, frames, 3 if digits is None else digits)
        elif json_:
            from lstm_viz import export

            export.write_json(
                sys.stdout, export.as_data(trace, gradients, loss.value if loss else 0.0)
            )
        elif csv_:
            from lstm_viz import export

            export.write_csv(sys.stdout, trace, gradients)
        else:
            _show(frames, 3 if digits is None else digits)


def _check_output(json_: bool, csv_: bool, save: str | None, shown: dict[str, int | None]) -> None:
    ways = [option for option, on in (("--json", json_), ("--csv", csv_), ("--save", save)) if on]
    if len(ways) > 1:
        raise OptionError(f"{' and '.join(ways)} are two ways out: give one of them")
    whole = json_ or csv_ or (save and not save.lower().endswith(".txt"))
    for option, value in shown.items():
        if whole and value is not None:
            raise OptionError(
                f"{option} is for what is printed: {ways[0]} holds every step, unit and digit"
            )


def _check_shown(trace: Trace, at: int | None, unit: int | None) -> None:
    if at is not None and at > len(trace):
        raise OptionError(f"--at {at}: the sequence has {len(trace)} steps")
    units = max(trace[name].shape[-1] for name in trace.cell.quantities)
    if unit is not None and unit >= units:
        there = f"there are units 0 to {units - 1}" if units > 1 else "there is only unit 0"
        raise OptionError(f"--unit {unit}: {there}")


def _frames(
    chosen: Chosen,
    trace: Trace,
    loss: Loss | None,
    gradients: Gradients | None,
    at: int | None,
    unit: int,
) -> Iterator[Picture]:
    """The title, the steps, and, where there are gradients, the way back."""
    steps = () if at is None else (at - 1,)
    labels = chosen.sequence.labels
    said = (loss.words, loss.value) if loss else None
    yield view.title(trace, chosen.source, chosen.sequence.what, unit, said)
    yield from view.forward(trace, unit, steps, labels)
    if gradients is not None:
        yield from view_back.backward(gradients, unit, steps, labels)
        yield view_back.weight_gradients(gradients, unit)


def _show(frames: Iterator[Picture], digits: int) -> None:
    from lstm_viz.terminal import open_console, show

    show(frames, open_console(), digits)


def _save(
    path: str,
    trace: Trace,
    gradients: Gradients | None,
    loss: Loss | None,
    frames: Iterator[Picture],
    digits: int,
) -> None:
    from lstm_viz import export
    from lstm_viz.files import replacing

    ending = path.lower().rpartition(".")[2]
    with replacing(path, "wb" if ending == "npz" else "w") as file:
        if ending == "npz":
            export.write_npz(file, trace, gradients)
        elif ending == "json":
            export.write_json(file, export.as_data(trace, gradients, loss.value if loss else 0.0))
        elif ending == "csv":
            export.write_csv(file, trace, gradients)
        else:
            from lstm_viz.terminal import open_console, show

            show(frames, open_console(file, 120, color_system=None), digits)
    click.echo(f"saved {path}", err=True)


# ---------------------------------------------------------------------------- cells


def run_cells(name: str | None, latex: bool, python: bool, text: bool) -> None:
    """`lstm-viz cells`: the zoo, or one cell in one of its languages."""
    from lstm_viz.views import cells as view

    languages = [
        option for option, on in (("--latex", latex), ("--python", python), ("--text", text)) if on
    ]
    if len(languages) > 1:
        raise OptionError(f"{' and '.join(languages)} are two languages: give one of them")
    if name is None:
        if languages:
            raise OptionError(
                f"{languages[0]} needs a cell's name: lstm-viz cells lstm {languages[0]}"
            )
        _show(view.zoo(), 3)
        return
    cell = choose_cell(name)
    if not languages:
        _show(view.cell(cell), 3)
        return
    if text:
        click.echo(view.text_of(cell), nl=False)
        return
    from lstm_viz import writing

    click.echo(writing.latex(cell) if latex else writing.numpy_source(cell))
