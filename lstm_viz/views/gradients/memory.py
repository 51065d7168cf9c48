"""What is the state made of: how much of it was written when?"""

from __future__ import annotations

import numpy as np

from lstm_viz import measures
from lstm_viz.experiments.gradient_flow import GradientFlow
from lstm_viz.pictures.kinds import Areas, Curve, Expression, Stack, Text, Value, Words
from lstm_viz.pictures.language import Language
from lstm_viz.views.expressions import named
from lstm_viz.views.gradients.look import Look

NAME = "memory"
KEY = "m"
OPTION_HELP = "The content of the state, by the step that wrote it."
SPANS = 6  # of steps, in which the memory's contents are told apart


def picture(flow: GradientFlow, look: Look) -> Stack:
    """What is left in the state of what each span of steps wrote, stacked."""
    say, state = look.say, named(flow.cell, flow.state)
    if flow.state not in measures.linear_states(flow.cell):
        words = (
            "{name}: {state} is computed anew at each step, so its content cannot be split by step."
        )
        return Stack((Words(say.phrase(words, name=flow.name, state=Text(flow.state))),))
    shares = measures.memory_shares(flow.trace, flow.state)[..., look.unit]
    spans = measures.in_spans(shares, SPANS)
    parts = [
        Curve(Text(_span(*span, say), "memory" if k else ""), part)
        for k, (span, part) in enumerate(spans.items())
        if k or part.any()
    ]
    words = "{name}: content of {state} in unit {unit}, by the step that wrote it"
    head = say.phrase(words, name=flow.name, state=state, unit=str(look.unit))
    areas = Areas(head, np.arange(1, len(shares) + 1), tuple(parts), say("step"), total=state)
    held = Value(float(flow.trace[flow.state][-1, look.unit]))
    return Stack((areas, Words(_recent(measures.recent(shares[-1]), state, held, say))))


def table(flow: GradientFlow, unit: int) -> dict[str, np.ndarray]:
    """Shares by writing time, (T, T + 1), of one unit; nothing for a state computed anew."""
    if flow.state not in measures.linear_states(flow.cell):
        return {}
    return {"": measures.memory_shares(flow.trace, flow.state)[..., unit]}


def _span(first: int, last: int, say: Language) -> str:
    if not last:
        return say("before")
    words = say("step {t}") if first == last else say("{first} to {last}")
    return words.format(t=last, first=first, last=last)


def _recent(steps: int, state: Text, held: Value, say: Language) -> Expression:
    """In how many of the last steps half of what the memory holds was written."""
    if not steps:
        return say.phrase("{state} holds nothing at the end.", state=state)
    words = (
        "At the end {state} is {held}; half of its content (by size) was written in the last step."
        if steps == 1
        else "At the end {state} is {held}; half of its content (by size) was written in the"
        " last {n} steps."
    )
    return say.phrase(words, state=state, held=held, n=str(steps))
