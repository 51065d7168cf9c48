"""Which exercise is set, what was said of what was given, and what may be known by now?"""

from __future__ import annotations

from collections.abc import Iterator

from lstm_viz.exercises import Exercise, Said, Verdict
from lstm_viz.exercises.exercise import HINTS
from lstm_viz.exercises.folder import DONE, SHOWN
from lstm_viz.exercises.page import filled, given_of, question_of, solution_of
from lstm_viz.exercises.session import Session
from lstm_viz.pictures.kinds import Expression, Picture, Rule, Stack, Table, Text, Title, Words
from lstm_viz.pictures.language import ENGLISH, Language

KEYS = (
    ("n", "next"),
    ("h", "hint"),
    ("c", "check"),
    ("x", "solution"),
    ("l", "list"),
    ("← →", "all"),
    ("q", "quit"),
)
ROWS_FOR_WORDS = 18  # of the question, the verdict, and a hint
LIST_KEYS = (("↑ ↓", "choose"), ("enter", "open"), ("l", "close"), ("q", "quit"))
MARKS = {DONE: "done", SHOWN: "solution seen", "": ""}


def exercise(session: Session, file: str, rows: int = 0, say: Language = ENGLISH) -> Stack:
    """The exercise that is set: the question, the verdict, at the end the reason, and hints.

    What is given stands in the file; here, too, where there are so many rows, or none are counted.
    """
    current = session.exercise
    place = say.phrase(
        "exercise {k} of {n}, lesson {lesson}; {done} done",
        k=f"{session.at + 1}",
        n=f"{len(session.exercises)}",
        lesson=f"{current.lesson}",
        done=f"{session.solved}",
    )
    facts = ((say("file"), (Text(file),)),)
    parts: list[Picture] = [
        Title(current.title, _plain(place), facts),
        *_asked(session, say),
        Words(()),
        Words((Text(question_of(current)),)),
        *_given(current, rows),
        *_verdict(session, say),
        *_told(session, rows, say),
        *_hints(session, say),
    ]
    return Stack(tuple(parts))


def _given(exercise: Exercise, rows: int) -> Iterator[Picture]:
    lines = given_of(exercise)
    if lines and (not rows or len(lines) < rows - ROWS_FOR_WORDS):
        yield Words(())
        yield Table(("",), tuple(((Text(line),),) for line in lines))


def _plain(expression: Expression) -> str:
    return "".join(piece.text for piece in expression if isinstance(piece, Text))


def _verdict(session: Session, say: Language) -> Iterator[Picture]:
    verdict = session.verdict
    if verdict is None:
        yield Words(())
        yield Words((Text(say("Write your answer into the file, and save it.")),), "quiet")
        return
    yield Rule(say(_head(verdict)))
    for k, each in enumerate(verdict.said):
        yield Words(sentence(each, say), "strong" if k == 0 else "plain")


def _asked(session: Session, say: Language) -> Iterator[Picture]:
    """What x does next, above the question: seen on the smallest screen."""
    if session.asked:
        words = "Press x again to see the solution: it then counts as seen, not as done."
        yield Words((Text(say(words)),), "warning")


def _head(verdict: Verdict) -> str:
    if verdict.right:
        return "right"
    return "not right" if verdict.finished else "not finished"


def sentence(said: Said, say: Language) -> Expression:
    """What a verdict says, in the language of the screen."""
    pieces = {name: Text(text) for name, text in said.pieces.items()}
    if mistake := said.pieces.get("mistake"):
        pieces["mistake"] = Text(say("; or ").join(map(say.mistake, mistake.split("; or "))))
    return say.phrase(said.words, **pieces)


def _hints(session: Session, say: Language) -> Iterator[Picture]:
    for k in range(session.hints):
        head = say.phrase("hint {k} of {n}", k=f"{k + 1}", n=f"{HINTS}")
        yield Rule(_plain(head))
        yield Words((Text(filled(session.exercise, session.exercise.hints[k])),))


def _told(session: Session, rows: int, say: Language) -> Iterator[Picture]:
    """The solution and the reason, after success or after giving up; no key where none is read."""
    if not session.told:
        return
    current = session.exercise
    seen = session.mark == SHOWN
    yield Rule(say("a solution: counts as seen, not as done" if seen else "a solution"))
    lines = tuple(((Text(line),),) for line in solution_of(current).splitlines() if line)
    yield Table(("",), lines)
    yield Rule(say("why"))
    yield Words((Text(filled(current, current.why)),))
    if rows:
        yield Words(())
        yield Words((Text(say("n goes on to the next one.")),), "quiet")


def exercises(session: Session, rows: int, say: Language = ENGLISH, named: bool = False) -> Stack:
    """All exercises around the chosen one, with what was earned, and the names to ask for them."""
    room = max(rows - 4, 3)
    chosen = max(session.chosen, 0)
    first = max(0, min(chosen - room // 2, len(session.exercises) - room))
    shown = list(enumerate(session.exercises))[first : first + room]
    earned = [say(MARKS[_mark(session, each.name)]) for each in session.exercises]
    marks = [((Text(earned[k]),),) * any(earned) for k, _ in shown]
    lines = tuple(
        (
            *[(Text("▶" if k == session.chosen else " "),)] * (not named),
            (Text(each.name if named else f"{each.lesson}"),),
            *mark,
            (Text(each.title),),
        )
        for (k, each), mark in zip(shown, marks, strict=True)
    )
    counted = say.phrase(
        "{done} of {n} done", done=f"{session.solved}", n=f"{len(session.exercises)}"
    )
    mark = [say("mark")] * any(earned)
    heads = *[""] * (not named), say("name" if named else "lesson"), *mark, say("title")
    title = Title(say("exercises"), _plain(counted))
    return Stack((title, Words(()), Table(heads, lines, () if named else (1,))))


def _mark(session: Session, name: str) -> str:
    mark = session.marks.get(name, "")
    return mark if mark in MARKS else ""
