"""From what was asked for to what is run: which cell, which weights, which input, which loss.

Every choice is said in words beside the thing chosen, so that the screen can say what was taken.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import IO

import numpy as np

from lstm_viz.cells import CELLS
from lstm_viz.cells.cell import Cell, read_cell
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.files.npz import Weights, load_weights
from lstm_viz.inputs import array_file as sequences_of_arrays
from lstm_viz.inputs import sequence as sequences
from lstm_viz.inputs.sequence import Sequence
from lstm_viz.inputs.table import from_file, from_stream
from lstm_viz.inputs.text import characters
from lstm_viz.trace.records import Gradients, Trace
from lstm_viz.trace.run import backpropagate, run
from lstm_viz.validation.errors import InputError, OptionError
from lstm_viz.validation.limits import refuse_too_large
from lstm_viz.validation.names import did_you_mean
from lstm_viz.weights.presets import PRESETS, Preset
from lstm_viz.weights.starts import set_forget_bias

RANDOM = "random"
# Measured at their worst, which is back and then written as JSON.
BYTES_PER_WEIGHT = 80
BYTES_PER_NUMBER = 120  # of the sequence, and of every unit of every quantity at every step


@dataclass(frozen=True)
class Asked:
    """What the command line asks for; None is what was left open."""

    cell: str = "lstm"
    input: str | None = None
    column: tuple[str, ...] = ()
    text: str | None = None
    hidden: int | None = None
    weights: str | None = None
    start: str | None = None
    seed: int | None = None
    forget_bias: float | None = None
    target: str | None = None
    loss_at: str | None = None
    model: str | None = None
    layer: str | None = None
    head: str | None = None
    nonlinearity: str | None = None
    vocabulary: str | None = None
    standardise: str | None = None
    stdin: IO[bytes] | None = None


@dataclass(frozen=True)
class Chosen:
    """What is run, and in words where the weights are from."""

    cell: Recurrence
    weights: Weights
    source: str
    sequence: Sequence
    preset: Preset | None = None

    def trace(self) -> Trace:
        """The run."""
        return run(self.cell, self.weights, self.sequence.values)

    def back(self, asked: Asked, trace: Trace) -> tuple[Loss, Gradients]:
        """The loss that was asked for, and back from it."""
        loss = choose_loss(asked, self, trace)
        return loss, backpropagate(trace, {trace.cell.output: loss.gradient})


MODEL_OPTIONS = ("layer", "head", "nonlinearity", "vocabulary", "standardise")


def choose(asked: Asked) -> Chosen:
    """The cell, the weights and the input that were asked for, or those that show most."""
    if asked.model is not None:
        return _model(asked)
    for option in MODEL_OPTIONS:
        if getattr(asked, option) is not None:
            raise OptionError(f"--{option} is for a model: give it with --model FILE")
    cell = choose_cell(asked.cell)
    sequence = choose_sequence(asked, cell)
    name = asked.weights or _usual(asked, cell, sequence)
    if name in PRESETS or name == RANDOM:
        preset = PRESETS.get(name)
        sequence = sequence or _own_input(PRESETS[name if preset else "latch"])
        weights, source = (
            _preset(asked, cell, name, sequence) if preset else _random(asked, cell, sequence)
        )
    else:
        preset, (weights, source) = None, _from_file(asked, cell, name)
        sequence = sequence or _own_input(PRESETS["latch"])
        check_fit(cell, weights, sequence, name)
    steps, units = len(sequence.values), max(map(len, weights.values()), default=1)
    refuse_too_large(steps * _bytes_per_step(cell, units), f"{steps:,} steps", "fewer steps")
    if asked.forget_bias is not None:
        source += _set_forget_bias(cell, weights, asked.forget_bias)
    return Chosen(cell, weights, source, sequence, preset)


def _model(asked: Asked) -> Chosen:
    from lstm_viz.experiments.model import AskedModel, choose_model

    for option in ("hidden", "weights", "start", "forget_bias"):
        if getattr(asked, option) is not None:
            name = option.replace("_", "-")
            raise OptionError(f"--{name} is for a cell: the weights of --model are as they are")
    if asked.cell != Asked.cell:
        raise OptionError("--cell and --model are two things to run: give one of them")
    return choose_model(AskedModel(**{f.name: getattr(asked, f.name) for f in fields(AskedModel)}))


# ---------------------------------------------------------------------------- the cell


def choose_cell(name: str) -> Cell:
    """A cell of the zoo, or the cell of a file."""
    if name in CELLS:
        return CELLS[name]
    if Path(name).suffix or "/" in name or "\\" in name or Path(name).exists():
        if Path(name).exists() and not (Path(name).is_file() or Path(name).is_fifo()):
            raise InputError(f"{name}: this is no file of text")
        return read_cell(name)
    known = did_you_mean(name, CELLS) or f"there are {', '.join(CELLS)}"
    raise OptionError(f"no cell is called {name!r}, and no file: {known}")


# ---------------------------------------------------------------------------- the input


def choose_sequence(asked: Asked, cell: Cell) -> Sequence | None:
    """The input that was asked for; None where the weights are to bring their own."""
    per_step = _bytes_per_step(cell, asked.hidden or 1)
    given = asked.input
    if given is not None and asked.text is not None:
        raise OptionError("--input and --text are two inputs: give one of them")
    if asked.column and not (given and (given == "-" or given.startswith("@"))):
        raise OptionError("--column chooses columns of a file: give it with --input @FILE.csv")
    if asked.text is not None:
        return characters(asked.text, per_step)
    if given is None:
        return None
    if given == "-":
        if asked.stdin is None:
            raise InputError("standard input is closed: there is nothing to read")
        return from_stream(asked.stdin, asked.column)
    if given.startswith("@") and given.lower().endswith((".npy", ".npz")):
        return sequences_of_arrays.from_array_file(given[1:], asked.column)
    if given.startswith("@"):
        return from_file(given[1:], asked.column)
    if given.partition(":")[0].replace("-", "").isalpha() and not _is_number(given):
        return sequences.named(given, asked.seed or 0, per_step)
    return sequences.typed(given)


def _bytes_per_step(cell: Cell, hidden: int) -> float:
    return BYTES_PER_NUMBER * (1.0 + len(cell.names) * hidden)


def _is_number(written: str) -> bool:
    try:
        float(written)
    except ValueError:
        return False
    return True  # inf and nan, which `typed` refuses in its own words


def _own_input(preset: Preset) -> Sequence:
    values = np.array(preset.inputs, dtype=float)
    return Sequence(values, sequences.written(values))


# ---------------------------------------------------------------------------- the weights


def _usual(asked: Asked, cell: Cell, sequence: Sequence | None) -> str:
    """The preset latch for one unit of the zoo's LSTM, if nothing speaks against; else random."""
    open_ = asked.start is None and asked.seed is None and asked.hidden in (None, 1)
    one = sequence is None or sequence.values.shape[1] == 1
    return "latch" if cell.name == asked.cell == "lstm" and open_ and one else RANDOM


def _preset(asked: Asked, cell: Cell, name: str, sequence: Sequence) -> tuple[Weights, str]:
    if asked.start is not None:
        raise OptionError(f"--start begins random weights: leave out --weights {name}")
    hidden, features = asked.hidden or 1, sequence.values.shape[1]
    if not _fits(cell, PRESETS[name], hidden, features):
        fitting = [each for each, p in PRESETS.items() if _fits(cell, p, hidden, features)]
        size = f"{_count(hidden, 'unit')} and {_count(features, 'input')}"
        raise OptionError(
            f"the weights {name!r} do not fit {cell.name} with {size}: those that fit are"
            f" {', '.join([*fitting, RANDOM])}, or a file.npz"
        )
    return PRESETS[name].weights(), f"{name}: {PRESETS[name].what}"


def _fits(cell: Cell, preset: Preset, hidden: int, features: int) -> bool:
    weights = preset.weights()
    one = {name: weights[name].shape for name in cell.parameters if name in weights}
    return hidden == 1 and len(one) == len(weights) and one == cell.shapes(features, 1)


def _random(asked: Asked, cell: Cell, sequence: Sequence) -> tuple[Weights, str]:
    start, seed = asked.start or "pytorch", asked.seed or 0
    features = sequence.values.shape[1]
    hidden = asked.hidden or (features if cell.letters("x") != "I" else 1)
    needed = BYTES_PER_WEIGHT * cell.count(features, hidden)
    refuse_too_large(needed, f"{hidden:,} hidden units", "fewer")
    return cell.start(features, hidden, seed, start), f"random as {start} begins, seed {seed}"


def _from_file(asked: Asked, cell: Cell, path: str) -> tuple[Weights, str]:
    if not Path(path).exists() and not Path(path).suffix:
        known = [*PRESETS, RANDOM]
        hint = did_you_mean(path, known) or f"there are {', '.join(known)}, or a file.npz"
        raise OptionError(f"no weights are called {path!r}, and no file: {hint}")
    for option, value in (("--start", asked.start), ("--hidden", asked.hidden)):
        if value is not None:
            raise OptionError(f"{option} is for random weights: those of {path} are as they are")
    return without_records(cell, load_weights(path)), path


def without_records(cell: Cell, weights: Weights) -> Weights:
    """The weights alone, of a file in which `--save` put a whole run."""
    known = {*cell.names, *(f"d{name}" for name in (*cell.names, *cell.parameters))}
    return {name: array for name, array in weights.items() if name not in known}


def check_fit(cell: Cell, weights: Weights, sequence: Sequence, path: str) -> None:
    try:
        cell.sizes(weights, sequence.values.shape[1])
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def _set_forget_bias(cell: Cell, weights: Weights, bias: float) -> str:
    try:
        gates = set_forget_bias(cell, weights, bias).values()
    except InputError as error:
        raise OptionError(f"--forget-bias: {error}") from None
    return f"; forget bias {bias:g}" + "".join(
        f" ({gate.bias} = {gate.sign * bias:g})" for gate in gates
    )


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" + ("" if number == 1 else "s")


# ---------------------------------------------------------------------------- the loss


@dataclass(frozen=True)
class Loss:
    """A loss on the output: its value, its gradient by the output at each step, and its words."""

    value: float
    gradient: np.ndarray
    words: str


def choose_loss(asked: Asked, chosen: Chosen, trace: Trace) -> Loss:
    """The sum of the output, or half the squared distance from a target, last or at all steps."""
    name, output = trace.cell.output, trace[trace.cell.output]
    target, everywhere, whose = None, asked.loss_at == "all", "target"
    if asked.target is not None:
        target = _target(asked.target, output, everywhere)
    elif chosen.preset and chosen.preset.targets and asked.input is None and asked.text is None:
        target, everywhere = np.array(chosen.preset.targets), asked.loss_at != "last"
        whose = "gomez' own target"
        target = target if everywhere else target[-1:]
    mask = np.ones(output.shape)
    if not everywhere:
        mask[:-1] = 0.0
    when = "at every step" if everywhere else "at the last step"
    if target is None:
        return Loss(float((output * mask).sum()), mask, f"the sum of {name} {when}")
    gradient = mask * (output - target)
    words = f"½ ({name} - target)² {when}, {whose} {sequences.written(target)}"
    return Loss(float((gradient**2).sum() / 2), gradient, words)


def _target(given: str, output: np.ndarray, everywhere: bool) -> np.ndarray:
    """(1 or T, 1 or rows): one number for all units, a row for each step, or one row for all."""
    values = sequences.typed(given, "--target").values
    steps, rows = output.shape
    if ";" not in given and not everywhere and values.shape[0] == rows:
        values = values.T
    fitting = (1, steps) if everywhere else (1,)
    if values.shape[1] not in (1, rows) or values.shape[0] not in fitting:
        each = "1 number" if rows == 1 else f"1 number or {rows}"
        when = f"for each of {steps} steps, or for all" if everywhere else "for the last step"
        way_out = "" if everywhere else "; --loss-at all takes one for each step"
        raise InputError(f"--target {given}: it needs {each} {when}{way_out}")
    return values


__all__ = [
    "Asked",
    "Chosen",
    "Loss",
    "OptionError",
    "check_fit",
    "choose",
    "choose_cell",
    "choose_loss",
    "choose_sequence",
    "without_records",
]
