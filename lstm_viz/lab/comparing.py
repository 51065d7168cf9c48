"""`compare`: the same input through several cells, and back; or gradients that are there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from lstm_viz import measures
from lstm_viz.cells.cell import Cell
from lstm_viz.experiments import compare as compare_options
from lstm_viz.experiments.gradient_flow import GradientFlow, GradientFlows
from lstm_viz.experiments.options import (
    USUAL,
    CellOptions,
    GradientOptions,
    InputOptions,
    LossOptions,
)
from lstm_viz.lab.comparison import Comparison
from lstm_viz.lab.words import in_python
from lstm_viz.trace.records import Gradients
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import count, short
from lstm_viz.validation.numbers import as_count, as_numbers

FAMOUS = "rnn", "lstm", "gru"  # the cells that settings are tried on, where none is named
Numbers = float | Sequence[float] | None
Words = str | Sequence[str]


def compare(
    cells: str | Iterable[Any] | Mapping[str, Gradients] | None = None,
    inputs: Any = None,
    *,
    hidden: int | None = None,
    start: str | None = None,
    forget_bias: Numbers = None,
    spectral_radius: Numbers = None,
    seed: int | None = None,
    seeds: int = 1,
    loss: str = "last",
    cut: Words = (),
    hold: Words = (),
) -> Comparison:
    """Where does the gradient go? What `lstm-viz gradients` shows, as a `Comparison`.

    `cells` are names or `Cell`s; without any, an RNN, an LSTM, and an LSTM whose forget gate is
    held open. `inputs` are numbers (T, I) or (T,), or a name such as "sine:40" (else 100 steps of
    noise); `hidden` the units (16), `start` how the weights begin ("pytorch"). Several numbers as
    `forget_bias` or `spectral_radius` make a line each, several `seeds` a band. The loss is the sum
    of the output where `loss` says: "last", "all" or "at:K", a step from 1. `cut` and `hold` put
    beside each line the same without a route ("c_prev"), or with something held ("f=1@3").

    In place of cells stand gradients that are there: a list of them, or a dictionary by name.
    Raises `InputError` for what is not known or does not fit.
    """
    asked = _listed(cells)
    if any(isinstance(each, Gradients) for each in asked):
        return Comparison(_measured(asked, cells if isinstance(cells, Mapping) else ()))
    if not re.fullmatch(r"last|all|at:[1-9]\d{0,14}", str(loss)):
        raise InputError(f"loss = {short(repr(loss))}: give last, all or at:K, a step from 1")
    for name, number, least in (("hidden", hidden, 1), ("seeds", seeds, 1), ("seed", seed, 0)):
        if number is not None:
            as_count(number, name, least)
    one = CellOptions(hidden=hidden, start=start)
    options = GradientOptions(
        _lines(asked, one, _several(forget_bias), _several(spectral_radius)),
        InputOptions(_written(inputs), seed=seed),
        LossOptions(loss_at=loss),
        seeds=seeds,
        cut=_words(cut),
        hold=_words(hold),
    )
    with np.errstate(all="ignore"), in_python():  # what is not finite is shown, and said
        return Comparison(compare_options(options))


def _listed(cells: Any) -> list[Any]:
    if isinstance(cells, str):
        return [name.strip() for name in cells.split(",") if name.strip()]
    if isinstance(cells, Cell | Gradients):
        return [cells]
    return list(cells.values() if isinstance(cells, Mapping) else cells or ())


def _lines(
    asked: list[Any], one: CellOptions, biases: tuple[Any, ...], radii: tuple[Any, ...]
) -> tuple[CellOptions, ...]:
    """One for each cell, forget bias and spectral radius; the usual ones where all is open."""
    if not asked and one.start is None and biases == radii == (None,):
        return tuple(replace(each, hidden=one.hidden) for each in USUAL)
    return tuple(
        replace(one, cell=cell, forget_bias=bias, spectral_radius=radius)
        for cell, bias, radius in product(asked or FAMOUS, biases, radii)
    )


def _several(numbers: Numbers) -> tuple[Any, ...]:
    if numbers is None:
        return (None,)
    return tuple(as_numbers(np.atleast_1d(numbers), "forget_bias, spectral_radius").tolist())


def _words(words: Words) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words)


def _written(inputs: Any) -> str | None:
    """A name as it is; numbers as they are typed, exactly."""
    if inputs is None or isinstance(inputs, str):
        return inputs
    x = as_numbers(inputs, "inputs")
    if x.ndim not in (1, 2) or not x.size:
        raise InputError(f"inputs have shape {x.shape}: they should be (T,) or (T, I)")
    return ";".join(",".join(map(repr, row)) for row in x.reshape(len(x), -1).tolist())


# ---------------------------------------------------------------------------- runs that are there


def _measured(given: list[Any], names: Iterable[str]) -> GradientFlows:
    """A flow for each of these gradients."""
    for each in given:
        if not isinstance(each, Gradients):
            raise InputError(f"{short(repr(each))} stands among gradients: compare cells, or these")
        if each.batched:
            raise InputError("these gradients are of a batch: compare those of one sequence")
        if len(each) != len(given[0]):
            raise InputError(f"runs of {len(given[0])} and {len(each)} steps cannot be compared")
        if len(each) < 2 or not each.cell.states:
            run = f"a run of {each.cell.name} of {count(len(each), 'step')}"
            raise InputError(f"nothing flows back in {run}")
    named = list(names) or _told_apart([each.cell.name for each in given])
    flows = [
        GradientFlow(name, "", each, measures.norms(each, each.cell.memory)[None])
        for name, each in zip(named, given, strict=True)
    ]
    return GradientFlows(tuple(flows), ())


def _told_apart(names: list[str]) -> list[str]:
    """lstm, rnn, lstm 2."""
    counts = [names[: k + 1].count(name) for k, name in enumerate(names)]
    return [name if n == 1 else f"{name} {n}" for name, n in zip(names, counts, strict=True)]
