"""Pictures and code below each other on pages of paper, as one PDF."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from lstm_viz.figure.fonts import shown
from lstm_viz.figure.layout import DPI
from lstm_viz.figure.sheet import Area, Sheet, draw, height, margins
from lstm_viz.figure.style import THEMES, settings
from lstm_viz.figure.uninterrupted import uninterrupted
from lstm_viz.files.atomic import replacing
from lstm_viz.pictures.kinds import Picture, Rule, Words

PAPER = (11.7, 16.5)  # inches, in the proportion of A4: type is small on it once it is printed
BORDER, BETWEEN, FOOT = 0.9, 0.12, 0.45
CODE, LINE = 9.6, 0.2  # points; inches from line to line

Part = Picture | str  # a picture, or lines of code


def save_pages(path: str | Path, parts: Iterable[Part], title: str) -> None:
    """Write them as a .pdf, a part on a new page where the rest of one is too low for it."""
    with (
        settings(),
        replacing(path, "wb") as file,
        uninterrupted(),
        PdfPages(file, metadata={"Title": title}) as pdf,
    ):
        for number, page in enumerate(_pages(list(parts)), 1):
            pdf.savefig(_drawn(page, title, number))


def _room() -> tuple[float, float]:
    return PAPER[0] - 2 * BORDER, PAPER[1] - 2 * BORDER - FOOT


def _pages(parts: list[Part]) -> list[list[tuple[Part, float]]]:
    """The parts of each page, each with its height."""
    sheet, (wide, high) = _sheet(), _room()
    found: list[list[tuple[Part, float]]] = [[]]
    left = high
    fitting = [piece for each in parts for piece in _fitting(each, high)]
    heights = [min(_height(part, sheet, wide), high) for part in fitting]
    for part, wanted, below in zip(fitting, heights, [*heights[1:], 0.0], strict=True):
        if found[-1] and left < wanted + below * _is_head(part) < high:
            found.append([])
            left = high
        found[-1].append((part, wanted))
        left -= wanted + BETWEEN
    return found


def _is_head(part: Part) -> bool:
    """Whether it belongs on the page of what is below it."""
    return isinstance(part, Rule) or (isinstance(part, Words) and part.tone == "headline")


def _fitting(part: Part, high: float) -> list[Part]:
    """Code that is longer than a page, in several parts."""
    if not isinstance(part, str):
        return [part]
    lines, most = part.split("\n"), int(high / LINE) - 2
    return ["\n".join(lines[k : k + most]) for k in range(0, len(lines), most)]


def _height(part: Part, sheet: Sheet, wide: float) -> float:
    if isinstance(part, str):
        return LINE * (part.count("\n") + 1) + 0.2
    return height(part, sheet, wide)


def _sheet() -> Sheet:
    figure = Figure(PAPER, dpi=DPI)
    FigureCanvasAgg(figure)
    return Sheet(figure, THEMES["light"])


def _drawn(page: list[tuple[Part, float]], title: str, number: int) -> Figure:
    sheet, wide = _sheet(), _room()[0]
    y = PAPER[1] - BORDER
    for part, high in page:
        y -= high
        if isinstance(part, str):
            _write_code(part, sheet, y + high)
        else:
            draw(part, sheet, Area(BORDER, y, wide, high, *margins(part, sheet)))
        y -= BETWEEN
    x, foot = sheet.fraction(BORDER, BORDER - 0.3)
    for place, said, side in ((x, shown(title), "left"), (1 - x, f"{number}", "right")):
        sheet.figure.text(place, foot, said, ha=side, color=sheet.ink.quiet, fontsize=9)
    return sheet.figure


def _write_code(code: str, sheet: Sheet, top: float) -> None:
    for k, line in enumerate(code.split("\n")):
        x, y = sheet.fraction(BORDER, top - 0.25 - k * LINE)
        written = line.replace("$", r"\$")
        sheet.figure.text(
            x, y, written, family="DejaVu Sans Mono", fontsize=CODE, color=sheet.ink.text
        )
