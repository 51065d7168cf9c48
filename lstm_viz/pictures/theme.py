"""One colour, one glyph and one word per kind of quantity, for all back ends.

The colours are told apart with any of the usual colour-blindnesses (after Okabe & Ito), and each
is dark enough for a white ground and light enough for a black one. Nothing is said by colour
alone: the quantity's own letter stands beside it.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Look:
    """How a kind of quantity looks: a colour for every back end, a glyph, and a word."""

    colour: str
    glyph: str
    word: str


LOOKS = {
    "input": Look("#6478a8", "→", "input"),
    "sum": Look("#7d7d7d", "Σ", "sum"),
    "input gate": Look("#2f8560", "◐", "gate"),
    "forget gate": Look("#3f8ae8", "◐", "gate"),
    "output gate": Look("#9544c7", "◐", "gate"),
    "reset gate": Look("#26727c", "◐", "gate"),
    "candidate": Look("#b07d00", "+", "candidate"),
    "memory": Look("#d9541e", "■", "memory"),
    "output": Look("#b27d82", "▲", "output"),
    "weight": Look("#7d7d7d", "w", "weight"),
    "gradient": Look("#d0478f", "∂", "gradient"),
}


def colour_of(kind: str) -> str:
    """The colour of a kind of quantity; none for what is no quantity."""
    return LOOKS[kind].colour if kind else ""


# The scales of heat maps: (for numbers from 0 up, the half above zero), and the half below it.
HEAT = (("#00224e", "#575d6d", "#a59c74", "#fde737"), ("#f1f1f1", "#f0a875", "#c8480c"))
BELOW_ZERO = ("#0b5fa5", "#7fb2dd")

# What is written instead where an encoding has no such character.
FALLBACKS = {
    "·": "*",
    "²": "^2",
    "³": "^3",
    "ᵏ": "^k",
    "•": "o",
    "●": "o",
    "≈": "~",
    "◐": "o",
    "■": "#",
    "‖": "|",
    "━": "-",
    "±": "+-",
    "÷": "/",
    "√": "sqrt",
    "∞": "inf",
    "π": "pi",
    "Σ": "sum",
    "∂": "d",
    "σ": "sigmoid",
    "×": "x",
    "½": "1/2",
    "─": "-",
    "←": "<-",
    "→": "->",
    "…": "...",
    "≤": "<=",
    "−": "-",
    "▸": ">",
    "⋮": ":",
    "█": "#",
    "│": "|",
    "╎": "|",
    "▲": "^",
    "▼": "v",
    "▶": ">",
    "↑": "up",
    "↓": "down",
    "₋": "-",
    **{subscript: str(digit) for digit, subscript in enumerate("₀₁₂₃₄₅₆₇₈₉")},
}


# Where these are used, · and ─ are drawn two columns wide: alignment needs plain characters.
_WIDE_ENCODINGS = ("cp93", "cp94", "cp95", "gb", "big5", "shift", "euc")


@cache
def _carries(letter: str, encoding: str) -> bool:
    if unicodedata.east_asian_width(letter) == "A" and encoding.lower().startswith(_WIDE_ENCODINGS):
        return False
    try:
        letter.encode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True


def spelled(written: str, encoding: str) -> str:
    """The text in characters that the encoding has: `Σ₈` is sum8 in ASCII, what is unknown is ?."""
    if written.isascii() or encoding == "utf-8" or encoding.replace("-", "").lower() == "utf8":
        return written
    if all(_carries(letter, encoding) for letter in written):
        return written
    return "".join(
        letter if _carries(letter, encoding) else FALLBACKS.get(letter) or _plain(letter)
        for letter in written
    )


def _plain(letter: str) -> str:
    """é as e; ? for a letter that is not built on a plain one."""
    return unicodedata.normalize("NFD", letter).encode("ascii", "ignore").decode() or "?"
