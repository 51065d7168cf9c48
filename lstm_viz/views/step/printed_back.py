"""Where does each gradient come from?

A frame a step, last to first: every quantity of one unit with its value beside its gradient, and
the shares that the gradient is the sum of, edge by edge, with the numbers put in.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.tree import PREVIOUS, names_in
from lstm_viz.measures import (
    Worked,
    added_up,
    goes_on_alone,
    parts,
    passed_on,
    settled_weights,
    worked,
)
from lstm_viz.pictures.kinds import (
    Expression,
    Gradient,
    Rule,
    Share,
    Stack,
    Sweep,
    Table,
    Text,
    Value,
    Words,
)
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.pictures.numerals import DIGITS, numeral, read
from lstm_viz.trace.records import Gradients
from lstm_viz.views.expressions import Values, about, formula, kind, named, numbers, title
from lstm_viz.views.step.memory_ledger import is_held, keeps, percent
from lstm_viz.views.step.printed import input_words, same, stamp, values_at


def backward(
    gradients: Gradients,
    unit: int = 0,
    at: tuple[int, ...] = (),
    labels: tuple[str, ...] = (),
    say: Language = ENGLISH,
    was: Gradients | None = None,
    digits: int = DIGITS,
    stamps: tuple[str, ...] = (),
) -> Iterator[Stack]:
    """A frame a step (of `at`, counted from 0, or of all), the last one first.

    `was` is of the run with nothing held.
    """
    trace = gradients.trace
    shares = {name: gradients.shares(name) for name in order(trace.cell)}
    for t in sorted(at, reverse=True) or reversed(range(len(trace))):
        moment = Moment(gradients, t, shares, say)
        sums = [
            beside(
                moment.gradient(name, row), None if was is None else was[name][t, row], digits, say
            )
            for name in shares
            for row in (range(trace["x"].shape[-1]) if name == "x" else [unit])
            if row < trace[name].shape[-1]
        ]
        words = say("backward, step {t} of {n}").format(t=t + 1, n=len(trace)) + stamp(stamps, t)
        head = Rule(words, input_words(trace, t, labels, say))
        passed = passed_words(gradients, unit, t, say)
        yield Stack((head, Sweep(tuple(sums)), *(Words(said) for _, said in passed)))


def beside(each: Gradient, old: float | None, digits: int, say: Language) -> Gradient:
    """The gradient with what it was in the place of its title, where it has changed."""
    if old is None or same(old, each.gradient):
        return each
    title = say("gradient was {value}").format(value=numeral(float(old), digits))
    return replace(each, title=title, changed=True)


def order(cell: Recurrence) -> list[str]:
    """The quantities from the last to the first, then what came in from outside the step.

    Those of one rank, such as the gates, stand in the order of the equations, as forward.
    """
    ranks: dict[str, int] = {}
    for equation in cell.equations:
        needed = [ranks[name] for name in names_in(equation.tree) if name in ranks]
        ranks[equation.target] = max(needed, default=0) + 1
    back = sorted(cell.quantities, key=lambda name: -ranks[name])
    return [*back, *(state + PREVIOUS for state in cell.states), "x"]


class Moment:
    """One step in the backward pass."""

    def __init__(
        self,
        gradients: Gradients,
        t: int,
        shares: Mapping[str, Mapping[str, np.ndarray]],
        say: Language = ENGLISH,
        values: Values | None = None,
    ) -> None:
        self.say = say
        self.cell, self.t, self.shares = gradients.cell, t, shares
        self.last = t == len(gradients) - 1
        self.values = dict(values or values_at(gradients.trace, t, gradients))
        self.passing = self.values | {
            "d" + name: gradients.passing(name)[t] for name in gradients.trace.held
        }
        self.gradients = gradients
        self.terms = {(edge.target, edge.source): edge.term for edge in self.cell.backward}

    def gradient(self, name: str, row: int, absent: bool = False) -> Gradient:
        """Value, gradient and shares of one quantity; those too that are there at other steps."""
        found = {source: float(array[self.t][row]) for source, array in self.shares[name].items()}
        taken = {source: self._worked(name, row, source, value) for source, value in found.items()}
        known = {source: each.result for source, each in taken.items()}
        part = parts(known)
        silent = [by for by, value in found.items() if not value and self._silent(name, row, by)]
        shares = tuple(
            replace(self._share(name, row, source, each, part[source]), absent=source in silent)
            for source, each in taken.items()
            if source not in silent or (absent and self._elsewhere(name, row, source))
        )
        shares = tuple(sorted(shares, key=lambda share: share.absent))
        shown = f"x[{row}]" if name == "x" and len(self.values["x"]) > 1 else name
        whole = added_up(known, float(self.values["d" + name][row]), read)
        head = Text(shown, kind(self.cell, name)), title(self.cell, name, self.say)
        value = float(self.values[name][row])
        return Gradient(*head, value, whole.result, shares, digits=whole.digits)

    def _silent(self, name: str, row: int, source: str) -> bool:
        """Whether a share of 0 is left out: no loss, nothing after the end, or it is held."""
        if source == "loss" or (self.last and source == name + PREVIOUS):
            return True
        within = (name, source) in self.terms and row < len(self.values[source])
        return within and is_held(self.gradients.trace, source, self.t, row)

    def _elsewhere(self, name: str, row: int, source: str) -> bool:
        """Whether a share is there at another step, or with something else held."""
        array = self.shares[name][source]
        return bool(array[:, row].any()) if source == "loss" else len(array) > 1

    def _worked(self, name: str, row: int, source: str, value: float) -> Worked:
        tree = self.terms.get((name, source))
        return worked(tree, self.passing, row, value, read) if tree else Worked(value, 0)

    def _share(self, name: str, row: int, source: str, found: Worked, part: float) -> Share:
        cell, value = self.cell, found.result
        if source == "loss":
            return Share((Text(self.say("loss"), "gradient"),), (), (), value, part)
        if source == name + PREVIOUS:
            of_run = self.say("step {t}").format(t=len(self.gradients))  # as wide at every step
            after = self.say("step {t}").format(t=self.t + 2).ljust(len(of_run))
            passed = formula(cell, "d" + source)
            said = self.say.phrase("{gradient} of {step}", gradient=passed, step=after)
            return Share((Text(after),), said, (), value, part)
        tree = self.terms[name, source]
        put_in = numbers(cell, tree, self.passing, row, found.digits)
        return Share((named(cell, source),), formula(cell, tree), put_in, value, part)


def passed_words(
    gradients: Gradients, unit: int, t: int, say: Language = ENGLISH
) -> Iterator[tuple[str, Expression]]:
    """How much of a state's gradient goes back a step, for states that keep their past."""
    cell, trace = gradients.cell, gradients.trace
    known = values_at(trace, t, gradients)
    where = say("step {t}").format(t=t) if t else say("the initial state")
    for state in cell.states:
        if not keeps(trace, state, unit) or is_held(trace, state, t, unit):
            continue
        here, on = (float(known["d" + each][unit]) for each in (state, state + PREVIOUS))
        if not (here and math.isfinite(here) and math.isfinite(on)):
            continue
        what = Text(title(cell, state, say) or state, kind(cell, state))
        if not goes_on_alone(gradients, state):
            words = "The {state}'s gradient is {here}; before this step it is {on}."
            words = about(cell, state, words)
            yield state, say.phrase(words, state=what, here=Value(here), on=Value(on))
            continue
        part = float(passed_on(gradients, state, t)[unit])
        ratio = say(" ({share})").format(share=percent(part, say)) if part >= 0 else ""
        words = "The {state}'s gradient is {here}; {on} goes back to {where}{ratio}."
        words, pieces = about(cell, state, words), {"where": where, "ratio": ratio}
        yield state, say.phrase(words, state=what, here=Value(here), on=Value(on), **pieces)


def weight_gradients(gradients: Gradients, unit: int = 0, say: Language = ENGLISH) -> Stack:
    """Every weight of one unit beside its gradient, summed over all steps."""
    found, weights = settled_weights(gradients), gradients.trace.weights
    rows = tuple(row for n, g in found.items() for row in _weight_rows(n, weights[n], g, unit))
    table = Table((say("weight"), say("value"), say("gradient")), rows, right=(1, 2))
    return Stack((Rule(say("weights: gradients summed over the steps")), table))


def _weight_rows(
    name: str, weight: np.ndarray, gradient: np.ndarray, unit: int
) -> Iterator[tuple[tuple[Text | Value], ...]]:
    if unit >= len(weight):
        return
    for k, pair in enumerate(zip(weight[unit].flat, gradient[unit].flat, strict=True)):
        place = f"[{unit}, {k}]" if weight.ndim == 2 else f"[{unit}]"
        label = Text(name + (place if weight.size > 1 else ""), "weight")
        yield (label,), (Value(float(pair[0]), "weight"),), (Value(float(pair[1]), "gradient"),)
