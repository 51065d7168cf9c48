"""One fixed sequence, seen through a network again and again while it learns.

looks = Looks(model, example, ["i", "f", "c"])
looks.take()                       # after an update
looks.at(200).values["i"]          # (T, H): the input gate as it was then

A look costs as much as an update with a single sequence. Of a long training there are so many that
they take little memory: where they become too many, every other one is dropped.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_viz.equations.gates import roles
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.learning.batches import turn
from lstm_viz.learning.engine import Engine
from lstm_viz.learning.model import Model
from lstm_viz.measures import linear_states
from lstm_viz.validation.errors import OptionError
from lstm_viz.validation.names import nearest

Array = np.ndarray
MOST, FEWEST, ROOM = 240, 24, 1 << 26  # looks that are kept; bytes that they may take
SHARE, FREE = 0.02, 0.02  # of the time, for looks; seconds of them that there are at first
OF_SAMPLES = 0.4  # part of these that looks leave to samples: these cost more, and would get none
FIRST = ("input", "forget", "reset", "output")  # the gates that are shown, two of them


@dataclass(frozen=True, eq=False)
class Example:
    """A sequence that is not trained on: inputs (T, I, 1), the target as the loss takes it.

    `marks` are the steps that the task is about, `labels` name the steps, `names` the inputs.
    """

    inputs: Array
    target: Array
    marks: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.inputs)

    def noted(self, symbols: str) -> dict[str, Any]:
        """What the file of a model keeps of it, for JSON; `symbols` are those of the inputs."""
        target = self.target[..., 0]
        each_step = self.target.ndim > 2 or (target.ndim == 1 and target.dtype.kind == "i")
        return {
            "inputs": self.inputs[..., 0].tolist(),
            "target": target.tolist() if target.ndim else [int(target)],
            "each_step": each_step,
            "labels": self.labels,
            "names": self.names if len(self.names) == self.inputs.shape[1] else (),
            "symbols": symbols,
        }


def window(model: Model, x: Array, y: Array, names: tuple[str, ...] = ()) -> Example:
    """One sequence of a data set, batch first; `names` where they are of its features."""
    dtype = model.network.dtype
    own = names if len(names) == x.shape[-1] else ()
    return Example(turn(x).astype(dtype), turn(y).astype(dtype), names=own)


@dataclass(frozen=True, eq=False)
class Look:
    """The network over the sequence after so many updates.

    `values` are (T, H) by name, of its last recurrent layer, `norms` the Euclidean norms of
    ∂L/∂h at each step, (T,), and `output` what is predicted, its batch axis gone.
    """

    update: int
    values: dict[str, Array]
    norms: Array
    loss: float
    output: Array
    weights: Array

    @property
    def nbytes(self) -> int:
        """About how much memory it holds."""
        arrays = (*self.values.values(), self.norms, self.output, self.weights)
        return sum(each.nbytes for each in arrays)


def memory(cell: Recurrence) -> str:
    """The state that keeps something of its past, or else the output."""
    return next(iter(linear_states(cell)), cell.output)


def usual(cell: Recurrence) -> list[str]:
    """Two gates by their roles, and the memory."""
    found = sorted(roles(cell), key=lambda name: FIRST.index(roles(cell)[name]))
    return [*found[:2], memory(cell)]


def chosen(cell: Recurrence, asked: Iterable[str]) -> list[str]:
    """The quantities that were asked for, and the memory; the usual ones where none was."""
    named = list(dict.fromkeys(asked))
    for name in named:
        if name not in cell.quantities:
            raise OptionError(f"{cell.name} has no {name!r}: {nearest(name, cell.quantities)}")
    return list(dict.fromkeys([*named, memory(cell)])) if named else usual(cell)


def engine_to_look_at(model: Model, example: Example) -> Engine:
    """The network with every value of its cells; the recurrent layer looked at is its last one."""
    return Engine(model.network, model.parameters, model.rng, example.inputs, lean=False)


def look(
    model: Model, example: Example, names: Iterable[str], engine: Engine | None = None
) -> Look:
    """Forward and back through the network as it is; nothing of the training is changed."""
    kept, engine = model.outputs, engine or engine_to_look_at(model, example)
    loss, _ = model.gradients(example.inputs, example.target, engine)
    unit, output = engine.recurrent[-1], model.outputs[..., 0]
    model.outputs = kept
    slope = unit.gradients.get(unit.cell.output)
    steps = len(example)
    norms = (
        np.zeros(steps) if slope is None else np.linalg.norm(slope[..., 0].astype(float), axis=1)
    )
    values = {name: unit.values[name][..., 0].copy() for name in names}
    said = model.loss.predicted(output[..., None])[..., 0].copy()
    return Look(model.updates, values, norms, loss, said, model.parameters.values.copy())


def most_changing(seen: Look) -> list[int]:
    """All units, those first that change most over the sequence, each quantity counting alike."""
    total = np.zeros(next(iter(seen.values.values())).shape[1])
    for values in seen.values.values():
        change = np.ptp(np.nan_to_num(values.astype(float)), axis=0)
        total += change / max(float(change.max()), 1e-300)
    return [int(unit) for unit in np.argsort(-total, kind="stable")]


class Looks:
    """The looks that were taken so far, the first before the first update.

    `order` are the units, those first that change most over the sequence.

    `sample` is the prediction beside the truth as it is now; it may cost more than a look, and is
    then made less often: `samples` have the update of each.
    """

    def __init__(
        self,
        model: Model,
        example: Example,
        names: Iterable[str] = (),
        sample: Callable[[], Any] = lambda: None,
        clock: Callable[[], float] = time.thread_time,
    ) -> None:
        self.model, self.example, self.sample = model, example, sample
        self.engine = engine_to_look_at(model, example)
        self.cell = self.engine.recurrent[-1].cell
        self.names = chosen(self.cell, names)
        self.clock = clock
        self.begun: float | None = None  # the first time it was asked whether a look is due
        self.every = 1
        self.looked, self.cost = 0.0, 0.0  # seconds: of all looks, of the last
        self.all = [look(model, example, self.names, self.engine)]
        self.samples: list[tuple[int, Any]] = []
        self._sample()  # it is before the training, but says what the next will cost
        self.sampled = 0.0  # seconds of all samples
        self.most = min(max(ROOM // self.all[0].nbytes, FEWEST), MOST) // 2 * 2
        self.order, self.ordered = most_changing(self.all[0]), 0

    def due(self) -> bool:
        """Whether a look may be taken: not too many, and for a small part of the time."""
        if self.model.updates < self.all[-1].update + self.every:
            return False
        room = self._room()
        kept = min(self.sampled + self.price, OF_SAMPLES * room)
        return self.looked + self.cost + max(kept, self.sampled) <= room

    @property
    def spent(self) -> float:
        """Seconds that all of this has taken while it was learned."""
        return self.looked + self.sampled

    def _room(self) -> float:
        """Seconds that are a small part of the time that learning has had."""
        self.begun = self.clock() if self.begun is None else self.begun
        return FREE + SHARE * (self.clock() - self.begun)

    def take(self, last: bool = False) -> None:
        """Look now, once an update; the `last` look has a sample of its own."""
        before, now = self.clock(), self.model.updates
        if now > self.all[-1].update:
            self.all.append(look(self.model, self.example, self.names, self.engine))
        if last or now >= 2 * self.ordered:  # seldom, since then what is drawn jumps
            self.order, self.ordered = most_changing(self.all[-1]), max(now, 1)
        if len(self.all) > self.most:
            self.all, self.every = self.all[::2], 2 * self.every
            there = {each.update for each in self.all}
            self.samples = [each for each in self.samples if each[0] in there] or self.samples[-1:]
        self.cost = self.clock() - before
        self.looked += self.cost
        affords = self.sampled + self.price <= OF_SAMPLES * self._room()
        if now > self.samples[-1][0] and (last or affords):
            self._sample()
            self.sampled += self.price

    def _sample(self) -> None:
        before = self.clock()
        self.samples.append((self.model.updates, self.sample()))
        self.price = self.clock() - before

    # Asked while more looks are taken: a list that grows is never cut, another takes its place.

    def sample_at(self, update: float) -> tuple[int, Any]:
        """The last sample up to an update, and that of its own; or what the last look says."""
        there = self.samples
        place = bisect_right(there, update, key=lambda each: each[0])
        own, sample = there[max(place - 1, 0)]
        if getattr(sample, "says", None) is None:
            return own, sample
        seen = self.at(update)
        return seen.update, sample.when(seen.output)

    def at(self, update: float) -> Look:
        """The last look up to an update, else the first."""
        return self.beside(update, 0)

    def beside(self, update: float, steps: int) -> Look:
        """The look so many looks after that of an update, or before it."""
        there = self.all
        place = max(bisect_right(there, update, key=lambda each: each.update) - 1, 0) + steps
        return there[min(max(place, 0), len(there) - 1)]

    def largest(self, name: str) -> float:
        """The largest size of a quantity in the last look."""
        return float(np.abs(self.all[-1].values[name]).max())

    @contextmanager
    def as_of(self, seen: Look) -> Iterator[Model]:
        """The model with the weights that it had then, as long as `with` lasts."""
        values, updates = self.model.parameters.values, self.model.updates
        now = values.copy()
        values[...], self.model.updates = seen.weights, seen.update
        try:
            yield self.model
        finally:
            values[...], self.model.updates = now, updates
