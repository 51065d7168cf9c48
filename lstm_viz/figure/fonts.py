"""The fonts of figures: the usual one, and one of the machine for characters that it lacks."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import suppress
from functools import cache

from matplotlib import font_manager

USUAL = "DejaVu Sans"
PREFERRED = ("Sans CJK SC", "Han Sans SC", "Han Sans CN", "PingFang SC", "GB", "YaHei", "Sans SC")
PROBE = frozenset("门梯度细胞损失")  # who has these has all characters of the catalogue, too
_CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")


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
    """The first font of the machine that has all these characters; empty if none has."""
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


def chinese_font() -> str:
    """The font for Chinese words; empty if there is none."""
    return font_with(PROBE)


@cache
def draws_chinese() -> bool:
    """Whether Chinese words can be drawn; one warning if not."""
    if not chinese_font():
        warnings.warn(
            "no installed font has Chinese characters: figures are in English"
            " (install one, such as Noto Sans CJK SC)",
            stacklevel=2,
        )
    return bool(chinese_font())


def drawable(written: str) -> bool:
    """Whether some font of the machine has every character of a text."""
    lacking = _lacking(written)
    return not lacking or bool(font_with(lacking))


def family(written: str) -> list[str]:
    """The fonts for a text: the usual one, and one for what it lacks."""
    lacking = _lacking(written)
    other = lacking and (font_with(lacking) or (chinese_font() if _CHINESE.search(written) else ""))
    return [USUAL, other] if other else [USUAL]


def _lacking(written: str) -> frozenset[str]:
    return frozenset(written) - letters(USUAL) - {"\n"}


def shown(written: str) -> str:
    """The text as it can be drawn: without a font for it, only what is Latin in it."""
    if not _CHINESE.search(written) or family(written) != [USUAL] or draws_chinese():
        return written
    return _CHINESE.sub("", written)
