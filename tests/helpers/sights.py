"""How bright colours are, and how well one is read on another."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import to_rgb

XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))


def linear(colour):
    return np.array([c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour])


def contrast(one, other):
    low, high = sorted(float(np.array(XYZ[1]) @ linear(to_rgb(each))) for each in (one, other))
    return (high + 0.05) / (low + 0.05)
