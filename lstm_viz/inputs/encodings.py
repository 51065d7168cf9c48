"""A table's bytes as text: UTF-8, UTF-16, GB 2312 or GBK."""

from __future__ import annotations

import codecs
from contextlib import suppress

from lstm_viz.validation.errors import InputError

WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # how a spreadsheet's "Unicode text" begins
SAMPLE = 4096  # bytes that tell it where it has no mark


def decoded(content: bytearray, path: str) -> tuple[str, str]:
    """The text, and how it was read if that is not UTF-8; `InputError` if it is none of these."""
    for encoding, name in _ways(content):
        with suppress(UnicodeDecodeError):
            text = content.decode(encoding)
            if encoding != "gb18030" or _is_chinese(text):
                return text, f"read as {name}" * bool(name)
    raise InputError(
        f"{path}: this is not a text file in UTF-8, UTF-16 or GBK: save it as UTF-8 (for Western"
        " European text: iconv -f latin1 -t utf-8)"
    )


def wide(content: bytearray) -> str:
    """The UTF-16 that begins with its mark, or has most zeros in every second place; or nothing."""
    even, odd = content[:SAMPLE:2], content[1:SAMPLE:2]
    if content.startswith(WIDE):
        return "utf-16"
    if odd.count(0) > max(len(odd) // 2, 8 * even.count(0)):
        return "utf-16-le"
    return "utf-16-be" if even.count(0) > max(len(even) // 2, 8 * odd.count(0)) else ""


def _ways(content: bytearray) -> tuple[tuple[str, str], ...]:
    if encoding := wide(content):
        return ((encoding, "UTF-16"),)
    return ("utf-8-sig", ""), ("gb2312", "GB 2312"), ("gb18030", "GBK")


def _is_chinese(text: str) -> bool:
    """Whether at least half of its characters are common ones: Latin accents in pairs are not."""
    wide = "".join(each for each in text if each > "\x7f")
    return len(wide.encode("gb2312", "ignore")) >= len(wide)
