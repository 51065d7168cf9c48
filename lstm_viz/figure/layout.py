"""Pictures below and beside each other, and the figure that holds them all."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from lstm_viz.figure.sheet import Area, Sheet, Update, build, draw, frame, height, margins
from lstm_viz.figure.style import THEMES, settings
from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.kinds import Picture
from lstm_viz.pictures.numerals import DIGITS
from lstm_viz.validation.names import look_up

WIDTH, BORDER, BETWEEN, DPI = 10.0, 0.35, 0.18, 100  # inches; dots per inch

_FIXED = (
    pictures.Words,
    pictures.Title,
    pictures.Rule,
    pictures.Table,
    pictures.Arithmetic,
    pictures.Sweep,
)
THICKEST = 1.3  # times what they would like to have, for bars
_OWN = pictures.Bars  # what is not drawn over the steps, so that it shares no axis with others


# ---------------------------------------------------------------------------- below each other


@height.register
def _(picture: pictures.Stack, sheet: Sheet, width: float) -> float:
    gaps = BETWEEN * max(len(picture.parts) - 1, 0)
    return sum(height(part, sheet, width) for part in picture.parts) + gaps


@margins.register
def _(picture: pictures.Stack, sheet: Sheet) -> tuple[float, float]:
    found = [margins(part, sheet) for part in picture.parts if not isinstance(part, _OWN)]
    return max((m[0] for m in found), default=0.0), max((m[1] for m in found), default=0.0)


@build.register
def _(picture: pictures.Stack) -> object:
    return pictures.Stack, tuple(build(part) for part in picture.parts)


@draw.register
def _(picture: pictures.Stack, sheet: Sheet, area: Area) -> Update:
    return _below(picture, sheet, area, [height(part, sheet, area.width) for part in picture.parts])


def _below(picture: pictures.Stack, sheet: Sheet, area: Area, wanted: list[float]) -> Update:
    """A stack whose parts would like to be so high."""
    own = margins(picture, sheet)
    left, right = max(area.left, own[0]), max(area.right, own[1])
    fixed = [_least(p, sheet, area.width, h) for h, p in zip(wanted, picture.parts, strict=True)]
    there = area.height - BETWEEN * max(len(wanted) - 1, 0) - sum(fixed)
    scale = max(there / max(sum(wanted) - sum(fixed), 1e-9), 0.1)
    updates, y = [], area.top
    for part, room, least in zip(picture.parts, wanted, fixed, strict=True):
        high = least + (room - least) * (min(scale, THICKEST) if isinstance(part, _OWN) else scale)
        y -= high
        ends = margins(part, sheet) if isinstance(part, _OWN) else (left, right)
        updates.append(draw(part, sheet, Area(area.x, y, area.width, high, *ends)))
        y -= BETWEEN

    return _all(updates)


def _least(picture: Picture, sheet: Sheet, width: float, wanted: float) -> float:
    """How much of the height that it would like to have does not shrink: text does not."""
    if isinstance(picture, _FIXED):
        return wanted
    if isinstance(picture, pictures.Stack):
        widths, gaps = [width] * len(picture.parts), BETWEEN * max(len(picture.parts) - 1, 0)
    elif isinstance(picture, pictures.Beside):
        widths, gaps = _widths(picture, width), 0.0
    else:
        return min(frame(picture), wanted)
    parts = [
        _least(part, sheet, wide, height(part, sheet, wide))
        for part, wide in zip(picture.parts, widths, strict=True)
    ]
    whole = sum(parts) if isinstance(picture, pictures.Stack) else max(parts, default=0.0)
    return min(whole + gaps, wanted)


def _all(updates: list[Update]) -> Update:
    def update(other: pictures.Stack | pictures.Beside) -> None:
        for put, part in zip(updates, other.parts, strict=True):
            put(part)

    return update


# ---------------------------------------------------------------------------- next to each other


def _widths(picture: pictures.Beside, width: float) -> list[float]:
    shares = picture.widths or (1,) * len(picture.parts)
    free = width - 0.4 * (len(shares) - 1)
    return [free * share / sum(shares) for share in shares]


@height.register
def _(picture: pictures.Beside, sheet: Sheet, width: float) -> float:
    widths = _widths(picture, width)
    return max(
        (height(part, sheet, w) for part, w in zip(picture.parts, widths, strict=True)), default=0.0
    )


@build.register
def _(picture: pictures.Beside) -> object:
    return pictures.Beside, picture.widths, tuple(build(part) for part in picture.parts)


@draw.register
def _(picture: pictures.Beside, sheet: Sheet, area: Area) -> Update:
    updates, x = [], area.x
    widths = _widths(picture, area.width)
    rows = _same_rows(picture, sheet, widths)
    for part, wide in zip(picture.parts, widths, strict=True):
        own = Area(x, area.y, wide, area.height, *margins(part, sheet))
        if rows and isinstance(part, pictures.Stack):
            updates.append(_below(part, sheet, own, rows))
        else:
            updates.append(draw(part, sheet, own))
        x += wide + 0.4

    return _all(updates)


def _same_rows(picture: pictures.Beside, sheet: Sheet, widths: list[float]) -> list[float]:
    """How high the rows of stacks of one build would like to be, so that like stands by like."""
    stacks = [part for part in picture.parts if isinstance(part, pictures.Stack)]
    kinds = {tuple(map(type, stack.parts)) for stack in stacks}
    if len(stacks) < len(widths) or len(kinds) != 1:
        return []
    high = (
        [height(each, sheet, wide) for each in stack.parts]
        for stack, wide in zip(stacks, widths, strict=True)
    )
    return [max(row) for row in zip(*high, strict=True)]


# ---------------------------------------------------------------------------- the figure


class Shown(Figure):
    """A figure that a notebook shows of itself, and that knows the picture it was drawn from."""

    picture: Picture | None = None

    def _repr_png_(self) -> bytes:
        file = BytesIO()
        with settings():
            self.savefig(file, format="png", facecolor=self.get_facecolor())
        return file.getvalue()


class Drawing:
    """A picture drawn on a figure of its own: `put` shows another one of the same build in it."""

    def __init__(
        self,
        picture: Picture,
        theme: str = "light",
        size: tuple[float, float] | None = None,
        digits: int = DIGITS,
        dpi: float = DPI,
    ) -> None:
        ink = look_up(theme, THEMES, "theme")
        self._settings = settings
        with self._settings():
            self.figure = Shown(size or (WIDTH, 1.0), dpi=dpi, facecolor=ink.ground)
            FigureCanvasAgg(self.figure)
            self.sheet = Sheet(self.figure, ink, digits)
            if size is None:
                wanted = height(picture, self.sheet, WIDTH - 2 * BORDER) + 2 * BORDER
                self.figure.set_size_inches(WIDTH, _even(wanted, dpi))
            width, high = self.figure.get_size_inches()
            left, right = margins(picture, self.sheet)
            page = Area(BORDER, BORDER, width - 2 * BORDER, high - 2 * BORDER, left, right)
            self._update: Callable[[Picture], None] = draw(picture, self.sheet, page)
        self.build, self.picture = build(picture), picture

    def takes(self, picture: Picture) -> bool:
        """Whether another picture can be put into this drawing's artists."""
        return bool(build(picture) == self.build)

    def put(self, picture: Picture) -> None:
        """Show another picture of the same build."""
        with self._settings():
            self._update(picture)
        self.picture = picture


def wanted(picture: Picture, width: float, digits: int = DIGITS) -> float:
    """How many inches high a figure of so many inches would like to be."""
    with settings():
        figure = Figure((width, 1.0), dpi=DPI)
        FigureCanvasAgg(figure)
        sheet = Sheet(figure, THEMES["light"], digits)
        return height(picture, sheet, width - 2 * BORDER) + 2 * BORDER


def _even(inches: float, dpi: float) -> float:
    """Film needs an even number of rows of pixels."""
    return 2 * round(inches * dpi / 2) / dpi


def drawn(picture: Picture, theme: str = "light", size: tuple[float, float] | None = None) -> Shown:
    """A picture as a Matplotlib figure: its axes and artists are there to go on with."""
    figure = Drawing(picture, theme, size).figure
    figure.picture = picture
    return figure
