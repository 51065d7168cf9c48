"""How does a cell of text look: headings, paragraphs, lists, code, tables?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from textwrap import dedent

from lstm_viz.pictures.kinds import Expression, Picture, Rule, Table, Text, Words

_ITEM = re.compile(r"([*-]|\d+\.) +(.*)")
_MARKS = re.compile(
    r"\*\*(?=\S)(.+?)(?<=\S)\*\*|(?<!\w)\*(?=\S)([^*\n]+?)(?<=\S)\*(?!\w)|`([^`]+)`"
)
_LINK = re.compile(r"\[([^\]]+)\]\((\S+?)\)")
BULLET, INDENT = "•", "    "


def text(source: str) -> Iterator[Picture]:
    """A cell of text as pictures below each other, with a line between them."""
    last = ""
    for kind, lines in _blocks(source):
        if last and not (kind == last == "item"):
            yield Words(())
        yield from _drawn(kind, lines)
        last = kind


def _drawn(kind: str, lines: list[str]) -> Iterator[Picture]:
    if kind == "code":
        own = dedent("\n".join(lines)).split("\n")
        yield Words((Text("\n".join(INDENT + line for line in own)),))
    elif kind == "title":
        yield Words((Text(_plain(lines[0].lstrip("# "))),), "headline")
    elif kind == "head":
        yield Rule(_plain(lines[0].lstrip("# ")))
    elif kind == "table":
        yield _table(lines)
    elif kind == "item":
        yield Table(("", ""), tuple(_items(lines)))
    else:
        yield Words((Text(_plain(" ".join(line.strip() for line in lines))),))


def _blocks(source: str) -> Iterator[tuple[str, list[str]]]:
    """Lines that belong together, and what they are."""
    fenced, block = False, list[str]()
    for line in [*source.split("\n"), ""]:
        if line.startswith("```"):
            if fenced or block:
                yield ("code", block) if fenced else (_kind(block[0]), block)
            fenced, block = not fenced, []
        elif fenced:
            block.append(line)
        elif block and (not line.strip() or _starts(line, block)):
            yield _kind(block[0]), block
            block = [line] if line.strip() else []
        elif line.strip():
            block.append(line)


def _starts(line: str, block: list[str]) -> bool:
    """Whether a line begins something else than the lines before it."""
    kinds = _kind(block[0]), _kind(line)
    if kinds == ("item", "text") and line.startswith(" "):
        return False
    return kinds[0] != kinds[1] and kinds != ("item", "code")


def _kind(line: str) -> str:
    if line.startswith("    "):
        return "code"
    if line.startswith("|"):
        return "table"
    if _ITEM.match(line.strip()):
        return "item"
    return "title" if line.startswith("# ") else "head" if line.startswith("#") else "text"


def _items(lines: list[str]) -> Iterator[tuple[Expression, ...]]:
    mark, words = "", list[str]()
    for line in [*lines, "* "]:
        if match := _ITEM.match(f"{line.strip()} "):
            if words:
                yield (Text(mark),), (Text(_plain(" ".join(words))),)
            mark, words = match[1].replace("*", BULLET).replace("-", BULLET), [match[2].strip()]
        else:
            words.append(line.strip())


def _table(lines: list[str]) -> Table:
    rows = [[_plain(cell.strip()) for cell in line.strip().strip("|").split("|")] for line in lines]
    heads, *rest = [row for row in rows if not all(re.fullmatch(":?-+:?", c) for c in row)]
    fitting = (tuple((Text(c),) for c in [*row, *heads][: len(heads)]) for row in rest)
    return Table(tuple(heads), tuple(fitting))


def _plain(written: str) -> str:
    """Without the marks of Markdown, which characters of one size cannot show."""
    return _LINK.sub(r"\1", _MARKS.sub(lambda m: m[1] or m[2] or m[3], written))


def code_of(picture: Picture) -> str:
    """The lines of a block of code in a text; empty for whatever else."""
    if not isinstance(picture, Words):
        return ""
    written = "".join(piece.text for piece in picture.text if isinstance(piece, Text))
    return written if written.startswith(INDENT) else ""


def code(source: str) -> Iterator[Picture]:
    """Lines of code; comments are said aside."""
    for comment, lines in groupby(source.split("\n"), lambda line: line.lstrip().startswith("#")):
        yield Words((Text("\n".join(lines)),), "quiet" if comment else "plain")
