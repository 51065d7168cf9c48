"""`lstm-viz train`: which recipe or task, with which numbers, watched how, and what is left."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import Any

from lstm_viz.experiments.one_cell import choose_cell
from lstm_viz.learning.recipes import PRICES, RECIPES
from lstm_viz.learning.recipes.recipe import Settings
from lstm_viz.learning.tasks import TASKS
from lstm_viz.validation.errors import OptionError
from lstm_viz.validation.names import did_you_mean

FILMS = (".gif", ".mp4", ".webp")
BOTH = {"cell", "hidden", "layers", "batch", "optimiser", "rate", "clip_norm", "clip_value",
        "start", "forget_bias", "biases", "seed", "seeds", "resume"}  # fmt: skip
OWN = {
    "task": BOTH | {"steps", "updates"},
    "price": (BOTH - {"seeds"})
    | {"window", "epochs", "csv", "column", "split", "dropout", "loss", "patience"},
    "sine": (BOTH - {"resume"}) | {"epochs"},
}
TWO_BIASES = ", two biases a gate as in PyTorch"


@dataclass(frozen=True)
class Asked:
    """What the command line asks for; None, or empty, is what was left open."""

    cell: str | None = None
    hidden: str | None = None
    layers: int | None = None
    steps: int | None = None
    window: int | None = None
    batch: int | None = None
    updates: int | None = None
    epochs: int | None = None
    optimiser: str | None = None
    rate: float | None = None
    loss: str | None = None
    clip_norm: float | None = None
    clip_value: float | None = None
    dropout: float | None = None
    start: str | None = None
    forget_bias: str | None = None
    biases: int | None = None
    seed: int | None = None
    seeds: int | None = None
    csv: str | None = None
    column: tuple[str, ...] = ()
    split: float | None = None
    patience: int | None = None
    resume: str | None = None
    jobs: int | None = None
    save: tuple[str, ...] = ()
    json_: bool = False

    @property
    def way(self) -> str:
        """In place on a terminal, in lines in a pipe, or as JSON."""
        return "json" if self.json_ else "live" if sys.stdout.isatty() else "lines"

    @property
    def models(self) -> list[str]:
        """The files that the model goes to."""
        return [path for path in self.save if path.lower().endswith(".npz")]

    @property
    def films(self) -> list[str]:
        """The files that a film of the learning goes to."""
        return [path for path in self.save if path.lower().endswith(FILMS)]

    def given(self, *names: str) -> dict[str, Any]:
        """Those of the options that were given."""
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}

    def check(self, name: str, kind: str) -> None:
        """Refuse what this recipe or task has no use for."""
        known = OWN[kind] | {"jobs", "save", "json_"}
        for option in vars(self):
            if option not in known and getattr(self, option) not in (None, (), False):
                raise OptionError(f"--{option.replace('_', '-')} is not for {name}")


def run_train(name: str | None, **options: Any) -> None:
    """Train a recipe or a task by its name; without one, list them."""
    asked = Asked(**options)
    if name is None:
        from lstm_viz.commands.train.listing import list_all

        list_all()
    elif name in PRICES:
        asked.check(name, "price")
        from lstm_viz.commands.train.recipes import train_prices

        train_prices(PRICES[name], asked)
    elif name == "damped-sine":
        asked.check(name, "sine")
        from lstm_viz.commands.train.damped_sine import train_sine

        train_sine(asked)
    elif name in TASKS:
        asked.check(name, "task")
        from lstm_viz.commands.train.tasks import train_task

        train_task(name, asked)
    else:
        known = [*RECIPES, *TASKS]
        hint = did_you_mean(name, known) or f"there are {', '.join(known)}"
        raise OptionError(f"no recipe and no task is called {name!r}: {hint}")


def units(hidden: str | None, layers: int | None, usual: tuple[int, ...]) -> tuple[int, ...]:
    """`50,100` and a number of layers as units a layer; the last size repeats."""
    sizes = usual
    if hidden is not None:
        try:
            sizes = tuple(int(part) for part in hidden.split(","))
        except ValueError:
            sizes = ()
        if not sizes or min(sizes) < 1:
            raise OptionError(f"--hidden {hidden}: write units a layer, such as 20 or 50,100")
    if layers is None:
        return sizes
    return (*sizes, *(sizes[-1],) * layers)[:layers]


def settled(asked: Asked, usual: Settings, own: dict[str, Any]) -> Settings:
    """A recipe's settings with what was asked for: `own`, the units, the cell, the forget bias."""
    own |= asked.given("biases")
    own["hidden"] = units(asked.hidden, asked.layers, usual.hidden)
    if asked.cell:
        cell = choose_cell(asked.cell)
        own |= {"cell": cell.name, "text": "" if cell.name == asked.cell else cell.text}
    if asked.forget_bias is not None:
        try:
            own["forget_bias"] = float(asked.forget_bias)
        except ValueError:
            raise OptionError(f"--forget-bias {asked.forget_bias}: write a number") from None
    return replace(usual, **own)
