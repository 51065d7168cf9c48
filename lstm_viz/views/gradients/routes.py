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
Shares = dict[Route | str, np.ndarray]
SEEN = 1e-12  # of the gradient: a route that carries less is not drawn


def picture(flow: GradientFlow, look: Look) -> Stack:
    """A bar a route, and which part of the gradient came back by each."""
    say, sizes = look.say, measures.route_sizes(flow.trace, flow.state)
    if not sizes.norms:
        words = "{state} does not affect its own next step"
        return Stack((Words(say.phrase(words, state=Text(flow.state))),))
    shares = _shares(flow)
    parts: list[Picture] = [_bars(flow, sizes, shares, say), Words(_added_up(sizes, say))]
    if len(sizes.norms) > 1 and shares:
        head = say("share of ∂L/∂{state} that comes by each path").format(state=flow.state)
        parts += [Rule(head), _areas(flow, shares, say)]
    return Stack(tuple(parts))


def table(flow: GradientFlow, unit: int) -> dict[str, np.ndarray]:
    """Each route's spectral norm from step to step, and that of their sum, (T − 1,) each."""
    sizes = measures.route_sizes(flow.trace, flow.state)
    return {str(route): norms for route, norms in sizes.norms.items()} | {"total": sizes.total}


def _bars(flow: GradientFlow, sizes: RouteSizes, shares: Shares, say: Language) -> Bars:
    """A bar a path; one by which the gradient came back, but not to this state at once, is 0."""
    typical, total = sizes.typical, sizes.typical_total
    state = named(flow.cell, flow.state)
    most = max(*typical.values(), total) or 1.0
    bars = [
        Bar(_route_name(flow, route), value, 0.0, most, _route_words(flow.cell, route, say))
        for route, value in typical.items()
    ]
    for route in (by for by in shares if not isinstance(by, str) and by not in typical):
        gate = _gate(flow.cell, route, say)
        note = say.phrase("into the {gate}, not into {state}", gate=gate, state=state)
        bars.append(Bar(_route_name(flow, route), 0.0, 0.0, most, note))
    bars.append(Bar(Text(say("all together")), total, 0.0, most))
    words = "{name}: ∂{state}ₜ/∂{state}ₜ₋₁, path by path (spectral norm, median over steps)"
    head = say.phrase(words, name=flow.name, state=state)
    return Bars(head, tuple(bars))


def _route_name(flow: GradientFlow, route: Route) -> Text:
    """`h → z_g → c`, in the colour of the gate after a sum, or of the state itself."""
    cell = flow.cell
    if route.straight:
        return Text(f"{route.state} → {route.state}", kind(cell, route.state))
    end = measures.arrives(cell, route, flow.state)
    way = " → ".join(filter(None, (route.state, route.source, end)))
    readers = [e.target for e in cell.equations if route.source in names_in(e.tree)]
    gates = [name for name in readers if name not in cell.states] or readers
    sums = kind(cell, route.source) == "sum" and readers
    return Text(way, kind(cell, gates[0] if sums else route.source))


def _route_words(cell: Recurrence, route: Route, say: Language) -> Expression:
    """`straight, times f`, or `through h_prev into the forget gate`."""
    if route.straight and route.state in measures.linear_states(cell):
        symbol = text(split(cell, route.state)[0])
        return say.phrase("direct, times {gate}", gate=Text(symbol, kind(cell, symbol)))
    past, gate = named(cell, route.target), _gate(cell, route, say)
    return say.phrase("through {past} into the {gate}", past=past, gate=gate)


def _gate(cell: Recurrence, route: Route, say: Language) -> str:
    """What a path goes into, by its title: the gate after a pre-activation."""
    return say.known(cell.title(route.source).removesuffix(" pre-activation")) or route.source


def _added_up(sizes: RouteSizes, say: Language) -> Expression:
    if len(sizes.norms) == 1:
        return say.phrase("This is the only path.")
    return say.phrase(
        "The norms sum to {alone}, the norm of the sum is {total}: norms do not add.",
        alone=Value(sizes.alone),
        total=Value(sizes.typical_total),
    )


def _shares(flow: GradientFlow) -> Shares:
    """The part of each route in the gradient's square; none where that is not finite."""
    shares = measures.route_shares(flow.gradients, flow.state)
    return {by: share for by, share in shares.items() if np.abs(share).max() > SEEN}


def _areas(flow: GradientFlow, shares: Shares, say: Language) -> Areas:
    curves = tuple(
        Curve(Text(say(by)), share, of="sum", strength=0.5)  # grey: no path has that colour
        if isinstance(by, str)
        else Curve(_route_name(flow, by), share)
        for by, share in shares.items()
    )
    steps, whole = np.arange(1, len(flow.trace) + 1), Text(say("all together"))
    return Areas((), steps, curves, say("step"), total=whole)
