"""The gradients of a model of a file, a flow a recurrent direction, for `lstm-viz gradients`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import numpy as np

from lstm_viz import measures
from lstm_viz.experiments.gradient_flow import AskedFlows, Flow, Flows
from lstm_viz.experiments.model import AskedModel, ModelRun, run_model
from lstm_viz.validation.errors import InputError, OptionError

RANDOM_ONLY = ("hidden", "start", "forget_bias", "spectral_radius", "trained", "length")


def measure_model(asked: AskedFlows) -> Flows:
    """Run the model, back from its loss; all its directions, or the one that `--layer` names."""
    _check(asked)
    given = {f.name: getattr(asked, f.name) for f in fields(AskedModel) if hasattr(asked, f.name)}
    run = run_model(AskedModel(**given | {"loss_at": asked.loss}))
    keys = [run.shown] if asked.layer else list(run.record.traces)
    if forward := [key for key in keys if not run.network.directions[key].reverse]:
        keys = forward if not asked.layer else keys
    length = len(run.record.traces[keys[0]])
    same = [key for key in keys if len(run.record.traces[key]) == length]
    flows = [flow for key in same for flow in _flows(asked, run, key)]
    if length < 2:
        raise InputError("one step is too short: a gradient flows from step to step")
    return Flows(tuple(flows), tuple(_facts(asked, run, keys, same)), run.loss.words)


def _check(asked: AskedFlows) -> None:
    for option in RANDOM_ONLY:
        if getattr(asked, option):
            name = option.replace("_", "-")
            raise OptionError(f"--{name} is for a cell: a model is as it is")
    if asked.cells != AskedFlows.cells or asked.seeds > 1:
        what = "--cells" if asked.cells != AskedFlows.cells else "--seeds"
        raise OptionError(f"{what} and --model: give one of them")


def _flows(asked: AskedFlows, run: ModelRun, key: str) -> Iterator[Flow]:
    gradients = run.gradients.traces[key]
    state = gradients.cell.memory
    yield Flow(key, "", state, gradients, np.array([measures.norms(gradients, state)]))
    if asked.cut:
        cell = gradients.cell
        routes = [route for word in asked.cut for route in measures.find_routes(cell, word)]
        cut = measures.cut(gradients, tuple(dict.fromkeys(routes)))
        setting = f"cut {' '.join(asked.cut)}"
        norms = np.array([measures.norms(cut, state)])
        yield Flow(f"{key} {setting}", setting, state, cut, norms)


def _facts(
    asked: AskedFlows, run: ModelRun, keys: list[str], same: list[str]
) -> Iterator[tuple[str, str]]:
    yield "model", str(asked.model)
    for note in run.notes:
        yield "note", note
    for key, direction in run.network.directions.items():
        if direction.reverse and key in same:
            yield "note", f"{key}: its step 1 is the end of the input"
        elif direction.reverse and not asked.layer:
            yield "note", f"{key} goes from the end to the start: --layer {key} shows it"
    if len(run.record.traces) > 1 and same[0] == next(iter(run.record.traces)):
        yield "note", f"into {same[0]} the gradient comes from the layer above at every step"
    if left := [key for key in keys if key not in same]:
        yield "note", f"{', '.join(left)}: of another length, --layer shows it"
    yield "input", run.sequence.what
    yield "loss", run.loss.words
