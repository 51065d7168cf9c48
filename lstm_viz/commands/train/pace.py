"""How often something is drawn: never for more than a small part of the time."""

from __future__ import annotations

SHARE = 0.03  # of the time, for drawing; looks take 0.02 of it


def until_next(begun: float, ended: float, least: float) -> float:
    """When to draw again, after a picture begun and ended then: in `least` seconds or later.

    So much later that drawing takes its share of the time, whatever a picture costs: half a second
    for one that costs 15 ms.
    """
    return max(begun + least, ended + (ended - begun) * (1 / SHARE - 1))
