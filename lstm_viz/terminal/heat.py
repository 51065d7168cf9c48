"""Colours of a terminal's heat maps."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

from lstm_viz.pictures.theme import HEAT, SIGNED, colour_of, spelled
from lstm_viz.terminal.rows import Run, rgb

SHADES = 33
UPPER = "▀"  # the upper half of a character
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


@lru_cache(1 << 11)
def halves(above: str, below: str, wide: int) -> Run:
    """Two cells in one, either of which may be empty."""
    if not above:
        return ("▄" if below else " ") * wide, below
    return UPPER * wide, f"{above} on {below}" if below else above


@cache
def bead_inks(of: str, wide: int, encoding: str, close: bool) -> list[Run]:
    """The beads of each shade, and what is not reached: one in the middle, or as many as fit."""
    ramp = "#2b323b", *lit(of)
    many = wide if close else 1
    bead, none = ((spelled(letter, encoding)[:1] * many).center(wide) for letter in "●·")
    ramps = (between(ramp, k / (SHADES - 1)) for k in range(SHADES))
    return [*((bead, f"{colour} on {NIGHT}") for colour in ramps), (none, f"#39424d on {NIGHT}")]
