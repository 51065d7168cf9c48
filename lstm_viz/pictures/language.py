"""What the screens say, in English or in another language.

    say = LANGUAGES["zh"]
    say("value")                                     # 值
    say.phrase("step {t} of {n}", t="2", n="6")      # pieces, in their order there
    say.count(6, "step")                             # 6 步

English is what is written in the code; a catalogue (`chinese.py`) maps it to the other language,
and a test asks that nothing is missing there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lstm_viz.pictures.chinese import CHINESE, CHOSEN
from lstm_viz.pictures.kinds import Expression, Text, Value


class Language:
    """A language by its catalogue, English → its words; English needs none.

    `patterns` are those of its sentences that are found in texts which others put together.
    """

    def __init__(
        self, catalogue: Mapping[str, str] | None = None, patterns: Mapping[str, str] | None = None
    ) -> None:
        self._catalogue = catalogue
        self._patterns = [
            (_pattern(english), other)
            for english, other in (patterns or {}).items()
            if "{" in english
        ]

    def __call__(self, english: str) -> str:
        """The words; `KeyError` if the catalogue has none for them."""
        return english if self._catalogue is None or not english else self._catalogue[english]

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
        catalogue = self._catalogue
        if catalogue is None or english in catalogue:
            return english if catalogue is None else catalogue[english]
        for pattern, other in self._patterns:
            if match := pattern.fullmatch(english):
                return other.format(**{k: self.known(v) for k, v in match.groupdict().items()})
        return english

    def count(self, number: int, word: str) -> str:
        """`1 unit`, `6 steps`."""
        return self("{n} " + word + ("" if number == 1 else "s")).format(n=f"{number:,}")


def _pattern(english: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", english)
    return re.compile(
        "".join(f"(?P<{p}>.+)" if k % 2 else re.escape(p) for k, p in enumerate(parts))
    )


ENGLISH = Language()
LANGUAGES = {"en": ENGLISH, "zh": Language(CHINESE, CHOSEN)}
