"""What do a tutorial's data look like, what is predicted of them, and who predicts them best?"""

from __future__ import annotations

import numpy as np

from lstm_viz.learning.recipes.contest import Standing
from lstm_viz.learning.recipes.lines import PERSISTENCE, Lines
from lstm_viz.pictures.kinds import Curve, Curves, Stack, Stroke, Table, Text
from lstm_viz.validation.numbers import grouped, lasted

STROKES: tuple[Stroke, ...] = ("solid", "dash-dot", "dotted", "dashed")  # of what is predicted


def page(*parts: Lines) -> Stack:
    """Pictures of one recipe below each other."""
    return Stack(tuple(lines(each) for each in parts))


def lines(seen: Lines) -> Curves:
    """The series and, each in a stroke of its own, what is said of it."""
    strokes, curves = iter(STROKES * len(seen.values)), []
    for k, (name, values) in enumerate(seen.values.items()):
        if name == PERSISTENCE:
            curves.append(Curve(Text(name), values, dashed=True, of="input"))
        elif not k:
            curves.append(Curve(Text(name), values))
        else:
            curves.append(Curve(Text(name), values, of="output", stroke=next(strokes)))
    x = np.arange(len(next(iter(seen.values.values()))), dtype=float)
    return Curves(
        (Text(seen.what),),
        x,
        tuple(curves),
        seen.axis,
        now=seen.mark,
        border=seen.mark is not None,
        names=seen.stamps,
    )


def standings(rows: list[Standing]) -> Table:
    """Errors on the test part: the median over the seeds and their range."""
    diverged = any(row.diverged for row in rows)
    also = ("diverged",) * diverged
    heads = ("", "seeds", *also, "RMSE (median)", "lowest to highest", "MAE (median)", "seconds")
    table = tuple(tuple((Text(cell),) for cell in _row(row, diverged)) for row in rows)
    return Table(heads, table, tuple(range(1, len(heads))))


def _row(row: Standing, diverged: bool) -> tuple[str, ...]:
    also = (str(row.diverged) if row.diverged else "-",) * diverged
    if not row.rmse:
        return (row.name, "0", *also, "-", "-", "-", "-")
    if row.name == PERSISTENCE:
        return (row.name, "-", *also, grouped(row.rmse[0]), "-", grouped(row.mae[0]), "-")
    return (
        row.name,
        str(len(row.rmse)),
        *also,
        grouped(row.middle),
        " to ".join(map(grouped, row.span)) if len(row.rmse) > 1 else "-",
        grouped(row.middle_mae),
        lasted(row.seconds),
    )
