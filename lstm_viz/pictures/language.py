"""What the screens say, in English or in another language.

    say = LANGUAGES["zh"]
    say("value")                                     # 值
    say.phrase("step {t} of {n}", t="2", n="6")      # pieces, in their order there
    say.count(6, "step")                             # 6 步
    say.sentence("8 units, 1 layer, seed 0")         # 8 个单元，1 层，种子 0

English is what is written in the code; a catalogue (`chinese.py`) maps it to the other language,
and a test asks that nothing is missing there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache
from typing import NamedTuple

from lstm_viz.pictures.kinds import Expression, Text, Value

Patterns = list[tuple[re.Pattern[str], str]]


class Catalogue(NamedTuple):
    """What a language says: words, sentences found in texts that others put together, the program's
    own sentences, and the names of mistakes.

    In the program's own a name of one letter stands for a number, and one of `AS_IT_IS` for what
    stays as it is.
    """

    words: Mapping[str, str]
    patterns: Mapping[str, str]
    sentences: Mapping[str, str]
    mistakes: Mapping[str, str]


class Language:
    """A language by its catalogue, English → its words, read when first asked; English has none."""

    def __init__(self, read: Callable[[], Catalogue] | None = None) -> None:
        self._read = read
        self.sentence: Callable[[str], str] = lru_cache(4096)(self._sentence)

    @cached_property
    def _says(self) -> Catalogue | None:
        return self._read() if self._read else None

    def __call__(self, english: str) -> str:
        """The words; `KeyError` if the catalogue has none for them."""
        return english if self._says is None or not english else self._says.words[english]

    def phrase(self, english: str, **pieces: str | Text | Value | Expression) -> Expression:
        """A sentence with pieces put in for `{name}`, in the order of the language."""
        found: list[Text | Value] = []
        for k, part in enumerate(re.split(r"\{(\w+)\}", self(english))):
            piece = pieces[part] if k % 2 else part
            if isinstance(piece, str):
                found += [Text(piece)] if piece else []
            else:
                found += piece if isinstance(piece, tuple) else [piece]
        return tuple(found)

    def known(self, english: str) -> str:
        """The words for what others wrote, a cell's comment or an input's name, if there are any.

        `random, pytorch initialisation, seed 0` is found by its pattern.
        """
        if self._says is None:
            return english
        if english in self._says.words:
            return self._says.words[english]
        for pattern, other in self._patterns:
            if match := pattern.fullmatch(english):
                return other.format(**{k: self.known(v) for k, v in match.groupdict().items()})
        return english

    def mistake(self, english: str) -> str:
        """The words for one of the named mistakes."""
        return self._mistakes.sentence(english) if self._mistakes else english

    @cached_property
    def _mistakes(self) -> Language | None:
        says = self._says
        return says and Language(lambda: Catalogue({}, {}, says.mistakes, {}))

    @cached_property  # hundreds to compile: only for whoever reads that language
    def _patterns(self) -> Patterns:
        return _patterns(self._says.patterns if self._says else {})

    @cached_property
    def _clauses(self) -> Mapping[str, str]:
        return {**self._says.patterns, **self._says.sentences} if self._says else {}

    @cached_property
    def _sentences(self) -> Patterns:
        return _patterns(self._clauses)

    def _sentence(self, english: str) -> str:
        """What the program says in text: whole, or else clause by clause.

        What is in no catalogue, a name or a formula, stays as it is.
        """
        said = english.strip(" ")
        if not self._clauses or not said:
            return english
        found = self._whole(said)
        if found == said and said.endswith("."):
            found = self.sentence(said[:-1])
            found = said if found == said[:-1] else f"{found}。"
        for joint, theirs in JOINTS.items() if found == said else ():
            if len(clauses := said.split(joint, 1 if joint == ": " else -1)) > 1:
                parts = [self.sentence(each) for each in clauses]
                if parts != clauses:
                    found = theirs.join(parts).replace("？；", "？")
                    break
        return english.replace(said, found, 1)

    def _whole(self, said: str) -> str:
        """The words for a whole sentence or clause; itself where there are none."""
        if said in self._clauses:
            return self._clauses[said]
        for pattern, other in self._sentences:
            if match := pattern.fullmatch(said):
                pieces = match.groupdict().items()
                return other.format(**{k: self._piece(k, v) for k, v in pieces})
        return said

    def _piece(self, name: str, said: str) -> str:
        """What fills a gap; names of columns, which people gave, stay as they are."""
        if name in LISTED:
            return said.replace(" and ", " 和 ").replace(", ", "、")
        return said if name in AS_IT_IS else self.sentence(said)

    def joined(self, sentences: Iterable[str]) -> str:
        """Sentences one after the other; after a full-width full stop there is no space."""
        return " ".join(map(self.known, sentences)).replace("。 ", "。")

    def count(self, number: int, word: str) -> str:
        """`1 unit`, `6 steps`."""
        return self("{n} " + word + ("" if number == 1 else "s")).format(n=f"{number:,}")


AS_IT_IS = ("path", "name", "layer", "option", "formula", "given", "one", "two", "only")
LISTED = ("columns", "layers")
GAPS = {  # what a gap may hold; others hold anything
    "name": "[^;:]+",
    "columns": "[^;:]+",
    "one": r"[^\s,]+",
    "two": r"[^\s,]+",
    "inputs": r"\([^()]*\)",
    "targets": r"\([^()]*\)",
}
JOINTS = {"\n": "\n", "   ": "   ", "  ": "  ", ". ": "。", "; ": "；", ": ": "：", ", ": "，"}
_NUMBER = r"(?:[-+±≈]?\d[\d,]*(?<!,)(?:\.\d+)*(?:e[-+]?\d+)?|-?inf|nan|\d+:\d+)"


def _patterns(sentences: Mapping[str, str]) -> Patterns:
    """Those with gaps, the most specific first: what says most in its own words."""
    known = [english for english in sentences if "{" in english]
    known.sort(key=_vague)
    return [(_pattern(english), sentences[english]) for english in known]


def _vague(english: str) -> tuple[int, int]:
    """The more words of its own a sentence has, and numbers for gaps, the less it is so."""
    return -len(re.sub(r"\{\w+\}", "", english)), len(re.findall(r"\{\w\w+\}", english))


def _pattern(english: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", english)
    gaps = (f"(?P<{p}>{_NUMBER if len(p) == 1 else GAPS.get(p, '.+')})" for p in parts[1::2])
    return re.compile("".join(re.escape(p) + next(gaps, "") for p in parts[::2]), re.DOTALL)


def _chinese() -> Catalogue:
    from lstm_viz.pictures.chinese import CHINESE, CHOSEN, SENTENCES
    from lstm_viz.pictures.chinese_errors import ERRORS
    from lstm_viz.pictures.chinese_mistakes import MISTAKES

    return Catalogue(CHINESE, CHOSEN, {**SENTENCES, **ERRORS}, MISTAKES)


ENGLISH = Language()
LANGUAGES = {"en": ENGLISH, "zh": Language(_chinese)}
