"""The screen of a lecture: the question above, the piece, where we are at the foot."""

from __future__ import annotations

from dataclasses import replace

from lstm_viz.commands.lesson.lecture import Lecture
from lstm_viz.lessons.naming import heading
from lstm_viz.pictures.kinds import Picture, Rule, Table, Text, Words
from lstm_viz.terminal.pages import pages
from lstm_viz.terminal.paper import Paper
from lstm_viz.terminal.rows import Row, clipped
from lstm_viz.terminal.text import hanging, wrapped

MARGIN, FOOT = 2, 2  # columns on both sides; rows below the piece
LONGEST = 60  # characters of a name in the index
WIDEST = 110  # columns of a piece: longer lines are hard to read

KEYS = (
    ("space →", "go on: the text, then what it does"),
    ("←", "go back; nothing is run again"),
    ("Home End", "the first piece, the last one"),
    ("g", "the index; a number and enter go there"),
    ("1 2 3 …", "how many hands are raised for ▸; ↑ ↓ next choice"),
    ("enter", "run a live piece once more"),
    ("o", "open the picture as a Matplotlib figure"),
    ("?", "this help; any key closes it"),
    ("q", "quit"),
)


def token(lecture: Lecture) -> str:
    """`7.4`: the fourth piece of lesson 7; brings it back with --at."""
    return f"{lecture.lesson.number}.{lecture.place.piece + 1}"


def screen(lecture: Lecture, paper: Paper, minutes: int, said: str = "") -> list[Row]:
    """All rows of the screen; what is `said` for once stands above the foot, upon the piece."""
    heads = _heading(lecture, paper)
    lecture.paper = inner(paper, len(heads))
    found = lecture.pages()
    page = lecture.page()
    at = f"{page + 1}/{len(found)}" if len(found) > 1 else ""
    rows = _framed(heads, found[page], _foot(lecture, paper, minutes, at), paper)
    if not said:
        return rows
    wide = lecture.paper.width
    told = [
        line[k : k + wide]  # a path is longer than a line may be
        for line in wrapped(Row(paper.spell(said), "bold"), wide)
        for k in range(0, max(line.width, 1), wide)
    ][: paper.height - 2]
    over = [clipped(Row(" " * MARGIN) + row, paper.width) for row in told]
    return [*rows[: -len(over) - 1], *over, rows[-1]]


def working_screen(before: list[Row], paper: Paper) -> list[Row]:
    """What was on the screen before, while a piece is run: the foot says so."""
    rows = before[: paper.height - 1]
    foot = Row(f" {paper.spell('…')} {paper.say('running')} ", "bold reverse")
    return [*rows, *[Row()] * (paper.height - 1 - len(rows)), clipped(foot, paper.width)]


def help_screen(lecture: Lecture, paper: Paper) -> list[Row]:
    """All keys, in words, and how to come back to this place."""
    say = paper.say
    rows = tuple(((Text(paper.spell(key)),), (Text(say(words)),)) for key, words in KEYS)
    again = f"lstm-viz lesson {lecture.lesson.number} --at {token(lecture)}"
    parts = (
        Rule(say("keys")),
        Table(("", ""), rows),
        Words(()),
        Words(say.phrase("Come back to this place with {command}", command=again), "quiet"),
    )
    return _page(lecture, parts, paper)


def index_screen(lecture: Lecture, paper: Paper, typed: str) -> list[Row]:
    """Every piece by its number; the one that was typed, else where we are, has a mark."""
    lesson, say = lecture.lesson, paper.say
    here = int(typed) - 1 if typed else lecture.place.piece
    rows = []
    for k, piece in enumerate(lesson.pieces):
        name = heading(piece) or say(_KINDS[piece.kind])
        name = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
        mark = "▸" if k == here else " "
        rows.append(
            ((Text(mark),), (Text(f"{lesson.number}.{k + 1}"),), (Text(paper.spell(name)),))
        )
    room = inner(paper, len(_heading(lecture, paper))).height - 4
    start = min(max(here - room // 2, 0), max(len(rows) - room, 0))
    said = say.phrase("type a number: {typed}", typed=typed or "…")
    table = Table(("", "", ""), tuple(rows[start : start + room]))
    return _page(lecture, (Rule(say("index")), table, Words(()), Words(said, "quiet")), paper)


_KINDS = {"ask": "a question", "live": "live", "text": "", "code": "code", "notes": ""}


def inner(paper: Paper, heads: int) -> Paper:
    """What is left for a piece."""
    width = min(paper.width - 2 * MARGIN, WIDEST)
    return replace(paper, width=max(width, 16), height=max(paper.height - heads - FOOT, 2))


def _page(lecture: Lecture, parts: tuple[Picture, ...], paper: Paper) -> list[Row]:
    heads = _heading(lecture, paper)
    rows = pages(parts, inner(paper, len(heads)))[0]
    return _framed(heads, rows, _foot(lecture, paper, -1), paper)


def _framed(heads: list[Row], rows: list[Row], foot: Row, paper: Paper) -> list[Row]:
    high = max(paper.height - len(heads) - 1, 1)
    body = [Row(" " * MARGIN) + row for row in rows][:high]
    shown = [*heads, *body, *[Row()] * (high - len(body))][: paper.height - 1]
    return [clipped(row, paper.width) for row in [*shown, foot]]


def _heading(lecture: Lecture, paper: Paper) -> list[Row]:
    """The lesson's number and its question."""
    lesson = lecture.lesson
    number = Row(f" {lesson.number} ", "bold reverse") + Row("  ")
    question = Row(paper.spell(lesson.question), "bold")
    rows = hanging(number, question, number.width, max(paper.width - 2 * MARGIN, 16))
    return [Row(), *(Row(" " * MARGIN) + row for row in rows), Row()]


def _foot(lecture: Lecture, paper: Paper, minutes: int, at: str = "") -> Row:
    """The token, how far we are, the minutes gone of those planned, the keys needed most."""
    say, lesson = paper.say, lecture.lesson
    row = Row(f" {token(lecture)} ", "bold reverse")
    here, pieces = f"{lecture.place.piece + 1}", f"{len(lesson.pieces)}"
    parts = [say.phrase("{k} of {n}", k=here, n=pieces)]
    if at:
        parts.append(say.phrase("page {page}", page=at))
    if minutes >= 0:
        gone, planned = f"{minutes}", f"{lesson.notes.minutes}"
        parts.append(say.phrase("{gone} of {planned} min", gone=gone, planned=planned))
    for part in parts:
        row += Row(paper.spell(" · "), "dim") + paper.row(part, "dim")
    hints = Row()
    for key, word in (("space", "next"), ("←", "previous"), ("?", "help"), ("q", "quit")):
        hint = Row("   ") + Row(paper.spell(key), "bold") + Row(" ") + paper.words(word)
        if row.width + hints.width + hint.width + 1 <= paper.width:
            hints += hint
    return clipped(row, paper.width - hints.width - 1) + hints
