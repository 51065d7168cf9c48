"""From a tree to its text, with as few parentheses as possible; other notations build on it."""

from __future__ import annotations

from lstm_viz.equations.tree import (
    Call,
    Equation,
    Name,
    Negative,
    Number,
    Operation,
    Transposed,
    Tree,
)

_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2, "@": 2, "**": 4}


def strength(tree: Tree) -> int:
    """How tightly a tree binds: 1 sums, 2 products, 3 signs, 4 powers, 5 all else."""
    match tree:
        case Operation(operator, _, _):
            return _STRENGTH[operator]
        case Negative():
            return 3
        case Number(value) if value < 0:
            return 3
    return 5


def number_text(value: float) -> str:
    """A number as one would write it: 1, 0.5, 1e-06."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


class Printer:
    """Writes trees in the equations' own notation; another says what it writes otherwise."""

    parentheses = "(", ")"

    def write(self, tree: Tree, least: int = 0) -> str:
        """The tree, in parentheses where it binds less tightly than `least`."""
        before, after = self.parentheses if self.strength(tree) < least else ("", "")
        return before + self.bare(tree) + after

    def bare(self, tree: Tree) -> str:
        """The tree without parentheses around it."""
        match tree:
            case Number(value):
                return self.number(value)
            case Name(name):
                return self.name(name)
            case Negative(of):
                return "-" + self.write(of, 3)
            case Transposed(of):
                return self.write(of, 5) + self.transposed
            case Call(function, arguments):
                return self.call(function, arguments)
            case Operation("**", left, right):
                return f"{self.write(left, 5)} ** {self.write(right, 3)}"
            case Operation(operator, left, right):
                own = _STRENGTH[operator]
                # a * b @ c is (a * b) @ c in Python too, but nobody should have to know
                mixed = isinstance(left, Operation) and (operator == "@") != (left.operator == "@")
                before = self.write(left, own + 1 if mixed and own == 2 else own)
                return f"{before} {self.sign(tree)} {self.write(right, own + 1)}"
        raise TypeError(f"not a tree: {tree!r}")

    transposed = ".T"
    strength = staticmethod(strength)
    number = staticmethod(number_text)

    def name(self, name: str) -> str:
        """A name as it stands."""
        return name

    def call(self, function: str, arguments: tuple[Tree, ...]) -> str:
        """A function of its arguments."""
        return f"{function}({', '.join(map(self.write, arguments))})"

    def sign(self, tree: Operation) -> str:
        """What stands between the two sides of an operation."""
        return tree.operator


text = Printer().write


def equation_text(equation: Equation) -> str:
    """`c = f * c_prev + i * g`."""
    return f"{equation.target} = {text(equation.tree)}"
