"""A lesson from its script: one question, pieces in their order, the lecturer's notes.

The script is in percent format: `# %%` begins a cell of code, `# %% [markdown]` one of text, and a
cell's tag says what it is for: `tags=["notes"]`, `["ask"]`, `["live"]`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Literal

from lstm_viz.files.reading import size_of
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import look_up

Kind = Literal["text", "code", "ask", "live", "notes"]
TAGS: dict[str, Kind] = {"ask": "ask", "live": "live", "notes": "notes"}

SHIPPED = (".txt", ".pt")  # cells and a model that lessons read, and their commands name

LONGEST = 1 << 20  # bytes of a script
_MARKER = re.compile(
    r"# %%(?P<text> \[(?:markdown|md)\])?(?P<title>.*?)(?: *tags=(?P<tags>\[.*\]))? *"
)
_COMMAND = re.compile(r"# \$ (lstm-viz .+)")
_NUMBERED = re.compile(r" {0,3}(\d+)\. ")
_NOTE = re.compile(r"(Minutes|Source|Ask|Goes wrong): *(.*)")


@dataclass(frozen=True)
class Piece:
    """A cell: what kind, its title, its source without the marker, and the line it begins in."""

    kind: Kind
    title: str
    source: str
    line: int

    @cached_property
    def silent(self) -> bool:
        """Whether the code need not be read: it only asserts and shows, or ends in the sentence."""
        if self.kind != "code":
            return self.kind == "ask"
        try:
            body = ast.parse(self.source).body
        except SyntaxError:
            return False
        return all(map(_tells, body)) or _called(body[-1]) == "remember"

    @property
    def commands(self) -> tuple[str, ...]:
        """The commands of a live cell."""
        return tuple(_COMMAND.findall(self.source)) if self.kind == "live" else ()


@dataclass(frozen=True)
class Notes:
    """What only the lecturer sees; `probes` are questions and answers to try a class with."""

    text: str

    def all_of(self, head: str) -> tuple[str, ...]:
        """What stands after `Ask:`, `Goes wrong:`, `Minutes:` or `Source:`, each of them."""
        return tuple(words for name, words in _NOTE.findall(self.text) if name == head)

    @property
    def minutes(self) -> int:
        """How many minutes are planned; 0 where the notes do not say it."""
        found = self.all_of("Minutes")
        return int(found[0]) if found and found[0].isdecimal() else 0

    @property
    def probes(self) -> tuple[tuple[str, str], ...]:
        """The questions below `Probe:`, each with its answer."""
        below = self.text.partition("Probe:")[2]
        pairs = re.findall(
            r"^ *[-*]? *Q: *(.+?)\n *A: *(.+?)(?=\n *[-*]? *Q:|\Z)", below, re.M | re.S
        )
        return tuple((" ".join(q.split()), " ".join(a.split())) for q, a in pairs)


@dataclass(frozen=True)
class Lesson:
    """One lesson: its script, its question, its cells."""

    path: Path
    number: int
    slug: str
    question: str
    cells: tuple[Piece, ...]

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """What the class sees: every cell but the notes."""
        return tuple(cell for cell in self.cells if cell.kind != "notes")

    @cached_property
    def notes(self) -> Notes:
        """All notes, one after the other."""
        return Notes("\n\n".join(cell.source for cell in self.cells if cell.kind == "notes"))

    @property
    def title(self) -> str:
        """The first heading; the question where there is none."""
        heads = (re.match(r"#+ (.+)", cell.source) for cell in self.pieces if cell.kind == "text")
        return next((match[1] for match in heads if match), self.question)

    def notes_at(self, k: int) -> str:
        """The notes that stand directly after the `k`th piece, from 0."""
        place = self.cells.index(self.pieces[k]) + 1
        after = self.cells[place : place + 1]
        return after[0].source if after and after[0].kind == "notes" else ""


def _tells(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Assert):
        return True
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Name):
        return True  # a comparison, by its name
    return _called(statement) in ("show", "remember", "figure", "compare")


def _called(statement: ast.stmt) -> str:
    """The name of the function that a statement calls; empty where it does not."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call):
        return ""
    return str(getattr(call.func, "id", getattr(call.func, "attr", "")))


def folder() -> Path:
    """Where the scripts are: inside the installed package, else at the top of a checkout."""
    inside = Path(__file__).with_name("scripts")
    return inside if inside.is_dir() else Path(__file__).parents[2] / "lessons"


def shipped(name: str) -> str:
    """The path of a file that stands beside the lessons, such as `betty.txt`, wherever they are.

    Raises `InputError` where there is none, with the nearest.
    """
    beside = {path.name: path for path in folder().iterdir() if path.suffix in SHIPPED}
    return str(look_up(name, beside, "file of the lessons"))


def scripts(where: Path | None = None) -> tuple[Path, ...]:
    """The script of every lesson, by number."""
    return tuple(sorted((where or folder()).glob("[0-9]*_*.py")))


def read_lessons() -> tuple[Lesson, ...]:
    """Every lesson that comes with the package."""
    return tuple(read_lesson(path) for path in scripts())


def find(name: str) -> Path:
    """A lesson's script by its number, its slug, or as a file; `InputError` where there is none."""
    if name.endswith(".py"):
        return Path(name)
    paths = scripts()
    by_name = {_slug(path): path for path in paths} | {str(_number(path)): path for path in paths}
    return look_up((name.isdecimal() and name.lstrip("0")) or name, by_name, "lesson")


def read_lesson(path: Path) -> Lesson:
    """A lesson from its script; `InputError` where it is none."""
    if size_of(path) > LONGEST:
        raise InputError(f"{path}: more than {LONGEST:,} bytes are too many for a lesson")
    try:
        written = path.read_text(encoding="utf-8")
        question = ast.get_docstring(ast.parse(written))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: this is not UTF-8 text") from None
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise InputError(f"{path}, line {line}: this is not Python ({error.args[0]})") from None
    if question is None or not " ".join(question.splitlines()[0].split()).endswith("?"):
        raise InputError(f"{path}, line 1: a lesson begins with its question, as a docstring")
    cells = tuple(_cells(written.splitlines(), path))
    if not any(cell.kind != "notes" for cell in cells):
        raise InputError(f"{path}: a lesson needs a cell, which begins with # %%")
    return Lesson(path, _number(path), _slug(path), question.splitlines()[0].strip(), cells)


def _number(path: Path) -> int:
    digits = re.match(r"\d*", path.stem)
    return int(digits[0] or 0) if digits else 0


def _slug(path: Path) -> str:
    return re.sub(r"^\d+_", "", path.stem).replace("_", "-")


def _cells(lines: list[str], path: Path) -> Iterator[Piece]:
    """The script, cut at its markers."""
    starts = [k for k, line in enumerate(lines) if re.match(r"# %%( |$)", line)]
    for start, end in pairwise([*starts, len(lines)]):
        match = _MARKER.fullmatch(lines[start])
        assert match
        kind = _kind(bool(match["text"]), match["tags"], f"{path}, line {start + 1}")
        body = lines[start + 1 : end]
        if match["text"]:
            body = [_uncommented(line, path, start + 2 + k) for k, line in enumerate(body)]
            _check_lists(body, path, start + 2)
        source = "\n".join(body)
        blank = len(source) - len(source.lstrip("\n"))
        yield Piece(kind, match["title"].strip(), source.strip("\n"), start + 2 + blank)


def _kind(text: bool, tags: str | None, where: str) -> Kind:
    try:
        names = ast.literal_eval(tags or "[]")
    except (SyntaxError, ValueError):
        raise InputError(f'{where}: tags are written as tags=["notes"]') from None
    for name in names:
        if name in TAGS:
            if text != (name == "notes"):
                what = "text" if text else "code"
                raise InputError(f"{where}: a cell of {what} cannot be {name!r}")
            return TAGS[name]
    return "text" if text else "code"


def _check_lists(lines: list[str], path: Path, first: int) -> None:
    """Refuse a sentence broken before `30. So`: in Markdown that would be an item of a list."""
    last, fenced = 0, False
    for k, line in enumerate(lines):
        fenced ^= line.startswith("```")
        item = None if fenced or line.startswith("    ") else _NUMBERED.match(line)
        if item and int(item[1]) not in (1, last + 1):
            raise InputError(
                f"{path}, line {first + k}: {item[0].strip()!r} would begin a list here:"
                " break the line elsewhere"
            )
        last = int(item[1]) if item else 0 if line.startswith("#") else last


def _uncommented(line: str, path: Path, number: int) -> str:
    if line.strip() and not line.startswith("#"):
        raise InputError(f"{path}, line {number}: a cell of text holds comments only")
    return line[2:] if line.startswith("# ") else line[1:]
