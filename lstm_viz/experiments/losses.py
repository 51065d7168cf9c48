"""From what was asked for to a loss on an output, of a cell or of a model, and its slope."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lstm_viz.experiments.options import LossOptions
from lstm_viz.inputs.sequence import typed, written
from lstm_viz.validation.errors import InputError, OptionError


@dataclass(frozen=True)
class OutputLoss:
    """A loss on the output: its value, its gradient by the output at each step, and its words."""

    value: float
    gradient: np.ndarray
    words: str


def looked_at(loss_at: str, steps: int, whose: str = "the sequence has") -> tuple[np.ndarray, str]:
    """(T,): 1 at the steps where the loss looks, else 0; and in words."""
    if loss_at == "all":
        return np.ones(steps), "at every step"
    step = steps if loss_at == "last" else int(loss_at.removeprefix("at:"))
    if step > steps:
        raise OptionError(f"--loss at:{step}: {whose} {steps} steps")
    mask = np.zeros(steps)
    mask[step - 1] = 1
    return mask, "at the last step" if loss_at == "last" else f"at step {step}"


def _read(values: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """What the loss reads, else 0, though it be not finite: 0 · nan would not be 0."""
    read: np.ndarray = np.where(mask != 0, values, 0.0)
    return read


# ---------------------------------------------------------------------------- of a cell


def cell_loss(options: LossOptions, name: str, output: np.ndarray) -> OutputLoss:
    """The sum of the output (T, rows), or half the squared distance from a target."""
    loss_at = options.loss_at or "last"
    steps, when = looked_at(loss_at, len(output))
    mask = np.repeat(steps[:, None], output.shape[1], axis=1)
    if options.target is None:
        return OutputLoss(float(_read(output, mask).sum()), mask, f"the sum of {name} {when}")
    target = _target(options.target, output, loss_at == "all")
    gradient = _read(output - target, mask)
    words = f"½ ({name} - target)² {when}, {options.whose} {written(target)}"
    return OutputLoss(float((gradient**2).sum() / 2), gradient, words)


def _target(given: str, output: np.ndarray, everywhere: bool) -> np.ndarray:
    """(1 or T, 1 or rows): one number for all units, a row for each step, or one row for all."""
    values = typed(given, "--target").values
    steps, rows = output.shape
    if ";" not in given and not everywhere and values.shape[0] == rows:
        values = values.T
    fitting = (1, steps) if everywhere else (1,)
    if values.shape[1] not in (1, rows) or values.shape[0] not in fitting:
        each = "1 number" if rows == 1 else f"1 number or {rows}"
        when = f"for each of {steps} steps, or for all" if everywhere else "for the last step"
        way_out = "" if everywhere else "; --loss-at all takes one for each step"
        raise InputError(f"--target {given}: it needs {each} {when}{way_out}")
    return values


# ---------------------------------------------------------------------------- of a model


def model_loss(options: LossOptions, y: np.ndarray, activation: str) -> OutputLoss:
    """Cross-entropy after a softmax or sigmoid, else mean squared; a stand-in without a target.

    After a softmax that is the class with the highest probability: the sum of the outputs is 1
    whatever the weights are, and has no gradient.

    `y` are the outputs, (T, rows), or (rows,) where only the last step has some.
    """
    mask, when = np.ones(1), ""
    if y.ndim > 1:
        steps, when = looked_at(options.loss_at or "last", len(y), "the model gives")
        mask, when = steps[:, None], f" {when}"
    softmax = activation in ("softmax", "log_softmax")
    if options.target is None and softmax:
        own = y.argmax(axis=-1).reshape(1, -1)
        loss = _cross_entropy(y, mask, own, activation, when)
        return replace(loss, words=f"no --target, so the most probable class: {loss.words}")
    if options.target is None:
        words = f"no --target: the loss is the sum of the outputs{when}"
        return OutputLoss(float(_read(y, mask).sum()), np.broadcast_to(mask, y.shape).copy(), words)
    target = typed(options.target, "--target").values
    if softmax:
        return _cross_entropy(y, mask, target, activation, when)
    given = _fitted(options.target, target, y)
    if activation == "sigmoid" and ((given == 0) | (given == 1)).all():
        return _binary(y, mask, given, when)
    share = mask.sum() * y.shape[-1] / mask.shape[-1]
    error = _read(y - given, mask)
    if options.kind == "mse-broadcast":
        words = f"mean squared error{when}, every output with every target: {written(target)}"
        return _every_with_every(y, given, words)
    if options.kind == "mae":
        words = f"mean absolute error{when}, target {written(target)}"
        return OutputLoss(float(np.abs(error).sum() / share), np.sign(error) / share, words)
    words = f"mean squared error{when}, target {written(target)}"
    return OutputLoss(float((error**2).sum() / share), 2 * error / share, words)


def _every_with_every(y: np.ndarray, target: np.ndarray, words: str) -> OutputLoss:
    """The mean of (y_i - target_j)² over all i and j: least where all y are the mean target."""
    error = y - target.mean()
    value = float((error**2).mean() + target.var())
    return OutputLoss(value, 2 * error / y.size, words)


def _fitted(given: str, target: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The target in the outputs' shape: a number for all, one for each output, or a row a step."""
    for each in (target, target.T):
        try:
            return np.broadcast_to(each if y.ndim > 1 else each.reshape(-1), y.shape)
        except ValueError:
            continue
    raise InputError(f"--target {given}: the model gives {' × '.join(map(str, y.shape))} numbers")


def _cross_entropy(
    y: np.ndarray, mask: np.ndarray, target: np.ndarray, kind: str, when: str
) -> OutputLoss:
    """−log p of the class that is right, the mean over the steps that are looked at."""
    rows = y.reshape(-1, y.shape[-1])
    classes = _classes(target.reshape(-1), *rows.shape)
    looked = mask.reshape(-1)
    right = np.zeros_like(rows)
    right[np.arange(len(rows)), classes] = looked / looked.sum()
    with np.errstate(divide="ignore"):
        logs = rows if kind == "log_softmax" else np.log(rows)
        slope = -right if kind == "log_softmax" else -right / np.maximum(rows, 1e-300)
    value = -float((right * np.where(right > 0, logs, 0)).sum())
    return OutputLoss(
        value, slope.reshape(y.shape), f"cross-entropy{when}, class {written(target)}"
    )


def _classes(given: np.ndarray, steps: int, classes: int) -> np.ndarray:
    """The classes that are right, as whole numbers: one for all steps, or one for each."""
    whole = (given == np.rint(given)).all() and 0 <= given.min() <= given.max() < classes
    if not whole or len(given) not in (1, steps):
        raise InputError(
            f"--target: after a softmax it is the number of the correct class, 0 to"
            f" {classes - 1}, one or {steps}"
        )
    return given.astype(int)


def _binary(y: np.ndarray, mask: np.ndarray, target: np.ndarray, when: str) -> OutputLoss:
    """−log of the probability of what is right, the mean over all that is looked at."""
    share = mask.sum() * y.shape[-1] / mask.shape[-1]
    right = np.maximum(np.where(target == 1, y, 1 - y), 1e-300)
    value = -float(_read(np.log(right), mask).sum() / share)
    slope = _read(-np.where(target == 1, 1.0, -1.0) / right, mask) / share
    words = f"binary cross-entropy{when}, target {written(target.reshape(1, -1))}"
    return OutputLoss(value, slope, words)
