"""What is saved: frames as text, SVG and HTML, and a recording that can be played."""

import json
import re
import xml.etree.ElementTree as ElementTree

import pyte
import pytest
from program import lstm_viz
from stages import a_stage, drawn, text_of

from lstm_viz.terminal.painter import ENTER
from lstm_viz.terminal.rows import Row
from lstm_viz.terminal.saving import svg

SVG = "{http://www.w3.org/2000/svg}"
TERMINAL = ("--as", "terminal")


def saved(tmp_path, name, *asked):
    path = tmp_path / name
    assert lstm_viz("step", *asked, "--save", str(path)).exit_code == 0
    return path.read_text(encoding="utf-8")


def written(element):
    """The lines of an SVG's text, put together by where each piece stands."""
    rows = {}
    for text in element.iter(f"{SVG}text"):
        column = round((float(text.get("x")) - 14) / 8.43)
        rows.setdefault(int(text.get("y")), []).append((column, text.text))
    for pieces in rows.values():
        line = ""
        for column, piece in sorted(pieces):
            line = line.ljust(column) + piece
        yield line.rstrip()


@pytest.mark.parametrize("at", ["2.c", "b3.c", "4.f.x"])
def test_an_svg_holds_what_the_screen_shows(tmp_path, at):
    root = ElementTree.fromstring(
        saved(tmp_path, "frame.svg", *TERMINAL, "--at", at, "--input", "0,1,0,0,-1,0")
    )
    screen = lstm_viz("step", "--at", at, width=80).stdout.splitlines()
    shown = [line for line in written(root) if line]
    assert shown[:-1] == [line for line in screen if line]
    assert shown[-1].strip() == at


def test_what_stands_in_an_svg_is_escaped():
    root = ElementTree.fromstring(svg([("<&>", [Row("a < b & c > d", "bold on #00ff00")])], 40))
    assert list(written(root)) == ["a < b & c > d"]
    assert root.find(f"{SVG}title").text == "<&>"


def test_all_frames_are_saved_where_none_is_chosen(tmp_path):
    root = ElementTree.fromstring(saved(tmp_path, "run.svg", *TERMINAL, "--backward"))
    assert len(root.findall(f"{SVG}g")) == 12
    page = saved(tmp_path, "run.html")
    said = re.findall("<figcaption>(.*?)</figcaption>", page)
    assert [each.partition(",")[2][:12] for each in said] == [
        f" step {t} of 6" for t in range(1, 7)
    ]
    assert re.findall("</style></head>.*|<title>(.*?)</title>", page)[0] == said[1]


def test_a_page_is_played_by_keys_and_begins_where_the_memory_is_written(tmp_path):
    text = saved(tmp_path, "run.html", "--size", "60x20", "--speed", "4", "--backward")
    assert '<body data-first="1" data-pause="250">' in text
    assert text.count("<figure>") == text.count("<figcaption>") == 12
    assert all(key in text for key in ("ArrowLeft", "ArrowRight", "Home", "End"))
    svgs = re.findall(r"<svg .*?</svg>", text, re.S)
    assert all(ElementTree.fromstring(each).find(f"{SVG}title").text for each in svgs)
    assert {re.search('width="(\\d+)"', each)[1] for each in svgs} == {"534"}


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_a_page_has_the_wiring_beside_the_numbers_of_every_step(tmp_path, cell):
    text = saved(tmp_path, "run.html", "--cell", cell, "--backward")
    svgs = re.findall(r"<svg .*?</svg>", text, re.S)
    assert len(svgs) == 12
    for each in svgs:
        words = " ".join(written(ElementTree.fromstring(each)))
        assert "(Σ)" in words
        assert "[tanh]" in words


@pytest.mark.parametrize("name", ["frame.svg", "frame.html"])
def test_a_saved_picture_asks_for_no_network_and_fits_both_grounds(tmp_path, name):
    text = saved(tmp_path, name, *TERMINAL, "--at", "3.c")
    assert set(re.findall(r"https?://[^\"' ]+", text)) == {"http://www.w3.org/2000/svg"}
    assert ("<script>" in text) == name.endswith("html")
    assert "src=" not in text
    assert "url(" not in text
    assert "prefers-color-scheme:dark" in text


def test_a_frame_as_text_is_the_frame(tmp_path):
    text = saved(tmp_path, "frame.txt", "--at", "3.c", "--weights", "random", "--seed", "3")
    assert text == text_of(drawn(a_stage("lstm"), "3.c", colours=False)) + "\n"


def test_the_size_and_the_unit_of_a_saved_frame_can_be_chosen(tmp_path):
    asked = ["--hidden", "3", "--at", "2", "--unit", "1", "--digits", "5", "--size", "120x40"]
    text = saved(tmp_path, "frame.svg", *TERMINAL, *asked)
    assert "2.c.u1.d5" in text
    assert "(Σ) z_f" in text


def test_a_recording_plays_the_run(tmp_path):
    path = tmp_path / "demo.cast"
    asked = ["step", "--cast", str(path), "--speed", "4", "--backward", "--seed", "3"]
    assert lstm_viz(*asked).exit_code == 0
    head, *events = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert (head["version"], head["width"], head["height"]) == (2, 80, 24)
    assert [event[0] for event in events] == [k / 4 for k in range(13)]
    assert events[0][2].startswith(ENTER)
    screen = pyte.Screen(80, 24)
    stream, stage = pyte.Stream(screen), a_stage("lstm")
    tokens = [f"{t}.c" for t in range(1, 7)] + [f"b{t}.c" for t in range(6, 0, -1)]
    for (_, kind, sent), at in zip(events, tokens, strict=False):
        assert kind == "o"
        stream.feed(sent)
        assert "\n".join(row.rstrip() for row in screen.display) == text_of(drawn(stage, at))


def test_a_token_in_a_pipe_prints_its_frame_alone():
    shown = lstm_viz("step", "--at", "2.c", width=80).stdout
    assert shown.count("step 2 of 6") == 1
    assert "▸ c   = f * c_prev + i * g" in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--at", "c3"], "is not a step or a view"),
        (["--at", "3.zz"], "'zz' is none of x, z_i, z_f"),
        (["--at", "3.c.u4"], "there is only unit 0, not 4"),
        (["--at", "b9.c"], "the sequence has 6 steps"),
        (["--speed", "nan"], "nan is not between 0.1 and 60"),
        (["--speed", "0"], "0 is not between 0.1 and 60"),
        (["--size", "80"], "is not a size"),
        (["--size", "2x2"], "is not a size"),
        (["--lang", "fr"], "'fr' is not one of 'en', 'zh'"),
        (["--cast", "demo.gif"], "does not end in .cast"),
        (["--cast", "a.cast", "--json"], "give only one of them"),
        (["--cast", "a.cast", "--at", "3"], "--cast records all of them"),
        (["--beside", "nope"], "no cell and no file is called 'nope'"),
        (["--json", "--at", "3.c"], "--at is for printed output"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(tmp_path, monkeypatch, asked, said):
    monkeypatch.chdir(tmp_path)
    result = lstm_viz("step", *asked)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
