"""Files: written beside and moved into place, so that the previous one stays whole until then."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from lstm_viz.errors import InputError


@contextmanager
def replacing(path: str | Path, mode: str = "w") -> Iterator[IO[Any]]:
    """Open a new file beside `path`; on leaving without an error it takes the place of `path`.

    Raises `InputError` where the folder or the disk refuses; then, as after any other error, the
    previous file is untouched and nothing is left behind.
    """
    encoding = None if "b" in mode else "utf-8"
    newline = None if "b" in mode else ""
    with beside(path) as new, open(new, mode, encoding=encoding, newline=newline) as file:
        yield file


@contextmanager
def beside(path: str | Path) -> Iterator[Path]:
    """As `replacing`, for those who open the new file by its own path."""
    target, new = Path(path), ""
    try:
        if target.is_dir():
            raise InputError(f"{path}: this is a folder")
        handle, new = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        os.close(handle)
        yield Path(new)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(new, target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~umask)
        os.replace(new, target)
    except OSError as error:
        _remove(new)
        raise InputError(f"{path}: cannot be written ({error.strerror or error})") from None
    except BaseException:
        _remove(new)
        raise


def _remove(path: str) -> None:
    with suppress(OSError):
        os.unlink(path)
