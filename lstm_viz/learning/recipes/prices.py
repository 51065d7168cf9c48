"""The four tutorials on prices, with their own numbers."""

from __future__ import annotations

from dataclasses import replace

from lstm_viz.cells import CELLS
from lstm_viz.cells.cell import Cell
from lstm_viz.learning.recipes.recipe import Recipe, RecipeSettings, Rival
from lstm_viz.network.build import Plan, activation, dense, dropout, last, recurrent


def layers(settings: RecipeSettings, cell: Cell, each_step: bool = False) -> list[Plan]:
    """Recurrent layers, with dropout after each where there is any.

    The last hands on its last step, or `each_step`.
    """
    depth, plans = len(settings.hidden), []
    for k, hidden in enumerate(settings.hidden):
        plans.append(recurrent(cell, hidden, sequences=each_step or k + 1 < depth))
        if settings.dropout:
            plans.append(dropout(settings.dropout))
    return plans


def to_one(settings: RecipeSettings) -> list[Plan]:
    """Recurrent layers and Dense(1)."""
    return [*layers(settings, settings.the_cell()), dense(1)]


def simple_rnn(settings: RecipeSettings) -> list[Plan]:
    """The same with the vanilla recurrent cell."""
    return [*layers(settings, CELLS["rnn"]), dense(1)]


def mlp(settings: RecipeSettings) -> list[Plan]:
    """Dense layers over the whole window at once; the window goes in as one step."""
    return [last(), *(dense(hidden, "relu") for hidden in settings.hidden), dense(1)]


def to_volume(settings: RecipeSettings) -> list[Plan]:
    """LSTM → ReLU → Linear(128) → ReLU → Linear(1)."""
    recurrent_layers = layers(settings, settings.the_cell())
    return [*recurrent_layers, activation("relu"), dense(128, "relu"), dense(1)]


BITCOIN_AS_WRITTEN = RecipeSettings(
    window=7, hidden=(256,), batch=7, epochs=200, clip_value=4.0, rows=1280, every=20
)
BITCOIN = Recipe(
    "bitcoin",
    replace(BITCOIN_AS_WRITTEN, hidden=(16,), epochs=40, every=5),
    ("close",),
    to_one,
    other_window=3,
    seeds=5,
    as_written=BITCOIN_AS_WRITTEN,
)
CSI300 = Recipe(
    "csi300",
    RecipeSettings(window=1, hidden=(128,), rate=0.1, epochs=10_000, rows=500, every=1000),
    ("open", "high", "low", "close"),
    to_one,
    last_value=True,
    graph=True,
)
KERAS_STACK = Recipe(
    "keras-stack",
    RecipeSettings(
        window=60,
        hidden=(50, 100),
        optimiser="keras-rmsprop",
        batch=64,
        epochs=50,
        dropout=0.2,
        start="keras",
        scaler="minmax",
        every=5,
    ),
    ("close",),
    to_one,
    rivals={"SimpleRNN": Rival(simple_rnn), "MLP": Rival(mlp, windowed=True)},
)
STARBUCKS = Recipe(
    "starbucks",
    RecipeSettings(
        window=1,
        hidden=(2,),
        epochs=1000,
        split=200 / 253,
        rows=253,
        target_scaler="minmax",
        every=100,
        biases=2,
    ),
    ("open", "high", "low", "close", "adjusted", "volume"),
    to_volume,
    ahead=0,
    from_zero=True,
    pytorch=True,
)
