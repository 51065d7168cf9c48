"""A film as data: states, the picture of each, and the keys that lead on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lstm_viz.pictures.kinds import Picture
from lstm_viz.pictures.numerals import DIGITS


@dataclass(frozen=True)
class Key:
    """Names of keys, how they are written, what they do in words, and what becomes of a state.

    `hint` is a word for the row at the foot of the screen, beside the keys as `foot` has them;
    most keys have none.
    """

    names: tuple[str, ...]
    label: str
    words: str
    change: Callable[[Any], Any]
    hint: str = ""
    foot: str = ""


@dataclass(frozen=True)
class Film:
    """What is played: see the module's own words.

    `onward` gives the next state while it plays, None at the end; `again` where it begins anew from
    there. Where that is the end too, there is nothing to play.
    """

    picture: Callable[[Any, int, int], Picture]
    token: Callable[[Any], str]
    onward: Callable[[Any], Any]
    keys: tuple[Key, ...]
    digits: Callable[[Any], int] = lambda state: DIGITS
    title: str = ""
    again: Callable[[Any], Any] = lambda state: state
    reopens: bool = True  # whether the token brings the frame back
