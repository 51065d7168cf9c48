"""Training beside PyTorch (its Adam fused), and beside Keras: same network, starts and batch.

Both sides are in float32 on one thread; one turn is so many updates of the recipe on one batch.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from lstm_viz.learning.model import Model
from lstm_viz.learning.optimisers import RMSprop
from lstm_viz.learning.recipes import PRICES, sine
from lstm_viz.learning.recipes.table import read_table
from lstm_viz.learning.recipes.training import RecipeTraining
from lstm_viz.network.layers import Activation, Dense, Dropout
from lstm_viz.network.recurrent import Recurrent

UPDATES = 20  # in one turn


def damped_sine() -> tuple[Model, np.ndarray, np.ndarray]:
    """The recipe's model, and one batch of it, feature-major."""
    x, y = sine.damped_sines(10, 50, np.random.default_rng(0))
    return sine.SineTraining(sine.DAMPED_SINE).model, *turned(x, y)


def price(name: str) -> tuple[Model, np.ndarray, np.ndarray]:
    """The model of a price recipe, and its first batch."""
    recipe = PRICES[name]
    training = RecipeTraining(recipe, recipe.settings, read_table(None, (), recipe.columns))
    p, many = training.prepared, training.batch
    return training.model, *turned(p.inputs[:many], p.targets[:many])


def turned(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Feature-major, float32."""
    return (
        np.ascontiguousarray(np.moveaxis(x, 0, -1), np.float32),
        np.ascontiguousarray(y.T, np.float32),
    )


def in_torch(torch: Any, model: Model, x: np.ndarray, y: np.ndarray) -> Callable[[], float]:
    """One update of the same network in PyTorch, and its loss."""
    modules = [_module(torch, layer) for layer in model.network.layers]
    named = [each for module in modules for each in module.named_parameters()]
    weights = [p for n, p in named if model.biases == 2 or "bias_hh" not in n]
    moves = _optimiser(torch, model.optimiser, weights)
    loss_of = {"mse": torch.nn.MSELoss(), "mae": torch.nn.L1Loss()}[model.loss.name]
    inputs = torch.from_numpy(np.ascontiguousarray(x.swapaxes(1, 2)))
    targets = torch.from_numpy(np.ascontiguousarray(y.T))
    clip = model.clip.value

    def update() -> float:
        moves.zero_grad()
        h = inputs
        for layer, module in zip(model.network.layers, modules, strict=True):
            h = module(h)
            if isinstance(layer, Recurrent):
                h = h[0] if layer.sequences else h[0][-1]
            if isinstance(layer, Dense) and layer.activation == "relu":
                h = torch.relu(h)
        loss = loss_of(h, targets)
        loss.backward()
        if clip is not None:
            torch.nn.utils.clip_grad_value_(weights, clip)
        moves.step()
        return float(loss.item())

    return update


def _optimiser(torch: Any, ours: Any, weights: list[Any]) -> Any:
    """The quickest that PyTorch has of this kind."""
    if isinstance(ours, RMSprop):  # Keras adds ε below the root: the same work
        return torch.optim.RMSprop(weights, ours.rate, ours.rho, ours.epsilon, foreach=True)
    return torch.optim.Adam(weights, ours.rate, fused=True)


def _module(torch: Any, layer: Any) -> Any:
    if isinstance(layer, Dropout):
        return torch.nn.Dropout(layer.rate)
    if isinstance(layer, Activation):
        return torch.nn.ReLU()
    w = {name: torch.from_numpy(array.copy()) for name, array in layer.weights.items()}
    with torch.no_grad():
        if isinstance(layer, Dense):
            module = torch.nn.Linear(*layer.weights["W"].shape[::-1])
            module.weight.copy_(w["W"])
            module.bias.copy_(w["b"])
            return module
        module = torch.nn.LSTM(w["W_i"].shape[1], w["W_i"].shape[0])
        module.weight_ih_l0.copy_(torch.cat([w[f"W_{g}"] for g in "ifgo"]))
        module.weight_hh_l0.copy_(torch.cat([w[f"U_{g}"] for g in "ifgo"]))
        module.bias_ih_l0.copy_(torch.cat([w[f"b_{g}"] for g in "ifgo"]))
        module.bias_hh_l0.zero_()
    return module


def against_torch(what: str, make: Callable[[], Any], target: str) -> Iterator[Any]:
    """First that both learn alike, where chance drops nothing; then the time of some updates."""
    import torch

    torch.set_num_threads(1)
    model, x, y = make()
    theirs = in_torch(torch, model, x, y)
    chance = any(isinstance(layer, Dropout) for layer in model.network.layers)
    for _ in range(0 if chance else 3):
        mine, other = model.update(x, y)[0], theirs()
        assert abs(mine - other) < 1e-3 * abs(other), f"{what}: losses {mine} and {other}"
    size = (len(x), x.shape[2], x.shape[1], model.network.count)
    yield what, size, partial(_many, partial(model.update, x, y)), partial(_many, theirs), target


def _many(update: Callable[[], Any]) -> None:
    for _ in range(UPDATES):
        update()


def against_keras(target: str) -> Iterator[Any]:
    """The damped-sine update by Keras' own `train_on_batch`."""
    import keras

    model, x, y = damped_sine()
    layers = keras.layers
    theirs = keras.Sequential(
        [
            layers.Input((50, 1)),
            layers.LSTM(20, return_sequences=True),
            layers.LSTM(20),
            layers.Dense(5),
        ]
    )
    theirs.compile(loss="mae", optimizer="adam")
    update = partial(theirs.train_on_batch, np.moveaxis(x, -1, 0), y.T)
    ours = partial(_many, partial(model.update, x, y))
    yield "damped-sine / Keras", (50, 10, 1, 5145), ours, partial(_many, update), target


class Seconds(float):
    """A time that was measured already."""


def watched(target: str) -> Iterator[Any]:
    """Training with the live display, against the same run without the time that it took.

    The two are told apart within one run: between two runs of seconds the machine's own speed
    changes more than the display costs.
    """
    from lstm_viz.commands.train.options import Output
    from lstm_viz.commands.train.pace import until_next
    from lstm_viz.commands.train.report import SHORTEST, Report

    report = Report(sine.SineTraining(replace(sine.DAMPED_SINE, epochs=2)), Output(json_=True))
    report.watch_from_now()
    report.begun = time.perf_counter()
    due, looking = report.begun + SHORTEST, 0.0
    for _ in report.updates():
        now = time.perf_counter()
        if now >= due:
            drawn(report.picture())
            ended = time.perf_counter()
            looking += ended - now
            due = until_next(now, ended, SHORTEST)
    looking += report.looks.spent
    spent = time.perf_counter() - report.begun
    yield (
        "watched / alone",
        (50, 10, 1, 5145),
        Seconds(spent),
        Seconds(spent - looking),
        target,
    )


def drawn(picture: Any) -> list[str]:
    """A picture as it is sent to a terminal."""
    from lstm_viz.terminal.paper import Paper, lines
    from lstm_viz.terminal.rows import TRUECOLOUR, ansi

    return [ansi(row, TRUECOLOUR) for row in lines(picture, Paper(100, height=40, colours=True))]


def groups() -> list[Iterator[Any]]:
    """All lines."""
    return [
        against_torch("damped-sine", damped_sine, ">= 1.2"),
        against_torch("starbucks", partial(price, "starbucks"), ">= 5"),
        against_torch("bitcoin", partial(price, "bitcoin"), ">= 1"),
        against_torch("keras-stack", partial(price, "keras-stack"), ">= 1"),
        watched("<= 1.05"),
    ]
