"""What is kept between two terminals and two days: where a lecture is, which lessons were done.

Small files in the state folder (`XDG_STATE_HOME`), each written beside and moved into place, so
that a reader never sees half of one. Where the folder cannot be written to, nothing is kept.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lstm_viz.files.atomic import replacing
from lstm_viz.validation.errors import InputError

NOW, STEERED, DONE = "lecture.json", "steered.json", "done.json"
MOST_KEYS = 50  # that are kept for a lecture that has not yet read them


@dataclass(frozen=True)
class Now:
    """Where a lecture is: the lesson's script, its piece and stage from 0, and when it began.

    `began` is in seconds since 1970, `process` the program that plays it; 0 when it has ended.
    """

    path: str
    piece: int
    stage: int
    began: float
    process: int


def state_folder() -> Path:
    """Where the files are."""
    asked = os.environ.get("XDG_STATE_HOME", "")
    base = Path(asked) if os.path.isabs(asked) else Path.home() / ".local" / "state"
    return base / "lstm-viz"


def tell(now: Now) -> None:
    """Say where the lecture is."""
    _write(NOW, asdict(now))


def where() -> Now | None:
    """Where a lecture is, or was last; None where there was none."""
    found = _read(NOW)
    try:
        return Now(**found) if found else None
    except TypeError:
        return None


def steer(key: str) -> None:
    """A key pressed in the terminal with the notes."""
    found = _read(STEERED)
    number, keys = _keys(found)
    _write(STEERED, {"number": number + 1, "keys": [*keys, key][-MOST_KEYS:]})


def steered(after: int | None) -> tuple[int, list[str]]:
    """The number of keys pressed there so far, and those `after` an earlier number."""
    number, keys = _keys(_read(STEERED))
    fresh = 0 if after is None else min(max(number - after, 0), len(keys))
    return number, keys[len(keys) - fresh :]


def _keys(found: Mapping[str, Any]) -> tuple[int, list[str]]:
    number, keys = found.get("number"), found.get("keys")
    if not isinstance(number, int) or not isinstance(keys, list):
        return 0, []
    return number, [str(key) for key in keys]


def done() -> frozenset[str]:
    """The slugs of the lessons that were played to their last piece."""
    slugs = _read(DONE).get("done")
    return frozenset(map(str, slugs)) if isinstance(slugs, list) else frozenset()


def finished(slug: str) -> None:
    """This lesson was played to its last piece."""
    if slug not in done():
        _write(DONE, {"done": sorted({*done(), slug})})


def _read(name: str) -> dict[str, Any]:
    with suppress(OSError, ValueError):
        found = json.loads((state_folder() / name).read_text(encoding="utf-8"))
        if isinstance(found, dict):
            return found
    return {}


def _write(name: str, what: Mapping[str, Any]) -> None:
    with suppress(OSError, InputError):
        state_folder().mkdir(parents=True, exist_ok=True)
        with replacing(state_folder() / name) as file:
            json.dump(what, file)
