"""Cells that nobody wrote: a strategy that makes up valid texts of equations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

QUANTITIES = ("a", "c", "g", "h", "k", "n", "s", "z_i", "y_2")

# Written so that no denominator, logarithm or power leaves its domain.
SHAPES_OF_ONE = (
    "tanh({0})", "sigmoid({0})", "-{0}", "{0} ** 2", "0.3 * {0} ** 3", "exp(-{0} ** 2)",
    "sin({0})", "cos({0})", "sqrt(1 + {0} ** 2)",
    "log(1 + {0} ** 2)", "log1p({0} ** 2)", "expm1(tanh({0}))", "softplus({0})",
    "softsign({0})", "relu({0})", "abs({0})", "hard_sigmoid({0})", "hard_sigmoid_keras2({0})",
    "clip({0}, -0.5, 0.8)", "leaky_relu({0}, 0.1)", "elu({0}, 0.7)",
    "thresholded_relu({0}, 0.2)", "scaled_tanh({0}, 1.7, 0.6)", "affine({0}, 0.5, -0.2)",
    "step({0})", "sign({0}) * 0.5", "(1 - {0})", "1 / (2 + tanh({0}))", "(1 + {0} ** 2) ** -1",
    "(1 + {0} ** 2) ** 0.5", "(0.5 + sigmoid({0})) ** 1", "{0} ** 0", "2 ** tanh({0})",
)  # fmt: skip
SHAPES_OF_TWO = (
    "({0} + {1})", "({0} - {1})", "{0} * {1}", "{0} / (1 + {1} ** 2)",
    "{0} / (2 + sigmoid({1}))", "maximum({0}, {1})", "minimum({0}, {1})",
    "(0.5 + sigmoid({0})) ** tanh({1})", "leaky_relu({0}, {1})", "elu({0}, sigmoid({1}))",
    "scaled_tanh({0}, {1}, 0.5)", "affine({0}, {1}, {0})", "clip({0}, -sigmoid({1}), 0.5)",
)  # fmt: skip


@dataclass
class _Text:
    """A text as far as it is written: what may be used, and how many parameters there are."""

    draw: Any
    leaves: list[str]
    wide: list[str]  # what has the input's rows: only right of a matrix
    count: int = 0
    matrices: dict[str, str] = field(default_factory=dict)

    def parameter(self, letter: str) -> str:
        self.count += 1
        return f"{letter}_{self.count}"

    def product(self, budget: int) -> str:
        """A matrix times a name or an expression; now and then a matrix that was there before."""
        what = self.draw(st.sampled_from(["wide", "leaf", "deep"] if budget else ["wide", "leaf"]))
        if what == "wide":
            inside, kind = self.draw(st.sampled_from(self.wide)), "wide"
        else:
            inside = self.expression(budget - 1) if what == "deep" else self.leaf()
            kind = "square"
        again = [name for name, own in self.matrices.items() if own == kind]
        name = self.draw(st.sampled_from(again)) if again and self.draw(st.booleans()) else None
        if name is None:
            name = self.parameter("W")
            self.matrices[name] = kind
        return f"{name} @ {inside}" if inside.isidentifier() else f"{name} @ ({inside})"

    def leaf(self) -> str:
        if not self.leaves or self.draw(st.integers(0, 4)) == 0:
            return self.parameter("b")
        return self.draw(st.sampled_from(self.leaves))

    def expression(self, budget: int) -> str:
        """An expression with H rows; `budget` bounds its depth."""
        kind = (
            self.draw(st.sampled_from(["leaf", "product", "one", "two", "two"]))
            if budget > 0
            else "leaf"
        )
        if kind == "leaf":
            return self.leaf()
        if kind == "product":
            return f"({self.product(budget)})"
        shape = self.draw(st.sampled_from(SHAPES_OF_ONE if kind == "one" else SHAPES_OF_TWO))
        parts = [self.expression(budget - 1) for _ in range(1 if kind == "one" else 2)]
        return shape.format(
            *(part if part.isidentifier() or part[0] == "(" else f"({part})" for part in parts)
        )


@st.composite
def texts(draw: Any, same_rows: bool) -> str:
    """A cell's text of two to seven equations; with `same_rows` x also element by element."""
    names = draw(st.lists(st.sampled_from(QUANTITIES), min_size=2, max_size=7, unique=True))
    states = draw(st.lists(st.sampled_from(names), max_size=3, unique=True))
    past = [f"{name}_prev" for name in states]
    text = _Text(draw, [*past, *(["x"] if same_rows else [])], ["x"])
    lines = []
    for k, name in enumerate(names):
        if k and draw(st.integers(0, 9)) == 0:
            value = draw(st.sampled_from([f"tanh({text.parameter('b')})", "0.5", "exp(-1) + 0.2"]))
        else:
            start = f"{text.product(1)} + " if draw(st.booleans()) else ""
            value = start + text.expression(draw(st.integers(1, 3)))
        lines.append(f"{name} = {value}")
        text.leaves += [name, name]
    return "\n".join(lines) + "\n"
