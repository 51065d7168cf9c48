"""How a figure looks: light and dark backgrounds, colours, sizes of type, names as symbols."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import matplotlib
from matplotlib.colors import Colormap, LinearSegmentedColormap, to_hex, to_rgb

from lstm_viz.pictures.theme import LOOKS

BODY, SMALL, HEAD, NAME = 13.0, 11.0, 15.0, 22.0  # points, for a figure ten inches wide

GREY = ("input", "sum", "weight")  # kinds without a hue of their own

SETTINGS: Any = {
    "mathtext.fontset": "dejavusans",
    "text.hinting": "none",  # widths are the same at every resolution
    "svg.fonttype": "none",
    "svg.hashsalt": "lstm-viz",
    "pdf.fonttype": 42,
    "axes.unicode_minus": True,
    "path.simplify": True,
}


@contextmanager
def settings() -> Iterator[None]:
    """These for a while; `rc_context` would copy all the others too, for each frame of a film."""
    before = {name: matplotlib.rcParams[name] for name in SETTINGS}
    matplotlib.rcParams.update(SETTINGS)
    try:
        yield
    finally:
        matplotlib.rcParams.update(before)


def mixed(one: str, other: str, part: float) -> str:
    """A colour between two: so much of the other."""
    pairs = zip(to_rgb(one), to_rgb(other), strict=True)
    red, green, blue = (a + (b - a) * part for a, b in pairs)
    return to_hex((red, green, blue))


def legible(fill: Any) -> str:
    """Black or white: what is read better on a colour, at 4.5 : 1 or more (WCAG 2.1)."""
    parts = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in to_rgb(fill)]
    luminance = 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    return "#000000" if (luminance + 0.05) ** 2 > 0.05 * 1.05 else "#ffffff"


@dataclass(frozen=True)
class Ink:
    """The colours on one background."""

    name: str
    ground: str
    text: str
    quiet: str
    faint: str

    def colour(self, of: str) -> str:
        """The colour of a kind of quantity; of plain text if it is none."""
        if not of:
            return self.text
        return LOOKS[of].dark if self.name == "dark" else LOOKS[of].light

    def ramp(self, of: str) -> Colormap:
        """From the background through a quantity's colour: for numbers from 0 up."""
        strong = self.colour(of or "output")
        end = mixed(strong, self.text, 0.45)
        return self._map([mixed(self.ground, strong, 0.06), mixed(self.ground, strong, 0.55), end])

    def signs(self, of: str) -> Colormap:
        """From grey, below zero, through the background to a quantity's colour, above it."""
        low, high = mixed(self.quiet, self.text, 0.3), self.colour(of or "output")
        return self._map(
            [low, mixed(self.ground, low, 0.4), self.ground, mixed(self.ground, high, 0.45), high]
        )

    def tones(self, of: str) -> Colormap:
        """From pale to strong: of what is grey itself, whose two sides would look alike."""
        low, middle = (mixed(self.ground, self.colour(of), part) for part in (0.04, 0.5))
        return self._map([low, middle, mixed(self.colour(of), self.text, 0.45)])

    def _map(self, colours: list[str]) -> Colormap:
        return LinearSegmentedColormap.from_list("lstm-viz", colours).with_extremes(
            bad=(0, 0, 0, 0)
        )


THEMES = {
    "light": Ink("light", ground="#ffffff", text="#1c2128", quiet="#5d6670", faint="#d5d9de"),
    "dark": Ink("dark", ground="#12161c", text="#eef1f4", quiet="#9aa4af", faint="#39424d"),
}


# ---------------------------------------------------------------------------- names as mathematics


@cache
def math(name: str) -> str:
    """A quantity's name as one writes it: c_prev as cₜ₋₁, z_f with f below, dc as ∂L/∂c."""
    if part := re.fullmatch(r"(\w+)(\[\d+\])", name):
        return math(part[1]) + part[2]
    if not re.fullmatch(r"[A-Za-z]\w*'?", name) or len(name.split("_")[0].rstrip("'")) > 2:
        return name
    if len(name) > 1 and name[0] == "d" and name[1] != "_":
        return rf"$\partial L/\partial {_inner(name[1:])}$"
    return f"${_inner(name)}$"


def _inner(name: str) -> str:
    name = name.rstrip("'")
    stem, _, rest = name.partition("_")
    if rest == "prev":
        return f"{stem}_{{t-1}}"
    if rest.endswith("_prev"):
        below = rest.removesuffix("_prev").replace("_", r"\_")
        return f"{stem}_{{{below},t-1}}"
    below = rest.replace("_", r"\_")
    return f"{stem}_{{{below}}}" if rest else stem
