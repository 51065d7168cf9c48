"""Figures: every kind of picture on both backgrounds; their artists hold the trace's numbers."""

import re
import subprocess
import sys
import typing
import warnings
from io import BytesIO
from itertools import combinations, pairwise

import matplotlib
import numpy as np
import pytest
from flows import flow_of
from matplotlib.colors import to_rgb
from matplotlib.font_manager import fontManager
from PIL import Image
from samples import ran, samples

from lstm_viz import CELLS, backpropagate, run
from lstm_viz.figure import drawn, fonts, save_still
from lstm_viz.figure.frames import canvas_of, moved, still, tiles_of
from lstm_viz.figure.layout import Drawing
from lstm_viz.figure.sheet import build, draw, height
from lstm_viz.figure.style import SETTINGS, THEMES, math
from lstm_viz.figure.text import wrapped
from lstm_viz.pictures import kinds as pictures
from lstm_viz.pictures.alt_text import describe
from lstm_viz.pictures.breaks import CLOSING, OPENING
from lstm_viz.pictures.chinese import CHINESE as CATALOGUE
from lstm_viz.pictures.kinds import (
    Bar,
    Bars,
    Curve,
    Curves,
    Grid,
    Rule,
    Stack,
    Table,
    Text,
    Title,
    Words,
)
from lstm_viz.pictures.numerals import numeral
from lstm_viz.validation.errors import InputError
from lstm_viz.views.wiring.diagram import wiring

KINDS = typing.get_args(pictures.Picture)
NAMES = list(samples())


def pixels(drawing):
    with matplotlib.rc_context(SETTINGS):
        canvas_of(drawing).draw()
    return np.asarray(canvas_of(drawing).buffer_rgba()).astype(int)


def said_on(figure):
    return {text.get_text() for axes in figure.axes for text in axes.texts}


def axes_of(picture):
    return Drawing(picture).figure.axes


# ---------------------------------------------------------------------------- every kind


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_picture_is_drawn_and_said(kind):
    for function in (draw, height, build, describe):
        assert function.dispatch(kind) is not function.dispatch(object)
    assert any(isinstance(picture, kind) for picture in samples().values())


def test_what_is_no_picture_is_refused():
    with pytest.raises(TypeError, match="no way to draw a str"):
        drawn("text")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", NAMES)
def test_drawn_on_both_grounds_without_a_warning(name, theme):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = pixels(Drawing(samples()[name], theme))
    ground = [round(255 * c) for c in to_rgb(THEMES[theme].ground)]
    assert (found[0, 0, :3] == ground).all()
    assert (found[..., :3] != ground).any()


@pytest.mark.parametrize("name", NAMES)
def test_other_numbers_put_into_a_drawing_look_as_if_drawn_anew(name):
    """A film shows what a still would: once drawn in full, once over its background."""
    first, second = samples(0)[name], samples(1)[name]
    assert build(first) == build(second)
    film, fresh = Drawing(first), Drawing(second)
    with matplotlib.rc_context(SETTINGS):
        background, tiles = still(film), tiles_of(film)
        moved(film, background, tiles)
        film.put(second)
        if film.sheet.stale:
            background = still(film)
        over = moved(film, background, tiles).astype(int)
    off = np.abs(pixels(film) - pixels(fresh)).max(axis=2)
    assert (off > 24).mean() < 0.0005
    off = np.abs(over - pixels(fresh)).max(axis=2)
    assert (off > 40).mean() < 0.002  # frames of plots lie below what moves


def test_another_build_is_another_drawing():
    drawing = Drawing(samples()["curves"])
    assert drawing.takes(samples(1)["curves"])
    assert not drawing.takes(samples()["from right"])
    assert not drawing.takes(samples()["grid"])


def test_matplotlibs_global_state_is_left_alone():
    code = (
        "import matplotlib\n"
        "known = matplotlib.rcParams\n"
        "state = lambda: {k: known[k] for k in known if k != 'backend'}\n"
        "before = state()\n"
        "import sys; from lstm_viz import LSTM, run; from lstm_viz.figure import drawn\n"
        "from lstm_viz.views.wiring.diagram import wiring\n"
        "drawn(wiring(run(LSTM, LSTM.start(), [[1.0]])))\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
        "assert state() == before\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


# ---------------------------------------------------------------------------- numbers in artists


def test_heat_maps_hold_the_traces_numbers():
    from lstm_viz.views.overview import overview, shown

    rng = np.random.default_rng(0)
    trace = run(CELLS["lstm"], CELLS["lstm"].start(2, 5, seed=1), rng.normal(size=(12, 2)))
    gradients = backpropagate(trace, {"h": rng.normal(size=(12, 5))})
    for record in (trace, gradients):
        figure = drawn(overview(record))
        maps = [
            axes.images[0] for axes in figure.axes if axes.images and axes.get_label() != "scale"
        ]
        columns = ["x", "x"] * (record is gradients)  # the trace's input stands as columns
        for name, image in zip([*columns, *shown(trace)], maps, strict=True):
            sizes = np.abs(record[name]) if record is gradients else record[name]
            np.testing.assert_array_equal(image.get_array(), sizes.T)
        assert len({image.norm.vmin for image in maps if record is gradients}) < 2


def test_an_input_below_zero_goes_down_in_an_overview():
    from lstm_viz.views.overview import overview

    x = np.array([[0.5], [-1.0], [0.75], [-0.25]] * 3)
    figure = drawn(overview(run(CELLS["lstm"], CELLS["lstm"].start(1, 8, seed=1), x)))
    paths = figure.axes[0].collections[0].get_paths()
    up = [path.vertices[0, 1] - path.vertices[1, 1] for path in paths]  # rows go down
    np.testing.assert_allclose(up, 0.86 * x.ravel() / 2, atol=1e-12)


def test_the_own_part_of_the_loss_has_the_colour_of_no_path():
    from lstm_viz.views.gradients import routes
    from lstm_viz.views.gradients.look import Look

    *_, picture = routes.picture(flow_of("lstm", every=True), Look()).parts
    bodies = {body.get_label(): body for body in axes_of(picture)[0].collections}
    tints = {name: tuple(body.get_facecolor()[0]) for name, body in bodies.items()}
    assert list(tints.values()).count(tints["loss"]) == 1


def test_text_in_a_stack_within_another_is_not_run_over():
    said = Stack(tuple(Words((Text(f"line {k}"),)) for k in range(6)))
    high = Grid((), np.ones((40, 3)), tuple(map(Text, map(str, range(40)))))
    figure = drawn(Stack((said, high)), size=(6.0, 4.0))
    lowest = min(t.get_position()[1] for t in figure.texts if "line" in t.get_text())
    assert lowest > figure.axes[0].get_position().y1


def test_names_of_edges_stand_between_the_columns():
    names = ("0.0", "0.5", "1.0")
    centres, edges = (Grid((), np.ones((1, 2)), (Text("f"),), n) for n in (names[:2], names))
    places = [
        [t.get_position()[0] for t in drawn(each).texts if t.get_text() in names]
        for each in (centres, edges)
    ]
    assert places[0][1] == pytest.approx((places[1][1] + places[1][2]) / 2)
    assert places[0][0] == pytest.approx((places[1][0] + places[1][1]) / 2)


def test_time_is_one_axis_in_an_overview():
    from lstm_viz.views.overview import overview

    figure = drawn(overview(run(CELLS["lstm"], CELLS["lstm"].start(1, 8, seed=1), np.ones((9, 1)))))
    places = [axes.get_position() for axes in figure.axes if axes.get_label() != "scale"]
    for edges in ({p.x0 for p in places}, {p.x1 for p in places}):
        assert sum(b - a > 0.01 for a, b in pairwise(sorted(edges))) == 1  # two columns


def test_an_overview_counts_its_steps_from_one():
    from lstm_viz.views.overview import overview

    *_, last = overview(ran()[0]).parts
    assert last.columns == ("1", "2", "3", "4", "5", "6")


def test_numbers_in_cells_are_those_of_the_trace():
    trace, _ = ran()
    from lstm_viz.views.overview import grid

    axes = axes_of(grid(trace, "c", steps=tuple("123456")))[0]
    assert [text.get_text() for text in axes.texts] == [
        numeral(value, 3).replace("-", "−") for value in trace["c"][:, 0]
    ]


def test_curves_bands_and_areas_hold_their_numbers():
    curves = samples()["curves"]
    lines = {line.get_label(): line for line in axes_of(curves)[0].lines}
    for curve in curves.curves:
        np.testing.assert_array_equal(lines[curve.name.text].get_ydata(), curve.values)
        np.testing.assert_array_equal(lines[curve.name.text].get_xdata(), curves.x)
    band = axes_of(curves)[0].collections[0].get_paths()[0].vertices
    assert {*map(tuple, band)} >= {*zip(curves.x, curves.curves[0].low, strict=True)}
    assert {*map(tuple, band)} >= {*zip(curves.x, curves.curves[0].high, strict=True)}


def test_areas_are_as_high_as_their_parts_and_end_in_the_sum():
    areas = samples()["areas"]
    axes = axes_of(areas)[0]
    for part, body in zip(areas.parts, axes.collections, strict=True):
        assert body.get_label() == part.name.text
        size = np.zeros(len(areas.x))
        for path in body.get_paths():
            for k, x in enumerate(areas.x):
                y = path.vertices[np.isclose(path.vertices[:, 0], x), 1]
                size[k] += np.ptp(y) if len(y) else 0.0
        np.testing.assert_allclose(size, np.abs(part.values), atol=1e-12)
    whole = next(line for line in axes.lines if line.get_label() == "sum")
    np.testing.assert_allclose(whole.get_ydata(), sum(part.values for part in areas.parts))


def test_bars_are_as_long_as_their_numbers():
    bars = samples()["bars"]
    bodies = [p for p in axes_of(bars)[0].patches if p.get_width() != 0][1::2]
    drawn_values = [p.get_x() + p.get_width() if p.get_x() >= 0 else p.get_x() for p in bodies]
    assert drawn_values == pytest.approx([bar.value for bar in bars.bars])


def test_beads_of_many_steps_are_as_many_as_can_be_told_apart():
    for count, shown in ((100, 100), (900, 150)):
        left = np.linspace(0.1, 1.0, count)[None]
        beads = axes_of(Grid((), left, (Text("c"),), beads=True))[0].collections[1]
        assert len(beads.get_offsets()) == shown
        places = beads.get_offsets()[:, 0].astype(int)
        assert {0, count - 1} <= set(places)
        light = beads.get_facecolors()[:, :3].sum(axis=1)
        assert list(np.argsort(-light)) == list(range(shown))


def test_beads_are_as_bright_as_their_numbers():
    picture = samples()["beads"]
    beads = axes_of(picture)[0].collections[1]
    light = beads.get_facecolors()[:, :3].sum(axis=1)
    good = np.isfinite(picture.values[0])
    order = np.argsort(picture.values[0][good])
    assert (np.diff(light[good][order]) <= 1e-9).all()  # on a light background, largest is darkest
    assert (light[~good] == light[~good][0]).all()
    assert light[~good][0] > light[good].max()


def test_svg_text_is_text_and_holds_the_traces_numbers(tmp_path):
    trace, _ = ran()
    save_still(tmp_path / "a.svg", wiring(trace, 2))
    source = (tmp_path / "a.svg").read_text(encoding="utf-8")
    texts = {re.sub(r"<[^>]*>", "", each) for each in re.findall(r"<text.*?</text>", source, re.S)}
    for name in trace.cell.names:
        assert numeral(float(trace[name][2, 0]), 3).replace("-", "−") in {t.strip() for t in texts}


# ---------------------------------------------------------------------------- in Python, notebooks


def test_a_record_is_a_figure_that_one_can_go_on_with():
    trace, gradients = ran()
    for record in (trace, gradients):
        figure = record.figure()
        assert any(axes.images for axes in figure.axes)
        figure.axes[0].set_title("mine")
        figure.savefig(BytesIO())
    wired = trace.figure(t=1, theme="dark")
    assert "0.918" in said_on(wired)
    assert "0.0219" in said_on(gradients.figure(t=-2))
    for t in (6, -7):
        with pytest.raises(InputError, match="steps 0 to 5"):
            trace.figure(t=t)


def test_a_batch_shows_its_first_sequence():
    x = np.random.default_rng(0).normal(size=(5, 3, 1))
    trace = run(CELLS["gru"], CELLS["gru"].start(1, 2, seed=0), x)
    image = trace.figure().axes[0].images[0]
    np.testing.assert_array_equal(image.get_array(), trace["x"][:, 0].T)
    assert trace.figure(t=0).axes


def test_a_notebook_gets_text_and_a_picture():
    trace, _ = ran()
    shown = trace._repr_mimebundle_()
    assert shown["text/plain"] == repr(trace)
    with Image.open(BytesIO(shown["image/png"])) as image:
        assert image.width == 1000
    long = run(CELLS["rnn"], CELLS["rnn"].start(), np.zeros((3000, 1)))
    assert list(long._repr_mimebundle_()) == ["text/plain"]


# ---------------------------------------------------------------------------- words, colours, room


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_what_is_shown_is_said_in_words_in_the_file(kind, tmp_path):
    picture = samples()["curves"]
    save_still(tmp_path / f"a.{kind}", picture, title="lstm")
    words = describe(picture)
    assert "flow: curves on a logarithmic scale: f from" in words
    if kind == "png":
        with Image.open(tmp_path / "a.png") as image:
            assert image.text["Description"] == words
    elif kind == "svg":
        assert words in (tmp_path / "a.svg").read_text(encoding="utf-8")
    else:
        assert b"/Subject" in (tmp_path / "a.pdf").read_bytes()


def test_curves_that_end_together_have_names_apart():
    x = np.arange(5)
    same = tuple(pictures.Curve(Text(f"curve {k}"), np.ones(5), note="1") for k in range(5))
    drawing = Drawing(pictures.Curves((), x, same, low=0, high=2))
    pixels(drawing)
    boxes = [t.get_window_extent() for t in drawing.figure.texts if t.get_text()]
    assert len(boxes) >= 10
    assert not any(a.padded(-1).overlaps(b.padded(-1)) for a, b in combinations(boxes, 2))


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("c_prev", "$c_{t-1}$"),
        ("z_f", "$z_{f}$"),
        ("dc", r"$\partial L/\partial c$"),
        ("dh_prev", r"$\partial L/\partial h_{t-1}$"),
        ("h'", "$h$"),
        ("x[1]", "$x$[1]"),
        ("dx[0]", r"$\partial L/\partial x$[0]"),
        ("forget", "forget"),
        ("", ""),
    ],
)
def test_names_are_written_as_mathematics(name, written):
    assert math(name) == written


def test_a_dollar_in_somebodys_text_is_a_dollar():
    drawing = Drawing(Words((Text("from $5 to $6"),)))
    pixels(drawing)
    texts = {text.get_text(): text.get_parse_math() for text in drawing.figure.texts}
    assert texts["from $5 to $6"] is False


CHINESE = Stack(
    (
        Title("门 gate", "门", (("门", (Text("门"),)),)),
        Rule("门", (Text("门"),)),
        Table(("门", ""), (((Text("门"),), (Text("门"),)),)),
        Grid((Text("门"),), np.zeros((1, 9)), (Text("门"),), tuple("门" * 9), "门"),
        Curves(
            (Text("门"),), np.arange(3), (Curve(Text("门"), np.ones(3), note="门"),), "门", "门"
        ),
        Bars((Text("门"),), (Bar(Text("门"), 1.0, note=(Text("门"),)),)),
        Words((Text("遗忘门 gate"),)),
    )
)


def test_every_character_of_the_catalogue_is_in_the_bundled_font():
    said = fonts.in_chinese("".join(CATALOGUE.values()))
    assert len(said) > 400
    assert said - fonts.bundled() == set()
    assert fonts.bundled() - said - {" "} == set(), "make font leaves out what nobody says"


def test_the_catalogue_is_drawn_where_no_font_is_installed():
    figure = drawn(CHINESE)  # Matplotlib's warning of a missing glyph would be an error
    figure.savefig(BytesIO())
    assert sum("门" in text.get_text() for text in figure.texts) > 12
    assert fonts.family("遗忘门 f") == ["DejaVu Sans", fonts.BUNDLED]


def test_what_no_font_has_is_a_box_and_said_once():
    fonts._tell_missing.cache_clear()
    own = Stack((Words((Text("门 \U00030000!"),)), Words((Text("\U00030001"),))))
    with pytest.warns(UserWarning, match="no installed font has all characters") as told:
        figure = drawn(own)
    figure.savefig(BytesIO())
    assert len(told) == 1
    assert {"门 □!", "□"} <= {text.get_text() for text in figure.texts}


def test_a_font_is_chosen_by_the_characters_that_it_has(tmp_path, monkeypatch):
    for name, letters in (("Sans CJK SC of few", "龘"), ("Any", "门龘𠮷")):
        save_font(tmp_path / f"{name}.ttf", name, letters)
        monkeypatch.setattr(fontManager, "ttflist", [*fontManager.ttflist])
        fontManager.addfont(tmp_path / f"{name}.ttf")
    caches = fonts.font_with, fonts.letters, fontManager._findfont_cached
    for each in caches:
        each.cache_clear()
    try:
        assert fonts.family("W_i 龘") == ["DejaVu Sans", "Sans CJK SC of few"]
        assert fonts.family("门龘") == ["DejaVu Sans", "Any"]
        assert (fonts.drawable("龘𠮷"), fonts.drawable("忘\U00030000")) == (True, False)
    finally:
        for each in caches:
            each.cache_clear()


def save_font(path, name, letters):
    """A font whose characters are empty."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.ttLib.tables._g_l_y_f import Glyph

    builder = FontBuilder(1000)
    order = [".notdef", *(f"u{ord(each):x}" for each in letters)]
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap({ord(each): f"u{ord(each):x}" for each in letters})
    builder.setupGlyf({each: Glyph() for each in order})
    builder.setupHorizontalMetrics(dict.fromkeys(order, (1000, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": name, "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(path)


def test_ones_own_text_is_drawn_in_a_font_of_the_machine(chinese_font):
    figure = drawn(Words((Text("鑫"),)))
    figure.savefig(BytesIO())
    assert [text.get_text() for text in figure.texts] == ["鑫"]
    assert fonts.family("鑫") == ["DejaVu Sans", chinese_font]


def test_no_line_of_chinese_begins_with_a_closing_sign_or_ends_in_an_opening_one():
    said = (Text("遗忘门（保留），输入门（写入）；输出门：“输出”。" * 4),)
    sheet = Drawing(Words(said)).sheet
    for width in np.linspace(1, 4, 13):
        lines = wrapped(said, sheet, width, 12)
        assert len(lines) > 2
        for line in ("".join(piece.text for piece in line) for line in lines):
            assert line[0] not in CLOSING
            assert line[-1] not in OPENING


@pytest.mark.parametrize("width", [1.5, 2.0, 2.5, 3.0, 4.0, 6.0])
def test_no_line_of_a_sentence_is_wider_than_its_room(width):
    """A bracket goes with its number."""
    said = (Text("arrives in rnn ("), pictures.Value(0.00117), Text(") and in lstm, f ≈ 0.51 ("))
    sentence = (
        *said,
        pictures.Value(0.005269),
        Text(").\nIt arrives in gru ("),
        pictures.Value(0.2),
        Text(")."),
    )
    sheet = Drawing(samples()["words"]).sheet
    found = wrapped(sentence, sheet, width, 13.0)
    assert all(sheet.length(line, 13.0) <= width for line in found)
    text = " ".join(sheet.plain(line).strip() for line in found)
    assert text == sheet.plain(sentence).replace("\n", " ")
    assert not any(sheet.plain(line).rstrip().endswith("(") for line in found)
