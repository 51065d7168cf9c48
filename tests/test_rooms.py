"""Who may import whom: numbers know no pictures, views know no back end, one room knows rich."""

import ast
import typing
from pathlib import Path

import pytest

from lstm_viz import pictures
from lstm_viz.terminal import Paper, lines

PACKAGE = Path(pictures.__file__).parent
NUMBERS = [
    "equations",
    "functions",
    "derivation",
    "cell",
    "gates",
    "starts",
    "presets",
    "weights",
    "memory",
    "kernels",
    "measures",
    "cells",
    "trace",
    "errors",
    "files",
]
DRAWING = (
    "pictures expressions theme numerals terminal views choices commands cli program export"
    " languages chinese playing"
)
BACK_ENDS = {"rich", "matplotlib", "lstm_viz.terminal", "lstm_viz.figure", "lstm_viz.page"}


def imports(file):
    """What a module imports when it is imported, in full names."""
    found = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def files(*rooms):
    paths = [PACKAGE / room for room in rooms]
    return [f for p in paths for f in (p.glob("*.py") if p.is_dir() else [p.with_suffix(".py")])]


@pytest.mark.parametrize("file", list(files(*NUMBERS)), ids=lambda f: f.stem)
def test_numbers_never_import_pictures(file):
    forbidden = {f"lstm_viz.{room}" for room in DRAWING.split()} | {"rich", "matplotlib", "click"}
    assert not imports(file) & forbidden


@pytest.mark.parametrize("file", files("views", "pictures", "expressions"), ids=lambda f: f.stem)
def test_views_never_import_a_back_end(file):
    assert not {name for name in imports(file) if name.split(".")[0] in BACK_ENDS}
    assert not imports(file) & BACK_ENDS


@pytest.mark.parametrize("file", list(PACKAGE.rglob("*.py")), ids=lambda f: f.stem)
def test_only_the_terminal_imports_rich(file):
    assert file.parent.name == "terminal" or not {
        n for n in imports(file) if n.split(".")[0] == "rich"
    }


@pytest.mark.parametrize("kind", typing.get_args(pictures.Picture), ids=lambda k: k.__name__)
def test_the_terminal_draws_every_kind_of_picture(kind):
    assert lines.dispatch(kind) is not lines.dispatch(object)


def test_what_is_no_picture_is_refused():
    with pytest.raises(TypeError, match="no way to write a str"):
        lines("text", Paper())
