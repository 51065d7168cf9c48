"""Text as a sequence: a character or a word a step, by a vocabulary."""

from __future__ import annotations

import json

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
    what = f"one character a step, one-hot over {shown}"
    return Sequence(values, what, tuple(repr(each) for each in text))


LONGEST_TEXT, MOST_WORDS = 1 << 24, 1_000_000


def read_vocabulary(path: str) -> dict[str, int]:
    """A word (or character) a line, numbered from 0; or JSON, {word: number} or a list."""
    text = read_text(path)
    if path.lower().endswith(".json"):
        return _of_json(path, text)
    if text.count("\n") > MOST_WORDS:
        raise InputError(f"{path}: more than {MOST_WORDS:,} words are too many")
    words = [line.rstrip("\r") for line in text.split("\n")]
    while words and not words[-1]:
        words.pop()
    return {word: k for k, word in enumerate(words)}


def read_text(path: str) -> str:
    """The text of a file of words; `InputError` where it is none, or too long."""
    try:
        with open(path, "rb") as file:
            content = file.read(LONGEST_TEXT + 1)
        if len(content) > LONGEST_TEXT:
            raise InputError(f"{path}: more than {LONGEST_TEXT:,} bytes are too many words")
        return content.decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: this is no text of words (it is not UTF-8)") from None


def _of_json(path: str, text: str) -> dict[str, int]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise InputError(f"{path}: this is no JSON") from None
    if isinstance(found, list):
        found = {word: k for k, word in enumerate(found)}
    good = isinstance(found, dict) and all(
        isinstance(w, str) and type(k) is int and 0 <= k < 10**7 for w, k in found.items()
    )
    if not good or not found:
        raise InputError(f"{path}: a vocabulary is {{word: number}}, or a list of words")
    return dict(found)
