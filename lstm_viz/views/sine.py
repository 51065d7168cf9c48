"""What does return_sequences return, and does depth help on damped sines?"""

from __future__ import annotations

from collections.abc import Sequence

from lstm_viz.learning.recipes.contest import Standing
from lstm_viz.learning.recipes.sine import Returned
from lstm_viz.pictures.kinds import Picture, Stack, Table, Text, Words
from lstm_viz.validation.numbers import fixed

UNITS = 4  # whose numbers are shown


def page(*parts: Picture) -> Stack:
    """Pictures below each other."""
    return Stack(parts)


def returned(seen: Returned) -> list[Picture]:
    """All steps of the first layer in shapes and numbers; without return_sequences the last row."""
    steps, units = seen.values.shape
    shown = min(UNITS, units)
    heads = ("step", *(f"unit {k + 1}" for k in range(shown)), *["…"] * (units > shown))
    places = sorted({0, 1, steps - 2, steps - 1} & set(range(steps)))
    rows = []
    for k, place in enumerate(places):
        if k and place > places[k - 1] + 1:
            rows.append(tuple((Text("⋮"),) for _ in heads))
        numbers = map(fixed, seen.values[place, :shown])
        cells = [str(place + 1), *numbers, *["…"] * (units > shown)]
        rows.append(tuple((Text(cell),) for cell in cells))
    here = (
        "all of them go on to the next layer" if seen.sequences else "here the last alone goes on"
    )
    text = (
        f"return_sequences, in numbers: {seen.layer} has an output at each of {steps} steps;"
        f" {here}. return_sequences=True: (None, {steps}, {units}), all rows; False:"
        f" (None, {units}), the row of step {steps}."
    )
    return [Words((Text(text),)), Table(heads, tuple(rows), tuple(range(len(heads))))]


def table(found: Sequence[Standing]) -> Table:
    """Mean absolute errors: the median over the seeds, their range, and each of them."""
    heads = ("", "seeds", "MAE (median)", "lowest to highest", "seed by seed")
    rows = []
    for row in found:
        if not row.mae:
            rows.append((row.name, "0", "-", "-", "-"))
            continue
        span = " to ".join(map(fixed, row.span_mae))
        each = " ".join(map(fixed, row.mae))
        rows.append((row.name, str(len(row.mae)), fixed(row.middle_mae), span, each))
    return Table(heads, tuple(tuple((Text(c),) for c in row) for row in rows), (1, 2, 3))
