"""Colours of a terminal's heat maps."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from lstm_viz.pictures.theme import HEAT, SIGNED, colour_of
from lstm_viz.terminal.rows import rgb

NIGHT = "#12161c"  # behind beads: what is lit is bright on a light terminal too


def lit(of: str) -> tuple[str, str]:
    """A kind of quantity's colour, and a bright one."""
    colour = colour_of(of) or "#9aa4af"
    return mixed(NIGHT, colour, 0.7), mixed(colour, "#ffffff", 0.5)


def mixed(one: str, other: str, part: float) -> str:
    """A colour between two: so much of the other."""
    pairs = zip(rgb(one), rgb(other), strict=True)
    return "#{:02x}{:02x}{:02x}".format(*(round(a + (b - a) * part) for a, b in pairs))


def between(anchors: Sequence[str], part: float) -> str:
    """A colour of a scale, 0 … 1, by its anchors."""
    place = part * (len(anchors) - 1)
    k = min(int(place), len(anchors) - 2)
    return mixed(anchors[k], anchors[k + 1], place - k)


@cache
def heat(part: float, signed: bool, of: str = "") -> tuple[str, str]:
    """The colour of a cell, 0 … 1 of the scale, and black or white, whichever is read on it."""
    usual = SIGNED if signed else HEAT
    colour = between(usual if signed or not of else (NIGHT, *lit(of)), part)
    red, green, blue = rgb(colour)
    light = 0.3 * red + 0.59 * green + 0.11 * blue > 118
    return colour, "#000000" if light else "#ffffff"


@cache
def signs(part: float, of: str) -> str:
    """The colour of a cell, 0 … 1 of a scale through zero: grey below it, its own colour above."""
    return between(("#b6bfc9", "#6b7682", NIGHT, *lit(of)), part)
