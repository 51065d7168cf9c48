"""One cell over one input: which cell, which weights, and the run.

Every choice is said in words beside the thing chosen, so that the screen can say what was taken.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from lstm_viz.cells import CELLS
from lstm_viz.cells.cell import Cell, read_cell
from lstm_viz.equations.gates import forget_gates
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.experiments.experiment import Experiment
from lstm_viz.experiments.inputs import asked_sequence, bytes_per_step
from lstm_viz.experiments.losses import cell_loss
from lstm_viz.experiments.options import CellOptions, LossOptions, StepOptions
from lstm_viz.files.npz import Weights, load_weights
from lstm_viz.files.tables import is_table, read_table
from lstm_viz.inputs.sequence import Sequence, written
from lstm_viz.trace.run import run
from lstm_viz.validation.errors import InputError, OptionError
from lstm_viz.validation.limits import refuse_too_large
from lstm_viz.validation.names import did_you_mean
from lstm_viz.validation.numbers import brief
from lstm_viz.weights.presets import PRESETS, Preset, usual
from lstm_viz.weights.starts import set_forget_bias
from lstm_viz.weights.typed import typed_weights

RANDOM = "random"
BYTES_PER_WEIGHT = 80  # measured at their worst, which is back and then written as JSON


def one_cell(options: StepOptions) -> Experiment:
    """The cell, the weights and the input that were asked for, or those that show most."""
    cell = choose_cell(options.cell.cell)
    per_step = bytes_per_step(cell, options.cell.hidden or 1)
    return run_cell(options, cell, asked_sequence(options.input, per_step))


def run_cell(options: StepOptions, cell: Cell, asked: Sequence | None) -> Experiment:
    """The cell over a sequence, or over that of a preset, with the weights that were asked for."""
    given = options.cell
    name = given.weights or _usual(options, cell, asked)
    preset = PRESETS.get(name)
    sequence = asked or _own_input(preset or PRESETS["latch"])
    if preset:
        weights, source = _preset(given, cell, name, sequence)
    elif name == RANDOM:
        weights, source = _random(options, cell, sequence)
    else:
        weights, source = _from_file(given, cell, sequence), name
    steps, units = len(sequence.values), max(map(len, weights.values()), default=1)
    refuse_too_large(steps * bytes_per_step(cell, units), f"{steps:,} steps", "fewer steps")
    if preset and preset.targets and options.input.is_open:
        options = replace(options, loss=_own_loss(options.loss, name, preset.targets))
    notes = _set_forget_bias(cell, weights, given.forget_bias)
    states, said = _initial_states(options.input.state, cell, weights)
    notes += said
    trace = run(cell, weights, sequence.values, states)
    loss = cell_loss(options.loss, cell.output, trace[cell.output])
    return Experiment(options, trace, loss, sequence, source, notes)


def beside(first: Experiment, name: str) -> Experiment:
    """The same input through another cell, and the same loss on its output.

    Beside weights that were set by hand stand those of the other cell, where it has some for one
    input; else random ones.
    """
    cell, asked = choose_cell(name), first.options
    hidden = max(first.trace[each].shape[-1] for each in first.cell.quantities)
    bias = asked.cell.forget_bias if forget_gates(cell) else None
    by_hand = first.weights_from.partition(":")[0] in PRESETS
    given = CellOptions(name, hidden, None if by_hand else RANDOM, asked.cell.start, bias)
    loss = replace(asked.loss, target=None) if asked.model.model else asked.loss
    fresh = replace(asked.input, state=())  # its states are others
    return run_cell(replace(asked, cell=given, input=fresh, loss=loss), cell, first.sequence)


# ---------------------------------------------------------------------------- the cell


def choose_cell(name: str | Cell) -> Cell:
    """A built-in cell, or the cell of a file; a cell is itself."""
    if isinstance(name, Cell):
        return name
    if name in CELLS:
        return CELLS[name]
    if Path(name).suffix or "/" in name or "\\" in name or Path(name).exists():
        if Path(name).exists() and not (Path(name).is_file() or Path(name).is_fifo()):
            raise InputError(f"{name}: this is not a text file")
        return read_cell(name)
    known = did_you_mean(name, CELLS) or f"there are {', '.join(CELLS)}"
    raise OptionError(f"no cell and no file is called {name!r}: {known}")


# ---------------------------------------------------------------------------- the weights


def _initial_states(
    written: tuple[str, ...], cell: Cell, weights: Weights
) -> tuple[Weights, tuple[str, ...]]:
    if not written:  # a cell alone needs nothing of networks
        return {}, ()
    from lstm_viz.experiments.states import initial_states
    from lstm_viz.network.recurrent import Direction

    states, said = initial_states(written, {"": Direction(cell, weights)})
    return states.get("", {}), said


def _usual(options: StepOptions, cell: Cell, sequence: Sequence | None) -> str:
    """The preset for one unit of a built-in cell, if nothing speaks against; else random."""
    given = options.cell
    open_ = given.start is None and options.input.seed is None and given.hidden in (None, 1)
    one = sequence is None or sequence.values.shape[1] == 1
    return usual(cell.name) or RANDOM if cell.name == given.cell and open_ and one else RANDOM


def _own_input(preset: Preset) -> Sequence:
    values = np.array(preset.inputs, dtype=float)
    return Sequence(values, written(values))


def _own_loss(options: LossOptions, name: str, targets: list[list[float]]) -> LossOptions:
    """The loss that a preset brings, where no target is asked for."""
    if options.target is not None:
        return options
    loss_at = options.loss_at or "all"
    rows = targets if loss_at == "all" else targets[-1:]
    written = ";".join(",".join(map(str, row)) for row in rows)
    return LossOptions(written, loss_at, f"{name}'s own target")


def _preset(options: CellOptions, cell: Cell, name: str, sequence: Sequence) -> tuple[Weights, str]:
    preset = PRESETS[name]
    if options.start is not None:
        raise OptionError(f"--start initialises random weights: leave out --weights {name}")
    hidden, features = options.hidden or 1, sequence.values.shape[1]
    if not fits(cell, preset, hidden, features):
        fitting = [each for each, p in PRESETS.items() if fits(cell, p, hidden, features)]
        size = f"{_count(hidden, 'unit')} and {_count(features, 'input')}"
        raise OptionError(
            f"the weights {name!r} do not fit {cell.name} with {size}: those that fit are"
            f" {', '.join([*fitting, RANDOM])}, or a file (.npz, .toml, .json)"
        )
    return preset.weights(), f"{name}: {preset.what}"


def fits(cell: Recurrence, preset: Preset, hidden: int, features: int) -> bool:
    """Whether a preset's weights are of such a cell, with so many units and inputs."""
    weights = preset.weights()
    one = {name: weights[name].shape for name in cell.parameters if name in weights}
    return hidden == 1 and len(one) == len(weights) and one == cell.shapes(features, 1)


def _random(options: StepOptions, cell: Cell, sequence: Sequence) -> tuple[Weights, str]:
    start, seed = options.cell.begins, options.input.seed or 0
    features = sequence.values.shape[1]
    hidden = options.cell.hidden or (features if cell.letters("x") != "I" else 1)
    needed = BYTES_PER_WEIGHT * cell.count(features, hidden)
    refuse_too_large(needed, f"{hidden:,} hidden units", "fewer")
    return cell.start(features, hidden, seed, start), f"random, {start} initialisation, seed {seed}"


def _from_file(options: CellOptions, cell: Cell, sequence: Sequence) -> Weights:
    path = str(options.weights)
    if not Path(path).exists() and not Path(path).suffix:
        known = [*PRESETS, RANDOM]
        hint = (
            did_you_mean(path, known)
            or f"there are {', '.join(known)}, or a file (.npz, .toml, .json)"
        )
        raise OptionError(f"no preset and no file is called {path!r}: {hint}")
    for option, value in (("--start", options.start), ("--hidden", options.hidden)):
        if value is not None:
            raise OptionError(f"{option} is for random weights: those of {path} are not changed")
    weights = weights_alone(cell, path, sequence.values.shape[1])
    check_fit(cell, weights, sequence, path)
    return weights


def weights_alone(cell: Recurrence, path: str, features: int | None = None) -> Weights:
    """The weights of a file: nested lists, or an `.npz` in which `--save` may have put a run."""
    if is_table(path):
        table = read_table(path)
        return typed_weights(cell, table.get("weights", table), path, features)
    from lstm_viz.models.native import CELL

    known = {CELL, *cell.names, *(f"d{name}" for name in (*cell.names, *cell.parameters))}
    found = {name: array for name, array in load_weights(path).items() if name not in known}
    return dict(cell.split(found, features))


def check_fit(cell: Cell, weights: Weights, sequence: Sequence, path: str) -> None:
    """`InputError` where weights of a file are none of this cell, or for other inputs."""
    try:
        cell.sizes(weights, sequence.values.shape[1])
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def _set_forget_bias(cell: Cell, weights: Weights, bias: float | None) -> tuple[str, ...]:
    if bias is None:
        return ()
    try:
        gates = set_forget_bias(cell, weights, bias).values()
    except InputError as error:
        raise OptionError(f"--forget-bias: {error}") from None
    each = "".join(f" ({gate.bias} = {brief(gate.sign * bias)})" for gate in gates)
    return (f"forget bias {brief(bias)}{each}",)


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" + ("" if number == 1 else "s")
