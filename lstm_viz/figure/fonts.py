"""The fonts of figures: the usual one, and a Chinese one of the machine where it is needed."""

from __future__ import annotations

import logging
import re
import warnings
from contextlib import suppress
from functools import cache

from matplotlib import font_manager

USUAL = "DejaVu Sans"
CHINESE_FONTS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
    "Noto Sans SC",
    "Heiti SC",
    "Arial Unicode MS",
)
_CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")


@cache
def chinese_font() -> str:
    """The first Chinese font of the machine; empty if there is none."""
    found = _known_font() or _new_font()
    if found:  # many have one weight only, and each text would be told so
        logging.getLogger("matplotlib.font_manager").addFilter(_says_more_than_weight)
    return found


def _says_more_than_weight(record: logging.LogRecord) -> bool:
    return "font weight" not in record.getMessage()


def _known_font() -> str:
    there = {entry.name for entry in font_manager.fontManager.ttflist}
    return next((name for name in CHINESE_FONTS if name in there), "")


def _new_font() -> str:
    """A Chinese font that came to the machine after Matplotlib made its list."""
    known = {entry.fname for entry in font_manager.fontManager.ttflist}
    for path in set(font_manager.findSystemFonts()) - known:
        with suppress(Exception):  # a broken font is no reason to stop
            if font_manager.get_font(path).family_name in CHINESE_FONTS:
                font_manager.fontManager.addfont(path)
    return _known_font()


@cache
def draws_chinese() -> bool:
    """Whether Chinese text can be drawn; one warning if not."""
    if not chinese_font():
        warnings.warn(
            "no Chinese font was found (tried Noto Sans CJK SC, SimHei, …): figures use Latin",
            stacklevel=2,
        )
    return bool(chinese_font())


def drawable(written: str) -> bool:
    """Whether some font of the machine has every character of a text."""
    fonts = [USUAL, *([chinese_font()] if chinese_font() else [])]
    files = [font_manager.get_font(font_manager.findfont(name)) for name in fonts]
    return all(any(file.get_char_index(ord(letter)) for file in files) for letter in written)


def family(written: str) -> list[str]:
    """The fonts for a text: the usual one, and a Chinese one where it is needed."""
    chinese = chinese_font() if _CHINESE.search(written) else ""
    return [USUAL, chinese] if chinese else [USUAL]


def shown(written: str) -> str:
    """The text as it can be drawn: without a Chinese font, only what is Latin in it."""
    return (
        _CHINESE.sub("", written) if _CHINESE.search(written) and not draws_chinese() else written
    )
