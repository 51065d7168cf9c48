"""What can be asked of a run, each field once; None, or empty, is what was left open.

choose(StepOptions(CellOptions("gru", hidden=4), InputOptions("sine:40")))
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import IO, TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from lstm_viz.cells.cell import Cell

HELD = 5.0  # a forget bias with which f is σ(5) ≈ 0.99: the gate stands open


@dataclass(frozen=True)
class CellOptions:
    """Which cell, and how its weights begin: random, by the name of a preset, or from a file."""

    cell: str | Cell = "lstm"
    hidden: int | None = None
    weights: str | None = None
    start: str | None = None
    forget_bias: float | None = None
    spectral_radius: float | None = None

    @property
    def begins(self) -> str:
        """How random weights begin, as `weights.starts` names it."""
        radius = self.spectral_radius
        return self.start or "pytorch" if radius is None else f"spectral:{radius!r}"


# What is compared where nothing is named: an LSTM forgets, unless its forget gate is held open.
USUAL = CellOptions("rnn"), CellOptions("lstm"), CellOptions("lstm", forget_bias=HELD)


@dataclass(frozen=True)
class InputOptions:
    """What goes in; `length` is that of an input by name, `seed` that of random weights too.

    `steps` takes the first so many of any input; `state` are initial states, `h=FILE` or a run's.
    """

    input: str | None = None
    column: tuple[str, ...] = ()
    text: str | None = None
    length: int | None = None
    seed: int | None = None
    steps: int | None = None
    state: tuple[str, ...] = ()
    missing: Literal["skip", "hold"] | None = None
    stdin: IO[bytes] | None = None

    @property
    def is_open(self) -> bool:
        """Whether no input was named."""
        return self.input is None and self.text is None


@dataclass(frozen=True)
class LossOptions:
    """What the output should be, who says so, and at which steps: `last`, `all` or `at:K`.

    `kind` is "mae" for the mean absolute error, "mse-broadcast" for the mean squared one of every
    output with every target; else it follows from the output.
    """

    target: str | None = None
    loss_at: str | None = None
    whose: str = "target"
    kind: str = ""


@dataclass(frozen=True)
class ModelOptions:
    """A model's file, which layer is shown, and what the file does not say.

    `into` is a cell that its weights are put into.
    """

    model: str | None = None
    into: str | None = None
    layer: str | None = None
    head: str | None = None
    nonlinearity: str | None = None
    vocabulary: str | None = None
    standardise: str | None = None


@dataclass(frozen=True)
class StepOptions:
    """One run: a cell, or else a model, or a problem; `hold` as `experiments.holds` reads it."""

    cell: CellOptions = CellOptions()
    input: InputOptions = InputOptions()
    loss: LossOptions = LossOptions()
    model: ModelOptions = ModelOptions()
    hold: tuple[str, ...] = ()
    problem: str | None = None


@dataclass(frozen=True)
class GradientOptions:
    """Several cells and settings over the same input, over so many seeds; or a model's layers.

    Or the cell of a problem.
    """

    cells: tuple[CellOptions, ...] = USUAL
    input: InputOptions = InputOptions()
    loss: LossOptions = LossOptions()
    model: ModelOptions = ModelOptions()
    seeds: int = 1
    cut: tuple[str, ...] = ()
    hold: tuple[str, ...] = ()
    problem: str | None = None


def asked_for(options: DataclassInstance) -> list[str]:
    """The fields that are not left open, written as options: `--forget-bias`."""
    return [
        f"--{each.name.replace('_', '-')}"
        for each in fields(options)
        if getattr(options, each.name) != each.default
    ]
