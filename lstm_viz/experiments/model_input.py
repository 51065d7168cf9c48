"""What goes into a model of a file: what was asked for, a sequence of its training, or noise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lstm_viz.experiments.inputs import (
    LENGTH,
    as_words,
    asked_sequence,
    by_vocabulary,
    bytes_per_step,
    first_steps,
    standardised,
)
from lstm_viz.experiments.options import InputOptions, LossOptions, ModelOptions, StepOptions
from lstm_viz.inputs.sequence import Sequence
from lstm_viz.inputs.text import read_text
from lstm_viz.models import read_model
from lstm_viz.models.trained import Trained, one_hot, trained
from lstm_viz.network.layers import Activation, Embedding
from lstm_viz.network.network import Network
from lstm_viz.validation.errors import InputError, OptionError


def own_sequence(options: StepOptions) -> Trained | None:
    """What the model's file keeps of its training."""
    if options.model.into is not None:
        return None
    return trained(read_model(str(options.model.model), options.model.nonlinearity))


def own_loss(options: LossOptions, known: Trained) -> LossOptions:
    """The loss that it was trained with, on its own sequence, where no other is asked for."""
    if options.target is not None or options.loss_at is not None:
        return options
    kind = known.loss if known.loss in ("mae", "mse-broadcast") else ""
    return replace(options, target=known.target, loss_at="all" * known.each_step or None, kind=kind)


def with_activation(network: Network, known: Trained) -> Network:
    """The same network and after it what its loss turned scores into probabilities with."""
    whole = Network([*network.layers, Activation(known.activation)], network.dtype)
    note = f"{known.activation}: it was trained with {known.loss}, which has it inside"
    whole.notes, whole.source = (*network.notes, note), network.source
    whole.states = network.states
    return whole


def model_input(
    options: InputOptions, model: ModelOptions, network: Network, known: Trained | None = None
) -> Sequence:
    """The sequence, of as many features as the network reads; its own, where none is asked for."""
    first, features, vocabulary = network.layers[0], network.features, model.vocabulary
    embedded = isinstance(first, Embedding)
    if vocabulary is not None:
        given, text = options.input or "", options.text
        if given.lower().endswith(".txt"):
            text = read_text(given.removeprefix("@"))
        if text is None:
            raise OptionError("--vocabulary needs a text: --text or --input @FILE.txt")
        read = by_vocabulary(text, vocabulary, not embedded, features)
        return first_steps(read, options.steps)
    if options.text is not None and known and known.symbols:
        values = one_hot(options.text, known.symbols, str(model.model))
        what = f"{len(values):,} symbols of {known.what}"
        return first_steps(Sequence(values, what, tuple(map(repr, options.text))), options.steps)
    if options.text is not None:
        raise OptionError(
            f"{model.model} does not hold the vocabulary (the number of each character or word):"
            " give it with --vocabulary FILE"
        )
    if options.is_open and known and known.inputs.shape[1] == features:
        said = f"the sequence of {known.what} that the file holds"
        own = Sequence(known.inputs, said, known.labels, known.names)
        return first_steps(own, options.steps)
    if options.is_open:
        if options.steps is not None:
            raise OptionError("--steps needs --input or --text")
        if model.standardise is not None:
            raise OptionError("--standardise needs --input")
        return _noise(network, features, options.seed or 0)
    any_cell = next(iter(network.directions.values())).cell
    sequence = asked_sequence(options, bytes_per_step(any_cell, 1))
    assert sequence is not None
    if model.standardise is not None:
        sequence = standardised(sequence, model.standardise)
    wide = sequence.values.shape[1]
    if embedded:
        return as_words(sequence, first.name)
    if features is not None and wide != features:
        raise InputError(
            f"{model.model} reads {features} features per step, the input has {wide}"
            + ("; choose columns with --column" if wide > features else "")
        )
    return sequence


def _noise(network: Network, features: int | None, seed: int) -> Sequence:
    rng, first = np.random.default_rng(seed), network.layers[0]
    if isinstance(first, Embedding):
        words = rng.integers(0, len(first.weights["E"]), (LENGTH, 1))
        return Sequence(words, f"{LENGTH} random words (no --input)")
    values = rng.standard_normal((LENGTH, features or 1))
    return Sequence(values, f"noise, {LENGTH} steps (no --input)")
