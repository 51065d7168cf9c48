"""By which ways does a state act on the next one, and by which did the gradient come back?"""

from __future__ import annotations

import numpy as np

from lstm_viz import measures
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.tree import names_in
from lstm_viz.experiments.gradient_flow import GradientFlow
from lstm_viz.measures import Route
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
from lstm_viz.views.expressions import kind, named


def routes(flow: GradientFlow, width: int = 80, unit: int = 0) -> Stack:
    """By which way does the state act on the next one, and by which did the gradient come back?"""
    sizes = measures.route_sizes(flow.trace, flow.state)
    if not sizes.norms:
        return Stack((Words((Text(f"{flow.state} does not reach its own next step"),)),))
    middle = {route: float(np.median(norm)) for route, norm in sizes.norms.items()}
    total = float(np.median(sizes.total))
    most = max(*middle.values(), total) or 1.0
    state = flow.state
    bars = [
        Bar(_route_name(flow.cell, route), value, 0.0, most, route_words(flow.cell, route))
        for route, value in middle.items()
    ]
    bars.append(Bar(Text("all together"), total, 0.0, most))
    head = (
        Text(f"{flow.name}: how strongly "),
        named(flow.cell, flow.state),
        Text(" acts on the next one, route by route (norm, median step)"),
    )
    parts: list[Picture] = [Bars(head, tuple(bars)), Words(_added_up(middle, total))]
    if len(middle) > 1 and (areas := _shares(flow)) is not None:
        parts += [Rule(f"by which route the gradient of {state} came back"), areas]
    return Stack(tuple(parts))


def _route_name(cell: Recurrence, route: Route) -> Text:
    """A route in the colour of what it goes through: the gate behind a sum, or the state itself."""
    if route.straight:
        return Text(str(route), kind(cell, route.state))
    readers = [e.target for e in cell.equations if route.source in names_in(e.tree)]
    sums = kind(cell, route.source) == "sum" and readers
    return Text(str(route), kind(cell, readers[0] if sums else route.source))


def route_words(cell: Recurrence, route: Route) -> Expression:
    """`straight, times f`, or `through h_prev into the forget gate`."""
    if route.straight and route.state in measures.linear_states(cell):
        symbol = measures.keeping(cell, route.state)
        return (Text("straight, times "), Text(symbol, kind(cell, symbol)))
    title = cell.title(route.source).partition(",")[0] or route.source
    return (Text("through "), named(cell, route.target), Text(f" into the {title}"))


def _added_up(middle: dict[Route, float], total: float) -> Expression:
    if len(middle) == 1:
        return (Text("This is the only route."),)
    return (
        Text("Alone they come to "),
        Value(sum(middle.values())),
        Text(", together to "),
        Value(total),
        Text(": routes can work against each other."),
    )


def _shares(flow: GradientFlow) -> Areas | None:
    """The part of each route in the gradient's square, which adds up to 1 at each step."""
    whole = flow.gradients[flow.state]
    came = measures.came_from(flow.gradients, flow.state)
    # Normalised first: the squares of vanishing gradients leave the range of floats.
    size = np.abs(whole).max(axis=1, keepdims=True)
    there = np.where(size > 0, size, 1.0)
    square = ((whole / there) ** 2).sum(axis=1)
    if not (square > 0).any() or not np.isfinite(whole).all():
        return None
    found = []
    for source, part in came.items():
        share = ((part / there) * (whole / there)).sum(axis=1) / np.where(square > 0, square, 1.0)
        name = Text(source) if isinstance(source, str) else _route_name(flow.cell, source)
        if np.abs(share).max() > 1e-12:
            found.append(Curve(name, share))
    time = np.arange(1, len(whole) + 1)
    return Areas((), time, tuple(found), "step")
