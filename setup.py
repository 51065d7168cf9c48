"""What setup.cfg cannot say: the page on a package index, which has none of the README's files.

An index serves no pictures and no pages of the package: each picture becomes its words, each link
to a file of this folder the words that it stands on.
"""

import re
from pathlib import Path

README = Path(__file__).parent / "README.md"


def description() -> str:
    page = README.read_text(encoding="utf-8")
    page = re.sub(r"!\[([^]]+)\]\([^)]+\)", r"*\1*", page)
    return re.sub(r"\[([^]]+)\]\((?!https?:)[^)]+\)", r"\1", page)


if __name__ == "__main__":
    from setuptools import setup

    setup(long_description=description())
