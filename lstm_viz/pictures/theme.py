"""One colour, one glyph and one word per kind of quantity, for all back ends.

A kind has its colour in every cell and every view; which kind a quantity is, `equations.gates`
says. There is one for a light background, one for a dark one, and one where it is not known,
as in a terminal; each can be read there as text (4.5 : 1), and is told from the others with any of
the usual colour-blindnesses. Nothing is said by colour alone: the quantity's own letter stands
beside it. The sign of a number is no kind, and so has no colour: what is below zero is broken or
grey.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Look:
    """How a kind of quantity looks: its colours, a glyph, and a word."""

    colour: str  # on any background
    light: str  # on a light one
    dark: str  # on a dark one
    glyph: str
    word: str


LOOKS = {
    "input": Look("#687792", "#6e7479", "#d6dbfa", "→", "input"),
    "sum": Look("#767676", "#63696f", "#9aa4af", "Σ", "sum"),
    "input gate": Look("#45830e", "#308345", "#a5edb2", "◐", "gate"),
    "forget gate": Look("#4b74c8", "#0070e6", "#5087f8", "◐", "gate"),
    "output gate": Look("#805ce2", "#6b13a3", "#9d82bd", "◐", "gate"),
    "reset gate": Look("#118579", "#004e60", "#0fc2af", "◐", "gate"),
    "candidate": Look("#976d3d", "#6d4400", "#eadd79", "+", "candidate"),
    "memory": Look("#d63d03", "#c44a00", "#fe6420", "■", "memory"),
    "output": Look("#a96357", "#5a4036", "#cda16c", "▲", "output"),
    "weight": Look("#767676", "#63696f", "#9aa4af", "w", "weight"),
    "gradient": Look("#bf4d6f", "#cb23a6", "#d7687c", "∂", "gradient"),
}


def colour_of(kind: str) -> str:
    """The colour of a kind of quantity; none for what is no quantity."""
    return LOOKS[kind].colour if kind else ""


# The scales of heat maps: for numbers from 0 up, and from below zero (dark) to above it (light).
HEAT = ("#00224e", "#575d6d", "#a59c74", "#fde737")
SIGNED = ("#141414", "#474747", "#808080", "#bdbdbd", "#f7f7f7")

# What is written instead where an encoding has no such character.
FALLBACKS = {
    "·": "*",
    "²": "^2",
    "³": "^3",
    **{letter: f"^{digit}" for digit, letter in zip("01456789", "⁰¹⁴⁵⁶⁷⁸⁹", strict=True)},
    "⁻": "^-",
    "ᵏ": "^k",
    "ₜ": "_t",
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
    "γ": "gamma",
    "δ": "delta",
    "×": "x",
    "½": "1/2",
    "─": "-",
    "←": "<-",
    "→": "->",
    "…": "...",
    "≤": "<=",
    "≥": ">=",
    "−": "-",
    "▸": ">",
    "✓": "*",
    "✗": "x",
    "⋮": ":",
    "█": "#",
    "│": "|",
    "╱": "/",
    "╲": "\\",
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
