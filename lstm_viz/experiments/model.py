"""A model of a file, run over an input and gone back through: what `--model` means anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from lstm_viz.experiments.experiment import Experiment
from lstm_viz.experiments.inputs import (
    LENGTH,
    asked_sequence,
    by_vocabulary,
    bytes_per_step,
    first_steps,
    padding,
    standardised,
)
from lstm_viz.experiments.losses import model_loss
from lstm_viz.experiments.one_cell import choose_cell
from lstm_viz.experiments.options import InputOptions, ModelOptions, StepOptions
from lstm_viz.experiments.own_text import put_into
from lstm_viz.experiments.states import initial_states
from lstm_viz.inputs.sequence import Sequence
from lstm_viz.inputs.text import read_text
from lstm_viz.models import read_model
from lstm_viz.network.layers import Activation, Dense, Embedding, Masking, States
from lstm_viz.network.network import Network, NetworkGradients, Record
from lstm_viz.network.recurrent import Recurrent
from lstm_viz.trace.records import Gradients
from lstm_viz.validation.errors import InputError, OptionError
from lstm_viz.validation.names import did_you_mean


@dataclass(frozen=True, eq=False, kw_only=True)
class ModelExperiment(Experiment):
    """One direction of a model's layer, as the whole network ran it, with the network's loss.

    `shown` names the direction; the others are in `record` and `network_gradients`.
    """

    network: Network
    record: Record
    shown: str

    @cached_property
    def network_gradients(self) -> NetworkGradients:
        """Back through all of the network from its loss."""
        return self.network.backpropagate(self.record, self.loss.gradient)

    @cached_property
    def gradients(self) -> Gradients:
        """From the network's loss, through whatever stands behind this layer."""
        return self.network_gradients.traces[self.shown]


def run_model(options: StepOptions) -> ModelExperiment:
    """Run the model; the layer that was asked for, or else the last recurrent one, is shown."""
    network, shown = find_network(options.model)
    sequence = _input(options.input, options.model, network)
    embedded = isinstance(network.layers[0], Embedding)
    target = shown if options.model.layer else ""
    states, said = initial_states(options.input.state, network.directions, target)
    inputs = sequence.values[:, 0] if embedded else sequence.values
    record = network.run(inputs, states=merged(network.states, states))
    trace = record.traces[shown]
    if len(trace) < 1:
        raise InputError("there is no step to show")
    y = record.outputs
    y = np.concatenate(y, axis=-1) if isinstance(y, tuple) else y
    return ModelExperiment(
        options,
        trace,
        model_loss(options.loss, y, _last_activation(network)),
        _shown(sequence, record, shown),
        f"{options.model.model}, layer {shown}",
        (*network.notes, *_padding(options.input, network, sequence), *said),
        network=network,
        record=record,
        shown=shown,
    )


def _padding(options: InputOptions, network: Network, sequence: Sequence) -> Iterator[str]:
    """Rows of zeros at the end of a file may be padding, which no file of weights says."""
    zeros, steps = padding(sequence), len(sequence.values)
    first = network.layers[0]
    masks = isinstance(first, Masking) or (isinstance(first, Embedding) and first.mask_zero)
    if zeros and not masks and (options.input or "").startswith("@"):
        yield (
            f"the last {zeros} of {steps} steps are all 0: if they are padding, --steps"
            f" {steps - zeros} leaves them out"
        )


def merged(own: States, given: States) -> States:
    """The file's own initial states, and over them those that were given."""
    keys = dict.fromkeys((*own, *given))
    return {key: {**own.get(key, {}), **given.get(key, {})} for key in keys}


def _last_activation(network: Network) -> str:
    last = network.layers[-1]
    return last.activation if isinstance(last, Dense | Activation) else ""


def _shown(sequence: Sequence, record: Record, shown: str) -> Sequence:
    """What came into the shown direction, its steps named in the order in which that goes.

    Its features have the input's names only where the input comes in as it is.
    """
    inputs = record.traces[shown].inputs
    for layer in record.network.layers:
        if isinstance(layer, Recurrent) and shown in layer.keys:
            steps = record.layers[layer.name].kept[0][layer.keys.index(shown)]
            times = steps.index().ravel()
            labels, stamps = (_taken(names, times) for names in (sequence.labels, sequence.stamps))
            rows = sequence.rows if layer is record.network.layers[0] else ()
            return Sequence(inputs, sequence.what, labels, rows, stamps)
    return Sequence(inputs, sequence.what)


def _taken(names: tuple[str, ...], times: np.ndarray) -> tuple[str, ...]:
    return tuple(names[t] for t in times) if len(names) > times.max() else ()


# ---------------------------------------------------------------------------- the network


def find_network(options: ModelOptions) -> tuple[Network, str]:
    """The whole model, and which of its directions is shown; or the one layer alone."""
    layer = options.layer
    network, shown = _found(options)
    if options.into is not None:
        put_into(network, choose_cell(options.into), [shown] if layer else network.directions)
    return network, shown


def _found(options: ModelOptions) -> tuple[Network, str]:
    layer, head = options.layer, options.head
    model = read_model(str(options.model), options.nonlinearity)
    try:
        network = model.network(None, head)
    except InputError:
        if layer is None:
            raise
        network = model.network(layer, head)
    known = list(network.directions)
    if layer is None:
        last = next(e for e in reversed(network.layers) if isinstance(e, Recurrent))
        return network, last.keys[0]
    for name in (layer, f"{layer}.forward"):
        if name in known:
            return network, name
    if group := [key for key in known if key.startswith(f"{layer}.")]:
        return network, group[-1]
    if layer in model.groups:
        alone = model.network(layer, head)
        return alone, next(iter(alone.directions))
    hint = did_you_mean(layer, known) or f"there are {', '.join(known)}"
    raise OptionError(f"--layer {layer}: no layer of {options.model} is called so: {hint}")


# ---------------------------------------------------------------------------- the input


def _input(options: InputOptions, model: ModelOptions, network: Network) -> Sequence:
    """The sequence, of as many features as the network reads."""
    first, features, vocabulary = network.layers[0], _features(network), model.vocabulary
    embedded = isinstance(first, Embedding)
    if vocabulary is not None:
        given, text = options.input or "", options.text
        if given.lower().endswith(".txt"):
            text = read_text(given.removeprefix("@"))
        if text is None:
            raise OptionError(
                "--vocabulary says which word has which number: for --text or @FILE.txt"
            )
        read = by_vocabulary(text, vocabulary, not embedded, features)
        return first_steps(read, options.steps)
    if options.text is not None:
        raise OptionError(
            f"{model.model} does not say which number a character or a word has: give it with"
            " --vocabulary FILE"
        )
    if options.is_open:
        if options.steps is not None:
            raise OptionError("--steps is for an input: give it with --input or --text")
        if model.standardise is not None:
            raise OptionError("--standardise is for an input: give it with --input")
        return _noise(network, features, options.seed or 0)
    any_cell = next(iter(network.directions.values())).cell
    sequence = asked_sequence(options, bytes_per_step(any_cell, 1))
    assert sequence is not None
    if model.standardise is not None:
        sequence = standardised(sequence, model.standardise)
    wide = sequence.values.shape[1]
    if embedded:
        if wide != 1 or (sequence.values != np.rint(sequence.values)).any():
            raise InputError(f"{first.name} reads one whole number a step, not {wide} numbers")
        return replace(sequence, values=sequence.values.astype(int))
    if features is not None and wide != features:
        raise InputError(
            f"{model.model} reads {features} features a step, the input has {wide}"
            + ("; --column chooses columns" if wide > features else "")
        )
    return sequence


def _features(network: Network) -> int | None:
    """How many features come in; None before an embedding, or where any number will do."""
    for layer in network.layers:
        if isinstance(layer, Embedding):
            return None
        if isinstance(layer, Dense):
            return int(layer.weights["W"].shape[1])
        if isinstance(layer, Recurrent):
            way = layer.directions[0]
            return way.cell.inputs_of(way.weights)
    return None


def _noise(network: Network, features: int | None, seed: int) -> Sequence:
    rng, first = np.random.default_rng(seed), network.layers[0]
    if isinstance(first, Embedding):
        words = rng.integers(0, len(first.weights["E"]), (LENGTH, 1))
        return Sequence(words, f"{LENGTH} random words (no input was given)")
    values = rng.standard_normal((LENGTH, features or 1))
    return Sequence(values, f"noise, {LENGTH} steps (no input was given)")
