"""Textbook notation in the language of the equations.

    plain(["f_t = σ(W_f · [h_{t-1}, x_t] + b_f)"])     # f = sigmoid(W_f @ [h_prev, x] + b_f)

What has one meaning is read; what has not is refused, with what to write instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

CONCAT = "concat"  # a call of it stands for vectors one below the other; see `blocks`
STACKING = frozenset({CONCAT, "concatenate", "hstack", "vstack", "cat"})
PRODUCTS = frozenset({"dot", "matmul"})

_BEFORE = re.compile(r"(?<=\w)(?:_\{\s*t\s*[-−]\s*1\s*\}|_\(\s*t\s*[-−]\s*1\s*\)|ₜ₋₁)")
_THIS_STEP = re.compile(r"\s*([^\s=#]+?)_t\s*=")  # what a line assigns
# What is read as what, in this order. A dot after a name that begins with a capital letter is the
# product of a matrix, else it is element by element.
_READ_AS = tuple(
    (re.compile(sign), words)
    for sign, words in (
        (_BEFORE.pattern, "_prev"),
        (r"(?<=\w)(?:_\{\s*t\s*\}|ₜ)", ""),
        (r"σ(?=\s*\()", "sigmoid"),
        (r"[⊙∘∗⨀]", "*"),
        (r"−", "-"),
        (r"(?<!\w)([A-Z]\w*)\s*[·⋅]", r"\1 @"),
        (r"[·⋅]", "*"),
    )
)
_INSTEAD = {
    "×": "write * for element by element, @ for a matrix times a vector",
    "'": "a prime is not supported: a name has letters, digits and _ only",
    "′": "a prime is not supported: a name has letters, digits and _ only",
    ";": "write a comma between the parts of a stack: [h_prev, x]",
    "^": "^ is not a power here: write **",
}


def plain(lines: list[str]) -> list[str]:
    """The lines in the language of the equations; comments stay as they are.

    Where one says `h_{t-1}`, the others say `h_t` and `x_t` for this step's: `h` and `x` here.
    """
    found = [_code_read(line, _READ_AS) for line in lines]
    if any(_BEFORE.search(line.partition("#")[0]) for line in lines):
        targets = {match[1] for line in found if (match := _THIS_STEP.match(line))}
        names = "|".join(map(re.escape, {"x", *targets}))
        this_step = (re.compile(rf"(?<!\w)({names})_t(?!\w)"), r"\1")
        found = [_code_read(line, (this_step,)) for line in found]
    return found


def _code_read(line: str, table: Iterable[tuple[re.Pattern[str], str]]) -> str:
    code, sign, comment = line.partition("#")
    for pattern, words in table:
        code = pattern.sub(words, code)
    return code + sign + comment


def written_instead(code: str) -> str:
    """What to write for a line that is no equation; empty where nothing is known of it."""
    for sign, words in _INSTEAD.items():
        if sign in code:
            return words
    return "write + - * / or @ between two names" if re.search(r"[\w)]\s+[\w(]", code) else ""
