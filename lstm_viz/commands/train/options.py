"""What `lstm-viz train` is asked for; None, or empty, is what was left open."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import Field, dataclass, field, fields, replace
from typing import Any, TypeVar

from lstm_viz.experiments.one_cell import choose_cell
from lstm_viz.learning.recipes.recipe import RecipeSettings
from lstm_viz.validation.errors import OptionError

T = TypeVar("T")
FILMS, STILLS = (".gif", ".mp4", ".webp"), (".png", ".svg", ".pdf")


def _for(*kinds: str, default: Any = None) -> Any:
    """An option that only these kinds of training have a use for: task, price, sine."""
    return field(default=default, metadata={"for": kinds})


@dataclass(frozen=True)
class NetworkOptions:
    """The layers and how they begin."""

    cell: str | None = None
    hidden: str | None = None
    layers: int | None = None
    dropout: float | None = _for("price")
    start: str | None = None
    forget_bias: str | None = None
    biases: int | None = None


@dataclass(frozen=True)
class DataOptions:
    """What it learns from."""

    steps: int | None = _for("task")
    window: int | None = _for("price")
    csv: str | None = _for("price")
    column: tuple[str, ...] = _for("price", default=())
    split: float | None = _for("price")


@dataclass(frozen=True)
class LearningOptions:
    """How, how long, and from which seed."""

    batch: int | None = None
    updates: int | None = _for("task")
    epochs: int | None = _for("price", "sine")
    optimiser: str | None = None
    rate: float | None = None
    loss: str | None = _for("price")
    clip_norm: float | None = None
    clip_value: float | None = None
    patience: int | None = _for("price")
    seed: int | None = None
    seeds: int | None = _for("task", "sine")
    jobs: int | None = None
    resume: str | None = _for("task", "price")


@dataclass(frozen=True)
class Output:
    """How it is watched, and the files that are left."""

    save: tuple[str, ...] = ()
    json_: bool = False

    @property
    def way(self) -> str:
        """In place on a terminal, in lines in a pipe, or as JSON."""
        return "json" if self.json_ else "live" if sys.stdout.isatty() else "lines"

    def ending_in(self, *endings: str) -> list[str]:
        """The files to save whose names end so."""
        return [path for path in self.save if path.lower().endswith(endings)]


@dataclass(frozen=True)
class TrainOptions:
    """All that the command line asks for."""

    network: NetworkOptions
    data: DataOptions
    learning: LearningOptions
    output: Output

    @classmethod
    def gathered(cls, options: dict[str, Any]) -> TrainOptions:
        """From the command line's options by name."""
        return cls(
            gather(NetworkOptions, options),
            gather(DataOptions, options),
            gather(LearningOptions, options),
            gather(Output, options),
        )

    def __iter__(self) -> Iterator[tuple[Field[Any], Any]]:
        """Every option that was given, and its value."""
        for part in vars(self).values():
            for each in fields(part):
                value = getattr(part, each.name)
                if value != each.default:
                    yield each, value

    def check(self, name: str, kind: str) -> None:
        """Refuse what this recipe or task has no use for."""
        for each, _ in self:
            if kind not in each.metadata.get("for", (kind,)):
                raise OptionError(f"--{each.name.replace('_', '-')} is not for {name}")

    def settings(self, kind: type, *but: str) -> dict[str, Any]:
        """What was given of the fields that settings of a kind have."""
        known = {each.name for each in fields(kind)} - set(but)
        return {each.name: value for each, value in self if each.name in known}


def gather(kind: type[T], options: dict[str, Any]) -> T:
    """A dataclass from the options that are called as its fields."""
    names = [each.name for each in fields(kind)]  # type: ignore[arg-type]
    return kind(**{name: options[name] for name in names if name in options})


def units(network: NetworkOptions, usual: tuple[int, ...]) -> tuple[int, ...]:
    """`50,100` and a number of layers as units a layer; the last size repeats."""
    sizes, hidden, layers = usual, network.hidden, network.layers
    if hidden is not None:
        try:
            sizes = tuple(int(part) for part in hidden.split(","))
        except ValueError:
            sizes = ()
        if not sizes or min(sizes) < 1:
            raise OptionError(f"--hidden {hidden}: write units a layer, such as 20 or 50,100")
    if layers is None:
        return sizes
    return (*sizes, *(sizes[-1:]) * layers)[:layers]


def the_cell(name: str) -> dict[str, Any]:
    """The settings of a cell of the zoo, or of a file, whose text goes along."""
    cell = choose_cell(name)
    return {"cell": cell.name, "text": "" if cell.name == name else cell.text}


def recipe_settings(options: TrainOptions, usual: RecipeSettings) -> RecipeSettings:
    """A recipe's settings with what was asked for."""
    network = options.network
    own = options.settings(RecipeSettings) | {"hidden": units(network, usual.hidden)}
    if network.cell:
        own |= the_cell(network.cell)
    if network.forget_bias is not None:
        try:
            own["forget_bias"] = float(network.forget_bias)
        except ValueError:
            raise OptionError(f"--forget-bias {network.forget_bias}: write a number") from None
    return replace(usual, **own)
