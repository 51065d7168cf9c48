"""What setup.cfg cannot say: the page on a package index, which has none of the README's files.

An index serves no pictures and no pages of the package: in place of each picture stands what the
program shows on a terminal, as docs/make_pictures.py left it, else the picture's words; in place of
each link to a file of this folder the words that it stands on.
"""

import re
from pathlib import Path

FOLDER = Path(__file__).parent


def description() -> str:
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    page = re.sub(r"^\|[ |]*\|\n\|[-|]+\|\n((?:\|.*\n)+)", _below_each_other, page, flags=re.M)
    page = re.sub(r"!\[([^]]+)\]\(([^)]+)\)", _shown, page)
    return re.sub(r"\[([^]]+)\]\((?!https?:)[^)]+\)", r"\1", page)


def _below_each_other(table: re.Match[str]) -> str:
    """The cells of a table without heads, which only puts pictures side by side."""
    cells = (cell.strip() for cell in re.split(r"[|\n]", table[1]))
    return "".join(f"{cell}\n\n" for cell in cells if cell)


def _shown(picture: re.Match[str]) -> str:
    words, path = picture.groups()
    text = FOLDER / Path(path).with_suffix(".txt")
    words = f"*{words}*"
    return f"{words}\n\n```text\n{text.read_text(encoding='utf-8')}```" if text.exists() else words


if __name__ == "__main__":
    from setuptools import setup

    setup(long_description=description())
