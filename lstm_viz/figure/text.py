"""Text in figures: sentences, heads, equations with their numbers, tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lstm_viz.figure.sheet import (
    Area,
    Sheet,
    Update,
    build,
    draw,
    height,
    pieces,
    widest,
)
from lstm_viz.figure.style import BODY, HEAD, NAME, SMALL
from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.kinds import Expression, Text, Value

LINE = 0.27  # inches from line to line
GAP = 0.28  # between columns


def nothing(picture: Any) -> None:
    """The update of what never moves."""


# ---------------------------------------------------------------------------- sentences


def wrapped(expression: Expression, sheet: Sheet, width: float, size: float) -> list[Expression]:
    """The expression in lines no wider than that, broken at spaces."""
    found: list[list[Text | Value]] = [[]]
    used = 0.0
    for piece in _split(expression):
        if isinstance(piece, Text) and piece.text == "\n":
            found.append([])
            used = 0.0
            continue
        room = sheet.length((piece,), size)
        if used + room > width and found[-1] and _starts_word(piece, found[-1][-1]):
            found.append([])
            used = 0.0
            piece = Text(piece.text.lstrip(" "), piece.of) if isinstance(piece, Text) else piece
        found[-1].append(piece)
        used += room
    return [tuple(line) for line in found]


def _split(expression: Expression) -> Iterable[Text | Value]:
    """Words with the space before them, numbers and names."""
    for piece in expression:
        if isinstance(piece, Value) or piece.of:
            yield piece
            continue
        for k, line in enumerate(piece.text.split("\n")):
            if k:
                yield Text("\n")
            for j, word in enumerate(line.split(" ")):
                if j or word:
                    yield Text(f" {word}" if j else word)


def _starts_word(piece: Text | Value, before: Text | Value) -> bool:
    if isinstance(piece, Text) and piece.text.startswith(" "):
        return True
    return isinstance(before, Text) and before.text.endswith(" ")


@height.register
def _(picture: pictures.Words, sheet: Sheet, width: float) -> float:
    return LINE * len(wrapped(picture.text, sheet, width, BODY)) + 0.12 if picture.text else 0.12


@draw.register
def _(picture: pictures.Words, sheet: Sheet, area: Area) -> Update:
    ink = sheet.ink
    colour = {"plain": ink.text, "quiet": ink.quiet, "warning": ink.text}[picture.tone]
    weight = "bold" if picture.tone == "warning" else "normal"
    found = wrapped(picture.text, sheet, area.width, BODY)
    room = max(1, round((area.height - 0.12) / LINE))
    updates = [
        sheet.line(area.x, area.top - 0.22 - k * LINE, line, BODY, weight, colour)
        for k, line in enumerate([*found, *[()] * (room - len(found))])
    ]

    def update(other: pictures.Words) -> None:
        lines = wrapped(other.text, sheet, area.width, BODY)
        for k, put in enumerate(updates):
            put(lines[k] if k < len(lines) else ())

    return update


@build.register
def _(picture: pictures.Words) -> object:
    return pictures.Words, picture.tone


# ---------------------------------------------------------------------------- heads


@height.register
def _(picture: pictures.Title, sheet: Sheet, width: float) -> float:
    return 0.55 + LINE * len(picture.facts)


@draw.register
def _(picture: pictures.Title, sheet: Sheet, area: Area) -> Update:
    y = area.top - 0.34
    sheet.say(area.x, y, pieces(picture.name), NAME, "bold")
    beside = area.x + sheet.width(picture.name, NAME, "bold") + 0.22
    sheet.say(beside, y, pieces(picture.what), BODY, colour=sheet.ink.quiet)
    room = widest(sheet.width(label, SMALL) for label, _ in picture.facts) + 0.15
    for k, (label, expression) in enumerate(picture.facts):
        down = y - 0.34 - k * LINE
        sheet.say(area.x, down, pieces(label), SMALL, colour=sheet.ink.quiet)
        first = wrapped(expression, sheet, area.width - room, SMALL)[0]
        sheet.say(area.x + room, down, first, SMALL)
    return nothing


@build.register
def _(picture: pictures.Title) -> object:
    return picture


@height.register
def _(picture: pictures.Rule, sheet: Sheet, width: float) -> float:
    return 0.5


@draw.register
def _(picture: pictures.Rule, sheet: Sheet, area: Area) -> Update:
    def whole(each: pictures.Rule) -> Expression:
        return (*each.beside,)

    y = area.top - 0.32
    head = sheet.line(area.x, y, pieces(picture.text), HEAD, "bold")
    widest_head = sheet.width(picture.text, HEAD, "bold")
    beside = sheet.line(area.x + widest_head + 0.3, y, whole(picture), BODY)

    def update(other: pictures.Rule) -> None:
        head(pieces(other.text))
        beside(whole(other))

    return update


@build.register
def _(picture: pictures.Rule) -> object:
    return pictures.Rule, len(picture.text)


# ---------------------------------------------------------------------------- columns

Row = Sequence[Expression]


def _columns(
    sheet: Sheet, area: Area, rows: Sequence[Row], right: Sequence[int] = (), bold: int = -1
) -> None:
    """Rows of expressions in columns; the last takes the room that is left."""
    widths = [widest(sheet.length(row[k]) for row in rows) for k in range(len(rows[0]))]
    y = area.top - 0.22
    for row in rows:
        x = area.x
        deepest = 1
        for k, cell in enumerate(row):
            last = k == len(row) - 1
            if k in right:
                sheet.say(x + widths[k], y, cell, align="right")
            else:
                room = area.x + area.width - x if last else widths[k] + 0.01
                lines = wrapped(cell, sheet, room, BODY)
                for j, line in enumerate(lines):
                    sheet.say(x, y - j * LINE, line, weight="bold" if k == bold else "normal")
                deepest = max(deepest, len(lines))
            x += widths[k] + GAP
        y -= LINE * deepest + 0.03


def _rows_height(sheet: Sheet, rows: Sequence[Row], width: float) -> float:
    widths = [widest(sheet.length(row[k]) for row in rows) for k in range(len(rows[0]))]
    before = sum(widths[:-1]) + GAP * (len(widths) - 1)
    lines = [len(wrapped(row[-1], sheet, max(width - before, 1.0), BODY)) for row in rows]
    return sum(LINE * n + 0.03 for n in lines) + 0.15


def _table(picture: pictures.Table) -> list[Row]:
    heads = [tuple(Text(head) for head in [each]) for each in picture.heads]
    return [*([heads] if any(picture.heads) else []), *picture.rows]


_EQUALS = Text("= ")


def _arithmetic(picture: pictures.Arithmetic) -> list[Row]:
    return [
        (
            (line.name,),
            (_EQUALS, *line.symbols),
            (_EQUALS, Value(line.result, line.name.of)),
            (Text(line.title),),
            (_EQUALS, *line.numbers),
        )
        for line in picture.lines
    ]


def _sweep(picture: pictures.Sweep) -> list[Row]:
    found: list[Row] = [(pieces("value"), pieces("gradient"), (), ())]
    for each in picture.gradients:
        head = (each.name, Text("  " + each.title))
        found.append(((Value(each.value),), (Value(each.gradient, "gradient"),), head, ()))
        for share in each.shares:
            source = (Text("    ← "), *share.source)
            formula = (*share.symbols, *((Text("  = "), *share.numbers) if share.numbers else ()))
            found.append(((), (Value(share.value),), source, formula))
    return found


@height.register
def _(picture: pictures.Table, sheet: Sheet, width: float) -> float:
    return _rows_height(sheet, _table(picture), width)


@draw.register
def _(picture: pictures.Table, sheet: Sheet, area: Area) -> Update:
    _columns(sheet, area, _table(picture), picture.right)
    return nothing


@height.register
def _(picture: pictures.Arithmetic, sheet: Sheet, width: float) -> float:
    return _rows_height(sheet, _arithmetic(picture), width)


@draw.register
def _(picture: pictures.Arithmetic, sheet: Sheet, area: Area) -> Update:
    _columns(sheet, area, _arithmetic(picture), bold=0)
    return nothing


@height.register
def _(picture: pictures.Sweep, sheet: Sheet, width: float) -> float:
    return _rows_height(sheet, _sweep(picture), width)


@draw.register
def _(picture: pictures.Sweep, sheet: Sheet, area: Area) -> Update:
    _columns(sheet, area, _sweep(picture), (0, 1))
    return nothing


for _kind in (pictures.Table, pictures.Arithmetic, pictures.Sweep):
    build.register(_kind, lambda picture: picture)
