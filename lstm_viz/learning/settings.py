"""What recipes and tasks are asked alike: a cell, how its weights begin, and how it is trained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lstm_viz.cells import CELLS
from lstm_viz.cells.cell import Cell
from lstm_viz.learning.clipping import Clipping
from lstm_viz.learning.model import Model
from lstm_viz.network.build import Plan, build


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`text` holds the equations of a cell that is none of the zoo.

    `biases` are those of a recurrent layer: 2 as in PyTorch, each with a step of its own.
    """

    cell: str = "lstm"
    text: str = ""
    optimiser: str = "adam"
    clip_norm: float | None = None
    clip_value: float | None = None
    start: str = "pytorch"
    biases: int = 1
    seed: int = 0

    def the_cell(self) -> Cell:
        """The cell of the zoo, or the one that the text describes."""
        return Cell(self.cell, self.text) if self.text else CELLS[self.cell]

    def model(
        self,
        plans: list[Plan],
        inputs: int,
        loss: str,
        rate: float,
        *,
        start: str | None = None,
        forget_bias: float | None = None,
        carry: bool = False,
        notes: dict[str, Any],
    ) -> Model:
        """A fresh model; `notes` say in its file what it was trained on."""
        network = build(
            plans, inputs, start=start or self.start, forget_bias=forget_bias, seed=self.seed
        )
        model = Model(
            network,
            loss,
            self.optimiser,
            rate,
            clip=Clipping(self.clip_value, self.clip_norm),
            carry=carry,
            biases=self.biases,
            seed=self.seed,
        )
        model.notes = notes
        return model
