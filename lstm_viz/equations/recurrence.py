"""`Recurrence`: one step of a recurrent network, and all that follows from its equations.

step = Recurrence("leak", "h = sigmoid(b_f) * h_prev + W @ x   # memory: a leaky sum of the input")
step.states, step.parameters, step.backward
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cached_property, lru_cache
from typing import Any, Self

from lstm_viz.equations import blocks, shapes
from lstm_viz.equations.derivative import Edge, derive
from lstm_viz.equations.keeping import split
from lstm_viz.equations.name_checks import check_names
from lstm_viz.equations.parse import parse
from lstm_viz.equations.shapes import Shapes
from lstm_viz.equations.tree import PREVIOUS, ZERO, Equation, matrices_of, parameters_of, states_of
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import did_you_mean

_ARTICLE = re.compile(r"^(?:[Tt]he|[Aa]n|a)\s+(?=\S)")


class Recurrence:
    """One step of a recurrent network, described by its equations alone.

    `text` holds one equation per line, `name = expression  # title: meaning`. `x` is the input;
    `c_prev` is the state `c` of the step before; the output is `h`, or else the last equation. A
    name that no line assigns is a parameter if it stands left of `@` (a matrix), or contains `_`
    or is one of the letters w, u, v, b or a Greek one (a vector). `source` says where it
    was published. Of the backward equations those by the edges in `cut`, (quantity, name in its
    equation), are left out. `blocks` are the matrices that the text has before several vectors.

    Raises `EquationError`, which shows the line, the place and the way out.
    """

    def __init__(
        self, name: str, text: str, source: str = "", cut: Collection[tuple[str, str]] = ()
    ) -> None:
        self.name, self.text, self.source, self.cut = name, text, source, frozenset(cut)
        self.equations: tuple[Equation, ...]
        self.equations, self.blocks = blocks.in_blocks(parse(text))
        check_names(self.equations)
        self._letters = shapes.letters(self.equations)

    def __reduce__(self) -> tuple[Any, ...]:
        return _known, (type(self), self.name, self.text, self.source, self.cut)

    def __deepcopy__(self, memo: Any) -> Self:
        return self  # nothing of it ever changes

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}: {', '.join(self.quantities)})"

    # ---------------------------------------------------------------- what follows from the text

    @cached_property
    def quantities(self) -> tuple[str, ...]:
        """What a step computes, in the order of the equations."""
        return tuple(equation.target for equation in self.equations)

    @cached_property
    def states(self) -> tuple[str, ...]:
        """What is carried from step to step: every `s` of which `s_prev` is used."""
        return states_of(self.equations)

    @cached_property
    def output(self) -> str:
        """What the rest of the network sees: `h`, or else the last equation."""
        return "h" if "h" in self.quantities else self.quantities[-1]

    @cached_property
    def memory(self) -> str:
        """The state to watch: the first that keeps some of its own past, else the output."""
        keeping = (state for state in self.states if split(self.equation, state)[0] != ZERO)
        rest = [self.output] if self.output in self.states else [*self.states, self.output]
        return next(keeping, rest[0])

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What is recorded: the input, the states as they come in, and every quantity."""
        return ("x", *(state + PREVIOUS for state in self.states), *self.quantities)

    @cached_property
    def matrices(self) -> frozenset[str]:
        """The parameters that stand left of @."""
        return matrices_of(self.equations)

    @cached_property
    def parameters(self) -> dict[str, tuple[str, ...]]:
        """Each parameter's shape as letters: `{"W_i": ("H", "I"), "b_i": ("H",), …}`."""
        return {n: shapes.shape(n, self._letters) for n in parameters_of(self.equations)}

    @cached_property
    def equation(self) -> dict[str, Equation]:
        """The equation of each quantity."""
        return {equation.target: equation for equation in self.equations}

    @cached_property
    def backward(self) -> tuple[Edge, ...]:
        """The derived backward equations, one an edge, in the order of evaluation."""
        edges = derive(self.equations)
        return tuple(edge for edge in edges if (edge.source, edge.target) not in self.cut)

    def without(self, edges: Collection[tuple[str, str]]) -> Self:
        """The same step by whose `edges`, (quantity, name in its equation), no gradient goes back.

        Forward nothing changes; its gradients are wrong on purpose, to see what an edge is worth.
        """
        return type(self)(self.name, self.text, self.source, self.cut | set(edges))

    def title(self, name: str) -> str:
        """What a quantity or a parameter is called: "forget gate", "hidden state before".

        An article with which a comment begins is left out: sentences have their own.
        """
        if name in self.equation:
            return _ARTICLE.sub("", self.equation[name].title)
        if name == "x":
            return "input"
        if name.endswith(PREVIOUS):
            state = name.removesuffix(PREVIOUS)
            return f"{self.title(state) or state} before"
        return "weights" if name in self.matrices else "bias" if name[0] == "b" else "weight"

    def letters(self, name: str) -> str:
        """The letter of the rows of a quantity: I, H, or another where a text leaves more free."""
        return self._letters[name]

    # ---------------------------------------------------------------- sizes

    def shapes(
        self, inputs: int, hidden: int, sizes: Mapping[str, int] | None = None
    ) -> dict[str, tuple[int, ...]]:
        """The shape of each parameter for I = `inputs` and H = `hidden`.

        What is neither (the rows of a projection) is H too, unless `sizes` gives its letter.
        """
        letters = dict.fromkeys(self._letters.values(), hidden) | dict(sizes or {}) | {"I": inputs}
        if self.letters("x") != "I" and inputs != hidden:
            raise InputError(
                f"{self.name} uses x element by element: it needs as many input features as"
                f" hidden units (here {inputs} and {hidden})"
            )
        for letter, size in letters.items():
            if size < 1:
                raise InputError(f"{letter} = {size}: a cell needs at least one")
        return {
            name: tuple(letters[each] for each in shape) for name, shape in self.parameters.items()
        }

    def count(self, inputs: int, hidden: int) -> int:
        """How many numbers the parameters hold."""
        shapes = self.shapes(inputs, hidden).values()
        return sum(shape[0] * (shape[1] if len(shape) > 1 else 1) for shape in shapes)

    def inputs_of(self, weights: Mapping[str, Any]) -> int | None:
        """How many input features the weights read; None where none of them says."""
        return shapes.inputs_of(self.parameters, _shapes(weights), self._letters)

    def sizes(self, weights: Mapping[str, Any], inputs: int) -> dict[str, int]:
        """The size of each letter as the weights have it, for `inputs` input features.

        Raises `InputError` for weights that are missing, unknown, or do not fit each other.
        """
        return self.sizes_of(_shapes(weights), inputs)

    def split(self, weights: Mapping[str, Any], inputs: int | None) -> Mapping[str, Any]:
        """The weights, with matrices that the text has whole, `W_f @ [h_prev, x]`, in blocks."""
        if not self.blocks:
            return weights
        return blocks.split(self.blocks, self.parameters, weights, self.letters("x"), inputs)

    def sizes_of(self, shapes: Shapes, inputs: int) -> dict[str, int]:
        """`sizes`, of the weights' shapes."""
        if shapes.keys() != self.parameters.keys():
            missing = [name for name in self.parameters if name not in shapes]
            unknown = [name for name in shapes if name not in self.parameters]
            raise InputError(self._misnamed(missing, unknown))
        return dict(self._solved(tuple([shapes[name] for name in self.parameters]), inputs))

    @lru_cache(maxsize=256)  # noqa: B019 - a cell lives as long as its text
    def _solved(self, given: tuple[tuple[int, ...], ...], inputs: int) -> dict[str, int]:
        named = dict(zip(self.parameters, given, strict=True))
        return shapes.sizes_of(self.parameters, named, inputs, self._letters, self.name)

    def _misnamed(self, missing: list[str], unknown: list[str]) -> str:
        wrong = [f"{', '.join(missing)} missing"] if missing else []
        for name in unknown:
            hint = did_you_mean(str(name), self.parameters)
            wrong.append(
                f"{name!r} is not a parameter of {self.name}" + (f" ({hint})" if hint else "")
            )
        return f"these are not weights of {self.name}: {'; '.join(wrong[:4])}"


@lru_cache(maxsize=256)
def _known(kind: type[Recurrence], *given: Any) -> Recurrence:
    """A recurrence out of a pickle, once for all: what was compiled for it is found again."""
    return kind(*given)


def _shapes(weights: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    return {name: weight.shape for name, weight in weights.items()}


def describe_shape(cell: Recurrence, name: str) -> str:
    """`H × I` for a matrix, `H` for a vector."""
    return " × ".join(cell.parameters[name])
