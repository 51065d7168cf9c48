"""How open do the gates stand, and are they stuck?"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TypeVar

import numpy as np

from lstm_viz import measures
from lstm_viz.experiments.gradient_flow import GradientFlow
from lstm_viz.measures import GateStatistics
from lstm_viz.pictures.kinds import Expression, Grid, Rule, Stack, Table, Text, Value, Words
from lstm_viz.pictures.language import Language
from lstm_viz.pictures.numerals import duration
from lstm_viz.views.expressions import named, title
from lstm_viz.views.gradients.look import Look

T = TypeVar("T")

NAME = "gates"
KEY = "g"
OPTION_HELP = "Gate values: mean, saturation (< 0.1, > 0.9), half-life."


def picture(flow: GradientFlow, look: Look) -> Stack:
    """A row a gate, and how often each of its values occurs."""
    say, found = look.say, measures.gate_statistics(flow.trace)
    if not found:
        return Stack((Words(say.phrase("{name} has no gates.", name=flow.name)),))
    words = ["gate", "mean", "< 0.1", "> 0.9", "half-life in steps", ""]
    table = [_row(flow, each, say) for each in found.values()]
    if all(each.half_lives is None for each in found.values()):  # no gate keeps a memory alone
        words, table = _without(words, 4), [_without(row, 4) for row in table]
    heads, rows = tuple(map(say.known, words)), tuple(map(tuple, table))
    rule = Rule(say("the gates of {name}").format(name=flow.name))
    parts = rule, Table(heads, rows, (1, 2, 3)), Words(()), _histogram(flow, found, say)
    return Stack((*parts, *_above_one(found, say)))


def table(flow: GradientFlow, unit: int) -> dict[str, np.ndarray]:
    """How each gate stands, by unit."""
    arrays: dict[str, np.ndarray] = {}
    for name, each in measures.gate_statistics(flow.trace).items():
        arrays |= {f"{name} {k}": getattr(each, k) for k in ("left", "right", "mean", "counts")}
        if each.half_life is not None:
            arrays[f"{name} half-life"] = each.half_life
    return arrays


def _without(row: list[T], column: int) -> list[T]:
    return row[:column] + row[column + 1 :]


def _row(flow: GradientFlow, gate: GateStatistics, say: Language) -> list[Expression]:
    stands = gate.overall
    return [
        (named(flow.cell, gate.name),),
        (Value(stands.mean),),
        (Text(f"{100 * stands.shut:.0f} %"),),
        (Text(f"{100 * stands.open:.0f} %"),),
        _half_life(gate, say),
        (Text(title(flow.cell, gate.name, say)),),
    ]


def _above_one(gates: dict[str, GateStatistics], say: Language) -> Iterator[Words]:
    words = "{gates} also takes values above 1: the last column counts them."
    for name, each in gates.items():
        if each.above_one:
            yield Words(say.phrase(words, gates=name))


def _half_life(gate: GateStatistics, say: Language) -> Expression:
    if gate.half_lives is None:
        return ()
    low, middle, high = map(_steps, gate.half_lives)
    if low == high:
        return (Text(middle),)
    return say.phrase("{middle} ({low} to {high} by unit)", middle=middle, low=low, high=high)


def _steps(steps: float) -> str:
    return "∞" if math.isinf(steps) else "< 1" if steps < 1 - 1e-9 else duration(steps)


def _histogram(flow: GradientFlow, gates: dict[str, GateStatistics], say: Language) -> Grid:
    often = np.array([each.often for each in gates.values()])
    edges = next(iter(gates.values())).edges
    columns = tuple(f"{edge:.1f}" if k % 2 == 0 else "" for k, edge in enumerate(edges))
    head = say.phrase("How often each value from 0 to 1 occurs, over all units and steps")
    names = tuple(named(flow.cell, name) for name in gates)
    high, there = float(often.max()), np.where(often > 0, often, np.nan)  # no column for none
    return Grid(head, there, names, columns, say("value"), 0.0, high, shown="heights")
