"""Options that several commands have, read and refused in one way; see cli.py."""

from __future__ import annotations

import click

SLOWEST, FASTEST = 0.1, 60.0  # frames a second


def _start(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        from lstm_viz.weights.starts import STARTS

        if value.partition(":")[0] not in STARTS:
            raise click.BadParameter(f"{value!r} is none of {', '.join(STARTS)}")
    return value


def check_speed(ctx: click.Context, param: click.Parameter, value: float) -> float:
    """Frames a second, or `BadParameter`."""
    if not SLOWEST <= value <= FASTEST:  # not a number is neither
        raise click.BadParameter(f"{value:g} is not in the range {SLOWEST:g}<=x<={FASTEST:g}")
    return value


start_option = click.option(
    "--start",
    callback=_start,
    metavar="START",
    help="How random weights begin: pytorch, keras, identity, spectral:RADIUS, chrono:STEPS."
    "  [default: pytorch]",
)
theme_option = click.option(
    "--theme",
    type=click.Choice(["light", "dark"]),
    help="The ground of a picture or film.  [default: light]",
)
