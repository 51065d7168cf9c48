"""A lecture as it is played: where it is, what a key does, what is on the screen. No terminal here.

A piece has stages: code, then what came of it; a question, once more if hands were counted, then
its answer; a live cell, then each of its commands. A stage has as many pages as it needs. Going
back never runs anything again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from lstm_viz.commands.lesson.hands import Hands
from lstm_viz.commands.lesson.live import leaving
from lstm_viz.lessons.read import Lesson
from lstm_viz.lessons.run import LessonError, Played, Run
from lstm_viz.pictures.kinds import Picture
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.terminal.pages import pages
from lstm_viz.terminal.paper import Paper
from lstm_viz.terminal.rows import Row
from lstm_viz.views.lesson import piece as view

ONWARD, BACKWARD = ("space", "right", "page down", "enter"), ("left", "backspace", "page up")
LAST = 10**6  # stage or page: as far as there are


@dataclass(frozen=True)
class Place:
    """A piece, its stage and its page, all from 0."""

    piece: int = 0
    stage: int = 0
    page: int = 0


@dataclass
class Lecture:
    """A lesson that is played; `wanted` is a command that is to be run on the whole screen."""

    lesson: Lesson
    say: Language = ENGLISH
    place: Place = Place()
    wanted: str | None = None
    ended: bool = False
    run: Run = field(init=False)
    working: Callable[[], None] = lambda: None  # called before code is run
    reached: dict[int, int] = field(default_factory=dict)  # the last stage seen of a piece
    hands: dict[int, Hands] = field(default_factory=dict)
    paper: Paper = field(default_factory=lambda: Paper(76, height=18))
    _pages: tuple[object, list[list[Row]]] | None = None

    def __post_init__(self) -> None:
        self.run = Run(self.lesson)

    # ---------------------------------------------------------------- what a key does

    def press(self, key: str) -> None:
        """What a key does."""
        kind = self.lesson.pieces[self.place.piece].kind
        if key == "enter" and kind == "live" and self.place.stage:
            self.wanted = self._commands[self.place.stage - 1]
        elif kind == "ask" and not self._revealed() and self._hands().press(key):
            self._pages = None
        elif key in ONWARD:
            self._onward()
        elif key in BACKWARD:
            self._backward()
        elif key in ("home", "end"):
            self.go(0 if key == "home" else len(self.lesson.pieces) - 1)

    def go(self, piece: int) -> None:
        """To a piece, from 0, by its number; to the nearest that there is."""
        self.place = Place(min(max(piece, 0), len(self.lesson.pieces) - 1))
        self._pages = None
        self._settle()

    def reload(self, lesson: Lesson) -> None:
        """The script was edited: the same piece, run anew."""
        self.lesson, self.run = lesson, Run(lesson)
        self.place = replace(self.place, piece=min(self.place.piece, len(lesson.pieces) - 1))
        self._pages = None

    def _onward(self) -> None:
        place, kind = self.place, self.lesson.pieces[self.place.piece].kind
        if self.page() + 1 < len(self.pages()):
            self.place = replace(place, page=self.page() + 1)
        elif place.stage + 1 < self._stages():
            if kind == "live":
                self.wanted = self._commands[place.stage]
            self.place = Place(place.piece, place.stage + 1)
            self.reached[place.piece] = max(place.stage + 1, self.reached.get(place.piece, 0))
            if kind == "code" and not self._new_to_see():
                self._next_piece()
        else:
            self._next_piece()
        self._pages = None

    def _next_piece(self) -> None:
        if self.place.piece + 1 < len(self.lesson.pieces):
            self.place = Place(self.place.piece + 1)
            self._settle()
        else:
            self.ended = True

    def _backward(self) -> None:
        place, kind = self.place, self.lesson.pieces[self.place.piece].kind
        if self.page():
            self.place = replace(place, page=self.page() - 1)
        elif place.stage and kind != "live" and not self._silent():
            self.place = Place(place.piece, place.stage - 1, LAST)
        elif place.piece:
            self.place = Place(place.piece - 1, 0)
            self.place = Place(place.piece - 1, self._last_seen(), LAST)
        self._pages = None

    def _last_seen(self) -> int:
        """The stage to come back to; a command or an answer that was jumped over is to come."""
        last, piece = self._stages() - 1, self.place.piece
        jumped = self.lesson.pieces[piece].kind in ("ask", "live")
        return min(self.reached.get(piece, 0), last) if jumped else last

    def _settle(self) -> None:
        """Code that need not be read is passed over."""
        if self._silent():
            self.place = replace(self.place, stage=1)

    # ---------------------------------------------------------------- the stages

    @property
    def _commands(self) -> tuple[str, ...]:
        return self.lesson.pieces[self.place.piece].commands

    def _silent(self) -> bool:
        piece = self.lesson.pieces[self.place.piece]
        return piece.kind == "code" and piece.silent

    def _stages(self) -> int:
        """How many stages this piece has."""
        piece = self.lesson.pieces[self.place.piece]
        if piece.kind == "ask":
            return 3 if self._hands().counted(0) else 2
        return {"code": 2, "live": 1 + len(piece.commands)}.get(piece.kind, 1)

    def _hands(self) -> Hands:
        """The hands counted at this piece, at its stage."""
        k = self.place.piece
        if k not in self.hands:
            found = self._played()
            choices = len(found.questions[0].choices) if found and found.questions else 0
            self.hands[k] = Hands(choices)
        self.hands[k].begin(min(self.place.stage, 1))
        return self.hands[k]

    def _revealed(self) -> bool:
        """Whether the question that is on the screen is answered."""
        return 0 < self.place.stage == self._stages() - 1

    def _played(self) -> Played | None:
        """What came of this piece; None where it does not run."""
        try:
            return self._came()
        except LessonError:
            return None

    def _came(self) -> Played:
        """What came of this piece; if code is to be run for that, it is said before."""
        place = self.place.piece
        if self.run.runs_code(place):
            self.working()
        return self.run.at(place)

    def shows(self) -> bool:
        """Whether a picture belongs to what is on the screen."""
        if self.lesson.pieces[self.place.piece].kind == "code" and self.place.stage == 0:
            return False
        found = self._played()
        return bool(found and found.pictures)

    def _new_to_see(self) -> bool:
        found = self._played()
        return found is None or bool(found.printed or found.told)

    # ---------------------------------------------------------------- the screen

    def pages(self) -> list[list[Row]]:
        """The pages of this stage, on this paper."""
        key = self.place.piece, self.place.stage, self.paper
        if self._pages is None or self._pages[0] != key:
            self._pages = key, self._cut(self.paper)
        return self._pages[1]

    def page(self) -> int:
        """The page that is shown, from 0; on another paper there may be fewer."""
        return min(self.place.page, len(self.pages()) - 1)

    def _cut(self, paper: Paper) -> list[list[Row]]:
        """The stage in pages; what came of code stands below its last lines if there is room."""
        piece = self.lesson.pieces[self.place.piece]
        try:
            if piece.kind != "code" or self.place.stage == 0:
                return pages(self._blocks(), paper)
            came = list(view.came(self._came(), self.say))
        except LessonError as error:
            return pages(view.failed(str(error), self.say), paper)
        if piece.silent:
            return pages([*view.head(piece), *came], paper)
        before = len(pages(view.written(piece), paper))
        both = pages([*view.written(piece), view.GAP, *came], paper)
        return both[-1:] if len(both) == before else pages([*view.head(piece), *came], paper)

    def _blocks(self) -> list[Picture]:
        piece, stage, say = self.lesson.pieces[self.place.piece], self.place.stage, self.say
        if piece.kind == "live":
            ahead = [*piece.commands[stage:], ""][0]
            return list(view.live(piece, stage, say, leaving(ahead)))
        if piece.kind == "code":
            return list(view.written(piece))
        if piece.kind == "text":
            return list(view.came(self._came(), say))
        played, hands = self._came(), self._hands()
        hand = (hands.turn, hands.at) if not self._revealed() else None
        return [
            picture
            for asked in played.questions
            for picture in view.question(asked, say, self._revealed(), hands.counts, hand)
        ]
