"""Chinese everywhere: `--lang zh` leaves no English sentence, and breaks lines by its rules."""

import re

import pytest
from program import ROOT, lstm_viz

from lstm_viz import CELLS
from lstm_viz.measures.edits import forward_edits
from lstm_viz.measures.edits_back import backward_edits
from lstm_viz.measures.edits_carried import carried_edits
from lstm_viz.pictures.breaks import CLOSING, OPENING, may_break
from lstm_viz.pictures.chinese import CHINESE, SENTENCES
from lstm_viz.pictures.chinese_errors import ERRORS
from lstm_viz.pictures.kinds import Table, Text, Title
from lstm_viz.pictures.language import ENGLISH, LANGUAGES
from lstm_viz.pictures.translated import translated
from lstm_viz.terminal.rows import Row
from lstm_viz.terminal.text import wrapped

ZH = LANGUAGES["zh"]
# Two English words one after the other are a sentence; names and sources are single or excepted.
SENTENCE = re.compile(r"\b[a-z]{2,}(?:'s)? [a-z]{3,}\b")
HAN = re.compile("[\u4e00-\u9fff]")
SOURCES = re.compile(r"^(?:出处|Layer|Total|\(2 biases)")
FIXTURES = ROOT / "tests" / "fixtures"


def english_in(shown):
    rows = [row for row in shown.splitlines() if not SOURCES.match(row)]
    return SENTENCE.findall(re.sub(r"--[a-z][\w-]* \S+", "", "\n".join(rows)))


TRAININGS = [
    (),
    ("adding", "--updates", "3", "--steps", "8"),
    ("parity", "--updates", "2", "--steps", "6"),
    ("copy", "--updates", "1"),
    ("reber", "--updates", "1"),
    ("temporal-order", "--updates", "2", "--forget-bias", "0,1", "--seeds", "2", "--jobs", "1"),
    ("bitcoin", "--epochs", "1", "--hidden", "2", "--window", "3"),
    ("starbucks", "--epochs", "1"),
    ("keras-stack", "--epochs", "1", "--hidden", "2,2"),
]


@pytest.mark.parametrize("asked", TRAININGS, ids=lambda asked: " ".join(asked[:1]) or "list")
def test_a_training_is_told_in_chinese(asked):
    shown = lstm_viz("train", *asked, "--hidden", "2", "--lang", "zh", width=400) if (
        asked and "--hidden" not in asked and asked[0] != "starbucks"
    ) else lstm_viz("train", *asked, "--lang", "zh", width=400)  # fmt: skip
    assert shown.exit_code == 0
    assert english_in(shown.output) == []


@pytest.mark.parametrize(
    "file",
    ["torch/rnn.pt", "torch/two-layers.pt", "torch/encoder-decoder.pt", "keras/mixed.keras",
     "keras/states-too.keras", "keras/head.keras", "keras/keras2-gru-weights.h5", "onnx/gru.onnx"],
)  # fmt: skip
def test_a_models_file_and_its_notes_are_told_in_chinese(file):
    shown = lstm_viz("model", str(FIXTURES / file), "--lang", "zh", width=400).stdout
    assert english_in(shown.replace("PyTorch state_dict", "")) == []


def test_a_models_run_and_a_comparison_are_told_in_chinese():
    torch, keras = (str(FIXTURES / name) for name in ("torch/gru.pt", "keras/gru.keras"))
    for asked in (
        ("step", "--model", keras, "--no-animation", "--backward"),
        ("gradients", "--model", torch, "--no-animation"),
        ("model", torch, "--against", keras),
    ):
        assert english_in(lstm_viz(*asked, "--lang", "zh", width=400).stdout) == []


def test_the_data_are_listed_in_chinese():
    shown = lstm_viz("data", "--lang", "zh", width=400).stdout
    assert "公有领域" in shown
    assert english_in(re.sub(r"。.*", "", shown)) == []  # after it stands the source


WRONG = [
    ("step", "--cell", "nope"),
    ("step", "--foo"),
    ("step", "--hidden", "0"),
    ("step", "--input", "abc"),
    ("step", "--at", "99"),
    ("step", "--save", "x.foo"),
    ("step", "--json", "--csv"),
    ("nope",),
    ("model", "nofile.pt"),
    ("train", "nope"),
    ("train", "adding", "--epochs", "3"),
    ("lesson", "99"),
]


@pytest.mark.parametrize("asked", WRONG, ids=" ".join)
def test_a_common_mistake_is_told_in_chinese_by_option_and_by_variable(asked, monkeypatch):
    english = lstm_viz(*asked)
    monkeypatch.setenv("LSTM_VIZ_LANG", "zh")
    chinese = lstm_viz(*asked)
    assert chinese.exit_code == english.exit_code != 0
    assert english_in(re.sub(r"lstm-viz \w+", "", chinese.stderr)) == []
    assert english_in(re.sub(r"lstm-viz \w+", "", english.stderr)) != []


def test_an_option_that_there_is_not_is_told_in_the_language_of_the_command_line():
    assert (
        lstm_viz("step", "--lang", "zh", "--foo")
        .stderr.rstrip("。\n")
        .endswith("没有 --foo 这个选项")
    )
    assert "No such option" in lstm_viz("step", "--foo").stderr  # and not kept for the next


def test_the_variable_sets_the_language_and_the_option_is_above_it(monkeypatch):
    monkeypatch.setenv("LSTM_VIZ_LANG", "zh")
    assert "前向" in lstm_viz("step", "--at", "2.c", "--no-animation").stdout
    assert "前向" not in lstm_viz("step", "--at", "2.c", "--lang", "en", "--no-animation").stdout
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    monkeypatch.delenv("LSTM_VIZ_LANG")
    assert "前向" not in lstm_viz("step", "--at", "2.c", "--no-animation").stdout


@pytest.mark.parametrize("name", ["lstm", "gru"])
def test_every_mistake_with_a_name_is_named_in_chinese(name):
    cell = CELLS[name]
    edits = (*forward_edits(cell), *backward_edits(cell), *carried_edits(cell))
    names = {edit.name for edit in edits if edit.name}
    assert len(names) > 50
    assert {said for each in names if not HAN.search(said := ZH.mistake(each))} == set()
    assert {said for each in names if SENTENCE.search(said := ZH.mistake(each))} == set()


# ---------------------------------------------------------------------------- how it is found


def test_a_sentence_is_found_whole_or_clause_by_clause():
    assert ZH.sentence("lstm, 8 units, 1 layer, seed 0") == "lstm，8 个单元，1 层，种子 0"
    assert ZH.sentence("  1 update, loss on this sequence ") == "  1 次更新，该序列的损失 "
    assert ZH.sentence("  forget gate   6 of 8 units, those that change most") == (
        "  遗忘门   8 个单元中的 6 个，变化最大者"
    )
    assert ZH.sentence("saved loss.png") == "已保存 loss.png"
    assert ZH.sentence("dense, 4 → 1, linear") == "全连接层，4 → 1，linear"
    assert ZH.sentence("what nobody knows, said once") == "what nobody knows, said once"
    assert ENGLISH.sentence("8 units") == "8 units"


def test_a_picture_is_translated_and_its_names_stay():
    table = Table(("cell", "loss"), (((Text("lstm"),), (Text("solved", "gate"),)),))
    found = translated(table, ZH)
    assert found.heads == ("细胞", "损失")
    assert found.rows == (((Text("lstm"),), (Text("已解决", "gate"),)),)
    title = Title("adding", "8 units", (("training", (Text("seed 3"),)),))
    assert translated(title, ZH).facts == (("训练", (Text("种子 3"),)),)
    assert translated(title, ENGLISH) is title


@pytest.mark.parametrize("catalogue", [SENTENCES, ERRORS], ids=["sentences", "errors"])
def test_every_gap_of_a_sentence_is_filled(catalogue):
    for english, chinese in catalogue.items():
        gaps = re.findall(r"\{(\w+)\}", english)
        assert sorted(set(gaps)) == sorted(set(re.findall(r"\{(\w+)\}", chinese))), english
        assert len(gaps) == len(set(gaps)), english


# ---------------------------------------------------------------------------- how it is written


def test_no_line_begins_with_a_closing_sign_or_ends_in_an_opening_one():
    said = Row("遗忘门（保留），输入门（写入）；输出门：“输出”。" * 4)
    for width in range(8, 40):
        lines = [line.plain for line in wrapped(said, width)]
        assert "".join(lines) == said.plain
        assert not any(line[0] in CLOSING or line[-1] in OPENING for line in lines)
    assert not may_break("门", "）")
    assert may_break("门", "的")


def test_signs_are_full_width_and_clipping_is_not_truncation():
    words = {**CHINESE, **ERRORS}
    assert [said for said in words.values() if re.search(r"[\u4e00-\u9fff] ?[,;?!]", said)] == []
    assert [said for said in words.values() if re.search(r"[\u4e00-\u9fff]\(", said)] == []
    assert [e for e, said in words.items() if "clip" in e and "截断" in said] == []
    assert [e for e, said in words.items() if re.search(r"\d ?%|\} %", said) and " %" in said] == []


def rows_of_the_glossary():
    page = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|", page, re.MULTILINE)
    return [row for row in rows if row[0] not in ("English", "---")]


def test_each_word_of_the_glossary_is_that_of_the_catalogue():
    rows = rows_of_the_glossary()
    assert len(rows) > 40
    said, nowhere = " ".join(CHINESE.values()), {"long-range dependency", "spectral radius"}
    for english, chinese in rows:
        if english in CHINESE:
            assert CHINESE[english] == chinese, english
        elif english not in nowhere:
            assert chinese in said, english


def test_what_other_books_say_is_not_on_the_screen():
    page = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    others = re.findall(r"[\u4e00-\u9fff]+(?= \((?:d2l|nndl)\))", page)
    others = set(others) - {"隐藏单元", "时刻", "批量", "周期", "迭代周期", "循环单元"}
    assert len(others) > 8
    for word in others:
        assert [said for said in CHINESE.values() if word in said] == [], word


def test_a_chinese_heading_is_drawn_bold_though_its_font_has_one_weight(tmp_path):
    from lstm_viz.figure.fonts import Thicker
    from lstm_viz.figure.layout import drawn
    from lstm_viz.figure.saving import save_still
    from lstm_viz.pictures.kinds import Rule, Stack, Words

    picture = Stack((Rule("每一步"), Words((Text("时间步"),)), Rule("lstm")))
    texts = {each.get_text(): each for each in drawn(picture).texts}
    thick = {name: bool(each.get_path_effects()) for name, each in texts.items()}
    assert thick == {"每一步": True, "时间步": False, "lstm": False}
    (effect,) = texts["每一步"].get_path_effects()
    assert isinstance(effect, Thicker)
    assert texts["lstm"].get_weight() == "bold"
    save_still(str(tmp_path / "a.svg"), picture)
    svg = (tmp_path / "a.svg").read_text()
    assert re.search(r"font-weight: 700[^>]*>每一步", svg)
    assert not re.search(r"font-weight: 700[^>]*>时间步", svg)


def test_names_of_columns_are_not_translated():
    said = ZH.sentence("open, high, low and close of 1 row to the next row's close")
    assert said == "由 1 行的 open、high、low 和 close 预测下一行的 close"
    assert (
        ZH.sentence("its layers branch: choose one of open, gate with --layer").count("open") == 1
    )


@pytest.mark.parametrize("file", ["torch/with-head.pth", "torch/encoder-decoder.pt"])
def test_no_colon_of_a_listing_or_an_exhibit_is_english(file):
    for asked in (("model", str(FIXTURES / file)), ("detective", "1")):
        shown = lstm_viz(*asked, "--lang", "zh", width=200).stdout
        assert not re.search(": [^-]", shown), shown
