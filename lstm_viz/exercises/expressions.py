"""Numbers written as arithmetic, `0.5 * 0.3` or `sigmoid(b) ** 10`: read as equations are."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

import numpy as np

from lstm_viz.equations.parse import EquationError, parse
from lstm_viz.equations.tree import names_in
from lstm_viz.kernels.evaluate import evaluate
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import short

LONGEST = 400
BY_HAND = {"sigmoid(": re.compile(r"(?<!\w)(?:sigma|σ)\("), "log(": re.compile(r"(?<!\w)ln\(")}


def as_typed(text: str) -> str:
    """Functions under the names that equations have for them."""
    for name, by_hand in BY_HAND.items():
        text = by_hand.sub(name, text)
    return text


def value_of(written: str, known: Mapping[str, float]) -> float:
    """What an expression comes to; `InputError` says what in it is not a number."""
    text = as_typed(written.strip())
    if len(text) > LONGEST:
        raise InputError(f"{short(text)!r} is too long for a number")
    try:
        (equation,) = parse(f"value = {text}")
    except (EquationError, ValueError):
        raise InputError(f"{short(text)!r} is not a number, nor arithmetic with numbers") from None
    if unknown := [name for name in names_in(equation.tree) if name not in known]:
        raise InputError(f"{short(text)!r}: {unknown[0]} is not a number")
    try:
        with np.errstate(all="ignore"):
            found = float(np.squeeze(evaluate(equation.tree, known)))
    except (ArithmeticError, ValueError, TypeError):
        found = math.nan
    if not math.isfinite(found):
        raise InputError(f"{short(text)!r} does not come to a finite number")
    return found
