"""What `lstm-viz gradients` does once its options are read: measure, then play, print or save."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import click
import numpy as np

from lstm_viz.commands import export_gradients as flows_data
from lstm_viz.commands.export import write_json
from lstm_viz.experiments.compare_cells import measure
from lstm_viz.experiments.gradient_flow import AskedFlows, Flows
from lstm_viz.files.atomic import replacing
from lstm_viz.pictures.kinds import Picture, Stack
from lstm_viz.terminal import can_play, open_console, show
from lstm_viz.terminal.player import play
from lstm_viz.validation.errors import OptionError
from lstm_viz.views.gradients import PARTS, Look
from lstm_viz.views.gradients import sweep as view
from lstm_viz.views.gradients.film import FRAMES, Shown, first_shown, found, make_film, token

STILLS, FILMS, DATA = ("png", "svg", "pdf"), ("gif", "mp4", "webp"), ("npz", "json", "csv")
SECONDS = 0.06  # a frame of a saved film
WIDE = 100_000  # columns, where a picture has room for every step
PATIENCE = 1.0  # seconds after which a bar says how far it is


@dataclass(frozen=True)
class Way:
    """How the numbers leave the program, as it was asked for."""

    json: bool
    csv: bool
    save: str | None
    theme: str | None
    speed: float
    animate: bool
    still: bool

    @property
    def ending(self) -> str:
        """The ending of the file to save, if there is one."""
        return self.save.lower().rpartition(".")[2] if self.save else ""


def run_gradients(
    *,
    json_: bool,
    csv_: bool,
    save: str | None,
    theme: str | None,
    speed: float,
    animate: bool,
    no_animation: bool,
    unit: int,
    at: str | None,
    **options: Any,
) -> None:
    """`lstm-viz gradients`: measure, and show or save."""
    way = Way(json_, csv_, save, theme, speed, animate, no_animation)
    parts = [name for name in PARTS if options.pop(name)]
    if at is not None and (parts or way.json or way.csv or way.ending in (*DATA, *FILMS)):
        raise OptionError("--at is one picture: give it alone, or with --save FILE.png")
    _check(way, parts)
    options["loss"] = options["loss"] or next((PARTS[p].loss for p in parts if PARTS[p].loss), None)
    asked = AskedFlows(stdin=getattr(sys.stdin, "buffer", None), **options)
    with np.errstate(all="ignore"):  # what is not finite is shown, and said
        flows = measure(asked, watch)
        units = flows.flows[0].trace[flows.flows[0].state].shape[-1]
        if unit >= units:
            raise OptionError(f"--unit {unit}: there are units 0 to {units - 1}")
        first = first_shown(flows, parts) if at is None else found(flows, at)
        _leave(flows, parts, unit, way, first)


def _check(way: Way, parts: list[str]) -> None:
    ways = [o for o, on in (("--json", way.json), ("--csv", way.csv), ("--save", way.save)) if on]
    if len(ways) > 1:
        raise OptionError(f"{' and '.join(ways)} are two ways out: give one of them")
    if way.animate and way.still:
        raise OptionError("--animate and --no-animation: give one of them")
    if way.theme and way.ending not in (*STILLS, *FILMS):
        raise OptionError("--theme is for a picture that is saved: give it with --save FILE.png")
    if way.ending in FILMS and (parts and not (len(parts) == 1 and PARTS[parts[0]].moves)):
        raise OptionError(f"--{parts[0]} is one picture: save it as .png, .svg or .pdf")
    if way.ending in FILMS:
        from lstm_viz.figure import can_save

        can_save(str(way.save))


def _leave(flows: Flows, parts: list[str], unit: int, way: Way, first: Shown) -> None:
    if way.save:
        _save(way.save, flows, parts, unit, way, first)
        click.echo(f"saved {way.save}", err=True)
    elif way.json:
        write_json(sys.stdout, flows_data.as_data(flows, parts, unit))
    elif way.csv:
        flows_data.write_csv(sys.stdout, flows, parts, unit)
    elif can_play() and not way.still:
        last = play(make_film(flows, unit), first, way.speed)
        click.echo(f"--at {token(last)}", err=True)
    else:
        console = open_console()
        width = max(console.width, 20)
        frames, _ = _film(flows, parts, unit, width) if way.animate and first.whole else ((), 0)
        show(frames or _stills(flows, parts, unit, width, first), console)


def _stills(
    flows: Flows, parts: list[str], unit: int, width: int, first: Shown
) -> Iterator[Picture]:
    """The whole picture; the parts that were asked for, of every flow; or one frame."""
    yield view.title(flows)
    if parts:
        for name in parts:
            yield from PARTS[name].pictures(flows, Look(width, unit))
    elif first.part:
        yield PARTS[first.part].closely(flows, first.flow, Look(width, unit))
    else:
        yield view.picture(flows, first.step, width)


def _film(flows: Flows, parts: list[str], unit: int, width: int) -> tuple[Iterable[Stack], int]:
    """The frames of the sweep, or of the part that moves, and how many; none of any other."""
    if not parts:
        count = len(view.backward_steps(flows.steps, FRAMES))
        return view.frames(flows, width, FRAMES), count
    moving = PARTS[parts[0]]
    if len(parts) > 1 or not moving.moves:
        return (), 0
    frames = list(moving.frames(flows, Look(width, unit)))
    return frames, len(frames)


# ---------------------------------------------------------------------------- saving


def _save(path: str, flows: Flows, parts: list[str], unit: int, way: Way, first: Shown) -> None:
    ending = way.ending
    if ending in (*STILLS, *FILMS):
        _save_picture(path, flows, parts, unit, way, first)
        return
    with replacing(path, "wb" if ending == "npz" else "w") as file:
        if ending == "npz":
            flows_data.write_npz(file, flows, parts, unit)
        elif ending == "json":
            write_json(file, flows_data.as_data(flows, parts, unit))
        elif ending == "csv":
            flows_data.write_csv(file, flows, parts, unit)
        else:
            show(
                _stills(flows, parts, unit, 120, first), open_console(file, 120, color_system=None)
            )


def _save_picture(
    path: str, flows: Flows, parts: list[str], unit: int, way: Way, first: Shown
) -> None:
    from lstm_viz.figure import save_film, save_still

    theme, title = way.theme or "light", "lstm-viz gradients"
    if way.ending in FILMS:
        frames, count = _film(flows, parts, unit, WIDE)
        save_film(path, frames, theme, seconds=SECONDS, count=count, title=title)
    else:
        whole = Stack(tuple(_stills(flows, parts, unit, WIDE, first)))
        save_still(path, whole, theme, title=title)


def watch(things: Iterable[Any], count: int) -> Iterator[Any]:
    """The same things; on a terminal a bar says how many are done, once it takes a second."""
    start, shown, terminal = time.monotonic(), False, sys.stderr.isatty()
    try:
        for k, thing in enumerate(things):
            if terminal and time.monotonic() - start > PATIENCE:
                shown = True
                bar = f"{'#' * round(30 * k / count):<30} {k} of {count} runs"
                click.echo(f"\r{bar}", nl=False, err=True)
            yield thing
    finally:
        if shown:
            click.echo("\r\033[K", nl=False, err=True)
