"""What does each equation compute at each step?

A frame a step, first to last: every equation of one unit as symbols, with its numbers put in, and
its result; below it, in words, what the memory keeps and what is added to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from lstm_viz.measures import SPELLED_OUT, not_finite_since, settled, worked
from lstm_viz.pictures.kinds import Arithmetic, Expression, Line, Rule, Stack, Text, Title, Value
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.pictures.numerals import DIGITS, numeral, read
from lstm_viz.trace.records import Gradients, Trace
from lstm_viz.views.expressions import Values, formula, kind, named, numbers, sum_sign
from lstm_viz.views.expressions import title as titled
from lstm_viz.views.step.memory_ledger import is_held, memory_words

UNKNOWN = "given by its gradient"  # a loss of which nothing else is known
SHOWN_FEATURES = 6  # of x, beside the number of the step


def title(
    trace: Trace,
    weights: str,
    inputs: str,
    unit: int,
    loss: tuple[str, float] | None = None,
    say: Language = ENGLISH,
    label: str = "weights",
) -> Title:
    """What is run: the cell and its size, where weights and inputs are from, and the loss.

    `label` is what `weights` are said to be: of a problem, its title and source stand there.
    """
    units = max(trace[name].shape[-1] for name in trace.cell.quantities)
    sizes = (
        say.count(units, "unit"),
        say.count(trace["x"].shape[-1], "input"),
        say.count(len(trace), "step"),
    )
    facts: list[tuple[str, Expression]] = [
        (say(label), (Text(say.sentence(weights)),)),
        (say("input"), (Text(say.sentence(inputs)),)),
    ]
    if units > 1:
        words = say.phrase("unit {unit} of 0 to {last}", unit=f"{unit}", last=f"{units - 1}")
        facts.append((say("shown"), words))
    if (longest := max(trace["x"].shape[-1], units)) > SPELLED_OUT:
        words = say.phrase("a sum of {count} products with this value", count=f"{longest}")
        facts.append((f"{sum_sign(longest)}(…)", words))
    facts += _loss_facts(trace, loss, say) if loss else []
    if warning := not_finite(trace, say):
        facts.append((say("note"), warning))
    return Title(trace.cell.name, say(", ").join(sizes), tuple(facts))


def _loss_facts(
    trace: Trace, loss: tuple[str, float], say: Language
) -> list[tuple[str, Expression]]:
    output = trace.cell.output
    words = say.phrase("the gradient of {name}; likewise for every name", name=output)
    known = say.sentence(loss[0])
    loss_words: Expression = (Text(known + say(": ")), Value(loss[1], "gradient"))
    if loss[0] == UNKNOWN:
        loss_words = (Text(known),)
    return [(say("loss"), loss_words), (f"∂L/∂{output}", words)]


def not_finite(trace: Trace, say: Language = ENGLISH) -> Expression:
    """The first quantity that is not a finite number, and since when; empty if all are."""
    if (found := not_finite_since(trace)) is None:
        return ()
    name, t = found
    words = "{name} is not a finite number from step {t} on"
    return say.phrase(words, name=name, t=str(t + 1))


def forward(
    trace: Trace,
    unit: int = 0,
    at: tuple[int, ...] = (),
    labels: tuple[str, ...] = (),
    say: Language = ENGLISH,
    was: Trace | None = None,
    digits: int = DIGITS,
    stamps: tuple[str, ...] = (),
) -> Iterator[Stack]:
    """A frame a step (of `at`, counted from 0, or of all).

    `was` is the run with nothing held; `stamps` say when each step was.
    """
    cell = trace.cell
    names = [name for name in cell.quantities if unit < trace[name].shape[-1]]
    for t in at or range(len(trace)):
        values = values_at(trace, t)
        lines = tuple(_line(trace, t, values, name, unit, say) for name in names)
        lines = (
            tuple(_beside(line, float(was[line.name.text][t, unit]), digits, say) for line in lines)
            if was
            else lines
        )
        words = say("step {t} of {n}").format(t=t + 1, n=len(trace)) + stamp(stamps, t)
        head = Rule(words, input_words(trace, t, labels, say))
        yield Stack((head, Arithmetic(lines), *memory_words(trace, t, unit, say)))


def stamp(stamps: tuple[str, ...], t: int) -> str:
    """When a step was, to stand after its number; nothing where that is not known."""
    return f", {stamps[t]}" if stamps else ""


def _line(trace: Trace, t: int, values: Values, name: str, unit: int, say: Language) -> Line:
    cell, tree = trace.cell, trace.cell.equation[name].tree
    head, result = (named(cell, name), titled(cell, name, say)), float(values[name][unit])
    if is_held(trace, name, t, unit):
        return Line(*head, say.phrase("held"), (Value(result, kind(cell, name)),), result)
    found = worked(tree, values, unit, result, read)
    put_in = numbers(cell, tree, values, unit, found.digits)
    return Line(*head, formula(cell, tree), put_in, found.result)


def same(one: float, other: float) -> bool:
    """Whether nothing has changed; what is not a number stays so."""
    return one == other or (one != one and other != other)


def _beside(line: Line, old: float, digits: int, say: Language) -> Line:
    """The line with what it was in the place of its title, where it has changed."""
    if same(old, line.result):
        return line
    return replace(line, title=say("was {value}").format(value=numeral(old, digits)), changed=True)


def values_at(trace: Trace, t: int, gradients: Gradients | None = None) -> dict[str, np.ndarray]:
    """Everything known at one step, by the names of equations: c, W_i, and dc for a gradient."""
    known = {**trace.weights, **{name: trace[name][t] for name in trace.names}}
    if gradients is not None:
        known |= settled(gradients, known, t)
    return known


def input_words(
    trace: Trace, t: int, labels: tuple[str, ...] = (), say: Language = ENGLISH
) -> Expression:
    """`x = 1.000`, the character of the step, or how many features there are."""
    x = trace["x"][t]
    if labels:
        return Text("x", "input"), Text(f" = {labels[t]}")
    if len(x) > SHOWN_FEATURES:
        return Text("x", "input"), Text(": "), *say.phrase("{n} features", n=f"{len(x)}")
    return (
        Text("x", "input"),
        Text(" ="),
        *(p for v in x for p in (Text(" "), Value(float(v), "input"))),
    )
