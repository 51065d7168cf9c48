"""`Experiment`: a run and its loss, with what was taken, said in words beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.experiments.losses import OutputLoss
from lstm_viz.experiments.options import StepOptions
from lstm_viz.inputs.sequence import Sequence
from lstm_viz.trace.records import Gradients, Trace
from lstm_viz.trace.run import backpropagate


@dataclass(frozen=True, eq=False)
class Experiment:
    """A cell over a sequence, and the loss on what came out; back from it when first asked.

    `weights_from` says where the weights are from, `notes` what else was done or taken for granted.
    """

    options: StepOptions
    trace: Trace
    loss: OutputLoss
    sequence: Sequence
    weights_from: str = ""
    notes: tuple[str, ...] = ()

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

    @cached_property
    def gradients(self) -> Gradients:
        """Back from the loss."""
        return backpropagate(self.trace, {self.cell.output: self.loss.gradient})
