"""What cannot be used is refused in one line that says what, where, and the way out."""

import os
import signal
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from program import lstm_viz, start

from lstm_viz import CELLS, LSTM, save_weights


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder to be in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(*asked, exit_code, given=None):
    """The one line that is said; nothing else is printed, nothing is written."""
    before = sorted(Path().iterdir())
    result = lstm_viz("step", *asked, given=given)
    assert (result.exit_code, result.stdout) == (exit_code, ""), result.output
    assert sorted(Path().iterdir()) == before
    assert result.stderr.startswith("lstm-viz step: ")
    return result.stderr


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--digits", "nan"], "'nan' is not a valid integer"),
        (["--forget-bias", "nan"], "nan is not a finite number"),
        (["--forget-bias", "inf"], "inf is not a finite number"),
        (["--hidden", "0"], "0 is less than 1"),
        (["--at", "0"], "the first step is 1"),
        (["--at", "7"], "the sequence has 6 steps"),
        (["--unit", "1"], "there is only unit 0"),
        (["--hidden", "3", "--unit", "3"], "there are units 0 to 2"),
        (["--cell", "gruu"], "did you mean 'gru'?"),
        (["--cell", "zzz"], "there are rnn, irnn, lstm"),
        (["--start", "kears"], "is not one of pytorch, keras"),
        (["--weights", "lach"], "did you mean 'latch'?"),
        (["--weights", "latch", "--start", "keras"], "leave out --weights latch"),
        (["--cell", "rnn", "--forget-bias", "1"], "rnn has no forget gate"),
        (["--column", "1"], "needs a file: --input @FILE.csv"),
        (["--text", "a", "--input", "1"], "give only one of them"),
        (["--json", "--csv"], "give only one of them"),
        (["--json", "--at", "1"], "--at is for printed output"),
        (["--save", "x.doc"], "does not end in one of .npz, .json, .csv"),
        (["--hidden", "9" * 400], "is more than 1,000,000"),
        (["--nonsense"], "No such option"),
        (["extra"], "unexpected extra argument"),
    ],
)
def test_an_option_that_makes_no_sense_exits_with_2(folder, asked, said):
    line = refused(*asked, exit_code=2)
    assert said in line
    assert len(line.splitlines()) == 1


@pytest.mark.parametrize(
    ("asked", "fitting"),
    [
        (
            ["--weights", "latch", "--cell", "gru"],
            "gru-latch, random, or a file (.npz, .toml, .json)",
        ),
        (["--weights", "latch", "--hidden", "2"], "random, or a file (.npz, .toml, .json)"),
        (
            ["--weights", "latch", "--input", "1,2;3,4"],
            "gomez, random, or a file (.npz, .toml, .json)",
        ),
        (
            ["--weights", "gomez", "--input", "1"],
            "latch, counter, forgetful, random, or a file (.npz, .toml, .json)",
        ),
    ],
)
def test_a_preset_that_does_not_fit_is_refused_with_those_that_do(folder, asked, fitting):
    assert f"those that fit are {fitting}" in refused(*asked, exit_code=2)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--input", ""], "--input is empty"),
        (["--input", "1,a,3"], "--input, step 2: 'a' is not a number"),
        (["--input", "1,,3"], "--input, step 2: a number is missing"),
        (["--input", "1,nan"], "--input, step 2: nan is not a finite number"),
        (["--input", "inf"], "inf is not a finite number"),
        (["--input", "1e999"], "1e999 is not a finite number"),
        (["--input", "1,2;3"], "--input, step 2: 1 number, but 2 numbers"),
        (["--input", "snie"], "did you mean 'sine'?"),
        (["--input", "sine:-3"], "is not a length"),
        (["--input", "noise:1000000000"], "1,000,000,000 steps would take"),
        (["--input", "noise:" + "9" * 18], "use fewer steps"),
        (["--hidden", "1000000"], "1,000,000 hidden units would take"),
        (["--text", ""], "--text is empty"),
        (["--target", "1,2"], "--target 1,2: it needs 1 number"),
        (["--target", "x"], "--target, step 1: 'x' is not a number"),
        (["--start", "chrono:1"], "chrono:100"),
        (["--start", "spectral:nan"], "the spectral radius"),
        (["--input", "@none.csv"], "none.csv: No such file"),
        (["--input", "@."], ".: Is a directory"),
        (["--weights", "none.npz"], "none.npz: No such file"),
        (["--cell", "none.txt"], "none.txt: No such file"),
        (["--save", "none/run.json"], "none/run.json: cannot be written"),
    ],
)
def test_data_that_cannot_be_used_exits_with_3(folder, asked, said):
    line = refused(*asked, exit_code=3)
    assert said in line
    assert len(line.splitlines()) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b"a,b\n", "holds no numbers, only 'a', 'b'"),
        (b"1,2\n3\n", "line 2: 1 column, but line 1 has 2"),
        (b"\n1,2\n\n3,4,5\n", "line 4: 3 columns, but line 2 has 2"),
        (b"a,b\n1,2\n3,x\n", "line 3, column b: 'x' is not a number"),
        (b"a,b\nx,2\n3,4\n", "line 2, column a: 'x' is not a number"),
        (b"a,b\n1,2\n3,\n", "line 3, column b: a number is missing"),
        (b"1\nnan\n", "line 2, column 1: nan is not a finite number"),
        (b"1\n-inf\n", "-inf is not a finite number"),
        (b"day\nmonday\ntuesday\n", "is not a number"),
        (b"\x00\x01\x02", "it contains zero bytes"),
        (b"\xff\xfd1", "not a text file in UTF-8"),
        (b'1,2\n"3,4\n5,6\n', "line 2: this is not a row of a CSV file"),
        (b'1,2\n"3"4,5\n', "line 2: this is not a row of a CSV file"),
    ],
)
def test_a_csv_file_is_refused_with_the_line_and_the_column(folder, content, said):
    (folder / "data.csv").write_bytes(content)
    line = refused("--input", "@data.csv", exit_code=3)
    assert said in line
    assert line.startswith("lstm-viz step: data.csv")
    assert len(line.splitlines()) == 1


def test_a_column_that_is_not_there_is_refused_with_the_nearest(folder):
    (folder / "data.csv").write_text("open,close\n1,2\n")
    asked = ["--input", "@data.csv", "--column", "clsoe"]
    assert "did you mean 'close'?" in refused(*asked, exit_code=3)


@pytest.mark.parametrize("given", ["", "a\n", "1,2\n3\n", b"\xff\xfe", b"\x00"])
def test_standard_input_is_checked_as_a_file_is(folder, given):
    assert "standard input" in refused("--input", "-", exit_code=3, given=given)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no equation here"),
        (b"h = tanh(W @ x", "line 1"),
        (b"h = foo(x)", "unknown function 'foo'"),
        (b"h = __import__('os').system('touch hacked')", "line 1"),
        (b"import os", "line 1"),
        (b"h = x\n" * 300, "too many"),
        (b"h = " + b"(" * 500 + b"x" + b")" * 500, "line 1"),
        (b"h = x ** 9 ** 9 ** 9 ** 9 + ", "line 1"),
        (b"\xff\xfe\x00", "not a text of equations in UTF-8"),
        (b"\x00\x01", "control characters"),
        (b"h" * 100_000, "too many"),
    ],
)
def test_a_cell_file_that_is_none_is_refused_and_never_executed(folder, content, said):
    (folder / "cell.txt").write_bytes(content)
    line = refused("--cell", "cell.txt", exit_code=3)
    assert "cell.txt" in line
    assert said in line
    assert not (folder / "hacked").exists()


def test_a_wrong_equation_is_shown_with_a_caret_under_the_place(folder):
    (folder / "cell.txt").write_text("# mine\nh = tanh(W @ x + U @ h_prve)\n")
    first, source, caret = refused("--cell", "cell.txt", exit_code=3).splitlines()
    assert "line 2" in first
    assert source[caret.index("^") :].startswith("h_prve")


@pytest.mark.parametrize(
    ("cell", "size", "asked", "said"),
    [
        ("gru", (1, 1), [], "these are not weights of lstm"),
        ("lstm", (2, 4), ["--input", "1,0,1"], "so I = 2, but I = 1 in the input"),
        ("lstm", (1, 4), ["--hidden", "4"], "--hidden is for random weights"),
    ],
)
def test_a_weights_file_of_another_cell_or_shape_is_refused(folder, cell, size, asked, said):
    save_weights("weights.npz", CELLS[cell].start(*size))
    result = lstm_viz("step", "--weights", "weights.npz", *asked)
    assert result.exit_code in (2, 3)
    assert "weights.npz" in result.stderr
    assert said in result.stderr


def test_weights_with_a_broken_header_inside_are_refused(folder):
    header = b"{'descr': '<f8', 'shape': ("
    with zipfile.ZipFile("weights.npz", "w") as archive:
        start = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little")
        archive.writestr("W_i.npy", start + header)
    result = lstm_viz("step", "--weights", "weights.npz")
    assert result.exit_code == 3
    assert "weights.npz: W_i.npy in it is not an array" in result.stderr


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not a zip at all", b"\x80\x04N."])
def test_a_broken_weights_file_is_refused(folder, content):
    (folder / "weights.npz").write_bytes(content)
    line = refused("--weights", "weights.npz", exit_code=3)
    assert "weights.npz: this is not an .npz file" in line


def test_weights_that_would_be_unpickled_are_refused(folder):
    np.savez("weights.npz", W_i=np.array([{"a": 1}], dtype=object))
    assert "weights.npz" in refused("--weights", "weights.npz", exit_code=3)


def test_a_single_number_that_is_not_finite_is_named_without_a_place(folder):
    (folder / "w.json").write_text('{"W": NaN, "U": 0.5, "b": 0}')
    done = lstm_viz("step", "--cell", "rnn", "--weights", str(folder / "w.json"))
    assert done.stderr.endswith("w.json: W: nan is not a finite number\n")


def test_weights_that_are_not_finite_are_refused(folder):
    weights = LSTM.start(1, 1)
    weights["b_f"][0] = np.nan
    np.savez("weights.npz", **weights)
    assert "b_f" in refused("--weights", "weights.npz", exit_code=3)


def test_an_endless_file_is_no_cell(folder):
    if os.path.exists("/dev/zero"):
        assert "/dev/zero" in refused("--cell", "/dev/zero", exit_code=3)
        assert "zero bytes" in refused("--input", "@/dev/zero", exit_code=3)


def test_a_previous_file_stays_whole_when_saving_fails(folder):
    (folder / "run.json").write_text("precious")
    refused("--save", "run.json", "--input", "x", exit_code=3)
    assert (folder / "run.json").read_text() == "precious"


def test_a_reader_that_goes_away_is_no_error():
    with start("step", "--input", "noise:5000") as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(30) == 141
        assert process.stderr.read() == b""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no full disk to write on")
def test_a_full_disk_is_said_in_one_line():
    with open("/dev/full", "w") as full:
        process = start("step", stdout=full)
        _, err = process.communicate()
    assert process.returncode == 3
    assert err.decode().splitlines() == [
        "lstm-viz step: the output cannot be written (No space left on device)"
    ]


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_ends_the_program_without_a_trace(folder, number, code):
    (folder / "run.txt").write_text("precious")
    process = start("step", "--input", "noise:200000", "--save", "run.txt", cwd=folder)
    deadline = time.monotonic() + 30
    while not list(folder.glob(".lstm-viz.*")) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(number)
    _, err = process.communicate(timeout=30)
    assert process.returncode == code
    assert b"Traceback" not in err
    assert [file.name for file in folder.iterdir()] == ["run.txt"]
    assert (folder / "run.txt").read_text() == "precious"


def test_a_file_of_more_rows_than_memory_is_refused_while_it_is_read(folder, monkeypatch):
    monkeypatch.setattr("lstm_viz.validation.limits.physical_memory", lambda: 2e6)
    (folder / "data.csv").write_bytes(b"1\n" * 20_000)
    assert "data.csv would take" in refused("--input", "@data.csv", exit_code=3)
    monkeypatch.setattr("lstm_viz.validation.limits.physical_memory", lambda: 2e7)
    assert "20,000 steps would take" in refused("--input", "@data.csv", exit_code=3)


@pytest.mark.parametrize(
    "asked",
    [
        ["step", "--cell", "own.txt"], ["step", "--input", "@own.txt", "--weights", "random"],
        ["gradients", "--cells", "rnn,own.txt", "--length", "3"],
    ],
)  # fmt: skip
def test_a_file_that_is_read_is_not_written_over(folder, asked):
    text = "h = tanh(W @ x)" if "--input" not in asked else "1\n2\n"
    (folder / "own.txt").write_text(text)
    result = lstm_viz(*asked, "--save", "own.txt")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--save own.txt: this run reads that file; save under another name" in result.stderr
    assert (folder / "own.txt").read_text() == text
