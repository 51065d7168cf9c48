"""Tables that were written by hand: TOML and JSON, by the ending of the file."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lstm_viz.files.reading import size_of
from lstm_viz.validation.errors import InputError

READERS: dict[str, Callable[[str], Any]] = {".toml": tomllib.loads, ".json": json.loads}
LONGEST = 1 << 22  # bytes; what is written by hand is far shorter
TOO_LONG = "a number in it is thousands of digits long"  # of Python's own limit, 4,300


def is_table(path: str) -> bool:
    """Whether a file is one by its ending."""
    return Path(path).suffix.lower() in READERS


def read_table(path: str) -> dict[str, Any]:
    """The keys of a TOML or JSON file; `InputError` names the place where it is none."""
    if size_of(path) > LONGEST:
        raise InputError(f"{path}: more than {LONGEST:,} bytes are too many for a table")
    kind = Path(path).suffix.lower()
    try:
        found = READERS[kind](Path(path).read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InputError(f"{path}: this is not a text (it is not UTF-8)") from None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
    except RecursionError:
        raise InputError(f"{path}: this is nested too deeply") from None
    except ValueError as error:
        why = TOO_LONG if "int_max_str_digits" in str(error) else error
        raise InputError(f"{path}: this is not {kind[1:].upper()}: {why}") from None
    if not isinstance(found, dict):
        raise InputError(f'{path}: write names and their numbers, such as {{"b_f": [1.0]}}')
    return found
