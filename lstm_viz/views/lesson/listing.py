"""Which lessons are there? What does the lecturer see of one, and is it ready to be held?"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from lstm_viz.lessons.naming import heading
from lstm_viz.lessons.read import Lesson
from lstm_viz.pictures.kinds import Expression, Picture, Rule, Stack, Table, Text, Title, Words
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.views.lesson.text import text

LABEL = re.compile(r"\n+(?=(?:Minutes|Source|Plan|Ask|Goes wrong|Probe|Q):)")  # begins a line
HOW = "lstm-viz lesson NUMBER plays one; --notes in a second terminal follows it"


def listing(lessons: Iterable[Lesson], done: Collection[str], say: Language = ENGLISH) -> Stack:
    """All lessons: number, question, minutes, and which were done."""
    found = tuple(lessons)
    rows = tuple(
        (
            (Text(f"{each.number}"),),
            (Text(f"{each.notes.minutes}"),),
            (Text("✓" if each.slug in done else ""),),
            (Text(each.question),),
        )
        for each in found
    )
    minutes = say.count(sum(each.notes.minutes for each in found), "minute")
    title = Title(say("lessons"), f"{say.count(len(found), 'lesson')}, {minutes}")
    heads = "", say("minutes"), say("done"), say("question")
    return Stack(
        (title, Words((Text(say(HOW)),), "quiet"), Words(()), Table(heads, rows, right=(0, 1)))
    )


def notes(lesson: Lesson, here: int, filled: str, say: Language = ENGLISH) -> Iterator[Picture]:
    """What the lecturer sees of the piece `here`: what it is, what comes next, its notes."""
    piece, last = lesson.pieces[here], here + 1 == len(lesson.pieces)
    following = say("This is the end of the lesson.") if last else _name(lesson, here + 1, say)
    rows = (say("now"), _name(lesson, here, say)), (say("next"), following)
    yield Table(("", ""), tuple(((Text(when),), (Text(what),)) for when, what in rows))
    if piece.kind == "live":
        yield Words((Text("\n".join(f"$ {each}" for each in piece.commands)),))
    yield Rule(say("notes"))
    yield Words(())
    yield from text(LABEL.sub("\n\n", filled))


def _name(lesson: Lesson, k: int, say: Language) -> str:
    piece = lesson.pieces[k]
    return f"{lesson.number}.{k + 1}  {heading(piece) or say(piece.kind)}"


def ready(rows: Iterable[tuple[str, str, str]]) -> Table:
    """The rehearsal: whether it is ready, what, and what is wrong or how long it took."""
    cells: tuple[tuple[Expression, ...], ...] = tuple(
        tuple((Text(cell),) for cell in row) for row in rows
    )
    return Table(("", "", ""), cells)
