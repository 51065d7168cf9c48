"""Two models of files over the same input: what `lstm-viz model A --against B` asks for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lstm_viz.experiments.model import ModelExperiment, find_network, merged, run_model
from lstm_viz.experiments.options import StepOptions
from lstm_viz.experiments.states import initial_states
from lstm_viz.models.against import Against, compare
from lstm_viz.network.layers import Embedding, States
from lstm_viz.network.network import Network
from lstm_viz.validation.errors import InputError


@dataclass(frozen=True, eq=False)
class TwoModels:
    """The run of the first, and how the second compares; `notes` say what was taken for granted."""

    first: ModelExperiment
    other: str
    found: Against
    notes: tuple[str, ...]


def compare_models(
    options: StepOptions, path: str, layer: str | None, head: str | None
) -> TwoModels:
    """Run both over the input that was asked for, or over the same noise.

    `layer` and `head` are for the second. Raises `InputError` where it does not read this input.
    """
    first = run_model(options)
    asked = replace(options.model, model=path, layer=layer, head=head)
    network, _ = find_network(asked)
    mine, theirs = first.network, network
    for one, other in ((mine, theirs), (theirs, mine)):
        if isinstance(one.layers[0], Embedding) and not isinstance(other.layers[0], Embedding):
            raise InputError(f"{one.source} reads word numbers, {other.source} does not")
    wide = mine.features, theirs.features
    if None not in wide and wide[0] != wide[1]:
        said = f"{mine.source} reads {wide[0]} features per step, {path} {wide[1]}"
        raise InputError(f"{said}: both must accept the same input")
    record = theirs.run(first.record.inputs, states=_starts(first, theirs))
    notes = tuple(f"{options.model.model}: {note}" for note in first.notes)
    notes += tuple(f"{path}: {note}" for note in theirs.notes)
    return TwoModels(first, path, compare(first.record, record), notes)


def _starts(first: ModelExperiment, other: Network) -> States:
    """What `--state` gave the first, for the second's direction in the same place."""
    keys, theirs = list(first.network.directions), list(other.directions)
    target = first.shown if first.options.model.layer else ""
    asked = first.options.input.state
    given, _ = initial_states(asked, first.network.directions, target)
    found = {
        theirs[keys.index(key)]: s for key, s in given.items() if keys.index(key) < len(theirs)
    }
    return merged(other.states, found)
