"""The gradients of a model of a file: a gradient flow for each recurrent direction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from lstm_viz import measures
from lstm_viz.experiments.gradient_flow import GradientFlow, GradientFlows, last_alone, long_enough
from lstm_viz.experiments.holds import Holds, read_holds
from lstm_viz.experiments.model import ModelExperiment, run_model
from lstm_viz.experiments.options import (
    USUAL,
    CellOptions,
    GradientOptions,
    StepOptions,
    asked_for,
)
from lstm_viz.network.network import NetworkGradients
from lstm_viz.network.recurrent import Recurrent
from lstm_viz.trace.records import Gradients
from lstm_viz.validation.errors import OptionError


def compare_layers(options: GradientOptions) -> GradientFlows:
    """Run the model, back from its loss; all its directions, or the one that `--layer` names."""
    _check(options)
    whole = run_model(StepOptions(CellOptions(), options.input, options.loss, options.model))
    keys = _directions(whole)
    length = len(whole.record.traces[keys[0]])
    long_enough(length)
    same = [key for key in keys if len(whole.record.traces[key]) == length]
    holds = read_holds(options.hold, whole.cell)
    flows = [flow for key in same for flow in _flows(whole, key, options.cut, holds)]
    names = whole.sequence.axis if whole.shown in same else ()
    return GradientFlows(tuple(flows), tuple(_facts(whole, keys, same)), names)


def _check(options: GradientOptions) -> None:
    """Refuse what is for a cell."""
    given = asked_for(replace(options.cells[0], cell=CellOptions.cell))
    for option in [*given, *(["--length"] if options.input.length else [])]:
        name = "--trained" if option == "--weights" else option
        raise OptionError(f"{name} is for a cell: a model is not changed")
    cells = tuple(each.cell for each in options.cells) != tuple(each.cell for each in USUAL)
    if cells or options.seeds > 1:
        what = "--cells" if cells else "--seeds"
        raise OptionError(f"{what} and --model: give only one of them")


def _directions(whole: ModelExperiment) -> list[str]:
    """The one that was asked for; else those that go forward, or all where none does."""
    if whole.chosen:
        return list(whole.chosen)
    keys = list(whole.record.traces)
    return [key for key in keys if not whole.network.directions[key].reverse] or keys


def _flows(
    whole: ModelExperiment, key: str, cut: tuple[str, ...], holds: Holds
) -> Iterator[GradientFlow]:
    gradients = whole.network_gradients.traces[key]
    last = _of_the_last_loss(whole)
    alone = None if last is None else last.traces[key]
    yield _flow(key, "", gradients, alone)
    if cut:
        setting = f"cut {' '.join(cut)}"
        cut_alone = None if alone is None else measures.cut(alone, cut)
        yield _flow(f"{key} {setting}", setting, measures.cut(gradients, cut), cut_alone)
    if holds:
        where = "" if key == whole.shown else f" in {whole.shown}"
        setting = f"hold {' '.join(map(str, holds))}{where}"
        held = whole.held(holds)
        last = _of_the_last_loss(held)
        alone = None if last is None else last.traces[key]
        yield _flow(f"{key} {setting}", setting, held.network_gradients.traces[key], alone)


def _of_the_last_loss(whole: ModelExperiment) -> NetworkGradients | None:
    """Back from the loss on the last output alone, where it looks at every output."""
    if whole.options.loss.loss_at != "all" or whole.loss.gradient.ndim < 2:
        return None
    return whole.network.backpropagate(whole.record, last_alone(whole.loss.gradient))


def _flow(name: str, setting: str, gradients: Gradients, alone: Gradients | None) -> GradientFlow:
    state = gradients.cell.memory
    apart = None if alone is None else measures.norms(alone, state)[None]
    return GradientFlow(name, setting, gradients, measures.norms(gradients, state)[None], apart)


def _facts(whole: ModelExperiment, keys: list[str], same: list[str]) -> Iterator[tuple[str, str]]:
    yield "model", str(whole.options.model.model)
    for note in whole.notes:
        yield "note", note
    for key, direction in whole.network.directions.items():
        if direction.reverse and key in same:
            yield "note", f"{key}: its step 1 is the end of the input"
        elif direction.reverse and not whole.options.model.layer:
            yield "note", f"{key} runs from the end to the start: see it with --layer {key}"
    if _fed_from_above(whole, same[0]):
        yield "note", f"{same[0]} receives a gradient from the layer above at every step"
    if left := [key for key in keys if key not in same]:
        yield "note", f"{', '.join(left)}: has another length: see it with --layer"
    yield "input", whole.sequence.what
    yield "loss", whole.loss.words


def _fed_from_above(whole: ModelExperiment, key: str) -> bool:
    """Whether another recurrent layer stands after this one and sends something at every step."""
    layers = [layer for layer in whole.network if isinstance(layer, Recurrent)]
    gradients = whole.network_gradients.traces[key]
    given = gradients.shares(gradients.cell.output).get("loss", np.zeros((1, 1)))
    return key not in layers[-1].keys and bool((given != 0).any(axis=-1).all())
