"""What happens to a small change of the states over more and more steps?"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from lstm_viz import measures
from lstm_viz.experiments.gradient_flow import GradientFlow
from lstm_viz.measures import Bound, Rate, Spectrum
from lstm_viz.pictures.kinds import Curve, Curves, Expression, Stack, Table, Text, Value, Words
from lstm_viz.pictures.language import Language
from lstm_viz.pictures.numerals import duration, from_logarithm
from lstm_viz.pictures.scales import sampled
from lstm_viz.views.gradients.look import Look

NAME = "spectrum"
KEY = "s"
OPTION_HELP = "Growth of a small perturbation over k steps (singular values)."
TOLD = (1, 5, 10, 50, 100, 500, 1000)  # lags that have a row in the table


def picture(flow: GradientFlow, look: Look) -> Stack:
    """The largest and the middle singular value over k steps, and the bound where one holds."""
    say, steps = look.say, len(flow.trace)
    drawn = {k + 1 for k in sampled(steps, look.width)}
    lags = sorted(drawn | {k for k in TOLD if k <= steps})
    found, bound = measures.spectrum(flow.trace, lags), measures.bound(flow.trace)
    curves = [
        Curve(Text(say("largest")), measures.held(found.largest)),
        Curve(Text(say("middle")), measures.held(found.middle), stroke="dash-dot"),
    ]
    if bound is not None:
        line = measures.held(bound.over(found.lags))
        curves.append(Curve(Text(say("bound")), line, dashed=True))
    words = "{name}: growth of a small perturbation of the states over k steps"
    head = say.phrase(words, name=flow.name)
    plot = Curves(head, found.lags, tuple(curves), say("k steps"), "", True)
    said = (*_bound_words(bound, say), _rate_words(measures.rate(flow.trace), say))
    return Stack((plot, _rows(found, bound, say), *map(Words, said)))


def table(flow: GradientFlow, unit: int) -> dict[str, np.ndarray]:
    """ln σ over all lags, the effective rank, the Lyapunov exponents, the bound where one holds."""
    found, bound = measures.spectrum(flow.trace), measures.bound(flow.trace)
    exponents = measures.lyapunov(flow.trace)
    arrays = {"log": found.logs, "lags": found.lags, "rank": found.rank, "lyapunov": exponents}
    return arrays | ({} if bound is None else {"log_bound": bound.over(found.lags)})


def _rows(found: Spectrum, bound: Bound | None, say: Language) -> Table:
    at = [k for k, lag in enumerate(found.lags) if lag in TOLD]
    columns = [found.largest] if bound is None else [found.largest, bound.over(found.lags)]
    rows = []
    for k in at:
        numbers = [_number(float(column[k]), say) for column in columns]
        rank = found.rank[k]
        told = Text(f"{rank:.1f}" if math.isfinite(rank) else say("not finite"))
        rows.append(((Text(str(found.lags[k])),), *numbers, (told,)))
    heads = ("k", say("largest"), say("bound"), say("effective rank"))
    shown = heads if bound is not None else (*heads[:2], heads[3])
    return Table(shown, tuple(rows), tuple(range(len(shown) - 1)))


def _number(logarithm: float, say: Language) -> Expression:
    """The number of a logarithm, also where floats cannot hold it."""
    if math.isnan(logarithm) or logarithm == math.inf:
        return (Text(say("not finite")),)
    if abs(logarithm) < measures.HELD or logarithm == -math.inf:
        return (Value(float(measures.grown(np.array(logarithm)))),)
    return (Text(from_logarithm(logarithm)),)


def _bound_words(bound: Bound | None, say: Language) -> Iterator[Expression]:
    if bound is not None:
        if bound.at_one:
            so = say("so gradients cannot explode")
        elif bound.rate < 1:
            so = say("so gradients must vanish")
        else:
            so = say("which lets gradients vanish as well as explode")
        yield say.phrase(
            "The bound is (γ σ₁)ᵏ with γ = {gamma} and σ₁ of {matrix} = {sigma}, {so}"
            " (Pascanu et al. 2013).",
            gamma=f"{bound.gamma:g}",
            matrix=bound.matrix,
            sigma=Value(bound.sigma),
            so=so,
        )


def _rate_words(rate: Rate, say: Language) -> Expression:
    over = say.count(rate.over, "step")
    if math.isnan(rate.per_step) or rate.per_step == math.inf:
        return say.phrase("Over {over} the change is not a finite number.", over=over)
    if rate.per_step == -math.inf:
        return say.phrase("Over {over} every small difference of states is wiped out.", over=over)
    if rate.per_step == 0:
        return say.phrase("Over {over} the largest change keeps its size.", over=over)
    return say.phrase(
        "Over {over} the largest change is multiplied by {rate} a step on average (a finite-time"
        " Lyapunov exponent of {exponent}): it {does} in {steps} steps.",
        over=over,
        rate=Value(float(measures.grown(np.array(rate.per_step)))),
        exponent=Value(rate.per_step),
        does=say("halves") if rate.halves else say("doubles"),
        steps=duration(rate.steps),
    )
