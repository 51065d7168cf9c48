"""How steep is the loss around two weights, and where does gradient descent go there?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from lstm_viz.pictures.kinds import (
    Expression,
    Landscape,
    Picture,
    Stack,
    Text,
    Title,
    Value,
    Way,
    Words,
)
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.pictures.scales import decades
from lstm_viz.problems import Descent, Problem
from lstm_viz.problems import Landscape as Found
from lstm_viz.validation.numbers import brief
from lstm_viz.views.problem import facts_of

MARKS = "p", "c"  # of the plain descent, of the clipped one


def picture(
    problem: Problem, found: Found, descents: Sequence[Descent], say: Language = ENGLISH
) -> Stack:
    """The gradient's norm over both weights, the ways through it, and what they came to."""
    title = Title(problem.name, problem.title, tuple(facts_of(problem, say)))
    told = [_largest(found, say), *(_came_to(each, say) for each in descents)]
    parts: list[Picture] = [title, field(found, descents, say), *map(Words, told)]
    return Stack(tuple(parts))


def field(found: Found, descents: Sequence[Descent], say: Language = ENGLISH) -> Landscape:
    """The gradient's norm over both weights, and the ways through it; nothing else."""
    x, y = found.names
    head = say.phrase("size of the gradient by {x} and {y}", x=x, y=y)
    low, high = decades(np.array(found.usual))
    ways = tuple(
        Way(Text(_name(each, say)), each.places[:, 0], each.places[:, 1], mark)
        for each, mark in zip(descents, MARKS, strict=True)
    )
    return Landscape(
        head, found.x, found.y, found.norms, ways, x, y, low=low, high=high, of="gradient"
    )


def _name(found: Descent, say: Language) -> str:
    return say("plain") if found.clip is None else say("clipped")


def _largest(found: Found, say: Language) -> Expression:
    if not found.largest:
        return say.phrase("No gradient here is a number other than 0.")
    (x, y), (w, b) = found.steepest, found.names
    return say.phrase(
        "Largest gradient drawn: {largest}, at {x_name} = {x}, {y_name} = {y}; the median is"
        " {median}.",
        largest=Value(found.largest),
        x_name=w,
        x=Value(x),
        y_name=b,
        y=Value(y),
        median=Value(found.median),
    )


def _came_to(found: Descent, say: Language) -> Expression:
    """How a descent went, in one sentence."""
    return tuple(_told(found, say))


def _told(found: Descent, say: Language) -> Iterator[Text | Value]:
    first, last = float(found.losses[0]), float(found.losses[-1])
    yield from say.phrase(
        "{name}: {updates} from loss {first} to {last}; longest step {step}",
        name=_name(found, say),
        updates=say.count(found.updates, "update"),
        first=Value(first),
        last=Value(last),
        step=Value(found.farthest),
    )
    if found.clip is not None:
        yield from say.phrase(
            "; clipped to a norm of {clip} at {acted}",
            clip=brief(found.clip),
            acted=say.count(found.acted, "update"),
        )
    if found.stopped:
        yield from say.phrase("; it ended there: the gradient is no longer a finite number")
    yield Text(say("."))
