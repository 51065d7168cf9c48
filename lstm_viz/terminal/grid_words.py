"""What is written around the cells of a grid: names above and beside them, the ends of a scale."""

from __future__ import annotations

import math
from bisect import bisect_left
from functools import lru_cache

from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.numerals import numeral
from lstm_viz.terminal.axes import STRIDES, tick_text
from lstm_viz.terminal.paper import Paper
from lstm_viz.terminal.rows import Row, clipped

NAME = 5  # columns for a column's name, at least


@lru_cache(64)
def header(
    names: tuple[str, ...],
    chosen: int,
    title: str,
    label: int,
    ends: tuple[int, ...],
    right: bool,
    width: int,
) -> Row:
    """The names above the cells between these `ends`, where they have room: that of the `chosen`
    place always has, then the first and the last."""
    names = _rounded(names, chosen, ends)
    cells, room = [" "] * ends[-1], max(width - label, 1)
    row = Row(title, "dim").padded(label)
    there, bold = [], (0, 0)
    here = ends[chosen] if 0 <= chosen < len(names) else None
    if here is not None:
        text = f"[{names[chosen]}]"
        start = max(min(ends[chosen + 1] - len(text) if right else here, room - len(text)), 0)
        cells += [" "] * (start + len(text) - len(cells))
        cells[start : start + len(text)], bold = text, (start, start + len(text))
        there.append(here)
    for k, name in sorted(enumerate(names), key=lambda each: each[0] % max(len(names) - 1, 1)):
        start = ends[k + 1] - len(name) if right else min(ends[k], ends[-1] - len(name))
        inner = 0 < k < len(names) - 1
        near = inner and any(abs(ends[k] - other) < NAME for other in there)
        space = cells[max(start - 1, 0) : start + len(name) + 1]
        if not name or near or start < 0 or start + len(name) > ends[-1] or set(space) != {" "}:
            continue
        cells[start : start + len(name)] = name
        there.append(ends[k])
    line = "".join(cells)
    parts = line[: bold[0]], line[slice(*bold)], line[bold[1] :]
    for part, style in zip(parts, ("dim", "bold", "dim"), strict=True):
        row += Row(part, style)
    return clipped(row, width).stripped()


def _rounded(names: tuple[str, ...], chosen: int, ends: tuple[int, ...]) -> tuple[str, ...]:
    """Of numbers of steps that have no room beside each other only the ends and the round ones.

    Where there are more steps than columns each stands over the column nearest to it.
    """
    if not all(map(str.isdecimal, names)) or len(names) < 2:
        return names
    numbers, wide = list(map(int, names)), max(NAME, len(names[-1]) + 2)
    span = numbers[-1] - numbers[0] + 1
    if wide * len(names) <= ends[-1] or span < len(names):
        return names
    every = next((n for n in STRIDES if n * ends[-1] >= wide * span), span)
    kept = {0: names[0], len(names) - 1: names[-1]}
    for number in range(every * (numbers[0] // every + 1), numbers[-1] + 1, every):
        k = min(bisect_left(numbers, number), len(numbers) - 1)
        k -= k > 0 and number - numbers[k - 1] < numbers[k] - number
        kept.setdefault(k, str(number))
    kept[chosen] = names[chosen]
    return tuple(kept.get(k, "") for k in range(len(names)))


@lru_cache(256)
def labelled(name: pictures.Text, marked: int, width: int, encoding: str) -> Row:
    """A row's name; marked 2 with an arrow, 1 with room for one."""
    paper = Paper(encoding=encoding)
    mark = Row(paper.spell("▸ "), "bold") if marked == 2 else Row("  " * marked)
    return (mark + paper.row((name,), "bold")).padded(width)


def scale_end(value: float, picture: pictures.Grid, paper: Paper) -> str:
    """An end of the scale, a power of ten as such."""
    power = round(math.log10(value)) if value > 0 else 0
    if picture.logarithmic and math.isclose(value, 10.0**power, rel_tol=1e-9):
        return tick_text(value, True, paper)
    return numeral(value, paper.digits)
