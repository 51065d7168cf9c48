"""Names that are looked up, and what to say where there is none."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import TypeVar

from lstm_viz.validation.errors import InputError

T = TypeVar("T")
MOST_COMPARED, LONGEST_COMPARED = 10_000, 100


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean 'tanh'?`, or nothing where no known word is near, or all are long."""
    short = [each for each in islice(known, MOST_COMPARED) if len(each) <= LONGEST_COMPARED]
    if ending := [each for each in short if each.endswith(f".{word}")]:
        return f"did you mean {ending[0]!r}?"
    close = difflib.get_close_matches(word[:LONGEST_COMPARED], short, 1, 0.6)
    return f"did you mean {close[0]!r}?" if close else ""


def count(number: int, word: str) -> str:
    """`1 unit`, `6 steps`."""
    return f"{number:,} {word}" + ("" if number == 1 else "s")


def which_units(number: int) -> str:
    """`there are units 0 to 3`, or that there is one."""
    return f"there are units 0 to {number - 1}" if number > 1 else "there is only unit 0"


def printable(text: str) -> str:
    """The text in one line that no terminal obeys: a name may hold line breaks and escapes."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def short(text: str, most: int = 40) -> str:
    """Its beginning, where it is long, and printable."""
    return printable(text if len(text) <= most else f"{text[: most - 1]}…")


def nearest(word: str, known: Iterable[str], otherwise: str = "there are {}") -> str:
    """The known word that may be meant; all of them, said as `otherwise` says, where none is."""
    known = list(dict.fromkeys(known))
    return did_you_mean(word, known) or otherwise.format(", ".join(known) or "none")


def look_up(name: str, known: Mapping[str, T], what: str, error: type[Exception] = InputError) -> T:
    """`known[name]`; else `error`: `no loss is called 'mes': did you mean 'mse'?`."""
    if name in known:
        return known[name]
    raise error(f"no {what} is called {short(name)!r}: {nearest(name, known)}")
