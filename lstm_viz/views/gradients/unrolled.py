"""Where does the gradient go? The network unrolled through time, cells below each other.

A bead is a step. First the states light up from left to right, as the input flows in; then the
gradient flows back from the loss, each bead as bright as its norm is large, and its curve with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lstm_viz.measures import norms, relative
from lstm_viz.pictures.kinds import Curve, Curves, Grid, Rule, Stack, Text, Value, Words
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.pictures.numerals import numeral
from lstm_viz.trace.records import Gradients
from lstm_viz.views.expressions import named

FAINTEST = 1e-6  # of the gradient at the loss: dark from there on


@dataclass(frozen=True)
class Run:
    """A cell's run: what it is called, its gradients, and the colour of its curve."""

    name: str
    gradients: Gradients
    of: str

    @property
    def short(self) -> str:
        """The name without what is said behind a comma."""
        return self.name.partition(",")[0]

    @property
    def states(self) -> tuple[str, ...]:
        """What is carried from step to step, the memory above what is shown."""
        cell = self.gradients.cell
        return tuple(sorted(cell.states, key=lambda name: name == cell.output))

    def forward(self) -> np.ndarray:
        """‖state‖ at each step over its largest, a row a state."""
        trace = self.gradients.trace
        sizes = np.array([np.linalg.norm(trace[name], axis=-1) for name in self.states])
        shares: np.ndarray = sizes / np.maximum(sizes.max(axis=1, keepdims=True), 1e-300)
        return shares

    def backward(self) -> np.ndarray:
        """‖∂L/∂state‖ at each step over that at the loss, a row a state."""
        return np.array([relative(norms(self.gradients, name)) for name in self.states])


def chain(runs: Sequence[Run], hold: int = 12, say: Language = ENGLISH) -> Iterator[Stack]:
    """The frames: forward a step each, then back a step each, and the last one held."""
    steps = len(runs[0].gradients)
    low = _lowest(runs)
    for t in range(steps):
        yield _frame(runs, t, False, low, say)
    for t in (*reversed(range(steps)), *[0] * hold):
        yield _frame(runs, t, True, low, say)


def still(runs: Sequence[Run], say: Language = ENGLISH) -> Stack:
    """The last frame: the gradient at every step."""
    return _frame(runs, 0, True, _lowest(runs), say)


def _lowest(runs: Sequence[Run]) -> float:
    """The lower end of the curves' axis: a power of ten, and not below 10⁻¹²."""
    profiles = np.array([run.backward()[0] for run in runs])
    smallest = profiles[profiles > 0].min(initial=1.0)
    return float(10.0 ** max(np.floor(np.log10(smallest)), -12))


def _frame(runs: Sequence[Run], t: int, back: bool, low: float, say: Language) -> Stack:
    steps = len(runs[0].gradients)
    said = "Backward: the gradient flows from the loss at step {n} back to step 1"
    if not back:
        said = "Forward: the input flows from step 1 to step {n}"
    head = Rule(say.known(said).format(n=steps))
    strips = [_strip(run, t, back) for run in runs]
    return Stack((head, *strips, _curves(runs, t, back, low, say), _words(runs, t, back, say)))


def _words(runs: Sequence[Run], t: int, back: bool, say: Language) -> Words:
    """What the beads are, and what is left of the gradient so far."""
    if not back:
        return Words((Text(say.known("A bead is a step, as bright as its state is large.")),))
    steps = len(runs[0].gradients) - 1 - t
    text: list[Text | Value] = [
        Text(say.known("Steps back: {n}. Left of the gradient:").format(n=steps))
    ]
    for run in runs:
        text += [Text("  "), Text(run.short, ""), Text(" ")]
        text.append(Value(float(run.backward()[0, t]), "gradient"))
    return Words(tuple(text))


def _strip(run: Run, t: int, back: bool) -> Grid:
    values = run.backward() if back else run.forward()
    steps = values.shape[1]
    values[:, slice(0, t) if back else slice(t + 1, steps)] = np.nan
    cell = run.gradients.cell
    of = "gradient" if back else "input"
    limits = (FAINTEST, 1.0) if back else (0.0, 1.0)
    return Grid(
        (Text(run.name, ""),),
        values,
        tuple(named(cell, name) for name in run.states),
        of=of,
        low=limits[0],
        high=limits[1],
        logarithmic=back,
        beads=True,
    )


def _curves(runs: Sequence[Run], t: int, back: bool, low: float, say: Language) -> Curves:
    steps = len(runs[0].gradients)
    curves = []
    for run in runs:
        profile = run.backward()[0]
        profile[: t if back else steps] = np.nan
        note = f"{numeral(float(profile[t]), 2)}" if back else ""
        curves.append(Curve(Text(run.short, run.of), profile, note=note))
    return Curves(
        (Text(say.known("What is left of the gradient")),),
        np.arange(1, steps + 1),
        tuple(curves),
        say.known("step"),
        logarithmic=True,
        now=float(t + 1) if back else None,
        low=low,
        high=3.0,
        from_right=True,
    )
