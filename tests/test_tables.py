"""Tables of numbers as people have them: gaps, thousands, dates, and another encoding."""

import pytest
from program import lstm_viz

from lstm_viz import InputError
from lstm_viz.inputs.table import from_file, from_lines
from lstm_viz.pictures.language import LANGUAGES

POWER = [
    "Date;Time;Power;Voltage",
    "16/12/2006;17:24:00;4.216;234.840",
    "16/12/2006;17:25:00;5.360;233.630",
    "16/12/2006;17:26:00;;?",
    "16/12/2006;17:27:00;5.388;233.740",
]
TEXT = "日期,开盘价,收盘价\n2020-01-01,1.0,2.0\n2020-01-02,1.1,2.1\n"


def test_a_chinese_table_is_read_in_its_own_encoding_and_that_is_said(tmp_path):
    (tmp_path / "a.csv").write_bytes(TEXT.encode("gbk"))
    sequence = from_file(str(tmp_path / "a.csv"), ["收盘价"])
    assert sequence.values.tolist() == [[2.0], [2.1]]
    assert sequence.what.endswith("; read as GB 2312")
    (tmp_path / "a.csv").write_text(TEXT, encoding="utf-8")
    assert "GB" not in from_file(str(tmp_path / "a.csv")).what


def test_rare_characters_and_spreadsheets_unicode_are_read(tmp_path):
    path = tmp_path / "a.csv"
    for encoding, name in (("gbk", "GBK"), ("utf-16", "UTF-16")):
        path.write_bytes(TEXT.replace("开盘价", "朱镕基").encode(encoding))
        sequence = from_file(str(path), ["收盘价"])
        assert (sequence.values.tolist(), name in sequence.what) == ([[2.0], [2.1]], True)


def test_columns_of_another_scale_are_said():
    lines = ["place,close,volume", "Rome,1.5,2596000", "Bern,2,1"]
    assert "scales differ: volume up to 2,596,000, close up to 2" in from_lines(lines, "f").what
    assert "(left out, not numeric: place)" in from_lines(lines, "f").what
    assert "scales" not in from_lines(["a,b,c", "0,1,999", "0,1,5"], "f").what
    assert "scales" not in from_lines(["a,b", "0,0", "0,0"], "f").what


def test_latin_letters_of_another_encoding_are_not_read_as_chinese(tmp_path):
    (tmp_path / "a.csv").write_bytes("préci,été\n1,2\n".encode("latin1"))
    with pytest.raises(InputError, match=r"not a text file in UTF-8, .*iconv -f latin1"):
        from_file(str(tmp_path / "a.csv"))


def test_a_gap_is_refused_with_the_line_and_the_ways_on():
    with pytest.raises(InputError, match="line 4, column Power: a number is missing; --missing"):
        from_lines(POWER, "f", missing="ask")
    with pytest.raises(InputError, match=r"a number is missing$"):
        from_lines(POWER, "f")


def test_a_row_with_a_gap_is_left_out_or_held_and_that_is_said():
    skipped = from_lines(POWER, "f", missing="skip")
    assert skipped.values[:, 0].tolist() == [4.216, 5.36, 5.388]
    assert "1 row left out (a number is missing)" in skipped.what
    assert skipped.stamps[-1] == "2006-12-16 17:27"
    held = from_lines(POWER, "f", missing="hold")
    assert held.values[:, 0].tolist() == [4.216, 5.36, 5.36, 5.388]
    assert held.values[2].tolist() == held.values[1].tolist()
    assert "2 missing numbers held from the row before" in held.what


@pytest.mark.parametrize("gap", ["", "NA", "nan", "NULL", "?"])
def test_what_stands_for_no_number_is_known(gap):
    lines = ["a,b", "1,2", f"{gap},3"]
    assert from_lines(lines, "f", missing="skip").values.tolist() == [[1, 2]]


def test_nothing_is_held_where_nothing_stands_before():
    with pytest.raises(InputError, match=r"line 2, column a: .* none before it"):
        from_lines(["a,b", ",1", "2,3"], "f", missing="hold")
    with pytest.raises(InputError, match="in every row a number is missing"):
        from_lines(["a,b", ",1", "2,"], "f", missing="skip")


def test_thousands_are_read_where_they_can_be_nothing_else():
    for cells in (["1,234.5", "2,000.0"], ["1,234", "999.5"], ["1,234,567", "2,000"]):
        rows = [f'd{k},"{cell}"' for k, cell in enumerate(cells)]
        found = from_lines(["day,volume", *rows], "f").values[:, 0].tolist()
        assert found == [float(cell.replace(",", "")) for cell in cells]


def test_a_comma_that_may_be_a_decimal_one_is_asked_about():
    lines = ["volume;price", "1,234;1"]
    with pytest.raises(InputError, match=r"line 2, column volume: '1,234' may be 1234 or 1\.234"):
        from_lines(lines, "f")
    assert from_lines(lines, "f", ["price"]).values.tolist() == [[1]]


def test_a_decimal_comma_is_known_by_its_column_or_by_the_others():
    found = from_lines(["price;volume", "234,84;1.234", "1.234,5;2.000"], "f")
    assert found.values.tolist() == [[234.84, 1234], [1234.5, 2000]]
    assert found.what.endswith("; a comma is the decimal mark")


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("$1,234.50", 1234.5),
        ("-$5.25", -5.25),
        ("(5.1)", -5.1),
        ("\u22125.1", -5.1),
        ("\uffe51.5", 1.5),
        ("44,27 €", 44.27),
        ("1'234.50", 1234.5),
        ("1 234,50", 1234.5),
        ("1.234.567", 1234567),
        ("-0.35%", -0.35),
        ("189.45M", 189.45e6),
        ("1.5K", 1500),
        ("2B", 2e9),
        ("1.2亿", 1.2e8),
        ("3万", 3e4),
        (".5 USD", 0.5),
    ],
)
def test_a_number_is_read_in_every_way_of_writing(cell, number):
    assert from_lines(["n;m", f"{cell};1"], "f", ["n"]).values == [[number]]


@pytest.mark.parametrize("cell", ["1.2.3", "12,34,567", "5m", "1,2 go", "$", "1-2", "1e", "--5"])
def test_what_is_no_number_in_any_way_of_writing_is_not_made_one(cell):
    with pytest.raises(InputError, match="line 2, column n: "):
        from_lines(["n;m", f"{cell};1"], "f", ["n"])


def test_words_with_commas_stay_words():
    found = from_lines(["name,n", '"Doe, J.",1', '"1,2,3 go",2'], "f")
    assert found.values.tolist() == [[1], [2]]


def test_steps_are_named_by_dates_or_by_texts_that_all_differ():
    dated = from_lines(["day,place,n", "2020-01-01,a,1", "2020-01-02,a,2"], "f")
    assert dated.stamps == ("2020-01-01", "2020-01-02")
    assert from_lines(["who,n", "Ann,1", "Bob,2"], "f", ["n"]).stamps == ("Ann", "Bob")
    assert from_lines(["kind,n", "a,1", "a,2"], "f").stamps == ()
    assert dated.rows == ("n",)


def test_missing_is_for_a_table(tmp_path):
    shown = lstm_viz("step", "--input", "1,0", "--missing", "skip")
    assert (shown.exit_code, "--missing needs a file" in shown.stderr) == (2, True)
    path = tmp_path / "a.csv"
    path.write_text("\n".join(POWER))
    for way, steps in (("skip", 3), ("hold", 4)):
        asked = "--input", f"@{path}", "--column", "Power", "--missing", way
        assert f"{steps} steps" in lstm_viz("step", *asked).stdout


def test_full_width_digits_are_digits_and_names_stay_as_they_are():
    lines = [
        "第１列;日期",
        "１２．５;2020年１月２日",
        "－3;2020年1月3日",
        "１，２３４．５;2020年1月4日",
    ]
    found = from_lines(lines, "f")
    assert found.values.tolist() == [[12.5], [-3.0], [1234.5]]
    assert found.rows == ("第１列",)
    assert found.stamps == ("2020-01-02", "2020-01-03", "2020-01-04")
    with pytest.raises(InputError, match="line 2, column a: '１x' is not a number"):
        from_lines(["a,b", "１x,1", "2,3"], "f", ["a"])


def test_a_column_of_dates_that_is_mostly_empty_is_said_whatever_columns_are_asked_for():
    rows = ["2020-01-03,1", ",2", ",3", "2020-01-01,4"]
    said = "column date: a date in 2 of 4 rows only, so the rows stay in the order of the file"
    for wanted in ((), ("close",)):
        found = from_lines(["date,close", *rows], "f", wanted)
        assert found.values[:, 0].tolist() == [1, 2, 3, 4]
        assert said in found.what
    assert "a date in" not in from_lines(["date,close", ",1", ",2"], "f").what
    assert "a date in" not in from_lines(["note,close", *rows], "f").what
    with pytest.raises(InputError, match="column date: the date is missing"):
        from_lines(["date,close", *rows, "2020-01-04,5"], "f")
    with_words = LANGUAGES["zh"].sentence(f"f: close; {said}")
    assert "列 date：4 行中只有 2 行有日期" in with_words
