"""Rows in columns: tables, equations with their numbers, gradients with their shares."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.patches import Rectangle

from lstm_viz.figure.sheet import Area, Sheet, Update, build, draw, height, pieces, widest
from lstm_viz.figure.style import BODY, mixed
from lstm_viz.figure.text import LINE, nothing, wrapped
from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.kinds import Bar, Expression, Text, Value
from lstm_viz.pictures.numerals import percentage

GAP = 0.28  # inches between columns
BAR, THICK = 1.2, 0.13  # inches: how wide and high a bar between columns is
EQUALS, HIDDEN, MARK = Text("= "), Text("?"), Text("▸ ")

Row = Sequence[Expression | Bar]


def _widths(sheet: Sheet, rows: Sequence[Row]) -> list[float]:
    return [
        widest(BAR if isinstance(cell, Bar) else sheet.length(cell) for cell in column)
        for column in zip(*rows, strict=True)
    ]


def _columns(
    sheet: Sheet, area: Area, rows: Sequence[Row], right: Sequence[int] = (), bold: int = -1
) -> None:
    """Rows of expressions and bars in columns; the last takes the room that is left."""
    widths = _widths(sheet, rows)
    y = area.top - 0.22
    for row in rows:
        x = area.x
        deepest = 1
        for k, cell in enumerate(row):
            if isinstance(cell, Bar):
                _bar(sheet, x, y, cell)
            elif k in right:
                sheet.say(x + widths[k], y, cell, align="right")
            else:
                room = area.x + area.width - x if k == len(row) - 1 else widths[k] + 0.01
                lines = wrapped(cell, sheet, room, BODY)
                for j, line in enumerate(lines):
                    sheet.say(x, y - j * LINE, line, weight="bold" if k == bold else "normal")
                deepest = max(deepest, len(lines))
            x += widths[k] + GAP * bool(widths[k])
        y -= LINE * deepest + 0.03


def _bar(sheet: Sheet, x: float, y: float, bar: Bar) -> None:
    """A number from 0 within low … high, on a pale track of its colour."""
    colour, track = sheet.ink.colour(bar.name.of), bar.high - bar.low
    ends = [min(max(each, bar.low), bar.high) for each in (0.0, bar.value) if each == each]
    whole = bar.low, bar.high, mixed(sheet.ink.ground, colour, 0.14)
    for low, high, tint in (whole, (min(ends), max(ends), colour)):
        left = x + (low - bar.low) / track * BAR
        place, size = sheet.fraction(left, y), sheet.fraction((high - low) / track * BAR, THICK)
        body = Rectangle(place, *size, transform=sheet.figure.transFigure, color=tint, linewidth=0)
        sheet.figure.add_artist(body)


def _rows_height(sheet: Sheet, rows: Sequence[Row], width: float) -> float:
    *before, _ = _widths(sheet, rows)
    room = width - sum(each + GAP for each in before if each)
    last = [row[-1] for row in rows]
    lines = [
        1 if isinstance(cell, Bar) else len(wrapped(cell, sheet, max(room, 1.0), BODY))
        for cell in last
    ]
    return sum(LINE * n + 0.03 for n in lines) + 0.15


# ---------------------------------------------------------------------------- tables


def _table(picture: pictures.Table) -> list[Row]:
    heads = [pieces(head) for head in picture.heads]
    return [*([heads] if any(picture.heads) else []), *picture.rows]


@height.register
def _(picture: pictures.Table, sheet: Sheet, width: float) -> float:
    return _rows_height(sheet, _table(picture), width)


@draw.register
def _(picture: pictures.Table, sheet: Sheet, area: Area) -> Update:
    _columns(sheet, area, _table(picture), picture.right)
    return nothing


# ---------------------------------------------------------------------------- equations


def _arithmetic(picture: pictures.Arithmetic) -> list[Row]:
    return [_equation(line, k, picture.chosen) for k, line in enumerate(picture.lines)]


def _equation(line: pictures.Line, k: int, chosen: int) -> Row:
    """Name, symbols, result, title and numbers; where one is chosen, bars, and only its numbers."""
    barred = chosen >= 0 and line.low < line.high and not line.hidden
    return (
        (*_mark(k, chosen), line.name),
        (EQUALS, *line.symbols),
        (EQUALS, HIDDEN if line.hidden else Value(line.result, line.name.of), *_star(line.changed)),
        Bar(line.name, line.result, line.low, line.high) if barred else (),
        (Text(line.title),),
        (EQUALS, *line.numbers) if chosen in (-1, k) else (),
    )


def _star(changed: bool) -> Expression:
    return (Text("*"),) if changed else ()


def _mark(k: int, chosen: int) -> Expression:
    return () if chosen < 0 else (MARK if k == chosen else Text("   "),)


@height.register
def _(picture: pictures.Arithmetic, sheet: Sheet, width: float) -> float:
    return _rows_height(sheet, _arithmetic(picture), width)


@draw.register
def _(picture: pictures.Arithmetic, sheet: Sheet, area: Area) -> Update:
    _columns(sheet, area, _arithmetic(picture), bold=0)
    return nothing


# ---------------------------------------------------------------------------- gradients


def _sweep(picture: pictures.Sweep) -> list[Row]:
    found: list[Row] = [(pieces("value"), pieces("gradient"), pieces("share"), (), ())]
    for k, each in enumerate(picture.gradients):
        digits = each.digits
        gradient = HIDDEN if each.hidden else Value(each.gradient, "gradient", digits)
        head = (*_mark(k, picture.chosen), each.name, Text("  " + each.title))
        found.append(((Value(each.value),), (gradient, *_star(each.changed)), (), head, ()))
        if picture.chosen in (-1, k) and not each.hidden:
            there = [share for share in each.shares if not share.absent]
            found += [_share(share, digits, len(there) > 1) for share in there]
    return found


def _share(share: pictures.Share, digits: int, several: bool) -> Row:
    """What it adds, how much of the gradient that is, from where, and how it is made."""
    part = pieces(percentage(share.part)) if several else ()
    formula = (*share.symbols, *((Text("  = "), *share.numbers) if share.numbers else ()))
    return (), (Value(share.value, digits=digits),), part, (Text("    ← "), *share.source), formula


@height.register
def _(picture: pictures.Sweep, sheet: Sheet, width: float) -> float:
    return _rows_height(sheet, _sweep(picture), width)


@draw.register
def _(picture: pictures.Sweep, sheet: Sheet, area: Area) -> Update:
    _columns(sheet, area, _sweep(picture), (0, 1, 2))
    return nothing


@build.register(pictures.Table)
@build.register(pictures.Arithmetic)
@build.register(pictures.Sweep)
def _(picture: pictures.Picture) -> object:
    return picture  # nothing of it moves
