"""Where does the gradient go?

The same input through several cells, back from the same loss: how much of the gradient is left at
each step, as strips of brightness and as curves, and what the gates had to do with it. Time is one
axis for all of them.
"""

from __future__ import annotations

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
    Words,
)
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.pictures.numerals import numeral
from lstm_viz.pictures.scales import decades, marked
from lstm_viz.views.expressions import kind
from lstm_viz.views.gradients.lines import labels, strengths, strokes
from lstm_viz.views.gradients.verdicts import cautions, conclusion, reached, words

FAINTEST = 1e-30  # of the largest: what is below it is drawn at the low end of all scales


def picture(
    flows: GradientFlows, step: int = 0, final: bool = True, say: Language = ENGLISH
) -> Stack:
    """The sweep when it has come back to `step` (from 0): what lies before it is still empty.

    At the first step stand the sentences, unless it is not `final`: so all frames are as high.
    """
    said = headed(reached(flows, step, say), flows, say) if step else headline(flows, say)
    parts: list[Picture] = [said, strips(flows, step, say)]
    if (kept := gates(flows, step, say)) is not None:
        parts.append(kept)
    parts.append(curves(flows, None if step == 0 else float(step + 1), say))
    parts += cautions(flows, say)
    parts += [Words(line) for line in (words(flows, say) if final and not step else ())]
    parts.append(Words(facts(flows, say), "quiet"))
    return Stack(tuple(parts), in_step=True)


def headline(flows: GradientFlows, say: Language) -> Words:
    """The conclusion."""
    return Words(_whole(flows, say), "headline")


def headed(text: Expression, flows: GradientFlows, say: Language) -> Words:
    """What stands in the place of the conclusion until that is reached."""
    return Words(text, "headline", _whole(flows, say))


def _whole(flows: GradientFlows, say: Language) -> Expression:
    lines = conclusion(flows, say)
    return tuple(p for k, line in enumerate(lines) for p in (*((Text("\n"),) * (k > 0)), *line))


def facts(flows: GradientFlows, say: Language) -> Expression:
    """What was run, in one line."""
    what = _size(flows, say)
    if (runs := len(flows.flows[0].profiles)) > 1:
        what.append(say("the median of {n} runs").format(n=runs))
    told = [f"{say.known(label)}{say(': ')}{say.sentence(said)}" for label, said in flows.facts]
    return (Text(say("; ").join([say(", ").join(what), *told])),)


def title(flows: GradientFlows, say: Language = ENGLISH) -> Title:
    """What is run, above the parts."""
    what = _size(flows, say)
    facts = tuple((say.known(label), (Text(say.sentence(said)),)) for label, said in flows.facts)
    return Title(say("gradients"), say(", ").join(what), facts)


def context(flows: GradientFlows, say: Language) -> Words:
    """What is run, in one line aside, below the parts."""
    of = title(flows, say)
    facts = (piece for label, text in of.facts for piece in (Text(f"   {label}{say(': ')}"), *text))
    return Words((Text(of.what), *facts), "quiet")


def _size(flows: GradientFlows, say: Language) -> list[str]:
    """`50 units`, or `50, 100 units` where layers differ; and `60 steps`."""
    sizes = list(dict.fromkeys(each.units for each in flows.flows))
    units = say.count(sizes[0], "unit")
    if len(sizes) > 1:
        units = say("{n} units").format(n=say(", ").join(map(str, sizes)))
    return [units, say.count(flows.steps, "step")]


def scale(flows: GradientFlows) -> tuple[float, float]:
    """The ends of all logarithmic scales, powers of ten; a tenth and the whole are on them."""
    drawn = [each for flow in flows.flows for each in (flow.left, *(flow.band or ()))]
    return decades(np.concatenate([*drawn, (0.1, 1.0)]), FAINTEST)


# ---------------------------------------------------------------------------- over time


def strips(flows: GradientFlows, step: int, say: Language) -> Grid:
    """A strip a flow: how bright, that is how large, the gradient is at each step."""
    low, high = scale(flows)
    values = marked(np.array([flow.left for flow in flows.flows]))
    rows = tuple(map(Text, labels(flows)))
    lit = (float(step), float(flows.steps))
    return Grid(
        head(flows, say), values, rows,
        low=low, high=high, of="gradient", logarithmic=True, lit=lit,
    )  # fmt: skip


def head(flows: GradientFlows, say: Language) -> Expression:
    """What the strips and the curves are of."""
    return say.phrase(
        "Gradient remaining"
        if flows.flows[0].alone is None
        else "The gradient, relative to that at the last step"
    )


def gates(flows: GradientFlows, step: int, say: Language) -> Grid | None:
    """What each flow's memory is multiplied by at each step, the mean over its units."""
    rows, values = [], []
    for label, flow in zip(labels(flows), flows.flows, strict=True):
        if flow.kept is not None and not flow.is_cut:
            rows.append(Text(label, kind(flow.cell, flow.kept[0]) or "forget gate"))
            values.append(measures.over_units(flow.kept[1]))
    if not rows:
        return None
    words = say.phrase(
        "Fraction of the memory kept per step, mean over the units"
        if len(flows.flows[0].profiles) == 1
        else "Fraction of the memory kept per step, mean over the units, first run"
    )
    return Grid(
        words, marked(np.array(values)), tuple(rows), low=0.0, high=1.0,
        shown="heights", lit=(float(step), float(flows.steps)),
    )  # fmt: skip


def curves(
    flows: GradientFlows, now: float | None, say: Language, noted: int | None = None
) -> Curves:
    """The same on a logarithmic scale, each with its band over the seeds, as far as `now`.

    Its number at a step stands below its name where that is `noted`; that it is not finite, always.
    """
    first = 0 if now is None else min(round(now) - 1, flows.steps - 1)
    low, high = scale(flows)
    looks = strokes(flows), strengths(flows)
    lines = zip(labels(flows), flows.flows, *looks, strict=True)
    found = [
        Curve(
            Text(label), flow.left, low, high, note=_note(flow, first, noted, say),
            of="gradient", stroke=stroke, strength=strength,
        )
        for label, flow, stroke, strength in lines
        for low, high in [flow.band or (None, None)]
    ]  # fmt: skip
    time = np.arange(1, flows.steps + 1)
    axis = say("step"), "", True, now, low, high, True
    return Curves((), time, tuple(found), *axis, names=flows.names)


def _note(flow: GradientFlow, first: int, step: int | None, say: Language) -> str:
    left = float(flow.left[first if step is None else step])
    if not np.isfinite(left):
        return say("not finite")
    return "" if step is None else numeral(left)


# ---------------------------------------------------------------------------- frames


def frames(flows: GradientFlows, count: int = 60, say: Language = ENGLISH) -> Iterator[Stack]:
    """The sweep: from the loss back to the first step, in about so many frames."""
    for step in backward_steps(flows.steps, count):
        yield picture(flows, step, final=False, say=say)


def backward_steps(steps: int, count: int) -> list[int]:
    """The steps at which the sweep is shown, the last first, the first always among them."""
    every = max(1, round(steps / count))
    return [*range(steps - 1, 0, -every), 0]
