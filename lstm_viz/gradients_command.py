"""What `lstm-viz gradients` does once its options are read: measure, then play, print or save."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import click
import numpy as np

from lstm_viz import flows_data
from lstm_viz.choices import OptionError
from lstm_viz.export import write_json
from lstm_viz.files import replacing
from lstm_viz.flows import AskedFlows, Flows, measure
from lstm_viz.pictures import Picture, Stack
from lstm_viz.terminal import Film, Key, can_play, open_console, play, show
from lstm_viz.views import gradients as view
from lstm_viz.views.gradients_parts import PARTS

STILLS, FILMS, DATA = ("png", "svg", "pdf"), ("gif", "mp4", "webp"), ("npz", "json", "csv")
FRAMES = 60  # of the sweep
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


@dataclass(frozen=True)
class _State:
    """What is on the screen: the sweep at a step, or a part of one flow."""

    step: int
    part: str = ""
    flow: int = 0
    whole: bool = False  # as it begins, before the sweep was played


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
    if "ledger" in parts and options["loss"] is None:
        options["loss"] = "all"
    asked = AskedFlows(stdin=getattr(sys.stdin, "buffer", None), **options)
    with np.errstate(all="ignore"):  # what is not finite is shown, and said
        flows = measure(asked, watch)
        units = flows.flows[0].trace[flows.flows[0].state].shape[-1]
        if unit >= units:
            raise OptionError(f"--unit {unit}: there are units 0 to {units - 1}")
        first = _first(flows, parts) if at is None else _found(flows, at)
        _leave(flows, parts, unit, way, first)


def _found(flows: Flows, at: str) -> _State:
    """What a token stands for: `36` the sweep at a step, `routes.2` a part of the second line."""
    part, _, number = at.partition(".")
    if part in PARTS:
        if int(number or 1) > len(flows.flows):
            raise OptionError(f"--at {at}: there are {len(flows.flows)} lines")
        return _State(0, part, int(number or 1) - 1)
    if int(part) > flows.steps:
        raise OptionError(f"--at {at}: the sequence has {flows.steps} steps")
    return _State(int(part) - 1)


def _check(way: Way, parts: list[str]) -> None:
    ways = [o for o, on in (("--json", way.json), ("--csv", way.csv), ("--save", way.save)) if on]
    if len(ways) > 1:
        raise OptionError(f"{' and '.join(ways)} are two ways out: give one of them")
    if way.animate and way.still:
        raise OptionError("--animate and --no-animation: give one of them")
    if parts and (way.csv or way.ending == "csv"):
        raise OptionError(f"CSV holds the norms alone: --{parts[0]} goes with --json or .npz")
    if way.theme and way.ending not in (*STILLS, *FILMS):
        raise OptionError("--theme is for a picture that is saved: give it with --save FILE.png")
    if parts and way.ending in FILMS:
        raise OptionError(f"--{parts[0]} is one picture: save it as .png, .svg or .pdf")
    if way.ending in FILMS:
        from lstm_viz.figure import can_save

        can_save(str(way.save))


def _leave(flows: Flows, parts: list[str], unit: int, way: Way, first: _State) -> None:
    if way.save:
        _save(way.save, flows, parts, unit, way, first)
        click.echo(f"saved {way.save}", err=True)
    elif way.json:
        write_json(sys.stdout, flows_data.as_data(flows, parts, unit))
    elif way.csv:
        flows_data.write_csv(sys.stdout, flows)
    elif can_play() and not way.still:
        last = play(_film(flows, unit), first, way.speed)
        click.echo(f"--at {_token(last)}", err=True)
    else:
        console = open_console()
        width = max(console.width, 20)
        sweep = way.animate and not parts and first.whole
        pictures = (
            view.frames(flows, width, FRAMES)
            if sweep
            else _stills(flows, parts, unit, width, first)
        )
        show(pictures, console)


def _stills(
    flows: Flows, parts: list[str], unit: int, width: int, first: _State
) -> Iterator[Picture]:
    """The whole picture; the parts that were asked for, of every flow; or one frame."""
    yield view.title(flows)
    if parts:
        for name in parts:
            for flow in flows.flows:
                yield PARTS[name](flow, width, unit)
    elif first.part:
        yield PARTS[first.part](flows.flows[first.flow], width, unit)
    else:
        yield view.picture(flows, first.step, width)


# ---------------------------------------------------------------------------- playing


def _first(flows: Flows, parts: list[str]) -> _State:
    """All of the sweep, or the first part that was asked for."""
    named = [k for k, flow in enumerate(flows.flows) if flow.cell.name == "lstm"]
    return _State(0, parts[0] if parts else "", named[0] if named else 0, True)


def _film(flows: Flows, unit: int) -> Film:
    last, steps = flows.steps - 1, view.backward_steps(flows.steps, FRAMES)
    pictures: dict[tuple[str, int, int], Stack] = {}

    def picture(state: _State, columns: int, rows: int) -> Picture:
        if not state.part:
            return view.picture(flows, state.step, columns)
        key = state.part, state.flow, columns
        if key not in pictures:
            pictures[key] = PARTS[state.part](flows.flows[state.flow], columns, unit)
        return pictures[key]

    def onward(state: _State) -> _State | None:
        """One frame further back; from the whole picture, to the beginning of the sweep."""
        if state.whole:
            return _State(last, "", state.flow)
        if state.part or not state.step:
            return None
        return replace(state, step=next((t for t in steps if t < state.step), 0))

    def to(step: int) -> Any:
        return lambda state: _State(step, "", state.flow)

    def by(change: int) -> Any:
        return lambda state: _State(min(max(state.step + change, 0), last), "", state.flow)

    def look(part: str) -> Any:
        return lambda state: replace(state, part="" if state.part == part else part)

    def turn(change: int) -> Any:
        return lambda state: replace(state, flow=(state.flow + change) % len(flows.flows))

    keys = (
        Key(("left",), "←", "one step further back", by(-1)),
        Key(("right",), "→", "one step towards the loss", by(1)),
        Key(("home",), "Home", "at the first step: the whole picture", to(0)),
        Key(("end",), "End", "at the last step, where the sweep begins", to(last), "restart"),
        Key(("tab",), "Tab", "the next cell, in what follows", turn(1)),
        Key(("l",), "l", "ledger: every step's loss by every step before", look("ledger")),
        Key(("r",), "r", "routes: by which ways the state acts on the next", look("routes")),
        Key(("s",), "s", "spectrum: singular values over more and more steps", look("spectrum")),
        Key(("m",), "m", "memory: what the state is made of", look("memory")),
        Key(("g",), "g", "gates: how open they stand", look("gates")),
    )
    return Film(picture, _token, onward, keys, title="lstm-viz gradients, key by key")


def _token(state: _State) -> str:
    return f"{state.part}.{state.flow + 1}" if state.part else str(state.step + 1)


# ---------------------------------------------------------------------------- saving


def _save(path: str, flows: Flows, parts: list[str], unit: int, way: Way, first: _State) -> None:
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
            flows_data.write_csv(file, flows)
        else:
            show(
                _stills(flows, parts, unit, 120, first), open_console(file, 120, color_system=None)
            )


def _save_picture(
    path: str, flows: Flows, parts: list[str], unit: int, way: Way, first: _State
) -> None:
    from lstm_viz.figure import save_film, save_still

    theme, title = way.theme or "light", "lstm-viz gradients"
    if way.ending in FILMS:
        count = len(view.backward_steps(flows.steps, FRAMES))
        frames = view.frames(flows, WIDE, FRAMES)
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
