"""By which ways does a state act on the next one, and by which did the gradient come back?"""

from __future__ import annotations

import numpy as np

from lstm_viz import measures
from lstm_viz.equations.gates import split
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.text import text
from lstm_viz.equations.tree import names_in
from lstm_viz.experiments.gradient_flow import GradientFlow
from lstm_viz.measures import Route, RouteSizes
from lstm_viz.pictures.kinds import (
    Areas,
    Bar,
    Bars,
    Curve,
    Expression,
    Picture,
    Rule,
    Stack,
    Text,
    Value,
    Words,
)
from lstm_viz.pictures.language import Language
from lstm_viz.views.expressions import kind, named
from lstm_viz.views.gradients.look import Look

NAME = "routes"
KEY = "r"
OPTION_HELP = "∂c_t/∂c_(t-1), path by path."
SEEN = 1e-12  # of the gradient: a route that carries less is not drawn


def picture(flow: GradientFlow, look: Look) -> Stack:
    """A bar a route, and which part of the gradient came back by each."""
    say, sizes = look.say, measures.route_sizes(flow.trace, flow.state)
    if not sizes.norms:
        words = "{state} does not affect its own next step"
        return Stack((Words(say.phrase(words, state=Text(flow.state))),))
    parts: list[Picture] = [_bars(flow, sizes, say), Words(_added_up(sizes, say))]
    if len(sizes.norms) > 1 and (areas := _shares(flow, say)).parts:
        head = say("∂L/∂{state}, path by path").format(state=flow.state)
        parts += [Rule(head), areas]
    return Stack(tuple(parts))


def table(flow: GradientFlow, unit: int) -> dict[str, np.ndarray]:
    """Each route's spectral norm from step to step, and that of their sum, (T − 1,) each."""
    sizes = measures.route_sizes(flow.trace, flow.state)
    return {str(route): norms for route, norms in sizes.norms.items()} | {"total": sizes.total}


def _bars(flow: GradientFlow, sizes: RouteSizes, say: Language) -> Bars:
    typical, total = sizes.typical, sizes.typical_total
    most = max(*typical.values(), total) or 1.0
    bars = [
        Bar(_route_name(flow.cell, route), value, 0.0, most, _route_words(flow.cell, route, say))
        for route, value in typical.items()
    ]
    bars.append(Bar(Text(say("all together")), total, 0.0, most))
    words = "{name}: ∂{state}ₜ/∂{state}ₜ₋₁, path by path (spectral norm, median over steps)"
    head = say.phrase(words, name=flow.name, state=named(flow.cell, flow.state))
    return Bars(head, tuple(bars))


def _route_name(cell: Recurrence, route: Route) -> Text:
    """A route in the colour of what it goes through: the gate behind a sum, or the state itself."""
    if route.straight:
        return Text(str(route), kind(cell, route.state))
    readers = [e.target for e in cell.equations if route.source in names_in(e.tree)]
    sums = kind(cell, route.source) == "sum" and readers
    return Text(str(route), kind(cell, readers[0] if sums else route.source))


def _route_words(cell: Recurrence, route: Route, say: Language) -> Expression:
    """`straight, times f`, or `through h_prev into the forget gate`."""
    if route.straight and route.state in measures.linear_states(cell):
        symbol = text(split(cell, route.state)[0])
        return say.phrase("direct, times {gate}", gate=Text(symbol, kind(cell, symbol)))
    gate = cell.title(route.source).removesuffix(" pre-activation")
    into = say.known(gate) or route.source
    return say.phrase("through {past} into the {gate}", past=named(cell, route.target), gate=into)


def _added_up(sizes: RouteSizes, say: Language) -> Expression:
    if len(sizes.norms) == 1:
        return say.phrase("This is the only path.")
    return say.phrase(
        "The norms sum to {alone}, the norm of the sum is {total}: norms do not add.",
        alone=Value(sizes.alone),
        total=Value(sizes.typical_total),
    )


def _shares(flow: GradientFlow, say: Language) -> Areas:
    """The part of each route in the gradient's square; none where that is not finite."""
    shares = measures.route_shares(flow.gradients, flow.state)
    curves = tuple(
        Curve(Text(say(by)) if isinstance(by, str) else _route_name(flow.cell, by), share)
        for by, share in shares.items()
        if np.abs(share).max() > SEEN
    )
    return Areas((), np.arange(1, len(flow.trace) + 1), curves, say("step"))
