"""`Model`: a network with a loss and an optimiser, to fit, evaluate, predict, save and resume.

model = Model(build([recurrent(LSTM, 20), dense(5)], inputs=1), loss="mae", optimiser="adam")
history = model.fit(inputs, targets, epochs=10, batch=32)      # (N, T, I), (N, K)
model.evaluate(inputs, targets), model.predict(inputs)
model.save("model.npz"); model = Model.load("model.npz")

Arrays are batch-first here, as Keras has them; underneath they are feature-major.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from lstm_viz.kernels.between import BETWEEN
from lstm_viz.kernels.pool import Shelf
from lstm_viz.learning import optimisers
from lstm_viz.learning.batches import cut, inputs_for, pairs_for, turn, turn_back
from lstm_viz.learning.clipping import Clipping
from lstm_viz.learning.divergence import DivergedError, Facts, explain
from lstm_viz.learning.engine import Engine
from lstm_viz.learning.history import EarlyStop, History, Progress
from lstm_viz.learning.kept import Kept
from lstm_viz.learning.losses import find_loss
from lstm_viz.learning.parameters import Parameters
from lstm_viz.learning.summary import summary
from lstm_viz.learning.units import States
from lstm_viz.learning.whole import WHOLE
from lstm_viz.network.network import Network

Array = np.ndarray
Slopes = tuple[float, dict[str, Array]]
EVALUATED_TOGETHER = 256


class Model(Kept):
    """A network in training. `updates` counts the steps of the optimiser so far.

    `loss_at` is "last" (the default where one value a sequence comes out), or "each" step. `carry`
    begins each batch with the states at the end of the one before (Keras' `stateful`). `biases` is
    1, or 2 as in PyTorch (see `Parameters`).
    """

    def __init__(
        self,
        network: Network,
        loss: str = "mse",
        optimiser: str | optimisers.Optimiser = "adam",
        rate: float | None = None,
        *,
        clip: Clipping | None = None,
        loss_at: str = "each",
        carry: bool = False,
        biases: int = 1,
        seed: int = 0,
    ) -> None:
        self.network, self.loss, self.loss_at = network, find_loss(loss), loss_at
        self.optimiser = (
            optimisers.optimiser(optimiser, rate) if isinstance(optimiser, str) else optimiser
        )
        self.clip, self.carry, self.seed, self.updates = clip or Clipping(), carry, seed, 0
        self.biases, self.parameters = biases, Parameters(network, biases)
        self.rng = np.random.default_rng([seed, 1])
        self.engines = Shelf[Engine](times=1.5)  # by the shape of their inputs
        self.engine: Engine | None = None  # the one that the last update used
        self.outputs: Array = np.empty(0)  # of the last update
        self.states: States = {}
        self.keep = carry  # whether the states at the end of an update are kept for the next
        self.norm = math.nan  # of the last update
        self.notes: dict[str, Any] = {}  # what it was trained on, kept in its file

    def __repr__(self) -> str:
        return f"Model({self.network!r}, {self.loss.name}, {self.optimiser.name})"

    def update(self, x: Array, targets: Array) -> tuple[float, float]:
        """One step of the optimiser on a feature-major batch: (loss, norm of all gradients).

        x is (T, I, B), or (T, B) of whole numbers; targets are as the outputs, (K, B) or (T, K, B),
        or without K for classes. Raises `DivergedError` before it would spoil a weight.
        """
        with np.errstate(all="ignore"):  # what is not finite is found, and said
            engine = self.engine = self.engine_for(x)
            engine.begin(self.states)
            value, dy = self._compare(engine.forward(x, training=True), targets)
            self.parameters.gradients.fill(0)
            engine.backward(dy)
            norm = self.parameters.norm()
            if not math.isfinite(value + norm):
                raise DivergedError(explain(self._facts(engine, value, norm)))
            self.clip(self.parameters.gradients, norm)
            self.parameters.step(self.optimiser)
        self.updates, self.norm = self.updates + 1, norm
        if self.keep:
            self.states = engine.final()
        return value, norm

    def _facts(self, engine: Engine, value: float, norm: float) -> Facts:
        where, weight = engine.not_finite(), self.parameters.largest()
        asked = self.optimiser.rate, self.clip.bounded, self.optimiser.usual_rate
        return Facts(self.updates + 1, value, norm, self.norm, where, weight, *asked)

    def gradients(self, x: Array, targets: Array, engine: Engine | None = None) -> Slopes:
        """(loss, ∂L/∂weight by name) of a feature-major batch; nothing is changed or dropped."""
        engine = engine or self.engine_for(x)
        engine.begin({})
        value, dy = self._compare(engine.forward(x), targets)
        self.parameters.gradients.fill(0)
        with np.errstate(all="ignore"):
            engine.backward(dy)
        return value, {name: slope.copy() for name, slope in self.parameters.slopes.items()}

    def reset(self) -> None:
        """Forget the states carried so far: the next batch begins with zeros."""
        self.states = {}

    def engine_for(self, x: Array) -> Engine:
        """The engine for inputs of this shape; it is made when it is first asked for."""
        engine = self.engine
        if engine is None or engine.shape != x.shape:
            engine = self._taken(x)
            self.engines.put(x.shape, engine)
        return engine

    def _taken(self, x: Array) -> Engine:
        made = self.engines.take(x.shape)
        return made or Engine(self.network, self.parameters, self.rng, x)

    def _compare(self, outputs: Array, targets: Array) -> tuple[float, Array]:
        self.outputs = outputs
        if outputs.ndim == 2 or self.loss_at == "each":
            return self.loss(outputs, targets)
        value, slope = self.loss(outputs[-1], targets)
        dy = np.zeros_like(outputs)
        dy[-1] = slope
        return value, dy

    # ---------------------------------------------------------------- many updates

    def fit(
        self, inputs: Any, targets: Any, *, stop: EarlyStop | None = None, **how: Any
    ) -> History:
        """Train on (N, T, I) and their targets; Ctrl-C ends it and keeps what was learned.

        Options are those of `training`; `stop` ends it early, asked once an epoch.
        """
        history = History()
        try:
            for each in self.training(inputs, targets, **how):
                history.add(each)
                if stop and each.last_of_epoch and stop(history.losses[-1]):
                    break
        except KeyboardInterrupt:
            history.interrupted = True
        return history

    def training(
        self,
        inputs: Any,
        targets: Any,
        *,
        epochs: int = 1,
        batch: int = 32,
        shuffle: bool = True,
        truncate: int = 0,
    ) -> Iterator[Progress]:
        """Train for so many epochs, one `Progress` an update; an epoch cut short comes first.

        `truncate` cuts the sequences into pieces of so many steps, with an update after each and
        states carried from piece to piece: truncated backpropagation through time. A last batch
        that is not full is trained on too. Order and chance follow the seed and `updates`, so that
        a model that was saved and loaded carries on exactly.
        """
        x, y = pairs_for(self.network, self.loss, inputs, targets)
        pieces = -(-x.shape[1] // truncate) if truncate else 1
        each = -(-len(x) // batch) * pieces
        begun, done = divmod(self.updates, each)
        with WHOLE.listening():
            for epoch in range(begun, begun + epochs):
                order = np.arange(len(x))
                if shuffle:
                    np.random.default_rng([self.seed, 2, epoch]).shuffle(order)
                self.keep = self.carry or truncate > 0
                for k, (part, answer) in enumerate(cut(x, y, order, batch, truncate)):
                    if k >= done:
                        yield self.progress(part, answer, epoch + 1, k + 1 == each, k % pieces)
                done = 0

    def progress(
        self, x: Array, targets: Array, epoch: int = 1, last: bool = False, piece: int = 0
    ) -> Progress:
        """One whole update and what to tell of it; a `piece` after the first carries on.

        If it is broken off, or diverges, the model is as before.
        """
        with WHOLE:
            chance, states, acted = self.rng.bit_generator.state, self.states, self.clip.acted
            BETWEEN.ask = WHOLE.ask
            try:
                if not piece and not self.carry:
                    self.reset()
                value, norm = self.update(x, targets)
            except BaseException:
                self.rng.bit_generator.state, self.states = chance, states
                raise
            finally:
                BETWEEN.ask = int
            return Progress(self.updates, epoch, value, norm, last, self.clip.acted > acted)

    def predict(self, inputs: Any) -> Array:
        """What the network says, (N, K) or (N, T, K): values, or probabilities of classes."""
        x = inputs_for(self.network, inputs)
        return turn_back(self.loss.predicted(self._outputs(x)))

    def evaluate(self, inputs: Any, targets: Any) -> float:
        """The loss over all sequences, nothing dropped."""
        x, y = pairs_for(self.network, self.loss, inputs, targets)
        return self._compare(self._outputs(x), turn(y))[0]

    def _outputs(self, x: Array) -> Array:
        """Feature-major outputs for batch-first inputs, some sequences at a time."""
        size = min(len(x), EVALUATED_TOGETHER)
        starts = range(0, len(x), size)
        each = (np.minimum(np.arange(k, k + size), len(x) - 1) for k in starts)
        found = [self.step(turn(x[rows]), {})[0] for rows in each]
        return np.concatenate(found, axis=-1)[..., : len(x)]

    def outputs_of(self, x: Array) -> Array:
        """Feature-major outputs of a feature-major batch, states at zero, nothing dropped."""
        engine = self.engine_for(x)
        engine.begin({})
        return engine.forward(x)

    def step(self, x: Array, states: States) -> tuple[Array, States]:
        """(feature-major outputs, states at the end), from given states; {} for zeros."""
        engine = self._taken(x)  # from the shelf: no other thread has it meanwhile
        engine.begin(states)
        found = engine.forward(x).copy(), engine.final()
        self.engines.put(x.shape, engine)
        return found

    def summary(self, steps: int | None = None) -> str:
        """Layers, shapes and parameter counts in a table, as Keras prints them."""
        return summary(self.network, steps, len(self.parameters.twice))
