"""A model of a file, run over an input and gone back through: what `--model` means anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np

from lstm_viz.experiments.experiment import Experiment
from lstm_viz.experiments.holds import Holds, held_values, held_weights
from lstm_viz.experiments.inputs import padding
from lstm_viz.experiments.losses import OutputLoss, model_loss
from lstm_viz.experiments.model_input import model_input, own_loss, own_sequence, with_activation
from lstm_viz.experiments.one_cell import choose_cell
from lstm_viz.experiments.options import InputOptions, LossOptions, ModelOptions, StepOptions
from lstm_viz.experiments.own_text import put_into
from lstm_viz.experiments.states import initial_states
from lstm_viz.inputs.sequence import Sequence
from lstm_viz.models import read_model
from lstm_viz.models.trained import trained
from lstm_viz.network.layers import Activation, Dense, Embedding, Masking, States
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

    @property
    def whose(self) -> str:
        """The file, without its folder, and the layer."""
        return f"{Path(self.options.model.model or '').name}, layer {self.shown}"

    @cached_property
    def network_gradients(self) -> NetworkGradients:
        """Back through all of the network from its loss."""
        return self.network.backpropagate(self.record, self.loss.gradient)

    @cached_property
    def gradients(self) -> Gradients:
        """From the network's loss, through whatever stands after this layer."""
        return self.network_gradients.traces[self.shown]

    def _again(self, holds: Holds) -> Self:
        """Held in the shown direction; what stands after it in the network follows."""
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
    known = own_sequence(options)
    sequence = model_input(options.input, options.model, network, known)
    if known and options.input.is_open:
        options = replace(options, loss=own_loss(options.loss, known))
    embedded = isinstance(network.layers[0], Embedding)
    target = shown if options.model.layer else ""
    given, said = initial_states(options.input.state, network.directions, target)
    inputs = sequence.values[:, 0] if embedded else sequence.values
    states = merged(network.states, given)
    record = network.run(inputs, states=states)
    trace = record.traces[shown]
    if len(trace) < 1:
        raise InputError("there are no steps to show")
    return ModelExperiment(
        options,
        trace,
        _loss(options, record),
        _shown(sequence, record, shown),
        f"{options.model.model}, layer {shown}",
        (*network.notes, *_padding(options.input, network, sequence), *said),
        network=network,
        record=record,
        shown=shown,
        chosen=chosen,
        states=states,
    )


def _padding(options: InputOptions, network: Network, sequence: Sequence) -> Iterator[str]:
    """Rows of zeros at the end of a file may be padding, which no file of weights says."""
    zeros, steps = padding(sequence), len(sequence.values)
    first = network.layers[0]
    masks = isinstance(first, Masking) or (isinstance(first, Embedding) and first.mask_zero)
    if zeros and not masks and (options.input or "").startswith("@"):
        yield (
            f"the last {zeros} of {steps} steps are all 0: if this is padding, use --steps"
            f" {steps - zeros}"
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


def find_network(
    options: ModelOptions, loss: LossOptions | None = None
) -> tuple[Network, tuple[str, ...]]:
    """The network that `--layer` and `--head` choose, and the directions that `--layer` names."""
    layer, head = options.layer, options.head
    model = read_model(str(options.model), options.nonlinearity)
    chain = model.chain(layer, head)
    if loss and loss.target is not None and chain.left_out:
        raise _no_output(chain.left_out)
    network = model.network(layer, head)
    known = trained(model) if head is None else None
    if known and known.activation and not isinstance(network.layers[-1], Activation):
        network = with_activation(network, known)
    places = [part.name for part in chain.parts]
    named = [network.layers[places.index(part.name)] for part in chain.shown]
    every = [each.keys for each in named if isinstance(each, Recurrent)]
    direct = tuple(key for keys in every for key in keys if key == layer)
    if options.into is not None:
        chosen = direct or [key for keys in every for key in keys]
        put_into(network, choose_cell(options.into), chosen or list(network.directions))
    return network, direct or tuple(keys[0] for keys in every)


def _no_output(left_out: tuple[str, ...]) -> OptionError:
    names = ", ".join(left_out[:MOST]) + ", …" * (len(left_out) > MOST)
    return OptionError(
        "--target is for the model's output, but the layers before that output are not read"
        f" ({names}). Say with --head what follows the recurrent layers; with --head none the"
        " target is for the hidden units"
    )
