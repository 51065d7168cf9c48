"""One flow, looked at closely: its ledger, routes, spectrum, memory and gates.

Each is a picture with its words, of a flow, on a screen of so many columns, for one unit.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np

from lstm_viz import measures
from lstm_viz.cell import Cell
from lstm_viz.expressions import kind, named
from lstm_viz.flows import Flow
from lstm_viz.measures import Route
from lstm_viz.pictures import (
    Areas,
    Bar,
    Bars,
    Curve,
    Curves,
    Expression,
    Grid,
    Picture,
    Rule,
    Stack,
    Table,
    Text,
    Value,
    Words,
)
from lstm_viz.views.gradients import COLOURS, FAINTEST, PRINTED, step_names

HUNDREDTH = 0.01
ROUNDING = 1e-14  # singular values under this part of the largest are rounding
SPANS = 6  # of steps, in which the memory's contents are told apart
LEDGER_ROWS = 18
LABEL = 11  # columns for `loss 1000`


def ledger(flow: Flow, width: int = 80, unit: int = 0) -> Stack:
    """Which loss reaches back how far? Loss time by step, kept apart instead of summed."""
    norms = measures.ledger_norms(flow.gradients)[flow.state]
    losses = np.flatnonzero(np.diagonal(norms))
    if not len(losses):
        return Stack((Words((Text("no loss reaches this state"),)),))
    shown = _some(len(norms), width - LABEL)
    most = LEDGER_ROWS if width < PRINTED else 10 * LEDGER_ROWS
    rows = losses[_some(len(losses), most)][::-1]
    values = norms[np.ix_(rows, shown)]
    values = np.where(np.array(shown)[None] <= rows[:, None], values, np.nan)
    high = float(np.nanmax(values))
    high = 10.0 ** math.ceil(math.log10(high)) if 0 < high < math.inf else 1.0
    least = float(values[values > 0].min(initial=high))
    low = max(10.0 ** math.floor(math.log10(least)), FAINTEST * high)
    head = (
        Text(f"{flow.name}: the gradient of each step's loss by "),
        _state(flow),
        Text(" before"),
    )
    labels = tuple(Text(f"loss {t + 1}") for t in rows)
    columns = step_names(shown, width)
    grid = Grid(head, values, labels, columns, "step", low, high, "gradient", True)
    return Stack((grid, Words(_reach(norms, losses))))


def _state(flow: Flow) -> Text:
    return named(flow.cell, flow.state)


def _some(count: int, most: int) -> list[int]:
    if count <= most:
        return list(range(count))
    return [round(k) for k in np.linspace(0, count - 1, most)]


def _reach(norms: np.ndarray, losses: np.ndarray) -> Expression:
    """After how many steps a hundredth of a loss's gradient is left, the median of the losses."""
    lags = []
    for t in losses:
        under = np.flatnonzero(norms[t, : t + 1] < HUNDREDTH * norms[t, t])
        lags.append(t - under[-1] if len(under) else math.inf)
    middle = float(np.sort(lags)[len(lags) // 2])
    if math.isinf(middle):
        many = sum(math.isinf(lag) for lag in lags)
        said = f"Of {many} of the {len(lags)} losses more than a hundredth reaches the first step."
        return (Text(said),)
    what = "this loss" if len(lags) == 1 else f"a loss (the median of {len(lags)})"
    return (Text(f"After {middle:.0f} steps less than a hundredth of {what} is left."),)


# ---------------------------------------------------------------------------- routes


def routes(flow: Flow, width: int = 80, unit: int = 0) -> Stack:
    """By which way does the state act on the next one, and by which did the gradient come back?"""
    sizes = measures.route_sizes(flow.trace, flow.state)
    if not sizes.norms:
        return Stack((Words((Text(f"{flow.state} does not reach its own next step"),)),))
    middle = {route: float(np.median(norm)) for route, norm in sizes.norms.items()}
    total = float(np.median(sizes.total))
    most = max(*middle.values(), total) or 1.0
    state = flow.state
    bars = [
        Bar(_route_name(route, k), value, 0.0, most, route_words(flow.cell, route))
        for k, (route, value) in enumerate(middle.items())
    ]
    bars.append(Bar(Text("all together"), total, 0.0, most))
    head = (
        Text(f"{flow.name}: how strongly "),
        _state(flow),
        Text(" acts on the next one, route by route (norm, median step)"),
    )
    parts: list[Picture] = [Bars(head, tuple(bars)), Words(_added_up(middle, total))]
    if (
        len(middle) > 1
        and (areas := _shares(flow, {route: k for k, route in enumerate(middle)})) is not None
    ):
        parts += [Rule(f"by which route the gradient of {state} came back"), areas]
    return Stack(tuple(parts))


def _route_name(route: Route, k: int) -> Text:
    return Text(str(route), COLOURS[k % len(COLOURS)])


def route_words(cell: Cell, route: Route) -> Expression:
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


def _shares(flow: Flow, order: dict[Route, int]) -> Areas | None:
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
        name = (
            Text(source) if isinstance(source, str) else _route_name(source, order.get(source, 6))
        )
        if np.abs(share).max() > 1e-12:
            found.append(Curve(name, share))
    time = np.arange(1, len(whole) + 1)
    return Areas((), time, tuple(found), "step")


# ---------------------------------------------------------------------------- spectrum


def spectrum(flow: Flow, width: int = 80, unit: int = 0) -> Stack:
    """What happens to a small change of the states over more and more steps?"""
    steps = len(flow.trace)
    lags = np.array(sorted({round(k) for k in np.linspace(1, steps, min(steps, width))}))
    found, bound = measures.spectrum(flow.trace, list(lags)), measures.bound(flow.trace)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(found.values) + found.scale[:, None]
        logs = np.where(found.values > ROUNDING * found.values[:, :1], logs, np.nan)
    largest, middle = logs[:, 0], logs[:, logs.shape[1] // 2]
    curves = [
        Curve(Text("largest", COLOURS[0]), _drawn(largest)),
        Curve(Text("middle", COLOURS[2]), _drawn(middle)),
    ]
    if bound is not None:
        name = Text("bound", COLOURS[1])
        curves.append(Curve(name, _drawn(bound.over(lags)), dashed=True))
    head = (Text(f"{flow.name}: by what a change of the states is multiplied over k steps"),)
    parts: list[Picture] = [Curves(head, lags, tuple(curves), "k steps", "", True)]
    parts.append(_spectrum_table(found, lags, bound))
    parts += [Words(line) for line in _spectrum_words(flow, bound)]
    return Stack(tuple(parts))


def _drawn(logs: np.ndarray) -> np.ndarray:
    """exp, but for what floats cannot hold."""
    visible: np.ndarray = np.where(np.abs(logs) < 700, np.exp(np.clip(logs, -700, 700)), np.nan)
    return visible


def _spectrum_table(
    found: measures.Spectrum, lags: np.ndarray, bound: measures.Bound | None
) -> Table:
    wanted = [k for k in (1, 5, 10, 50, 100, 500, 1000) if k in lags]
    at = [int(np.flatnonzero(lags == k)[0]) for k in wanted]
    rows = []
    for k, row in zip(wanted, at, strict=True):
        cells: list[Expression] = [(Text(str(k)),), (Value(_one(found.largest[row])),)]
        if bound is not None:
            cells.append((Value(_one(bound.over(np.array([k]))[0])),))
        cells.append((Text(f"{found.rank[row]:.1f}"),))
        rows.append(tuple(cells))
    heads = ("k", "largest", *(["bound"] if bound is not None else []), "effective rank")
    return Table(heads, tuple(rows), tuple(range(len(heads) - 1)))


def _one(logarithm: float) -> float:
    return math.exp(logarithm) if logarithm < 700 else math.inf


def _spectrum_words(flow: Flow, bound: measures.Bound | None) -> list[Expression]:
    said: list[Expression] = []
    if bound is not None:
        what = "so gradients must vanish" if bound.rate < 1 else "so they may explode, or not"
        text = f"The bound is ({bound.gamma:g} σ₁)ᵏ with σ₁ of {bound.matrix} = "
        said.append((Text(text), Value(bound.sigma), Text(f", {what} (Pascanu et al. 2013).")))
    largest = float(measures.lyapunov(flow.trace, 1)[0])
    if not math.isfinite(largest):
        return [
            *said,
            (Text("Two neighbouring runs become one: a step wipes out the difference."),),
        ]
    word = "halves" if largest < 0 else "doubles"
    steps = math.log(2) / abs(largest) if largest else math.inf
    text = f" a step: the distance of neighbouring runs {word} in {steps:.3g} steps."
    said.append((Text("Largest Lyapunov exponent "), Value(largest), Text(text)))
    return said


# ---------------------------------------------------------------------------- memory and gates


def memory(flow: Flow, width: int = 80, unit: int = 0) -> Stack:
    """What is the state made of: how much of it was written when?"""
    state = flow.state
    if state not in measures.linear_states(flow.cell):
        said = (
            f"{flow.name}: {state} is computed anew at each step, so nothing is kept apart in it."
        )
        return Stack((Words((Text(said),)),))
    shares = measures.memory_shares(flow.trace, state)[..., unit]
    steps = len(shares)
    edges = [round(k) for k in np.linspace(0, steps, min(SPANS, steps) + 1)]
    parts = [
        Curve(Text(_span(a, b), COLOURS[k]), shares[:, a + 1 : b + 1].sum(axis=1))
        for k, (a, b) in enumerate(pairwise(edges))
    ]
    if shares[:, 0].any():
        parts.insert(0, Curve(Text("before"), shares[:, 0]))
    head = (
        Text(f"{flow.name}: what "),
        _state(flow),
        Text(f" of unit {unit} is made of, by the steps that wrote it"),
    )
    areas = Areas(head, np.arange(1, steps + 1), tuple(parts), "step")
    return Stack((areas, Words(_remembered(flow, shares[-1]))))


def _span(start: int, stop: int) -> str:
    return f"step {stop}" if stop == start + 1 else f"{start + 1} to {stop}"


def _remembered(flow: Flow, last: np.ndarray) -> Expression:
    """In how many of the last steps half of what the memory holds was written."""
    state = named(flow.cell, flow.state)
    size = np.abs(last[::-1])
    if not size.sum():
        return (state, Text(" holds nothing at the end."))
    recent = int(np.searchsorted(np.cumsum(size), size.sum() / 2)) + 1
    steps = "the last step" if recent == 1 else f"the last {recent} steps"
    return (
        Text("At the end "),
        state,
        Text(" is "),
        Value(float(last.sum())),
        Text(f"; half of what is in it, by size, is from {steps}."),
    )


def gates(flow: Flow, width: int = 80, unit: int = 0) -> Stack:
    """How open do the gates stand, and are they stuck?"""
    found = measures.gate_statistics(flow.trace)
    if not found:
        return Stack((Words((Text(f"{flow.name} has no gates."),)),))
    rows = []
    for name, each in found.items():
        half = each.half_life
        rows.append(
            (
                (named(flow.cell, name),),
                (Value(float(each.mean.mean())),),
                (Text(f"{100 * each.left.mean():.0f} %"),),
                (Text(f"{100 * each.right.mean():.0f} %"),),
                (Text("" if half is None else _range(half)),),
                (Text(flow.cell.title(name)),),
            )
        )
    heads = ("gate", "mean", "< 0.1", "> 0.9", "half-life in steps", "")
    counts = np.array([each.counts for each in found.values()], float)
    edges = next(iter(found.values())).edges
    columns = tuple(f"{edge:.1f}" if k % 2 == 0 else "" for k, edge in enumerate(edges[:-1]))
    share = counts / counts.sum(axis=1, keepdims=True)
    names = tuple(named(flow.cell, name) for name in found)
    head = (Text("How often each value from 0 to 1 occurs, over all units and steps"),)
    title = Rule(f"the gates of {flow.name}")
    high = float(share.max())
    histogram = Grid(head, share, names, columns, "value", 0.0, high, shown="heights")
    return Stack((title, Table(heads, tuple(rows), (1, 2, 3)), Words(()), histogram))


def _range(half: np.ndarray) -> str:
    low, middle, high = np.quantile(half, (0, 0.5, 1), method="nearest")
    if low == high:
        return f"{middle:.3g}"
    return f"{middle:.3g} ({low:.3g} to {high:.3g} by unit)"


PARTS: dict[str, Callable[[Flow, int, int], Stack]] = {
    "ledger": ledger,
    "routes": routes,
    "spectrum": spectrum,
    "memory": memory,
    "gates": gates,
}

__all__ = ["PARTS", "gates", "ledger", "memory", "route_words", "routes", "spectrum"]
