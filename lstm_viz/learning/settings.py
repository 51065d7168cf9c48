"""What recipes and tasks are asked alike: a cell, how its weights begin, and how it is trained."""

from __future__ import annotations

from dataclasses import dataclass

from lstm_viz.cells import CELLS
from lstm_viz.cells.cell import Cell
from lstm_viz.learning.clipping import Clipping
from lstm_viz.learning.model import Model
from lstm_viz.network.build import Plan, build
from lstm_viz.validation.numbers import brief


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`text` holds the equations of a cell that is not built in.

    `biases` are those of a recurrent layer: 2 as in PyTorch, each with a step of its own.
    """

    cell: str = "lstm"
    text: str = ""
    optimiser: str = "adam"
    rate: float | None = None
    clip_norm: float | None = None
    clip_value: float | None = None
    start: str = "pytorch"
    biases: int = 1
    seed: int = 0

    def the_cell(self) -> Cell:
        """The built-in cell, or the one that the text describes."""
        return Cell(self.cell, self.text) if self.text else CELLS[self.cell]

    @property
    def begun(self) -> str:
        """`keras initialisation, forget bias 1, two biases per gate as in PyTorch, seed 0`."""
        bias = getattr(self, "forget_bias", None)
        parts = [
            f"{self.start} initialisation",
            *([] if bias in (None, "") else [f"forget bias {str(bias).removesuffix('.0')}"]),
        ]
        parts += ["two biases per gate as in PyTorch"] * (self.biases == 2)
        return ", ".join([*parts, f"seed {self.seed}"])

    @property
    def learned(self) -> str:
        """`adam at 0.005, norm clipped at 1`."""
        norm = f", norm clipped at {brief(self.clip_norm)}" if self.clip_norm else ""
        value = f", values clipped at ±{brief(self.clip_value)}" if self.clip_value else ""
        assert self.rate is not None
        return f"{self.optimiser} at {brief(self.rate)}{norm}{value}"

    def model(
        self,
        plans: list[Plan],
        inputs: int,
        loss: str,
        *,
        start: str | None = None,
        forget_bias: float | None = None,
        carry: bool = False,
    ) -> Model:
        """A fresh model."""
        network = build(
            plans, inputs, start=start or self.start, forget_bias=forget_bias, seed=self.seed
        )
        return Model(
            network,
            loss,
            self.optimiser,
            self.rate,
            clip=Clipping(self.clip_value, self.clip_norm),
            carry=carry,
            biases=self.biases,
            seed=self.seed,
        )
