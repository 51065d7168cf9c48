"""Adding a view of gradients is adding a file: its option, key, numbers and words follow."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lstm_viz.experiments import compare
from lstm_viz.experiments.options import CellOptions, GradientOptions, InputOptions
from lstm_viz.views.gradients import PARTS
from lstm_viz.views.gradients.film import At, GradientFilm

HOME = Path(__file__).parents[1]
VIEW = (HOME / "docs" / "adding.md").read_text(encoding="utf-8").split("```python\n")[2]
SMALL = ["gradients", "--cells", "rnn,lstm", "--length", "6", "--hidden", "2"]


@pytest.fixture(scope="module", name="copy")
def _copy(tmp_path_factory):
    """The tree with the view that docs/adding.md adds: one file more, nothing else."""
    home = tmp_path_factory.mktemp("tree")
    for folder in ("lstm_viz", "docs"):
        shutil.copytree(HOME / folder, home / folder)
    new = home / "lstm_viz" / "views" / "gradients" / "cosine.py"
    new.write_text(VIEW.split("```")[0], encoding="utf-8")
    return home


def asked(home, *arguments, module=("-m", "lstm_viz")):
    env = {**os.environ, "PYTHONPATH": str(home), "COLUMNS": "80"}
    done = subprocess.run(
        [sys.executable, *module, *arguments], cwd=home, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_has_an_option_and_a_picture(copy):
    assert "--cosine" in asked(copy, "gradients", "--help")
    shown = asked(copy, *SMALL, "--cosine")
    assert shown.count("which way the gradient points") == 2
    assert asked(copy, *SMALL, "--at", "cosine.2").count("which way the gradient points") == 1


def test_its_numbers_leave_as_json_csv_and_arrays(copy):
    flow = json.loads(asked(copy, *SMALL, "--cosine", "--json"))["flows"][1]
    rows = list(csv.DictReader(asked(copy, *SMALL, "--cosine", "--csv").splitlines()))
    assert [float(row["lstm/cosine"]) for row in rows] == flow["cosine"]
    assert len(flow["cosine"]) == 6
    assert flow["cosine"][-1] == pytest.approx(1)
    asked(copy, *SMALL, "--cosine", "--save", "all.npz")
    assert (copy / "all.npz").stat().st_size > 1000


def test_it_has_a_key_and_stands_in_the_documentation(copy):
    asked(copy, "docs/make_reference.py", module=())
    assert "| `--cosine` |" in (copy / "docs" / "reference.md").read_text(encoding="utf-8")
    code = (
        "from lstm_viz.views.gradients.film import GradientFilm\n"
        "class Some: steps = 3\n"
        "print([key.words for key in GradientFilm(Some()).film().keys if key.label == 'k'])"
    )
    assert "cosine: " in asked(copy, "-c", code, module=())


def test_every_part_has_a_key_of_its_own_and_comes_by_it():
    cells = (CellOptions("lstm", hidden=2), CellOptions("rnn", hidden=2))
    film = GradientFilm(compare(GradientOptions(cells, InputOptions(length=6)))).film()
    names = [name for key in film.keys for name in key.names]
    assert len(names) == len(set(names))
    for part in PARTS.values():
        (key,) = [each for each in film.keys if each.label == part.key]
        seen = key.change(At(0))
        assert film.token(seen) == f"{part.name}.1"
        assert film.picture(seen, 80, 24).parts
        assert key.change(seen).part == ""


def test_every_part_says_what_it_is_in_a_sentence():
    for part in PARTS.values():
        assert part.help[0].isupper()
        assert part.help.endswith(".")
