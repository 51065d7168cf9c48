"""`Experiment`: a run and its loss, with what was taken, said in words beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np

from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.tree import PREVIOUS
from lstm_viz.experiments.holds import Holds, held_values, held_weights
from lstm_viz.experiments.losses import OutputLoss, cell_loss
from lstm_viz.experiments.options import StepOptions
from lstm_viz.inputs.sequence import Sequence
from lstm_viz.trace.records import Gradients, Trace
from lstm_viz.trace.run import backpropagate, run

if TYPE_CHECKING:
    from lstm_viz.problems import Answer, Problem


@dataclass(frozen=True, eq=False)
class Experiment:
    """A cell over a sequence, and the loss on what came out; back from it when first asked.

    `weights_from` says where the weights are from, `notes` what else was done or taken for granted.
    `was` is the run as it was without what it `holds`.
    """

    options: StepOptions
    trace: Trace
    loss: OutputLoss
    sequence: Sequence
    weights_from: str = ""
    notes: tuple[str, ...] = ()
    holds: Holds = ()
    was: Self | None = None
    problem: Problem | None = None

    @property
    def cell(self) -> Recurrence:
        """The cell that was run."""
        return self.trace.cell

    @property
    def labels(self) -> tuple[str, ...]:
        """The steps' labels, if they have some."""
        return self.sequence.labels

    @property
    def axis(self) -> tuple[str, ...]:
        """What names the steps below a picture, if anything does: their labels, or their dates."""
        return self.sequence.axis

    @property
    def source(self) -> str:
        """Where the weights are from and what was taken for granted, in one line."""
        return "; ".join((self.weights_from, *self.notes))

    @property
    def whose(self) -> str:
        """The file and the layer that it is of, in few words; empty for a cell alone."""
        return ""

    @cached_property
    def gradients(self) -> Gradients:
        """Back from the loss."""
        return backpropagate(self.trace, {self.cell.output: self.loss.gradient})

    @cached_property
    def answers(self) -> tuple[Answer, ...]:
        """What the problem asks, if it is one, by this run."""
        if self.problem is None:
            return ()
        from lstm_viz.problems import answers

        return answers(self.problem, self.gradients, self.loss.value)

    def held(self, holds: Holds) -> Self:
        """The same run with these held; `OptionError` for a step or a unit that is not there."""
        free = self.was or self
        if not holds:
            return free
        notes = (*free.notes, f"held: {', '.join(map(str, holds))}")
        found = free._again(holds)
        sequence = _starred(free.sequence, found.trace.held.get("x"))
        return replace(
            found, was=free._with_nothing_held, holds=holds, notes=notes, sequence=sequence
        )

    @cached_property
    def _with_nothing_held(self) -> Self:
        return self._again(())

    def _again(self, holds: Holds) -> Self:
        """Run as what is held is run, so that nothing differs but what follows from it."""
        trace, cell = self.trace, self.cell
        states = {state: trace[state + PREVIOUS][0] for state in cell.states}
        weights, values = held_weights(holds, trace.weights), held_values(holds, trace)
        again = run(cell, weights, trace.inputs, states, hold=values)
        loss = cell_loss(self.options.loss, cell.output, again[cell.output])
        return replace(self, trace=again, loss=loss)


def _starred(sequence: Sequence, held: np.ndarray | None) -> Sequence:
    """A star after the label of each step whose input is held: it is no longer what it says."""
    if held is None or not sequence.labels:
        return sequence
    free = np.isnan(held).all(axis=-1)
    labels = (each if ok else f"{each}*" for each, ok in zip(sequence.labels, free, strict=True))
    return replace(sequence, labels=tuple(labels))
