"""A model is saved, loaded, pickled and copied as its `State`: what is made of that is made anew.

Its weights are views into one vector, which neither a pickle nor a copy knows.
"""

from __future__ import annotations

import copy
from dataclasses import fields
from pathlib import Path
from typing import Any, Self

from lstm_viz.learning import checkpoint


class Kept:
    """What a `Model` inherits to be kept; of its own it has nothing."""

    def save(self, path: str | Path) -> None:
        """Write weights, optimiser and chance to `.npz`: enough to carry on exactly."""
        checkpoint.write(path, self._state())

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """A model as `save` left it. Raises `InputError` for a file that is none."""
        return cls._of(checkpoint.read(path))

    def _state(self) -> checkpoint.State:
        own = {each.name: getattr(self, each.name) for each in fields(checkpoint.State)}
        return checkpoint.State(**own)

    @classmethod
    def _of(cls, state: checkpoint.State) -> Self:
        make: Any = cls
        model: Self = make(state.network, state.loss.name, state.optimiser, biases=state.biases)
        vars(model).update(vars(state), keep=state.carry)  # what is of the same name in both
        return model

    def __reduce__(self) -> tuple[Any, ...]:
        return self._of, (self._state(),)

    def __copy__(self) -> Self:
        return copy.deepcopy(self)  # of two models over the same weights one would learn nothing
