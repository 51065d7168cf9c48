"""Clipping: keeps one bad step from throwing the weights away, and says when it did."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass
class Clipping:
    """Bounds on the gradients: each value within ±`value`, all together at most of norm `norm`.

    `acted` counts the updates in which a bound was met (Pascanu, Mikolov & Bengio 2013).
    """

    value: float | None = None
    norm: float | None = None
    acted: int = 0

    @property
    def bounded(self) -> bool:
        """Whether there is any bound."""
        return self.value is not None or self.norm is not None

    def __call__(self, gradients: np.ndarray, norm: float) -> bool:
        """Clip in place, given the norm as it is; tells whether there was anything to clip."""
        did = False
        if self.value is not None and norm > self.value:
            did = bool(np.abs(gradients).max() > self.value)
            if did:
                np.clip(gradients, -self.value, self.value, out=gradients)
                norm = float(np.sqrt(np.dot(gradients, gradients)))
        if self.norm is not None and norm > self.norm:
            gradients *= self.norm / norm
            did = True
        self.acted += did
        return did
