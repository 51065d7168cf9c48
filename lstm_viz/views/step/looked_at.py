"""One run as the screens of `lstm-viz step` need it: its lines, its scales, its words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.tree import PREVIOUS, names_in
from lstm_viz.experiments.holds import Hold
from lstm_viz.measures import DOUBTFUL, added_up, first_written
from lstm_viz.pictures.kinds import Expression, Wiring
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.pictures.numerals import numeral, read
from lstm_viz.pictures.scales import FAINTEST, decades, extremes, symmetric
from lstm_viz.trace.records import Gradients, Trace
from lstm_viz.views.expressions import Values, formula, kind, title
from lstm_viz.views.step.memory_ledger import is_held, memory_of
from lstm_viz.views.step.printed import same, values_at
from lstm_viz.views.step.printed_back import order
from lstm_viz.views.step.state import State
from lstm_viz.views.step.wired import wiring_at

BOUNDED = ("gate", "candidate", "memory", "output")  # kinds whose numbers have bars


@dataclass(frozen=True, eq=False)
class LookedAt:
    """A trace with its gradients, where its weights are from, the loss, in words of a language."""

    trace: Trace
    gradients: Gradients
    source: str = ""
    labels: tuple[str, ...] = ()
    loss: tuple[str, float] = ("", 0.0)
    say: Language = ENGLISH
    was: LookedAt | None = None  # the run as it was, where something is held

    @property
    def cell(self) -> Recurrence:
        """The cell that was run."""
        return self.trace.cell

    def __len__(self) -> int:
        return len(self.trace)

    @cached_property
    def units(self) -> int:
        """How many units there are to choose from."""
        return max(int(self.trace[name].shape[-1]) for name in self.cell.quantities)

    @cached_property
    def written(self) -> dict[str, Expression]:
        """Every equation's right side as symbols."""
        return {n: formula(self.cell, self.cell.equation[n].tree) for n in self.cell.quantities}

    @cached_property
    def steps(self) -> tuple[str, ...]:
        """The steps by their numbers, from 1."""
        return tuple(str(t + 1) for t in range(len(self)))

    def title(self, name: str) -> str:
        """What a quantity is called; empty where the cell does not say."""
        return title(self.cell, name, self.say)

    def lines(self, back: bool, unit: int) -> tuple[str, ...]:
        """The names that can be chosen, in the order in which they are computed."""
        return _lines(self.trace, back, unit)

    def computed(self, unit: int) -> tuple[str, ...]:
        """What the equations of a unit compute, in their order."""
        return tuple(n for n in self.cell.quantities if unit < self.trace[n].shape[-1])

    def weights_of(self, state: State) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """The weights that the chosen line is computed from: names and places."""
        return _weights_of(self.trace, state.name, state.row)

    def chosen(self, state: State) -> Hold | None:
        """The chosen number as one that can be held; None for what came in from before the run."""
        if state.weight:
            name, place = self.weights_of(state)[state.weight - 1]
            return Hold(name, float(self.trace.weights[name][place]), place)
        name, t = state.name, state.t
        if name.endswith(PREVIOUS):
            name, t = name.removesuffix(PREVIOUS), t - 1
        if t < 0:
            return None
        place = (state.row,) if self.trace[name].shape[-1] > 1 else ()
        return Hold(name, float(self.trace[name][t, state.row]), place, (t, t))

    def opening(self, unit: int) -> int:
        """The step to begin with: where the memory is first written."""
        return first_written(self.trace, memory_of(self.trace, unit) or self.cell.output, unit)

    def is_held(self, name: str, t: int, unit: int) -> bool:
        """Whether a number is held, not computed."""
        return is_held(self.trace, name, t, unit)

    def is_given(self, state: State) -> bool:
        """Whether the chosen line is not computed: an input, or what is held."""
        name = state.name
        return not state.back and (name == "x" or self.is_held(name, state.t, state.unit))

    def before(self, name: str, t: int, row: int, back: bool = False) -> float | None:
        """The number, or gradient, as it was without what is held; None where it is the same."""
        if self.was is None:
            return None
        now, then = (r.gradients if back else r.trace for r in (self, self.was))
        old = float(then[name][t, row])
        return None if same(old, now[name][t, row]) else old

    def title_or_before(self, name: str, t: int, row: int, digits: int) -> str:
        """What a quantity is called; where its number has changed, what it was, in few columns."""
        old, was = self.before(name, t, row), self.say("was {value}")
        if old is None:
            return self.title(name)
        fitting = (numeral(old, k) for k in range(digits, 1, -1))
        value = next((each for each in fitting if len(each) <= digits + 4), numeral(old, 1))
        return was.format(value=value)

    def values(self, t: int, gradients: bool = False) -> Values:
        """All that is known at a step."""
        return _values(self.trace, t, self.gradients if gradients else None)

    def passing(self, t: int) -> Values:
        """The same with gradients, of what is held none: what goes on through the equations."""
        still = {"d" + name: self.gradients.passing(name)[t] for name in self.trace.held}
        return {**self.values(t, gradients=True), **still}

    def shares(self, name: str) -> dict[str, np.ndarray]:
        """The gradient of a name by where it came from, over all steps."""
        return _shares(self.gradients, name)

    def gradient(self, name: str, t: int, row: int) -> float:
        """A gradient; 0 where that is what rounding has left of its shares."""
        found = float(self.values(t, gradients=True)["d" + name][row])
        if not 0 < abs(found) < DOUBTFUL:
            return found
        shares = {by: float(array[t, row]) for by, array in self.shares(name).items()}
        return added_up(shares, found, read).result

    def largest(self, name: str) -> float:
        """The end of a quantity's bar: 1, or its largest number, of both runs if one is held."""
        own = _largest(self.trace, name)
        return max(own, self.was.largest(name)) if self.was else own

    def scale(self, name: str) -> tuple[float, float]:
        """The ends of a quantity's bar; (0, 0) where it has none."""
        of = kind(self.cell, name).split(" ")[-1]
        if of not in BOUNDED or name.endswith(PREVIOUS):
            return 0.0, 0.0
        most = self.largest(name)
        return (0.0 if of == "gate" else -most), most

    @property
    def decades(self) -> tuple[float, float]:
        """Powers of ten around the sizes of all gradients of the run: one scale for all of it."""
        return _decades(self.gradients)

    def room(self, unit: int, back: bool = False) -> tuple[float, ...]:
        """The numbers of the run that are the widest to write, of one unit; back, gradients too."""
        return _room(self.trace, self.gradients if back else None, unit)

    def reached(self, name: str, state: State, hidden: bool = False) -> np.ndarray:
        """What is known of a quantity at a state, (T, rows): up to its step; back, from it on.

        Not a number where it is not known yet, or still `hidden`.
        """
        record = self.gradients if state.back else self.trace
        values = np.array(record[name], dtype=float)
        unknown = slice(state.t + hidden) if state.back else slice(state.t + (not hidden), None)
        values[unknown] = np.nan
        return values

    def wiring(self, t: int, unit: int, back: bool) -> Wiring:
        """The wiring with the values, or the gradients, of a step."""
        runs = [(r.trace, r.gradients if back else None) for r in (self, self.was) if r]
        return wiring_at(t, unit, *runs)

    def gates(self, unit: int) -> list[str]:
        """The gates, and what could be written."""
        names = [n for n in self.cell.quantities if unit < self.trace[n].shape[-1]]
        return [n for n in names if kind(self.cell, n).split(" ")[-1] in ("gate", "candidate")]

    def tracked(self, unit: int) -> list[str]:
        """What the way through time shows: the memory, and the output."""
        found = (memory_of(self.trace, unit), self.cell.output)
        return list(dict.fromkeys(each for each in found if each))


# What the frames of a run ask for again and again.


@lru_cache(64)
def _lines(trace: Trace, back: bool, unit: int) -> tuple[str, ...]:
    names = order(trace.cell) if back else list(trace.cell.quantities)
    found = [n for n in names if n != "x" and unit < trace[n].shape[-1]]
    features = trace["x"].shape[-1]
    inputs = ["x"] if features == 1 else [f"x[{k}]" for k in range(features)]
    return (*found, *inputs) if back else (*inputs, *found)


@lru_cache(64)
def _weights_of(trace: Trace, name: str, row: int) -> tuple[tuple[str, tuple[int, ...]], ...]:
    equation = trace.cell.equation.get(name)
    used = dict.fromkeys(names_in(equation.tree)) if equation else {}
    places = ((n, k) for n in used if n in trace.weights for k in _row_of(trace.weights[n], row))
    return tuple(places)


def _row_of(weight: np.ndarray, row: int) -> list[tuple[int, ...]]:
    return [(row, k) for k in range(weight.shape[1])] if weight.ndim == 2 else [(row,)]


@lru_cache(2)
def _values(trace: Trace, t: int, gradients: Gradients | None) -> Values:
    return values_at(trace, t, gradients)


@lru_cache(64)
def _shares(gradients: Gradients, name: str) -> dict[str, np.ndarray]:
    return gradients.shares(name)


@lru_cache(256)
def _largest(trace: Trace, name: str) -> float:
    return symmetric(trace[name], 1.0)[1]


@lru_cache(16)
def _decades(gradients: Gradients) -> tuple[float, float]:
    sizes = np.concatenate([np.ravel(gradients[name]) for name in gradients.names])
    return decades(sizes, FAINTEST)


@lru_cache(64)
def _room(trace: Trace, gradients: Gradients | None, unit: int) -> tuple[float, ...]:
    records = (trace,) if gradients is None else (trace, gradients)
    found = ((name, record[name]) for record in records for name in record.names)
    rows = [v if name == "x" else v[:, unit] for name, v in found if unit < v.shape[-1]]
    return extremes(np.concatenate([np.ravel(each) for each in rows])) if rows else ()
