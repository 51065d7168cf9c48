"""Where does the gradient go?

The same input through several cells, back from the same loss: how much of the gradient is left at
each step, as strips of brightness and as curves, and what the gates had to do with it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from lstm_viz import measures
from lstm_viz.experiments.gradient_flow import GradientFlow, GradientFlows
from lstm_viz.pictures.kinds import (
    Curve,
    Curves,
    Expression,
    Grid,
    Picture,
    Stack,
    Text,
    Title,
    Value,
    Words,
)
from lstm_viz.views.expressions import kind

COLOURS = ("gate 1", "memory", "gate 2", "gate 3", "candidate", "output", "gradient")
FAINTEST = 1e-16  # the low end of the scale, at the lowest
BESIDE = 9  # columns for the number beside a strip of gates
PRINTED = 1000  # columns: what is wider is no screen
STRIP = 10  # a number below the strips every so many columns


def still(flows: GradientFlows, width: int = 80) -> Stack:
    """The whole picture: title, strips, curves, words."""
    return Stack((title(flows), *picture(flows, 0, width).parts))


def frames(flows: GradientFlows, width: int = 80, count: int = 60) -> Iterator[Stack]:
    """The sweep: from the loss back to the first step, in about so many frames."""
    for step in backward_steps(flows.steps, count):
        yield picture(flows, step, width, final=False)


def backward_steps(steps: int, count: int) -> list[int]:
    """The steps at which the sweep is shown, the last first, the first always among them."""
    every = max(1, round(steps / count))
    return [*range(steps - 1, 0, -every), 0]


def picture(flows: GradientFlows, step: int, width: int = 80, final: bool = True) -> Stack:
    """The sweep when it has come back to `step` (from 0): what lies before it is still empty.

    At the first step stand the sentences, unless it is not `final`: so all frames are as high.
    """
    label = max(len(name) for flow, _ in coloured(flows) for name in _row_names(flow))
    room = max(width - max(label, 8) - 2 - BESIDE, 10)
    parts: list[Picture] = [strips(flows, step, room)]
    if (kept := gates(flows, step, room)) is not None:
        parts.append(kept)
    parts.append(curves(flows, step))
    parts += [
        Words(line) for line in (words(flows) if final and not step else reached(flows, step))
    ]
    return Stack(tuple(parts))


def title(flows: GradientFlows) -> Title:
    """What is run."""
    first = flows.flows[0].trace
    units = max(first[name].shape[-1] for name in first.cell.quantities)
    what = f"{_count(units, 'unit')}, {_count(flows.steps, 'step')}"
    if (runs := len(flows.flows[0].profiles)) > 1:
        what += f", the median of {runs} runs"
    facts = tuple((label, (Text(said),)) for label, said in flows.facts)
    return Title("gradients", what, facts)


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" + ("" if number == 1 else "s")


def coloured(flows: GradientFlows) -> list[tuple[GradientFlow, Text]]:
    """Each flow and its name in a colour of its own."""
    return [
        (flow, Text(flow.name, COLOURS[k % len(COLOURS)])) for k, flow in enumerate(flows.flows)
    ]


def scale(flows: GradientFlows) -> tuple[float, float]:
    """The ends of all logarithmic scales, powers of ten."""
    known = np.concatenate([flow.left for flow in flows.flows])
    known = known[np.isfinite(known) & (known > 0)]
    low, high = float(known.min(initial=0.1)), float(known.max(initial=1.0))
    ends = 10.0 ** math.floor(math.log10(low)), 10.0 ** math.ceil(math.log10(high))
    return max(ends[0], FAINTEST * ends[1]), ends[1]


# ---------------------------------------------------------------------------- strips


def _row_names(flow: GradientFlow) -> tuple[str, ...]:
    """What stands beside its strip, and beside that of its gate, if it has one."""
    gate = flow.kept
    return (
        f"{flow.name} d{flow.state}",
        *([f"{gate[0]} of {flow.name}"] if gate and not flow.is_cut else []),
    )


def _padded(flows: GradientFlows, name: str, of: str) -> Text:
    """A row's name, as wide as the widest, so that all strips stand below each other."""
    widest = max(len(each) for flow in flows.flows for each in _row_names(flow))
    return Text(name.ljust(widest), of)


def strips(flows: GradientFlows, step: int, room: int) -> Grid:
    """A strip a flow: how bright, that is how large, the gradient is at each step."""
    shown = _sampled(flows.steps, room)
    low, high = scale(flows)
    values = np.array([flow.left for flow in flows.flows])[:, shown]
    values = np.where(np.array(shown) >= step, values, np.nan)
    head = (Text("How much of the gradient is left, from the loss back to the first step"),)
    rows = tuple(_padded(flows, _row_names(flow)[0], name.of) for flow, name in coloured(flows))
    return Grid(head, values, rows, step_names(shown, room), "step", low, high, "gradient", True)


def _sampled(steps: int, room: int) -> list[int]:
    """All steps, or as many of them as there is room for, the first and the last among them."""
    if steps <= room:
        return list(range(steps))
    return [round(k) for k in np.linspace(0, steps - 1, room)]


def step_names(shown: list[int], room: int) -> tuple[str, ...]:
    """The steps below a strip: every tenth, or all where there is room to choose from them."""
    every = STRIP if room < PRINTED else 1
    return tuple(str(t + 1) if k % every == 0 else "" for k, t in enumerate(shown))


def gates(flows: GradientFlows, step: int, room: int) -> Grid | None:
    """What each flow's memory is multiplied by at each step, the mean over its units."""
    shown = _sampled(flows.steps, room)
    rows, values = [], []
    for flow, name in coloured(flows):
        if flow.kept is not None and not flow.is_cut:
            _, kept = flow.kept
            rows.append(_padded(flows, _row_names(flow)[1], name.of))
            values.append(kept.mean(axis=1)[shown])
    if not rows:
        return None
    visible = np.where(np.array(shown) >= step, np.array(values), np.nan)
    step_at = next(k for k, t in enumerate(shown) if t >= step)
    which = ", first run" if len(flows.flows[0].profiles) > 1 else ""
    head = (Text(f"How much of the memory one step keeps, 0 to 1, the mean over the units{which}"),)
    return Grid(
        head,
        visible,
        tuple(rows),
        low=0.0,
        high=1.0,
        chosen=(-1, step_at if step else -1),
        shown="heights",
    )


# ---------------------------------------------------------------------------- curves


def curves(flows: GradientFlows, step: int) -> Curves:
    """The same on a logarithmic scale, each with its band over the seeds."""
    low, high = scale(flows)
    time = np.arange(1, flows.steps + 1)
    found = []
    for flow, name in coloured(flows):
        band = tuple(_visible(each, step, low) for each in flow.band) if flow.band else (None, None)
        found.append(Curve(name, _visible(flow.left, step, low), *band))
    return Curves(
        (),
        time,
        tuple(found),
        "step",
        "",
        True,
        None if step == 0 else float(step + 1),
        low,
        high,
        True,
    )


def _visible(values: np.ndarray, step: int, low: float) -> np.ndarray:
    """What the sweep has reached, and the scale holds."""
    there = (np.arange(len(values)) >= step) & (values >= low)
    visible: np.ndarray = np.where(there, values, np.nan)
    return visible


# ---------------------------------------------------------------------------- words


def reached(flows: GradientFlows, step: int) -> Iterator[Expression]:
    """What is left when the sweep has come back to a step, a line for all flows."""
    lag = flows.steps - 1 - step
    parts: list[Text | Value] = [Text(f"Step {step + 1}, {lag} back: ")]
    for k, (flow, name) in enumerate(coloured(flows)):
        parts += [Text(", ")] if k else []
        parts += [name, Text(" "), Value(float(flow.left[step]), name.of)]
    yield (*parts, Text(" of it is left."))


def words(flows: GradientFlows) -> Iterator[Expression]:
    """A sentence a flow that is true of these runs."""
    for flow, name in coloured(flows):
        yield (name, Text(": "), *outcome(flow), *_verdict(flow), *_keeps(flow))


def outcome(flow: GradientFlow) -> Expression:
    """`after 99 steps 4.00e-12 of the gradient is left`, or what is true instead."""
    left = flow.left
    there = np.flatnonzero(left)
    if not len(there):
        return (Text("no gradient reaches it at all"),)
    lag, part = int(there[-1]), float(left[0])
    if part == 0 and (gone := np.flatnonzero(left[: lag + 1] == 0)).size:
        return (Text(f"after {_count(lag - int(gone[-1]), 'step')} nothing is left"),)
    after = f"after {_count(lag, 'step')} "
    if not math.isfinite(part):
        return (Text(f"{after}the gradient is no finite number"),)
    if part > 1:
        return (Text(f"{after}the gradient is "), Value(part), Text(" times as large"))
    return (Text(after), Value(part), Text(" of the gradient is left"))


def _verdict(flow: GradientFlow) -> Expression:
    verdict = measures.verdict(flow.left)
    if len(flow.profiles) == 1:
        return (Text(f": it {verdict}"),)
    same = sum(measures.verdict(profile) == verdict for profile in flow.profiles)
    runs = len(flow.profiles)
    return (Text(f": it {verdict} (in {'all' if same == runs else f'{same} of'} {runs} runs)"),)


def _keeps(flow: GradientFlow) -> Expression:
    """What the gate did meanwhile: its mean, and the half-life that follows from it."""
    if flow.kept is None or flow.is_cut:
        return (Text("."),)
    symbol, kept = flow.kept
    with np.errstate(divide="ignore"):
        rate = float(np.log(np.abs(kept)).mean())
    if rate == 0:
        return (Text("; all of the memory is kept at each step."),)
    of = kind(flow.cell, symbol) or "gate 2"
    half = math.log(0.5) / rate
    return (
        Text("; in the first run " if len(flow.profiles) > 1 else "; "),
        Text(symbol, of),
        Text(" keeps "),
        Value(math.exp(rate), of),
        Text(" a step, so half of the memory is gone after "),
        Text(f"{half:.3g} steps."),
    )
