"""The terminal: pictures as rows of characters, printed, played, or saved; the room that knows rich.

paper = Paper(width=80, digits=3)
for row in lines(picture, paper): …           # rows of styled text, none wider than the paper
show(frames, open_console(), digits=3)        # all of them, a frame below the other
play(film, first, …)                          # on the whole screen, key by key: see player.py
"""

from lstm_viz.terminal import arithmetic as _arithmetic
from lstm_viz.terminal import charts as _charts
from lstm_viz.terminal import plots as _plots
from lstm_viz.terminal import wires as _wires
from lstm_viz.terminal.output import open_console, show
from lstm_viz.terminal.paper import Paper, lines

__all__ = ["Paper", "lines", "open_console", "show"]
