"""What is drawn on: a figure measured in inches, text of several colours, and what moves.

Every kind of picture is drawn by a function of `draw` into an `Area` of a `Sheet`. It returns a
function that puts the numbers of another picture of the same build into the same artists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import singledispatch
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text as Drawn

from lstm_viz.figure.fonts import family, shown, weighted
from lstm_viz.figure.style import BODY, Ink, math
from lstm_viz.pictures.kinds import Expression, Text, Value
from lstm_viz.pictures.numerals import DIGITS, numeral

Update = Callable[[Any], None]


@dataclass(frozen=True)
class Area:
    """A rectangle in inches, y upwards; plots keep `left` and `right` free for their labels."""

    x: float
    y: float
    width: float
    height: float
    left: float = 0.0
    right: float = 0.0

    @property
    def top(self) -> float:
        return self.y + self.height

    def below(self, used: float) -> Area:
        """What is left after so much was used at the top."""
        return Area(self.x, self.y, self.width, self.height - used, self.left, self.right)


@dataclass
class Sheet:
    """A figure being drawn: its ink, how many digits numbers have, and which artists move.

    `stale`: something that stood still has moved since this was last set to False.
    """

    figure: Figure
    ink: Ink
    digits: int = DIGITS
    moving: list[Artist] = field(default_factory=list)
    stale: bool = False
    _widths: dict[tuple[str, float, str], float] = field(default_factory=dict)

    # ---------------------------------------------------------------- places

    def fraction(self, x: float, y: float) -> tuple[float, float]:
        """Inches as fractions of the figure."""
        width, height = self.figure.get_size_inches()
        return x / width, y / height

    def axes(self, area: Area, label: str = "") -> Axes:
        """Axes without frame or ticks that fill the area, its margins left free."""
        width, height = self.figure.get_size_inches()
        inner = max(area.width - area.left - area.right, 0.2)
        axes = self.figure.add_axes(
            (
                (area.x + area.left) / width,
                area.y / height,
                inner / width,
                max(area.height, 0.1) / height,
            ),
            label=label,
            facecolor="none",
        )
        axes.spines[:].set_visible(False)
        axes.tick_params(colors=self.ink.quiet, labelsize=11, length=0, pad=5)
        axes.set(xticks=[], yticks=[])
        return axes

    def moves(self, *artists: Artist) -> None:
        """These artists change from frame to frame."""
        self.moving.extend(artists)

    # ---------------------------------------------------------------- text

    def written(self, piece: Text | Value) -> str:
        """A piece of an expression as text; quantities' names as mathematics."""
        if isinstance(piece, Value):
            return numeral(piece.value, max(self.digits, piece.digits)).replace("-", "−")
        return math(piece.text) if piece.of else shown(piece.text)

    def plain(self, expression: Expression) -> str:
        """An expression as one text, without mathematics."""
        return "".join(p.text if isinstance(p, Text) else self.written(p) for p in expression)

    def width(self, written: str, size: float = BODY, weight: str = "normal") -> float:
        """How wide a text will be, in inches."""
        written = shown(written)
        key = written, size, weight
        if key not in self._widths:
            one = self._text(0, 0, written, size, weight)
            box = one.get_window_extent(self.renderer)
            one.remove()
            spaces = len(written) - len(written.strip(" "))  # Agg gives no room to outer blanks
            self._widths[key] = box.width / self.figure.dpi + (
                0.0 if written.strip() else spaces * 0.32 * size / 72
            )
        return self._widths[key]

    @property
    def renderer(self) -> Any:
        canvas = self.figure.canvas
        assert isinstance(canvas, FigureCanvasAgg)
        return canvas.get_renderer()

    def _text(
        self, x: float, y: float, written: str, size: float, weight: str, **more: Any
    ) -> Drawn:
        is_math = written.startswith("$") and written.endswith("$") and len(written) > 1
        more = {"color": self.ink.text, "va": "baseline"} | more
        return self.figure.text(
            *self.fraction(x, y),
            written,
            size=size,
            family=family(written),
            parse_math=is_math,
            **more | weighted(written, weight, size, more["color"]),
        )

    def say(
        self,
        x: float,
        y: float,
        expression: Expression,
        size: float = BODY,
        weight: str = "normal",
        colour: str = "",
        align: str = "left",
    ) -> list[Drawn]:
        """An expression on one line, each piece in the colour of its quantity."""
        pieces = [(self.written(p), p.of) for p in expression]
        runs: list[tuple[str, str]] = []
        for written, of in pieces:  # neighbours of one colour are one text
            if runs and not of and not runs[-1][1] and not written.startswith("$"):
                runs[-1] = (runs[-1][0] + written, "")
            elif written:
                runs.append((written, of))
        widths = [self._advance(written, size, weight) for written, _ in runs]
        x -= {"left": 0.0, "center": sum(widths) / 2, "right": sum(widths)}[align]
        found = []
        for (written, of), width in zip(runs, widths, strict=True):
            lead = len(written) - len(written.lstrip(" "))
            tint = self.ink.colour(of) if of else colour or self.ink.text
            place = x + lead * _BLANK * size / 72
            if written.strip():
                found.append(self._text(place, y, written.strip(" "), size, weight, color=tint))
            x += width
        return found

    def _advance(self, written: str, size: float, weight: str) -> float:
        core = written.strip(" ")
        blanks = len(written) - len(core)
        return (self.width(core, size, weight) if core else 0.0) + blanks * _BLANK * size / 72

    def length(self, expression: Expression, size: float = BODY, weight: str = "normal") -> float:
        """How wide an expression will be, in inches."""
        return sum(self._advance(self.written(p), size, weight) for p in expression)

    def line(self, x: float, y: float, expression: Expression, *styles: Any, **more: Any) -> Update:
        """An expression that may move: the function takes the next one in its place.

        It stands still until it changes for the first time; then the background is stale.
        """
        drawn = self.say(x, y, expression, *styles, **more)
        now, moves = [expression], [False]

        def update(other: Expression) -> None:
            if other == now[0]:
                return
            self.stale = self.stale or not moves[0]
            for each in drawn:
                if moves[0]:
                    self.moving.remove(each)
                each.remove()
            moves[0] = True
            drawn[:] = self.say(x, y, other, *styles, **more)
            self.moves(*drawn)
            now[0] = other

        return update


_BLANK = 0.318  # of the size of type: how wide a space is


def pieces(*written: str) -> Expression:
    """Plain text as an expression."""
    return tuple(Text(each) for each in written)


# ---------------------------------------------------------------------------- kinds of pictures


@singledispatch
def draw(picture: Any, sheet: Sheet, area: Area) -> Update:
    """Draw a picture into an area; every kind of picture has its own function."""
    raise TypeError(f"no way to draw a {type(picture).__name__}")


@singledispatch
def height(picture: Any, sheet: Sheet, width: float) -> float:
    """How high a picture would like to be, in inches."""
    raise TypeError(f"no way to draw a {type(picture).__name__}")


@singledispatch
def frame(picture: Any) -> float:
    """How much of its height is not the plot itself, in inches: it stays in a small figure too."""
    return 0.0


@singledispatch
def margins(picture: Any, sheet: Sheet) -> tuple[float, float]:
    """What a picture needs for labels left and right of its plot, in inches."""
    return 0.0, 0.0


@singledispatch
def build(picture: Any) -> object:
    """What must stay the same for another picture to be put into this one's artists."""
    return type(picture)


def widest(found: Iterable[float], least: float = 0.0) -> float:
    """The largest of some widths."""
    return max(found, default=least)
