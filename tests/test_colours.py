"""One colour, one meaning: told apart with every sight, and read on every background."""

from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from sights import XYZ, contrast, linear
from stages import a_stage

from lstm_viz import CELLS
from lstm_viz.equations.gates import kinds, roles
from lstm_viz.figure.style import THEMES
from lstm_viz.pictures.theme import LOOKS, SIGNED
from lstm_viz.views.expressions import kind

# Machado, Oliveira & Fernandes 2009, severity 1: protanopia, deuteranopia, tritanopia.
SIGHTS = {
    "usual": np.eye(3),
    "protanopia": ((0.1523, 1.0526, -0.2049), (0.1145, 0.7863, 0.0992), (-0.0039, -0.0481, 1.052)),
    "deuteranopia": ((0.3673, 0.8606, -0.228), (0.2801, 0.6725, 0.0474), (-0.0118, 0.0429, 0.9689)),
    "tritanopia": ((1.2555, -0.0767, -0.1788), (-0.0784, 0.9308, 0.1476), (0.0047, 0.6914, 0.3039)),
}
ROLES = [of for of in LOOKS if of not in ("sum", "weight")]
GROUNDS = {"colour": ("#ffffff", "#000000")} | {name: (THEMES[name].ground,) for name in THEMES}
LEAST = 12.0  # CIE 1976: of colours side by side, 2.3 is just seen


def seen(colour, sight):
    """A colour in CIELAB, as somebody of this sight sees it."""
    light = np.clip(np.array(SIGHTS[sight]) @ linear(to_rgb(colour)), 0, 1)
    x, y, z = np.cbrt(np.maximum(np.array(XYZ) @ light / (0.9505, 1, 1.089), 1e-6))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("sight", SIGHTS)
def test_the_colours_of_any_two_roles_are_told_apart(sight, ground):
    colours = {of: seen(getattr(LOOKS[of], ground), sight) for of in ROLES}
    near = {
        pair: float(np.linalg.norm(colours[pair[0]] - colours[pair[1]]))
        for pair in combinations(ROLES, 2)
    }
    assert min(near.values()) > LEAST, min(near, key=near.get)


@pytest.mark.parametrize("ground", GROUNDS)
def test_every_colour_is_read_as_text_on_its_ground(ground):
    for of, look in LOOKS.items():
        for behind in GROUNDS[ground]:
            assert contrast(getattr(look, ground), behind) >= 4.5, (of, behind)


@pytest.mark.parametrize("theme", THEMES)
def test_text_is_read_on_its_ground(theme):
    ink = THEMES[theme]
    assert contrast(ink.text, ink.ground) > 12
    assert contrast(ink.quiet, ink.ground) >= 4.5
    assert ink.colour("") == ink.text


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_sign_of_a_number_has_no_role_s_colour(sight):
    greys = [seen(colour, sight) for colour in SIGNED]
    assert all(np.hypot(*grey[1:]) < 1 for grey in greys)
    assert np.diff([grey[0] for grey in greys]).min() > 10  # from dark to light
    for ink in THEMES.values():
        below, above = (seen(ink.signs("memory")(end)[:3], sight) for end in (0.0, 1.0))
        assert np.hypot(*below[1:]) < 12 < np.hypot(*above[1:])


@pytest.mark.parametrize("name", CELLS)
def test_a_role_has_its_colour_in_every_cell(name):
    """What a quantity is called does not matter: only what it is for."""
    cell = CELLS[name]
    for gate, role in roles(cell).items():
        assert kind(cell, gate) == f"{role} gate"
    assert kinds(cell)[cell.output] == "output"
    assert {kinds(cell)[state + "_prev"] for state in cell.states} == {
        kinds(cell)[state] for state in cell.states
    }


@pytest.mark.parametrize("name", ["lstm", "cifg", "slstm"])
def test_nothing_is_said_by_colour_alone(name):
    """In the wiring every quantity stands with its letter; what is below zero with its −."""
    stage = a_stage(name, 1, steps=3)
    picture = stage.run.wiring(1, 0, False)
    for node in picture.nodes:
        assert node.label.text or node.symbol
