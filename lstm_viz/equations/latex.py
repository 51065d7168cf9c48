"""A cell's equations as LaTeX."""

from __future__ import annotations

from lstm_viz.equations.functions import FUNCTIONS
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.text import number_text, strength
from lstm_viz.equations.tree import (
    PREVIOUS,
    Call,
    Name,
    Negative,
    Number,
    Operation,
    Transposed,
    Tree,
    names_in,
)

_GREEK = """
    alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau
    upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega
"""


_ESCAPED = {
    **{c: "\\" + c for c in "{}$&#%_"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
}
_ESCAPED["^"] = r"\textasciicircum{}"


def latex(cell: Recurrence) -> str:
    """The equations forward and backward as two aligned displays, for a document with amsmath.

    c₋ is c_{t-1}, ⊙ the product element by element, δv the gradient ∂L/∂v.
    """
    forward = [
        rf"{_tex(cell, Name(e.target))} &= {_tex(cell, e.tree)} {_said(e.title)}".rstrip()
        for e in cell.equations
    ]
    backward = [
        rf"{_tex(cell, Name('d' + e.target))} &\mathrel{{+}}= {_tex(cell, e.term)}"
        for e in cell.backward
    ]
    meaning = [r"\delta v &= \frac{\partial L}{\partial v} && \text{for every } v"]
    return "\n".join([*_aligned(forward), *_aligned(meaning + backward)])


def _aligned(lines: list[str]) -> list[str]:
    body = " \\\\\n  ".join(lines)
    return [r"\[", r"\begin{aligned}", f"  {body}", r"\end{aligned}", r"\]"]


def _said(words: str) -> str:
    return rf"&& \text{{{''.join(_ESCAPED.get(c, c) for c in words)}}}" if words else ""


def _tex(cell: Recurrence, tree: Tree, least: int = 0) -> str:
    """A tree in LaTeX, in parentheses where it binds less tightly than `least`."""
    written = _tex_inside(cell, tree)
    fraction = isinstance(tree, Operation) and tree.operator == "/"
    own = 4 if fraction else strength(tree)
    return rf"\left({written}\right)" if own < least else written


def _tex_inside(cell: Recurrence, tree: Tree) -> str:
    match tree:
        case Number(value):
            return _tex_number(value)
        case Name(name):
            return _tex_name(cell, name)
        case Negative(of):
            return "-" + _tex(cell, of, 3)
        case Transposed(of):
            return _tex(cell, of, 5) + r"^{\top}"
        case Call(function, arguments):
            return _tex_call(function, [_tex(cell, each) for each in arguments])
        case Operation("/", left, right):
            return rf"\frac{{{_tex(cell, left)}}}{{{_tex(cell, right)}}}"
        case Operation("**", left, right):
            base = _tex(cell, left, 5)
            base = rf"\left({base}\right)" if isinstance(left, Call) else base
            return f"{base}^{{{_tex(cell, right)}}}"
        case Operation("+" | "-" as operator, left, right):
            return f"{_tex(cell, left, 1)} {operator} {_tex(cell, right, 2)}"
        case Operation(operator, left, right):
            mixed = isinstance(left, Operation) and (operator == "@") != (left.operator == "@")
            before = _tex(cell, left, 3 if mixed else 2)
            return f"{before} {_tex_sign(operator, left, right)} {_tex(cell, right, 3)}"
    raise TypeError(f"not a tree: {tree!r}")


def _tex_sign(operator: str, left: Tree, right: Tree) -> str:
    if operator == "@":
        return r"\,"
    if isinstance(right, Number):
        return r"\cdot"
    return r"\odot" if names_in(left) and names_in(right) else r"\,"


def _tex_number(value: float) -> str:
    digits, _, power = number_text(value).partition("e")
    return rf"{digits} \cdot 10^{{{int(power)}}}" if power else digits


def _tex_call(function: str, arguments: list[str]) -> str:
    known = FUNCTIONS[function].latex
    name = function.replace("_", r"\_")
    plain = rf"\operatorname{{{name}}}({', '.join(arguments)})"
    return known.format(*arguments) if known else plain


def _tex_name(cell: Recurrence, name: str) -> str:
    """`W_i` → W_{i}, `z_i` → z_{i,t}, `c_prev` → c_{t-1}, `dc` → δ c_{t}."""
    known = {*cell.names, *cell.parameters}
    if name not in known and name[0] == "d" and name[1:] in known:
        return r"\delta " + _tex_name(cell, name[1:])
    time: list[str] = []
    if name in cell.names:
        late = name.endswith(PREVIOUS)
        name, time = (name.removesuffix(PREVIOUS), ["t-1"]) if late else (name, ["t"])
    letter, *below = [part for part in name.split("_") if part] or [r"\_"]
    if letter in _GREEK.split():
        letter = "\\" + letter
    elif len(letter) > 1 and letter[0] != "\\":
        letter = rf"\mathrm{{{letter}}}"
    below += time
    return f"{letter}_{{{','.join(below)}}}" if below else letter
