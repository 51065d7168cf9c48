"""Numbers as bars below each other."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.theme import colour_of
from lstm_viz.terminal.paper import Paper, lines
from lstm_viz.terminal.rows import Row
from lstm_viz.terminal.text import aligned, hanging, room_for

EIGHTHS = " ▏▎▍▌▋▊▉█"
WIDEST_BAR = 80
HIDDEN = Row("?", "bold reverse")


@lines.register
def _(picture: pictures.Bars, paper: Paper) -> Iterator[Row]:
    if picture.title:
        yield from hanging(Row(), paper.row(picture.title, "bold"), 0, paper.width)
    if not picture.bars:
        return
    names = [paper.row((each.name,), "bold") for each in picture.bars]
    known = [HIDDEN if b.hidden else paper.number(b.value) for b in picture.bars]
    values = aligned([*known, *map(paper.number, room_for(picture.room))])[: len(known)]
    notes = [paper.row(each.note) for each in picture.bars]
    name, value = max(each.width for each in names), values[0].width
    if name + 2 + value > paper.width:
        values = _narrow(picture, paper, paper.width - name - 2)
    note = max([each.width for each in notes] + [paper.wide(each) for each in picture.notes])
    room = paper.width - name - value - 4
    width = min(room - (note + 2 if 0 < note <= room - 11 else 0), WIDEST_BAR)
    draw = by_size if picture.logarithmic else bar
    for each, label, number, beside in zip(picture.bars, names, values, notes, strict=True):
        row = label.padded(name) + Row("  ") + number
        if width >= 7:
            bare, own = each.hidden or each.low == each.high, (each.low, each.high)
            drawn = Row() if bare else draw(each.value, *own, width, paper, each.name.of)
            row += Row("  ") + drawn.padded(width)
        fits = row.width + 2 + beside.width <= paper.width
        yield row + Row("  ") + beside if fits and beside.runs else row


def _narrow(picture: pictures.Bars, paper: Paper, room: int) -> list[Row]:
    """The numbers as they fit: not below each other, and with as many digits as there is room."""
    for digits in range(paper.digits, 0, -1):
        sparing = replace(paper, digits=digits)
        found = [HIDDEN if b.hidden else sparing.number(b.value) for b in picture.bars]
        if max(each.width for each in found) <= room:
            break
    return found


def bar(value: float, low: float, high: float, width: int, paper: Paper, of: str = "") -> Row:
    """A number as a bar from 0 within low … high, in so many columns; beyond them, an arrow.

    What cannot be below 0 is a meter: its other end is drawn too.
    """
    colour = colour_of(of)
    fine = paper.carries("▉▐│·")
    axis, track = ("│", "·") if fine else ("|", " ")
    if not math.isfinite(value):
        return Row(axis.ljust(width), "dim")
    end = Row(axis, "dim") if low >= 0 else Row()
    width -= end.width
    low, high = min(low, 0.0), max(high, 0.0)
    left = round((width - 1) * (-low / 2 / (high / 2 - low / 2)))  # halves: no range overflows
    right = width - 1 - left
    room, end_of = (right, high) if value >= 0 else (left, low)
    size = value / end_of if end_of else 0
    filled = _filled(min(size, 1.0) * room, fine, value < 0)
    if size > 1 + 1e-9 and room:
        filled = filled[:-1] + (">" if value > 0 else "<") if value > 0 else "<" + filled[1:]
    before, after = (filled, "") if value < 0 else ("", filled)
    free = track * (left - len(before)), track * (right - len(after))
    runs = (free[0], "dim"), (before, colour), (axis, "dim"), (after, colour), (free[1], "dim")
    return Row.of((*runs, *end.runs))


def by_size(value: float, low: float, high: float, width: int, paper: Paper, of: str = "") -> Row:
    """A number's sign, and a bar as long as the logarithm of its size between low and high."""
    fine = paper.carries("▉▐│·")
    track = "·" if fine else " "
    if not math.isfinite(value) or not value or not 0 < low < high:
        return Row(track * width, "dim")
    part = math.log(abs(value) / low) / math.log(high / low)
    filled = _filled(min(max(part, 0.0), 1.0) * (width - 1), fine, False)
    sign = "+" if value > 0 else "-"
    return Row.of(
        ((sign, "bold"), (filled, colour_of(of)), (track * (width - 1 - len(filled)), "dim"))
    )


def _filled(length: float, fine: bool, below: bool) -> str:
    """So many columns of ink, in eighths to the right, in halves to the left."""
    if not fine:
        return "#" * round(length)
    if below:
        halves = round(2 * length)
        return "▐" * (halves % 2) + "█" * (halves // 2)
    eighths = round(8 * length)
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()
