"""The pictures in docs/ are what the program draws today: their words, numbers and colours."""

import runpy
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from program import lstm_viz

DOCS = Path(__file__).resolve().parent.parent / "docs"
MADE = runpy.run_path(str(DOCS / "make_pictures.py"))
ASKED = MADE["ASKED"]
STILLS = [name for name in ASKED if name.endswith(".png")]
TILES = 48, 27
MOST = 14  # of 255: what other fonts change in a tile of a picture, and no colour of a wire does


def tiles(path, frame=0):
    """A picture from far away: no letter is read, and every colour is seen."""
    with Image.open(path) as image:
        image.seek(frame)
        return np.asarray(image.convert("RGB").resize(TILES, Image.Resampling.BOX)).astype(int)


def colours(path):
    """The colours of a picture, the most frequent first."""
    with Image.open(path) as image:
        found = np.asarray(image.convert("RGB")).astype(np.int32) @ [1 << 16, 1 << 8, 1]
    each, counts = np.unique(found, return_counts=True)
    return each[np.argsort(-counts)].tolist()


def words(path):
    with Image.open(path) as image:
        return image.info["Description"], image.size


def drawn_by(path):
    with Image.open(path) as image:
        return image.info["Software"]


def alike(one, other):
    """The same words; the last digit of a number may be another machine's rounding."""
    return len(one) == len(other) and all(
        a == b or float(a.strip(";,.")) == pytest.approx(float(b.strip(";,.")), 0.01)
        for a, b in zip(one, other, strict=True)
    )


@pytest.mark.parametrize("name", STILLS)
def test_a_picture_in_docs_is_what_is_drawn_today(name, tmp_path):
    result = lstm_viz(*ASKED[name].split(), "--save", str(tmp_path / name))
    assert result.exit_code == 0, result.output
    kept = DOCS / "pictures" / name
    (said, size), (says, same) = words(kept), words(tmp_path / name)
    assert size == same, "run make pictures"
    assert alike(said.split(), says.split()), "run make pictures"
    if drawn_by(kept) == drawn_by(tmp_path / name):  # another Matplotlib breaks lines elsewhere
        off = np.abs(tiles(kept) - tiles(tmp_path / name)).mean(axis=2)
        assert np.quantile(off, 0.99) < MOST, "run make pictures"
        assert {*colours(kept)[:10]} <= {*colours(tmp_path / name)}, "run make pictures"


def test_the_film_in_docs_ends_with_the_picture():
    film, still = (DOCS / "pictures" / f"vanishing.{kind}" for kind in ("gif", "png"))
    with Image.open(film) as image:
        last = image.n_frames - 1
    off = np.abs(tiles(film, last) - tiles(still)).mean(axis=2)
    assert np.quantile(off, 0.99) < MOST, "run make pictures"


def test_every_picture_of_the_pages_is_one_that_is_drawn_again():
    recipe = (DOCS.parent / "Makefile").read_text(encoding="utf-8")
    for path in (DOCS / "pictures").iterdir():
        assert path.name in ASKED | MADE["TEXTS"] or f"docs/pictures/{path.name}" in recipe, (
            path.name
        )
