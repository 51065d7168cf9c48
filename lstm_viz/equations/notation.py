"""Textbook notation in the language of the equations.

    plain("fₜ = σ(W_f · [hₜ₋₁, xₜ] + b_f)")     # f = sigmoid(W_f @ [h_prev, x] + b_f)

What has one meaning is read; what has not is refused, with what to write instead.
"""

from __future__ import annotations

import re

CONCAT = "concat"  # a call of it stands for vectors one below the other; see `blocks`
STACKING = frozenset({CONCAT, "concatenate", "hstack", "vstack", "cat"})
PRODUCTS = frozenset({"dot", "matmul"})

# What is read as what, in this order. A dot after a name that begins with a capital letter is the
# product of a matrix, else it is element by element.
_READ_AS = tuple(
    (re.compile(sign), words)
    for sign, words in (
        (r"(?<=\w)(?:_\{\s*t\s*[-−]\s*1\s*\}|_\(\s*t\s*[-−]\s*1\s*\)|ₜ₋₁)", "_prev"),
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
    "'": "a prime is not known here: a name is of letters, digits and _",
    "′": "a prime is not known here: a name is of letters, digits and _",
    ";": "write a comma between what stands one below the other: [h_prev, x]",
    "^": "^ is not a power here: write **",
}


def plain(line: str) -> str:
    """A line in the language of the equations; its comment stays as it is."""
    code, sign, comment = line.partition("#")
    if code.isascii() and "{" not in code and "_(" not in code:
        return line
    for pattern, words in _READ_AS:
        code = pattern.sub(words, code)
    return code + sign + comment


def written_instead(code: str) -> str:
    """What to write for a line that is no equation; empty where nothing is known of it."""
    for sign, words in _INSTEAD.items():
        if sign in code:
            return words
    return "between two names stands + - * / or @" if re.search(r"[\w)]\s+[\w(]", code) else ""
