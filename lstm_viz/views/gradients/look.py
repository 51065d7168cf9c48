"""How a part of `lstm-viz gradients` is looked at."""

from __future__ import annotations

from dataclasses import dataclass

from lstm_viz.pictures.language import ENGLISH, Language


@dataclass(frozen=True)
class Look:
    """On how many columns, for which unit, in which language; on a screen, on how many rows."""

    width: int = 80
    unit: int = 0
    say: Language = ENGLISH
    rows: int = 0
