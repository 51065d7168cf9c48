"""What flows through the cell at each step?

A frame a step, first to last, then back: the wiring of one unit. A wire is as wide as its number is
large, its colour is the sign, and a gate is a valve, open as far as the gate is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lstm_viz.pictures.kinds import Rule, Stack, Text, Words
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.trace.records import Gradients, Trace
from lstm_viz.views.step.printed import input_words, stamp
from lstm_viz.views.wiring.diagram import wiring

FORWARD = (
    "A wire is as wide as its number is large; orange is above zero, blue below. A gate is a valve,"
    " open as far as the gate is."
)
BACKWARD = (
    "Against the arrows, a wire carries its share of the gradient; pink is above zero, gold below."
    " A valve lets the gradient through as it let the number through."
)
HELD = "= marks a held number: it is not computed from its inputs."


def forward(
    trace: Trace,
    unit: int = 0,
    steps: Iterable[int] | None = None,
    labels: tuple[str, ...] = (),
    say: Language = ENGLISH,
    stamps: tuple[str, ...] = (),
) -> Iterator[Stack]:
    """A frame a step (of `steps`, counted from 0, or of all): values along the wires."""
    for t in range(len(trace)) if steps is None else steps:
        head = say.known("step {t} of {n}").format(t=t + 1, n=len(trace)) + stamp(stamps, t)
        beside = () if trace.batched else input_words(trace, t, labels, say)
        rule = Rule(f"{trace.cell.name}, {head}", beside)
        quiet = _caption(FORWARD, trace, say)
        yield Stack((rule, wiring(trace, t, unit), quiet))


def backward(
    gradients: Gradients,
    unit: int = 0,
    steps: Iterable[int] | None = None,
    say: Language = ENGLISH,
) -> Iterator[Stack]:
    """A frame a step, last to first: gradients against the arrows."""
    trace = gradients.trace
    for t in reversed(range(len(trace))) if steps is None else steps:
        head = say.known("backward, step {t} of {n}").format(t=t + 1, n=len(trace))
        quiet = _caption(BACKWARD, trace, say)
        picture = wiring(trace, t, unit, gradients)
        yield Stack((Rule(f"{trace.cell.name}, {head}"), picture, quiet))


def _caption(words: str, trace: Trace, say: Language) -> Words:
    known = [say.known(each) for each in (words, *([HELD] if trace.held else []))]
    return Words((Text(" ".join(known)),), "quiet")
