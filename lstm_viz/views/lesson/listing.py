"""Which lessons are there? What does the lecturer see of one, and is it ready to be held?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from lstm_viz.lessons.read import Lesson
from lstm_viz.pictures.kinds import Expression, Picture, Rule, Stack, Table, Text, Title, Words
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.views.lesson.text import text

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
    """What the lecturer sees of the piece `here`: what it is, its notes, what comes next."""
    piece = lesson.pieces[here]
    yield Rule(say("now"), (Text(_name(lesson, here, say)),))
    if piece.kind == "live":
        yield Words((Text("\n".join(f"$ {each}" for each in piece.commands)),))
    if filled:
        yield Words(())
        yield from text(filled)
    if here + 1 < len(lesson.pieces):
        yield Rule(say("next"), (Text(_name(lesson, here + 1, say)),))
    else:
        yield Rule(say("next"), (Text(say("This is the end of the lesson.")),))


def _name(lesson: Lesson, k: int, say: Language) -> str:
    piece = lesson.pieces[k]
    first = next((line for line in piece.source.splitlines() if line.strip("# ")), "")
    own = piece.title or (first.lstrip("# ") if piece.kind == "text" else say(piece.kind))
    return f"{lesson.number}.{k + 1}  {own}"


def ready(rows: Iterable[tuple[str, str, str]]) -> Table:
    """The rehearsal: whether it is ready, what, and what is wrong or how long it took."""
    cells: tuple[tuple[Expression, ...], ...] = tuple(
        tuple((Text(cell),) for cell in row) for row in rows
    )
    return Table(("", "", ""), cells)
