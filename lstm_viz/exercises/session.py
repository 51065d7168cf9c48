"""A student's session: which exercise is set, what was said of it, and what a key makes of that.

Frozen data and pure functions; who reads files and draws is elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from lstm_viz.exercises.exercise import HINTS, Exercise, Verdict
from lstm_viz.exercises.folder import DONE, SHOWN


@dataclass(frozen=True)
class Session:
    """Exercises, the place of the one that is set, marks by name, and what is on the screen.

    `asked` is whether the solution was asked for once and waits to be asked for again; `chosen` is
    the place in the list while that is shown, else -1.
    """

    exercises: tuple[Exercise, ...]
    at: int = 0
    marks: Mapping[str, str] = field(default_factory=dict)
    verdict: Verdict | None = None
    hints: int = 0
    asked: bool = False
    chosen: int = -1
    over: bool = False

    @property
    def exercise(self) -> Exercise:
        """The one that is set."""
        return self.exercises[self.at]

    @property
    def mark(self) -> str:
        """ "done", "shown", or nothing."""
        return self.marks.get(self.exercise.name, "")

    @property
    def told(self) -> bool:
        """Whether the solution and why may be seen: solved now, or given up."""
        return self.mark == SHOWN or (self.verdict is not None and self.verdict.right)

    @property
    def solved(self) -> int:
        """How many were solved; none that was skipped or shown."""
        return sum(self.marks.get(each.name) == DONE for each in self.exercises)


def judged(session: Session, verdict: Verdict) -> Session:
    """What was saved has been judged; a right answer earns its mark once, unless it was shown."""
    marks = dict(session.marks)
    if verdict.right:
        marks.setdefault(session.exercise.name, DONE)
    return replace(session, verdict=verdict, marks=marks, asked=False)


def moved(session: Session, at: int) -> Session:
    """Another exercise is set."""
    at = at % len(session.exercises)
    return replace(session, at=at, verdict=None, hints=0, asked=False, chosen=-1)


def first_open(session: Session, start: int) -> int:
    """The place of the first from there on, and around, that has no mark; else the next one."""
    count = len(session.exercises)
    places = [(start + k) % count for k in range(count)]
    return next((p for p in places if session.exercises[p].name not in session.marks), places[0])


def pressed(session: Session, key: str) -> Session:
    """What a key does."""
    if key == "q":
        return replace(session, over=True)
    if session.chosen >= 0:
        return _in_list(session, key)
    if key == "l":
        return replace(session, chosen=session.at, asked=False)
    if key == "n":
        return moved(session, first_open(session, session.at + 1))
    if key in ("left", "right"):
        return moved(session, session.at + (1 if key == "right" else -1))
    if key == "h":
        return replace(session, hints=min(session.hints + 1, HINTS), asked=False)
    if key == "x" and not session.told:
        return _given_up(session) if session.asked else replace(session, asked=True)
    return replace(session, asked=False)


def _given_up(session: Session) -> Session:
    marks = {session.exercise.name: SHOWN, **session.marks}
    return replace(session, marks={**marks, session.exercise.name: SHOWN}, asked=False)


def _in_list(session: Session, key: str) -> Session:
    last = len(session.exercises) - 1
    moves = {"up": -1, "down": 1, "page up": -10, "page down": 10, "home": -last, "end": last}
    if key in moves:
        return replace(session, chosen=min(max(session.chosen + moves[key], 0), last))
    if key in ("enter", "right"):
        return moved(session, session.chosen)
    return replace(session, chosen=-1) if key in ("l", "escape", "left") else session
