"""Hands that are raised, counted key by key: at once, and once more after a talk."""

from __future__ import annotations

MOST = 999  # hands for one choice


class Hands:
    """For each choice how many, at two turns; digits count for the choice that is pointed at."""

    def __init__(self, choices: int) -> None:
        self.counts = [[0] * choices, [0] * choices]
        self.turn = self.at = 0

    def press(self, key: str) -> bool:
        """Whether the key was one for counting."""
        counts = self.counts[self.turn]
        if not counts:
            return False
        if key.isascii() and key.isdigit():
            typed = counts[self.at] * 10 + int(key)
            counts[self.at] = typed if typed <= MOST else counts[self.at]
        elif key == "backspace" and counts[self.at]:
            counts[self.at] //= 10
        elif key in ("up", "down"):
            self.at = (self.at + (1 if key == "down" else -1)) % len(counts)
        else:
            return False
        return True

    def begin(self, turn: int) -> None:
        """Count at that turn, from the first choice on, unless it is being counted."""
        if turn != self.turn:
            self.turn, self.at = turn, 0

    def counted(self, turn: int) -> bool:
        """Whether any hand was counted at that turn."""
        return any(self.counts[turn])
