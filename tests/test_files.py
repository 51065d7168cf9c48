"""Files: whole or not at all, whatever the target is and whoever interrupts."""

import io
import os
import stat
import subprocess
import sys
import threading
import warnings

import numpy as np
import pytest

from lstm_viz.files.atomic import replacing
from lstm_viz.files.zips import _Bounded
from lstm_viz.inputs.table import from_lines
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.numbers import as_numbers


def write(path, text="new"):
    with replacing(path) as file:
        file.write(text)


def test_a_link_stays_and_its_target_is_replaced(tmp_path):
    (tmp_path / "target").write_text("old")
    (tmp_path / "link").symlink_to("target")
    write(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_text() == "new"


def test_a_pipe_is_written_to(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    got = []
    reader = threading.Thread(target=lambda: got.append((tmp_path / "pipe").read_text()))
    reader.start()
    write(tmp_path / "pipe")
    reader.join(10)
    assert got == ["new"]


def test_a_device_is_written_to_and_stays_one():
    write(os.devnull)
    assert not os.path.isfile(os.devnull)


@pytest.mark.parametrize("letters", ["n" * 255, "é" * 127])
def test_a_name_may_be_as_long_as_the_system_allows(tmp_path, letters):
    write(tmp_path / letters)
    assert [each.name for each in tmp_path.iterdir()] == [letters]


def test_a_new_file_has_the_permissions_of_the_umask_and_an_old_one_its_own(tmp_path, monkeypatch):
    (tmp_path / "old").touch()
    (tmp_path / "old").chmod(0o406)
    before = os.umask(0o027)
    monkeypatch.setattr(os, "umask", None)  # which is that of all threads
    try:
        for name in ("old", "new"):
            write(tmp_path / name)
            write(tmp_path / name)
    finally:
        monkeypatch.undo()
        os.umask(before)
    assert [stat.S_IMODE((tmp_path / n).stat().st_mode) for n in ("old", "new")] == [0o406, 0o640]


def test_an_error_leaves_the_old_file_and_nothing_beside_it(tmp_path):
    (tmp_path / "a").write_text("old")

    def fail():
        with replacing(tmp_path / "a") as file:
            file.write("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("a", "old")]


def test_what_a_killed_save_left_is_cleared_by_the_next(tmp_path):
    code = (
        "import os, signal, sys; from lstm_viz.files.atomic import replacing\n"
        "with replacing(sys.argv[1]) as file: os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path / "a"])
    assert len(list(tmp_path.iterdir())) == 1
    write(tmp_path / "a")
    assert [each.name for each in tmp_path.iterdir()] == ["a"]


def test_a_save_under_way_is_left_alone_by_another(tmp_path):
    with replacing(tmp_path / "a") as file:
        file.write("outer")
        write(tmp_path / "a", "inner")
    assert (tmp_path / "a").read_text() == "outer"


def test_a_zip_that_nothing_reads_any_more_is_closed_without_a_warning(tmp_path):
    np.savez(tmp_path / "w.npz", a=np.ones(2))
    file = _Bounded(io.FileIO(tmp_path / "w.npz"))  # Python may let go of it before its zip
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        del file
    assert not warned


def test_a_word_above_a_number_makes_a_header_of_years():
    assert from_lines(["close,2021", "0.1,0.2"], "f").what == "f: close, 2021"


@pytest.mark.parametrize("lines", [["2020,2021", "0.1,0.2"], ["date,2021", "mon,0.2"]])
def test_years_that_may_be_names_or_numbers_are_asked_about(lines):
    with pytest.raises(InputError, match="may be numbers or names"):
        from_lines(lines, "f")


@pytest.mark.parametrize("lines", [["2020,1", "2021,2"], ["1,2", "3,4"]])
def test_rows_of_numbers_need_no_header(lines):
    assert len(from_lines(lines, "f").values) == 2


def test_a_value_that_is_missing_in_the_first_row_makes_no_header_of_it():
    with pytest.raises(InputError, match="'NA' is not a number"):
        from_lines(["NA,1", "2,3"], "f")


def test_a_long_number_is_not_said_in_full():
    with pytest.raises(InputError) as refused:
        from_lines(["a", "1" * 5000], "f")
    assert len(str(refused.value)) < 200


def test_masked_values_are_refused():
    with pytest.raises(InputError, match="masked"):
        as_numbers(np.ma.masked_array([1.0, 2.0], [False, True]), "inputs")
    assert as_numbers(np.ma.masked_array([1.0, 2.0]), "inputs").tolist() == [1.0, 2.0]


def test_a_number_beyond_all_floats_is_refused():
    with pytest.raises(InputError):
        as_numbers([10**400], "inputs")
