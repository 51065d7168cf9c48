"""The text of a file or a stream, which is read within bounds."""

from __future__ import annotations

import os
import stat
from typing import IO

from lstm_viz.inputs.encodings import decoded, wide
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.limits import READING, refuse_too_large

# Bytes in memory for a byte, a row and a cell of CSV, while it is read.
PER_BYTE, PER_ROW, PER_CELL = 4, 400, 100


def of_file(path: str) -> tuple[str, str]:
    """The text of a file, which may be a pipe, and how it was read where that is not UTF-8."""
    try:
        with open(path, "rb") as file:
            return of_stream(file, path)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None


def of_stream(stream: IO[bytes], path: str) -> tuple[str, str]:
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
        if b"\0" in part and not wide(content):
            raise InputError(f"{path}: this is not a text file (it contains zero bytes)")
    return decoded(content, path)


def _is_regular(stream: IO[bytes]) -> bool:
    try:
        return stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    except OSError:  # it has no file behind it
        return False
