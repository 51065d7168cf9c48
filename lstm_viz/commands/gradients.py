"""What `lstm-viz gradients` does once its options are read: measure, then play, print or save."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import click
import numpy as np

from lstm_viz.commands import export_gradients as export
from lstm_viz.commands.exit_codes import warned_plainly
from lstm_viz.commands.export import write_json
from lstm_viz.commands.output import SAVED_WIDTH, Output, Screen, in_pixels
from lstm_viz.commands.shared_options import gather, outputs, standard_input
from lstm_viz.commands.speaking import tell
from lstm_viz.commands.step_picture import drawn
from lstm_viz.experiments import compare
from lstm_viz.experiments.gradient_flow import GradientFlows
from lstm_viz.experiments.options import USUAL, CellOptions, GradientOptions, asked_for
from lstm_viz.pictures.kinds import Beside, Stack
from lstm_viz.terminal import show
from lstm_viz.terminal.player import play
from lstm_viz.validation.errors import OptionError
from lstm_viz.validation.names import which_units
from lstm_viz.views.gradients import PARTS, chain
from lstm_viz.views.gradients.film import WIDE, At, GradientFilm, token

STYLE = {"text": "curves"}  # where none is asked for; else the chain
SLIDE = 1920, 1080  # pixels of the picture and of its film
PAGE = 1280, 720  # of a page, key by key
FAMOUS = "rnn,lstm,gru"  # the cells that settings are tried on, where none is named
PATIENCE = 1.0  # seconds after which a bar says how far it is


def run_gradients(**given: Any) -> None:
    """`lstm-viz gradients`: measure, and show or save."""
    ways, screen = outputs(given), gather(Screen, given)
    parts = tuple(name for name in PARTS if given[name])
    for output in ways:
        _check(output, screen, parts)
    wanted = [loss for part in parts if (loss := PARTS[part].loss)]
    if given["into"] and not given["model"]:
        raise OptionError("--cell needs --model FILE; --cells names the cells to compare")
    if not given["problem"]:
        given["loss_at"] = given["loss_at"] or next(iter(wanted), None)
    given |= {"cells": _cells(given), "stdin": standard_input()}
    with np.errstate(all="ignore"):  # what is not finite is shown, and said
        flows = compare(gather(GradientOptions, given), watch)
        units = flows.flows[0].trace[flows.flows[0].state].shape[-1]
        if screen.unit >= units:
            raise OptionError(f"--unit {screen.unit}: {which_units(units)}")
        for output in ways:
            write(flows, parts, output, screen)


def write(flows: GradientFlows, parts: tuple[str, ...], output: Output, screen: Screen) -> None:
    """Let flows leave the program as it was asked for."""
    mode = output.mode()
    is_drawn = mode in ("still", "film", "screen")
    named = replace(flows, names=drawn(flows.names)[0]) if is_drawn else flows
    curves = (screen.style or STYLE.get(mode, "chain")) == "curves"
    film = GradientFilm(named, parts, screen.unit, screen.say, curves)
    look = film.first() if screen.at is None else film.read(screen.at)
    MODES[mode](film, look, output, screen)


def _cells(given: Mapping[str, Any]) -> tuple[CellOptions, ...]:
    """One for each name, forget bias and spectral radius; the usual ones where all is open."""
    one = gather(CellOptions, given)
    settings = given["biases"] or given["radii"] or asked_for(replace(one, hidden=None))
    if given["cells"] is None and not settings:
        return tuple(replace(each, hidden=one.hidden) for each in USUAL)
    cells = FAMOUS if given["cells"] is None else given["cells"]
    names = [name.strip() for name in cells.split(",") if name.strip()]
    if not names:
        raise OptionError(f"--cells {cells!r}: name at least one cell, such as {FAMOUS}")
    each = product(dict.fromkeys(names), given["biases"] or (None,), given["radii"] or (None,))
    return tuple(replace(one, cell=c, forget_bias=b, spectral_radius=r) for c, b, r in each)


def _check(output: Output, screen: Screen, parts: tuple[str, ...]) -> None:
    mode = output.mode()
    if screen.at is not None and (parts or mode in ("data", "film", "screen")):
        raise OptionError("--at selects one picture: use it alone or with --save FILE.png")
    output.check()
    if output.animate and output.still:
        raise OptionError("--animate and --no-animation: give only one of them")
    if screen.theme and mode not in ("still", "film", "screen"):
        raise OptionError("--theme is for saved pictures: use it with --save FILE.png")
    if mode in ("film", "screen") and parts:
        raise OptionError(f"--{parts[0]} is a single picture: save it as .png, .svg or .pdf")
    if screen.style and parts:
        raise OptionError(
            f"--style is for the gradients over time: it does not apply to --{parts[0]}"
        )
    if screen.size and mode not in ("still", "film", "screen"):
        raise OptionError("--size is for saved pictures: use it with --save FILE.png")
    if mode == "film":
        from lstm_viz.figure import can_save

        can_save(str(output.path))


# ---------------------------------------------------------------------------- the ways out


def _play(film: GradientFilm, look: At, output: Output, screen: Screen) -> None:
    last = play(film.film(), look, screen.speed, film.say)
    tell(f"--at {token(last)}")


def _text(film: GradientFilm, look: At, output: Output, screen: Screen) -> None:
    with output.console() as console:
        width = SAVED_WIDTH if output.path else max(console.width, 20)
        moving = output.animate and not (output.path or film.asked) and look.whole
        frames = film.frames()[0] if moving else ()
        show(frames or film.stills(look, width), console, say=film.say)


def _data(film: GradientFilm, look: At, output: Output, screen: Screen) -> None:
    with output.file() as file:
        if output.ending == "npz":
            export.write_npz(file, film.flows, film.asked, film.unit)
        elif output.ending == "csv":
            export.write_csv(file, film.flows, film.asked, film.unit)
        else:
            write_json(file, export.as_data(film.flows, film.asked, film.unit))


def _still(film: GradientFilm, look: At, output: Output, screen: Screen) -> None:
    from lstm_viz.figure import in_columns, least_height, save_still

    path, theme = str(output.path), screen.theme or "light"
    one = not (film.asked or look.part)
    whole, pixels = film.still(look) if one else film.slide(look), in_pixels(screen.size) or SLIDE
    across = max([len(each.parts) for each in whole.parts if isinstance(each, Beside)], default=1)
    room = None if one else in_columns(across)
    with warned_plainly():
        if room is None or (high := least_height(whole, pixels[0], room)) <= pixels[1]:
            save_still(path, whole, theme, pixels=pixels, title=film.said, room=room)
        elif screen.size:
            wide = pixels[0]
            raise OptionError(
                f"--size {screen.size} is too small for that much: --size {wide}x{high}, or fewer"
                " parts or cells"
            )
        else:
            tall = Stack(tuple(film.stills(look, WIDE)))
            save_still(path, tall, theme, title=film.said)
            tell("This is more than a slide shows: ask for fewer parts or --cells.")
    output.say_saved()


def _film(film: GradientFilm, look: At, output: Output, screen: Screen) -> None:
    from lstm_viz.figure import save_film

    frames, count = film.frames()
    told: dict[str, Any] = {"count": count, "title": film.said, "words": film.said}
    size = in_pixels(screen.size) or SLIDE
    path, theme = str(output.path), screen.theme or "light"
    with warned_plainly():
        save_film(path, frames, theme, seconds=1 / chain.SECOND, pixels=size, **told)
    output.say_saved()


def _page(film: GradientFilm, look: At, output: Output, screen: Screen) -> None:
    from lstm_viz.figure import write_page

    size, theme = in_pixels(screen.size) or PAGE, screen.theme or "light"
    with output.file() as file:
        write_page(file, film.told(), theme, size, film.said, screen.lang)


# What `Output.mode` gives → what is done.
MODES: dict[str, Callable[[GradientFilm, At, Output, Screen], None]] = {
    "play": _play,
    "text": _text,
    "data": _data,
    "still": _still,
    "film": _film,
    "screen": _page,
}


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
