"""What flows through the cell at each step?

A frame a step, first to last, then back: the wiring of one unit, with what the step does in a
sentence above it, and how to read it below. `moving` draws the same step as a film.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lstm_viz.equations.tree import factors
from lstm_viz.pictures.kinds import Expression, Rule, Stack, Text, Value, Wiring, Words
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.trace.records import Gradients, Trace
from lstm_viz.views.expressions import about, kind
from lstm_viz.views.expressions import title as titled
from lstm_viz.views.step.memory_ledger import kept_words, memory_of
from lstm_viz.views.step.printed import input_words, stamp
from lstm_viz.views.step.printed_back import passed_words
from lstm_viz.views.wiring.diagram import Wired, scale_of
from lstm_viz.views.wiring.graph import graph_of

FORWARD = "A wire is as wide as its number is large, faint near 0, broken below zero."
ARROWS = "The gradient goes back along the arrows."
BACKWARD = (
    "The gradient goes back along the arrows. A wire is as wide as its share of it is large, faint"
    " near 0, broken below zero."
)
BY_LOGARITHM = (
    "The gradient goes back along the arrows. A wire is as wide as the logarithm of its share of"
    " it, faint near the low end of the scale, broken below zero."
)
ONE_SCALE = "The scale is that of the whole run."
METER = "The × of a gate is a meter: it is filled as far as the gate is open."
METER_BACK = "What a gate multiplies gets as much of the gradient as the gate is filled."
METERS = "Several gates on one × fill it to their product."
MARKED = {
    "÷": "÷ at the end of a wire marks the divisor.",
    "^": "^ at the end of a wire marks the exponent.",
}
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
    shown = _shown(trace, steps)
    wired = Wired(trace, unit, None, range(shown[0], shown[-1] + 1))
    for t in shown:
        words = say.known("step {t} of {n}").format(t=t + 1, n=len(trace)) + stamp(stamps, t)
        beside = () if trace.batched else input_words(trace, t, labels, say)
        head = Rule(_headed(trace, words, unit, say), beside)
        said = () if trace.batched else does_words(trace, t, unit, say)
        yield _framed(head, said, wired.at(t), trace, say)


def backward(
    gradients: Gradients,
    unit: int = 0,
    steps: Iterable[int] | None = None,
    say: Language = ENGLISH,
    with_: Sequence[Gradients] = (),
) -> Iterator[Stack]:
    """A frame a step, last to first: gradients along arrows that point back.

    To be compared `with_` other runs, on one scale for all of them.
    """
    trace = gradients.trace
    shown = _shown(trace, steps)
    scale = scale_of(unit, gradients, *with_)
    wired = Wired(trace, unit, gradients, range(shown[0], shown[-1] + 1), scale)
    for t in reversed(shown):
        words = say.known("backward, step {t} of {n}").format(t=t + 1, n=len(trace))
        head = Rule(_headed(trace, words, unit, say))
        said = () if trace.batched else goes_back_words(gradients, t, unit, say)
        yield _framed(head, said, wired.at(t), trace, say)


def _shown(trace: Trace, steps: Iterable[int] | None) -> Sequence[int]:
    return range(len(trace)) if steps is None else sorted(steps)


def _headed(trace: Trace, words: str, unit: int, say: Language) -> str:
    """The cell, the step, and the unit where there are several."""
    last = max(int(trace[name].shape[-1]) for name in trace.cell.quantities) - 1
    which = say("unit {unit} of 0 to {last}").format(unit=unit, last=last)
    return f"{trace.cell.name}{say(', ')}{words}" + f"{say(', ')}{which}" * (last > 0)


def _framed(head: Rule, said: Expression, picture: Wiring, trace: Trace, say: Language) -> Stack:
    return Stack((head, Words(said, "strong"), picture, _caption(picture, trace, say)))


# ---------------------------------------------------------------------------- in words


def does_words(trace: Trace, t: int, unit: int, say: Language = ENGLISH) -> Expression:
    """What the step does: what becomes of the memory, else what it comes to."""
    cell = trace.cell
    for state in (memory_of(trace, unit), *cell.states):
        if state and (words := kept_words(trace, state, t, unit, say)):
            return words
    return _comes_to("The {name} is {value}.", trace, trace, t, unit, say)


def goes_back_words(gradients: Gradients, t: int, unit: int, say: Language = ENGLISH) -> Expression:
    """How much of the memory's gradient goes on to the step before, else what it is."""
    words = next((said for _, said in passed_words(gradients, unit, t, say)), ())
    sentence = "The gradient of the {name} is {value}."
    return words or _comes_to(sentence, gradients, gradients.trace, t, unit, say)


def _comes_to(
    words: str, record: Trace | Gradients, trace: Trace, t: int, unit: int, say: Language
) -> Expression:
    cell, name = trace.cell, trace.cell.output
    row = min(unit, trace[name].shape[-1] - 1)
    of = "gradient" if isinstance(record, Gradients) else kind(cell, name)
    value = Value(float(record[name][t, row]), of)
    words = about(cell, name, words)
    return say.phrase(
        words, name=Text(titled(cell, name, say) or name, kind(cell, name)), value=value
    )


def _caption(picture: Wiring, trace: Trace, say: Language) -> Words:
    """How to read it: of gates, of marks, and of what is held, where there are such.

    On characters no wire is wide, and no gate is filled.
    """
    back = BY_LOGARITHM if picture.low > 0 else BACKWARD
    gates = [piece.gate for piece in graph_of(trace.cell).parts.values() if piece.gate]
    several = any(len(factors(gate)) > 1 for gate in gates)
    words = [back if picture.backward else FORWARD]
    words += [ONE_SCALE] * picture.backward
    words += [METER_BACK if picture.backward else METER] * bool(gates) + [METERS] * several
    marks = {wire.mark for wire in picture.wires}
    always = [said for mark, said in MARKED.items() if mark in marks]
    always += [HELD] * bool(trace.held)
    typed = [ARROWS] * picture.backward + always
    both = (Text(say.joined(words + always)),), (Text(say.joined(typed)),)
    return Words(both[0], "quiet", typed=both[1])
