"""Vocabularies: which number a word has, or a character; and text by one of them.

vocabulary = read_vocabulary("words.txt")        # `<pad>`, `<unk>`, then a word a line
vocabulary.by_character, vocabulary.unknown      # False, "<unk>"
vocabulary.read("the cat sat")                   # [("the", 2), ("cat", 3), ("sat", 4)]
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lstm_viz.inputs.text import read_text
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import did_you_mean, short

MOST_WORDS, LARGEST = 1_000_000, 10**7
# What stands for no word of the text: <pad>, </s>, <|end|>, [UNK], __eos__, PAD.
SPECIAL = re.compile(r"<[^<>\s]+>|\[[A-Z_]{2,}\d*\]|__\w+__|PAD|UNK|EOS|SOS|BOS|OOV|MASK", re.A)
UNKNOWN = ("unk", "unknown", "oov")
INSIDE = ("word_index", "stoi", "token_to_idx", "itos", "vocab", "model", "config")


@dataclass(frozen=True)
class Vocabulary:
    """Words and their numbers, as a file has them."""

    path: str
    numbers: dict[str, int]

    @cached_property
    def special(self) -> tuple[str, ...]:
        """The entries that stand for no word: padding, beginnings, ends, what is unknown."""
        return tuple(word for word in self.numbers if SPECIAL.fullmatch(word))

    @cached_property
    def by_character(self) -> bool:
        """Whether all other entries are one character long."""
        rest = set(self.numbers).difference(self.special)
        return bool(rest) and all(len(word) == 1 for word in rest)

    @cached_property
    def unknown(self) -> str | None:
        """The entry for what has none of its own."""
        named = (word for word in self.special if word.strip("<>[]_|").lower() in UNKNOWN)
        return next(named, None)

    def read(self, text: str) -> list[tuple[str, int]]:
        """Each word of a text, or each character, with its number; that of `unknown` where it
        has none. Raises `InputError`, with the line, where there is no such entry."""
        found = []
        for line, word in self._split(text):
            number = self.numbers.get(word, self.numbers.get(self.unknown or "", -1))
            if number < 0:
                where = f" (line {line} of the text)" if "\n" in text.rstrip("\n") else ""
                hint = did_you_mean(word, self.numbers) or f"it has {len(self.numbers):,} entries"
                raise InputError(f"{self.path} has no {short(word)!r}{where}: {hint}")
            found.append((word, number))
        return found

    def _split(self, text: str) -> Iterator[tuple[int, str]]:
        """(line, word or character); line breaks are characters only where they have a number."""
        breaks = "\n" in self.numbers
        for line, content in enumerate(text.split("\n"), 1):
            if line > 1 and breaks:
                yield line - 1, "\n"
            for word in self._characters(content) if self.by_character else content.split():
                yield line, word

    def _characters(self, content: str) -> Iterator[str]:
        """One at a time, but for special entries, which are written out."""
        names = sorted(self.special, key=len, reverse=True)
        pattern = "|".join([*map(re.escape, names), "."])
        return (match[0] for match in re.finditer(pattern, content, re.S))


def read_vocabulary(path: str) -> Vocabulary:
    """A word (or character) a line, numbered from 0; or JSON, {word: number} or a list.

    JSON may hold it inside: a Keras Tokenizer's `word_index`, torchtext's `itos` or `stoi`, the
    `vocab` of a tokenizer.json. Raises `InputError` for what is none, with the line.
    """
    text = read_text(path)
    if path.lower().endswith(".json"):
        return Vocabulary(path, _of_json(path, text))
    if text.count("\n") > MOST_WORDS:
        raise InputError(f"{path}: more than {MOST_WORDS:,} words are too many")
    words = [line.rstrip("\r") for line in text.split("\n")]
    while words and not words[-1]:
        words.pop()
    numbers: dict[str, int] = {}
    for k, word in enumerate(words):
        if numbers.setdefault(word, k) != k and word:
            first = numbers[word] + 1
            raise InputError(f"{path}, line {k + 1}: {short(word)!r} is already in line {first}")
    return Vocabulary(path, numbers)


def _of_json(path: str, text: str) -> dict[str, int]:
    try:
        found = _inside(json.loads(text))
    except (ValueError, RecursionError):
        raise InputError(f"{path}: this is not JSON") from None
    if isinstance(found, list):
        found = {word: k for k, word in enumerate(found) if isinstance(word, str)}
    good = isinstance(found, dict) and all(
        isinstance(w, str) and type(k) is int and 0 <= k < LARGEST for w, k in found.items()
    )
    if not good or not found:
        raise InputError(f"{path}: a vocabulary is {{word: number}}, or a list of words")
    return dict(found)


def _inside(found: Any, depth: int = 0) -> Any:
    """The vocabulary that a tokenizer's file holds among other things."""
    if not isinstance(found, dict) or depth > 3:
        return found
    for key in INSIDE:
        held = found.get(key)
        held = json.loads(held) if isinstance(held, str) and held[:1] == "{" else held
        if isinstance(held, dict | list):
            return _inside(held, depth + 1)
    return found
