"""A table's bytes as text: UTF-8, UTF-16, GB 2312 or GBK."""

from __future__ import annotations

import codecs
from contextlib import suppress

from lstm_viz.validation.errors import InputError

WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # how a spreadsheet's "Unicode text" begins


def decoded(content: bytearray, path: str) -> tuple[str, str]:
    """The text, and how it was read if that is not UTF-8; `InputError` if it is none of these."""
    for encoding, name in _ways(content):
        with suppress(UnicodeDecodeError):
            text = content.decode(encoding)
            if encoding != "gbk" or _is_chinese(text):
                return text, f" (read as {name})" * bool(name)
    raise InputError(
        f"{path}: this is not a text file in UTF-8, UTF-16 or GBK: save it as UTF-8 (for Western"
        " European text: iconv -f latin1 -t utf-8)"
    )


def _ways(content: bytearray) -> tuple[tuple[str, str], ...]:
    if content.startswith(WIDE):
        return (("utf-16", "UTF-16"),)
    return ("utf-8-sig", ""), ("gb2312", "GB 2312"), ("gbk", "GBK")


def _is_chinese(text: str) -> bool:
    """Whether at least half of its characters are common ones: Latin accents in pairs are not."""
    wide = "".join(each for each in text if each > "\x7f")
    return len(wide.encode("gb2312", "ignore")) >= len(wide)
