"""The terminal: pictures as rows of characters, printed, played, or saved.

paper = Paper(width=80, digits=4)
for row in lines(picture, paper): …           # rows of styled text, none wider than the paper
show(frames, open_console(), digits=4)        # all of them, a frame below the other
player.play(film, first, speed=2)             # on the whole screen, key by key
"""

from lstm_viz.terminal import areas, arithmetic, bars, grids, landscapes, plots, tables
from lstm_viz.terminal import gradients as sweeps
from lstm_viz.terminal import wiring as wires
from lstm_viz.terminal.asking import can_play
from lstm_viz.terminal.output import open_console, show
from lstm_viz.terminal.paper import Paper, lines

__all__ = ["Paper", "can_play", "lines", "open_console", "show"]

# Importing them makes `lines` know their pictures.
DRAWN_BY = (areas, arithmetic, bars, grids, landscapes, plots, sweeps, tables, wires)
