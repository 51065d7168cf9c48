"""Text in figures: sentences, wrapped, and heads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

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
from lstm_viz.pictures import breaks
from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.kinds import Expression, Text, Value

LINE = 0.27  # inches from line to line
NEW_LINE = Text("\n")


class Type(NamedTuple):
    """The size of type in points, its weight, and inches from line to line."""

    size: float = BODY
    weight: str = "normal"
    line: float = LINE


# By the tone of the words.
TYPE = {
    "plain": Type(),
    "quiet": Type(10.4, line=0.2),
    "strong": Type(weight="bold"),
    "warning": Type(weight="bold"),
    "headline": Type(HEAD + 1, "bold", 0.32),
}


def nothing(picture: Any) -> None:
    """The update of what never moves."""


# ---------------------------------------------------------------------------- sentences


def wrapped(
    expression: Expression, sheet: Sheet, width: float, size: float, weight: str = "normal"
) -> list[Expression]:
    """The expression in lines no wider than that: at spaces, between Chinese characters."""
    found: list[list[Text | Value]] = [[]]
    used = 0.0
    for word in _words(expression):
        if word == [NEW_LINE]:
            found.append([])
            used = 0.0
            continue
        room = sheet.length(tuple(word), size, weight)
        if used + room > width and found[-1]:
            found.append([])
            used = 0.0
            first = word[0]
            word[:1] = [
                Text(first.text.lstrip(" "), first.of) if isinstance(first, Text) else first
            ]
        found[-1] += word
        used += room
    return [tuple(line) for line in found]


def _words(expression: Expression) -> Iterable[list[Text | Value]]:
    """Pieces that stand on one line: a number with the brackets around it."""
    word: list[Text | Value] = []
    for piece in _split(expression):
        if word and (NEW_LINE in (piece, word[-1]) or _starts_word(piece, word[-1])):
            yield word
            word = []
        word.append(piece)
    if word:
        yield word


def _split(expression: Expression) -> Iterable[Text | Value]:
    """Words with the space before them, numbers and names."""
    for piece in expression:
        if isinstance(piece, Value) or piece.of:
            yield piece
            continue
        for k, line in enumerate(piece.text.split("\n")):
            if k:
                yield NEW_LINE
            for j, word in enumerate(line.split(" ")):
                first, *others = breaks.parts(word) or [""]
                if j or word:
                    yield Text(f" {first}" if j else first)
                yield from map(Text, others)


def _starts_word(piece: Text | Value, before: Text | Value) -> bool:
    if isinstance(piece, Text) and piece.text.startswith(" "):
        return True
    if not (isinstance(before, Text) and before.text):
        return False
    after = piece.text[:1] if isinstance(piece, Text) else "0"
    return before.text.endswith(" ") or breaks.may_break(before.text[-1], after or " ")


@height.register
def _(picture: pictures.Words, sheet: Sheet, width: float) -> float:
    style = TYPE[picture.tone]
    both = (picture.text, picture.room)
    most = max(len(wrapped(each, sheet, width, style.size, style.weight)) for each in both)
    return style.line * most + 0.12 if picture.text or picture.room else 0.12


@draw.register
def _(picture: pictures.Words, sheet: Sheet, area: Area) -> Update:
    colour = sheet.ink.quiet if picture.tone == "quiet" else sheet.ink.text
    size, weight, high = TYPE[picture.tone]
    found = wrapped(picture.text, sheet, area.width, size, weight)
    room = max(1, round((area.height - 0.12) / high))
    updates = [
        sheet.line(area.x, area.top - 0.22 - k * high, line, size, weight, colour)
        for k, line in enumerate([*found, *[()] * (room - len(found))])
    ]

    def update(other: pictures.Words) -> None:
        lines = wrapped(other.text, sheet, area.width, size, weight)
        for k, put in enumerate(updates):
            put(lines[k] if k < len(lines) else ())

    return update


@build.register
def _(picture: pictures.Words) -> object:
    return pictures.Words, picture.tone


# ---------------------------------------------------------------------------- heads


@height.register
def _(picture: pictures.Title, sheet: Sheet, width: float) -> float:
    return 0.28 + LINE * sum(map(len, _title_lines(picture, sheet, width)))


@draw.register
def _(picture: pictures.Title, sheet: Sheet, area: Area) -> Update:
    y = area.top - 0.34
    sheet.say(area.x, y, pieces(picture.name), NAME, "bold")
    beside = area.x + sheet.width(picture.name, NAME, "bold") + 0.22
    room = area.x + _label_room(picture, sheet)
    what, *facts = _title_lines(picture, sheet, area.width)
    for k, line in enumerate(what):
        sheet.say(beside, y - k * LINE, line, BODY, colour=sheet.ink.quiet)
    y -= 0.34 + (len(what) - 1) * LINE
    for (label, _), lines in zip(picture.facts, facts, strict=True):
        sheet.say(area.x, y, pieces(label), SMALL, colour=sheet.ink.quiet)
        for line in lines:
            sheet.say(room, y, line, SMALL)
            y -= LINE
    return nothing


def _title_lines(picture: pictures.Title, sheet: Sheet, width: float) -> list[list[Expression]]:
    """What is said beside the name, and each fact, in lines."""
    beside = width - sheet.width(picture.name, NAME, "bold") - 0.22
    room = width - _label_room(picture, sheet)
    facts = [wrapped(expression, sheet, room, SMALL) for _, expression in picture.facts]
    return [wrapped(pieces(picture.what), sheet, beside, BODY), *facts]


def _label_room(picture: pictures.Title, sheet: Sheet) -> float:
    return widest(sheet.width(label, SMALL) for label, _ in picture.facts) + 0.15


@build.register
def _(picture: pictures.Title) -> object:
    return picture


@height.register
def _(picture: pictures.Rule, sheet: Sheet, width: float) -> float:
    return 0.5


@draw.register
def _(picture: pictures.Rule, sheet: Sheet, area: Area) -> Update:
    y = area.top - 0.32
    head = sheet.line(area.x, y, pieces(picture.text), HEAD, "bold")
    widest_head = sheet.width(picture.text, HEAD, "bold")
    beside = sheet.line(area.x + widest_head + 0.3, y, picture.beside, BODY)

    def update(other: pictures.Rule) -> None:
        head(pieces(other.text))
        beside(other.beside)

    return update


@build.register
def _(picture: pictures.Rule) -> object:
    return pictures.Rule, len(picture.text)
