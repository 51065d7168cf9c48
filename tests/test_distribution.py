"""What is handed out: the page on a package index, and all that the tests need."""

import re
import runpy
from fnmatch import fnmatch

from program import ROOT


def test_the_page_on_an_index_names_no_file_that_is_not_there():
    page = runpy.run_path(str(ROOT / "setup.py"))["description"]()
    targets = re.findall(r"\]\((.*?)\)", page)
    assert [each for each in targets if not each.startswith("https:")] == []
    assert "One step of an LSTM unit" in page  # a picture's words stay
    assert "docs/reference.md" in page


def test_the_source_distribution_holds_every_folder_and_file_of_the_house():
    lines = (ROOT / "MANIFEST.in").read_text(encoding="utf-8").splitlines()
    taken = [word for line in lines if line[:1] in "gi" for word in line.split()[1:]]
    given = ["lstm_viz", "README.md", "LICENSE", "setup.*", "pyproject.toml", "MANIFEST.in"]
    made = ["build", "dist", "*.egg-info", "__pycache__", ".*"]
    here = [path.name for path in ROOT.iterdir()]
    assert [n for n in here if not any(fnmatch(n, each) for each in taken + given + made)] == []
