"""What a plan is made for, beside its cell."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PlanOptions:
    """Choices that change which calls a step makes, but not its numbers (beyond rounding)."""

    batched: bool = False  # many sequences: ∂x shares a product with a state's past, if it can
    dense: bool = False  # few units, one sequence: products may hold diagonal matrices
    lean: bool = False  # learning: no gradients of gates; nor of what only the step itself reads
    exact: bool = False  # forward: no sigmoid by tanh, whose digits are lost where it is nearly 0
    small: int = 1_000_000  # multiplications up to which a product is not cut into parts
