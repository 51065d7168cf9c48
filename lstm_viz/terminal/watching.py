"""A screen for something that also changes by itself: a file that is saved, a clock.

    watch(what, say)            until what.over

`what` has a state, any frozen data; a picture of it; keys for the foot of the screen; what a key
does; and `look`, which is asked many times a second whether anything has happened meanwhile.
"""

from __future__ import annotations

from typing import Any, Protocol

from lstm_viz.pictures.kinds import Picture
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.terminal.paper import Paper, lines
from lstm_viz.terminal.rows import Row, clipped

TICK = 0.04  # seconds
BY = 8  # rows


class Watched(Protocol):
    """What is shown."""

    @property
    def over(self) -> bool:
        """Whether it is to end."""

    @property
    def state(self) -> Any:
        """Compared with what it was: the screen is drawn anew where it differs."""

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Keys and a word each, for the foot."""

    def picture(self, columns: int, rows: int) -> Picture:
        """What is to be seen, on so many columns and rows."""

    def press(self, key: str) -> None:
        """What a key does."""

    def look(self) -> None:
        """See whether anything has happened."""


def watch(what: Watched, say: Language = ENGLISH) -> None:
    """Show it on the whole screen until it is over; the terminal is then as it was."""
    from lstm_viz.terminal.screen import Screen

    drawn: Any = None
    scroll = 0
    with Screen(say) as screen:
        while not what.over:
            paper = screen.paper
            now = what.state, paper.width, paper.height, scroll
            if screen.blank or drawn != now:
                rows, most = view(what, paper, scroll)
                scroll = min(scroll, most)
                screen.draw(rows)
                drawn = (*now[:3], scroll)
            what.look()
            for key in screen.keys(TICK):
                before = what.state
                what.press(key)
                if key in ("page up", "page down") and what.state == before:
                    scroll = max(scroll + (BY if key == "page down" else -BY), 0)
                elif what.state != before:
                    scroll = 0


def view(what: Watched, paper: Paper, scroll: int = 0) -> tuple[list[Row], int]:
    """The rows of the screen, and by how many the picture is too high."""
    height = paper.height - 1
    sheet = Paper(paper.width, paper.digits, paper.encoding, 0, paper.colours, paper.say)
    rows = list(lines(what.picture(paper.width, height), sheet))
    most = max(len(rows) - height, 0)
    start = min(scroll, most)
    shown = rows[start : start + height]
    keys = ((("PgDn", "more"),) if most else ()) + what.keys
    return [*shown, *[Row()] * (height - len(shown)), foot(keys, paper)], most


def foot(keys: tuple[tuple[str, str], ...], paper: Paper) -> Row:
    """Keys with a word each, as many as there is room for."""
    row = Row()
    for label, word in keys:
        between = Row("   " if row.runs else " ")
        item = between + Row(paper.spell(label), "bold") + Row(" ") + paper.words(word)
        if row.width + item.width <= paper.width:
            row += item
    return clipped(row, paper.width)
