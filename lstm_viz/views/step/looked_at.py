"""One run as the screens of `lstm-viz step` need it: its lines, its scales, its words."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.tree import PREVIOUS
from lstm_viz.pictures.kinds import Expression, Wiring
from lstm_viz.trace.records import Gradients, Trace
from lstm_viz.views.expressions import Values, kind, symbols
from lstm_viz.views.step.memory_ledger import memory_of
from lstm_viz.views.step.printed import values_at
from lstm_viz.views.step.printed_back import order
from lstm_viz.views.wiring.diagram import Wired, widest

TOGETHER = 16  # steps whose wirings are computed at once
FAINTEST = 1e-12  # of the largest gradient: what a heat map still shows
BOUNDED = ("gate", "candidate", "memory", "output")  # kinds whose numbers have bars


@dataclass(frozen=True, eq=False)
class Run:
    """A trace with its gradients, where its weights are from, and the loss, in words."""

    trace: Trace
    gradients: Gradients
    source: str = ""
    labels: tuple[str, ...] = ()
    loss: tuple[str, float] = ("", 0.0)
    _shares: dict[str, dict[str, np.ndarray]] = field(default_factory=dict)
    _values: dict[tuple[int, bool], Values] = field(default_factory=dict)
    _tracked: dict[int, list[str]] = field(default_factory=dict)
    _largest: dict[tuple[str, int], float] = field(default_factory=dict)
    _lines: dict[tuple[bool, int], tuple[str, ...]] = field(default_factory=dict)
    _decades: dict[tuple[str, int | None], tuple[float, float]] = field(default_factory=dict)
    _widest: dict[tuple[bool, int], float] = field(default_factory=dict)
    _wired: dict[tuple[bool, int, int], Wired] = field(default_factory=dict)

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
        return {n: symbols(self.cell, self.cell.equation[n].tree) for n in self.cell.quantities}

    def lines(self, back: bool, unit: int) -> tuple[str, ...]:
        """The names that can be chosen, in the order in which they are computed."""
        if (back, unit) not in self._lines:
            self._lines[back, unit] = self._names(back, unit)
        return self._lines[back, unit]

    def _names(self, back: bool, unit: int) -> tuple[str, ...]:
        names = order(self.cell) if back else list(self.cell.quantities)
        found = [n for n in names if n != "x" and unit < self.trace[n].shape[-1]]
        features = self.trace["x"].shape[-1]
        inputs = ["x"] if features == 1 else [f"x[{k}]" for k in range(features)]
        return (*found, *(inputs if back else ()))

    @cached_property
    def steps(self) -> tuple[str, ...]:
        """The steps by their numbers, from 1."""
        return tuple(str(t + 1) for t in range(len(self)))

    def values(self, t: int, gradients: bool = False) -> Values:
        """All that is known at a step."""
        key = t, gradients
        if key not in self._values:
            self._values.clear()
            self._values[key] = values_at(self.trace, t, self.gradients if gradients else None)
        return self._values[key]

    def shares(self, name: str) -> dict[str, np.ndarray]:
        """The gradient of a name by where it came from, over all steps."""
        if name not in self._shares:
            self._shares[name] = self.gradients.shares(name)
        return self._shares[name]

    def largest(self, name: str, unit: int) -> float:
        """The end of a quantity's bar: 1, or the largest of its numbers where that is more."""
        key = name, unit
        if key not in self._largest:
            values = self.trace[name][:, unit]
            known = np.abs(values[np.isfinite(values)])
            self._largest[key] = max(1.0, float(known.max(initial=0.0)))
        return self._largest[key]

    def scale(self, name: str, unit: int) -> tuple[float, float]:
        """The ends of a quantity's bar; (0, 0) where it has none."""
        of = kind(self.cell, name).split(" ")[-1]
        if of not in BOUNDED or name.endswith(PREVIOUS):
            return 0.0, 0.0
        most = self.largest(name, unit)
        return (0.0 if of == "gate" else -most), most

    def decades(self, name: str, unit: int | None = None) -> tuple[float, float]:
        """Powers of ten around a gradient's sizes, of one unit or of all."""
        key = name, unit
        if key not in self._decades:
            values = self.gradients[name]
            self._decades[key] = decades(values if unit is None else values[:, unit])
        return self._decades[key]

    def wiring(self, t: int, unit: int, back: bool) -> Wiring:
        """The wiring with the values, or the gradients, of a step."""
        gradients = self.gradients if back else None
        if (back, unit) not in self._widest:
            self._widest[back, unit] = widest(self.trace, unit, gradients)
        first = t - t % TOGETHER
        if (back, unit, first) not in self._wired:
            steps = range(first, min(first + TOGETHER, len(self)))
            self._wired.clear()
            self._wired[back, unit, first] = Wired(
                self.trace, unit, gradients, steps, self._widest[back, unit]
            )
        return self._wired[back, unit, first].at(t)

    def gates(self, unit: int) -> list[str]:
        """The gates, and what could be written."""
        wanted = ("gate", "candidate")
        names = [n for n in self.cell.quantities if unit < self.trace[n].shape[-1]]
        return [n for n in names if kind(self.cell, n).split(" ")[-1] in wanted]

    def tracked(self, unit: int) -> list[str]:
        """What the way through time shows: the memory, and the output."""
        if unit not in self._tracked:
            memory = memory_of(self.cell, self.values(0), unit)
            found = [each for each in (memory, self.cell.output) if each]
            self._tracked[unit] = list(dict.fromkeys(found))
        return self._tracked[unit]


def decades(values: np.ndarray) -> tuple[float, float]:
    """Powers of ten around the sizes of all numbers but 0, as many as can be told apart."""
    sizes = np.abs(values[np.isfinite(values) & (values != 0)])
    if not len(sizes):
        return 0.1, 1.0
    high = 10.0 ** math.ceil(math.log10(float(sizes.max())))
    low = 10.0 ** math.floor(math.log10(max(float(sizes.min()), 1e-300)))
    return min(max(low, high * FAINTEST), high / 10), high
