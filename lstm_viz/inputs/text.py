"""Text as a sequence: a character a step, and texts of files."""

from __future__ import annotations

import numpy as np

from lstm_viz.inputs.sequence import Sequence
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.limits import refuse_too_large


def characters(text: str, bytes_per_step: float = 8.0) -> Sequence:
    """One character a step, one-hot over the sorted characters of the text: (T, characters)."""
    if not text:
        raise InputError("--text is empty: give at least one character")
    known = sorted(set(text))
    needed = len(text) * (bytes_per_step + 24.0 * len(known))
    refuse_too_large(
        needed, f"{len(text):,} characters, {len(known):,} of them different", "a shorter text"
    )
    values = (np.array(list(text))[:, None] == np.array(known)).astype(float)
    shown = " ".join(repr(each)[1:-1] if each.strip() else repr(each) for each in known)
    what = f"one character per step, one-hot over {shown}"
    labels, rows = (tuple(repr(each) for each in some) for some in (text, known))
    return Sequence(values, what, labels, rows)


LONGEST_TEXT = 1 << 24


def read_text(path: str) -> str:
    """The text of a file of words; `InputError` where it is none, or too long."""
    try:
        with open(path, "rb") as file:
            content = file.read(LONGEST_TEXT + 1)
        if len(content) > LONGEST_TEXT:
            raise InputError(f"{path}: a text of more than {LONGEST_TEXT:,} bytes is too long")
        return content.decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: this is not a text file in UTF-8") from None
