"""The fonts of figures: the usual one, the bundled Chinese one, and those of the machine.

What the catalogue says is drawn in the bundled font. Somebody's own text may hold any character:
then a font is chosen that has them all. A character that no font has is drawn as `MISSING`.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from matplotlib import font_manager
from matplotlib.patheffects import withStroke

USUAL = "DejaVu Sans"
BUNDLED = "LSTM Viz Sans SC"  # a part of Noto Sans CJK SC: docs/make_font.py
BUNDLED_FILE = Path(__file__).parent / "chinese.otf"
MISSING = "□"
BOLD = 0.055  # of the size of type: how much thicker a bold Chinese text is drawn
PREFERRED = ("Sans CJK SC", "Han Sans SC", "Han Sans CN", "PingFang SC", "GB", "YaHei", "Sans SC")
_CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")


def in_chinese(written: str) -> frozenset[str]:
    """The Chinese characters and full-width signs in a text."""
    return frozenset(_CHINESE.findall(written))


@cache
def bundled() -> frozenset[str]:
    """The characters of the bundled font, which Matplotlib then knows by its name."""
    with suppress(OSError, RuntimeError):
        font_manager.fontManager.addfont(BUNDLED_FILE)
    return letters(BUNDLED)


@cache
def letters(name: str) -> frozenset[str]:
    """The characters of a font of the machine; none of one that cannot be drawn at any size.

    A collection (.ttc) is read by its first face, which has the characters of them all.
    """
    # Many have one weight only, and each text would be told so.
    logging.getLogger("matplotlib.font_manager").addFilter(_says_more_than_weight)
    with suppress(Exception):  # a broken font is no reason to stop
        font = font_manager.get_font(font_manager.findfont(name, fallback_to_default=False))
        return frozenset(map(chr, font.get_charmap())) if font.scalable else frozenset()
    return frozenset()


@cache
def font_with(wanted: frozenset[str]) -> str:
    """The bundled font, or else the first of the machine, that has all these characters, or ""."""
    if wanted <= bundled():
        return BUNDLED
    return next((name for name in _names() if wanted <= letters(name)), "")


def _names() -> Iterator[str]:
    """All fonts, those made for simplified Chinese first, new ones last."""
    known = sorted({entry.name for entry in font_manager.fontManager.ttflist})
    yield from sorted(known, key=lambda name: not any(each in name for each in PREFERRED))
    yield from _new_names()


@cache
def _new_names() -> tuple[str, ...]:
    """Fonts that came to the machine after Matplotlib made its list."""
    there = font_manager.fontManager.ttflist
    count, known = len(there), {entry.fname for entry in there}
    for path in sorted(set(font_manager.findSystemFonts()) - known):
        with suppress(Exception):
            font_manager.fontManager.addfont(path)
    return tuple(entry.name for entry in there[count:])


def _says_more_than_weight(record: logging.LogRecord) -> bool:
    return "font weight" not in record.getMessage()


def drawable(written: str) -> bool:
    """Whether some font has every character of a text."""
    lacking = _lacking(written)
    return not lacking or bool(font_with(lacking))


class Thicker(withStroke):
    """A stroke of a text's own colour around its glyphs, where its font has no bold ones."""


def weighted(written: str, weight: str, size: float, colour: str) -> dict[str, Any]:
    """The weight of a text as Matplotlib has it; Chinese, whose font has one, is drawn thicker."""
    if weight != "bold" or not in_chinese(written):
        return {"weight": weight}
    stroke = Thicker(linewidth=BOLD * size, foreground=colour)
    return {"weight": "normal", "path_effects": [stroke]}


def family(written: str) -> list[str]:
    """The fonts for a text: the usual one, and one for what it lacks."""
    lacking = _lacking(written)
    return [USUAL, font_with(lacking) or BUNDLED] if lacking else [USUAL]


def shown(written: str) -> str:
    """The text as it can be drawn: `MISSING` for each character that no font has."""
    if drawable(written):
        return written
    _tell_missing()
    return "".join(each if _beside(each) else MISSING for each in written)


@cache
def _tell_missing() -> None:
    """Once."""
    words = f"no installed font has all characters of this text: {MISSING} stands for those"
    warnings.warn(words, stacklevel=3)


def _beside(letter: str) -> bool:
    """Whether it can be drawn in a text for which there is no font that has it all."""
    return letter in letters(USUAL) or letter in bundled() or letter == "\n"


def _lacking(written: str) -> frozenset[str]:
    return frozenset(written) - letters(USUAL) - {"\n"}
