"""A model of a file, run over an input and gone back through: what `--model` means anywhere."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

import numpy as np

from lstm_viz.experiments.experiment import Experiment
from lstm_viz.experiments.holds import Holds, held_values, held_weights
from lstm_viz.experiments.inputs import (
    LENGTH,
    asked_sequence,
    by_vocabulary,
    bytes_per_step,
    standardised,
)
from lstm_viz.experiments.losses import OutputLoss, model_loss
from lstm_viz.experiments.options import InputOptions, LossOptions, ModelOptions, StepOptions
from lstm_viz.experiments.states import initial_states
from lstm_viz.inputs.sequence import Sequence
from lstm_viz.inputs.text import read_text
from lstm_viz.models import read_model
from lstm_viz.network.layers import Activation, Dense, Embedding, States
from lstm_viz.network.network import Network, NetworkGradients, Record
from lstm_viz.network.recurrent import Direction, Recurrent
from lstm_viz.trace.records import Gradients
from lstm_viz.validation.errors import InputError, OptionError

MOST = 6  # names in one sentence


@dataclass(frozen=True, eq=False, kw_only=True)
class ModelExperiment(Experiment):
    """One direction of a model's layer, as the whole network ran it, with the network's loss.

    `shown` names the direction; the others are in `record` and `network_gradients`. `chosen` are
    those that `--layer` names.
    """

    network: Network
    record: Record
    shown: str
    chosen: tuple[str, ...] = ()
    states: States = field(default_factory=dict)

    @cached_property
    def network_gradients(self) -> NetworkGradients:
        """Back through all of the network from its loss."""
        return self.network.backpropagate(self.record, self.loss.gradient)

    @cached_property
    def gradients(self) -> Gradients:
        """From the network's loss, through whatever stands behind this layer."""
        return self.network_gradients.traces[self.shown]

    def _again(self, holds: Holds) -> Self:
        """Held in the shown direction; what stands behind it in the network follows."""
        one, trace = self.network.directions[self.shown], self.trace
        weights, values = held_weights(holds, one.weights), held_values(holds, trace)
        network = _with(self.network, self.shown, replace(one, weights=weights, hold=values))
        record = network.run(self.record.inputs, states=self.states)
        return replace(
            self,
            trace=record.traces[self.shown],
            loss=_loss(self.options, record),
            network=network,
            record=record,
        )


def run_model(options: StepOptions) -> ModelExperiment:
    """Run the model; the layer that was asked for, or else the last recurrent one, is shown."""
    network, chosen = find_network(options.model, options.loss)
    recurrent = [layer for layer in network if isinstance(layer, Recurrent)]
    shown = chosen[-1] if chosen else recurrent[-1].keys[0]
    sequence = _input(options.input, options.model, network)
    embedded = isinstance(network.layers[0], Embedding)
    target = shown if options.model.layer else ""
    given, said = initial_states(options.input.state, network.directions, target)
    inputs = sequence.values[:, 0] if embedded else sequence.values
    states = merged(network.states, given)
    record = network.run(inputs, states=states)
    trace = record.traces[shown]
    if len(trace) < 1:
        raise InputError("there is no step to show")
    return ModelExperiment(
        options,
        trace,
        _loss(options, record),
        Sequence(trace.inputs, sequence.what, _labels(sequence, record, shown)),
        f"{options.model.model}, layer {shown}",
        (*network.notes, *said),
        network=network,
        record=record,
        shown=shown,
        chosen=chosen,
        states=states,
    )


def merged(own: States, given: States) -> States:
    """The file's own initial states, and over them those that were given."""
    keys = dict.fromkeys((*own, *given))
    return {key: {**own.get(key, {}), **given.get(key, {})} for key in keys}


def _loss(options: StepOptions, record: Record) -> OutputLoss:
    y = record.outputs
    y = np.concatenate(y, axis=-1) if isinstance(y, tuple) else y
    return model_loss(options.loss, y, _last_activation(record.network))


def _with(network: Network, key: str, direction: Direction) -> Network:
    """The same network but for one direction of a recurrent layer."""
    other = copy(network)
    other.layers = [
        each.with_direction(key, direction) if isinstance(each, Recurrent) else each
        for each in network.layers
    ]
    return other


def _last_activation(network: Network) -> str:
    last = network.layers[-1]
    return last.activation if isinstance(last, Dense | Activation) else ""


def _labels(sequence: Sequence, record: Record, shown: str) -> tuple[str, ...]:
    """The labels of the steps, in the order in which the shown direction goes."""
    for layer in record.network.layers:
        if isinstance(layer, Recurrent) and shown in layer.keys:
            steps = record.layers[layer.name].kept[0][layer.keys.index(shown)]
            times = steps.index().ravel()
            known = len(sequence.labels) > times.max()
            return tuple(sequence.labels[t] for t in times) if known else ()
    return ()


# ---------------------------------------------------------------------------- the network


def find_network(
    options: ModelOptions, loss: LossOptions | None = None
) -> tuple[Network, tuple[str, ...]]:
    """The network that `--layer` and `--head` choose, and the directions that `--layer` names."""
    layer, head = options.layer, options.head
    model = read_model(str(options.model), options.nonlinearity)
    chain = model.chain(layer, head)
    if loss and loss.target is not None and chain.left_out:
        names = ", ".join(chain.left_out[:MOST]) + ", …" * (len(chain.left_out) > MOST)
        raise OptionError(
            f"--target is for the model's output, but what makes it is not read ({names}): --head"
            " says what follows the recurrent layers; with --head none the target is that of the"
            " hidden units"
        )
    network = model.network(layer, head)
    named = [network.layers[chain.parts.index(part)] for part in chain.shown]
    every = [layer.keys for layer in named if isinstance(layer, Recurrent)]
    direct = tuple(key for keys in every for key in keys if key == layer)
    return network, direct or tuple(keys[0] for keys in every)


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
        return by_vocabulary(text, vocabulary, not embedded, features)
    if options.text is not None:
        raise OptionError(
            f"{model.model} does not say which number a character or a word has: give it with"
            " --vocabulary FILE"
        )
    if options.is_open:
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
