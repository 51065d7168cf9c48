"""Names that are looked up, and what to say where there is none."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean 'tanh'?`, or nothing where no known word is near."""
    close = difflib.get_close_matches(word, list(known), 1, 0.6)
    return f"did you mean {close[0]!r}?" if close else ""


def count(number: int, word: str) -> str:
    """`1 unit`, `6 steps`."""
    return f"{number:,} {word}" + ("" if number == 1 else "s")
