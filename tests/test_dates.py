"""Dates of a table: how they are written, what they say of the order, and what is missing."""

from datetime import date, timedelta

import pytest

from lstm_viz import InputError
from lstm_viz.inputs.table import from_lines


def read(stamps, head="date"):
    """A table of one number a row, numbered as its rows stand."""
    rows = [f'"{stamp}",{k}' for k, stamp in enumerate(stamps, 1)]
    return from_lines([f"{head},n", *rows], "f", ["n"])


def days(first, *after):
    return [date.fromisoformat(first) + timedelta(k) for k in (0, *after)]


@pytest.mark.parametrize(
    ("written", "stamp"),
    [
        ("2019-02-05", "2019-02-05"),
        ("2019/2/5", "2019-02-05"),
        ("2019年2月5日", "2019-02-05"),
        ("2019-02-05,二", "2019-02-05"),
        ("20190205", "2019-02-05"),
        ("25/02/2019", "2019-02-25"),
        ("02/25/2019", "2019-02-25"),
        ("05.02.2019", "2019-02-05"),
        ("02/25/19", "2019-02-25"),
        ("Feb 05, 2019", "2019-02-05"),
        ("February 5, 2019", "2019-02-05"),
        ("Tue, Feb 5 2019", "2019-02-05"),
        ("5-Feb-19", "2019-02-05"),
        ("Mon 25 Feb 2019", "2019-02-25"),
        ("Feb 2019", "2019-02-01"),
        ("2019-02", "2019-02-01"),
        ("2019-02-05 11-PM", "2019-02-05 23:00"),
        ("2/25/2019 4:05:07 PM", "2019-02-25 16:05:07"),
        ("2019-02-05T09:30:00.000Z", "2019-02-05 09:30"),
        ("2019-02-05 09:30:00-05:00", "2019-02-05 14:30"),
        ("2019-02-05 00:00:00-05:00", "2019-02-05"),
        ("1549324800", "2019-02-05"),
        ("43501", "2019-02-05"),
        ("1549324800000", "2019-02-05"),
    ],
)
def test_a_date_is_read_in_every_way_of_writing(written, stamp):
    assert read([written]).stamps == (stamp,)


def test_a_year_is_a_date_only_below_its_name():
    assert read(["2019", "2018"], "year").values[:, 0].tolist() == [2, 1]
    assert read(["2019", "2018"], "date").values[:, 0].tolist() == [1, 2]
    assert from_lines(["a,b", "2019.02,1", "2019.01,2"], "f").values[0].tolist() == [2019.02, 1]


def test_rows_are_brought_into_the_order_of_time():
    assert read(["2019-02-05", "2019-02-04"]).values[:, 0].tolist() == [2, 1]
    mixed = read(["2019-02-05", "2019-02-06", "2019-02-04"])
    assert mixed.values[:, 0].tolist() == [3, 1, 2]
    assert "sorted by date" in mixed.what
    assert "; newest" not in read(["2019-02-04", "2019-02-05"]).what


def test_a_number_that_is_held_is_that_of_the_day_before():
    lines = ["date,n", "2019-02-06,6", "2019-02-05,", "2019-02-04,4"]
    assert from_lines(lines, "f", missing="hold").values[:, 0].tolist() == [4, 4, 6]


def test_day_and_month_are_told_apart_by_the_whole_column_or_by_its_order():
    by_number = read(["01/02/2019", "13/02/2019"])
    assert by_number.stamps == ("2019-02-01", "2019-02-13")
    assert "dates read day first" in by_number.what
    by_order = read(["11/01/2019", "12/01/2019", "01/02/2019"])
    assert by_order.stamps == ("2019-01-11", "2019-01-12", "2019-02-01")
    assert "dates read day first" in by_order.what
    by_year = read(["18-12-31", "19-01-01", "19-01-02"])
    assert by_year.stamps == ("2018-12-31", "2019-01-01", "2019-01-02")


def test_dates_that_no_row_tells_keep_their_text_or_are_asked_about():
    monthly = read([f"01/{month:02}/2019" for month in range(1, 13)])
    assert monthly.stamps[1] == "01/02/2019"
    assert "month first or day first, no row tells" in monthly.what
    with pytest.raises(InputError, match="may be written month first or day first, and no row"):
        read(["01/10/2019", "02/09/2019"])


def test_a_cell_that_is_no_date_is_refused_with_its_place():
    with pytest.raises(InputError, match=r"line 3, column date: 'soon' is not a date as"):
        read(["2019-02-04", "soon", "2019-02-06"])
    with pytest.raises(InputError, match="line 3, column date: there is no day '2019-02-30'"):
        read(["2019-02-04", "2019-02-30", "2019-03-01"])
    with pytest.raises(InputError, match="line 3, column date: the date is missing"):
        read(["2019-02-04", "", "2019-02-06"])


def test_a_day_that_stands_twice_is_said_and_a_row_that_does_is_read_once():
    assert "2019-02-04 stands twice, with other numbers" in read(["2019-02-04"] * 2).what
    lines = ["date,n", "2019-02-04,1", "2019-02-05,2", "2019-02-04,1"]
    once = from_lines(lines, "f")
    assert once.values[:, 0].tolist() == [1, 2]
    assert "1 row left out (the same as another)" in once.what


def test_gaps_are_said_and_weekends_are_none():
    daily = days("2019-01-01", *range(1, 40), *range(43, 60), 90)
    assert "2 gaps, the longest of 31 days after 2019-03-01" in read(daily).what
    trading = [day for day in days("2019-01-01", *range(1, 60)) if day.weekday() < 5]
    assert "gap" not in read(trading).what
    assert "gap" not in read(trading[:7]).what
    hours = [f"2019-01-01 {hour:02}:00" for hour in range(24) if hour != 20]
    assert "a gap of 2 hours after 2019-01-01 19:00" in read(hours).what


def test_a_time_of_day_beside_the_date_belongs_to_it():
    lines = ["date,time,n", "2019-02-04,10:30,2", "2019-02-04,09:30,1"]
    found = from_lines(lines, "f")
    assert found.values[:, 0].tolist() == [1, 2]
    assert found.stamps == ("2019-02-04 09:30", "2019-02-04 10:30")


@pytest.mark.parametrize("other", ["%d/%m/%Y", "%d %b %Y", "%B %d, %Y"])
@pytest.mark.parametrize("from_row", [2, 5, 8])
def test_dates_in_two_forms_are_refused_whichever_has_more_rows(other, from_row):
    stamps = [str(day) for day in days("2020-01-25", *range(1, 10))]
    stamps[from_row:] = [date.fromisoformat(each).strftime(other) for each in stamps[from_row:]]
    with pytest.raises(InputError, match=f"line {from_row + 2}, column date: .* is not a date as"):
        read(stamps)
