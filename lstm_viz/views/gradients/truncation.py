"""What does truncating cost? The error of the weights' gradient, by the length of the pieces."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lstm_viz import measures
from lstm_viz.experiments.gradient_flow import GradientFlow
from lstm_viz.measures import Truncation
from lstm_viz.pictures.kinds import Curve, Curves, Expression, Stack, Table, Text, Value, Words
from lstm_viz.pictures.language import Language
from lstm_viz.views.gradients.look import Look

NAME = "truncation"
KEY = "k"
OPTION_HELP = "Error of the weight gradient with truncated BPTT, by length k."
LOSS = "all"


def picture(flow: GradientFlow, look: Look) -> Stack:
    """The error over the length of the pieces, and the shortest with a small one."""
    say, found = look.say, measures.truncation(flow.gradients)
    if not found.lengths or np.isnan(found.errors).any():
        return Stack((Words(say.phrase("nothing to truncate here")),))
    head = say.phrase(
        "{name}: error of the weight gradient, BPTT truncated after k steps", name=flow.name
    )
    curve = Curve(Text(say("error")), found.errors, of="gradient")
    top = max(1.0, float(found.errors.max()))
    plot = Curves(head, np.array(found.lengths), (curve,), say("k steps"), "", low=0.0, high=top)
    return Stack((plot, _rows(found, say), *map(Words, _said(found, flow, say))))


def table(flow: GradientFlow, unit: int) -> dict[str, np.ndarray]:
    """The lengths of the pieces, and the errors, relative to the whole gradient."""
    found = measures.truncation(flow.gradients)
    return {"lengths": np.array(found.lengths), "errors": found.errors}


def _rows(found: Truncation, say: Language) -> Table:
    rows = [
        ((Text(str(length)),), (Value(float(error)),))
        for length, error in zip(found.lengths, found.errors, strict=True)
    ]
    return Table((say("k steps"), say("error")), tuple(rows), (0, 1))


def _said(found: Truncation, flow: GradientFlow, say: Language) -> Iterator[Expression]:
    shortest = found.shortest()
    words = (
        "None of these lengths keeps the error below 10 %; the sequence has {steps} steps."
        if shortest is None
        else "With k = {shortest} or more the error is at most 10 %; the sequence has {steps}"
        " steps."
    )
    yield say.phrase(words, shortest=str(shortest), steps=str(len(flow.trace)))
