"""Every encoding: what it lacks is written in other characters, and letters tell lines apart."""

import ast
import re

import numpy as np
import pytest
from program import ROOT

from lstm_viz.pictures.kinds import Areas, Curve, Curves, Text
from lstm_viz.pictures.theme import spelled
from lstm_viz.terminal.paper import Paper, lines

ROOMS = ("views", "experiments", "cells", "commands", "models", "learning")
ROUTES = ("loss", "c_prev:c", "h_prev:z_i", "h_prev:z_f", "h_prev:z_o")
CHINESE = "\u2e80"  # the first of those that only a Chinese terminal is asked for


def written(room):
    """The characters of all strings of a room that are no documentation."""
    for file in (ROOT / "lstm_viz" / room).rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        documented = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
        for each in ast.walk(tree):
            if isinstance(each, ast.Constant) and id(each) not in documented:
                yield from each.value if isinstance(each.value, str) else ""


@pytest.mark.parametrize("room", ROOMS)
def test_every_character_that_is_written_can_be_spelled_in_ascii(room):
    found = {letter for letter in written(room) if letter < CHINESE and letter != "?"}
    assert {letter for letter in found if "?" in spelled(letter, "ascii")} == set()


@pytest.mark.parametrize("kind", [Areas, Curves])
def test_each_line_has_a_letter_of_its_own_in_ascii(kind):
    parts = tuple(Curve(Text(name), np.full(9, k + 1.0)) for k, name in enumerate(ROUTES))
    rows = [row.plain for row in lines(kind((), np.arange(9), parts), Paper(60, encoding="ascii"))]
    assert not any("?" in row for row in rows)
    assert set(re.findall(r"(\w)\1{9}", "\n".join(rows))) == set("lchfo")
