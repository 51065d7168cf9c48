"""Files that are read from any place in them: regular ones, whose end is known."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from lstm_viz.validation.errors import InputError


def size_of(path: str | Path) -> int:
    """Bytes of a file; `InputError` where there is none, or a folder, a device or a pipe."""
    try:
        found = os.stat(path)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
    except ValueError as error:  # a null byte in the path
        raise InputError(f"{path!r}: {error}") from None
    if stat.S_ISDIR(found.st_mode):
        raise InputError(f"{path}: Is a directory")
    if not stat.S_ISREG(found.st_mode):
        raise InputError(f"{path}: this is a device or a pipe; what is read here is a file")
    return found.st_size
