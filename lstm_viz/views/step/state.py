"""Where one is in `lstm-viz step`, and the token that says so: `3.c`, `b2.f.u1.d6`."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

from lstm_viz.experiments.holds import Holds
from lstm_viz.pictures.numerals import DIGITS
from lstm_viz.validation.errors import InputError

MORE_DIGITS = (DIGITS, 6, 9, 17)  # what the key d goes through
_TOKEN = re.compile(
    r"(b?)(\d{1,9})(?:\.([^\W\d]\w*(?:\[\d+\])?)((?:\.(?:[udw]\d{1,9}|t|x|p|r))*))?"
)
_FLAGS = {"t": "terms", "x": "beside", "p": "hidden", "r": "predict"}


@dataclass(frozen=True)
class State:
    """The step (from 0), the chosen line, the sweep, the unit, and what is switched on.

    `terms` shows every product of a dot product, `beside` another cell. With `predict` the chosen
    number is `hidden` first, and all that is computed from it. `weight` chooses one of those in
    the line's equation, from 1 (0: the line itself); `holds` is what is held. `guess` is what was
    typed, `told` of which number it was, once that is shown, `score` how many were right, and how
    many there were; a `quiz` ends after so many.
    """

    t: int = 0
    line: str = ""
    back: bool = False
    unit: int = 0
    digits: int = DIGITS
    terms: bool = False
    beside: bool = False
    predict: bool = False
    hidden: bool = False
    weight: int = 0
    holds: Holds = ()
    guess: str = ""
    told: tuple[int, str, bool, int] | None = None
    score: tuple[int, int] = (0, 0)
    quiz: int = 0

    @property
    def name(self) -> str:
        """The quantity of the chosen line: x of x[2]."""
        return self.line.partition("[")[0]

    @property
    def row(self) -> int:
        """Its row: the unit, or which of the inputs."""
        place = self.line.partition("[")[2].rstrip("]")
        return int(place) if place else 0 if self.name == "x" else self.unit

    def known(self, steps: int, hidden: bool) -> tuple[float, float]:
        """The first and the last of so many steps that are known; not one still `hidden`."""
        return (self.t + hidden, steps - 1.0) if self.back else (0.0, self.t - float(hidden))


def token(state: State) -> str:
    """The state in a few letters; `read_token` reads it back."""
    parts = [f"{'b' if state.back else ''}{state.t + 1}", state.line]
    parts += [f"u{state.unit}"] if state.unit else []
    parts += [f"d{state.digits}"] if state.digits != DIGITS else []
    parts += ["t"] if state.terms else []
    parts += ["x"] if state.beside else []
    parts += ["p" if state.hidden else "r"] if state.predict else []
    parts += [f"w{state.weight}"] if state.weight else []
    return ".".join(parts)


def frame_words(state: State) -> str:
    """The token, and after it the options by which the same is held."""
    return " ".join([token(state), *(f"--hold {shlex.quote(str(each))}" for each in state.holds)])


def is_token(written: str) -> bool:
    """Whether it is written as a token is."""
    return _TOKEN.fullmatch(written) is not None


def read_token(written: str, unit: int = 0, digits: int = DIGITS) -> State:
    """The state that a token stands for; `unit` and `digits` where it says neither."""
    match = _TOKEN.fullmatch(written)
    if not match:
        raise InputError(
            f"{written!r} is not a view: write it as in the corner, such as 3.c or b2.f.u1"
        )
    back, step, line, rest = match.groups()
    options, weight = (rest or "").split(".")[1:], 0
    for option in options:
        weight = int(option[1:]) if option[0] == "w" else weight
        unit = int(option[1:]) if option[0] == "u" else unit
        digits = min(int(option[1:]), 17) if option[0] == "d" else digits
    switched = {_FLAGS[option] for option in options if option in _FLAGS}
    return State(
        int(step) - 1,
        line or "",
        bool(back),
        unit,
        digits,
        "terms" in switched,
        "beside" in switched,
        bool(switched & {"hidden", "predict"}),
        "hidden" in switched,
        weight,
    )
