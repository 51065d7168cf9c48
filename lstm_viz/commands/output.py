"""How a run is asked to be shown: apart from what shows it, so that printing begins fast."""

from __future__ import annotations

from dataclasses import dataclass

from lstm_viz.pictures.language import LANGUAGES, Language

PICTURES = ("png", "pdf", "gif", "mp4", "webp")  # the endings of pictures and films


@dataclass(frozen=True)
class Shown:
    """How the screen is asked to be: where it begins, in which language, how fast, how large."""

    at: str | None = None
    unit: int = 0
    digits: int = 3
    lang: str = "en"
    speed: float = 2.0
    beside: str | None = None
    size: str | None = None
    theme: str = "light"

    @property
    def say(self) -> Language:
        """The language."""
        return LANGUAGES[self.lang]
