"""What a shell completes when Tab is pressed: names that are known, and files.

eval "$(_LSTM_VIZ_COMPLETE=bash_source lstm-viz)"       # in ~/.bashrc; others: docs/reference.md

Names come from where the commands take them, so that nothing is listed here that they refuse. What
is needed for that is imported when a shell asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem, add_completion_class
from click.types import StringParamType

from lstm_viz.commands.bash import Bash
from lstm_viz.validation.errors import InputError

if TYPE_CHECKING:
    from lstm_viz.models import ModelFile

Names = Callable[[click.Context], Iterable[str]]
READ = 10_000_000  # bytes: a larger table is not read for the names of its columns


def cells(ctx: click.Context) -> Iterable[str]:
    """The built-in cells."""
    from lstm_viz.cells import CELLS

    return CELLS


def presets(ctx: click.Context) -> Iterable[str]:
    """Weights by name."""
    from lstm_viz.experiments.one_cell import RANDOM
    from lstm_viz.weights.presets import PRESETS

    return [*PRESETS, RANDOM]


def starts(ctx: click.Context) -> Iterable[str]:
    """How weights begin; what needs a number with one that it takes."""
    from lstm_viz.weights.starts import STARTS

    numbers = {True: ":100", False: ":1"}
    return [f"{n}{numbers[s.least > 1] if s.option else ''}" for n, s in STARTS.items()]


def sequences(ctx: click.Context) -> Iterable[str]:
    """Inputs by name."""
    from lstm_viz.inputs.sequence import NAMED

    return NAMED


def trainable(ctx: click.Context) -> Iterable[str]:
    """Recipes and tasks."""
    from lstm_viz.learning.recipes import RECIPES
    from lstm_viz.learning.tasks import TASKS

    return [*RECIPES, *TASKS]


def optimisers(ctx: click.Context) -> Iterable[str]:
    """Optimisers."""
    from lstm_viz.learning.optimisers import KINDS

    return KINDS


def problems(ctx: click.Context) -> Iterable[str]:
    """The bank."""
    from lstm_viz.problems import BANK

    return BANK


def exercises(ctx: click.Context) -> Iterable[str]:
    """The exercises of all lessons."""
    from lstm_viz.exercises import EXERCISES

    return EXERCISES


def lessons(ctx: click.Context) -> Iterable[str]:
    """Lessons, by number."""
    from lstm_viz.lessons.read import scripts

    return [str(k + 1) for k in range(len(scripts()))]


def layers(ctx: click.Context) -> Iterable[str]:
    """The recurrent layers of the model that was named before."""
    file = next(iter(ctx.args), None)  # which click has not yet read, as --layer has no value
    model = _model(ctx.params.get("model") or ctx.params.get("file") or file)
    return model.groups if model else ()


def layers_against(ctx: click.Context) -> Iterable[str]:
    """The recurrent layers of the other model."""
    model = _model(ctx.params.get("against"))
    return model.groups if model else ()


def columns(ctx: click.Context) -> Iterable[str]:
    """The columns of numbers in the table that was named before."""
    from lstm_viz.inputs.table import from_file

    given = str(ctx.params.get("csv") or ctx.params.get("input") or "")
    path = Path(given.removeprefix("@"))
    if (
        not (given.startswith("@") or ctx.params.get("csv"))
        or not path.is_file()
        or path.stat().st_size > READ
    ):
        return ()
    return from_file(str(path), missing="hold").rows


def routes(ctx: click.Context) -> Iterable[str]:
    """What can be cut in the cells that were named before."""
    from lstm_viz.experiments.one_cell import choose_cell
    from lstm_viz.measures import routes as routes_of

    named = (ctx.params.get("cells") or "lstm").split(",")
    found = [r for name in named for r in routes_of(choose_cell(name))]
    return dict.fromkeys([*(route.target for route in found), *map(str, found)])


def nothing(ctx: click.Context) -> Iterable[str]:
    """Files alone."""
    return ()


def _model(path: str | None) -> ModelFile | None:
    from lstm_viz.models import read_model

    return read_model(path) if path and Path(path).is_file() else None


class Completed(StringParamType):
    """A text of which a shell completes names, and files after a prefix; or `several`, by comma."""

    def __init__(self, names: Names, files: str | None = "", several: bool = False) -> None:
        self.names, self.files, self.several = names, files, several

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """What may be meant by what was typed so far; what cannot be read completes nothing."""
        head, comma, last = incomplete.rpartition(",") if self.several else ("", "", incomplete)
        try:
            known = list(self.names(ctx))
        except (InputError, OSError):
            known = []
        found = [CompletionItem(f"{head}{comma}{n}") for n in known if n.startswith(last)]
        if self.files == "" and not (found or comma):
            return [CompletionItem(incomplete, type="file")]  # the shell does it itself
        if last and self.files is not None and last.startswith(self.files):
            paths = _paths(last.removeprefix(self.files))
            found += [CompletionItem(f"{head}{comma}{self.files}{path}") for path in paths]
        return found


def _paths(begun: str) -> list[str]:
    """The files and folders that begin so."""
    folder, _, name = begun.rpartition("/")
    place = Path(folder or ("/" if begun.startswith("/") else "."))
    if not place.is_dir():
        return []
    there = sorted(each for each in place.iterdir() if each.name.startswith(name))
    lead = begun[: len(begun) - len(name)]
    return [f"{lead}{each.name}" + "/" * each.is_dir() for each in there]


FILE, CELL, SEVERAL = Completed(nothing), Completed(cells), Completed(cells, several=True)

# By command and parameter, or by parameter alone.
COMPLETED: dict[Any, Completed] = {
    ("cells", "name"): CELL,
    ("train", "name"): Completed(trainable, files=None),
    ("train", "cell"): SEVERAL,
    ("train", "start"): Completed(starts, files=None, several=True),
    ("problem", "name"): Completed(problems),
    ("lesson", "name"): Completed(lessons),
    ("practise", "name"): Completed(exercises),
    ("gradients", "weights"): FILE,
    "against": FILE,
    "against_layer": Completed(layers_against, files=None),
    "beside": CELL,
    "cast": FILE,
    "cell": CELL,
    "cells": SEVERAL,
    "column": Completed(columns, files=None, several=True),
    "csv": FILE,
    "cut": Completed(routes, files=None),
    "file": FILE,
    "input": Completed(sequences, files="@"),
    "into": CELL,
    "layer": Completed(layers, files=None, several=True),
    "model": FILE,
    "optimiser": Completed(optimisers, files=None),
    "problem": Completed(problems),
    "resume": FILE,
    "save": FILE,
    "start": Completed(starts, files=None),
    "vocabulary": FILE,
    "weights": Completed(presets),
}


add_completion_class(Bash)


def completed(command: click.Command) -> click.Command:
    """The command, whose texts a shell completes."""
    for param in command.params:
        kind = COMPLETED.get((command.name, param.name)) or COMPLETED.get(param.name)
        if kind and type(param.type) is StringParamType:
            param.type = kind
    return command
