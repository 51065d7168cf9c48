"""Pictures on Matplotlib figures; the only room that knows Matplotlib.

    drawn(picture, theme="dark")                  # an ordinary Matplotlib figure
    put_on(ax, picture)                           # curves or a heat map on axes that are there
    save_still("out.png", picture)                # png, svg, pdf
    save_film("out.gif", frames, seconds=0.1)     # gif, webp, mp4
    write_page(file, told, "dark", (1280, 720), title)  # html, for the keys ← and →

No state of pyplot is touched: a figure is made, drawn and let go.
"""

from __future__ import annotations

from lstm_viz.validation.errors import InputError

try:  # it reads MPLBACKEND and its settings on being imported
    import matplotlib.axes  # noqa: F401
except ValueError as error:
    why = str(error).partition(";")[0]
    raise InputError(f"Matplotlib: {why}: mend MPLBACKEND or its matplotlibrc") from None

from lstm_viz.figure import areas, bars, curves, grids, landscapes, tables, text, wiring
from lstm_viz.figure.layout import drawn
from lstm_viz.figure.on_axes import put_on
from lstm_viz.figure.saving import (
    FILMS,
    Room,
    can_save,
    in_columns,
    least_height,
    save_film,
    save_still,
    write_page,
)

__all__ = [
    "FILMS", "Room", "can_save", "drawn", "in_columns", "least_height", "put_on", "save_film",
    "save_still", "write_page",
]  # fmt: skip

# Importing them makes `draw` know their pictures.
DRAWN_BY = (areas, bars, curves, grids, landscapes, tables, text, wiring)
