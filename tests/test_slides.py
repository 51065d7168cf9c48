"""What is saved as a slide is read as one: nothing lies upon another thing, nothing is cut off."""

import re
from itertools import combinations

import numpy as np
import pytest
from matplotlib.patches import Circle
from PIL import Image
from program import lstm_viz
from stages import a_run, a_stage, drawn, text_of

from lstm_viz import CELLS, backpropagate, run
from lstm_viz.experiments import compare
from lstm_viz.experiments.options import CellOptions, GradientOptions, InputOptions
from lstm_viz.figure.layout import Drawing
from lstm_viz.figure.saving import Room, fitted, in_columns
from lstm_viz.pictures.alt_text import plain
from lstm_viz.pictures.kinds import Bar, Bars, Beside, Grid, Stack, Text
from lstm_viz.terminal.paper import Paper
from lstm_viz.terminal.wiring import laid
from lstm_viz.views.gradients.film import At, GradientFilm
from lstm_viz.views.overview import is_tall, overview
from lstm_viz.views.step.state import State
from lstm_viz.views.wiring import frames
from lstm_viz.views.wiring.diagram import wiring

SIZES = [(1920, 1080), (960, 540)]


def ways(name, *, held=False):
    """A step's wiring forward, and that of the backward pass."""
    cell = CELLS[name]
    weights, xs = cell.start(seed=3), -np.ones((3, 1))
    trace = run(cell, weights, xs, hold={cell.output: {2: 0.5}} if held else None)
    back = backpropagate(trace, {cell.output: np.ones((3, 1))})
    return next(frames.forward(trace, 0, [1])), next(frames.backward(back, 0, [1]))


def apart(picture, room, pixels):
    """No words of the picture lie upon others; every circle is whole."""
    size, dpi = fitted(picture, pixels, room=room)
    figure = Drawing(picture, size=size, dpi=dpi).figure
    figure.canvas.draw()
    texts = [t for axes in figure.axes for t in axes.texts if t.get_text()]
    boxes = {text: text.get_window_extent().padded(-2) for text in texts}
    for one, other in combinations(texts, 2):
        assert not boxes[one].overlaps(boxes[other]), (one.get_text(), other.get_text())
    for axes in figure.axes:
        for circle in (patch for patch in axes.patches if isinstance(patch, Circle)):
            low, high = axes.get_ylim()
            assert circle.center[1] + circle.radius <= high
            assert circle.center[1] - circle.radius >= low


@pytest.mark.parametrize("name", sorted(CELLS))
@pytest.mark.parametrize("pixels", SIZES)
def test_no_part_of_a_cell_covers_another_on_a_slide(name, pixels):
    for way in ways(name):
        apart(way, Room(0.7), pixels)


@pytest.mark.parametrize("name", ["lstm", "rnn", "gru", "slstm"])
def test_forward_and_backward_stand_beside_each_other(name):
    apart(Beside(ways(name)), Room(0.75, 1.7), (1920, 1080))


def test_what_if_and_as_it_was_are_whole_on_one_slide():
    rows = tuple(Beside(ways("lstm", held=held)) for held in (True, False))
    apart(Stack(rows), Room(0.75, 1.7), (1920, 1080))


@pytest.mark.parametrize("size", ["", "960x540", "1280x720"])
@pytest.mark.parametrize(
    "asked",
    [
        *("--at 3", "--backward --at 3", "--backward", "--at 3 --hold f=1", "--hold f=1"),
        *("--backward --hold f=1", "--hidden 2 --backward", "--hidden 2 --backward --hold f=1@3"),
    ],
)
def test_every_picture_of_a_step_has_the_size_of_a_slide(asked, size, tmp_path):
    path = tmp_path / "a.png"
    chosen = ("--size", size) if size else ()
    assert lstm_viz("step", *asked.split(), *chosen, "--save", str(path)).exit_code == 0
    with Image.open(path) as image:
        assert "x".join(map(str, image.size)) == (size or "1920x1080")


def test_a_run_of_a_few_units_and_its_gradients_stand_side_by_side_with_their_numbers():
    here = a_run("lstm", 2)
    ways = [overview(each) for each in (here.trace, here.gradients)]
    assert all(map(is_tall, ways))
    assert not is_tall(overview(a_run("lstm", 1).trace))
    assert not is_tall(overview(a_run("lstm", 8).trace))
    both = Beside(tuple(ways))
    size, _ = fitted(both, SIZES[0], room=Room())
    written = [
        each.get_text() for axes in Drawing(both, size=size).figure.axes for each in axes.texts
    ]
    assert sum(bool(re.search(r"\d\.\d", each)) for each in written) == 2 * (1 + 6 * 2) * 6


def test_what_is_held_in_a_run_of_many_units_is_a_page_and_says_so(tmp_path):
    asked = ("--hidden", "6", "--backward", "--hold", "f=1@3", "--save", str(tmp_path / "a.png"))
    assert "more than a slide shows, so it is a page: --at" in lstm_viz("step", *asked).stderr
    assert "slide" not in lstm_viz("step", *asked, "--at", "3").stderr


@pytest.mark.parametrize("height", range(16, 30))
def test_on_rows_of_characters_what_the_slstm_adds_is_not_on_the_line_of_its_stabiliser(height):
    cell = CELLS["slstm"]
    picture = wiring(run(cell, cell.start(1, 1, 3), np.ones((3, 1))), 1)
    rows = {key: box.row for key, box in laid(picture, Paper(119), height).boxes.items()}
    assert rows["f.1"] == rows["i.1"] < rows["m"] == rows["m_prev"] < rows["z_f"]
    assert rows["h_prev"] > rows["z_f"] + 1  # else arrows point at z's number


def test_what_is_drawn_over_the_steps_is_not_narrowed_by_the_notes_of_bars():
    notes = tuple(Bar(Text("a"), 0.5, 0.0, 1.0, note=(Text("many words " * 5),)) for _ in range(2))
    grid = Grid((), np.ones((1, 9)), (Text("f"),))
    wide = Drawing(Stack((grid,))).figure.axes[0].get_position().width
    beside = Drawing(Stack((Bars((Text("paths"),), notes), grid))).figure.axes
    assert max(axes.get_position().width for axes in beside) == pytest.approx(wide)


@pytest.mark.parametrize("lines", [40, 45, 50])
@pytest.mark.parametrize("name", ["lstm", "gru", "slstm", "peephole-lstm", "mgu", "cifg"])
def test_in_a_terminal_no_arrow_points_at_a_number(name, lines):
    rows = drawn(a_stage(name), State(2, "h", False, 0), columns=120, lines=lines)
    assert not re.search(r"[▶]-?\d|\d◀|─\d|\d─", text_of(rows))


@pytest.mark.parametrize(("largest", "said"), [(1.0, "1e−6 … 1"), (90.0, "1e−6 … ≥ 1")])
def test_a_scale_says_that_there_are_numbers_beyond_its_end(largest, said):
    row = (np.array([[0.1, largest]]), (Text("f"),), (), "", 1e-6, 1.0)
    figure = Drawing(Grid((), *row, logarithmic=True)).figure
    assert said in {text.get_text() for text in figure.texts}


@pytest.mark.parametrize("asked", ["--routes", "--cells lstm --routes --gates", "--spectrum"])
@pytest.mark.parametrize("size", ["", "1600x900"])
def test_several_parts_or_cells_are_a_slide_of_columns(asked, size, tmp_path):
    path = tmp_path / "a.png"
    chosen = ("--size", size) if size else ()
    done = lstm_viz("gradients", *asked.split(), "--length", "30", *chosen, "--save", str(path))
    assert done.exit_code == 0
    with Image.open(path) as image:
        assert "x".join(map(str, image.size)) == (size or "1920x1080")


def test_in_columns_no_words_lie_upon_others():
    flows = compare(GradientOptions(input=InputOptions(length=30)))
    for parts in (("routes",), ("spectrum",), ("gates",)):
        slide = GradientFilm(flows, parts).slide(At())
        size, dpi = fitted(slide, (1920, 1080), room=in_columns(3))
        figure = Drawing(slide, size=size, dpi=dpi).figure
        figure.canvas.draw()
        texts = [*figure.texts, *(text for axes in figure.axes for text in axes.texts)]
        texts = [text for text in texts if text.get_text().strip() and text.get_visible()]
        boxes = [(text.get_text(), text.get_window_extent().padded(-2)) for text in texts]
        assert len(boxes) > 20
        upon = [(a[0], b[0]) for a, b in combinations(boxes, 2) if a[1].overlaps(b[1])]
        assert upon == []


def test_what_is_too_much_for_a_slide_is_a_page_and_says_so(tmp_path):
    path = tmp_path / "a.png"
    asked = ("--routes", "--gates", "--ledger", "--spectrum", "--length", "20", "--save", str(path))
    done = lstm_viz("gradients", *asked)
    assert "more than a slide shows: ask for fewer parts or --cells" in done.stderr
    path.unlink()
    small = lstm_viz("gradients", *asked, "--size", "960x540")
    assert small.exit_code == 2
    (wanted,) = re.findall(
        r"--size 960x540 is too small for that much: --size (\S+),", small.stderr
    )
    assert not path.exists()
    assert lstm_viz("gradients", *asked, "--size", wanted).exit_code == 0
    with Image.open(path) as image:
        assert "x".join(map(str, image.size)) == wanted


@pytest.mark.parametrize(("part", "head"), [("gates", "the gates of lstm"), ("memory", "lstm: co")])
def test_a_slide_of_one_part_begins_with_its_own_heading(part, head):
    flows = compare(GradientOptions((CellOptions("lstm"),), InputOptions(length=20)))
    slide = GradientFilm(flows, (part,)).slide(At())
    said = [text.get_text() for text in Drawing(slide, size=(16.0, 9.0)).figure.texts]
    assert "".join(said).startswith(head)
    assert not any(each == "gradients" for each in said)
    assert "seed 0" in plain(slide.parts[-1].text)
