"""Files: written beside and moved into place, so that the previous one stays whole until then."""

from __future__ import annotations

import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from lstm_viz.validation.errors import InputError


@contextmanager
def replacing(path: str | Path, mode: str = "w") -> Iterator[IO[Any]]:
    """Open a new file beside `path`; on leaving without an error it takes the place of `path`.

    A link stays one, and what it points at is replaced; a pipe or a device is written to. Raises
    `InputError` where the folder or the disk refuses; then, as after any other error, the previous
    file is untouched and nothing is left behind.
    """
    encoding = None if "b" in mode else "utf-8"
    newline = None if "b" in mode else ""
    with beside(path) as new, open(new, mode, encoding=encoding, newline=newline) as file:
        yield file


@contextmanager
def beside(path: str | Path) -> Iterator[Path]:
    """As `replacing`, for those who open the new file by its own path."""
    target = Path(os.path.realpath(path))
    # The name is known before the file is there: a signal in between leaves nothing behind.
    new = target.with_name(f"{_prefix(target)}{os.getpid()}.{os.urandom(4).hex()}")
    try:
        if target.is_dir():
            raise InputError(f"{path}: this is a folder")
        if _is_stream(target):
            yield target
            return
        _clear_leftovers(target)
        mode = target.stat().st_mode & 0o777 if target.exists() else 0
        # The system takes off its umask: to ask for that means to change it, in all threads.
        os.close(
            os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode | 0o600 if mode else 0o666)
        )
        yield new
        if mode:
            os.chmod(new, mode)
        os.replace(new, target)
    except OSError as error:
        _remove(new)
        raise InputError(f"{path}: cannot be written ({error.strerror or error})") from None
    except BaseException:
        _remove(new)
        raise


class _OnlyAskedError(Exception):
    """Nothing is to be written yet."""


def check_writable(path: str, again: bool = False) -> None:
    """Raise `InputError` if this file could not be written, as writing it would.

    A pipe is written to once, when its reader is there, so it is none to be written `again`.
    """
    if again and _is_stream(Path(path)) and stat.S_ISFIFO(os.stat(path).st_mode):
        raise InputError(f"{path}: this is a pipe; a training is saved more than once: give a file")
    with suppress(_OnlyAskedError), beside(path):
        raise _OnlyAskedError


def _prefix(target: Path) -> str:
    """How files beside one target begin: short, as its own name may fill all that is allowed."""
    return f".lstm-viz.{zlib.crc32(os.fsencode(target.name)):08x}."


def _is_stream(target: Path) -> bool:
    with suppress(OSError):
        return not stat.S_ISREG(target.stat().st_mode)
    return False


def _clear_leftovers(target: Path) -> None:
    """Remove what a process that was killed while it wrote this target has left."""
    for old in target.parent.glob(f"{_prefix(target)}*"):
        writer = old.name.removeprefix(_prefix(target)).partition(".")[0]
        if writer.isdigit() and not _runs(int(writer)):
            _remove(old)


def _runs(process: int) -> bool:
    if os.name == "nt":  # where signal 0 is no question
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it is somebody else's
        return True
    return True


def _remove(path: Path) -> None:
    with suppress(OSError):
        os.unlink(path)
