"""What `lstm-viz train` is asked for; None, or empty, is what was left open."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, Literal

from lstm_viz.commands.output import form
from lstm_viz.commands.shared_options import LARGEST, MOST_LAYERS
from lstm_viz.experiments.one_cell import choose_cell
from lstm_viz.files.atomic import check_writable
from lstm_viz.learning.optimisers import KINDS
from lstm_viz.terminal.asking import can_play, on_screen
from lstm_viz.validation.errors import OptionError
from lstm_viz.validation.names import look_up
from lstm_viz.weights.starts import STARTS


@dataclass(frozen=True)
class Output:
    """How a training is watched, and the files that are left."""

    save: tuple[str, ...] = ()
    json_: bool = False
    gates: str | None = None
    speed: float | None = None
    theme: str | None = None
    size: str | None = None

    @cached_property
    def way(self) -> str:
        """`live` where somebody is at the keys, in `place` on a terminal, else `lines`, or JSON."""
        if self.json_ or not on_screen():
            return "json" if self.json_ else "lines"
        return "live" if can_play() else "place"

    @property
    def looks(self) -> bool:
        """Whether a sequence is looked at while it learns."""
        return self.way in ("live", "place") or self.pictures

    @property
    def pictures(self) -> bool:
        """Whether a film or a picture is saved, or a picture in letters."""
        return any(map(self.of, ("film", "still", "text")))

    @property
    def names(self) -> list[str]:
        """The quantities that are looked at; none where it was left open."""
        return listed(self.gates)

    def of(self, kind: str) -> list[str]:
        """The files to save that are a film, a still or data."""
        return [path for path in self.save if form(path) == kind]


def _for(*kinds: str, default: Any = None) -> Any:
    """An option that only these kinds of training have a use for: task, price, sine."""
    return field(default=default, metadata={"for": kinds})


@dataclass(frozen=True)
class TrainOptions:
    """All that the command line asks for, each field called as its option."""

    cell: str | None = None
    hidden: str | None = None
    layers: int | None = None
    depths: tuple[int, ...] = _for("sine", default=())  # several numbers of layers
    many_to_many: bool = _for("sine", default=False)
    steps: int | None = _for("task")
    window: int | None = _for("price")
    batch: int | None = None
    updates: int | None = _for("task", "price")
    epochs: int | None = _for("price", "sine")
    optimiser: str | None = None
    rate: float | None = None
    loss: str | None = _for("price")
    clip_norm: float | None = None
    clip_value: float | None = None
    dropout: float | None = _for("price")
    start: str | None = None
    forget_bias: str | None = None
    biases: int | None = None
    seed: int | None = None
    seeds: int | None = None
    as_written: bool = _for("price", default=False)
    csv: str | None = _for("price")
    column: tuple[str, ...] = _for("price", default=())
    missing: Literal["skip", "hold"] | None = _for("price")
    split: float | None = _for("price")
    patience: int | None = _for("price")
    resume: str | None = None
    forecast: bool = _for("price", default=False)
    jobs: int | None = _for("task")
    output: Output = Output()

    @classmethod
    def gathered(cls, options: dict[str, Any]) -> TrainOptions:
        """From the command line's options by name."""
        output = {each.name: options.pop(each.name) for each in fields(Output)}
        depths = tuple(dict.fromkeys(options["layers"] or (None,)))
        options["layers"], options["depths"] = depths[0], depths if len(depths) > 1 else ()
        return cls(**options, output=Output(**output))

    def check(self, name: str, kind: str) -> None:
        """Refuse what this recipe or task has no use for."""
        for each in fields(self):
            allowed = each.metadata.get("for", (kind,))
            if each.name in self.given and kind not in allowed:
                if each.name == "depths":
                    raise OptionError(f"--layers: one number only for {name}")
                raise OptionError(f"--{each.name.replace('_', '-')} is not for {name}")
        for optimiser in listed(self.optimiser):
            look_up(optimiser, KINDS, "optimiser", OptionError)
        if kind != "price" and len(listed(self.optimiser)) > 1:
            raise OptionError(f"--optimiser {self.optimiser}: one only for {name}")
        for start in listed(self.start):
            look_up(start.partition(":")[0], STARTS, "start", OptionError)
        shown = "is for what is shown: in a terminal"
        if self.output.gates and not self.output.looks:
            raise OptionError(f"--gates {shown}, or in a film (--save FILE.gif)")
        if self.output.speed and self.output.way != "live":
            raise OptionError(f"--speed {shown}; a film always takes twelve seconds")
        if self.output.theme and not self.output.pictures:
            raise OptionError("--theme is for a picture or film: --save FILE.png, or FILE.gif")
        if self.output.size and not self.output.pictures:
            raise OptionError("--size is for a picture or film: --save FILE.png, or FILE.gif")
        for path in self.output.save:
            check_writable(path, again=True)
            if path in self.output.of("film"):
                from lstm_viz.figure import can_save

                can_save(path)

    def settings(self, kind: type, *but: str) -> dict[str, Any]:
        """What was given of the fields that settings of a kind have."""
        known = {each.name for each in fields(kind)} - set(but)
        return {
            k: v for k, v in vars(self).items() if k in known and v is not None and v is not False
        }

    @property
    def given(self) -> list[str]:
        """The names of the options that were."""
        return [each.name for each in fields(self) if getattr(self, each.name) != each.default]

    def units(self, usual: tuple[int, ...] = ()) -> tuple[int, ...]:
        """`50,100` and a number of layers as units a layer; the last size repeats."""
        sizes = usual
        if self.hidden is not None:
            try:
                sizes = tuple(int(part) for part in self.hidden.split(","))
            except ValueError:
                sizes = ()
            if (
                not sizes
                or len(sizes) > MOST_LAYERS
                or not 1 <= min(sizes) <= max(sizes) <= LARGEST
            ):
                said = self.hidden if len(self.hidden) < 20 else f"{self.hidden[:20]}…"
                raise OptionError(
                    f"--hidden {said}: write units a layer, such as 20 or 50,100; at most"
                    f" {LARGEST:,} each"
                )
        if self.layers and len(sizes) > self.layers and self.hidden:
            raise OptionError(
                f"--layers {self.layers}: --hidden {self.hidden} has {len(sizes)} layers"
            )
        return sizes if self.layers is None else (sizes + sizes[-1:] * self.layers)[: self.layers]


def the_cell(name: str) -> dict[str, Any]:
    """The settings of a built-in cell, or of a file, whose text goes along."""
    cell = choose_cell(name)
    return {"cell": cell.name, "text": "" if cell.name == name else cell.text}


def listed(given: str | None) -> list[str]:
    """The parts of `rnn,lstm`, each once."""
    return list(dict.fromkeys(part.strip() for part in given.split(","))) if given else []
