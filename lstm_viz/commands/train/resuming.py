"""`--resume`: the file says how it is trained, and an option may only agree, or ask for more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from lstm_viz.commands.train.options import TrainOptions
from lstm_viz.learning.resume import Resumed
from lstm_viz.learning.settings import Settings
from lstm_viz.learning.snapshot import Training
from lstm_viz.validation.errors import OptionError
from lstm_viz.validation.names import count

Kind = TypeVar("Kind", bound=Settings)
LONGER = ("updates", "epochs")
ANEW = "leave it out, or start again without --resume"


def agreed(found: Resumed[Kind], given: Mapping[str, Any]) -> Kind:
    """The settings in the file, for longer where asked; `OptionError` names what differs."""
    for name, value in given.items():
        was = getattr(found.settings, name)
        if name not in LONGER and value != was:
            option = "cell" if name == "text" else name.replace("_", "-")
            raise OptionError(f"--{option}: {found.path} was trained {_said(was)}; {ANEW}")
    return replace(found.settings, **{k: v for k, v in given.items() if k in LONGER})


def _said(was: Any) -> str:
    if was is None or was == "":
        return "without it"
    return "with " + (",".join(map(str, was)) if isinstance(was, tuple) else str(was))


def check_left(training: Training, asked: TrainOptions, option: str) -> None:
    """Refuse to carry on where nothing is left to do."""
    if asked.resume and training.total < 1:
        done = count(training.model.updates, "update")
        raise OptionError(
            f"--resume {asked.resume}: it has had {done}, and nothing is left of what"
            f" was asked for: {option} with a larger number asks for more"
        )
