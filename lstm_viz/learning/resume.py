"""What a model's file keeps of its training, and a training that is taken up from it.

training.save("m.npz")
found = resumed("m.npz", "adding", Filled)
TaskTraining(found.settings, found.model)
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from types import UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

from lstm_viz.learning.model import Model
from lstm_viz.learning.settings import Settings
from lstm_viz.learning.watched import Example
from lstm_viz.validation.errors import InputError, OptionError
from lstm_viz.validation.names import count

Kind = TypeVar("Kind", bound=Settings)
LARGEST = 10**9


class Resumable:
    """A training whose file holds all that it depends on."""

    title: str
    settings: Any
    model: Model
    had: int  # updates, when it was taken up
    every: int  # updates between two lines
    symbols = ""  # that the inputs stand for, one by one

    @property
    def example(self) -> Example:
        """A sequence to look at; its file holds it."""
        raise NotImplementedError

    def take_up(self, model: Model | None, fresh: Model) -> None:
        """Carry on with a saved model, if it is as the settings have it; else with a fresh one."""
        shapes = [
            {n: w.shape for n, w in m.network.weights.items()} for m in (model or fresh, fresh)
        ]
        if shapes[0] != shapes[1]:
            raise InputError("the model has other layers than its settings say")
        self.model = model or fresh
        self.had = self.model.updates

    def due(self, done: int) -> bool:
        """Whether a line is due after so many updates of this run."""
        return done % self.every == 0

    @property
    def carried_on(self) -> str:
        """What there is to say of a model that has learned before."""
        return f", carried on after {count(self.had, 'update')}" if self.had else ""

    @property
    def endings(self) -> list[str]:
        """What is to be said of how it went: here of clipping that did nothing."""
        model = self.model
        if model.clip.acted or not model.clip.bounded:
            return []
        return [f"clipping never acted in {count(model.updates, 'update')}"]

    def save(self, path: str | Path) -> None:
        """The model, the settings, and what the training itself remembers."""
        self.model.notes = {
            "trained": self.title,
            "settings": vars(self.settings),
            "data": self.data(),
            "memory": self.memory(),
            "sample": self.example.noted(self.symbols),
        }
        self.model.save(path)

    def data(self) -> dict[str, Any]:
        """Where its rows are from, and what tells them from others."""
        return {}

    def memory(self) -> dict[str, Any]:
        """What it goes by when it stops early, so far."""
        return {}

    def remembered(self) -> dict[str, Any]:
        """The memory in the file that the model is from; empty for a fresh one."""
        found: dict[str, Any] = self.model.notes.get("memory", {})
        return found


@dataclass(frozen=True)
class Resumed(Generic[Kind]):
    """A model, and the settings and data of the training that it is from."""

    path: str
    model: Model
    settings: Kind
    data: dict[str, Any]


def resumed(path: str, name: str, kind: type[Kind]) -> Resumed[Kind]:
    """What this file keeps of a training on `name`. Raises `InputError` for any other file."""
    model = Model.load(path)
    notes = model.notes
    was = notes.get("trained", "something else")
    if was != name:
        raise OptionError(f"--resume {path}: this model was trained on {was}")
    data, memory = notes.get("data"), notes.get("memory")
    settings = _settings(notes.get("settings"), kind)
    if settings is None or not isinstance(data, dict) or not isinstance(memory, dict):
        raise InputError(f"{path}: this model cannot be resumed (its settings are not whole)")
    return Resumed(path, model, settings, data)


def _settings(said: Any, kind: type[Kind]) -> Kind | None:
    """The settings as JSON has kept them; None where they cannot be such."""
    hints = get_type_hints(kind)
    if not isinstance(said, dict) or said.keys() != {each.name for each in fields(kind)}:
        return None
    whole = {k: tuple(v) if isinstance(v, list) else v for k, v in said.items()}
    if not all(_fits(value, hints[name]) for name, value in whole.items()):
        return None
    return kind(**whole)  # type: ignore[arg-type]


def _fits(value: Any, hint: Any) -> bool:
    if get_origin(hint) in (Union, UnionType):
        return any(_fits(value, each) for each in get_args(hint))
    if get_origin(hint) is tuple:
        return isinstance(value, tuple) and bool(value) and all(_fits(v, int) for v in value)
    if hint is float:
        return isinstance(value, float | int) and abs(value) <= LARGEST
    if hint is int:
        return type(value) is int and 0 <= value <= LARGEST
    return isinstance(value, hint)


@contextmanager
def carrying_on(path: str | None) -> Iterator[None]:
    """What cannot be made out of the settings in this file is a fault of the file."""
    try:
        yield
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        if path is None or isinstance(error, OptionError):
            raise
        raise InputError(f"{path}: this model cannot be resumed ({error})") from None
