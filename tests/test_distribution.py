"""What is handed out: the page on a package index, and all that the tests need."""

import re
import runpy
from fnmatch import fnmatch

import pytest
from markdown_it import MarkdownIt
from program import ROOT, lstm_viz

TEXTS = runpy.run_path(str(ROOT / "docs" / "make_pictures.py"))["TEXTS"]


def test_the_page_on_an_index_names_no_file_that_is_not_there():
    page = runpy.run_path(str(ROOT / "setup.py"))["description"]()
    targets = re.findall(r"\]\((.*?)\)", page)
    assert [each for each in targets if not each.startswith("https:")] == []
    assert "One step of an LSTM unit" in page  # a picture's words stay
    assert "![" not in page
    assert "truth and prediction\n" in page  # of what is learned
    assert "docs/reference.md" in page
    assert "|---|" not in page


@pytest.mark.parametrize("name", TEXTS)
def test_in_place_of_a_picture_an_index_has_what_the_program_shows_today(name, tmp_path):
    page = runpy.run_path(str(ROOT / "setup.py"))["description"]()
    lstm_viz(*TEXTS[name].split(), "--save", str(tmp_path / name))
    shown = (tmp_path / name).read_text(encoding="utf-8")
    assert (ROOT / "docs" / "pictures" / name).read_text(encoding="utf-8") == shown, (
        "run make pictures"
    )
    assert f"*\n\n```text\n{shown}```\n\n" in page


def test_the_page_is_markdown_whose_pictures_are_blocks():
    """As an index renders it: with the reader of Markdown that rich brings."""
    page = runpy.run_path(str(ROOT / "setup.py"))["description"]()
    blocks = [each for each in MarkdownIt("commonmark").parse(page) if each.info == "text"]
    assert (
        len(blocks) == len(TEXTS) + 1
    )  # and what is learned, which another machine may not repeat
    assert "<img" not in MarkdownIt("commonmark").render(page)


def test_the_source_distribution_holds_what_its_tests_read():
    lines = (ROOT / "MANIFEST.in").read_text(encoding="utf-8").splitlines()
    taken = [word for line in lines if line[:1] in "gi" for word in line.split()[1:]]
    given = ["lstm_viz", "README.md", "LICENSE", "setup.*", "pyproject.toml", "MANIFEST.in"]
    code = "".join(each.read_text(encoding="utf-8") for each in (ROOT / "tests").rglob("*.py"))
    read = set(re.findall(r"ROOT / \"([\w.]+)", code))
    assert read >= {"docs", "tests", "Makefile"}
    assert {n for n in read if not any(fnmatch(n, each) for each in taken + given)} == set()
