"""What the commands do once their options are read: choose, run, show or save."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import click
import numpy as np

from lstm_viz.commands.output import PICTURES, Shown
from lstm_viz.experiments.one_cell import Asked, Chosen, Loss, choose
from lstm_viz.pictures.kinds import Picture
from lstm_viz.terminal import can_play, open_console, show
from lstm_viz.trace.records import Gradients, Trace
from lstm_viz.validation.errors import OptionError
from lstm_viz.views.step import printed as view
from lstm_viz.views.step import printed_back as view_back


@dataclass(frozen=True)
class Way:
    """How a run leaves the program: the options that say so, as they were given."""

    json: bool = False
    csv: bool = False
    save: str | None = None
    cast: str | None = None
    still: bool = False

    @property
    def ending(self) -> str:
        """The ending of the file to save, if there is one."""
        return self.save.lower().rpartition(".")[2] if self.save else ""

    @property
    def given(self) -> list[str]:
        """The options that name a way out."""
        ways = ("--json", self.json), ("--csv", self.csv), ("--save", self.save)
        return [option for option, on in (*ways, ("--cast", self.cast)) if on]

    def mode(self, shown: Shown) -> str:
        """What is done: cast, frames (saved or printed), picture, data, text, or play."""
        if self.cast:
            return "cast"
        framed = shown.beside is not None or not (shown.at is None or shown.at.isdigit())
        if self.ending in ("svg", "html") or (self.ending == "txt" and framed):
            return "frames"
        if self.ending in PICTURES:
            return "picture"
        if self.given:
            return "text" if self.ending == "txt" else "data"
        if not self.still and can_play():
            return "play"
        return "frames" if framed else "text"


def run_step(
    *,
    json_: bool,
    csv_: bool,
    save: str | None,
    cast: str | None,
    no_animation: bool,
    backward: bool,
    **options: Any,
) -> None:
    """`lstm-viz step`: run a cell and play it, or print its arithmetic, or all of it as data."""
    way = Way(json_, csv_, save, cast, no_animation)
    _check_output(way, {f"--{name}": options[name] for name in ("at", "unit", "digits")})
    looks = {field.name: options.pop(field.name) for field in fields(Shown)}
    shown = Shown(**{name: value for name, value in looks.items() if value is not None})
    mode = way.mode(shown)
    if mode == "picture":
        from lstm_viz.commands import step_picture as picturing

        picturing.can_save(str(save), shown)
    asked = Asked(stdin=getattr(sys.stdin, "buffer", None), **options)
    chosen = choose(asked)
    back = backward or asked.target is not None or asked.loss_at is not None
    with np.errstate(all="ignore"):  # what is not finite is shown, and said
        trace = chosen.trace()
        _check_shown(trace, shown.at, shown.unit)
        if mode in ("text", "data", "picture") and not back:
            _write_out(chosen, trace, None, None, way, shown)
            return
        loss, gradients = chosen.back(asked, trace)
        if mode in ("text", "data", "picture"):
            _write_out(chosen, trace, loss, gradients, way, shown)
        else:
            from lstm_viz.commands import step_frames as playing

            asked = replace(asked, target=None) if asked.model else asked  # for the cell beside it
            stage = playing.make_stage(asked, chosen, trace, loss, gradients, shown)
            _show_frames(stage, mode, way, shown, back)


def _show_frames(stage: Any, mode: str, way: Way, shown: Shown, back: bool) -> None:
    from lstm_viz.commands import step_frames as playing

    if mode == "play":
        playing.play_run(stage, shown, back)
    elif way.cast:
        playing.record_run(way.cast, stage, shown, back)
        click.echo(f"saved {way.cast}", err=True)
    elif way.save:
        playing.save_frames(way.save, stage, shown, back)
        click.echo(f"saved {way.save}", err=True)
    else:
        playing.print_frames(stage, shown, back)


def _check_output(way: Way, shown: dict[str, str | int | None]) -> None:
    if len(way.given) > 1:
        raise OptionError(f"{' and '.join(way.given)} are two ways out: give one of them")
    whole = way.json or way.csv or way.ending in ("npz", "json", "csv")
    for option, value in shown.items():
        if whole and value is not None:
            raise OptionError(
                f"{option} is for what is printed: {way.given[0]} holds every step, unit and digit"
            )
    if way.cast and shown["--at"] is not None:
        raise OptionError("--at is for one frame: --cast records all of them")


def _check_shown(trace: Trace, at: str | None, unit: int) -> None:
    if at is not None and at.isdigit() and int(at) > len(trace):
        raise OptionError(f"--at {at}: the sequence has {len(trace)} steps")
    units = max(trace[name].shape[-1] for name in trace.cell.quantities)
    if unit >= units:
        there = f"there are units 0 to {units - 1}" if units > 1 else "there is only unit 0"
        raise OptionError(f"--unit {unit}: {there}")


def _write_out(
    chosen: Chosen,
    trace: Trace,
    loss: Loss | None,
    gradients: Gradients | None,
    way: Way,
    shown: Shown,
) -> None:
    """The whole run as text or as data, to standard output or to a file."""
    frames = _frames(chosen, trace, loss, gradients, shown)
    value = loss.value if loss else 0.0
    if way.save and way.ending in PICTURES:
        from lstm_viz.commands import step_picture as picturing

        picturing.save(way.save, trace, gradients, chosen.sequence.labels, shown)
        click.echo(f"saved {way.save}", err=True)
    elif way.save:
        _save(way.save, trace, gradients, value, frames, shown)
    elif way.json:
        from lstm_viz.commands import export

        export.write_json(sys.stdout, export.as_data(trace, gradients, value))
    elif way.csv:
        from lstm_viz.commands import export

        export.write_csv(sys.stdout, trace, gradients)
    else:
        show(frames, open_console(), shown.digits, shown.say)


def _frames(
    chosen: Chosen,
    trace: Trace,
    loss: Loss | None,
    gradients: Gradients | None,
    shown: Shown,
) -> Iterator[Picture]:
    """The title, the steps, and, where there are gradients, the way back."""
    unit, say, labels = shown.unit, shown.say, chosen.sequence.labels
    steps = () if shown.at is None else (int(shown.at) - 1,)
    said = (loss.words, loss.value) if loss else None
    yield view.title(trace, chosen.source, chosen.sequence.what, unit, said, say)
    yield from view.forward(trace, unit, steps, labels, say)
    if gradients is not None:
        yield from view_back.backward(gradients, unit, steps, labels, say)
        yield view_back.weight_gradients(gradients, unit, say)


def _save(
    path: str,
    trace: Trace,
    gradients: Gradients | None,
    loss: float,
    frames: Iterator[Picture],
    shown: Shown,
) -> None:
    from lstm_viz.commands import export
    from lstm_viz.files.atomic import replacing

    ending = path.lower().rpartition(".")[2]
    with replacing(path, "wb" if ending == "npz" else "w") as file:
        if ending == "npz":
            export.write_npz(file, trace, gradients)
        elif ending == "json":
            export.write_json(file, export.as_data(trace, gradients, loss))
        elif ending == "csv":
            export.write_csv(file, trace, gradients)
        else:
            console = open_console(file, 120, color_system=None)
            show(frames, console, shown.digits, shown.say)
    click.echo(f"saved {path}", err=True)


# ---------------------------------------------------------------------------- cells
