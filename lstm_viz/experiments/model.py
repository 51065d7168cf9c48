"""A model of a file, run over an input and gone back through: what `--model` means anywhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import IO, Any

import numpy as np

from lstm_viz.experiments.one_cell import Asked, Chosen, Loss, choose_sequence
from lstm_viz.inputs import sequence as sequences
from lstm_viz.inputs.sequence import Sequence
from lstm_viz.inputs.text import _file_text, _vocabulary
from lstm_viz.models import read_model
from lstm_viz.network.layers import Activation, Dense, Embedding
from lstm_viz.network.network import Network, NetworkGradients, Record
from lstm_viz.network.recurrent import Recurrent
from lstm_viz.trace.records import Gradients, Trace
from lstm_viz.validation.errors import InputError, OptionError
from lstm_viz.validation.names import did_you_mean

LENGTH = 100


@dataclass(frozen=True)
class AskedModel:
    """What the command line asks of a model; None is what was left open."""

    model: str
    layer: str | None = None
    head: str | None = None
    nonlinearity: str | None = None
    vocabulary: str | None = None
    standardise: str | None = None
    target: str | None = None
    input: str | None = None
    column: tuple[str, ...] = ()
    text: str | None = None
    loss_at: str | None = None
    seed: int | None = None
    stdin: IO[bytes] | None = None


@dataclass(frozen=True)
class ModelRun:
    """A network, what went in, what came out, and the loss that is looked at."""

    network: Network
    record: Record
    sequence: Sequence
    shown: str
    loss: Loss
    notes: tuple[str, ...]

    @cached_property
    def gradients(self) -> NetworkGradients:
        """Back through all of it from the loss."""
        return self.network.backpropagate(self.record, self.loss.gradient)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the steps, in the order in which the shown direction goes."""
        labels = self.sequence.labels
        for layer in self.network.layers:
            if isinstance(layer, Recurrent) and self.shown in layer.keys:
                steps = self.record.layers[layer.name].kept[0][layer.keys.index(self.shown)]
                times = steps.index().ravel()
                return tuple(labels[t] for t in times) if len(labels) > times.max() else ()
        return ()


@dataclass(frozen=True)
class ChosenModel(Chosen):
    """One direction of a model's layer as what is shown: its cell, weights and own inputs."""

    whole: ModelRun | None = None

    def trace(self) -> Trace:
        """As the network ran it."""
        assert self.whole is not None
        return self.whole.record.traces[self.whole.shown]

    def back(self, asked: Asked, trace: Trace) -> tuple[Loss, Gradients]:
        """From the network's loss, through whatever stands behind this layer."""
        assert self.whole is not None
        return self.whole.loss, self.whole.gradients.traces[self.whole.shown]


def choose_model(asked: AskedModel) -> ChosenModel:
    """Run the model; the layer that was asked for, or else the last recurrent one, is shown."""
    run = run_model(asked)
    direction = run.network.directions[run.shown]
    trace = run.record.traces[run.shown]
    said = [f"{asked.model}, layer {run.shown}", *run.notes]
    sequence = Sequence(trace.inputs, run.sequence.what, run.labels)
    return ChosenModel(
        direction.cell, dict(trace.weights), "; ".join(said), sequence, None, whole=run
    )


def run_model(asked: AskedModel) -> ModelRun:
    """Load, run over the input that was asked for, and find the loss."""
    network, shown = _network(asked)
    sequence, said = _input(asked, network)
    if isinstance(network.layers[0], Embedding):
        record = network.run(sequence.values[:, 0])
    else:
        record = network.run(sequence.values)
    if len(record.traces[shown]) < 1:
        raise InputError("there is no step to show")
    loss = _loss(asked, network, record)
    return ModelRun(network, record, sequence, shown, loss, (*said, *network.notes))


# ---------------------------------------------------------------------------- the network


def _network(asked: AskedModel) -> tuple[Network, str]:
    """The whole model, and which of its directions is shown; or the one layer alone."""
    model = read_model(asked.model, asked.nonlinearity)
    try:
        network = model.network(None, asked.head)
    except InputError:
        if asked.layer is None:
            raise
        network = model.network(asked.layer, asked.head)
    known = list(network.directions)
    if asked.layer is None:
        last = next(e for e in reversed(network.layers) if isinstance(e, Recurrent))
        return network, last.keys[0]
    for name in (asked.layer, f"{asked.layer}.forward"):
        if name in known:
            return network, name
    group = [key for key in known if key.startswith(f"{asked.layer}.")]
    if group:
        return network, group[-1]
    if asked.layer in model.groups:
        alone = model.network(asked.layer, asked.head)
        return alone, next(iter(alone.directions))
    hint = did_you_mean(asked.layer, known) or f"there are {', '.join(known)}"
    raise OptionError(f"--layer {asked.layer}: no layer of {asked.model} is called so: {hint}")


# ---------------------------------------------------------------------------- the input


def _input(asked: AskedModel, network: Network) -> tuple[Sequence, list[str]]:
    """The sequence, of as many features as the network reads, and what was done to it."""
    first = network.layers[0]
    features = _features(network)
    if asked.vocabulary is not None and (asked.input or "").lower().endswith(".txt"):
        asked = replace(asked, text=_file_text(str(asked.input).removeprefix("@")), input=None)
    if asked.text is not None and asked.vocabulary is not None:
        return _text(asked, first, features), []
    if asked.vocabulary is not None:
        raise OptionError("--vocabulary says which word has which number: for --text or @FILE.txt")
    if asked.input is None and asked.text is None:
        if asked.standardise is not None:
            raise OptionError("--standardise is for an input: give it with --input")
        return _noise(asked, first, features), []
    plain = Asked(first.name, asked.input, asked.column, asked.text, seed=asked.seed)
    found = choose_sequence(_with_stdin(plain, asked.stdin), _any_cell(network))
    assert found is not None
    sequence, said = _standardised(asked, found)
    wide = sequence.values.shape[1]
    if isinstance(first, Embedding):
        if wide != 1 or (sequence.values != np.rint(sequence.values)).any():
            raise InputError(f"{first.name} reads one whole number a step, not {wide} numbers")
        return Sequence(sequence.values.astype(int), sequence.what, sequence.labels), said
    if features is not None and wide != features:
        raise InputError(
            f"{asked.model} reads {features} features a step, the input has {wide}"
            + ("; --column chooses columns" if wide > features else "")
        )
    return sequence, said


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


def _any_cell(network: Network) -> Any:
    return next(iter(network.directions.values())).cell


def _with_stdin(asked: Asked, stdin: IO[bytes] | None) -> Asked:
    return replace(asked, stdin=stdin)


def _noise(asked: AskedModel, first: Any, features: int | None) -> Sequence:
    rng = np.random.default_rng(asked.seed or 0)
    if isinstance(first, Embedding):
        words = rng.integers(0, len(first.weights["E"]), (LENGTH, 1))
        return Sequence(words, f"{LENGTH} random words (no input was given)")
    values = rng.standard_normal((LENGTH, features or 1))
    return Sequence(values, f"noise, {LENGTH} steps (no input was given)")


def _standardised(asked: AskedModel, sequence: Sequence) -> tuple[Sequence, list[str]]:
    """(x − mean) / scale: both as they were given, or from the input itself."""
    given, values = asked.standardise, sequence.values
    if given is None:
        return sequence, []
    if given == "data":
        mean, scale = values.mean(axis=0), values.std(axis=0)
        if not scale.all():
            constant = int(np.flatnonzero(scale == 0)[0]) + 1
            raise InputError(f"--standardise data: column {constant} of the input is constant")
    else:
        mean, scale = _pairs(given, values.shape[1])
    whose = "from the input itself" if given == "data" else "as given"
    shown = ", ".join(f"{m:g}:{s:g}" for m, s in zip(mean, scale, strict=True))
    words = f"standardised with mean:scale {shown} ({whose})"
    return Sequence((values - mean) / scale, f"{sequence.what}; {words}", sequence.labels), []


def _pairs(given: str, columns: int) -> tuple[np.ndarray, np.ndarray]:
    parts = given.split(",")
    what = "--standardise"
    rows = [[sequences.number(n, what) for n in part.split(":")] for part in parts]
    if any(len(row) != 2 or row[1] == 0 for row in rows) or len(rows) not in (1, columns):
        each = "MEAN:SCALE" if columns == 1 else f"MEAN:SCALE once, or {columns} times"
        raise OptionError(f"--standardise {given}: write {each}, scale not 0, or data")
    mean, scale = np.array(rows * (columns if len(rows) == 1 else 1)).T
    return mean, scale


# ---------------------------------------------------------------------------- text


def _text(asked: AskedModel, first: Any, features: int | None) -> Sequence:
    """Numbers of words, or of characters where the vocabulary has only such; one-hot without an
    embedding."""
    known = _vocabulary(str(asked.vocabulary))
    text = str(asked.text)
    by_character = all(len(word) == 1 for word in known)
    words = list(text) if by_character else text.split()
    if not words:
        raise InputError("--text is empty: give at least one word")
    for word in words:
        if word not in known:
            hint = did_you_mean(word, known) or f"it has {len(known):,} entries"
            raise InputError(f"{asked.vocabulary} has no {word!r}: {hint}")
    numbers = np.array([known[word] for word in words])
    what = f"{len(words)} {'characters' if by_character else 'words'} by {asked.vocabulary}"
    labels = tuple(repr(word) for word in words)
    if isinstance(first, Embedding):
        return Sequence(numbers[:, None], what, labels)
    width = features or max(known.values()) + 1
    if numbers.max() >= width:
        raise InputError(f"{asked.vocabulary}: number {numbers.max()} of {width} features")
    return Sequence(np.eye(width)[numbers], f"{what}, one-hot", labels)


# ---------------------------------------------------------------------------- the loss


def _loss(asked: AskedModel, network: Network, record: Record) -> Loss:
    """Cross-entropy behind a softmax or sigmoid, else mean squared; a stand-in without a target."""
    y = record.outputs
    if isinstance(y, tuple):
        y = np.concatenate(y, axis=-1)
    mask, when = _looked_at(asked, y)
    if asked.target is None:
        words = f"the sum of the outputs{when} stands in for the loss: no --target was given"
        return Loss(float((y * mask).sum()), np.broadcast_to(mask, y.shape).copy(), words)
    kind = _last_activation(network)
    target = sequences.typed(asked.target, "--target").values
    if kind in ("softmax", "log_softmax"):
        return _cross_entropy(y, mask, target, kind, when)
    given = _fitted(asked.target, target, y)
    if kind == "sigmoid" and ((given == 0) | (given == 1)).all():
        return _binary(y, mask, given, when)
    share = mask.sum() * y.shape[-1] / mask.shape[-1]
    error = (y - given) * mask
    words = f"mean squared error{when}, target {sequences.written(target)}"
    return Loss(float((error**2).sum() / share), 2 * error / share, words)


def _looked_at(asked: AskedModel, y: np.ndarray) -> tuple[np.ndarray, str]:
    """1 where the loss looks, by step, and in words."""
    if y.ndim == 1:
        return np.ones(1), ""
    at, steps = asked.loss_at or "last", len(y)
    mask = np.zeros((steps, 1))
    if at == "all":
        return mask + 1, " at every step"
    step = steps if at == "last" else int(at.removeprefix("at:"))
    if step > steps:
        raise OptionError(f"--loss at:{step}: the model gives {steps} steps")
    mask[step - 1] = 1
    return mask, " at the last step" if at == "last" else f" at step {step}"


def _last_activation(network: Network) -> str:
    last = network.layers[-1]
    return last.activation if isinstance(last, Dense | Activation) else ""


def _fitted(written: str, target: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The target in the outputs' shape: a number for all, one for each output, or a row a step."""
    for each in (target, target.T):
        try:
            return np.broadcast_to(each if y.ndim > 1 else each.reshape(-1), y.shape)
        except ValueError:
            continue
    raise InputError(f"--target {written}: the model gives {' × '.join(map(str, y.shape))} numbers")


def _cross_entropy(
    y: np.ndarray, mask: np.ndarray, target: np.ndarray, kind: str, when: str
) -> Loss:
    """−log p of the class that is right, the mean over the steps that are looked at."""
    rows = y.reshape(-1, y.shape[-1])
    classes = target.reshape(-1)
    whole = (
        classes == np.rint(classes)
    ).all() and 0 <= classes.min() <= classes.max() < rows.shape[1]
    if not whole or len(classes) not in (1, len(rows)):
        raise InputError(
            f"--target: behind a softmax it is the number of the class that is right, 0 to"
            f" {rows.shape[1] - 1}, one or {len(rows)}"
        )
    looked = mask.reshape(-1)
    right = np.zeros_like(rows)
    right[np.arange(len(rows)), classes.astype(int)] = looked / looked.sum()
    with np.errstate(divide="ignore"):
        logs = rows if kind == "log_softmax" else np.log(rows)
        slope = -right if kind == "log_softmax" else -right / np.maximum(rows, 1e-300)
    value = -float((right * np.where(right > 0, logs, 0)).sum())
    words = f"cross-entropy{when}, class {sequences.written(target)}"
    return Loss(value, slope.reshape(y.shape), words)


def _binary(y: np.ndarray, mask: np.ndarray, target: np.ndarray, when: str) -> Loss:
    """−log of the probability of what is right, the mean over all that is looked at."""
    share = mask.sum() * y.shape[-1] / mask.shape[-1]
    right = np.maximum(np.where(target == 1, y, 1 - y), 1e-300)
    value = -float((np.log(right) * mask).sum() / share)
    slope = -np.where(target == 1, 1.0, -1.0) / right * mask / share
    words = f"binary cross-entropy{when}, target {sequences.written(target.reshape(1, -1))}"
    return Loss(value, slope, words)
