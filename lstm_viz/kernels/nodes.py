"""Nodes that no text of equations holds, only what the kernels make of it."""

from __future__ import annotations

from dataclasses import dataclass

from lstm_viz.equations.tree import Name


@dataclass(frozen=True, slots=True)
class Adjoint(Name):
    """∂L/∂name at the same step; `later`: what comes in from the step after, for a state."""

    later: bool = False


@dataclass(frozen=True)
class Diagonal:
    """The square matrix with a vector on its diagonal: a block of a product's matrix."""

    of: Name
