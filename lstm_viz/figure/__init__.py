"""Pictures on Matplotlib figures; the only room that knows Matplotlib.

    drawn(picture, theme="dark")                  # an ordinary Matplotlib figure
    save_still("out.png", picture)                # png, svg, pdf
    save_film("out.gif", frames, seconds=0.1)     # gif, webp, mp4

No state of pyplot is touched: a figure is made, drawn and let go.
"""

from __future__ import annotations

from lstm_viz.figure import areas, curves
from lstm_viz.figure import grids as heat
from lstm_viz.figure import text as words
from lstm_viz.figure import wiring as wires
from lstm_viz.figure.frames import Film
from lstm_viz.figure.layout import Drawing, drawn
from lstm_viz.figure.saving import FILMS, STILLS, can_save, save_film, save_still
from lstm_viz.figure.sheet import build, draw
from lstm_viz.pictures.alt_text import describe

__all__ = [
    "FILMS",
    "STILLS",
    "Drawing",
    "Film",
    "areas",
    "build",
    "can_save",
    "curves",
    "describe",
    "draw",
    "drawn",
    "heat",
    "save_film",
    "save_still",
    "wires",
    "words",
]
