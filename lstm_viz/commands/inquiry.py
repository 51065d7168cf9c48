"""The detective at a keyboard: a case on the screen, answers typed and scored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from lstm_viz.measures.bug_cases import Case, case_of, scored
from lstm_viz.measures.bugs import BUGS
from lstm_viz.pictures.kinds import Picture
from lstm_viz.pictures.language import Language
from lstm_viz.validation.errors import InputError
from lstm_viz.views import detective as view

Read = Callable[[str, Case], tuple[str, int]]
KEYS = (
    ("↑ ↓", "exhibit"),
    ("enter", "check"),
    ("← →", "case"),
    ("tab", "solution"),
    ("esc", "quit"),
)
LONGEST = 16  # characters of an answer


@dataclass(frozen=True)
class Inquiry:
    """The case and the exhibit that are open, from 0, what is typed, what was answered, all points.

    `points` are those of the first answer to each case; `told` are cases whose solution is open.
    """

    at: int = 0
    typed: str = ""
    answer: tuple[str, int] | None = None
    error: str = ""
    points: tuple[tuple[int, int], ...] = ()
    told: frozenset[int] = frozenset()
    exhibit: int = 0
    asked: bool = False
    over: bool = False


class Office:
    """What `watch` shows."""

    def __init__(self, at: int, read: Read, say: Language) -> None:
        self.state, self._read, self._say = Inquiry(at), read, say
        self._case = cache(lambda k: case_of(BUGS[k]))
        self._all = False  # exhibits were there at once, when it was last drawn

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Those of the screen as it is: where all exhibits are there, none chooses one."""
        return KEYS[self._all :]

    @property
    def over(self) -> bool:
        """Whether it is left."""
        return self.state.over

    def look(self) -> None:
        """Nothing happens by itself."""

    def picture(self, columns: int, rows: int) -> Picture:
        """One exhibit or all, the question, what was typed and what came of it."""
        s = self.state
        case, open_ = self._case(s.at), s.at in s.told
        points = sum(n for _, n in s.points), 2 * len(s.points)
        head = view.typed(s.typed, s.error, s.asked, points, self._say)
        verdict = (
            view.verdict(case, s.answer, self._say, typing=True) if s.answer is not None else None
        )
        if open_:
            verdict = view.verdict(case, None, self._say)
        self._all = view.has_room_for_all(columns, rows)
        at = None if self._all else s.exhibit
        return view.desk(case, s.at + 1, at, head, verdict, self._say)

    def press(self, key: str) -> None:
        """Letters are an answer; Enter gives it, Tab twice the solution, the arrows other cases."""
        s = self.state
        if key in ("left", "right"):
            at = (s.at + (1 if key == "right" else -1)) % len(BUGS)
            self.state = Inquiry(at, points=s.points, told=s.told)
        elif key in ("up", "down"):
            count = len(view.exhibits(self._case(s.at), self._say))
            at = (s.exhibit + (1 if key == "down" else -1)) % count
            self.state = replace(s, exhibit=at)
        elif key in ("escape", "ctrl-c"):
            self.state = replace(s, over=True)
        elif key == "tab":
            told = s.told | {s.at} if s.asked else s.told
            self.state = replace(s, asked=not s.asked, told=told, error="")
        elif key == "enter" and s.typed:
            self._answered()
        elif key == "backspace" or len(key) == 1:
            typed = s.typed[:-1] if key == "backspace" else s.typed + key
            self.state = replace(s, typed=typed[:LONGEST], asked=False, error="")

    def _answered(self) -> None:
        s, case = self.state, self._case(self.state.at)
        try:
            answer = self._read(s.typed, case)
        except InputError as error:
            self.state = replace(s, error=str(error))
            return
        first = s.at not in dict(s.points) and s.at not in s.told
        points = (*s.points, (s.at, sum(scored(case, *answer)))) if first else s.points
        self.state = replace(s, typed="", answer=answer, points=points, asked=False, error="")
