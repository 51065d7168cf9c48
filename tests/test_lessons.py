"""Every lesson runs to its end, and its assertions hold."""

import runpy
from pathlib import Path

import pytest

LESSONS = sorted((Path(__file__).parent.parent / "lessons").glob("[0-9]*.py"))


def test_there_are_lessons():
    assert LESSONS


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_the_lesson_runs_and_shows_something(lesson, capsys):
    runpy.run_path(str(lesson))
    assert capsys.readouterr().out.strip()
