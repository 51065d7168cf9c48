"""From what `lstm-viz gradients` is asked for to runs: a flow a cell and setting, over seeds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lstm_viz import measures
from lstm_viz.cells.cell import Cell
from lstm_viz.equations.gates import forget_gates
from lstm_viz.experiments.gradient_flow import USUAL, AskedFlows, Flow, Flows
from lstm_viz.experiments.one_cell import (
    MODEL_OPTIONS,
    Asked,
    check_fit,
    choose_cell,
    choose_sequence,
)
from lstm_viz.experiments.one_cell import without_records as weights_alone
from lstm_viz.files.npz import Weights, load_weights
from lstm_viz.inputs.sequence import NAMED, Sequence, named
from lstm_viz.trace.records import Gradients
from lstm_viz.trace.run import backpropagate, run
from lstm_viz.validation.errors import InputError, OptionError
from lstm_viz.validation.limits import refuse_too_large
from lstm_viz.weights.starts import serves_chrono

LENGTH, HIDDEN, MOST_FLOWS = 100, 16, 12
BYTES_PER_NUMBER = 40  # of every unit of every quantity at every step, forward and back
Watch = Callable[[Iterable[Any], int], Iterable[Any]]


@dataclass(frozen=True)
class _Line:
    """What one flow is to be: the cell, and how its weights begin."""

    cell: Cell
    bias: float | None = None
    radius: float | None = None
    cut: tuple[measures.Route, ...] = ()
    cut_words: tuple[str, ...] = ()  # the same, as it was asked for

    @property
    def setting(self) -> str:
        said = [f"bias {self.bias:g}"] if self.bias is not None else []
        said += [f"radius {self.radius:g}"] if self.radius is not None else []
        return ", ".join(said + ([f"cut {' '.join(self.cut_words)}"] if self.cut else []))


# ---------------------------------------------------------------------------- choosing


def measure(asked: AskedFlows, watch: Watch = lambda things, count: things) -> Flows:
    """Run everything that was asked for; `watch` is handed the work and its size."""
    if asked.model is not None:
        from lstm_viz.experiments.compare_layers import measure_model

        return measure_model(asked)
    for option in (*MODEL_OPTIONS, "target"):
        if getattr(asked, option) is not None:
            raise OptionError(f"--{option} is for a model: give it with --model FILE")
    cells = [choose_cell(name) for name in _names(asked.cells)]
    for cell in cells:
        if not cell.states:
            raise OptionError(f"{cell.name} carries nothing from step to step: nothing flows back")
    weights = _trained(asked, cells)
    lines = list(_lines(asked, cells))
    inputs = [_input(asked, cells, weights, asked.seed)]
    for k in range(1, asked.seeds):  # typed numbers and files are the same for every seed
        varies = asked.text is None and (asked.input or "noise").partition(":")[0] in NAMED
        inputs.append(_input(asked, cells, weights, asked.seed + k) if varies else inputs[0])
    _check_size(lines, inputs[0], asked)
    steps = len(inputs[0].values)
    loss, words = _loss(asked.loss or "last", steps)
    jobs = [(line, k) for line in lines for k in range(asked.seeds)]
    done: dict[int, list[Gradients]] = {}
    profiles: dict[int, list[np.ndarray]] = {}
    for number, (line, k) in enumerate(watch(jobs, len(jobs))):
        at = number // asked.seeds
        own = weights or _begin(asked, line, inputs[k], asked.seed + k)
        gradients = _back(line, own, inputs[k], loss)
        done.setdefault(at, [gradients])
        profiles.setdefault(at, []).append(measures.norms(gradients, line.cell.memory))
    flows = [
        Flow(name, line.setting, line.cell.memory, done[k][0], np.array(profiles[k]), line.bias)
        for k, (line, name) in enumerate(zip(lines, _labels(lines), strict=True))
    ]
    return Flows(tuple(flows), tuple(_facts(asked, flows, inputs[0], words)), words)


def _names(written: str) -> list[str]:
    names = [name.strip() for name in written.split(",") if name.strip()]
    if not names:
        raise OptionError(f"--cells {written!r}: name at least one cell, such as {USUAL}")
    return list(dict.fromkeys(names))


def _lines(asked: AskedFlows, cells: list[Cell]) -> Iterator[_Line]:
    found = []
    for cell in cells:
        gated = bool(forget_gates(cell))
        for bias in (asked.forget_bias if gated else ()) or (None,):
            for radius in asked.spectral_radius or (None,):
                found.append(_Line(cell, bias, radius))
    if asked.forget_bias and not any(line.bias is not None for line in found):
        names = ", ".join(cell.name for cell in cells)
        raise OptionError(f"--forget-bias: no forget gate in {names}")
    found += list(_with_cuts(asked.cut, found))
    if len(found) > MOST_FLOWS:
        raise OptionError(f"{len(found)} lines are too many to tell apart (at most {MOST_FLOWS})")
    yield from found


def _with_cuts(asked: tuple[str, ...], lines: list[_Line]) -> Iterator[_Line]:
    """Beside each line that has the routes, the same with them cut."""
    if not asked:
        return
    some, last = False, ""
    for line in lines:
        try:
            gone = tuple(r for word in asked for r in measures.find_routes(line.cell, word))
        except InputError as error:
            last = str(error)
            continue
        some = True
        yield replace(line, cut=tuple(dict.fromkeys(gone)), cut_words=asked)
    if not some:
        raise OptionError(f"--cut: {last}")


def _labels(lines: list[_Line]) -> Iterator[str]:
    for line in lines:
        yield f"{line.cell.name} {line.setting}".strip()


def _trained(asked: AskedFlows, cells: list[Cell]) -> Weights | None:
    if asked.trained is None:
        return None
    for option, value in (
        ("--start", asked.start),
        ("--hidden", asked.hidden),
        ("--forget-bias", asked.forget_bias or None),
        ("--spectral-radius", asked.spectral_radius or None),
        ("--seeds", asked.seeds if asked.seeds > 1 else None),
    ):
        if value is not None:
            raise OptionError(f"{option} is for random weights: those of a file are as they are")
    if len(cells) > 1:
        raise OptionError(f"--trained {asked.trained} is for one cell: say which with --cells")
    return weights_alone(cells[0], load_weights(asked.trained))


def _input(asked: AskedFlows, cells: list[Cell], weights: Weights | None, seed: int) -> Sequence:
    given, length = asked.input, asked.length
    by_name = asked.text is None and (given is None or given in NAMED)
    if length is not None and not by_name:
        raise OptionError("--length is for an input by name: this one is as long as it is")
    if given is None and asked.text is None:
        sequence = named(f"noise:{length or LENGTH}", seed, _per_step(asked, cells))
        features = _features(cells, weights, asked.hidden)
        if features > 1:
            values = np.random.default_rng(seed).standard_normal((len(sequence.values), features))
            sequence = Sequence(values, sequence.what)
    else:
        if given in NAMED:
            given = f"{given}:{length or LENGTH}"
        hidden = asked.hidden or HIDDEN
        plain = Asked(cells[0].name, given, asked.column, asked.text, hidden, seed=seed)
        found = choose_sequence(replace(plain, stdin=asked.stdin), cells[0])
        assert found is not None
        sequence = found
    if weights:
        check_fit(cells[0], weights, sequence, str(asked.trained))
    if len(sequence.values) < 2:
        raise InputError("one step is too short: a gradient flows from step to step")
    return sequence


def _features(cells: list[Cell], weights: Weights | None, hidden: int | None) -> int:
    """One input; as many as a trained cell reads, or as units where x stands element by element."""
    for cell in cells:
        if weights and (features := cell.inputs_of(weights)):
            return features
        if cell.letters("x") != "I":
            return hidden or HIDDEN
    return 1


def _begin(asked: AskedFlows, line: _Line, sequence: Sequence, seed: int) -> Weights:
    start = asked.start or "pytorch"
    if line.radius is not None:
        start = f"spectral:{line.radius!r}"
    if start.startswith("chrono") and not serves_chrono(line.cell):
        start = "pytorch"
    hidden, features = asked.hidden or HIDDEN, sequence.values.shape[1]
    return line.cell.start(features, hidden, seed, start, forget_bias=line.bias)


def _per_step(asked: AskedFlows, cells: list[Cell]) -> float:
    """Bytes that one step of all cells will need."""
    names = sum(len(cell.names) for cell in cells)
    return float(BYTES_PER_NUMBER * (asked.hidden or HIDDEN) * names)


def _check_size(lines: list[_Line], sequence: Sequence, asked: AskedFlows) -> None:
    steps, hidden = len(sequence.values), asked.hidden or HIDDEN
    each = max(len(line.cell.names) for line in lines)
    weights = max(line.cell.count(sequence.values.shape[1], hidden) for line in lines)
    needed = 24.0 * weights + BYTES_PER_NUMBER * len(lines) * steps * hidden * each
    refuse_too_large(needed, f"{steps:,} steps of {hidden:,} units", "fewer")


def _loss(written: str, steps: int) -> tuple[np.ndarray, str]:
    """(which steps the loss looks at, in words)."""
    mask = np.zeros(steps)
    if written == "all":
        return mask + 1, "the sum of the output at every step"
    step = steps if written == "last" else int(written.removeprefix("at:"))
    if step > steps:
        raise OptionError(f"--loss at:{step}: the sequence has {steps} steps")
    mask[step - 1] = 1
    when = "the last step" if written == "last" else f"step {step}"
    return mask, f"the sum of the output at {when}"


def _back(line: _Line, weights: Weights, sequence: Sequence, loss: np.ndarray) -> Gradients:
    trace = run(line.cell, weights, sequence.values)
    output = trace[line.cell.output]
    given = np.repeat(loss[:, None], output.shape[1], axis=1)
    gradients = backpropagate(trace, {line.cell.output: given})
    return measures.cut(gradients, line.cut) if line.cut else gradients


def _facts(
    asked: AskedFlows, flows: list[Flow], sequence: Sequence, loss: str
) -> Iterator[tuple[str, str]]:
    if asked.trained:
        yield "weights", asked.trained
    else:
        start = asked.start or ("spectral" if asked.spectral_radius else "pytorch")
        seeds = f"seed {asked.seed}"
        if asked.seeds > 1:
            seeds = f"seeds {asked.seed} to {asked.seed + asked.seeds - 1}"
        ungated = [f.cell.name for f in flows if not serves_chrono(f.cell)]
        others = f" ({', '.join(ungated)} as pytorch)" if ungated and "chrono" in start else ""
        yield "weights", f"random as {start} begins{others}, {seeds}"
    yield "input", sequence.what
    yield "loss", loss
