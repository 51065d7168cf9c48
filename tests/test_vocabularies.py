"""Vocabularies: read by character or by word, with what stands for no word, and what is unknown."""

import json

import pytest
from program import lstm_viz

from lstm_viz import InputError
from lstm_viz.experiments.inputs import by_vocabulary
from lstm_viz.inputs.vocabulary import read_vocabulary

LETTERS = "<pad>\n<unk>\n</s>\na\nb\n"
WORDS = "<pad>\n[UNK]\nthe\ncat\n"


def written(tmp_path, content, name="v.txt"):
    (tmp_path / name).write_text(content, encoding="utf-8")
    return read_vocabulary(str(tmp_path / name))


@pytest.mark.parametrize("special", ["<pad>", "</s>", "<|end|>", "[UNK]", "__eos__", "PAD"])
def test_special_entries_do_not_make_characters_words(tmp_path, special):
    assert written(tmp_path, f"{special}\na\nb\n").by_character
    assert not written(tmp_path, f"{special}\na\ncat\n").by_character
    assert not written(tmp_path, f"{special}\n").by_character


def test_a_text_is_read_by_character_and_special_entries_may_be_written_out(tmp_path):
    assert written(tmp_path, LETTERS).read("ab</s>") == [("a", 3), ("b", 4), ("</s>", 2)]
    chinese = written(tmp_path, "<pad>\n我\n爱\n你\n")
    assert chinese.read("我爱你") == [("我", 1), ("爱", 2), ("你", 3)]


def test_a_text_is_read_by_word(tmp_path):
    assert written(tmp_path, WORDS).read("the  cat\nthe") == [("the", 2), ("cat", 3), ("the", 2)]


@pytest.mark.parametrize("content", [LETTERS, WORDS])
def test_what_has_no_entry_is_read_as_unknown_and_counted(tmp_path, content):
    (tmp_path / "v.txt").write_text(content)
    sequence = by_vocabulary("x a" if content is WORDS else "xay", f"{tmp_path}/v.txt", False, None)
    assert "2 unknown: read as" in sequence.what
    unit = "word" if content is WORDS else "character"
    assert f"read by {unit}" in sequence.what
    assert sequence.values[0] == 1
    assert sequence.labels[0] == "'x'"


def test_without_such_an_entry_it_is_refused_with_the_line(tmp_path):
    with pytest.raises(InputError, match=r"no 'teh' \(line 2 of the text\): did you mean 'the'"):
        written(tmp_path, "the\ncat\n").read("cat\nteh")


@pytest.mark.parametrize(
    "held",
    [
        {"the": 1, "cat": 2},
        [None, "the", "cat"],
        {"index_word": {}, "word_index": {"the": 1, "cat": 2}},
        {"class_name": "Tokenizer", "config": {"word_index": json.dumps({"the": 1, "cat": 2})}},
        {"itos": ["<pad>", "the", "cat"]},
        {"model": {"type": "WordLevel", "vocab": {"the": 1, "cat": 2}}},
    ],
)
def test_json_is_a_dictionary_a_list_or_a_tokenizer_with_one_inside(tmp_path, held):
    vocabulary = written(tmp_path, json.dumps(held), "v.json")
    assert vocabulary.read("cat the") == [("cat", 2), ("the", 1)]


def test_a_line_break_is_a_character_where_it_has_a_number(tmp_path):
    vocabulary = written(tmp_path, json.dumps({"\n": 0, "a": 1}), "v.json")
    assert [number for _, number in vocabulary.read("a\na")] == [1, 0, 1]
    assert [number for _, number in written(tmp_path, "x\na\n").read("a\na\n")] == [1, 1]


def test_an_entry_that_stands_twice_is_refused_with_both_lines(tmp_path):
    with pytest.raises(InputError, match="line 3: 'a' is already in line 1"):
        written(tmp_path, "a\nb\na\n")


def test_text_for_a_model_needs_a_vocabulary(tmp_path):
    lstm_viz("step", "--text", "ab", "--save", str(tmp_path / "r.npz"))
    shown = lstm_viz("step", "--model", str(tmp_path / "r.npz"), "--text", "ab")
    assert shown.exit_code == 2
    assert "give it with --vocabulary FILE" in shown.stderr
