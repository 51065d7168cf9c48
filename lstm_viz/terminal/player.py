"""Pictures played on the whole screen, key by key.

Whoever has something to play says it in a `Film` over a state of their own, any frozen data:

    film = Film(
        picture=lambda state, columns, rows: …,        # what is on the screen; a pure function
        token=lambda state: "3.c",                     # shown in the corner; brings the frame back
        onward=lambda state: …,                        # the next state while playing, or None
        again=lambda state: …,                         # from the end back to the first state
        keys=(Key(("right",), "→", "next step", lambda state: …), …),
    )
    last = play(film, first, speed=2)                  # until q; raises what ends the program

The player itself knows space (play, pause), < and > (slower, faster), page up and down (where a
frame is higher than the screen), ? (help, made from the keys' words) and q. `frame` gives the rows
of any state at any size, without a terminal: saved files and recordings are made of these.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from lstm_viz.pictures.film import Film
from lstm_viz.pictures.kinds import Picture, Rule, Stack, Table, Text, Title, Words
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.terminal.paper import Paper, lines
from lstm_viz.terminal.rows import Row, clipped

FASTEST, SLOWEST = 60.0, 0.1


OWN_KEYS = (
    ("space", "play, or pause"),
    ("< >", "play slower, faster"),
    ("PgUp PgDn", "scroll a view that is taller than the screen"),
    ("?", "this help; any key closes it"),
    ("q", "quit"),
)
HINTS = (("space", "play"), ("?", "help"), ("q", "quit"))


class Player:
    """What is on the screen now, and what a key or the time makes of it; no terminal in here."""

    def __init__(self, film: Film, first: Any, speed: float = 2.0) -> None:
        self.film, self.state, self.speed = film, first, speed
        self.playing = self.helping = self.done = False
        self.scroll = self.overflow = 0
        self._next = 0.0
        self._keys = {name: key for key in film.keys for name in key.names}

    def press(self, key: str, now: float = 0.0) -> None:
        """What a key does."""
        if self.helping:
            self.helping = False
        elif key in self._keys:
            self.playing = False
            self._show(self._keys[key].change(self.state))
        elif key == "space":
            self._play_or_pause(now)
        elif key in ("<", ">"):
            factor = 1 / 1.5 if key == "<" else 1.5
            self.speed = min(max(self.speed * factor, SLOWEST), FASTEST)
        elif key in ("page up", "page down"):
            self._move(-1 if key == "page up" else 1)
        elif key == "?":
            self.helping = True
            self.scroll = 0
        elif key == "q":
            self.done = True

    def _play_or_pause(self, now: float) -> None:
        """At the end it plays again from the beginning."""
        self.playing = not self.playing and plays(self.film, self.state)
        self._next = now
        if self.playing and self.film.onward(self.state) is None:
            self._show(self.film.again(self.state))
            self._next += 1 / self.speed
        self.tick(now)

    def _show(self, state: Any) -> None:
        if state != self.state:
            self.state, self.scroll = state, 0

    def _move(self, direction: int) -> None:
        self.scroll = min(max(self.scroll + 8 * direction, 0), self.overflow)

    def tick(self, now: float) -> None:
        """Go on to the next frame if it is time; at the end, stop."""
        if not self.playing or now < self._next:
            return
        following = self.film.onward(self.state)
        if following is None:
            self.playing = False
            return
        self._show(following)
        self._next = max(self._next + 1 / self.speed, now)

    def wait(self, now: float) -> float | None:
        """How long until there is something to do of itself; None for as long as it takes."""
        return max(self._next - now, 0.0) if self.playing else None

    def rows(self, paper: Paper) -> list[Row]:
        """The screen as it is now."""
        if self.helping:
            return fitted(help_page(self.film, self.state, paper), paper)
        rows, self.overflow = frame(self.film, self.state, paper, self.scroll)
        rows[-1] = status(self.film, self.state, paper, self.playing, self.overflow, self.speed)
        return rows


def frame(film: Film, state: Any, paper: Paper, scroll: int = 0) -> tuple[list[Row], int]:
    """The rows of a state on a screen of the paper's size, and by how many it is too high.

    The last row holds the token alone.
    """
    rows, height = body(film, state, paper), paper.height - 1
    overflow = max(len(rows) - height, 0)
    start = min(scroll, overflow)
    shown = rows[start : start + height]
    foot = clipped(corner(film, state), paper.width)
    return [*shown, *[Row()] * (height - len(shown)), foot], overflow


def body(film: Film, state: Any, paper: Paper) -> list[Row]:
    """All rows of a state's picture, however many."""
    height = max(paper.height - 1, 4)
    sheet = replace(paper, digits=film.digits(state), height=height)
    return list(lines(film.picture(state, paper.width, height), sheet))


def fitted(picture: Picture, paper: Paper) -> list[Row]:
    """A picture in exactly so many rows."""
    rows = list(lines(picture, Paper(paper.width, encoding=paper.encoding, say=paper.say)))
    return (rows + [Row()] * paper.height)[: paper.height]


def corner(film: Film, state: Any) -> Row:
    """The token of a state."""
    return Row(f" {film.token(state)} ", "bold reverse")


def plays(film: Film, state: Any) -> bool:
    """Whether there is something to play: a single state has nothing."""
    return film.onward(state) is not None or film.again(state) != state


def status(film: Film, state: Any, paper: Paper, playing: bool, overflow: int, speed: float) -> Row:
    """The row at the foot: the token, the keys that are needed most, whether it plays."""
    row = corner(film, state)
    right = Row()
    if playing:
        playing_words = paper.say.phrase("playing, {speed} a second", speed=f"{speed:.2g}")
        right = paper.row((Text("▶ "), *playing_words), "bold")
    hints = tuple([(key.foot or key.label, key.hint) for key in film.keys if key.hint])
    for item in _hints(hints, overflow > 0, plays(film, state), paper.encoding, paper.say):
        if row.width + item.width + right.width + 2 <= paper.width:
            row += item
    return clipped(row, paper.width - right.width) + right


@lru_cache(16)
def _hints(
    hints: tuple[tuple[str, str], ...], more: bool, plays: bool, encoding: str, say: Language
) -> tuple[Row, ...]:
    """Keys with a word each; the same in every frame."""
    paper = Paper(encoding=encoding, say=say)
    first = (("PgDn", "more"),) if more else ()
    return tuple(
        Row("   ") + Row(paper.spell(label), "bold") + Row(" ") + paper.words(word)
        for label, word in (*first, *hints[:-1], *HINTS[: int(plays)], *hints[-1:], *HINTS[1:])
    )


def help_page(film: Film, state: Any, paper: Paper) -> Picture:
    """All keys with their words; one with none stands beside another."""
    say = paper.say
    keys = (*((key.label, key.words) for key in film.keys if key.label), *OWN_KEYS)
    rows = [((Text(paper.spell(label)),), (Text(say(words)),)) for label, words in keys]
    words = "Reopen this view with --at {token}"
    corner_words = say.phrase(words, token=film.token(state))
    return Stack(
        (
            Title(say(film.title) if film.title else "", ""),
            Rule(say("keys")),
            Table(("", ""), tuple(rows)),
            *((Words(()), Words(corner_words, "quiet")) if film.reopens else ()),
        )
    )


def played(film: Film, first: Any) -> Iterator[Any]:
    """Every state from the first to the last, as playing shows them."""
    state = first
    while state is not None:
        yield state
        state = film.onward(state)


def play(film: Film, first: Any, speed: float = 2.0, say: Language = ENGLISH) -> Any:
    """Play on the terminal until q is pressed; gives the state that was shown last.

    The terminal is as it was before whatever happens: Ctrl-C raises `KeyboardInterrupt`, a signal
    `SystemExit` with its code, a terminal that went away too.
    """
    from lstm_viz.terminal.screen import Screen

    player = Player(film, first, speed)
    with Screen(say) as screen:
        while not player.done:
            screen.draw(player.rows(screen.paper))
            for key in screen.keys(player.wait(time.monotonic())):
                player.press(key, time.monotonic())
            player.tick(time.monotonic())
    return player.state
