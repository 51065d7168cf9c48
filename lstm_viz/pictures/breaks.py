"""Where a line of Chinese may break: no line begins with a closing sign or ends in an opening one.

English breaks at spaces; Chinese, which has none, between any two characters, these apart.
"""

from __future__ import annotations

import re

CLOSING = "。，、；：？！）】》〉」』”’…％%),.;:!?"
OPENING = "（【《〈「『“‘("
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_PARTS = re.compile(
    rf"[{re.escape(OPENING)}]*[{_WIDE}][{re.escape(CLOSING)}]*|[^{_WIDE}{re.escape(OPENING)}]+|."
)


def is_chinese(letter: str) -> bool:
    """Whether it is a Chinese character or a full-width sign."""
    return bool(re.fullmatch(f"[{_WIDE}]", letter))


def may_break(before: str, after: str) -> bool:
    """Whether a line may end after a character, when that one follows."""
    return is_chinese(before) and before not in OPENING and after not in CLOSING + " "


def parts(word: str) -> list[str]:
    """A word in the parts that stay together; one without Chinese is whole."""
    return _PARTS.findall(word) if any(map(is_chinese, word)) else [word]
