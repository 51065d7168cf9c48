"""What does a falling cost hide? The gradient's parts, the gates, and what is said of each day."""

from __future__ import annotations

from lstm_viz.learning.recipes.written import NOTHING, Compared, Finding
from lstm_viz.pictures.kinds import Picture, Table, Text, Words
from lstm_viz.validation.numbers import brief, grouped


def finding(found: Finding) -> list[Picture]:
    """Two tables and what follows from them."""
    seen = [found.first, found.last][found.first.update == found.last.update :]
    norms = Table(
        ("gradient norm", *(f"update {each.update:,}" for each in seen)),
        (
            _row(found.cell, *(brief(each.recurrent, 3) for each in seen)),
            _row("dense layer", *(brief(each.dense, 3) for each in seen)),
        ),
        tuple(range(1, len(seen) + 1)),
    )
    gates = Table(
        ("gate", "below 0.1", "between", "above 0.9"),
        tuple(
            _row(
                name,
                f"{100 * gate.shut:.1f} %",
                f"{100 * gate.between:.1f} %",
                f"{100 * gate.open:.1f} %",
            )
            for name, gate in found.gates.items()
        ),
        (1, 2, 3),
    )
    parts: list[Picture] = [norms, *[gates] * bool(found.gates)]
    return [*parts, *(Words((Text(each),)) for each in sentences(found))]


def _row(*cells: str) -> tuple[tuple[Text], ...]:
    return tuple((Text(cell),) for cell in cells)


def sentences(found: Finding) -> list[str]:
    """What is true of this run."""
    low, high = grouped(found.low), grouped(found.high)
    same = f"All {found.days:,} predictions are {low}, the closes lie"
    spread = f"The {found.days:,} predictions lie between {low} and {high}, the closes"
    said = [
        f"{same if low == high else spread} between {grouped(found.lowest)} and"
        f" {grouped(found.highest)}: each prediction is compared with every close, so that the mean"
        f" of all closes, {grouped(found.mean)}, is the best answer for each day, at a cost of"
        f" {grouped(found.floor)}.",
    ]
    if found.unmoved:
        less = f"less than {brief(NOTHING)} of the dense layer's"
        said.insert(0, f"The norm of the gradient by the weights of the {found.cell} is {less}.")
    if found.since:
        moved = f"The last hidden state has changed by {brief(found.moved, 2)} at most since update"
        alone = ": since then only the dense layer has learned" * found.still
        said.insert(0, f"{moved} {found.since:,}{alone}.")
    return said


def compared(seen: Compared) -> list[Picture]:
    """The errors on the last days, and who wins."""
    table = Table(
        ("", f"RMSE on the last {seen.rows} days", "trained on them"),
        (
            _row("as written", grouped(seen.written), "yes"),
            _row("mended", grouped(seen.mended), "no"),
            _row("persistence (tomorrow = today)", grouped(seen.persistence), "-"),
        ),
        (1,),
    )
    return [table, Words((Text(f"{seen.winner} wins."),))]
