"""Where does the gradient go?

The same input through several cells, back from the same loss: how much of the gradient is left at
each step, as strips of brightness and as curves, and what the gates had to do with it.
"""

from __future__ import annotations

import math
from collections import Counter
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
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.pictures.scales import decades, sampled
from lstm_viz.views.expressions import kind

COLOURS = (
    "input gate", "memory", "forget gate", "output gate", "candidate", "output", "gradient",
)  # fmt: skip
BESIDE = 9  # columns for the number beside a strip of gates
PRINTED = 1000  # columns: what is wider is no screen
SMALLEST = float(np.finfo(float).tiny)  # below it a number has lost digits
STRIP = 10  # a number below the strips every so many columns


def frames(
    flows: GradientFlows, width: int = 80, count: int = 60, say: Language = ENGLISH
) -> Iterator[Stack]:
    """The sweep: from the loss back to the first step, in about so many frames."""
    for step in backward_steps(flows.steps, count):
        yield picture(flows, step, width, final=False, say=say)


def backward_steps(steps: int, count: int) -> list[int]:
    """The steps at which the sweep is shown, the last first, the first always among them."""
    every = max(1, round(steps / count))
    return [*range(steps - 1, 0, -every), 0]


def picture(
    flows: GradientFlows, step: int, width: int = 80, final: bool = True, say: Language = ENGLISH
) -> Stack:
    """The sweep when it has come back to `step` (from 0): what lies before it is still empty.

    At the first step stand the sentences, unless it is not `final`: so all frames are as high.
    """
    label = max(len(name) for flow, _ in coloured(flows) for name in _row_names(flow, say))
    room = max(width - max(label, 8) - 2 - BESIDE, 10)
    parts: list[Picture] = [strips(flows, step, room, say)]
    if (kept := gates(flows, step, room, say)) is not None:
        parts.append(kept)
    parts.append(curves(flows, step, say))
    ends = final and not step
    parts += [Words(line) for line in (words(flows, say) if ends else reached(flows, step, say))]
    return Stack(tuple(parts))


def title(flows: GradientFlows, say: Language = ENGLISH) -> Title:
    """What is run."""
    first = flows.flows[0].trace
    units = max(first[name].shape[-1] for name in first.cell.quantities)
    what = [say.count(units, "unit"), say.count(flows.steps, "step")]
    if (runs := len(flows.flows[0].profiles)) > 1:
        what.append(say("the median of {n} runs").format(n=runs))
    facts = tuple((say.known(label), (Text(say.known(said)),)) for label, said in flows.facts)
    return Title(say("gradients"), say(", ").join(what), facts)


def coloured(flows: GradientFlows) -> list[tuple[GradientFlow, Text]]:
    """Each flow and its name in a colour of its own."""
    return [
        (flow, Text(flow.name, COLOURS[k % len(COLOURS)])) for k, flow in enumerate(flows.flows)
    ]


def scale(flows: GradientFlows) -> tuple[float, float]:
    """The ends of all logarithmic scales, powers of ten; a tenth and the whole are on them."""
    return decades(np.concatenate([*(flow.left for flow in flows.flows), (0.1, 1.0)]))


# ---------------------------------------------------------------------------- strips


def _row_names(flow: GradientFlow, say: Language) -> tuple[str, ...]:
    """What stands beside its strip, and beside that of its gate, if it has one."""
    names = [f"{flow.name} d{flow.state}"]
    if flow.kept and not flow.is_cut:
        names.append(say("{gate} of {name}").format(gate=flow.kept[0], name=flow.name))
    return tuple(names)


def _padded(flows: GradientFlows, name: str, of: str, say: Language) -> Text:
    """A row's name, as wide as the widest, so that all strips stand below each other."""
    widest = max(len(each) for flow in flows.flows for each in _row_names(flow, say))
    return Text(name.ljust(widest), of)


def strips(flows: GradientFlows, step: int, room: int, say: Language) -> Grid:
    """A strip a flow: how bright, that is how large, the gradient is at each step."""
    shown = sampled(flows.steps, room)
    low, high = scale(flows)
    values = np.array([flow.left for flow in flows.flows])[:, shown]
    values = np.where(np.array(shown) >= step, values, np.nan)
    head = say.phrase("How much of the gradient is left, from the loss back to the first step")
    rows = tuple(
        _padded(flows, _row_names(flow, say)[0], name.of, say) for flow, name in coloured(flows)
    )
    columns = step_names(shown, room, flows.names)
    return Grid(head, values, rows, columns, say("step"), low, high, "gradient", True)


def step_names(shown: list[int], room: int, names: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The steps below a strip: every tenth, or all where there is room to choose from them.

    With `names` these, instead of the steps' numbers.
    """
    wide = names and len(shown) * (max(map(len, names)) + 1) <= room
    every = 1 if wide or room >= PRINTED else STRIP
    said = names or [str(t + 1) for t in range(shown[-1] + 1)]
    return tuple(said[t] if k % every == 0 else "" for k, t in enumerate(shown))


def gates(flows: GradientFlows, step: int, room: int, say: Language) -> Grid | None:
    """What each flow's memory is multiplied by at each step, the mean over its units."""
    shown = sampled(flows.steps, room)
    rows, values = [], []
    for flow, name in coloured(flows):
        if flow.kept is not None and not flow.is_cut:
            rows.append(_padded(flows, _row_names(flow, say)[1], name.of, say))
            values.append(measures.over_units(flow.kept[1])[shown])
    if not rows:
        return None
    visible = np.where(np.array(shown) >= step, np.array(values), np.nan)
    now = next(k for k, t in enumerate(shown) if t >= step) if step else -1
    head = say.phrase(
        "How much of the memory one step keeps, 0 to 1, the mean over the units"
        if len(flows.flows[0].profiles) == 1
        else "How much of the memory one step keeps, 0 to 1, the mean over the units, first run"
    )
    return Grid(head, visible, tuple(rows), low=0.0, high=1.0, chosen=(-1, now), shown="heights")


# ---------------------------------------------------------------------------- curves


def curves(flows: GradientFlows, step: int, say: Language) -> Curves:
    """The same on a logarithmic scale, each with its band over the seeds."""
    low, high = scale(flows)
    time = np.arange(1, flows.steps + 1)
    found = []
    for flow, name in coloured(flows):
        band = tuple(_visible(each, step, low) for each in flow.band) if flow.band else (None, None)
        found.append(Curve(name, _visible(flow.left, step, low), *band))
    now = None if step == 0 else float(step + 1)
    axis = say("step"), "", True, now, low, high, True
    return Curves((), time, tuple(found), *axis, names=flows.names)


def _visible(values: np.ndarray, step: int, low: float) -> np.ndarray:
    """What the sweep has reached, and the scale holds."""
    there = (np.arange(len(values)) >= step) & (values >= low)
    visible: np.ndarray = np.where(there, values, np.nan)
    return visible


# ---------------------------------------------------------------------------- words


def reached(flows: GradientFlows, step: int, say: Language) -> Iterator[Expression]:
    """What is left when the sweep has come back to a step, a line for all flows."""
    parts: list[Text | Value] = []
    for flow, name in coloured(flows):
        parts += [Text(say(", "))] if parts else []
        parts += [name, Text(" "), Value(float(flow.left[step]), name.of)]
    at = {"t": str(step + 1), "lag": str(flows.steps - 1 - step)}
    yield say.phrase("Step {t}, {lag} back: {parts} of it is left.", parts=tuple(parts), **at)


def words(flows: GradientFlows, say: Language) -> Iterator[Expression]:
    """A sentence a flow that is true of these runs."""
    for flow, name in coloured(flows):
        yield say.phrase(
            "{name}: {outcome}{verdict}{keeps}",
            name=name,
            outcome=outcome(flow, say),
            verdict=_verdict(flow, say),
            keeps=_keeps(flow, say),
        )


def outcome(flow: GradientFlow, say: Language) -> Expression:
    """`after 99 steps 4.00e-12 of the gradient is left`, or what is true instead."""
    end = measures.end(flow.left)
    if end is None:
        return say.phrase("no gradient reaches it at all")
    if not end.lag:
        return say.phrase("the loss looks at its first step alone, so nothing goes back")
    if end.gone is not None:
        return say.phrase("after {steps} nothing is left", steps=say.count(end.gone, "step"))
    part = end.part
    if not math.isfinite(end.part):
        words = "after {steps} the gradient is no finite number"
    elif end.part < SMALLEST:
        words, part = "after {steps} less than {part} of the gradient is left", SMALLEST
    elif end.part > 1:
        words = "after {steps} the gradient is {part} times as large"
    else:
        words = "after {steps} {part} of the gradient is left"
    return say.phrase(words, steps=say.count(end.lag, "step"), part=Value(part))


def _verdict(flow: GradientFlow, say: Language) -> Expression:
    """What the gradient does; where not all runs do so, the median's, and how many do what."""
    end = measures.end(flow.left)
    if end is not None and not end.lag:
        return ()
    verdict = measures.verdict(flow.left)
    each = Counter(measures.verdict(profile) for profile in flow.profiles)
    runs = len(flow.profiles)
    if runs == 1:
        words = ": it {verdict}"
    elif each[verdict] == runs:
        words = ": it {verdict} (in all {runs} runs)"
    else:
        words = ": in the median it {verdict} (of {runs} runs: {counts})"
    counts = say(", ").join(f"{say(word)} {count}" for word, count in each.most_common())
    return say.phrase(words, verdict=say(verdict), runs=str(runs), counts=counts)


def _keeps(flow: GradientFlow, say: Language) -> Expression:
    """What the gate did meanwhile, in half-lives: of the median unit, and of the longest one."""
    if flow.kept is None or flow.is_cut:
        return say.phrase(".")
    symbol, kept = flow.kept
    holds = measures.holding(kept)
    if math.isnan(holds.middle + holds.longest):
        return say.phrase(".")
    if math.isinf(holds.middle) and math.isinf(holds.longest):
        return say.phrase("; all of the memory is kept at each step.")
    words = (
        "{start}by {gate} half of the memory is gone {middle}."
        if kept.shape[-1] == 1
        else "{start}by {gate} half of the memory is gone {middle} in the median unit, {longest} in"
        " the one that holds longest."
    )
    return say.phrase(
        words,
        start=say.phrase("; " if len(flow.profiles) == 1 else "; in the first run "),
        gate=Text(symbol, kind(flow.cell, symbol) or "forget gate"),
        middle=_gone(holds.middle, say),
        longest=_gone(holds.longest, say),
    )


def _gone(steps: float, say: Language) -> Expression:
    """When half of it is gone."""
    if math.isinf(steps):
        return say.phrase("at no step")
    if not steps >= 1:
        return say.phrase("within a step")
    return say.phrase("after {steps} steps", steps=f"{steps:.3g}")
