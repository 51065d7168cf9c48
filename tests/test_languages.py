"""Both languages say everything: every word of screens and built-in cells has its Chinese one."""

import ast
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from program import lstm_viz
from stages import a_run, a_stage, drawn, text_of
from test_frames import every_line

import lstm_viz as package
from lstm_viz import CELLS
from lstm_viz.experiments import compare
from lstm_viz.experiments.options import CellOptions, GradientOptions, InputOptions
from lstm_viz.inputs.sequence import NAMED
from lstm_viz.measures import VERDICTS
from lstm_viz.models import read_model
from lstm_viz.models.comparison import Comparison, Norms
from lstm_viz.pictures.chinese import CHINESE, MEANINGS, TITLES
from lstm_viz.pictures.language import LANGUAGES
from lstm_viz.terminal.paper import Paper, lines
from lstm_viz.terminal.player import fitted, help_page
from lstm_viz.views import cells, model
from lstm_viz.views.gradients import PARTS, chain, sweep
from lstm_viz.views.gradients.film import GradientFilm
from lstm_viz.views.gradients.look import Look
from lstm_viz.views.overview import overview
from lstm_viz.views.step.film import make_film
from lstm_viz.views.step.state import State
from lstm_viz.views.wiring import frames as wires
from lstm_viz.weights.presets import PRESETS

ROOMS = Path(package.__file__).parent
CHINESE_LETTER = re.compile(r"[\u4e00-\u9fff]")
ENGLISH_WORD = re.compile(r"[A-Za-z]{4,}")
KNOWN_WORDS = {
    "tanh",
    "sigmoid",
    "lstm",
    "step",
    "pytorch",
    "maximum",
    "softplus",
    "PgDn",
    "PgUp",
} | {"relu", "Pascanu"}


def said_in(file):
    """Every text that a file gives to say(…), say.phrase(…) or words(…)."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = ast.unparse(node.func).rpartition(".")[2]
            if name in ("say", "phrase", "words") and isinstance(node.args[0].value, str):
                yield node.args[0].value


def test_all_that_is_said_in_the_code_is_in_the_catalogue():
    files = [*ROOMS.glob("views/**/*.py"), *ROOMS.glob("terminal/*.py")]
    said = {text for file in files for text in said_in(file)}
    assert len(said) > 40
    assert said - set(CHINESE) == set()


def test_every_word_of_the_zoo_is_in_the_catalogue():
    equations = [equation for cell in CELLS.values() for equation in cell.equations]
    assert {e.title for e in equations} - set(TITLES) == set()
    assert {e.meaning for e in equations} - set(MEANINGS) - {""} == set()


def test_nothing_is_in_the_catalogue_twice_or_for_nobody():
    zoo = {w for cell in CELLS.values() for e in cell.equations for w in (e.title, e.meaning)}
    assert set(MEANINGS) <= zoo
    assert set(TITLES) - {"{state} before"} <= zoo
    for english, chinese in CHINESE.items():
        assert set(re.findall(r"\{\w+\}", english)) == set(re.findall(r"\{\w+\}", chinese)), english


def test_weights_and_inputs_are_named_in_the_language():
    say = LANGUAGES["zh"]
    for name, preset in PRESETS.items():
        if name != "gomez":  # an author and a title
            assert CHINESE_LETTER.search(say.known(f"{name}: {preset.what}"))
    for name, sequence in NAMED.items():
        assert CHINESE_LETTER.search(say.known(f"{name}: {sequence.what}"))
    assert say.known("random, keras initialisation, seed 3; forget bias 2") == (
        "按 keras 方式随机初始化，种子 3；遗忘门偏置 2"
    )
    assert say.known("what nobody knows") == "what nobody knows"


@pytest.mark.parametrize("name", ["lstm", "gru", "rnn", "slstm", "minlstm"])
def test_no_english_is_left_on_a_chinese_screen(name):
    stage = a_stage(name, 2, lang="zh")
    for state in every_line(stage):
        check_chinese(text_of(drawn(stage, state)), stage.run.cell)
    for at in ("2.h.t", "b2.h.t", "2.h.x", "b2.h.x", "2.h.p", "b2.h.p"):
        check_chinese(text_of(drawn(stage, at, 120, 40)), stage.run.cell)


def check_chinese(text, cell):
    names = {*cell.names, *cell.parameters, *(f"d{n}" for n in cell.names), *NAMED}
    text = re.sub(r"\b\w*_\w*\b|\b[oOxX]+\b", "", text.replace(cell.name, ""))  # a ramp of o O
    text = re.sub(r"([A-Za-z])\1{3,}", "", text)  # an area, filled with its letter
    words = set(ENGLISH_WORD.findall(text))
    assert words - KNOWN_WORDS - names == set(), text
    assert CHINESE_LETTER.search(text)


def test_the_help_is_chinese_too():
    stage = a_stage("lstm", lang="zh")
    paper = Paper(80, height=30, say=stage.run.say)
    shown = text_of(fitted(help_page(make_film(stage), stage.checked(State()), paper), paper))
    assert set(ENGLISH_WORD.findall(shown)) <= {
        "lstm",
        "step",
        "token",
        "Home",
        "space",
        "PgUp",
        "PgDn",
    }


def test_chinese_takes_two_columns_a_letter():
    for row in drawn(a_stage("lstm", lang="zh"), "3.c"):
        wide = len(re.findall(r"[\u3000-\u9fff\uff00-\uffef]", row.plain))
        assert row.width == len(row.plain) + wide
    rows = drawn(a_stage("lstm", lang="zh"), "b3.c")
    signs = [re.search(r" [+-][█▏▎▍▌▋▊▉]", row.plain) for row in rows]
    bars = {row[: at.start()].width for row, at in zip(rows, signs, strict=True) if at}
    assert len(bars) == 1


@pytest.mark.parametrize("asked", [[], ["lstm"], ["linear"]])
def test_the_zoo_is_chinese_as_well(asked):
    shown = lstm_viz("cells", *asked, "--lang", "zh", width=300).stdout
    shown = "\n".join(row for row in shown.splitlines() if not row.startswith("出处"))
    assert "状态" in shown
    if asked:
        words = set(ENGLISH_WORD.findall(re.sub(r"\b\w*_\w*\b", "", shown)))
        assert words <= KNOWN_WORDS | {"linear"}


def test_the_printed_steps_are_chinese_as_well():
    shown = lstm_viz("step", "--backward", "--lang", "zh", width=80).stdout
    assert "细胞状态保留" in shown
    assert set(ENGLISH_WORD.findall(re.sub(r"\b\w*_\w*\b", "", shown))) <= KNOWN_WORDS | {"latch"}


# ---------------------------------------------------------------------------- every other view


def in_chinese(picture, columns=80):
    return text_of(list(lines(picture, Paper(columns, say=LANGUAGES["zh"]))))


@cache
def flows_of(cell, seeds=1):
    asked = (CellOptions(cell, hidden=3),)
    return compare(GradientOptions(asked, InputOptions(length=20), seeds=seeds))


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("part", PARTS)
def test_every_part_of_gradients_speaks_chinese(name, part):
    flows, look = flows_of(name), Look(80, 1, LANGUAGES["zh"])
    for picture in (*PARTS[part].pictures(flows, look), PARTS[part].closely(flows, 0, look)):
        check_chinese(in_chinese(picture), CELLS[name])


@pytest.mark.parametrize("seeds", [1, 3])
@pytest.mark.parametrize("name", CELLS)
def test_the_sweep_speaks_chinese(name, seeds):
    flows, say = flows_of(name, seeds), LANGUAGES["zh"]
    shown = [sweep.picture(flows, step, say=say) for step in (0, 7)]
    shown += [chain.picture(flows, moment, say) for moment in chain.moments(20, 3)]
    for picture in (sweep.title(flows, say), *shown):
        check_chinese(in_chinese(picture), CELLS[name])


def test_the_keys_of_gradients_speak_chinese():
    shown_first = GradientFilm(flows_of("lstm"))
    paper = Paper(80, height=40, say=LANGUAGES["zh"])
    page = help_page(shown_first.film(), shown_first.first(), paper)
    shown = set(ENGLISH_WORD.findall(text_of(fitted(page, paper))))
    own = {*PARTS, "gradients", "viz", "token", "Home", "space"}
    assert shown - KNOWN_WORDS - own == set()


def test_verdicts_are_in_the_catalogue():
    assert {word for _, word in VERDICTS} <= set(CHINESE)


@pytest.mark.parametrize("name", CELLS)
def test_pictures_of_a_run_speak_chinese(name):
    run, say = a_run(name, 2), LANGUAGES["zh"]
    pictures = [
        overview(run.trace, say=say),
        *wires.forward(run.trace, 0, [2], say=say),
        *wires.backward(run.gradients, 0, [2], say=say),
        *cells.cell(run.cell, say),
    ]
    for picture in pictures:
        shown = in_chinese(picture, 400).splitlines()
        check_chinese("\n".join(row for row in shown if not row.startswith("出处")), run.cell)


def test_a_models_file_is_listed_in_chinese():
    file, say = (
        read_model(str(Path(__file__).parent / "fixtures/torch/two-layers.pt")),
        LANGUAGES["zh"],
    )
    (picture,) = model.listing(file, None, say)
    heads = [word for word in in_chinese(picture).splitlines() if CHINESE_LETTER.search(word)]
    assert len(heads) >= 3
    gradient = np.array([0.5, 0.25])
    norms = Norms("lstm", "the sum of the last step's output", np.array([0, 1]), gradient, gradient)
    found = Comparison("PyTorch", [("lstm", 1e-15)], norms)
    (picture,) = model.comparison(found, say)
    words = set(ENGLISH_WORD.findall(in_chinese(picture)))
    assert words - KNOWN_WORDS <= {"PyTorch"}


def test_gradients_are_asked_for_in_chinese():
    asked = ("gradients", "--cells", "lstm", "--length", "20", "--hidden", "3", "--lang", "zh")
    for options in ((), ("--at", "7"), *([f"--{part}"] for part in PARTS)):
        check_chinese(lstm_viz(*asked, *options).stdout, CELLS["lstm"])
