"""For how long a flow's gate kept the memory, in half-lives of its units."""

from __future__ import annotations

import math

from lstm_viz import measures
from lstm_viz.experiments.gradient_flow import GradientFlow
from lstm_viz.pictures.kinds import Expression, Text
from lstm_viz.pictures.language import Language
from lstm_viz.pictures.numerals import duration
from lstm_viz.views.expressions import kind


def keeps(flow: GradientFlow, say: Language) -> Expression:
    """What the gate did meanwhile, in half-lives: of the median unit, and of the longest one."""
    if flow.kept is None or flow.is_cut:
        return say.phrase(".")
    symbol, kept = flow.kept
    holds = measures.holding(kept)
    if math.isnan(holds.middle + holds.longest) or (flow.trace.held and not holds.longest):
        return say.phrase(".")
    start = say.phrase("; " if len(flow.profiles) == 1 else "; in the first run: ")
    if holds.whole:
        return say.phrase("{start}all of the memory is kept at each step.", start=start)
    if math.isinf(holds.shortest):
        return say.phrase("{start}in no unit does the memory decay.", start=start)
    return say.phrase(
        "{start}half-life of the memory ({gate}): {lives}.",
        start=start,
        gate=Text(symbol, kind(flow.cell, symbol) or "forget gate"),
        lives=_lives(holds, kept.shape[-1], say),
    )


def _lives(holds: measures.Holding, units: int, say: Language) -> Expression:
    """The half-lives of the units: of the median one, and of the one that is furthest from it."""
    middle = _gone(holds.middle, say)
    if units == 1:
        return middle
    if _is_short(holds.longest):
        return say.phrase("less than one step in every unit")
    if math.isinf(holds.middle):
        words = "{middle} in the median unit, {other} in the fastest unit"
        return say.phrase(words, middle=middle, other=_gone(holds.shortest, say))
    longest = _gone(holds.longest, say)
    if longest == middle:
        return say.phrase("{middle} in the median unit and in the slowest", middle=middle)
    words = "{middle} in the median unit, {other} in the slowest unit"
    return say.phrase(words, middle=middle, other=longest)


def _is_short(steps: float) -> bool:
    return steps < 1 - 1e-9  # not where only rounding says so


def _gone(steps: float, say: Language) -> Expression:
    """When half of it is gone."""
    if math.isinf(steps):
        return say.phrase("infinite")
    if _is_short(steps):
        return say.phrase("less than one step")
    written = duration(steps)
    return (
        say.phrase("{steps} steps", steps=written)
        if written != "1"
        else (Text(say.count(1, "step")),)
    )
