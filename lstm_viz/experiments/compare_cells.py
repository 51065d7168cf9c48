"""Several cells and settings over the same input, over seeds: a gradient flow each."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lstm_viz import measures
from lstm_viz.cells.cell import Cell
from lstm_viz.equations.gates import forget_gates
from lstm_viz.experiments.gradient_flow import (
    GradientFlow,
    GradientFlows,
    Watch,
    last_alone,
    long_enough,
)
from lstm_viz.experiments.holds import Holds, read_holds
from lstm_viz.experiments.inputs import LENGTH, asked_sequence, bytes_per_step
from lstm_viz.experiments.losses import looked_at
from lstm_viz.experiments.one_cell import RANDOM, choose_cell, run_cell, weights_alone
from lstm_viz.experiments.options import (
    CellOptions,
    GradientOptions,
    InputOptions,
    StepOptions,
    asked_for,
)
from lstm_viz.inputs.sequence import NAMED, Sequence
from lstm_viz.trace.records import Gradients
from lstm_viz.trace.run import backpropagate
from lstm_viz.validation.errors import InputError, OptionError
from lstm_viz.validation.limits import refuse_too_large
from lstm_viz.validation.numbers import brief
from lstm_viz.weights.starts import serves_chrono

HIDDEN, MOST_FLOWS = 16, 12
BYTES_PER_NUMBER = 40  # of every unit of every quantity at every step, forward and back


@dataclass(frozen=True)
class _Line:
    """What one flow is to be: the cell, how its weights begin, and the routes that are cut."""

    cell: Cell
    options: CellOptions
    cut: tuple[str, ...] = ()
    holds: Holds = ()

    @property
    def setting(self) -> str:
        bias, radius = self.options.forget_bias, self.options.spectral_radius
        words = [f"bias {brief(bias)}"] if bias is not None else []
        words += [f"radius {brief(radius)}"] if radius is not None else []
        words += [f"hold {' '.join(map(str, self.holds))}"] if self.holds else []
        cut = [_path(self.cell, each) for each in self.cut]
        return ", ".join(words + ([f"cut {' '.join(cut)}"] if cut else []))

    @property
    def name(self) -> str:
        return f"{self.cell.name} {self.setting}".strip()

    @property
    def hidden(self) -> int:
        return self.options.hidden or HIDDEN


def compare_cells(options: GradientOptions, watch: Watch) -> GradientFlows:
    """A flow for each cell and setting; the input is the same for all of a seed."""
    if options.loss.target is not None:
        raise OptionError("--target needs --model FILE")
    lines = _lines(options)
    inputs = _inputs(options, lines)
    _check_size(lines, inputs[0])
    _, when = looked_at(options.loss.loss_at or "last", len(inputs[0].values))
    runs = [(line, k) for line in lines for k in range(options.seeds)]
    found: dict[_Line, list[tuple[np.ndarray, ...]]] = {line: [] for line in lines}
    first: dict[_Line, Gradients] = {}
    for line, k in watch(runs, len(runs)):
        gradients = _back(options, line, inputs[k], k)
        first.setdefault(line, gradients[0])
        found[line].append(tuple(measures.norms(each, line.cell.memory) for each in gradients))
    flows = [
        GradientFlow(line.name, line.setting, first[line], *map(np.array, zip(*norms, strict=True)))
        for line, norms in found.items()
    ]
    loss = f"the sum of the output {when}"
    facts = ("weights", _weights(options, lines)), ("input", inputs[0].what), ("loss", loss)
    starts = tuple(("note", f"it starts at {written}") for written in options.input.state)
    return GradientFlows(tuple(flows), (*facts, *starts), inputs[0].axis)


def _back(options: GradientOptions, line: _Line, sequence: Sequence, k: int) -> list[Gradients]:
    """The gradients; and, where the loss looks at every step, those of the last step's alone."""
    asked = StepOptions(line.options, _seeded(options, k), options.loss)
    whole = run_cell(asked, line.cell, sequence).held(line.holds)
    found = [whole.gradients]
    if options.loss.loss_at == "all":
        alone = {whole.cell.output: last_alone(whole.loss.gradient)}
        found.append(backpropagate(whole.trace, alone))
    return [measures.cut(each, line.cut) for each in found] if line.cut else found


# ---------------------------------------------------------------------------- which lines


def _lines(options: GradientOptions) -> list[_Line]:
    cells = {each.cell: choose_cell(each.cell) for each in options.cells}
    for cell in cells.values():
        if not cell.states:
            raise OptionError(f"{cell.name} has no state: no gradient flows from step to step")
    _check_trained(options, len(cells))
    lines = list(dict.fromkeys(_line(cells[each.cell], each) for each in options.cells))
    asked = any(each.forget_bias is not None for each in options.cells)
    if asked and all(line.options.forget_bias is None for line in lines):
        names = ", ".join(cell.name for cell in cells.values())
        raise OptionError(f"--forget-bias: no forget gate in {names}")
    lines += [*_with_cuts(options.cut, lines), *_with_holds(options.hold, lines)]
    if len(lines) > MOST_FLOWS:
        raise OptionError(f"{len(lines)} lines are too many to tell apart (maximum {MOST_FLOWS})")
    return lines


def _line(cell: Cell, options: CellOptions) -> _Line:
    """The cell, and of its options those that it has a use for."""
    if options.weights is not None:
        return _Line(cell, options)
    options = replace(options, hidden=options.hidden or HIDDEN, weights=RANDOM)
    if not forget_gates(cell):
        options = replace(options, forget_bias=None)
    if "chrono" in options.begins and not serves_chrono(cell):
        options = replace(options, start="pytorch")
    return _Line(cell, options)


def _check_trained(options: GradientOptions, cells: int) -> None:
    """Refuse what does not go with the weights of a file."""
    one = options.cells[0]
    if one.weights is None:
        return
    given = asked_for(replace(one, cell=CellOptions.cell, weights=None))
    for option in [*given, *(["--seeds"] if options.seeds > 1 else [])]:
        raise OptionError(f"{option} is for random weights: those of a file are not changed")
    if cells > 1:
        raise OptionError(f"--trained {one.weights} is for one cell: say which with --cells")


def _path(cell: Cell, asked: str) -> str:
    """What a cut is called: `z_f` by the path that it cuts, h_prev:z_f."""
    if ":" in asked or asked.endswith("_prev"):
        return asked
    return " ".join(str(route) for route in measures.find_routes(cell, asked))


def _with_cuts(asked: tuple[str, ...], lines: list[_Line]) -> list[_Line]:
    """Beside each line that has the routes, the same with them cut."""
    having, message = [], ""
    for line in lines if asked else ():
        try:
            for word in asked:
                measures.find_routes(line.cell, word)
            having.append(replace(line, cut=asked))
        except InputError as error:
            message = str(error)
    if message and not having:
        raise OptionError(f"--cut: {message}")
    return having


def _with_holds(asked: tuple[str, ...], lines: list[_Line]) -> list[_Line]:
    """Beside each line that has what is to be held, the same with it held."""
    having: list[_Line] = []
    refused: OptionError | None = None
    for line in lines if asked else ():
        try:
            having.append(replace(line, holds=read_holds(asked, line.cell)))
        except OptionError as error:
            refused = error
    if refused and not having:
        raise refused
    return having


# ---------------------------------------------------------------------------- their input


def _seeded(options: GradientOptions, k: int) -> InputOptions:
    return replace(options.input, seed=(options.input.seed or 0) + k)


def _inputs(options: GradientOptions, lines: list[_Line]) -> list[Sequence]:
    """The input for each seed: typed numbers and files are the same for all."""
    given = options.input
    by_name = given.text is None and (given.input or "noise").partition(":")[0] in NAMED
    found = [_input(options, lines, k) for k in range(options.seeds if by_name else 1)]
    long_enough(len(found[0].values))
    return found if by_name else found * options.seeds


def _input(options: GradientOptions, lines: list[_Line], k: int) -> Sequence:
    """What was asked for, or noise: of one feature, or of as many as the cells want."""
    asked = _seeded(options, k)
    if asked.text is None and asked.input in (None, *NAMED):
        asked = replace(asked, input=asked.input or "noise", length=asked.length or LENGTH)
    sequence = asked_sequence(asked, max(bytes_per_step(each.cell, each.hidden) for each in lines))
    assert sequence is not None
    if options.input.is_open and (features := _features(lines)) > 1:
        size = len(sequence.values), features
        values = np.random.default_rng(asked.seed).standard_normal(size)
        return replace(sequence, values=values)
    return sequence


def _features(lines: list[_Line]) -> int:
    """One input; as many as a trained cell reads, or as units where x stands element by element."""
    for line in lines:
        path = str(line.options.weights)
        trained = weights_alone(line.cell, path) if path != RANDOM else {}
        if features := line.cell.inputs_of(trained):
            return features
        if line.cell.letters("x") != "I":
            return line.hidden
    return 1


def _check_size(lines: list[_Line], sequence: Sequence) -> None:
    steps, features = sequence.values.shape
    hidden = lines[0].hidden
    each = max(len(line.cell.names) for line in lines)
    weights = max(line.cell.count(features, hidden) for line in lines)
    needed = 24.0 * weights + BYTES_PER_NUMBER * len(lines) * steps * hidden * each
    refuse_too_large(needed, f"{steps:,} steps of {hidden:,} units", "fewer")


def _weights(options: GradientOptions, lines: list[_Line]) -> str:
    """Where the weights are from, in words."""
    asked, seed, seeds = options.cells[0], options.input.seed or 0, options.seeds
    if asked.weights is not None:
        return asked.weights
    start = asked.start or ("spectral" if asked.spectral_radius is not None else "pytorch")
    said = f"seed {seed}" if seeds == 1 else f"seeds {seed} to {seed + seeds - 1}"
    ungated = [line.cell.name for line in lines if not serves_chrono(line.cell)]
    others = f" ({', '.join(ungated)} with pytorch)" if ungated and "chrono" in start else ""
    return f"random, {start} initialisation{others}, {said}"
