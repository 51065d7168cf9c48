"""The text of a file or a stream: bounded, and in the encoding that it is in."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import IO

from lstm_viz.inputs.heads import KNOWN
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.limits import READING, refuse_too_large

# Bytes in memory for a byte, a row and a cell of CSV, while it is read.
PER_BYTE, PER_ROW, PER_CELL = 4, 400, 100
SAMPLE = 4096  # bytes that tell UTF-16


def content(path: str) -> tuple[str, str]:
    """The text of a file, which may be a pipe, and how it was read where that is not UTF-8."""
    try:
        with open(path, "rb") as file:
            return decoded(file, path)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None


def decoded(stream: IO[bytes], path: str) -> tuple[str, str]:
    """The text of a stream, and how it was read; `InputError` where it is none, or has no end."""
    content, needed, endless = bytearray(), 0, not _is_regular(stream)
    while part := stream.read(1 << 20):
        content += part
        cells = sum(map(part.count, (b",", b";", b"\t", b" ")))
        needed += PER_BYTE * len(part) + PER_ROW * part.count(b"\n") + PER_CELL * cells
        refuse_too_large(needed, path, "a smaller file")
        if endless and needed > READING:
            raise InputError(
                f"{path}: reading this would take more than {READING / 1e9:.1f} GB, and it may"
                " never end: save it as a file"
            )
        if b"\0" in part and not _utf16(content):
            raise InputError(f"{path}: this is not a text of numbers (it holds zero bytes)")
    return _text(content, path)


def _is_regular(stream: IO[bytes]) -> bool:
    try:
        return stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    except OSError:  # it has no file behind it
        return False


def _utf16(content: bytearray) -> str:
    """Which UTF-16 begins with its mark, or has mostly zeros in every second place; or nothing."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) and 0 in content[:SAMPLE]:
        return "utf-16"
    even, odd = content[:SAMPLE:2], content[1:SAMPLE:2]
    if odd.count(0) > max(len(odd) // 2, 8 * even.count(0)):
        return "utf-16-le"
    return "utf-16-be" if even.count(0) > max(len(even) // 2, 8 * odd.count(0)) else ""


def _text(content: bytearray, path: str) -> tuple[str, str]:
    """UTF-8 or UTF-16; GB 2312, whose bytes no European text has one behind the other; or GBK,
    where a head is Chinese for one that is known."""
    if encoding := _utf16(content):
        with suppress(UnicodeDecodeError):
            return content.decode(encoding), "read as UTF-16"
    for encoding, how in (("utf-8-sig", ""), ("gb2312", "read as GB 2312")):
        with suppress(UnicodeDecodeError):
            return content.decode(encoding), how
    with suppress(UnicodeDecodeError):
        text = content.decode("gb18030")
        if any(head in text for head in CHINESE):
            return text, "read as GBK"
    raise InputError(
        f"{path}: this is not a text of numbers (it is not UTF-8): save it as UTF-8, for a table of"
        " Latin letters with iconv -f latin1 -t utf-8"
    )


CHINESE = [
    head
    for heads in KNOWN.values()
    for head in heads.split(",")
    if len(head) > 1 and head[0] > "\u2e80"
]
